/* shared - values that the peer keeps as one and the same node in several fields of an object */
#include "build/shared.h"

#include "base/arena.h"

/* One value that was written over. */
struct change {
	const struct node *from, *to;
};

struct settling {
	struct arena *arena;
	struct shared *shared;
	VEC(struct change) changes;
};

static void note(struct settling *s, const struct node *from, const struct node *to)
{
	for (uint32_t i = 0; i < s->shared->values.count; i++)
		if (s->shared->values.items[i] == from) {
			s->shared->values.items[i] = to;
			VEC_PUSH(s->arena, &s->changes, (struct change){ from, to });
		}
}

/* Trees share what did not change, so only the paths to changes are walked. */
static void compare(struct settling *s, const struct node *before, const struct node *after)
{
	if (before == after || !before || !after)
		return;
	if (node_is_scalar(before) && node_is_scalar(after))
		note(s, before, after);
	for (uint32_t i = 0; node_is_map(before) && node_is_map(after) && i < after->count; i++) {
		const struct entry *e = &after->entries[i];
		/* The same place mostly, when nothing was added before it. */
		bool same = i < before->count &&
			    str_equal(node_text(before->entries[i].key), node_text(e->key));
		compare(s,
			same ? before->entries[i].value : node_get(before, node_text(e->key)),
			e->value);
	}
	if (!node_is_list(before) || !node_is_list(after) || before->count != after->count)
		return;
	for (uint32_t i = 0; i < after->count; i++)
		compare(s, before->items[i], after->items[i]);
}

static const struct node *followed(const struct settling *s, const struct node *n);

static const struct node *followed_map(const struct settling *s, const struct node *map)
{
	const struct node *result = map;

	for (uint32_t i = 0; i < map->count; i++) {
		const struct node *value = followed(s, map->entries[i].value);
		if (value != map->entries[i].value)
			result = node_with(s->arena, result, node_text(map->entries[i].key), value);
	}
	return result;
}

static const struct node *followed(const struct settling *s, const struct node *n)
{
	const struct node *result = n;

	for (uint32_t i = 0; node_is_scalar(n) && i < s->changes.count; i++)
		if (s->changes.items[i].from == n)
			return s->changes.items[i].to;
	if (node_is_map(n))
		return followed_map(s, n);
	for (uint32_t i = 0; node_is_list(n) && i < n->count; i++) {
		const struct node *item = followed(s, n->items[i]);
		if (item != n->items[i])
			result = node_list_with(s->arena, result, i, item);
	}
	return result;
}

const struct node *shared_settle(struct arena *arena, struct shared *shared,
				 const struct node *before, const struct node *after)
{
	struct settling s = { .arena = arena, .shared = shared };

	if (!shared->values.count || before == after)
		return after;
	compare(&s, before, after);
	return s.changes.count ? followed(&s, after) : after;
}

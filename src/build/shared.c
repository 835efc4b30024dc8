/* shared - values that the peer keeps as one and the same node in several fields of an object */
#include "build/shared.h"

#include "base/arena.h"
#include "base/sort.h"

/* One value that was written over. */
struct change {
	const struct node *from, *to;
};

struct settling {
	struct arena *arena;
	struct shared *shared;
	VEC(struct change) changes;
};

/* Written more than once, the last one counts, for the fields before as well. */
static void note_again(struct settling *s, struct change *known, const struct node *to)
{
	const struct node *earlier = known->to;

	for (uint32_t i = 0; i < s->changes.count; i++)
		if (s->changes.items[i].to == earlier)
			s->changes.items[i].to = to;
	VEC_PUSH(s->arena, &s->changes, (struct change){ earlier, to });
	for (uint32_t i = 0; i < s->shared->values.count; i++)
		if (s->shared->values.items[i] == earlier)
			s->shared->values.items[i] = to;
}

static void note(struct settling *s, const struct node *from, const struct node *to)
{
	for (uint32_t i = 0; i < s->changes.count; i++)
		if (s->changes.items[i].from == from) {
			if (s->changes.items[i].to != to)
				note_again(s, &s->changes.items[i], to);
			return;
		}
	for (uint32_t i = 0; i < s->shared->values.count; i++)
		if (s->shared->values.items[i] == from) {
			s->shared->values.items[i] = to;
			VEC_PUSH(s->arena, &s->changes, (struct change){ from, to });
		}
}

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(node_text(((const struct entry *)a)->key),
			   node_text(((const struct entry *)b)->key));
}

static void compare(struct settling *s, const struct node *before, const struct node *after);

/* In the order in which the peer writes them. */
static void compare_maps(struct settling *s, const struct node *before, const struct node *after)
{
	struct entry *entries = node_entries_copy(s->arena, after);

	sort_stable(entries, node_entry_count(after), sizeof(*entries), compare_keys, NULL);
	for (uint32_t i = 0; i < node_entry_count(after); i++)
		compare(s, node_get(before, node_text(entries[i].key)), entries[i].value);
}

/* Trees share what did not change, so only the paths to changes are walked. A container that came
 * from elsewhere was put there whole: nothing in it was written over. */
static void compare(struct settling *s, const struct node *before, const struct node *after)
{
	if (before == after || !before || !after || before->kind != after->kind)
		return;
	if (node_is_scalar(before)) {
		note(s, before, after);
		return;
	}
	if (before->position != after->position || !node_member_count(after))
		return;
	if (node_is_map(before))
		compare_maps(s, before, after);
	for (uint32_t i = 0; i < MIN(node_item_count(before), node_item_count(after)); i++)
		if (node_item_count(before) == node_item_count(after))
			compare(s, node_item(before, i), node_item(after, i));
}

static const struct node *followed(const struct settling *s, const struct node *n);

static const struct node *followed_map(const struct settling *s, const struct node *map)
{
	const struct node *result = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *value = followed(s, node_entry(map, i)->value);
		if (value != node_entry(map, i)->value)
			result = node_with(s->arena, result, node_text(node_entry(map, i)->key),
					   value);
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
	for (uint32_t i = 0; i < node_item_count(n); i++) {
		const struct node *item = followed(s, node_item(n, i));
		if (item != node_item(n, i))
			result = node_list_put(s->arena, n, result, i, item);
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

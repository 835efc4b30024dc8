/* shared - values that kustomize stores as one shared yaml.Node in several fields of an object */
#include "build/shared.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/map.h"
#include "base/sort.h"
#include "doc/key_index.h"

/* One value that was written over. */
struct change {
	const struct node *from, *to;
};

struct settling {
	struct arena *arena;
	struct shared *shared;
	VEC(struct change) changes;
	struct map change_of; /* by the node that was written over: index + 1 of its first change */
	struct map
		value_of; /* by the node: index + 1 of the shared value; empty until it is needed */
};

/* The node itself as a key, not what it holds. */
static struct str key_of(const struct node *const *n)
{
	return (struct str){ (const char *)n, sizeof(*n) };
}

/* As a key that stays. */
static struct str kept_key(struct settling *s, const struct node *n)
{
	return key_of(arena_copy(s->arena, &n, sizeof(const struct node *)));
}

static void put(struct settling *s, struct map *map, const struct node *n, uint32_t index)
{
	if (!map_get(map, key_of(&n)))
		map_put(map, kept_key(s, n), (void *)((uintptr_t)index + 1));
}

static uint32_t find(const struct map *map, const struct node *n)
{
	return (uint32_t)(uintptr_t)map_get(map, key_of(&n));
}

static void add_change(struct settling *s, const struct node *from, const struct node *to)
{
	VEC_PUSH(s->arena, &s->changes, (struct change){ from, to });
	put(s, &s->change_of, from, s->changes.count - 1);
}

static void set_value(struct settling *s, uint32_t index, const struct node *to)
{
	map_remove(&s->value_of, key_of(&s->shared->values.items[index]));
	s->shared->values.items[index] = to;
	put(s, &s->value_of, to, index);
}

/* Written more than once, the last one counts, for the fields before as well. */
static void note_again(struct settling *s, struct change *known, const struct node *to)
{
	const struct node *earlier = known->to;
	uint32_t value = find(&s->value_of, earlier);

	budget_spend(s->changes.count / BUDGET_STEP_MEMBERS);
	for (uint32_t i = 0; i < s->changes.count; i++)
		if (s->changes.items[i].to == earlier)
			s->changes.items[i].to = to;
	add_change(s, earlier, to);
	if (value)
		set_value(s, value - 1, to);
}

static void index_values(struct settling *s)
{
	for (uint32_t i = 0; i < s->shared->values.count; i++)
		put(s, &s->value_of, s->shared->values.items[i], i);
}

static void note(struct settling *s, const struct node *from, const struct node *to)
{
	uint32_t known = find(&s->change_of, from), value;

	if (known) {
		if (s->changes.items[known - 1].to != to)
			note_again(s, &s->changes.items[known - 1], to);
		return;
	}
	if (!s->value_of.count)
		index_values(s);
	value = find(&s->value_of, from);
	if (value) {
		set_value(s, value - 1, to);
		add_change(s, from, to);
	}
}

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(node_text(((const struct entry *)a)->key),
			   node_text(((const struct entry *)b)->key));
}

static void compare(struct settling *s, const struct node *before, const struct node *after);

/* In the order in which kustomize writes them. */
static void compare_maps(struct settling *s, const struct node *before, const struct node *after)
{
	struct entry *entries = node_entries_copy(s->arena, after);

	sort_stable(entries, node_entry_count(after), sizeof(*entries), compare_keys, NULL);
	SCRATCH(scratch);
	struct key_index in_before = key_index_make(scratch, before);
	for (uint32_t i = 0; i < node_entry_count(after); i++)
		compare(s, key_index_get(&in_before, node_text(entries[i].key)), entries[i].value);
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
			result = node_map_put(s->arena, map, result, i, value);
	}
	return result;
}

static const struct node *followed(const struct settling *s, const struct node *n)
{
	const struct node *result = n;

	if (node_is_scalar(n)) {
		uint32_t change = find(&s->change_of, n);
		return change ? s->changes.items[change - 1].to : n;
	}
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
	map_init(&s.change_of, arena);
	map_init(&s.value_of, arena);
	compare(&s, before, after);
	return s.changes.count ? followed(&s, after) : after;
}

/* merge - what an apply makes of the live object: merging and removal */
#include "base/arena.h"
#include "base/vec.h"
#include "kube/members.h"
#include "kube/ssa/element.h"
#include "kube/ssa/typed.h"

/* Merging maps: the order of the live one, then what only the applied one has. */

static const struct node *merge_maps(const struct ssa_typed *t, struct schema schema,
				     const struct node *live, const struct node *applied)
{
	struct members in_live, in_applied;
	bool is_live = true;
	uint32_t count = 0;

	members_init(&in_live, t->arena, live);
	members_init(&in_applied, t->arena, applied);
	struct entry *entries = arena_alloc_raw(
		t->arena,
		(node_entry_count(live) + (size_t)node_entry_count(applied)) * sizeof(*entries), 8);
	for (uint32_t i = 0; i < node_entry_count(live); i++) {
		struct str name = node_text(node_entry(live, i)->key);
		const struct node *over = members_get(&in_applied, name);
		entries[count] = *node_entry(live, i);
		if (over)
			entries[count].value = ssa_typed_merge(t, ssa_typed_member(t, schema, name),
							       entries[count].value, over);
		is_live &= entries[count].value == node_entry(live, i)->value;
		count++;
	}
	for (uint32_t i = 0; i < node_entry_count(applied); i++)
		if (!members_find(&in_live, node_text(node_entry(applied, i)->key)))
			entries[count++] = *node_entry(applied, i);
	return is_live && count == node_entry_count(live) ? live
							  : node_map_of(t->arena, entries, count);
}

/*
 * Merging lists: a walk along both that keeps the order of what both have as the applied list
 * states it, leaves items of live alone where they stand, and puts new ones behind the applied
 * item before them. Source: typed/merge.go, visitListItems.
 */
struct list_merge {
	const struct ssa_typed *t;
	struct schema schema; /* of the list */
	struct ssa_typed_items live;
	struct ssa_typed_items applied;
	bool *is_merged; /* by index of an applied item */
	uint32_t shared; /* index of the next applied item that live has, too */
	const struct node **out;
	uint32_t count;
};

static void next_shared(struct list_merge *m)
{
	while (m->shared < m->applied.count &&
	       ssa_typed_items_find(&m->live, m->applied.elements[m->shared]) < 0)
		m->shared++;
}

static void put_applied(struct list_merge *m, uint32_t at)
{
	int64_t i = ssa_typed_items_find(&m->live, m->applied.elements[at]);
	const struct node *item = node_item(m->applied.list, at);

	/* Items that live has twice are not merged with. */
	if (i >= 0 && !ssa_typed_items_repeats(&m->live, (uint32_t)i))
		item = ssa_typed_merge(m->t, schema_items(m->schema),
				       node_item(m->live.list, (uint32_t)i), item);
	m->is_merged[at] = true;
	m->out[m->count++] = item;
	if (m->shared == at) {
		m->shared++;
		next_shared(m);
	}
}

/* Looks at the next item of live; returns whether it moved past it, without looking at applied. */
static bool pass_live(struct list_merge *m, uint32_t *i, uint32_t *j)
{
	struct str element = m->live.elements[*i];
	int64_t at = ssa_typed_items_find(&m->applied, element);
	bool both_left = *j < m->applied.count;

	if (both_left && at == *j) {
		put_applied(m, (*j)++);
		++*i;
		return true;
	}
	if (both_left && at >= 0 && m->shared < m->applied.count && at != m->shared) {
		++*i; /* shared, but its turn is later, or was before */
		return true;
	}
	if (at < 0) {
		m->out[m->count++] = node_item(m->live.list, *i);
		++*i;
		return true;
	}
	if (m->is_merged[at])
		++*i;
	return false;
}

static const struct node *merged_list(const struct list_merge *m)
{
	const struct node *live = m->live.list;

	if (m->count == node_item_count(live)) {
		uint32_t same = 0;
		while (same < m->count && m->out[same] == node_item(live, same))
			same++;
		if (same == m->count)
			return live;
	}
	return node_list_of(m->t->arena, m->out, m->count);
}

static const struct node *merge_lists(const struct ssa_typed *t, struct schema schema,
				      const struct node *live, const struct node *applied)
{
	struct list_merge m = { .t = t, .schema = schema };

	ssa_typed_items_init(&m.live, t->arena, schema, live);
	ssa_typed_items_init(&m.applied, t->arena, schema, applied);
	m.is_merged = arena_array(t->arena, bool, m.applied.count);
	m.out = arena_array(t->arena, const struct node *, m.live.count + (size_t)m.applied.count);
	next_shared(&m);
	for (uint32_t i = 0, j = 0; i < m.live.count || j < m.applied.count;) {
		if (i < m.live.count && pass_live(&m, &i, &j))
			continue;
		if (j < m.applied.count)
			put_applied(&m, j++);
	}
	return merged_list(&m);
}

const struct node *ssa_typed_merge(const struct ssa_typed *t, struct schema schema,
				   const struct node *live, const struct node *applied)
{
	enum ssa_typed_shape was = ssa_typed_shape(schema, live),
			     is = ssa_typed_shape(schema, applied);

	if (!live || live == applied)
		return applied;
	if (node_is_null(applied) && was != TYPED_LEAF && node_member_count(live))
		return live; /* null states nothing about a granular container's members */
	if (was != is || is == TYPED_LEAF ||
	    (!node_member_count(live) && !node_member_count(applied)))
		return ssa_typed_leaf_equal(t, schema, live, applied) ? live : applied;
	return is == TYPED_MAP ? merge_maps(t, schema, live, applied)
			       : merge_lists(t, schema, live, applied);
}

/* Removal */

static const struct node *removed_below(const struct ssa_typed *t, struct schema schema,
					const struct node *value, const struct node *below)
{
	if (ssa_set_is_member(below))
		return NULL;
	return below ? ssa_typed_remove(t, schema, value, below) : value;
}

static const struct node *remove_from_map(const struct ssa_typed *t, struct schema schema,
					  const struct node *map, const struct node *set)
{
	struct entry *entries =
		arena_alloc_raw(t->arena, node_entry_count(map) * sizeof(*entries), 8);
	uint32_t count = 0;
	bool same = true;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str name = node_text(node_entry(map, i)->key);
		const struct node *below = ssa_set_below(set, ssa_element_of_field(t->arena, name));
		const struct node *value = removed_below(t, ssa_typed_member(t, schema, name),
							 node_entry(map, i)->value, below);
		same &= value == node_entry(map, i)->value;
		if (value)
			entries[count++] = (struct entry){ node_entry(map, i)->key, value };
	}
	if (same)
		return map;
	return count ? node_map_of(t->arena, entries, count) : node_null();
}

static const struct node *remove_from_list(const struct ssa_typed *t, struct schema schema,
					   const struct node *list, const struct node *set)
{
	const struct node **items =
		arena_array(t->arena, const struct node *, node_item_count(list));
	uint32_t count = 0;
	bool same = true;
	struct str why;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str element =
			ssa_element_of_item(t->arena, schema, node_item(list, i), &why);
		const struct node *below = element.ptr ? ssa_set_below(set, element) : NULL;
		const struct node *item =
			removed_below(t, schema_items(schema), node_item(list, i), below);
		same &= item == node_item(list, i);
		if (item)
			items[count++] = item;
	}
	if (same)
		return list;
	return count ? node_list_of(t->arena, items, count) : node_null();
}

const struct node *ssa_typed_remove(const struct ssa_typed *t, struct schema schema,
				    const struct node *value, const struct node *set)
{
	if (ssa_set_is_empty(set))
		return value;
	switch (ssa_typed_shape(schema, value)) {
	case TYPED_LEAF:
		return node_is_scalar(value) ? value : node_null();
	case TYPED_MAP:
		return remove_from_map(t, schema, value, set);
	case TYPED_LIST:
		return remove_from_list(t, schema, value, set);
	}
	return value;
}

const struct node *ssa_typed_without_nulls(const struct ssa_typed *t, const struct node *value)
{
	if (!node_is_map(value))
		return value;
	struct entry *entries =
		arena_alloc_raw(t->arena, node_entry_count(value) * sizeof(*entries), 8);
	uint32_t count = 0;
	bool same = true;
	for (uint32_t i = 0; i < node_entry_count(value); i++) {
		struct entry entry = *node_entry(value, i);
		const struct node *old = entry.value;
		entry.value = ssa_typed_without_nulls(t, old);
		same &= entry.value == old && !node_is_null(old);
		if (!node_is_null(old))
			entries[count++] = entry;
	}
	return same ? value : node_map_of(t->arena, entries, count);
}

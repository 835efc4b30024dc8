/* typed - objects seen through their types: field sets and comparison */
#include "kube/ssa/typed.h"

#include "base/arena.h"
#include "base/vec.h"
#include "doc/scalar.h"
#include "kube/members.h"
#include "kube/quantity.h"
#include "kube/ssa/element.h"

/* Types */

/* apiVersion, kind and metadata stand in every type of an object, though not in every CRD. */
static bool is_of_every_object(const struct ssa_typed *t, struct schema map, struct str name)
{
	return schema_exists(map) && map.index == t->root.index &&
	       (str_equal(name, STR("metadata")) || str_equal(name, STR("kind")) ||
		str_equal(name, STR("apiVersion")));
}

struct schema ssa_typed_member(const struct ssa_typed *t, struct schema map, struct str name)
{
	struct schema member = schema_field(map, name);

	if (schema_has_properties(member) || !is_of_every_object(t, map, name))
		return member;
	const struct kind *pod = schemas_kind_by_id(map.schemas, KIND_POD);
	return schema_field(schema_root(map.schemas, pod, NULL), name);
}

bool ssa_typed_declares(const struct ssa_typed *t, struct schema map, struct str name)
{
	if (is_of_every_object(t, map, name))
		return true;
	return schema_has_properties(map) && !schema_exists(schema_additional(map)) &&
	       schema_exists(schema_field(map, name));
}

enum ssa_typed_shape ssa_typed_shape(struct schema schema, const struct node *value)
{
	if (node_is_map(value))
		return schema_is_atomic_map(schema) ? TYPED_LEAF : TYPED_MAP;
	if (node_is_list(value) && schema_list_type(schema) != SCHEMA_LIST_ATOMIC)
		return TYPED_LIST;
	return TYPED_LEAF;
}

struct ssa_typed ssa_typed_begin(struct arena *arena, struct schema root)
{
	return (struct ssa_typed){ arena, root,
				   schema_is_metadata(schema_field(root, STR("metadata"))) };
}

/*
 * A stored quantity is canonical, an applied one is as it was written: 1000m differs from a stored
 * 1, as the API server sees it.
 */
bool ssa_typed_leaf_equal(const struct ssa_typed *t, struct schema schema,
			  const struct node *before, const struct node *after)
{
	if (schema_type(schema) != SCHEMA_QUANTITY || !node_is_scalar(before) ||
	    !node_is_scalar(after))
		return node_equal(before, after);
	return scalar_of(after).type == SCALAR_STR &&
	       str_equal(quantity_canonical(t->arena, node_text(before)), node_text(after));
}

static bool same_maps(const struct ssa_typed *t, struct schema schema, const struct node *a,
		      const struct node *b)
{
	struct members in_b;

	if (node_entry_count(a) != node_entry_count(b))
		return false;
	members_init(&in_b, t->arena, b);
	for (uint32_t i = 0; i < node_entry_count(a); i++) {
		struct str name = node_text(node_entry(a, i)->key);
		const struct node *other = members_get(&in_b, name);
		if (!other || !ssa_typed_same(t, ssa_typed_member(t, schema, name),
					      node_entry(a, i)->value, other))
			return false;
	}
	return true;
}

static bool same_lists(const struct ssa_typed *t, struct schema schema, const struct node *a,
		       const struct node *b)
{
	if (node_item_count(a) != node_item_count(b))
		return false;
	for (uint32_t i = 0; i < node_item_count(a); i++)
		if (!ssa_typed_same(t, schema_items(schema), node_item(a, i), node_item(b, i)))
			return false;
	return true;
}

bool ssa_typed_same(const struct ssa_typed *t, struct schema schema, const struct node *a,
		    const struct node *b)
{
	int64_t x, y;

	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	if (a->kind == NODE_MAP)
		return same_maps(t, schema, a, b);
	if (a->kind == NODE_LIST)
		return same_lists(t, schema, a, b);
	if (schema_type(schema) == SCHEMA_QUANTITY && quantity_parse(node_text(a), &x) &&
	    quantity_parse(node_text(b), &y))
		return x == y;
	return node_equal(a, b);
}

/* Items of lists */

void ssa_typed_items_init(struct ssa_typed_items *items, struct arena *arena, struct schema schema,
			  const struct node *list)
{
	uint32_t count = node_item_count(list);
	struct str why;

	*items = (struct ssa_typed_items){ .list = list, .count = count };
	items->elements = arena_array(arena, struct str, count);
	items->next = arena_array(arena, uint32_t, count);
	items->first = arena_array(arena, uint32_t, count);
	uint32_t *last = arena_array(arena, uint32_t, count);
	map_init(&items->by_element, arena);
	for (uint32_t i = 0; i < count; i++) {
		items->elements[i] = ssa_element_of_item(arena, schema, node_item(list, i), &why);
		if (!items->elements[i].ptr)
			continue;
		void **slot = map_slot(&items->by_element, items->elements[i]);
		uint32_t first = *slot ? (uint32_t)(uintptr_t)*slot : i + 1;
		if (*slot)
			items->next[last[first - 1]] = i + 1;
		*slot = (void *)(uintptr_t)first;
		items->first[i] = first;
		last[first - 1] = i;
	}
}

int64_t ssa_typed_items_find(const struct ssa_typed_items *items, struct str element)
{
	if (!items->count)
		return -1;
	return (int64_t)(uintptr_t)map_get(&items->by_element, element) - 1;
}

bool ssa_typed_items_repeats(const struct ssa_typed_items *items, uint32_t first)
{
	return items->next[first] != 0;
}

/* A set that is being made: entries in the order of the walk. */
struct draft {
	VEC(struct entry) entries;
};

static void draft_add(struct arena *arena, struct draft *d, struct str element,
		      const struct node *below)
{
	if (below)
		VEC_PUSH(arena, &d->entries, (struct entry){ node_str(arena, element), below });
}

static void draft_add_self(struct arena *arena, struct draft *d)
{
	draft_add(arena, d, ELEMENT_SELF, ssa_set_leaf());
}

static const struct node *draft_end(struct arena *arena, const struct draft *d)
{
	return ssa_set_of(arena, d->entries.items, d->entries.count);
}

/* Field sets */

static const struct node *set_of_value(const struct ssa_typed *t, struct schema schema,
				       const struct node *value, bool is_member);

static void add_map(const struct ssa_typed *t, struct draft *d, struct schema schema,
		    const struct node *map)
{
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str name = node_text(node_entry(map, i)->key);
		const struct node *value = node_entry(map, i)->value;
		bool is_empty_map = node_is_map(value) && node_entry_count(value) == 0;
		bool is_member =
			node_is_null(value) || is_empty_map || !ssa_typed_declares(t, schema, name);
		draft_add(t->arena, d, ssa_element_of_field(t->arena, name),
			  set_of_value(t, ssa_typed_member(t, schema, name), value, is_member));
	}
}

static void add_list(const struct ssa_typed *t, struct draft *d, struct schema schema,
		     const struct node *list)
{
	struct ssa_typed_items items;

	ssa_typed_items_init(&items, t->arena, schema, list);
	for (uint32_t i = 0; i < items.count; i++) {
		if (!items.elements[i].ptr || items.first[i] != i + 1)
			continue;
		draft_add(t->arena, d, items.elements[i],
			  ssa_typed_items_repeats(&items, i)
				  ? ssa_set_leaf()
				  : set_of_value(t, schema_items(schema), node_item(list, i),
						 /* is_member= */ true));
	}
}

static const struct node *set_of_value(const struct ssa_typed *t, struct schema schema,
				       const struct node *value, bool is_member)
{
	struct draft d = {};

	switch (ssa_typed_shape(schema, value)) {
	case TYPED_LEAF:
		return ssa_set_leaf();
	case TYPED_MAP:
		add_map(t, &d, schema, value);
		break;
	case TYPED_LIST:
		add_list(t, &d, schema, value);
		break;
	}
	if (is_member)
		draft_add_self(t->arena, &d);
	return draft_end(t->arena, &d);
}

const struct node *ssa_typed_set(const struct ssa_typed *t, struct schema schema,
				 const struct node *value)
{
	struct draft d = {};

	if (!node_is_map(value))
		return NULL;
	add_map(t, &d, schema, value);
	return draft_end(t->arena, &d);
}

/* Comparison */

struct comparison {
	struct draft changed;
	struct draft removed;
};

static struct ssa_typed_delta compare(const struct ssa_typed *t, struct schema schema,
				      const struct node *before, const struct node *after);

static void add_delta(struct arena *arena, struct comparison *c, struct str element,
		      struct ssa_typed_delta delta)
{
	draft_add(arena, &c->changed, element, delta.changed);
	draft_add(arena, &c->removed, element, delta.removed);
}

static void compare_member(const struct ssa_typed *t, struct comparison *c, struct schema schema,
			   struct str name, const struct node *before, const struct node *after)
{
	if (before == after)
		return;
	struct ssa_typed_delta delta = compare(t, ssa_typed_member(t, schema, name), before, after);
	if (delta.changed || delta.removed)
		add_delta(t->arena, c, ssa_element_of_field(t->arena, name), delta);
}

/*
 * What stands for an absent field of a struct that is there: fields that are no pointers are {},
 * those that JSON never leaves out are null.
 */
static const struct node *stand_in(const struct ssa_typed *t, struct schema schema, struct str name,
				   const struct node *map)
{
	if (!t->is_go || !node_is_map(map))
		return NULL;
	if (schema_is_go_value(schema_field(schema, name)))
		return node_empty_map();
	return schema_is_required(schema, name) ? node_null() : NULL;
}

static void compare_maps(const struct ssa_typed *t, struct comparison *c, struct schema schema,
			 const struct node *before, const struct node *after)
{
	struct members in_before, in_after;

	members_init(&in_before, t->arena, before);
	members_init(&in_after, t->arena, after);
	for (uint32_t i = 0; i < node_entry_count(before); i++) {
		const struct entry *old = node_entry(before, i);
		const struct node *new = members_get(&in_after, node_text(old->key));
		if (!new)
			new = stand_in(t, schema, node_text(old->key), after);
		compare_member(t, c, schema, node_text(old->key), old->value, new);
	}
	for (uint32_t i = 0; i < node_entry_count(after); i++) {
		const struct entry *new = node_entry(after, i);
		struct str name = node_text(new->key);
		if (!members_find(&in_before, name))
			compare_member(t, c, schema, name, stand_in(t, schema, name, before),
				       new->value);
	}
}

static bool repeats_equal(const struct ssa_typed_items *before, uint32_t i,
			  const struct ssa_typed_items *after, uint32_t j)
{
	for (;;) {
		if (!node_equal(node_item(before->list, i), node_item(after->list, j)))
			return false;
		if (!before->next[i] || !after->next[j])
			return before->next[i] == after->next[j];
		i = before->next[i] - 1;
		j = after->next[j] - 1;
	}
}

/* Items of one element in both lists; an index is -1 where it is absent. */
struct item_pair {
	const struct ssa_typed_items *before, *after;
	int64_t i, j;
};

static struct str element_of_pair(const struct item_pair *p)
{
	return p->i >= 0 ? p->before->elements[p->i] : p->after->elements[p->j];
}

/* Items that share an element count as one leaf, as long as they do. item is their type. */
static struct ssa_typed_delta compare_repeats(const struct ssa_typed *t, struct schema item,
					      const struct item_pair *p)
{
	bool was = p->i >= 0 && ssa_typed_items_repeats(p->before, (uint32_t)p->i);
	bool is = p->j >= 0 && ssa_typed_items_repeats(p->after, (uint32_t)p->j);
	struct ssa_typed_delta delta = {};

	if (was && is) {
		if (!repeats_equal(p->before, (uint32_t)p->i, p->after, (uint32_t)p->j))
			delta.changed = ssa_set_leaf();
	} else if (was) {
		if (p->j >= 0)
			delta = compare(t, item, NULL, node_item(p->after->list, (uint32_t)p->j));
		delta.removed = ssa_set_leaf();
	} else {
		if (p->i >= 0)
			delta = compare(t, item, node_item(p->before->list, (uint32_t)p->i), NULL);
		delta.changed = ssa_set_leaf();
	}
	return delta;
}

static void compare_items(const struct ssa_typed *t, struct comparison *c, struct schema item,
			  const struct item_pair *p)
{
	const struct node *x = p->i >= 0 ? node_item(p->before->list, (uint32_t)p->i) : NULL;
	const struct node *y = p->j >= 0 ? node_item(p->after->list, (uint32_t)p->j) : NULL;
	struct ssa_typed_delta delta = {};

	if ((x && ssa_typed_items_repeats(p->before, (uint32_t)p->i)) ||
	    (y && ssa_typed_items_repeats(p->after, (uint32_t)p->j)))
		delta = compare_repeats(t, item, p);
	else if (x != y)
		delta = compare(t, item, x, y);
	add_delta(t->arena, c, element_of_pair(p), delta);
}

static bool same_items(const struct node *before, const struct node *after)
{
	if (node_item_count(before) != node_item_count(after))
		return false;
	for (uint32_t i = 0; i < node_item_count(before); i++)
		if (node_item(before, i) != node_item(after, i))
			return false;
	return true;
}

static void compare_lists(const struct ssa_typed *t, struct comparison *c, struct schema schema,
			  const struct node *before, const struct node *after)
{
	struct ssa_typed_items x, y;

	if (same_items(before, after))
		return;
	ssa_typed_items_init(&x, t->arena, schema, before);
	ssa_typed_items_init(&y, t->arena, schema, after);
	for (uint32_t i = 0; i < x.count; i++)
		if (x.first[i] == i + 1)
			compare_items(t, c, schema_items(schema),
				      &(struct item_pair){
					      &x, &y, i, ssa_typed_items_find(&y, x.elements[i]) });
	for (uint32_t j = 0; j < y.count; j++)
		if (y.first[j] == j + 1 && ssa_typed_items_find(&x, y.elements[j]) < 0)
			compare_items(t, c, schema_items(schema),
				      &(struct item_pair){ &x, &y, -1, j });
}

/* Nothing to walk: absent, null, or a container without members. */
static bool is_bare(const struct node *value)
{
	return !value ||
	       (value->kind == NODE_SCALAR ? node_is_null(value) : node_member_count(value) == 0);
}

static void compare_leaves(const struct ssa_typed *t, struct comparison *c, struct schema schema,
			   const struct node *before, const struct node *after)
{
	if (!after)
		draft_add_self(t->arena, &c->removed);
	else if (!before || !ssa_typed_leaf_equal(t, schema, before, after))
		draft_add_self(t->arena, &c->changed);
}

static struct ssa_typed_delta compare(const struct ssa_typed *t, struct schema schema,
				      const struct node *before, const struct node *after)
{
	struct comparison c = {};
	enum ssa_typed_shape was = ssa_typed_shape(schema, before),
			     is = ssa_typed_shape(schema, after);
	bool is_map = was == TYPED_MAP || is == TYPED_MAP;
	bool is_list = was == TYPED_LIST || is == TYPED_LIST;

	if ((is_bare(before) && is_bare(after)) || (!is_map && !is_list)) {
		compare_leaves(t, &c, schema, before, after);
	} else {
		/* A scalar that became a container, or the reverse, is a change of both. */
		bool mixed = !node_is_null(before) && !node_is_null(after) &&
			     before->kind != after->kind;
		if (mixed)
			draft_add_self(t->arena, &c.changed);
		if (is_map)
			compare_maps(t, &c, schema, before, after);
		if (is_list)
			compare_lists(t, &c, schema, before, after);
		if (!before)
			draft_add_self(t->arena, &c.changed);
		if (!after)
			draft_add_self(t->arena, &c.removed);
	}
	return (struct ssa_typed_delta){ draft_end(t->arena, &c.changed),
					 draft_end(t->arena, &c.removed) };
}

struct ssa_typed_delta ssa_typed_compare(const struct ssa_typed *t, struct schema schema,
					 const struct node *before, const struct node *after)
{
	struct comparison c = {};

	if (before != after)
		compare_maps(t, &c, schema, before ? before : node_empty_map(), after);
	return (struct ssa_typed_delta){ draft_end(t->arena, &c.changed),
					 draft_end(t->arena, &c.removed) };
}

/* Named fields */

const struct node *ssa_typed_with_named(const struct ssa_typed *t, struct schema schema,
					const struct node *set)
{
	if (ssa_set_is_empty(set))
		return set;
	struct entry *entries = node_entries_copy(t->arena, set);
	for (uint32_t i = 0; i < node_entry_count(set); i++) {
		struct str name = ssa_element_field(node_text(entries[i].key));
		struct schema type =
			name.ptr ? ssa_typed_member(t, schema, name) : schema_items(schema);
		if (!ssa_set_has_more(entries[i].value))
			continue;
		const struct node *below = ssa_typed_with_named(t, type, entries[i].value);
		bool is_named = name.ptr && ssa_typed_declares(t, schema, name);
		entries[i].value = is_named ? ssa_set_with_self(t->arena, below) : below;
	}
	return node_map_of(t->arena, entries, node_entry_count(set));
}

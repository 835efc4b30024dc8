/* tree - documents as immutable trees whose nodes keep their place in the text */
#include "doc/tree.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/hash.h"
#include "base/num.h"
#include "doc/key_index.h"
#include "doc/raw.h"
#include "doc/scalar.h"

bool node_is_null(const struct node *n)
{
	if (!n)
		return true;
	if (n->kind != NODE_SCALAR || (n->style != STYLE_PLAIN && n->tag == TAG_NONE))
		return false;
	return scalar_of(n).type == SCALAR_NULL;
}

bool node_is_empty(const struct node *n)
{
	return node_is_null(n) || (n->kind != NODE_SCALAR && n->raw_count == 0);
}

/* Keys of one length mostly differ in their first byte, so few are compared as a whole. */
static bool key_is(const struct node *key, struct str text)
{
	if (key->raw_count != text.len || key->kind != NODE_SCALAR)
		return false;
	return text.len == 0 || (key->raw_text[0] == text.ptr[0] &&
				 str_same_bytes(key->raw_text, text.ptr, text.len));
}

/* Index of the last entry with that key, or -1: go-yaml keeps the last of duplicates. */
static ptrdiff_t entry_index(const struct node *map, struct str key)
{
	if (!node_is_map(map))
		return -1;
	budget_spend(1 + map->raw_count / BUDGET_STEP_MEMBERS);
	for (uint32_t i = map->raw_count; i-- > 0;)
		if (key_is(map->raw_entries[i].key, key))
			return i;
	return -1;
}

const struct node *node_get(const struct node *map, struct str key)
{
	ptrdiff_t index = entry_index(map, key);
	return index < 0 ? NULL : map->raw_entries[index].value;
}

bool node_int64(const struct node *n, int64_t *ret)
{
	if (!node_is_scalar(n))
		return false;
	struct scalar s = scalar_of(n);
	if (s.type == SCALAR_FLOAT && s.number >= -9007199254740992.0 &&
	    s.number <= 9007199254740992.0 && s.number == (double)(int64_t)s.number) {
		*ret = (int64_t)s.number;
		return true;
	}
	if (s.type != SCALAR_INT)
		return false;
	*ret = s.integer;
	return true;
}

bool node_bool(const struct node *n, bool *ret)
{
	if (!node_is_scalar(n))
		return false;
	struct scalar s = scalar_of(n);
	if (s.type != SCALAR_BOOL)
		return false;
	*ret = s.boolean;
	return true;
}

/* Equality */

static bool is_number(struct scalar s)
{
	return s.type == SCALAR_INT || s.type == SCALAR_UINT || s.type == SCALAR_FLOAT;
}

static double as_double(struct scalar s)
{
	if (s.type == SCALAR_INT)
		return (double)s.integer;
	return s.type == SCALAR_UINT ? (double)s.unsigned_integer : s.number;
}

static bool is_text(struct scalar s)
{
	return s.type == SCALAR_STR || s.type == SCALAR_TIMESTAMP || s.type == SCALAR_BINARY ||
	       s.type == SCALAR_MERGE;
}

static bool scalars_equal(const struct node *a, const struct node *b)
{
	struct scalar x = scalar_of(a), y = scalar_of(b);

	if (is_number(x) && is_number(y))
		return x.type == y.type && x.type == SCALAR_INT ? x.integer == y.integer
								: as_double(x) == as_double(y);
	if (is_text(x) && is_text(y))
		return str_equal(x.text, y.text);
	if (x.type != y.type)
		return false;
	return x.type == SCALAR_NULL || x.boolean == y.boolean;
}

/* From the entry on where the order of the keys begins to differ. */
static bool unordered_equal(const struct node *a, const struct node *b, uint32_t from)
{
	SCRATCH(scratch);
	struct key_index in_b = key_index_make(scratch, b);

	for (uint32_t i = from; i < a->raw_count; i++) {
		const struct entry *x = &a->raw_entries[i];
		const struct node *other = key_index_get(&in_b, node_text(x->key));
		if (!other || !node_equal(x->value, other))
			return false;
	}
	return true;
}

static bool maps_equal(const struct node *a, const struct node *b)
{
	if (a->raw_count != b->raw_count)
		return false;
	for (uint32_t i = 0; i < a->raw_count; i++) {
		const struct entry *x = &a->raw_entries[i], *y = &b->raw_entries[i];
		if (!node_equal(x->key, y->key))
			return unordered_equal(a, b, i);
		if (!node_equal(x->value, y->value))
			return false;
	}
	return true;
}

static bool lists_equal(const struct node *a, const struct node *b)
{
	if (a->raw_count != b->raw_count)
		return false;
	for (uint32_t i = 0; i < a->raw_count; i++)
		if (!node_equal(a->raw_items[i], b->raw_items[i]))
			return false;
	return true;
}

bool node_equal(const struct node *a, const struct node *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	if (a->kind == NODE_SCALAR)
		return scalars_equal(a, b);
	return a->kind == NODE_MAP ? maps_equal(a, b) : lists_equal(a, b);
}

/* Making */

static struct node *new_node(struct arena *arena, enum node_kind kind, enum node_style style)
{
	struct node *n = arena_alloc_raw(arena, sizeof(*n), 8);

	*n = (struct node){ .kind = kind, .style = style, .dialect = DIALECT_JSON };
	return n;
}

static const struct node *new_scalar(struct arena *arena, enum node_style style, struct str text)
{
	struct node *n = new_node(arena, NODE_SCALAR, style);

	if (text.len > UINT32_MAX)
		BUG("a scalar of %zu bytes", text.len);
	n->raw_text = text.ptr;
	n->raw_count = (uint32_t)text.len;
	return n;
}

const struct node *node_str(struct arena *arena, struct str text)
{
	return new_scalar(arena, STYLE_DOUBLE, text);
}

const struct node *node_cstr(struct arena *arena, const char *text)
{
	return node_str(arena, str_from_cstr(text));
}

const struct node *node_int(struct arena *arena, int64_t value)
{
	return new_scalar(arena, STYLE_PLAIN, num_format_int64(arena, value));
}

const struct node *node_double(struct arena *arena, double value)
{
	if (!isfinite(value))
		return node_null();
	return new_scalar(arena, STYLE_PLAIN, num_format_double(arena, value, 'g'));
}

const struct node *node_bool_of(bool value)
{
	static const struct node yes = { .dialect = DIALECT_JSON,
					 .raw_count = 4,
					 .raw_text = "true" };
	static const struct node no = { .dialect = DIALECT_JSON,
					.raw_count = 5,
					.raw_text = "false" };

	return value ? &yes : &no;
}

const struct node *node_null(void)
{
	static const struct node null = { .dialect = DIALECT_JSON,
					  .raw_count = 4,
					  .raw_text = "null" };
	return &null;
}

const struct node *node_empty_map(void)
{
	static const struct node map = NODE_EMPTY_MAP_INIT;
	return &map;
}

const struct node *node_empty_list(void)
{
	static const struct node list = { .kind = NODE_LIST, .style = STYLE_FLOW, .raw_depth = 1 };
	return &list;
}

const struct node *node_map_of(struct arena *arena, const struct entry *entries, uint32_t count)
{
	struct node *n = new_node(arena, NODE_MAP, STYLE_BLOCK);

	raw_set_entries(n, entries, count);
	return n;
}

const struct node *node_list_of(struct arena *arena, const struct node *const *items,
				uint32_t count)
{
	struct node *n = new_node(arena, NODE_LIST, STYLE_BLOCK);

	raw_set_items(n, items, count);
	return n;
}

static struct node *same_node(struct arena *arena, const struct node *n)
{
	struct node *copy = arena_alloc_raw(arena, sizeof(*copy), 8);

	*copy = *n;
	return copy;
}

const struct node *node_with_text(struct arena *arena, const struct node *scalar, struct str text)
{
	struct node *copy =
		same_node(arena, node_is_scalar(scalar) ? scalar : node_str(arena, STR("")));

	if (scalar) {
		copy->position = scalar->position;
		copy->step = scalar->step;
	}

	copy->raw_text = text.ptr;
	copy->raw_count = (uint32_t)text.len;
	return copy;
}

const struct node *node_with_step(struct arena *arena, const struct node *n, uint32_t step)
{
	struct node *copy = same_node(arena, n);

	copy->step = step;
	return copy;
}

/* Changes of a container */

/* A copy of the array with room for `room` more items behind it. */
static void *copied(struct arena *arena, const void *from, uint32_t count, uint32_t room,
		    size_t size)
{
	void *to = arena_alloc_raw(arena, (count + (size_t)room) * size, 8);

	if (count)
		memcpy(to, from, count * size);
	return to;
}

/* A container of that kind like `old`, with other members: those of old, but for `member`, which
 * came in (or NULL). So its depth needs no walk over them. */
static struct node *changed_copy(struct arena *arena, const struct node *old, enum node_kind kind,
				 uint32_t count, const struct node *member)
{
	bool is_new = !old || old->kind != kind;
	struct node *copy = is_new ? new_node(arena, kind, STYLE_BLOCK) : same_node(arena, old);
	uint32_t depth = is_new ? 1 : old->raw_depth;

	copy->raw_count = count;
	copy->raw_depth = (member ? raw_depth_with(depth, member) : depth) & RAW_DEPTH_MAX;
	return copy;
}

static const struct node *changed_map(struct arena *arena, const struct node *old,
				      const struct entry *entries, uint32_t count,
				      const struct node *value)
{
	struct node *copy = changed_copy(arena, old, NODE_MAP, count, value);

	copy->raw_entries = entries;
	return copy;
}

static const struct node *changed_list(struct arena *arena, const struct node *old,
				       const struct node *const *items, uint32_t count,
				       const struct node *item)
{
	struct node *copy = changed_copy(arena, old, NODE_LIST, count, item);

	copy->raw_items = items;
	return copy;
}

struct entry *node_entries_copy(struct arena *arena, const struct node *map)
{
	return copied(arena, node_entry(map, 0), node_entry_count(map), 0, sizeof(struct entry));
}

const struct node *node_with_entries(struct arena *arena, const struct node *map,
				     const struct entry *entries, uint32_t count)
{
	if (!node_is_map(map))
		return node_map_of(arena, entries, count);
	struct node *copy = same_node(arena, map);

	raw_set_entries(copy, entries, count);
	return copy;
}

const struct node *node_with(struct arena *arena, const struct node *map, struct str key,
			     const struct node *value)
{
	uint32_t count = node_entry_count(map);
	ptrdiff_t index = entry_index(map, key);

	if (!value)
		return node_without(arena, map, key);
	struct entry *entries =
		copied(arena, node_entry(map, 0), count, index < 0, sizeof(*entries));
	if (index >= 0)
		entries[index].value = value;
	else
		entries[count++] = (struct entry){ node_str(arena, key), value };
	return changed_map(arena, map, entries, count, value);
}

const struct node *node_without(struct arena *arena, const struct node *map, struct str key)
{
	if (entry_index(map, key) < 0)
		return map;
	struct entry *entries = copied(arena, NULL, 0, map->raw_count, sizeof(*entries));
	uint32_t count = 0;
	for (uint32_t i = 0; i < map->raw_count; i++)
		if (!key_is(map->raw_entries[i].key, key))
			entries[count++] = map->raw_entries[i];
	return changed_map(arena, map, entries, count, NULL);
}

const struct node *node_with_items(struct arena *arena, const struct node *list,
				   const struct node *const *items, uint32_t count)
{
	if (!node_is_list(list))
		return node_list_of(arena, items, count);
	struct node *copy = same_node(arena, list);

	raw_set_items(copy, items, count);
	return copy;
}

const struct node *node_list_with(struct arena *arena, const struct node *list, uint32_t index,
				  const struct node *item)
{
	if (!item || index >= node_item_count(list))
		return list;
	const struct node **items =
		copied(arena, list->raw_items, list->raw_count, 0, sizeof(const struct node *));

	items[index] = item;
	return changed_list(arena, list, items, list->raw_count, item);
}

const struct node *node_list_put(struct arena *arena, const struct node *list,
				 const struct node *changed, uint32_t index,
				 const struct node *item)
{
	if (changed == list)
		return node_list_with(arena, list, index, item);
	assert(changed->raw_count == list->raw_count && index < list->raw_count && item);
	struct node *own = (struct node *)(uintptr_t)changed;
	((const struct node **)own->raw_items)[index] = item;
	own->raw_depth = raw_depth_with(own->raw_depth, item) & RAW_DEPTH_MAX;
	return changed;
}

const struct node *node_map_put(struct arena *arena, const struct node *map,
				const struct node *changed, uint32_t index,
				const struct node *value)
{
	assert(node_entry_count(changed) == node_entry_count(map));
	if (index >= node_entry_count(map) || !value)
		return changed;
	if (changed == map)
		changed = node_with_entries(arena, map, node_entries_copy(arena, map),
					    map->raw_count);
	struct node *own = (struct node *)changed;
	((struct entry *)own->raw_entries)[index].value = value;
	own->raw_depth = raw_depth_with(own->raw_depth, value) & RAW_DEPTH_MAX;
	return own;
}

const struct node *node_list_without(struct arena *arena, const struct node *list, uint32_t index)
{
	if (index >= node_item_count(list))
		return list;
	const struct node **items =
		copied(arena, list->raw_items, list->raw_count, 0, sizeof(const struct node *));

	memmove(&items[index], &items[index + 1],
		(list->raw_count - index - 1) * sizeof(const struct node *));
	return changed_list(arena, list, items, list->raw_count - 1, NULL);
}

const struct node *node_list_append(struct arena *arena, const struct node *list,
				    const struct node *item)
{
	uint32_t count = node_item_count(list);

	if (!item)
		return list;
	const struct node **items = copied(arena, count ? list->raw_items : NULL, count, 1,
					   sizeof(const struct node *));
	items[count] = item;
	return changed_list(arena, list, items, count + 1, item);
}

/* Whole trees; depth is bounded by NODE_DEPTH_MAX, see there. */

static const struct node *copy_entries(struct arena *arena, struct node *copy, bool bare)
{
	struct entry *entries = copied(arena, NULL, 0, copy->raw_count, sizeof(*entries));

	for (uint32_t i = 0; i < copy->raw_count; i++)
		entries[i] = (struct entry){ node_copy(arena, copy->raw_entries[i].key, bare),
					     node_copy(arena, copy->raw_entries[i].value, bare) };
	copy->raw_entries = entries;
	return copy;
}

static const struct node *copy_items(struct arena *arena, struct node *copy, bool bare)
{
	const struct node **items =
		copied(arena, NULL, 0, copy->raw_count, sizeof(const struct node *));

	for (uint32_t i = 0; i < copy->raw_count; i++)
		items[i] = node_copy(arena, copy->raw_items[i], bare);
	copy->raw_items = items;
	return copy;
}

const struct node *node_copy(struct arena *arena, const struct node *n, bool bare)
{
	if (!n)
		return NULL;
	struct node *copy = same_node(arena, n);

	if (bare)
		copy->position = copy->step = 0;
	if (n->kind == NODE_MAP)
		return copy_entries(arena, copy, bare);
	if (n->kind == NODE_LIST)
		return copy_items(arena, copy, bare);
	char *text = arena_alloc_raw(arena, n->raw_count + (size_t)1, 1);
	if (n->raw_count)
		memcpy(text, n->raw_text, n->raw_count);
	text[n->raw_count] = '\0';
	copy->raw_text = text;
	return copy;
}

uint64_t node_hash(const struct node *n)
{
	if (!n)
		return 0;
	uint64_t hash = node_hash_start(n);

	if (n->kind == NODE_SCALAR)
		return hash64(hash, node_text(n));
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->raw_count; i++)
			hash = hash64_word(hash, node_hash(n->raw_entries[i].key));
	for (uint32_t i = 0; i < n->raw_count; i++)
		hash = hash64_word(hash, node_hash(node_member(n, i)));
	return hash;
}

static void weigh(const struct node *n, uint64_t max_bytes, uint64_t *bytes)
{
	*bytes += sizeof(*n) + node_text(n).len;
	for (uint32_t i = 0; i < node_member_count(n) && *bytes <= max_bytes; i++) {
		if (node_is_map(n))
			weigh(node_entry(n, i)->key, max_bytes, bytes);
		weigh(node_member(n, i), max_bytes, bytes);
	}
}

uint64_t node_weight_bytes(const struct node *n, uint64_t max_bytes)
{
	uint64_t bytes = 0;

	weigh(n, max_bytes, &bytes);
	return bytes;
}

uint32_t node_count_all(const struct node *n)
{
	uint32_t total = n ? 1 : 0;

	if (node_is_map(n))
		for (uint32_t i = 0; i < n->raw_count; i++)
			total += node_count_all(n->raw_entries[i].key) +
				 node_count_all(n->raw_entries[i].value);
	if (node_is_list(n))
		for (uint32_t i = 0; i < n->raw_count; i++)
			total += node_count_all(n->raw_items[i]);
	return total;
}

/* merge - merge keys resolved, duplicate keys found */
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/scalar.h"
#include "doc/yaml.h"

enum { SCAN_ENTRIES_MAX = 16 }; /* larger maps are looked up by hash */

typedef VEC(struct entry) entries_vec;

struct merger {
	struct arena *arena;
	struct error *err;
};

static const struct node *resolve(struct merger *m, const struct node *n);

static bool is_merge_key(const struct node *key)
{
	return key->kind == NODE_SCALAR && key->raw_count == 2 &&
	       scalar_of(key).type == SCALAR_MERGE;
}

/* Kind and spelling of a key, as text to look up. */
static struct str key_name(struct arena *arena, const struct node *key)
{
	char kind = (char)('0' + key->kind);

	return str_concat(arena, (struct str){ &kind, 1 }, node_text(key));
}

/* The entries of a map that was merged in, but for those the map or an earlier merge has. */
static void add_merged(struct merger *m, struct map *taken, const struct node *from,
		       entries_vec *out)
{
	for (uint32_t i = 0; i < from->raw_count; i++) {
		struct str name = key_name(m->arena, from->raw_entries[i].key);
		if (map_get(taken, name))
			continue;
		map_put(taken, name, (void *)&from->raw_entries[i]);
		VEC_PUSH(m->arena, out, from->raw_entries[i]);
	}
}

static int refuse(struct merger *m, const struct node *value)
{
	return error_set(m->err, ERROR_INPUT, value->position,
			 "map merge requires map or sequence of maps as the value");
}

static int add_merge(struct merger *m, const struct node *map, const struct node *value,
		     entries_vec *out)
{
	const struct node *resolved = resolve(m, value);
	struct map taken;

	if (!resolved)
		return -1;
	map_init(&taken, m->arena);
	for (uint32_t i = 0; i < map->raw_count; i++)
		map_put(&taken, key_name(m->arena, map->raw_entries[i].key),
			(void *)&map->raw_entries[i]);
	if (resolved->kind == NODE_MAP) {
		add_merged(m, &taken, resolved, out);
		return 0;
	}
	if (resolved->kind != NODE_LIST)
		return refuse(m, value);
	for (uint32_t i = 0; i < resolved->raw_count; i++) {
		if (resolved->raw_items[i]->kind != NODE_MAP)
			return refuse(m, resolved->raw_items[i]);
		add_merged(m, &taken, resolved->raw_items[i], out);
	}
	return 0;
}

/* Explicit entries in their order, what was merged behind them. */
static const struct node *resolve_map(struct merger *m, const struct node *map)
{
	entries_vec out = {};
	const struct node *merge = NULL;
	bool is_changed = false;

	for (uint32_t i = 0; i < map->raw_count; i++) {
		const struct entry *e = &map->raw_entries[i];
		if (is_merge_key(e->key)) {
			merge = e->value;
			continue;
		}
		const struct node *value = resolve(m, e->value);
		if (!value)
			return NULL;
		is_changed |= value != e->value;
		VEC_PUSH(m->arena, &out, (struct entry){ e->key, value });
	}
	if (merge && add_merge(m, map, merge, &out) < 0)
		return NULL;
	return is_changed || merge ? node_with_entries(m->arena, map, out.items, out.count) : map;
}

static const struct node *resolve_list(struct merger *m, const struct node *list)
{
	const struct node **items = NULL;

	for (uint32_t i = 0; i < list->raw_count; i++) {
		const struct node *item = resolve(m, list->raw_items[i]);
		if (!item)
			return NULL;
		if (item == list->raw_items[i])
			continue;
		if (!items)
			items = arena_copy(m->arena, list->raw_items,
					   list->raw_count * sizeof(*items));
		items[i] = item;
	}
	if (!items)
		return list;
	return node_with_items(m->arena, list, items, list->raw_count);
}

/* Recursion is bounded by NODE_DEPTH_MAX of the reader. */
static const struct node *resolve(struct merger *m, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case NODE_SCALAR:
		return n;
	case NODE_LIST:
		return resolve_list(m, n);
	case NODE_MAP:
		return resolve_map(m, n);
	}
	return n;
}

/* What a decoder must know of a tree before it can take it as it is. */
struct keys_seen {
	bool merge;
	const struct node *no_text; /* the first key that is a map or a list */
};

static void look_at_keys(const struct node *n, struct keys_seen *seen)
{
	if (n->kind == NODE_LIST) {
		for (uint32_t i = 0; i < n->raw_count; i++)
			look_at_keys(n->raw_items[i], seen);
	}
	if (n->kind == NODE_MAP) {
		for (uint32_t i = 0; i < n->raw_count; i++) {
			const struct node *key = n->raw_entries[i].key;
			seen->merge |= is_merge_key(key);
			if (key->kind != NODE_SCALAR && !seen->no_text)
				seen->no_text = key;
			look_at_keys(n->raw_entries[i].value, seen);
		}
	}
}

int yaml_merge_keys(struct arena *arena, const struct node *root, const struct node **ret,
		    struct error *err)
{
	struct merger m = { arena, err };
	struct keys_seen seen = {};

	if (root)
		look_at_keys(root, &seen);
	if (seen.no_text) {
		error_set(err, ERROR_INPUT, seen.no_text->position,
			  "cannot unmarshal !!%s into string",
			  seen.no_text->kind == NODE_MAP ? "map" : "seq");
		return error_hint(err, "a key is a text: put it in quotes");
	}
	const struct node *resolved = seen.merge ? resolve(&m, root) : root;
	if (root && !resolved)
		return -1;
	*ret = resolved;
	return 0;
}

/* go-yaml compares kind and spelling: 1 and "1" are the same key, so are two lists. */
static bool same_key(const struct node *a, const struct node *b)
{
	return a->kind == b->kind && str_equal(node_text(a), node_text(b));
}

static const struct entry *duplicate_in_large(const struct node *map)
{
	SCRATCH(scratch);
	struct map seen;

	map_init(&seen, scratch);
	for (uint32_t i = 0; i < map->raw_count; i++) {
		struct str name = key_name(scratch, map->raw_entries[i].key);
		if (map_put(&seen, name, (void *)&map->raw_entries[i]))
			return &map->raw_entries[i];
	}
	return NULL;
}

static const struct entry *duplicate_in(const struct node *map)
{
	if (map->raw_count > SCAN_ENTRIES_MAX)
		return duplicate_in_large(map);
	for (uint32_t i = 1; i < map->raw_count; i++)
		for (uint32_t j = 0; j < i; j++)
			if (same_key(map->raw_entries[i].key, map->raw_entries[j].key))
				return &map->raw_entries[i];
	return NULL;
}

const struct entry *yaml_duplicate_key(const struct node *root)
{
	const struct entry *found = NULL;

	if (node_is_map(root))
		found = duplicate_in(root);
	for (uint32_t i = 0; i < node_member_count(root) && !found; i++)
		found = yaml_duplicate_key(node_member(root, i));
	return found;
}

int yaml_decode(struct arena *arena, const struct node *root, const struct node **ret,
		struct error *err)
{
	if (yaml_merge_keys(arena, root, &root, err) < 0)
		return -1;
	const struct entry *twice = yaml_duplicate_key(root);
	if (twice) {
		error_set(err, ERROR_INPUT, twice->key->position, "key '%.*s' already set in map",
			  STR_FMT(node_text(twice->key)));
		return error_hint(err, "remove one of the two");
	}
	*ret = root;
	return 0;
}

/* diff - what differs between two documents, by path */
#include "doc/diff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/key_index.h"
#include "doc/path.h"
#include "doc/secret.h"

enum { SCAN_ITEMS_MAX = 16 }; /* longer lists are matched by hash */

struct differ {
	struct arena *arena;
	struct buf path;
	diff_list_key_fn list_key;
	void *context;
	VEC(struct difference) found;
};

static void compare(struct differ *d, const struct node *before, const struct node *after);

static void found(struct differ *d, const struct node *before, const struct node *after)
{
	struct str path = str_copy(d->arena, buf_str(&d->path));

	VEC_PUSH(d->arena, &d->found, (struct difference){ path, before, after });
}

static void compare_maps(struct differ *d, const struct node *before, const struct node *after)
{
	SCRATCH(scratch);
	size_t len = d->path.len;
	struct key_index in_before = key_index_make(scratch, before);
	struct key_index in_after = key_index_make(scratch, after);

	for (uint32_t i = 0; i < before->raw_count; i++) {
		struct str key = node_text(before->raw_entries[i].key);
		path_add_key(&d->path, node_shown(before->raw_entries[i].key));
		compare(d, before->raw_entries[i].value, key_index_get(&in_after, key));
		d->path.len = len;
	}
	for (uint32_t i = 0; i < after->raw_count; i++) {
		struct str key = node_text(after->raw_entries[i].key);
		if (key_index_get(&in_before, key))
			continue;
		path_add_key(&d->path, node_shown(after->raw_entries[i].key));
		compare(d, NULL, after->raw_entries[i].value);
		d->path.len = len;
	}
}

static void compare_by_index(struct differ *d, const struct node *before, const struct node *after)
{
	size_t len = d->path.len;

	for (uint32_t i = 0; i < MAX(before->raw_count, after->raw_count); i++) {
		buf_printf(&d->path, "[%u]", i);
		compare(d, node_item(before, i), node_item(after, i));
		d->path.len = len;
	}
}

static const struct node *find_by_key(const struct node *list, const struct map *index,
				      struct str key, struct str value)
{
	if (index)
		return map_get(index, value);
	for (uint32_t i = 0; i < list->raw_count; i++)
		if (str_equal(node_text(node_get(list->raw_items[i], key)), value))
			return list->raw_items[i];
	return NULL;
}

/* An index of long lists by the value of their key; NULL for short ones. */
static const struct map *make_index(struct arena *scratch, const struct node *list, struct str key)
{
	if (list->raw_count <= SCAN_ITEMS_MAX)
		return NULL;
	struct map *index = arena_one(scratch, struct map);
	map_init(index, scratch);
	for (uint32_t i = 0; i < list->raw_count; i++)
		map_put(index, node_text(node_get(list->raw_items[i], key)),
			(void *)list->raw_items[i]);
	return index;
}

static void compare_by_key(struct differ *d, const struct node *before, const struct node *after,
			   struct str key)
{
	SCRATCH(scratch);
	size_t len = d->path.len;
	const struct map *in_after = make_index(scratch, after, key);
	const struct map *in_before = make_index(scratch, before, key);

	for (uint32_t i = 0; i < before->raw_count; i++) {
		struct str value = node_text(node_get(before->raw_items[i], key));
		path_add_select(&d->path, key, node_shown(node_get(before->raw_items[i], key)));
		compare(d, before->raw_items[i], find_by_key(after, in_after, key, value));
		d->path.len = len;
	}
	for (uint32_t i = 0; i < after->raw_count; i++) {
		struct str value = node_text(node_get(after->raw_items[i], key));
		if (find_by_key(before, in_before, key, value))
			continue;
		path_add_select(&d->path, key, node_shown(node_get(after->raw_items[i], key)));
		compare(d, NULL, after->raw_items[i]);
		d->path.len = len;
	}
}

static void compare_lists(struct differ *d, const struct node *before, const struct node *after)
{
	struct str key = d->list_key ? d->list_key(before, d->context) : STR_NONE;
	struct str key_after = d->list_key ? d->list_key(after, d->context) : STR_NONE;
	bool has_key = before->raw_count && key.ptr && str_equal(key, key_after);

	if (has_key)
		compare_by_key(d, before, after, key);
	else
		compare_by_index(d, before, after);
}

/* Recursion is bounded by the depth of the documents. */
static void compare(struct differ *d, const struct node *before, const struct node *after)
{
	if (before == after)
		return;
	bool is_same_kind = before && after && before->kind == after->kind;
	if (!is_same_kind) {
		found(d, before, after);
		return;
	}
	switch ((enum node_kind)before->kind) {
	case NODE_SCALAR:
		if (!node_equal(before, after))
			found(d, before, after);
		break;
	case NODE_LIST:
		compare_lists(d, before, after);
		break;
	case NODE_MAP:
		compare_maps(d, before, after);
		break;
	}
}

struct str diff_key_name(const struct node *list, void *context)
{
	SCRATCH(scratch);
	struct map names;

	(void)context;
	map_init(&names, scratch);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *name = node_get_lit(list->raw_items[i], "name");
		if (!node_is_scalar(name) || map_put(&names, node_text(name), (void *)name))
			return STR_NONE;
	}
	return STR("name");
}

struct differences diff_nodes(struct arena *arena, const struct node *before,
			      const struct node *after, diff_list_key_fn list_key, void *context)
{
	struct differ d = { .arena = arena, .list_key = list_key, .context = context };

	buf_init(&d.path, arena);
	compare(&d, before, after);
	return (struct differences){ d.found.items, d.found.count };
}

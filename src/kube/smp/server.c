/*
 * server - strategic merge patches as the API server applies them
 *
 * Source: apimachinery pkg/util/strategicpatch, StrategicMergeMapPatch; messages are its own.
 */
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "kube/go_text.h"
#include "kube/members.h"
#include "kube/smp/inside.h"
#include "kube/smp/lists.h"

#define DIRECTIVE   STR("$patch")
#define RETAIN_KEYS STR("$retainKeys")
#define SET_ORDER   STR("$setElementOrder/")
#define DELETE_FROM STR("$deleteFromPrimitiveList/")

/* What a patch makes of one map: the last word on each key it names. */
struct changes {
	const struct smp *s;
	struct schema schema;
	const struct node *original; /* NULL or a map */
	const struct node *patch;
	VEC(struct entry) list; /* value NULL: removed */
	struct map by_key;	/* index + 1 in list */
	struct members in_original;
	struct map done; /* keys whose list an order directive has merged */
};

static int merge_map(const struct smp *s, struct schema schema, const struct node *original,
		     const struct node *patch, const struct node **ret);

static int bad(const struct smp *s, const struct node *at, const char *text)
{
	return error_set(s->err, ERROR_INPUT, at->position, "%s", text);
}

/* Adding */

/* What the patch adds: without nulls, and without maps that hold a directive. NULL: nothing. */
static const struct node *cleaned(const struct smp *s, const struct node *value);

static const struct node *cleaned_map(const struct smp *s, const struct node *map)
{
	if (node_get(map, DIRECTIVE))
		return NULL;
	struct entry *entries =
		arena_alloc_raw(s->arena, node_entry_count(map) * sizeof(*entries), 8);
	uint32_t count = 0;
	bool same = true;
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *old = node_entry(map, i)->value;
		const struct node *value = node_is_null(old) ? NULL : cleaned(s, old);
		same &= value == old;
		if (value)
			entries[count++] = (struct entry){ node_entry(map, i)->key, value };
	}
	return same ? map : node_map_of(s->arena, entries, count);
}

static const struct node *cleaned_list(const struct smp *s, const struct node *list)
{
	const struct node **items =
		arena_array(s->arena, const struct node *, node_item_count(list));
	uint32_t count = 0;
	bool same = true;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = cleaned(s, node_item(list, i));
		same &= item == node_item(list, i);
		if (item)
			items[count++] = item;
	}
	return same ? list : node_list_of(s->arena, items, count);
}

static const struct node *cleaned(const struct smp *s, const struct node *value)
{
	if (node_is_map(value))
		return cleaned_map(s, value);
	return node_is_list(value) ? cleaned_list(s, value) : value;
}

/* Changes */

static const struct node *current(struct changes *c, struct str key)
{
	void *index = map_get(&c->by_key, key);

	if (index)
		return c->list.items[(uintptr_t)index - 1].value;
	return members_get(&c->in_original, key);
}

static void change(struct changes *c, const struct node *key, const struct node *value)
{
	void **slot = map_slot(&c->by_key, node_text(key));

	if (*slot) {
		c->list.items[(uintptr_t)*slot - 1].value = value;
		return;
	}
	VEC_PUSH(c->s->arena, &c->list, (struct entry){ key, value });
	*slot = (void *)(uintptr_t)c->list.count;
}

static const struct node *changed_map(struct changes *c)
{
	uint32_t old = node_entry_count(c->original), count = 0;
	struct entry *entries =
		arena_alloc_raw(c->s->arena, (old + (size_t)c->list.count) * sizeof(*entries), 8);
	bool same = c->original != NULL;

	for (uint32_t i = 0; i < old; i++) {
		struct entry entry = *node_entry(c->original, i);
		void *index = map_get(&c->by_key, node_text(entry.key));
		if (index) {
			struct entry *change = &c->list.items[(uintptr_t)index - 1];
			same &= change->value == entry.value;
			entry.value = change->value;
			change->key = NULL; /* written */
		}
		if (entry.value)
			entries[count++] = entry;
	}
	for (uint32_t i = 0; i < c->list.count; i++) {
		if (!c->list.items[i].key || !c->list.items[i].value)
			continue;
		entries[count++] = c->list.items[i];
		same = false;
	}
	return same ? c->original : node_map_of(c->s->arena, entries, count);
}

/* $retainKeys: what the list does not name is dropped from the original. */

static bool is_exempt(const struct entry *entry)
{
	struct str key = node_text(entry->key);

	return node_is_null(entry->value) || str_starts(key, SET_ORDER) ||
	       str_starts(key, DELETE_FROM) || str_equal(key, RETAIN_KEYS);
}

static int retain_keys(struct changes *c)
{
	const struct node *keys = node_get(c->patch, RETAIN_KEYS);
	struct map retained;

	if (!keys)
		return 0;
	if (!node_is_list(keys))
		return bad(c->s, keys, "invalid patch format of retainKeys");
	map_init(&retained, c->s->arena);
	for (uint32_t i = 0; i < node_item_count(keys); i++)
		map_put(&retained, node_text(node_item(keys, i)), c);
	for (uint32_t i = 0; i < node_entry_count(c->patch); i++) {
		const struct entry *entry = node_entry(c->patch, i);
		if (!is_exempt(entry) && !map_get(&retained, node_text(entry->key)))
			return bad(c->s, entry->key, "invalid patch format of retainKeys");
	}
	for (uint32_t i = 0; i < node_entry_count(c->original); i++) {
		const struct entry *entry = node_entry(c->original, i);
		if (!map_get(&retained, node_text(entry->key)))
			change(c, entry->key, NULL);
	}
	return 0;
}

/* Lists */

/* A list of scalars: a union, or without those of the patch. */
static const struct node *merge_scalars(const struct smp *s, const struct node *original,
					const struct node *patch, bool is_delete_list)
{
	struct smp_list_merge m;

	smp_list_merge_init(&m, s, STR(""), original, patch);
	if (is_delete_list)
		return smp_list_merge_subtract(&m);
	smp_list_merge_add_scalars(&m);
	return smp_list_merge_ordered(&m, patch, original);
}

/* Takes the special elements off the patch: deletions, and "replace", which drops the original. */
static int split_specials(const struct smp *s, struct str key, const struct node **original,
			  const struct node **patch, bool *ret_replaces)
{
	struct node_list plain = {}, deleted = {};

	for (uint32_t i = 0; i < node_item_count((*patch)); i++) {
		const struct node *item = node_item((*patch), i);
		const struct node *directive = node_get(item, DIRECTIVE);
		if (!directive) {
			VEC_PUSH(s->arena, &plain, item);
		} else if (str_equal(node_text(directive), STR("delete"))) {
			if (!node_get(item, key))
				return smp_list_merge_no_key(s, item, key);
			VEC_PUSH(s->arena, &deleted, item);
		} else if (str_equal(node_text(directive), STR("replace"))) {
			*ret_replaces = true;
		} else if (str_equal(node_text(directive), STR("merge"))) {
			return bad(s, item, "merging lists cannot yet be specified in the patch");
		} else {
			return error_set(s->err, ERROR_INPUT, item->position,
					 "unknown patch type: %.*s in map: %.*s",
					 STR_FMT(node_text(directive)),
					 STR_FMT(go_text(s->arena, item)));
		}
	}
	if (deleted.count) {
		struct smp_list_merge m;
		smp_list_merge_init(&m, s, key, *original,
				    node_list_of(s->arena, deleted.items, deleted.count));
		*original = smp_list_merge_subtract(&m);
	}
	if (plain.count != node_item_count((*patch)))
		*patch = node_list_of(s->arena, plain.items, plain.count);
	return 0;
}

static int merge_maps_by_key(const struct smp *s, struct schema list, const struct node *original,
			     const struct node *patch, const struct node **ret)
{
	struct str key = schema_merge_key(list);
	bool replaces = false;
	struct smp_list_merge m;

	if (!key.len)
		return bad(s, patch, "cannot merge lists without merge key");
	if (split_specials(s, key, &original, &patch, &replaces) < 0)
		return -1;
	if (replaces) {
		*ret = patch;
		return smp_list_merge_check_keys(s, key, patch);
	}
	if (smp_list_merge_check_keys(s, key, original) < 0 ||
	    smp_list_merge_check_keys(s, key, patch) < 0)
		return -1;
	smp_list_merge_init(&m, s, key, original, patch);
	for (uint32_t i = 0; i < node_item_count(patch); i++) {
		int64_t at = smp_list_merge_find(&m, i);
		const struct node *item = node_item(patch, i);
		if (at < 0)
			item = smp_brought(s, item, NULL);
		else if (merge_map(s, schema_items(list), m.out.items[at], item, &item) < 0)
			return -1;
		smp_list_merge_put(&m, i, at, item);
	}
	*ret = smp_list_merge_ordered(&m, patch, original);
	return 0;
}

static int merge_list(const struct smp *s, struct schema list, const struct node *original,
		      const struct node *patch, bool is_delete_list, const struct node **ret)
{
	if (!is_delete_list && !schema_merge_key(list).ptr) {
		*ret = smp_brought(s, patch, original);
		return 0;
	}
	if (!node_item_count(original) && !node_item_count(patch)) {
		*ret = original;
		return 0;
	}
	if (smp_list_merge_check_kinds(s, original, patch) < 0)
		return -1;
	const struct node *any =
		node_item_count(original) ? node_item(original, 0) : node_item(patch, 0);
	if (node_is_map(any))
		return merge_maps_by_key(s, list, original, patch, ret);
	*ret = merge_scalars(s, original, patch, is_delete_list);
	return 0;
}

/* $setElementOrder/x, together with the patch of x itself. */

static int merge_ordered(struct changes *c, const struct node *key, const struct node *order)
{
	struct str name = str_strip_prefix(node_text(key), SET_ORDER);
	struct schema list = schema_field(c->schema, name);
	struct str merge_key = schema_merge_key(list);
	const struct node *original = current(c, name), *patch = node_get(c->patch, name);
	const struct node *merged = original;
	struct smp_list_merge m;

	if (!node_is_list(order) || (original && !node_is_list(original)) ||
	    (patch && !node_is_list(patch)))
		return bad(c->s, order, "invalid patch format of setElementOrder list");
	if (smp_list_merge_check_order(c->s, merge_key, patch, order) < 0)
		return -1;
	map_put(&c->done, name, c);
	if (!original && !patch)
		return 0;
	if (!original)
		merged = cleaned(c->s, smp_brought(c->s, patch, NULL));
	else if (patch && merge_list(c->s, list, original, patch, false, &merged) < 0)
		return -1;
	if (merge_key.len && (smp_list_merge_check_keys(c->s, merge_key, merged) < 0 ||
			      smp_list_merge_check_keys(c->s, merge_key, order) < 0))
		return -1;
	smp_list_merge_init(&m, c->s, merge_key, merged, order);
	change(c, node_str(c->s->arena, name), smp_list_merge_ordered(&m, order, original));
	return 0;
}

/* One key of the patch. */
static int merge_entry(struct changes *c, const struct entry *entry)
{
	struct str key = node_text(entry->key);
	bool is_delete_list = str_starts(key, DELETE_FROM);
	struct str name = str_strip_prefix(key, DELETE_FROM);
	const struct node *old = current(c, name), *value = entry->value;
	const struct node *name_node = is_delete_list ? node_str(c->s->arena, name) : entry->key;

	if (node_is_null(value)) {
		change(c, name_node, NULL);
		return 0;
	}
	if (!old || old->kind != value->kind || node_is_scalar(value)) {
		if (!is_delete_list) {
			const struct node *new = cleaned(c->s, value);
			change(c, name_node, new ? smp_brought(c->s, new, old) : NULL);
		}
		return 0;
	}
	struct schema type = schema_field(c->schema, name);
	const struct node *merged = value;
	int status = 0;
	if (node_is_list(value))
		status = merge_list(c->s, type, old, value, is_delete_list, &merged);
	else if (!schema_merge_replaces(type))
		status = merge_map(c->s, type, old, value, &merged);
	else
		merged = smp_brought(c->s, value, old);
	change(c, name_node, merged);
	return status;
}

static int merge_directive(const struct smp *s, const struct node *original,
			   const struct node *patch, const struct node **ret)
{
	struct str directive = node_text(node_get(patch, DIRECTIVE));

	if (str_equal(directive, STR("replace"))) {
		*ret = smp_brought(s, node_without(s->arena, patch, DIRECTIVE), original);
		return 0;
	}
	if (str_equal(directive, STR("delete"))) {
		*ret = node_empty_map();
		return 0;
	}
	return error_set(s->err, ERROR_INPUT, patch->position,
			 "unknown patch type: %.*s in map: %.*s", STR_FMT(directive),
			 STR_FMT(go_text(s->arena, patch)));
}

static int merge_map(const struct smp *s, struct schema schema, const struct node *original,
		     const struct node *patch, const struct node **ret)
{
	struct changes c = { .s = s, .schema = schema, .original = original, .patch = patch };

	if (node_get(patch, DIRECTIVE))
		return merge_directive(s, original, patch, ret);
	map_init(&c.by_key, s->arena);
	map_init(&c.done, s->arena);
	members_init(&c.in_original, s->arena, original);
	if (retain_keys(&c) < 0)
		return -1;
	for (uint32_t i = 0; i < node_entry_count(patch); i++) {
		const struct entry *entry = node_entry(patch, i);
		if (str_starts(node_text(entry->key), SET_ORDER) &&
		    merge_ordered(&c, entry->key, entry->value) < 0)
			return -1;
	}
	for (uint32_t i = 0; i < node_entry_count(patch); i++) {
		const struct entry *entry = node_entry(patch, i);
		struct str key = node_text(entry->key);
		if (str_starts(key, SET_ORDER) || str_equal(key, RETAIN_KEYS) ||
		    map_get(&c.done, key))
			continue;
		if (merge_entry(&c, entry) < 0)
			return -1;
	}
	*ret = changed_map(&c);
	return 0;
}

int smp_apply_server(const struct smp *s, struct schema schema, const struct node *target,
		     const struct node *patch, const struct node **ret)
{
	return merge_map(s, schema, target, patch, ret);
}

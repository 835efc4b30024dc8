/* resmap - the objects of a layer in their order: read, added, merged into one another */
#include "build/kustomize/builder.h"
#include "build/kustomize/resmap.h"

#include "base/arena.h"
#include "build/kustomize/resource_index.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "doc/scalar.h"
#include "doc/yaml.h"
#include "kube/secret.h"

/* Reading */

int resmap_check_identity(struct builder *b, const struct node *n)
{
	struct str kind = object_kind(n);

	if (!node_is_map(n))
		return builder_fail(b, n, "a Kubernetes object must be a map");
	if (!kind.len)
		return builder_fail(b, n, "missing kind in object");
	if (!object_name(n).len && !str_ends(kind, STR("List")))
		return builder_fail(b, n, "missing metadata.name in object {%.*s}", STR_FMT(kind));
	return 0;
}

static int add_object(struct builder *b, struct resmap *map, const struct node *n)
{
	if (b->options->sops)
		n = secret_marked_generated(b->set, n);
	n = secret_marked(b->arena, n);
	secret_hide(b->set, n);
	struct resource *r = resource_new(b->arena, n);
	r->origin.file = docset_path(b->set, n->position);
	r->cluster_kinds = &b->openapi.cluster_kinds;
	if (openapi_meet(b, r->gvk) < 0)
		return -1;
	VEC_PUSH(b->arena, &map->items, r);
	return 0;
}

static int refuse_duplicate(struct builder *b, const struct entry *duplicate)
{
	return builder_fail(b, duplicate->key, "mapping key \"%.*s\" already defined",
			    STR_FMT(node_text(duplicate->key)));
}

/*
 * Lists are taken apart as kustomize does it, which decides the order and what is refused: one that
 * is alone in its text, or an item of another list, at once (kyaml, kio/byteio_reader.go), the
 * others behind all that is waiting (api/resource/factory.go, inlineAnyEmbeddedLists).
 */
struct waiting {
	VEC(const struct node *) items;
};

static bool is_wrapper(const struct node *n)
{
	struct str kind = object_kind(n);

	return (str_equal(kind, STR("List")) || str_equal(kind, STR("ResourceList"))) &&
	       (node_get(n, STR("items")) || node_get(n, STR("functionConfig")));
}

static int wait(struct builder *b, struct waiting *waiting, const struct node *n)
{
	if (node_is_empty(n))
		return 0;
	VEC_PUSH(b->arena, &waiting->items, n);
	return resmap_check_identity(b, n);
}

static int wait_unwrapped(struct builder *b, struct waiting *waiting, const struct node *n)
{
	const struct node *items = node_get(n, STR("items"));

	if (!is_wrapper(n))
		return wait(b, waiting, n);
	if (node_entry_count(items))
		return builder_fail(b, items, "missing Resource metadata");
	for (uint32_t i = 0; i < node_item_count(items); i++)
		if (wait(b, waiting, node_item(items, i)) < 0)
			return -1;
	return 0;
}

/* Of Go, for a value that is no list. */
static const char *type_word(const struct node *n)
{
	static const char *const words[] = {
		[SCALAR_BOOL] = "bool",	   [SCALAR_INT] = "int",
		[SCALAR_UINT] = "uint64",  [SCALAR_FLOAT] = "float64",
		[SCALAR_STR] = "string",   [SCALAR_BINARY] = "string",
		[SCALAR_MERGE] = "string", [SCALAR_TIMESTAMP] = "time.Time"
	};

	return node_is_map(n) ? "map[string]interface {}" : words[scalar_of(n).type];
}

/* kustomize writes an item as JSON and reads that. */
static const struct node *in_flow(struct arena *arena, const struct node *item)
{
	if (!node_member_count(item))
		return item;
	struct node *made = arena_copy(arena, item, sizeof(*item));
	made->style = STYLE_FLOW;
	return made;
}

static int take(struct builder *b, struct resmap *map, struct waiting *waiting,
		const struct node *n)
{
	struct str kind = object_kind(n);
	const struct node *items = node_get(n, STR("items"));

	if (!str_ends(kind, STR("List")) || !items)
		return add_object(b, map, n);
	if (!node_is_list(items) && !node_is_null(items))
		return builder_fail(b, items, "expected array in %.*s/items, but found %s",
				    STR_FMT(kind), type_word(items));
	for (uint32_t i = 0; i < node_item_count(items); i++)
		if (wait_unwrapped(b, waiting, in_flow(b->arena, node_item(items, i))) < 0)
			return -1;
	return 0;
}

int resmap_read(struct builder *b, struct str path, struct str text, struct resmap *ret)
{
	struct documents documents;
	struct waiting waiting = {};

	if (yaml_read(b->set, path, text, DIALECT_GO_V3, &documents, b->err) < 0)
		return error_wrap(b->err, "MalformedYAMLError");
	for (uint32_t i = 0; i < documents.count; i++) {
		const struct node *n = documents.items[i].root;
		if (node_is_null(n))
			continue;
		if (yaml_merge_keys(b->arena, n, &n, b->err) < 0)
			return -1;
		const struct entry *duplicate = yaml_duplicate_key(n);
		if (duplicate)
			return refuse_duplicate(b, duplicate);
		if ((documents.count == 1 ? wait_unwrapped : wait)(b, &waiting, n) < 0)
			return -1;
	}
	for (uint32_t i = 0; i < waiting.items.count; i++)
		if (take(b, ret, &waiting, waiting.items.items[i]) < 0)
			return -1;
	return 0;
}

/* Adding */

/* The id as a key: the default namespace is spelled out. */
static struct str id_key(struct arena *arena, const struct resource *r)
{
	bool cluster = resource_is_cluster_scoped(r);
	struct str namespace = cluster ? STR("") : r->namespace.len ? r->namespace : STR("default");

	return resource_id_text(arena, r->gvk, r->name, namespace);
}

void resmap_index(struct resmap *map)
{
	map_init(&map->ids, map->arena);
	for (uint32_t i = 0; i < map->items.count; i++)
		map_put(&map->ids, id_key(map->arena, map->items.items[i]), map->items.items[i]);
}

int resmap_append(struct builder *b, struct resmap *map, struct resource *r)
{
	if (map_put(&map->ids, id_key(b->arena, r), r))
		return builder_fail(b, r->node,
				    "may not add resource with an already registered id: %.*s",
				    STR_FMT(resource_text(b->arena, r)));
	VEC_PUSH(b->arena, &map->items, r);
	return 0;
}

/* Both maps in one, the new values over the old ones; NULL when that is empty. */
static const struct node *merged_map(struct arena *arena, const struct node *old,
				     const struct node *new)
{
	const struct node *result = map_edit_merged(arena, node_is_map(old) ? old : NULL, new);

	return node_entry_count(result) ? resource_texts(arena, result) : NULL;
}

/* The generated object with the identity and metadata of the one it merges into or replaces. */
static void take_over(struct builder *b, struct resource *r, const struct resource *old)
{
	static const struct trusted_path maps[] = { TRUSTED_PATH_INIT("metadata.labels"),
						    TRUSTED_PATH_INIT("metadata.annotations") };
	static const struct trusted_path data[] = { TRUSTED_PATH_INIT("data"),
						    TRUSTED_PATH_INIT("binaryData") };
	const struct node *n = r->node;

	for (size_t i = 0; i < ARRAY_COUNT(maps); i++)
		n = node_put(
			b->arena, n, maps[i],
			merged_map(b->arena, node_find(old->node, maps[i]), node_find(n, maps[i])));
	for (size_t i = 0; r->behavior == BEHAVIOR_MERGE && i < ARRAY_COUNT(data); i++)
		n = node_put(
			b->arena, n, data[i],
			merged_map(b->arena, node_find(old->node, data[i]), node_find(n, data[i])));
	n = node_set(b->arena, n, "metadata.name", node_at(old->node, "metadata.name"));
	n = node_set(b->arena, n, "metadata.namespace", node_at(old->node, "metadata.namespace"));
	r->needs_hash = r->needs_hash && old->needs_hash;
	if (r->behavior == BEHAVIOR_MERGE) {
		r->origin = old->origin;
		r->generated = old->generated;
	}
	r->previous.items = old->previous.items;
	r->previous.count = r->previous.capacity = old->previous.count;
	r->prefixes.items = old->prefixes.items;
	r->prefixes.count = r->prefixes.capacity = old->prefixes.count;
	r->transformations.items = old->transformations.items;
	r->transformations.count = r->transformations.capacity = old->transformations.count;
	r->suffixes.items = old->suffixes.items;
	r->suffixes.count = r->suffixes.capacity = old->suffixes.count;
	resource_set(b->arena, r, n);
}

int resmap_absorb(struct builder *b, struct resmap *map, struct resource_index *names,
		  struct resource *r)
{
	const struct resource_list *named = resource_index_get(names, r->name);
	struct resource *old = NULL;
	bool must_exist = r->behavior == BEHAVIOR_MERGE || r->behavior == BEHAVIOR_REPLACE;
	uint32_t found = 0;

	for (uint32_t i = 0; named && i < named->count; i++)
		if (resource_has_id(named->items[i], r->gvk, r->name, r->namespace)) {
			old = named->items[i];
			found++;
		}
	struct str id = resource_text(b->arena, r);
	if (found > 1)
		return builder_fail(b, r->node,
				    "found multiple objects %.*s that could accept merge",
				    STR_FMT(id));
	if (!found && must_exist)
		return builder_fail(b, r->node, "id %.*s does not exist; cannot merge or replace",
				    STR_FMT(id));
	if (found && !must_exist)
		return builder_fail(b, r->node, "id %.*s exists; behavior must be merge or replace",
				    STR_FMT(id));
	if (!found) {
		VEC_PUSH(b->arena, &map->items, r);
		resource_index_note(names, r);
		return 0;
	}
	take_over(b, r, old);
	*old = *r; /* in place: vars hold on to the resource */
	resource_index_note(names, old);
	return 0;
}

/* layer - one directory's kustomization at work */
#include "build/kustomize/layer.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "kube/secret.h"

/* Loading */

/* What lies below the kustomization's directory, unless restrictions are off. */
static bool is_allowed(const struct layer *l, struct str real)
{
	if (l->b->options->load_restrictions_none)
		return true;
	struct str rest = str_strip_prefix(real, l->directory);
	return str_equal(l->directory, STR("/")) ||
	       (rest.len < real.len && str_starts(rest, STR("/")));
}

int layer_load_file(struct layer *l, struct str path, struct str *ret_text, struct str *ret_path)
{
	struct builder *b = l->b;
	struct str full = layer_join(l->arena, l->directory, path), real;

	if (files_kind(b->files, l->arena, full) != FILE_REGULAR ||
	    files_realpath(b->files, l->arena, full, &real, b->err) < 0)
		return layer_fail(b, NULL, "open %.*s: no such file or directory",
				  STR_FMT(layer_shown(b, full)));
	if (!is_allowed(l, real))
		return layer_fail(b, NULL, "security; file '%.*s' is not in or below '%.*s'",
				  STR_FMT(layer_shown(b, real)),
				  STR_FMT(layer_shown(b, l->directory)));
	*ret_path = full;
	return files_read(b->files, l->arena, full, ret_text, b->err);
}

static int check_identity(struct builder *b, const struct node *n)
{
	struct str kind = object_kind(n);

	if (!node_is_map(n))
		return layer_fail(b, n, "a Kubernetes object must be a map");
	if (!kind.len)
		return layer_fail(b, n, "missing kind in object");
	if (!object_name(n).len && !str_ends(kind, STR("List")))
		return layer_fail(b, n, "missing metadata.name in object {%.*s}", STR_FMT(kind));
	return 0;
}

static bool is_list(const struct node *n)
{
	return str_ends(object_kind(n), STR("List")) && node_is_list(node_get(n, STR("items")));
}

static int add_object(struct builder *b, struct resmap *map, const struct node *n)
{
	if (check_identity(b, n) < 0)
		return -1;
	n = secret_marked(b->arena, n);
	secret_hide(b->set, n);
	struct resource *r = resource_new(b->arena, n);
	r->origin.file = docset_path(b->set, n->position);
	layer_openapi_meet(b, r->gvk);
	VEC_PUSH(b->arena, &map->items, r);
	return 0;
}

static int refuse_duplicate(struct builder *b, const struct entry *duplicate)
{
	return layer_fail(b, duplicate->key, "mapping key \"%.*s\" already defined",
			  STR_FMT(node_text(duplicate->key)));
}

int layer_read_resources(struct builder *b, struct str path, struct str text, struct resmap *ret)
{
	struct documents documents;
	VEC(const struct node *) lists = {};

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
		if (node_is_map(n) && is_list(n))
			VEC_PUSH(b->arena, &lists, node_get(n, STR("items")));
		else if (add_object(b, ret, n) < 0)
			return -1;
	}
	for (uint32_t l = 0; l < lists.count; l++)
		for (uint32_t i = 0; i < lists.items[l]->count; i++)
			if (add_object(b, ret, lists.items[l]->items[i]) < 0)
				return -1;
	return 0;
}

/* Adding */

/* The id as a key: the default namespace is spelled out. */
static struct str id_key(struct arena *arena, const struct resource *r)
{
	bool cluster = resource_is_cluster_scoped(r->gvk);
	struct str namespace = cluster ? STR("") : r->namespace.len ? r->namespace : STR("default");

	return resource_id_text(arena, r->gvk, r->name, namespace);
}

static void index_ids(struct resmap *map)
{
	map_init(&map->ids, map->arena);
	for (uint32_t i = 0; i < map->items.count; i++)
		map_put(&map->ids, id_key(map->arena, map->items.items[i]), map->items.items[i]);
}

int resmap_append(struct builder *b, struct resmap *map, struct resource *r)
{
	if (map_put(&map->ids, id_key(b->arena, r), r))
		return layer_fail(b, r->node,
				  "may not add resource with an already registered id: %.*s",
				  STR_FMT(resource_text(b->arena, r)));
	VEC_PUSH(b->arena, &map->items, r);
	return 0;
}

/* Both maps in one, the new values over the old ones; NULL when that is empty. */
static const struct node *merged_map(struct arena *arena, const struct node *old,
				     const struct node *new)
{
	const struct node *result = node_is_map(old) ? old : NULL;

	for (uint32_t i = 0; i < node_count(new); i++)
		result = node_with(arena, result, node_text(new->entries[i].key),
				   new->entries[i].value);
	return node_count(result) ? resource_texts(arena, result) : NULL;
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

int resmap_absorb(struct builder *b, struct resmap *map, struct resource *r)
{
	bool must_exist = r->behavior == BEHAVIOR_MERGE || r->behavior == BEHAVIOR_REPLACE;
	uint32_t found = 0, index = 0;

	for (uint32_t i = 0; i < map->items.count; i++)
		if (resource_has_id(map->items.items[i], r->gvk, r->name, r->namespace)) {
			index = i;
			found++;
		}
	struct str id = resource_text(b->arena, r);
	if (found > 1)
		return layer_fail(b, r->node, "found multiple objects %.*s that could accept merge",
				  STR_FMT(id));
	if (!found && must_exist)
		return layer_fail(b, r->node, "id %.*s does not exist; cannot merge or replace",
				  STR_FMT(id));
	if (found && !must_exist)
		return layer_fail(b, r->node, "id %.*s exists; behavior must be merge or replace",
				  STR_FMT(id));
	if (!found) {
		VEC_PUSH(b->arena, &map->items, r);
		return 0;
	}
	take_over(b, r, map->items.items[index]);
	*map->items.items[index] = *r; /* in place: vars hold on to the resource */
	return 0;
}

/* Sub-directories */

static bool is_remote(struct str path)
{
	return str_contains(path, STR("://")) || str_starts(path, STR("github.com/")) ||
	       (str_contains(path, STR("@")) && str_contains(path, STR(":")));
}

static int refuse_cycle(struct builder *b, struct str directory)
{
	for (int i = 0; i < b->depth; i++) {
		if (!str_equal(b->chain[i], directory))
			continue;
		layer_fail(b, NULL,
			   "cycle detected: candidate root '%.*s' contains visited root '%.*s'",
			   STR_FMT(layer_shown(b, directory)),
			   STR_FMT(layer_shown(b, b->chain[i])));
		return error_hint(b->err, "a base must not lead back to itself; remove one entry");
	}
	return 0;
}

static int merge_layers(struct layer *l, const struct layer *from, const struct node *entry)
{
	if (!specs_merge(&l->specs, &from->specs))
		return layer_fail(l->b, entry, "conflicting fieldspecs");
	for (uint32_t i = 0; i < from->variables.count; i++)
		VEC_PUSH(l->arena, &l->variables, from->variables.items[i]);
	return 0;
}

static int enter(struct layer *l, struct str path, struct layer *ret)
{
	struct builder *b = l->b;
	struct str full = layer_join(l->arena, l->directory, path);

	*ret = (struct layer){ .b = b, .arena = l->arena };
	if (files_realpath(b->files, l->arena, full, &ret->directory, b->err) < 0)
		return -1;
	return refuse_cycle(b, ret->directory);
}

/* A repeated variable is an error, also when two bases bring it. */
static int check_variables(struct layer *l)
{
	for (uint32_t i = 0; i < l->variables.count; i++)
		for (uint32_t x = 0; x < i; x++)
			if (str_equal(l->variables.items[i].name, l->variables.items[x].name) &&
			    l->variables.items[i].node != l->variables.items[x].node)
				return layer_fail(l->b, l->variables.items[i].node,
						  "var '%.*s' already encountered",
						  STR_FMT(l->variables.items[i].name));
	return 0;
}

static int add_directory(struct layer *l, const struct node *entry)
{
	struct layer sub;

	if (enter(l, node_text(entry), &sub) < 0 || layer_build(&sub, false) < 0)
		return -1;
	if (str_equal(node_str_at(sub.file, "kind"), STR("Component")))
		return layer_fail(l->b, entry, "expected kind != 'Component' for path '%.*s'",
				  STR_FMT(node_text(entry)));
	if (merge_layers(l, &sub, entry) < 0)
		return -1;
	for (uint32_t i = 0; i < sub.map.items.count; i++)
		if (resmap_append(l->b, &l->map, sub.map.items.items[i]) < 0)
			return error_wrap(l->b->err, "merging resources from '%.*s'",
					  STR_FMT(node_text(entry)));
	return check_variables(l);
}

static int add_file(struct layer *l, const struct node *entry)
{
	struct resmap map = { .arena = l->arena };
	struct str text, path;

	if (layer_load_file(l, node_text(entry), &text, &path) < 0 ||
	    layer_read_resources(l->b, path, text, &map) < 0)
		return -1;
	for (uint32_t i = 0; i < map.items.count; i++)
		if (resmap_append(l->b, &l->map, map.items.items[i]) < 0)
			return -1;
	return 0;
}

static int refuse_missing(struct layer *l, const struct node *entry)
{
	struct str path = node_text(entry);
	struct str full = layer_shown(l->b, layer_join(l->arena, l->directory, path));

	if (is_remote(path)) {
		layer_fail(l->b, entry, "accumulating resources from '%.*s': it is not here",
			   STR_FMT(path));
		return error_hint(l->b->err, "remote bases are not fetched; copy it into the "
					     "repository");
	}
	return layer_fail(l->b, entry,
			  "accumulating resources: accumulation err='accumulating resources from "
			  "'%.*s': open %.*s: no such file or directory': must build at directory: "
			  "not a valid directory: evalsymlink failure on '%.*s' : lstat %.*s: no "
			  "such file or directory",
			  STR_FMT(path), STR_FMT(full), STR_FMT(full), STR_FMT(full));
}

/* As kustomize says it: it tries a file as a directory, too. */
static int refuse_file(struct layer *l, const struct node *entry, struct str full)
{
	struct error *err = l->b->err;

	if (!err->position)
		err->position = entry->position;
	error_wrap(err, "accumulating resources: accumulation err='merging resources from '%.*s'",
		   STR_FMT(node_text(entry)));
	return error_append(err, "': must build at directory: '%.*s': file is not directory",
			    STR_FMT(layer_shown(l->b, full)));
}

static int add_resource(struct layer *l, const struct node *entry)
{
	struct str full = layer_join(l->arena, l->directory, node_text(entry));
	struct error *err = l->b->err;

	switch (files_kind(l->b->files, l->arena, full)) {
	case FILE_REGULAR:
		if (add_file(l, entry) == 0)
			return 0;
		return refuse_file(l, entry, full);
	case FILE_DIRECTORY:
		if (add_directory(l, entry) == 0)
			return 0;
		if (!err->position)
			err->position = entry->position;
		return error_wrap(err, "accumulating resources from '%.*s'",
				  STR_FMT(node_text(entry)));
	case FILE_ABSENT:
	case FILE_LINK:
	case FILE_OTHER:
		break;
	}
	return refuse_missing(l, entry);
}

static int add_resources(struct layer *l)
{
	const struct node *list = node_get(l->file, STR("resources"));

	for (uint32_t i = 0; i < node_count(list); i++)
		if (add_resource(l, node_item(list, i)) < 0)
			return -1;
	return 0;
}

/* A component works on what its parent has gathered so far. */
static int add_component(struct layer *l, const struct node *entry)
{
	struct layer sub;

	if (enter(l, node_text(entry), &sub) < 0)
		return error_wrap(l->b->err, "accumulating components: accumulateDirectory");
	sub.map = l->map;
	sub.specs = l->specs;
	sub.variables.items = l->variables.items;
	sub.variables.count = sub.variables.capacity = l->variables.count;
	if (layer_build(&sub, /* as_component= */ true) < 0)
		return error_wrap(l->b->err, "accumulating components from '%.*s'",
				  STR_FMT(node_text(entry)));
	if (!str_equal(node_str_at(sub.file, "kind"), STR("Component")))
		return layer_fail(l->b, entry,
				  "expected kind 'Component' for path '%.*s' but got "
				  "'Kustomization'",
				  STR_FMT(node_text(entry)));
	l->map = sub.map;
	/* Merged into nothing: special specs now hide general ones, also for this layer. */
	l->specs = (struct specs){ .arena = l->arena };
	if (!specs_merge(&l->specs, &sub.specs))
		return layer_fail(l->b, entry, "conflicting fieldspecs");
	l->variables.items = sub.variables.items;
	l->variables.count = l->variables.capacity = sub.variables.count;
	return check_variables(l);
}

static int add_components(struct layer *l)
{
	const struct node *list = node_get(l->file, STR("components"));

	for (uint32_t i = 0; i < node_count(list); i++)
		if (add_component(l, node_item(list, i)) < 0)
			return -1;
	return 0;
}

int layer_build(struct layer *l, bool as_component)
{
	struct builder *b = l->b;

	if (b->depth == KUSTOMIZE_DEPTH_MAX)
		return layer_fail(b, NULL, "kustomizations are nested deeper than %d levels",
				  KUSTOMIZE_DEPTH_MAX);
	b->chain[b->depth++] = l->directory;
	l->map.arena = l->arena;
	index_ids(&l->map);
	if (!as_component)
		l->specs = (struct specs){ .arena = l->arena };
	if (layer_read_file(l) < 0)
		return -1;
	if (b->depth == 1)
		b->records = node_count(node_get(l->file, STR("buildMetadata"))) > 0;
	if (layer_openapi(l) < 0 || add_resources(l) < 0 || layer_configure(l) < 0 ||
	    layer_generate(l) < 0 || layer_plugins(l, "generators", /* generators= */ true) < 0 ||
	    add_components(l) < 0 || layer_transform(l) < 0 ||
	    layer_plugins(l, "validators", false) < 0 || layer_collect_variables(l) < 0)
		return -1;
	b->depth--;
	return check_variables(l);
}

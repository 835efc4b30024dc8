/*
 * layer_openapi - the schema of strategic merge: the built-in one, or a user's
 *
 * kustomize keeps one schema for the whole build: the first kustomization that names one decides,
 * in the order they are read, and it is read at its first use. Whether the built-in types are there
 * beside a user's follows from what was read before. Source: kustomize 5.7.1,
 * kyaml/openapi/openapi.go: SetSchema, initSchema, isInitSchemaNeededForNamespaceScopeCheck.
 */
#include "base/arena.h"
#include "build/kustomize/layer.h"
#include "doc/yaml.h"
#include "kube/smp/smp.h"

int layer_openapi(struct layer *l)
{
	const struct node *openapi = node_get(l->file, STR("openapi"));
	struct openapi *state = &l->b->openapi;
	struct str path = node_str_at(openapi, "path"), text, full;
	struct str version = node_str_at(openapi, "version");

	if (path.len && builder_load_file(l->b, l->directory, path, &text, &full) < 0)
		return -1;
	if (state->is_set || !openapi)
		return 0;
	if (path.len && node_get(openapi, STR("version")))
		return builder_fail(l->b, openapi,
				    "builtin version and custom schema provided, cannot use both");
	if (version.len && !str_equal(version, STR("v1.21.2")))
		return builder_fail(l->b, openapi, "the specified OpenAPI version is not built in");
	if (!path.len && !version.len)
		return 0;
	state->is_set = true;
	state->is_read = false;
	state->path = full;
	state->text = path.len ? text : STR_NONE;
	return 0;
}

/* Kinds whose scope kustomize knows without a schema: looking it up loads none. */
static bool has_known_scope(struct builder *b, struct gvk gvk)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(b->schemas, gvk, &version);

	return kind && !(kind->flags & KIND_FLAG_CUSTOM) && kind->id < KIND_TABLE_COUNT &&
	       smp_is_known(gvk);
}

/* --- scopes ---------------------------------------------------------------------------------- */

/* A kind that can be read by a path has no namespace unless one of its paths does. */
struct path_scopes {
	struct builder *b;
	struct map namespaced; /* resource_kind_text() → builder */
};

static int refuse_paths(struct builder *b, const struct node *at)
{
	return error_set(b->err, ERROR_INPUT, at->position,
			 "'paths' of an OpenAPI document must be a map of maps");
}

static void note_scope(struct path_scopes *s, struct str path, const struct node *kind)
{
	struct gvk gvk = { node_str_at(kind, "group"), node_str_at(kind, "version"),
			   node_str_at(kind, "kind") };
	bool is_namespaced = str_contains(path, STR("namespaces/{namespace}"));

	if (!str_starts(path, STR("/")) || !gvk.kind.len || has_known_scope(s->b, gvk))
		return;
	map_put(is_namespaced ? &s->namespaced : &s->b->openapi.cluster_kinds,
		resource_kind_text(s->b->arena, gvk), s->b);
}

/* Source: kustomize 5.7.1, kyaml/openapi/openapi.go, findNamespaceability. */
static int read_paths(struct builder *b, const struct node *paths)
{
	struct path_scopes scopes = { .b = b };
	struct map all;

	if (!paths || node_is_null(paths))
		return 0;
	if (!node_is_map(paths))
		return refuse_paths(b, paths);
	map_init(&scopes.namespaced, b->arena);
	for (uint32_t i = 0; i < node_entry_count(paths); i++) {
		const struct entry *e = node_entry(paths, i);
		if (!node_is_map(e->value))
			return refuse_paths(b, e->value);
		note_scope(&scopes, node_text(e->key),
			   node_get_lit(node_get_lit(e->value, "get"),
					"x-kubernetes-group-version-kind"));
	}
	all = b->openapi.cluster_kinds;
	map_init(&b->openapi.cluster_kinds, b->arena);
	for (uint32_t i = 0; i < all.count; i++)
		if (!map_get(&scopes.namespaced, all.entries[i].key))
			map_put(&b->openapi.cluster_kinds, all.entries[i].key, b);
	return 0;
}

/* --- the schema ------------------------------------------------------------------------------ */

static int read_schema(struct builder *b)
{
	struct openapi *state = &b->openapi;
	const struct node *root;

	state->is_read = true;
	state->has_builtin = state->has_builtin || !state->text.ptr || state->is_delayed;
	state->builtin_wins = state->is_delayed;
	if (!state->text.ptr)
		return 0;
	root = yaml_read_one(b->set, state->path, state->text, DIALECT_SIGS, b->err);
	const struct node *definitions = node_get(root, STR("definitions"));
	if (!root || schemas_add_openapi(b->schemas, definitions, b->err) < 0 ||
	    read_paths(b, node_get(root, STR("paths"))) < 0)
		return error_wrap(b->err, "invalid schema file");
	return 0;
}

int openapi_meet(struct builder *b, struct gvk gvk)
{
	struct openapi *state = &b->openapi;

	if (state->is_read || has_known_scope(b, gvk))
		return 0;
	if (state->text.ptr)
		return read_schema(b);
	if (!state->is_set)
		state->is_delayed = true;
	return 0;
}

static struct schema builtin_schema(const struct builder *b, struct gvk gvk)
{
	const struct kind_version *version;
	const struct kind *kind = schemas_kind(b->schemas, gvk, &version);

	if (!b->openapi.has_builtin || !kind || (kind->flags & KIND_FLAG_CUSTOM))
		return (struct schema){ b->schemas, 0 };
	return schema_root(b->schemas, kind, version);
}

int openapi_schema(struct builder *b, struct gvk gvk, struct schema *ret, bool *ret_is_own)
{
	if (!b->openapi.is_read && read_schema(b) < 0)
		return -1;
	struct schema own = schemas_openapi(b->schemas, gvk), builtin = builtin_schema(b, gvk);

	*ret_is_own = schema_exists(own) && !(b->openapi.builtin_wins && schema_exists(builtin));
	*ret = *ret_is_own ? own : builtin;
	return 0;
}

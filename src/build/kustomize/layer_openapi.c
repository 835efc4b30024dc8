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

void openapi_meet(struct builder *b, struct gvk gvk)
{
	if (!b->openapi.is_read && !b->openapi.is_set && !has_known_scope(b, gvk))
		b->openapi.is_delayed = true;
}

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
	if (!root || schemas_add_openapi(b->schemas, definitions, b->err) < 0)
		return error_wrap(b->err, "invalid schema file");
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

/* schemas_overlay - types that users bring: their CRDs and OpenAPI documents, over the tables */
#include "base/arena.h"
#include "kube/schema/names.h"
#include "kube/schema/schemas_inside.h"

/* CustomResourceDefinitions */

enum { VERSIONS_MAX = 1000 }; /* of one kind */

static int build_version(struct schemas *s, const struct node *node, struct kind_version *ret,
			 struct error *err)
{
	const struct node *schema = node_at(node, "schema.openAPIV3Schema");

	*ret = (struct kind_version){ .name = str_copy(s->arena, node_str_at(node, "name")),
				      .served = node_bool_at(node, "served", true) };
	if (!ret->name.len)
		return error_set(err, ERROR_INPUT, node->position,
				 "a version must be a map with a name");
	return schema ? schema_build(&s->builder, schema, &ret->schema, err) : 0;
}

/* Versions in the API's order of preference: the stored one first, then as they stand. */
static int build_versions(struct schemas *s, const struct node *list, struct kind *kind,
			  struct error *err)
{
	uint32_t count = node_item_count(list), next = 1;

	if (!node_is_list(list) || !count || count > VERSIONS_MAX)
		return error_set(err, ERROR_INPUT, list ? list->position : ERROR_NO_POSITION,
				 "spec.versions must be a list of 1 to %d versions", VERSIONS_MAX);
	struct kind_version *made = arena_array(s->arena, struct kind_version, count + 1);
	bool has_first = false;

	for (uint32_t i = 0; i < count; i++) {
		const struct node *item = node_item(list, i);
		bool first = !has_first && node_bool_at(item, "storage", false);
		if (build_version(s, item, &made[first ? 0 : next++], err) < 0)
			return -1;
		has_first = has_first || first;
		if (node_at(item, "subresources.status"))
			kind->flags |= KIND_FLAG_STATUS;
		if (node_at(item, "subresources.scale"))
			kind->flags |= KIND_FLAG_SCALE;
	}
	kind->versions = has_first ? made : made + 1;
	kind->version_count = (uint16_t)(has_first ? next : next - 1);
	return 0;
}

int schemas_add_crd(struct schemas *s, const struct node *crd, struct error *err)
{
	const struct node *spec = node_get(crd, STR("spec"));
	struct kind kind = { .flags = KIND_FLAG_CUSTOM | KIND_FLAG_GENERATION };

	kind.group = str_copy(s->arena, node_str_at(spec, "group"));
	kind.name = str_copy(s->arena, node_str_at(spec, "names.kind"));
	kind.plural = str_copy(s->arena, node_str_at(spec, "names.plural"));
	kind.singular = str_copy(s->arena, node_str_at(spec, "names.singular"));
	if (!kind.singular.ptr)
		kind.singular = str_lower(s->arena, kind.name);
	if (!kind.group.len || !kind.name.len || !kind.plural.len)
		return error_set(err, ERROR_INPUT, crd ? crd->position : 0,
				 "a CustomResourceDefinition needs spec.group, spec.names.kind and "
				 "spec.names.plural");
	if (!str_equal(node_str_at(spec, "scope"), STR("Cluster")))
		kind.flags |= KIND_FLAG_NAMESPACED;
	if (build_versions(s, node_get(spec, STR("versions")), &kind, err) < 0)
		return -1;
	s->tables[1] = schema_builder_table(&s->builder);

	const struct kind *old = schemas_kind_any_version(s, kind.group, kind.name);
	kind.id = old ? old->id : (kind_id)s->kinds.count;
	struct kind *made = arena_copy(s->arena, &kind, sizeof(kind));
	if (old)
		*s->kinds.items[kind.id] = kind; /* whoever holds the kind sees the new one */
	else
		VEC_PUSH(s->arena, &s->kinds, made);
	if (!old)
		schemas_list_kind(s, made);
	return 0;
}

void schemas_remove_crd(struct schemas *s, struct str group, struct str kind)
{
	SCRATCH(scratch);
	const struct kind *old = schemas_kind_any_version(s, group, kind);

	if (!old)
		return;
	map_remove(&s->by_name, schemas_slashed(scratch, group, kind));
	map_remove(&s->by_plural, schemas_slashed(scratch, group, old->plural));
}

/* OpenAPI documents of users */

static struct str gvk_key(struct arena *arena, struct gvk gvk)
{
	return schemas_slashed(arena, schemas_slashed(arena, gvk.group, gvk.version), gvk.kind);
}

static int add_definition(struct schemas *s, const struct entry *definition, struct error *err)
{
	const struct node *kinds =
		node_get(definition->value, STR("x-kubernetes-group-version-kind"));
	uint32_t index;

	if (!node_is_map(definition->value))
		return error_set(err, ERROR_INPUT, definition->key->position,
				 "a definition must be a map");
	if (!node_is_list(kinds))
		return 0;
	if (schema_build_definition(&s->builder, node_text(definition->key), &index, err) < 0)
		return -1;
	for (uint32_t i = 0; i < node_item_count(kinds); i++) {
		const struct node *kind = node_item(kinds, i);
		struct gvk gvk = { node_str_at(kind, "group"), node_str_at(kind, "version"),
				   node_str_at(kind, "kind") };
		map_put(&s->openapi, gvk_key(s->arena, gvk), (void *)((uintptr_t)index + 1));
	}
	return 0;
}

int schemas_add_openapi(struct schemas *s, const struct node *definitions, struct error *err)
{
	struct map elsewhere;
	int result = 0;

	map_init(&elsewhere, s->arena);
	schema_names_list(s, s->arena, &elsewhere);
	s->builder.elsewhere = &elsewhere;
	s->builder.definitions = definitions;
	map_init(&s->builder.done, s->arena);
	for (uint32_t i = 0; result == 0 && i < node_entry_count(definitions); i++)
		result = add_definition(s, node_entry(definitions, i), err);
	s->builder.elsewhere = NULL;
	s->builder.definitions = NULL;
	s->tables[1] = schema_builder_table(&s->builder);
	return result;
}

struct schema schemas_openapi(const struct schemas *s, struct gvk gvk)
{
	SCRATCH(scratch);
	void *known = map_get(&s->openapi, gvk_key(scratch, gvk));

	return (struct schema){ s, known ? (uint32_t)((uintptr_t)known - 1) : 0 };
}

/* definition - CustomResourceDefinitions: names, versions, types of their schemas */
#include "base/arena.h"
#include "base/error.h"
#include "doc/tree.h"
#include "kube/names.h"
#include "kube/validate/inside.h"
#include "lang/regex.h"

enum { DEPTH_MAX = 100 };

static const char types[] = "array boolean integer number object string";

struct schema_walk {
	struct field_errors *errors;
	int depth;
};

static void check_schema(struct schema_walk *w, const struct field_path *path,
			 const struct node *schema);

static void check_members(struct schema_walk *w, const struct field_path *path,
			  const struct node *schema)
{
	const struct node *properties = node_get(schema, STR("properties"));

	for (uint32_t i = 0; i < node_entry_count(properties); i++)
		check_schema(w,
			     MEMBER(FIELD(path, "properties"),
				    node_text(node_entry(properties, i)->key)),
			     node_entry(properties, i)->value);
	if (node_is_map(node_get(schema, STR("items"))))
		check_schema(w, FIELD(path, "items"), node_get(schema, STR("items")));
	if (node_is_map(node_get(schema, STR("additionalProperties"))))
		check_schema(w, FIELD(path, "additionalProperties"),
			     node_get(schema, STR("additionalProperties")));
}

/* Structural schemas say a type everywhere, but for two exceptions. */
static void check_type(struct schema_walk *w, const struct field_path *path,
		       const struct node *schema)
{
	const struct node *type = node_get(schema, STR("type"));
	bool is_free = node_bool_at(schema, "x-kubernetes-int-or-string", false) ||
		       node_bool_at(schema, "x-kubernetes-preserve-unknown-fields", false);

	if (node_text(type).len)
		field_check_words(w->errors, FIELD(path, "type"), type, types);
	else if (w->depth == 1)
		field_fault(w->errors, FIELD(path, "type"), FIELD_REQUIRED, schema,
			    "must not be empty at the root");
	else if (!is_free)
		field_fault(w->errors, FIELD(path, "type"), FIELD_REQUIRED, schema,
			    "must not be empty for specified object fields");
	if (w->depth == 1 && node_text(type).len && !str_equal(node_text(type), STR("object")))
		field_fault(w->errors, FIELD(path, "type"), FIELD_INVALID, type,
			    "must be object at the root");
}

static void check_list_type(struct schema_walk *w, const struct field_path *path,
			    const struct node *schema)
{
	const struct node *type = node_get(schema, STR("x-kubernetes-list-type"));
	const struct node *keys = node_get(schema, STR("x-kubernetes-list-map-keys"));

	field_check_words(w->errors, FIELD(path, "x-kubernetes-list-type"), type, "atomic set map");
	if (str_equal(node_text(type), STR("map")) && !node_item_count(keys))
		field_fault(w->errors, FIELD(path, "x-kubernetes-list-map-keys"), FIELD_REQUIRED,
			    schema, "must not be empty if x-kubernetes-list-type is map");
}

static void check_pattern(struct schema_walk *w, const struct field_path *path,
			  const struct node *schema)
{
	SCRATCH(scratch);
	const struct node *pattern = node_get(schema, STR("pattern"));
	struct error err;

	if (node_text(pattern).len && !regex_compile(scratch, node_text(pattern), 0, &err))
		field_fault(w->errors, FIELD(path, "pattern"), FIELD_INVALID, pattern,
			    "must be a valid regular expression, but isn't: %s", err.text);
}

static void check_schema(struct schema_walk *w, const struct field_path *path,
			 const struct node *schema)
{
	if (w->depth >= DEPTH_MAX || !node_is_map(schema))
		return;
	w->depth++;
	check_type(w, path, schema);
	if (str_equal(node_str_at(schema, "type"), STR("array")) && !node_get(schema, STR("items")))
		field_fault(w->errors, FIELD(path, "items"), FIELD_REQUIRED, schema,
			    "must be specified");
	check_list_type(w, path, schema);
	check_pattern(w, path, schema);
	check_members(w, path, schema);
	w->depth--;
}

/* One schema for all versions is shown where it stood before versions had their own. */
static void check_schemas(const struct kind_check *c)
{
	const struct node *versions = node_at(c->object, "spec.versions");
	struct schema_walk w = { .errors = c->errors };

	for (uint32_t i = 0; i < node_item_count(versions); i++) {
		const struct node *schema =
			node_at(node_item(versions, i), "schema.openAPIV3Schema");
		const struct field_path *at =
			node_item_count(versions) == 1
				? FIELD(NULL, "spec.validation.openAPIV3Schema")
				: FIELD(ITEM(FIELD(NULL, "spec.versions"), i),
					"schema.openAPIV3Schema");
		if (schema)
			check_schema(&w, at, schema);
		else
			field_fault(c->errors,
				    FIELD(ITEM(FIELD(NULL, "spec.versions"), i),
					  "schema.openAPIV3Schema"),
				    FIELD_REQUIRED, node_item(versions, i), NULL);
	}
}

static void check_versions(const struct kind_check *c)
{
	const struct node *versions = node_at(c->object, "spec.versions");
	int storage = 0;

	for (uint32_t i = 0; i < node_item_count(versions); i++)
		storage += node_bool_at(node_item(versions, i), "storage", false);
	if (versions && storage != 1)
		field_fault(c->errors, FIELD(NULL, "spec.versions"), FIELD_INVALID, versions,
			    "must have exactly one version marked as storage version");
}

static void check_name(const struct kind_check *c)
{
	const struct node *name = node_at(c->object, "metadata.name");
	struct str group = node_str_at(c->object, "spec.group");
	struct str plural = node_str_at(c->object, "spec.names.plural");
	struct str wanted =
		str_printf(c->errors->arena, "%.*s.%.*s", STR_FMT(plural), STR_FMT(group));

	if (plural.len && !str_equal(node_text(name), wanted))
		field_fault(c->errors, FIELD(NULL, "metadata.name"), FIELD_INVALID, name,
			    "must be spec.names.plural+\".\"+spec.group");
}

void validate_definition(const struct kind_check *c)
{
	check_name(c);
	field_require(c->errors, FIELD(NULL, "spec"), node_get(c->object, STR("spec")), "group");
	check_versions(c);
	check_schemas(c);
}

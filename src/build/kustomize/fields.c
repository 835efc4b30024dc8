/* fields - which fields a kustomization and the objects in it have, and of which type */
#include "build/kustomize/fields.h"

#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "doc/scalar.h"

enum field_type {
	FIELD_TEXT,
	FIELD_FLAG,
	FIELD_NUMBER,
	FIELD_TEXTS,	/* list of texts */
	FIELD_TEXT_MAP, /* map to texts */
	FIELD_FLAG_MAP,
	FIELD_ANY,
	FIELD_OBJECT,
	FIELD_OBJECTS, /* list of objects */
};

/* One row; a table ends with a row without a name. */
struct field {
	const char *name;
	enum field_type type;
	const struct field *members; /* of FIELD_OBJECT and FIELD_OBJECTS */
};

#define GVK_FIELDS                                                                                 \
	{ "group", FIELD_TEXT, NULL }, { "version", FIELD_TEXT, NULL },                            \
	{                                                                                          \
		"kind", FIELD_TEXT, NULL                                                           \
	}
#define ID_FIELDS                                                                                  \
	GVK_FIELDS, { "name", FIELD_TEXT, NULL },                                                  \
	{                                                                                          \
		"namespace", FIELD_TEXT, NULL                                                      \
	}
#define SELECTOR_FIELDS                                                                            \
	ID_FIELDS, { "annotationSelector", FIELD_TEXT, NULL },                                     \
	{                                                                                          \
		"labelSelector", FIELD_TEXT, NULL                                                  \
	}

static const struct field metadata[] = { { "name", FIELD_TEXT, NULL },
					 { "namespace", FIELD_TEXT, NULL },
					 { "labels", FIELD_TEXT_MAP, NULL },
					 { "annotations", FIELD_TEXT_MAP, NULL },
					 {} };
static const struct field field_spec[] = {
	GVK_FIELDS, { "path", FIELD_TEXT, NULL }, { "create", FIELD_FLAG, NULL }, {}
};
static const struct field label[] = { { "pairs", FIELD_TEXT_MAP, NULL },
				      { "includeSelectors", FIELD_FLAG, NULL },
				      { "includeTemplates", FIELD_FLAG, NULL },
				      { "fields", FIELD_OBJECTS, field_spec },
				      {} };
static const struct field image[] = {
	{ "name", FIELD_TEXT, NULL },	   { "newName", FIELD_TEXT, NULL },
	{ "tagSuffix", FIELD_TEXT, NULL }, { "newTag", FIELD_TEXT, NULL },
	{ "digest", FIELD_TEXT, NULL },	   {}
};
static const struct field replica[] = { { "name", FIELD_TEXT, NULL },
					{ "count", FIELD_NUMBER, NULL },
					{} };
static const struct field selector[] = { SELECTOR_FIELDS, {} };
static const struct field patch[] = { { "path", FIELD_TEXT, NULL },
				      { "patch", FIELD_TEXT, NULL },
				      { "target", FIELD_OBJECT, selector },
				      { "options", FIELD_FLAG_MAP, NULL },
				      {} };
static const struct field replacement_options[] = { { "delimiter", FIELD_TEXT, NULL },
						    { "index", FIELD_NUMBER, NULL },
						    { "encoding", FIELD_TEXT, NULL },
						    { "create", FIELD_FLAG, NULL },
						    {} };
static const struct field replacement_source[] = { ID_FIELDS,
						   { "fieldPath", FIELD_TEXT, NULL },
						   { "options", FIELD_OBJECT, replacement_options },
						   {} };
static const struct field replacement_target[] = { { "select", FIELD_OBJECT, selector },
						   { "reject", FIELD_OBJECTS, selector },
						   { "fieldPaths", FIELD_TEXTS, NULL },
						   { "options", FIELD_OBJECT, replacement_options },
						   {} };
static const struct field fields_replacement[] = { { "source", FIELD_OBJECT, replacement_source },
						   { "sourceValue", FIELD_TEXT, NULL },
						   { "targets", FIELD_OBJECTS, replacement_target },
						   { "path", FIELD_TEXT, NULL },
						   {} };
static const struct field var_object[] = { { "apiVersion", FIELD_TEXT, NULL }, ID_FIELDS, {} };
static const struct field var_field[] = { { "fieldPath", FIELD_TEXT, NULL }, {} };
static const struct field variable[] = { { "name", FIELD_TEXT, NULL },
					 { "objref", FIELD_OBJECT, var_object },
					 { "fieldref", FIELD_OBJECT, var_field },
					 {} };
static const struct field generator_options[] = { { "labels", FIELD_TEXT_MAP, NULL },
						  { "annotations", FIELD_TEXT_MAP, NULL },
						  { "disableNameSuffixHash", FIELD_FLAG, NULL },
						  { "immutable", FIELD_FLAG, NULL },
						  {} };

#define GENERATOR_FIELDS                                                                           \
	{ "namespace", FIELD_TEXT, NULL }, { "name", FIELD_TEXT, NULL },                           \
		{ "behavior", FIELD_TEXT, NULL }, { "literals", FIELD_TEXTS, NULL },               \
		{ "files", FIELD_TEXTS, NULL }, { "envs", FIELD_TEXTS, NULL },                     \
		{ "env", FIELD_TEXT, NULL },                                                       \
	{                                                                                          \
		"options", FIELD_OBJECT, generator_options                                         \
	}

static const struct field configmap[] = { GENERATOR_FIELDS, {} };
static const struct field secret[] = { GENERATOR_FIELDS, { "type", FIELD_TEXT, NULL }, {} };
static const struct field legacy_order[] = { { "orderFirst", FIELD_TEXTS, NULL },
					     { "orderLast", FIELD_TEXTS, NULL },
					     {} };
static const struct field sort_options[] = { { "order", FIELD_TEXT, NULL },
					     { "legacySortOptions", FIELD_OBJECT, legacy_order },
					     {} };

static const struct field fields_kustomization[] = {
	{ "apiVersion", FIELD_TEXT, NULL },
	{ "kind", FIELD_TEXT, NULL },
	{ "metadata", FIELD_OBJECT, metadata },
	{ "resources", FIELD_TEXTS, NULL },
	{ "bases", FIELD_TEXTS, NULL },
	{ "components", FIELD_TEXTS, NULL },
	{ "crds", FIELD_TEXTS, NULL },
	{ "openapi", FIELD_TEXT_MAP, NULL },
	{ "configurations", FIELD_TEXTS, NULL },
	{ "namePrefix", FIELD_TEXT, NULL },
	{ "nameSuffix", FIELD_TEXT, NULL },
	{ "namespace", FIELD_TEXT, NULL },
	{ "commonLabels", FIELD_TEXT_MAP, NULL },
	{ "labels", FIELD_OBJECTS, label },
	{ "commonAnnotations", FIELD_TEXT_MAP, NULL },
	{ "images", FIELD_OBJECTS, image },
	{ "imageTags", FIELD_OBJECTS, image },
	{ "replicas", FIELD_OBJECTS, replica },
	{ "patches", FIELD_OBJECTS, patch },
	{ "patchesStrategicMerge", FIELD_TEXTS, NULL },
	{ "patchesJson6902", FIELD_OBJECTS, patch },
	{ "replacements", FIELD_OBJECTS, fields_replacement },
	{ "vars", FIELD_OBJECTS, variable },
	{ "configMapGenerator", FIELD_OBJECTS, configmap },
	{ "secretGenerator", FIELD_OBJECTS, secret },
	{ "generatorOptions", FIELD_OBJECT, generator_options },
	{ "helmGlobals", FIELD_ANY, NULL },
	{ "helmCharts", FIELD_ANY, NULL },
	{ "helmChartInflationGenerator", FIELD_ANY, NULL },
	{ "generators", FIELD_TEXTS, NULL },
	{ "transformers", FIELD_TEXTS, NULL },
	{ "validators", FIELD_TEXTS, NULL },
	{ "sortOptions", FIELD_OBJECT, sort_options },
	{ "buildMetadata", FIELD_TEXTS, NULL },
	{},
};

static const struct field value_target[] = { { "selector", FIELD_OBJECT, selector },
					     { "fieldPath", FIELD_TEXT, NULL },
					     { "filePathPosition", FIELD_NUMBER, NULL },
					     {} };

static const struct field fields_transformer[] = {
	{ "labels", FIELD_TEXT_MAP, NULL },
	{ "annotations", FIELD_TEXT_MAP, NULL },
	{ "fieldSpecs", FIELD_OBJECTS, field_spec },
	{ "unsetOnly", FIELD_FLAG, NULL },
	{ "setRoleBindingSubjects", FIELD_TEXT, NULL },
	{ "prefix", FIELD_TEXT, NULL },
	{ "suffix", FIELD_TEXT, NULL },
	{ "imageTag", FIELD_OBJECT, image },
	{ "replica", FIELD_OBJECT, replica },
	{ "path", FIELD_TEXT, NULL },
	{ "patch", FIELD_TEXT, NULL },
	{ "target", FIELD_OBJECT, selector },
	{ "options", FIELD_FLAG_MAP, NULL },
	{ "jsonOp", FIELD_TEXT, NULL },
	{ "paths", FIELD_TEXTS, NULL },
	{ "patches", FIELD_TEXT, NULL },
	{ "replacements", FIELD_OBJECTS, fields_replacement },
	{ "value", FIELD_TEXT, NULL },
	{ "targets", FIELD_OBJECTS, value_target },
	{ "targetFilePath", FIELD_TEXT, NULL },
	{},
};

static const struct field cluster_account[] = { { "name", FIELD_TEXT, NULL },
						{ "namespace", FIELD_TEXT, NULL },
						{} };
static const struct field cloud_account[] = { { "name", FIELD_TEXT, NULL },
					      { "projectId", FIELD_TEXT, NULL },
					      {} };

static const struct field fields_generator[] = {
	GENERATOR_FIELDS,
	{ "type", FIELD_TEXT, NULL },
	{ "cloud", FIELD_TEXT, NULL },
	{ "kubernetesService", FIELD_OBJECT, cluster_account },
	{ "serviceAccount", FIELD_OBJECT, cloud_account },
	{},
};

/* Types */

/* What Go's messages call a value, and the type that it should have. */
static const char *value_word(const struct node *n)
{
	static const char *const words[] = {
		[SCALAR_NULL] = "null",	       [SCALAR_BOOL] = "bool",
		[SCALAR_INT] = "number",       [SCALAR_UINT] = "number",
		[SCALAR_FLOAT] = "number",     [SCALAR_STR] = "string",
		[SCALAR_BINARY] = "string",    [SCALAR_MERGE] = "string",
		[SCALAR_TIMESTAMP] = "string",
	};

	if (node_is_map(n))
		return "object";
	return node_is_list(n) ? "array" : words[scalar_of(n).type];
}

static const char *const type_words[] = {
	[FIELD_TEXT] = "string",
	[FIELD_FLAG] = "bool",
	[FIELD_NUMBER] = "int64",
	[FIELD_TEXTS] = "[]string",
	[FIELD_TEXT_MAP] = "map[string]string",
	[FIELD_FLAG_MAP] = "map[string]bool",
	[FIELD_ANY] = "interface{}",
	[FIELD_OBJECT] = "object",
	[FIELD_OBJECTS] = "[]object",
};

static bool is_word(const struct node *n, const char *word)
{
	return str_equal(str_from_cstr(value_word(n)), str_from_cstr(word));
}

static const char *container_word(enum field_type type)
{
	if (type == FIELD_TEXTS || type == FIELD_OBJECTS)
		return "array";
	return "object";
}

/* The first member, or the value itself, that is not of the type; NULL: all are. */
static const struct node *misfit(enum field_type type, const struct node *n)
{
	static const char *const scalar_words[] = {
		[FIELD_TEXT] = "string",  [FIELD_FLAG] = "bool",       [FIELD_NUMBER] = "number",
		[FIELD_TEXTS] = "string", [FIELD_TEXT_MAP] = "string", [FIELD_FLAG_MAP] = "bool"
	};

	if (type == FIELD_ANY)
		return NULL;
	if (type <= FIELD_NUMBER)
		return is_word(n, scalar_words[type]) ? NULL : n;
	if (!is_word(n, container_word(type)))
		return n;
	if (type == FIELD_OBJECT || type == FIELD_OBJECTS)
		return NULL;
	for (uint32_t i = 0; i < node_member_count(n); i++) {
		const struct node *member = node_member(n, i);
		if (!node_is_null(member) && !is_word(member, scalar_words[type]))
			return member;
	}
	return NULL;
}

static int refuse_type(struct builder *b, const struct field *field, const struct node *n)
{
	builder_fail(b, n,
		     "invalid Kustomization: json: cannot unmarshal %s into Go struct field "
		     "Kustomization.%s of type %s",
		     value_word(n), field->name,
		     node_is_scalar(n) && field->type > FIELD_NUMBER && field->type != FIELD_OBJECT
			     ? "string"
			     : type_words[field->type]);
	if (field->type == FIELD_TEXT || field->type == FIELD_TEXT_MAP)
		error_hint(b->err, "write it in quotes, so that it is a text");
	return -1;
}

static int refuse_name(struct builder *b, const struct field *fields, const struct node *key)
{
	struct suggest suggest = suggest_start(node_text(key));

	for (const struct field *f = fields; f->name; f++)
		suggest_offer(&suggest, str_from_cstr(f->name));
	builder_fail(b, key, "invalid Kustomization: json: unknown field \"%.*s\"",
		     STR_FMT(node_text(key)));
	if (suggest.best.ptr)
		error_hint(b->err, "did you mean '%.*s'?", STR_FMT(suggest.best));
	return -1;
}

/* Reading */

struct reading {
	struct builder *b;
	bool strict;
};

static int read_map(const struct reading *r, const struct field *fields, const struct node *map,
		    const struct node **ret);

static const struct field *field_named(const struct field *fields, struct str name)
{
	for (const struct field *f = fields; f->name; f++)
		if (str_equal_nocase(str_from_cstr(f->name), name))
			return f;
	return NULL;
}

static int read_objects(const struct reading *r, const struct field *field, const struct node *list,
			const struct node **ret)
{
	const struct node *made = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		if (node_is_null(item))
			item = node_empty_map();
		else if (!node_is_map(item))
			return r->strict ? refuse_type(r->b, field, item) : 0;
		if (read_map(r, field->members, item, &item) < 0)
			return -1;
		if (item != node_item(list, i))
			made = node_list_put(r->b->arena, list, made, i, item);
	}
	*ret = made;
	return 0;
}

static int read_value(const struct reading *r, const struct field *field, const struct node *n,
		      const struct node **ret)
{
	const struct node *wrong = misfit(field->type, n);

	*ret = n;
	if (wrong && r->strict)
		return refuse_type(r->b, field, wrong);
	if (wrong)
		return 0;
	if (field->type == FIELD_OBJECT)
		return read_map(r, field->members, n, ret);
	return field->type == FIELD_OBJECTS ? read_objects(r, field, n, ret) : 0;
}

/* Where a field stands in the map that is made, or the place after the last one. */
static uint32_t place_of(const struct entry *entries, uint32_t count, struct str name)
{
	uint32_t at = 0;

	while (at < count && !str_equal(node_text(entries[at].key), name))
		at++;
	return at;
}

struct made_map {
	struct entry *entries;
	uint32_t count;
};

static int read_entry(const struct reading *r, const struct field *field, const struct entry *e,
		      struct made_map *made)
{
	struct str name = str_from_cstr(field->name);
	uint32_t at = place_of(made->entries, made->count, name);

	if (node_is_null(e->value)) {
		if (at < made->count)
			made->entries[at] = made->entries[--made->count];
		return 0;
	}
	made->entries[at].key = str_equal(node_text(e->key), name)
					? e->key
					: node_with_text(r->b->arena, e->key, name);
	if (at == made->count)
		made->count++;
	return read_value(r, field, e->value, &made->entries[at].value);
}

/* Tables nest a few levels, so this does, too. Without unknown fields, a map is as small as its
 * table, however often it repeats them. */
static int read_map(const struct reading *r, const struct field *fields, const struct node *map,
		    const struct node **ret)
{
	struct made_map made = {
		arena_array(r->b->arena, struct entry, node_entry_count(map) + (size_t)1), 0
	};

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		const struct field *field = field_named(fields, node_text(e->key));
		if (!field && r->strict)
			return refuse_name(r->b, fields, e->key);
		if (field && read_entry(r, field, e, &made) < 0)
			return -1;
	}
	*ret = node_with_entries(r->b->arena, map, made.entries, made.count);
	return 0;
}

int fields_read(struct builder *b, enum fields_table table, const struct node *map, bool strict,
		const struct node **ret)
{
	static const struct field *const tables[] = {
		[FIELDS_KUSTOMIZATION] = fields_kustomization,
		[FIELDS_REPLACEMENT] = fields_replacement,
		[FIELDS_TRANSFORMER] = fields_transformer,
		[FIELDS_GENERATOR] = fields_generator,
	};
	struct reading r = { b, strict };

	return read_map(&r, tables[table], map, ret);
}

/* Writing */

/* The count of replicas has no omitempty. */
static bool is_empty_value(const struct field *field, const struct node *n)
{
	bool flag = true;
	int64_t number = 1;

	switch (field->type) {
	case FIELD_TEXT:
		return !node_text(n).len;
	case FIELD_FLAG:
		return node_bool(n, &flag) && !flag;
	case FIELD_NUMBER:
		return strcmp(field->name, "count") != 0 && node_int64(n, &number) && !number;
	case FIELD_TEXTS:
	case FIELD_TEXT_MAP:
	case FIELD_FLAG_MAP:
	case FIELD_OBJECTS:
		return !node_member_count(n);
	case FIELD_ANY:
		return (node_is_map(n) || node_is_list(n)) && !node_member_count(n);
	case FIELD_OBJECT:
		return false;
	}
	BUG("field type %d", (int)field->type);
}

static const struct node *written_map(struct arena *arena, const struct field *fields,
				      const struct node *map);

static const struct node *written_value(struct arena *arena, const struct field *field,
					const struct node *n)
{
	const struct node *made = n;

	if (field->type == FIELD_OBJECT)
		return written_map(arena, field->members, n);
	for (uint32_t i = 0; field->type == FIELD_OBJECTS && i < node_item_count(n); i++)
		made = node_list_put(arena, n, made, i,
				     written_map(arena, field->members, node_item(n, i)));
	return made;
}

/* As deep as the tables are. */
static const struct node *written_map(struct arena *arena, const struct field *fields,
				      const struct node *map)
{
	const struct node *made = map;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		const struct field *field = field_named(fields, node_text(e->key));
		if (!field)
			continue;
		if (is_empty_value(field, e->value))
			made = node_without(arena, made, node_text(e->key));
		else
			made = node_with(arena, made, node_text(e->key),
					 written_value(arena, field, e->value));
	}
	return made;
}

const struct node *fields_written(struct builder *b, const struct node *kustomization)
{
	return written_map(b->arena, fields_kustomization, kustomization);
}

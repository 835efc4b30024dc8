/* layer_config - field specs that a kustomization adds: configurations and crds */
#include "base/arena.h"
#include "base/buf.h"
#include "build/kustomize/layer.h"
#include "doc/json.h"
#include "doc/key_index.h"
#include "doc/make.h"
#include "doc/scalar.h"
#include "doc/yaml.h"

static struct field_spec spec_of(const struct node *n)
{
	return (struct field_spec){ node_str_at(n, "group"), node_str_at(n, "version"),
				    node_str_at(n, "kind"), node_str_at(n, "path"),
				    node_bool_at(n, "create", false) };
}

void field_specs_read(struct arena *arena, const struct node *list, struct field_specs *ret)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		VEC_PUSH(arena, &ret->items, spec_of(node_item(list, i)));
}

/* Keys of a configuration file, and the specs they add to. */
static struct field_specs *specs_named(struct specs *s, struct str key)
{
	const struct {
		struct str name;
		struct field_specs *specs;
	} all[] = { { STR("namePrefix"), &s->name_prefix },
		    { STR("nameSuffix"), &s->name_suffix },
		    { STR("namespace"), &s->namespace },
		    { STR("commonLabels"), &s->common_labels },
		    { STR("labels"), &s->labels },
		    { STR("templateLabels"), &s->template_labels },
		    { STR("commonAnnotations"), &s->annotations },
		    { STR("images"), &s->images },
		    { STR("replicas"), &s->replicas },
		    { STR("varReference"), &s->var_references } };

	for (size_t i = 0; i < ARRAY_COUNT(all); i++)
		if (str_equal_nocase(all[i].name, key))
			return all[i].specs;
	return NULL;
}

static void add_references(struct specs *into, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *n = node_item(list, i);
		const struct node *specs = node_get(n, STR("fieldSpecs"));
		struct gvk renamed = { node_str_at(n, "group"), node_str_at(n, "version"),
				       node_str_at(n, "kind") };
		for (uint32_t s = 0; s < node_item_count(specs); s++)
			specs_push_reference(into, renamed, spec_of(node_item(specs, s)));
	}
}

/* The document of the file that an entry names. is_json: what begins with a brace is JSON. */
static const struct node *read_named(struct layer *l, const struct node *entry, bool is_json)
{
	struct str text, path;

	if (builder_load_file(l->b, l->directory, node_text(entry), &text, &path) < 0) {
		l->b->err->position = entry->position;
		return NULL;
	}
	if (!str_trim(text).len)
		return node_null();
	return is_json && str_starts(text, STR("{"))
		       ? json_read(l->b->set, path, text, l->b->err)
		       : yaml_read_one(l->b->set, path, text, DIALECT_SIGS, l->b->err);
}

static int refuse_conflict(struct layer *l, const struct node *at)
{
	builder_fail(l->b, at, "conflicting fieldspecs");
	return error_hint(l->b->err, "two specs of one path must agree in 'create'");
}

/* Types: kustomize decodes these files into structs, which take nothing else. */

enum member_type { MEMBER_TEXT, MEMBER_BOOL, MEMBER_SPECS };

struct member {
	struct str name;
	enum member_type type;
};

static const struct member spec_members[] = {
	{ STR_INIT("group"), MEMBER_TEXT },  { STR_INIT("version"), MEMBER_TEXT },
	{ STR_INIT("kind"), MEMBER_TEXT },   { STR_INIT("path"), MEMBER_TEXT },
	{ STR_INIT("create"), MEMBER_BOOL }, {}
};
static const struct member reference_members[] = { { STR_INIT("group"), MEMBER_TEXT },
						   { STR_INIT("version"), MEMBER_TEXT },
						   { STR_INIT("kind"), MEMBER_TEXT },
						   { STR_INIT("fieldSpecs"), MEMBER_SPECS },
						   {} };

static int refuse_type(struct layer *l, const struct node *n, const char *wanted)
{
	return builder_fail(l->b, n, "a value of another type: %s is wanted", wanted);
}

static int check_list(struct layer *l, const struct node *list, const struct member *members);

static int check_member(struct layer *l, const struct entry *e, const struct member *members)
{
	const struct member *m = members;
	bool flag;

	while (m->name.len && !str_equal_nocase(m->name, node_text(e->key)))
		m++;
	if (!m->name.len)
		return builder_fail(l->b, e->key, "unknown field \"%.*s\"",
				    STR_FMT(node_text(e->key)));
	if (node_is_null(e->value))
		return 0;
	if (m->type == MEMBER_SPECS)
		return check_list(l, e->value, spec_members);
	if (m->type == MEMBER_BOOL)
		return node_bool(e->value, &flag) ? 0 : refuse_type(l, e->value, "true or false");
	return node_is_scalar(e->value) ? 0 : refuse_type(l, e->value, "a text");
}

static int check_list(struct layer *l, const struct node *list, const struct member *members)
{
	if (!node_is_list(list))
		return node_is_null(list) ? 0 : refuse_type(l, list, "a list");
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i);
		if (!node_is_map(item) && !node_is_null(item))
			return refuse_type(l, item, "a map");
		for (uint32_t k = 0; k < node_entry_count(item); k++)
			if (check_member(l, node_entry(item, k), members) < 0)
				return -1;
	}
	return 0;
}

static int check_map(struct layer *l, const struct node *n)
{
	return node_is_map(n) || node_is_null(n) ? 0 : refuse_type(l, n, "a map");
}

/* One file, as it stands, sorted. */
static int read_configuration(struct layer *l, const struct node *entry, struct specs *ret)
{
	const struct node *root = read_named(l, entry, /* is_json= */ false);

	*ret = (struct specs){ .arena = l->arena };
	if (!root || check_map(l, root) < 0)
		return -1;
	for (uint32_t i = 0; i < node_entry_count(root); i++) {
		const struct entry *e = node_entry(root, i);
		struct str key = node_text(e->key);
		struct field_specs *specs = specs_named(ret, key);
		if (!specs && !str_equal_nocase(key, STR("nameReference")))
			return builder_fail(l->b, e->key, "unknown field \"%.*s\"", STR_FMT(key));
		if (check_list(l, e->value, specs ? spec_members : reference_members) < 0)
			return -1;
		if (specs)
			field_specs_read(l->arena, e->value, specs);
		else
			add_references(ret, e->value);
	}
	specs_sort(ret);
	return 0;
}

/* The defaults and the configurations, merged as kustomize does: each set sorted before. */
static int add_configurations(struct layer *l, const struct node *list)
{
	struct specs all = { .arena = l->arena }, file, merged = l->b->defaults;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		if (read_configuration(l, node_item(list, i), &file) < 0)
			return -1;
		if (!specs_merge(&all, &file))
			return refuse_conflict(l, node_item(list, i));
	}
	if (node_item_count(list) && !specs_merge(&merged, &all))
		return refuse_conflict(l, list);
	return specs_merge(&l->specs, &merged) ? 0 : refuse_conflict(l, list);
}

/* OpenAPI definitions of custom types */

enum {
	CRD_DEPTH_MAX = 32,
	CRD_PROPERTIES_MAX = 100000, /* of one file, with each type as often as it is meant */
};

struct crd_walk {
	struct layer *l;
	struct specs *specs;
	const struct node *entry; /* of crds */
	const struct key_index *definitions;
	struct str kind;
	const struct node *types[CRD_DEPTH_MAX]; /* that the walk is in, outermost first */
	struct str names[CRD_DEPTH_MAX];	 /* of the properties that it is at */
	int depth;
	uint32_t property_count;
};

static const struct node *properties_of(const struct node *definition)
{
	const struct node *properties = node_at(definition, "Schema.properties");

	return properties ? properties : node_get(definition, STR("properties"));
}

/* Of the property that the walk is at: spec/template/name. */
static struct str path_of(const struct crd_walk *w)
{
	struct buf buf;

	buf_init(&buf, w->l->arena);
	for (int i = 0; i < w->depth; i++) {
		if (i)
			buf_add_char(&buf, '/');
		buf_add(&buf, w->names[i]);
	}
	return buf_str(&buf);
}

static void push_spec(struct crd_walk *w, struct field_specs *specs)
{
	struct field_spec spec = { STR(""), STR(""), w->kind, path_of(w), false };

	VEC_PUSH(w->l->arena, &specs->items, spec);
}

static void add_reference(struct crd_walk *w, const struct node *p)
{
	struct str kind = node_str_at(p, "x-kubernetes-object-ref-kind");
	struct str key = node_str_at(p, "x-kubernetes-object-ref-name-key");
	struct gvk renamed = gvk_parse(node_str_at(p, "x-kubernetes-object-ref-api-version"), kind);

	if (!kind.len)
		return;
	struct str full = STR_CAT(w->l->arena, path_of(w), STR("/"), key.len ? key : STR("name"));
	specs_push_reference(w->specs, renamed,
			     (struct field_spec){ STR(""), STR(""), w->kind, full, false });
}

static void add_property(struct crd_walk *w, const struct node *p)
{
	if (node_get(p, STR("x-kubernetes-annotation")))
		push_spec(w, &w->specs->annotations);
	if (node_get(p, STR("x-kubernetes-label-selector")))
		push_spec(w, &w->specs->common_labels);
	if (node_get(p, STR("x-kubernetes-identity")))
		push_spec(w, &w->specs->name_prefix);
	add_reference(w, p);
}

/* A type that holds itself has no end: its inner self is left out. */
static bool is_inside(const struct crd_walk *w, const struct node *definition)
{
	for (int i = 0; i < w->depth; i++)
		if (w->types[i] == definition)
			return true;
	return false;
}

static int walk(struct crd_walk *w, const struct node *definition)
{
	const struct node *properties = properties_of(definition);

	if (w->depth == CRD_DEPTH_MAX || is_inside(w, definition))
		return 0;
	w->types[w->depth++] = definition;
	for (uint32_t i = 0; i < node_entry_count(properties); i++) {
		const struct node *p = node_entry(properties, i)->value;
		struct str type = node_str_at(p, "$ref");
		if (++w->property_count > CRD_PROPERTIES_MAX)
			return builder_fail(w->l->b, w->entry,
					    "the types of this file have more than %d properties, "
					    "each as often as types refer to it",
					    CRD_PROPERTIES_MAX);
		w->names[w->depth - 1] = node_text(node_entry(properties, i)->key);
		add_property(w, p);
		type = str_strip_prefix(type, STR("#/definitions/"));
		if (type.len && walk(w, key_index_get(w->definitions, type)) < 0)
			return -1;
	}
	w->depth--;
	return 0;
}

static bool is_type(const struct node *definition)
{
	const struct node *p = properties_of(definition);

	return node_get(p, STR("kind")) && node_get(p, STR("apiVersion")) &&
	       node_get(p, STR("metadata"));
}

/* What is decoded of a definition; of another form than {Schema: …} nothing is. */
static int check_definition(struct layer *l, const struct node *definition)
{
	const struct node *schema = node_get(definition, STR("Schema"));
	const struct node *properties = node_get(schema, STR("properties"));
	const struct node *type = node_get(schema, STR("type"));

	if (check_map(l, definition) < 0 || check_map(l, schema) < 0 ||
	    check_map(l, properties) < 0)
		return -1;
	for (uint32_t i = 0; i < node_entry_count(properties); i++)
		if (check_map(l, node_entry(properties, i)->value) < 0)
			return -1;
	if (node_is_scalar(type) && scalar_of(type).type != SCALAR_STR && !node_is_null(type))
		return refuse_type(l, type, "a text");
	return 0;
}

static int add_crd(struct layer *l, const struct node *entry, struct specs *specs)
{
	const struct node *root = read_named(l, entry, /* is_json= */ true);

	SCRATCH(scratch);
	if (!root || check_map(l, root) < 0)
		return -1;
	for (uint32_t i = 0; i < node_entry_count(root); i++)
		if (check_definition(l, node_entry(root, i)->value) < 0)
			return -1;
	struct key_index definitions = key_index_make(scratch, root);
	struct crd_walk w = { .l = l, .specs = specs, .entry = entry, .definitions = &definitions };
	for (uint32_t i = 0; i < node_entry_count(root); i++) {
		struct str name = node_text(node_entry(root, i)->key);
		w.kind = str_from(name, (size_t)(str_find_last_char(name, '.') + 1));
		if (is_type(node_entry(root, i)->value) && walk(&w, node_entry(root, i)->value) < 0)
			return -1;
	}
	return 0;
}

int layer_configure(struct layer *l)
{
	const struct node *crds = node_get(l->file, STR("crds"));
	struct specs specs = { .arena = l->arena };

	if (add_configurations(l, node_get(l->file, STR("configurations"))) < 0)
		return -1;
	if (!crds)
		return 0;
	for (uint32_t i = 0; i < node_item_count(crds); i++)
		if (add_crd(l, node_item(crds, i), &specs) < 0)
			return -1;
	return specs_merge(&l->specs, &specs) ? 0 : refuse_conflict(l, crds);
}

/* schemas_test - kinds are found by names and versions, and types of users lie over the tables */
#include "kube/schema/schemas.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

static struct gvk gvk(const char *group, const char *version, const char *kind)
{
	return (struct gvk){ str_from_cstr(group), str_from_cstr(version), str_from_cstr(kind) };
}

static void kinds_are_found_by_older_versions_and_groups(void)
{
	static const struct {
		const char *group, *version, *kind;
		struct str name, version_read; /* absent: unknown */
	} cases[] = {
		{ "apps", "v1", "Deployment", STR_INIT("Deployment"), STR_INIT("v1") },
		{ "", "v1", "Pod", STR_INIT("Pod"), STR_INIT("v1") },
		/* Aliases are read as the preferred version. */
		{ "apps", "v1beta2", "Deployment", STR_INIT("Deployment"), STR_INIT("v1") },
		{ "autoscaling", "v2beta2", "HorizontalPodAutoscaler",
		  STR_INIT("HorizontalPodAutoscaler"), STR_INIT("v2") },
		{ "extensions", "v1beta1", "Ingress", STR_INIT("Ingress"), STR_INIT("v1") },
		{ "extensions", "v1beta1", "DaemonSet", STR_INIT("DaemonSet"), STR_INIT("v1") },
		/* No such version, group or kind. */
		{ "apps", "v7", "Deployment", { NULL, 0 }, { NULL, 0 } },
		{ "extensions", "v1", "Ingress", { NULL, 0 }, { NULL, 0 } },
		{ "", "v1", "Deployment", { NULL, 0 }, { NULL, 0 } },
		{ "apps", "v1", "deployment", { NULL, 0 }, { NULL, 0 } },
		{ "example.com", "v1", "Widget", { NULL, 0 }, { NULL, 0 } },
	};
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].group); i++) {
		const struct kind_version *version;
		const struct kind *kind = schemas_kind(
			s, gvk(cases[i].group, cases[i].version, cases[i].kind), &version);
		CHECK_STR(kind ? kind->name : STR_NONE, cases[i].name);
		CHECK_STR(version ? version->name : STR_NONE, cases[i].version_read);
	}
	CHECK(!schemas_kind_by_id(s, (kind_id)schemas_kind_count(s)));
	CHECK_TEXT(schemas_kind_by_id(s, KIND_POD)->name, "Pod");
}

static void documents_are_converted_to_the_preferred_version(void)
{
	static const struct {
		const char *object;
		struct str version;
	} cases[] = {
		{ "{apiVersion: apps/v1beta1, kind: Deployment}", STR_INIT("apps/v1") },
		{ "{apiVersion: extensions/v1beta1, kind: Ingress}",
		  STR_INIT("networking.k8s.io/v1") },
		{ "{apiVersion: example.com/v1beta1, kind: Widget}",
		  STR_INIT("example.com/v1beta1") },
	};
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	const struct node *pod = node_make(arena, "{apiVersion: v1, kind: Pod}");

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].object); i++)
		CHECK_STR(object_api_version(
				  schemas_convert(s, arena, node_make(arena, cases[i].object))),
			  cases[i].version);
	CHECK(schemas_convert(s, arena, pod) == pod);
}

/* A CRD of example.com Widget with these versions. */
static int add_widget(struct schemas *s, struct arena *arena, const char *versions,
		      struct error *err)
{
	return schemas_add_crd(s,
			       node_make(arena,
					 "{spec: {group: example.com, scope: Namespaced, names: "
					 "{kind: Widget, plural: widgets}, versions: %n}}",
					 node_make(arena, versions)),
			       err);
}

#define SCHEMA(type)                                                                               \
	"schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: "  \
	"{size: {type: " type "}}}}}}"

static enum schema_type type_of_size(const struct schemas *s, const char *version)
{
	const struct kind_version *found;
	const struct kind *kind = schemas_kind(s, gvk("example.com", version, "Widget"), &found);
	struct schema spec = schema_field(schema_root(s, kind, found), STR("spec"));

	return schema_type(schema_field(spec, STR("size")));
}

static void a_crd_brings_its_kind_until_it_goes(void)
{
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	struct error err;

	CHECK_INT(add_widget(s, arena,
			     "[{name: v1beta1, served: true, " SCHEMA(
				     "string") "}, {name: v1, "
					       "served: true, storage: true, subresources: "
					       "{status: {}}, " SCHEMA(
						       "integer") "}, {name: v0, served: false}]",
			     &err),
		  0);
	const struct kind *kind = schemas_kind(s, gvk("example.com", "v1", "Widget"), NULL);
	if (!CHECK(kind != NULL))
		return;
	CHECK_TEXT(kind->singular, "widget"); /* made of the kind */
	CHECK(kind->flags & KIND_FLAG_NAMESPACED);
	CHECK(kind->flags & KIND_FLAG_CUSTOM);
	CHECK(kind->flags & KIND_FLAG_STATUS);
	CHECK(!(kind->flags & KIND_FLAG_SCALE));
	CHECK_TEXT(kind->versions[0].name, "v1"); /* the stored one comes first */
	CHECK_TEXT(kind->versions[1].name, "v1beta1");
	CHECK_INT(type_of_size(s, "v1"), SCHEMA_INTEGER);
	CHECK_INT(type_of_size(s, "v1beta1"), SCHEMA_STRING);
	CHECK(!schemas_kind(s, gvk("example.com", "v0", "Widget"), NULL)); /* not served */
	schemas_remove_crd(s, STR("example.com"), STR("Widget"));
	CHECK(!schemas_kind(s, gvk("example.com", "v1", "Widget"), NULL));
	schemas_remove_crd(s, STR("example.com"), STR("Widget")); /* twice is fine */
}

/* Whoever holds the kind sees the new one. */
static void the_same_crd_again_replaces_it(void)
{
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	struct error err;

	CHECK_INT(add_widget(s, arena, "[{name: v1, storage: true, " SCHEMA("string") "}]", &err),
		  0);
	const struct kind *kind = schemas_kind(s, gvk("example.com", "v1", "Widget"), NULL);
	uint32_t count = schemas_kind_count(s);
	CHECK_INT(add_widget(s, arena, "[{name: v2, storage: true, " SCHEMA("boolean") "}]", &err),
		  0);
	CHECK(schemas_kind(s, gvk("example.com", "v2", "Widget"), NULL) == kind);
	CHECK(!schemas_kind(s, gvk("example.com", "v1", "Widget"), NULL));
	CHECK_INT(type_of_size(s, "v2"), SCHEMA_BOOLEAN);
	CHECK_INT(schemas_kind_count(s), count);
}

static void unusable_crds_are_refused(void)
{
	static const struct {
		const char *crd;
		struct str text;
	} cases[] = {
		{ "{}", STR_INIT("a CustomResourceDefinition needs spec.group, spec.names.kind and "
				 "spec.names.plural") },
		{ "{spec: {group: a.b, names: {kind: A, plural: as}}}",
		  STR_INIT("spec.versions must be a list of 1 to 1000 versions") },
		{ "{spec: {group: a.b, names: {kind: A, plural: as}, versions: []}}",
		  STR_INIT("spec.versions must be a list of 1 to 1000 versions") },
		{ "{spec: {group: a.b, names: {kind: A, plural: as}, versions: [{served: true}]}}",
		  STR_INIT("a version must be a map with a name") },
	};
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	struct error err;

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].crd); i++) {
		CHECK_INT(schemas_add_crd(s, node_make(arena, cases[i].crd), &err), -1);
		CHECK_STR(str_from_cstr(err.text), cases[i].text);
		CHECK(!schemas_kind(s, gvk("a.b", "v1", "A"), NULL));
	}
}

/* A type by its name among the definitions, else of the tables, else nothing is known of it. */
static void definitions_of_users_refer_to_built_in_types(void)
{
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	struct error err;
	const struct node *definitions = node_make(
		arena, "{com.example.Widget: {type: object, x-kubernetes-group-version-kind: "
		       "[{group: example.com, version: v1, kind: Widget}], properties: {part: "
		       "{$ref: \"#/definitions/com.example.Part\"}, template: {$ref: "
		       "\"#/definitions/io.k8s.api.core.v1.PodTemplateSpec\"}, other: {$ref: "
		       "\"#/definitions/com.example.Gone\"}}}, com.example.Part: {type: "
		       "integer}}");

	CHECK_INT(schemas_add_openapi(s, definitions, &err), 0);
	struct schema widget = schemas_openapi(s, gvk("example.com", "v1", "Widget"));
	CHECK_INT(schema_type(widget), SCHEMA_OBJECT);
	CHECK_INT(schema_type(schema_field(widget, STR("part"))), SCHEMA_INTEGER);
	struct schema pod = schema_field(schema_field(widget, STR("template")), STR("spec"));
	CHECK_TEXT(schema_merge_key(schema_field(pod, STR("containers"))), "name");
	CHECK(!schema_exists(schema_field(widget, STR("other"))));
	CHECK(!schema_exists(schemas_openapi(s, gvk("example.com", "v2", "Widget"))));
	CHECK_INT(schemas_add_openapi(s, node_make(arena, "{a: 1}"), &err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "a definition must be a map");
}

/* What a type says, of fields that everybody knows. */
static void keywords_of_a_type_are_read(void)
{
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	struct schema pod = schema_root(s, schemas_kind_by_id(s, KIND_POD), NULL);
	struct schema spec = schema_field(pod, STR("spec"));
	struct schema containers = schema_field(spec, STR("containers"));
	struct schema ports = schema_field(schema_items(containers), STR("ports"));

	CHECK_INT(schema_list_type(containers), SCHEMA_LIST_MAP);
	CHECK_TEXT(schema_list_key(containers, 0), "name");
	CHECK_INT(schema_list_key_count(ports), 2);
	CHECK_TEXT(schema_list_key(ports, 1), "protocol");
	CHECK_TEXT(schema_merge_key(ports), "containerPort");
	CHECK(schema_is_required(spec, STR("containers")));
	CHECK(!schema_is_required(spec, STR("volumes")));
	CHECK(schema_is_metadata(schema_field(pod, STR("metadata"))));
	CHECK(schema_is_atomic_map(schema_field(spec, STR("nodeSelector"))));
	CHECK_INT(schema_type(schema_field(schema_field(spec, STR("nodeSelector")), STR("any"))),
		  SCHEMA_STRING);
	CHECK(!schema_exists(schema_field(spec, STR("replica"))));
	CHECK(schema_preserves_unknown(schema_field(spec, STR("replica"))));
	for (uint32_t i = 1; i < schema_property_count(spec); i++) /* in order of their names */
		CHECK(str_compare(schema_property(spec, i - 1, NULL),
				  schema_property(spec, i, NULL)) < 0);
}

static void values_and_patterns_are_made_once(void)
{
	SCRATCH(arena);
	struct schemas *s = schemas_new(arena);
	struct error err;

	CHECK_INT(add_widget(s, arena,
			     "[{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, "
			     "properties: {a: {type: object, nullable: true, default: {b: [1]}}, "
			     "p: {type: string, format: date, pattern: \"^x\"}, bad: {type: "
			     "string, pattern: \"(\"}}}}}]",
			     &err),
		  0);
	struct schema root =
		schema_root(s, schemas_kind(s, gvk("example.com", "v1", "Widget"), NULL), NULL);
	struct schema a = schema_field(root, STR("a")), p = schema_field(root, STR("p"));
	CHECK_TEXT(json_text(arena, schema_default(a), 0), "{\"b\":[1]}");
	CHECK(schema_default(a) == schema_default(a));
	CHECK(!schema_default(p));
	CHECK(schema_is_nullable(a) && !schema_is_nullable(p));
	CHECK_TEXT(schema_format(p), "date");
	CHECK(schema_pattern(p) != NULL && schema_pattern(p) == schema_pattern(p));
	CHECK(!schema_pattern(a));
	CHECK(!schema_pattern(schema_field(root, STR("bad")))); /* does not compile */
}

TESTS({ "kinds are found by older versions and groups",
	kinds_are_found_by_older_versions_and_groups },
      { "documents are converted to the preferred version",
	documents_are_converted_to_the_preferred_version },
      { "a CRD brings its kind until it goes", a_crd_brings_its_kind_until_it_goes },
      { "the same CRD again replaces it", the_same_crd_again_replaces_it },
      { "unusable CRDs are refused", unusable_crds_are_refused },
      { "definitions of users refer to built-in types",
	definitions_of_users_refer_to_built_in_types },
      { "keywords of a type are read", keywords_of_a_type_are_read },
      { "values and patterns are made once", values_and_patterns_are_made_once })

/* layer_openapi_test - merge keys from a schema of the user */
#include "build/kustomize/kustomize_fixture.h"

#define WIDGET                                                                                     \
	"apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w}\n"                                 \
	"spec: {parts: [{id: a, n: 1}, {id: b, n: 2}]}\n"
#define PATCH                                                                                      \
	"- patch: '{apiVersion: x.io/v1, kind: Widget, metadata: {name: w}, spec: {parts: "        \
	"[{id: b, m: 3}]}}'\n"
#define SCHEMA                                                                                     \
	"{definitions: {W: {x-kubernetes-group-version-kind: [{group: x.io, version: v1, kind: "   \
	"Widget}], properties: {spec: {$ref: '#/definitions/S'}}}, S: {properties: {parts: "       \
	"{type: "                                                                                  \
	"array, items: {type: object}, x-kubernetes-patch-merge-key: id, "                         \
	"x-kubernetes-patch-strategy: merge}, template: {$ref: "                                   \
	"'#/definitions/io.k8s.api.core.v1.PodTemplateSpec'}}}}}\n"

static void lists_merge_by_the_keys_of_the_schema(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [w.yaml]\npatches:\n" PATCH "openapi: {path: s.yaml}\n" },
			 { "top/w.yaml", WIDGET }, { "top/s.yaml", SCHEMA }),
		   "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  parts:\n"
		   "  - id: b\n    m: 3\n    \"n\": 2\n  - id: a\n    \"n\": 1\n");
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml", "resources: [w.yaml]\npatches:\n" PATCH },
			 { "top/w.yaml", WIDGET }),
		   "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  parts:\n"
		   "  - id: b\n    m: 3\n");
}

/* Kubernetes 1.21 had no list of variables, so the built-in types replace it; a schema of the user
 * says of its own what merges. */
static void a_schema_of_the_user_merges_lists_that_are_new(void)
{
	static const char schema[] =
		"{definitions: {W: {x-kubernetes-group-version-kind: [{group: x.io, version: v1, "
		"kind: Widget}], properties: {spec: {properties: {variables: {type: array, items: "
		"{type: object}, x-kubernetes-patch-merge-key: name, x-kubernetes-patch-strategy: "
		"merge}}}}}}}\n";
	SCRATCH(arena);

	CHECK(str_ends(BUILT(arena,
			     { "top/kustomization.yaml",
			       "resources: [w.yaml]\nopenapi: {path: s.yaml}\npatches:\n- patch: "
			       "'{apiVersion: x.io/v1, kind: Widget, metadata: {name: w}, spec: "
			       "{variables: [{name: b}]}}'\n" },
			     { "top/w.yaml", "apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: "
					     "w}\nspec: {variables: [{name: a}]}\n" },
			     { "top/s.yaml", schema }),
		       STR("  variables:\n  - name: b\n  - name: a\n")));
	CHECK(str_ends(
		BUILT(arena,
		      { "top/kustomization.yaml",
			"resources: [p.yaml]\npatches:\n- patch: '{apiVersion: v1, kind: Pod, "
			"metadata: {name: p}, spec: {schedulingGates: [{name: b}]}}'\n" },
		      { "top/p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: "
				      "{schedulingGates: [{name: a}]}\n" }),
		STR("  schedulingGates:\n  - name: b\n")));
}

#define POD_PATCH                                                                                  \
	"- patch: '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: "   \
	"b}]}}'\n"
#define POD "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a}]}\n"

static void a_schema_of_the_top_takes_the_place_of_the_built_in_one(void)
{
	SCRATCH(arena);
	CHECK(str_ends(BUILT(arena,
			     { "top/kustomization.yaml", "resources: [p.yaml]\npatches:\n" POD_PATCH
							 "openapi: {path: s.yaml}\n" },
			     { "top/p.yaml", POD }, { "top/s.yaml", SCHEMA }),
		       STR("  containers:\n  - name: b\n")));
	CHECK(str_ends(
		BUILT(arena,
		      { "top/kustomization.yaml", "resources: [p.yaml]\npatches:\n" POD_PATCH },
		      { "top/p.yaml", POD }),
		STR("  containers:\n  - name: b\n  - name: a\n")));
}

static void what_is_refused(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "namePrefix: x-\nopenapi: {version: v1.99}\n",
		  "the specified OpenAPI version is not built in" },
		{ "namePrefix: x-\nopenapi: {version: v1.21.2, path: s.yaml}\n",
		  "builtin version and custom schema provided, cannot use both" },
		{ "namePrefix: x-\nopenapi: {path: none.yaml}\n",
		  "open top/none.yaml: no such file or directory" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++)
		CHECK_STR(BUILT(arena, { "top/kustomization.yaml", rows[i].text },
				{ "top/s.yaml", SCHEMA }),
			  str_from_cstr(rows[i].want));
}

TESTS({ "lists merge by the keys of the schema, without one they are replaced",
	lists_merge_by_the_keys_of_the_schema },
      { "a schema of the user merges lists that are new",
	a_schema_of_the_user_merges_lists_that_are_new },
      { "a schema of the top takes the place of the built-in one",
	a_schema_of_the_top_takes_the_place_of_the_built_in_one },
      { "unknown versions and two schemas at once are refused", what_is_refused })

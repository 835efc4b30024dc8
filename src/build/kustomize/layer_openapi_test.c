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

#define SCOPE(path, version, kind)                                                                 \
	"'" path "': {get: {x-kubernetes-group-version-kind: {group: x.io, version: " version      \
	", kind: " kind "}}}"

/* Measured with kustomize 5.7.1. */
static void paths_say_which_kinds_have_no_namespace(void)
{
	static const struct {
		const char *paths;
		bool has_namespace;
	} rows[] = {
		{ "{}", true },
		{ "{" SCOPE("/apis/x.io/v1/widgets", "v1", "Widget") "}", false },
		{ "{" SCOPE("/apis/x.io/v1/widgets", "v2", "Widget") "}", true },
		{ "{" SCOPE("/apis/x.io/v1/widgets", "v1", "Gadget") "}", true },
		{ "{" SCOPE("apis/x.io/v1/widgets", "v1", "Widget") "}", true },
		{ "{" SCOPE("/apis/x.io/v1/widgets", "v1", "Widget") ", " SCOPE(
			  "/apis/x.io/v1/namespaces/{namespace}/widgets", "v1", "Widget") "}",
		  true },
		{ "{" SCOPE("/apis/x.io/v1/namespaces/{namespace}/widgets", "v1",
			    "Widget") ", " SCOPE("/apis/x.io/v1/widgets", "v1", "Widget") "}",
		  true },
		{ "{/apis/x.io/v1/widgets: {post: {x-kubernetes-group-version-kind: {group: x.io, "
		  "version: v1, kind: Widget}}}}",
		  true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].paths); i++) {
		SCRATCH(arena);
		struct str schema = str_printf(arena, "{paths: %s}", rows[i].paths);
		struct str out = BUILT(
			arena,
			{ "top/kustomization.yaml", "resources: [w.yaml, base]\nnamespace: ns\n" },
			{ "top/w.yaml", WIDGET },
			{ "top/base/kustomization.yaml",
			  "openapi: {path: s.yaml}\nconfigMapGenerator: "
			  "[{name: c, options: "
			  "{disableNameSuffixHash: true}}]\n" },
			{ "top/base/s.yaml", str_cstr(arena, schema) });
		CHECK_INT(str_contains(out, STR("name: w\n  namespace: ns")),
			  rows[i].has_namespace);
		CHECK(str_contains(out, STR("name: c\n  namespace: ns")));
	}
}

/* Kinds that Kubernetes has keep their scope, and two objects of one name collide. */
static void scopes_of_kubernetes_stay_and_ids_follow(void)
{
	SCRATCH(arena);
	CHECK(str_contains(
		BUILT(arena,
		      { "top/kustomization.yaml",
			"resources: [c.yaml]\nnamespace: ns\nopenapi: {path: s.yaml}\n" },
		      { "top/c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n" },
		      { "top/s.yaml", "{paths: {/api/v1/configmaps: {get: "
				      "{x-kubernetes-group-version-kind: {group: "
				      "'', version: v1, kind: ConfigMap}}}}}" }),
		STR("namespace: ns")));
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [w.yaml]\nopenapi: {path: s.yaml}\n" },
			 { "top/w.yaml",
			   "apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w, namespace: "
			   "a}\n---\napiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w, "
			   "namespace: b}\n" },
			 { "top/s.yaml", "{paths: {" SCOPE("/w", "v1", "Widget") "}}" }),
		   "accumulating resources: accumulation err='merging resources from 'w.yaml': may "
		   "not add resource with an already registered id: Widget.v1.x.io/w.b': must "
		   "build at "
		   "directory: 'top/w.yaml': file is not directory");
	CHECK(str_contains(
		BUILT(arena,
		      { "top/kustomization.yaml",
			"resources: [w.yaml]\nopenapi: {path: s.yaml}\n" },
		      { "top/w.yaml", WIDGET }, { "top/s.yaml", "{paths: {/x: []}}" }),
		STR("invalid schema file: 'paths' of an OpenAPI document must be a map of "
		    "maps")));
}

TESTS({ "lists merge by the keys of the schema, without one they are replaced",
	lists_merge_by_the_keys_of_the_schema },
      { "a schema of the user merges lists that are new",
	a_schema_of_the_user_merges_lists_that_are_new },
      { "a schema of the top takes the place of the built-in one",
	a_schema_of_the_top_takes_the_place_of_the_built_in_one },
      { "unknown versions and two schemas at once are refused", what_is_refused },
      { "paths say which kinds have no namespace", paths_say_which_kinds_have_no_namespace },
      { "scopes of Kubernetes stay, and ids follow", scopes_of_kubernetes_stay_and_ids_follow })

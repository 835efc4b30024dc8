/* layer_config_test - field specs of configurations and of OpenAPI definitions */
#include "build/kustomize/kustomize_fixture.h"

#define WIDGETS                                                                                    \
	"apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w}\nspec: {map: m, title: t}\n---\n"  \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"

static struct str configured(struct arena *arena, const char *field, const char *config)
{
	struct str text =
		str_printf(arena, "resources: [w.yaml]\nnamePrefix: p-\n%s: [c.yaml]\n", field);

	return BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
		     { "top/w.yaml", WIDGETS }, { "top/c.yaml", config });
}

static void a_reference_follows(void)
{
	static const char want[] = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-m\n---\n"
				   "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: p-w\n"
				   "spec:\n  map: p-m\n  title: t\n";
	SCRATCH(arena);

	CHECK_STR(configured(arena, "configurations",
			     "nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{kind: "
			     "Widget, path: spec/map}]}]\n"),
		  str_from_cstr(want));
	CHECK_STR(configured(arena, "crds",
			     "io.x.Widget: {Schema: {properties: {kind: {}, apiVersion: {}, "
			     "metadata: {}, spec: {$ref: io.x.Spec}}}}\n"
			     "io.x.Spec: {Schema: {properties: {map: {}}}}\n"),
		  STR("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-m\n---\n"
		      "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: p-w\nspec:\n  map: m\n"
		      "  title: t\n"));
}

static void a_special_prefix_hides_the_general_one(void)
{
	SCRATCH(arena);
	CHECK_TEXT(configured(arena, "configurations",
			      "namePrefix: [{kind: Widget, path: metadata/name}]\n"),
		   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n---\n"
		   "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: p-w\n"
		   "spec:\n  map: m\n  title: t\n");
}

static void what_is_refused(void)
{
	SCRATCH(arena);
	CHECK_TEXT(configured(arena, "configurations", "nameReferences: []\n"),
		   "unknown field \"nameReferences\"");
	CHECK_TEXT(configured(arena, "configurations",
			      "commonAnnotations: [{path: metadata/annotations}]\n"),
		   "conflicting fieldspecs");
}

/* Which file, what it holds, and its error; NULL: it is taken. Measured with kubectl kustomize. */
static void types_are_those_of_kustomize(void)
{
	static const struct {
		const char *field, *text, *fault;
	} rows[] = {
		{ "configurations", "5\n", "a value of another type: a map is wanted" },
		{ "configurations", "[a]\n", "a value of another type: a map is wanted" },
		{ "configurations", "commonLabels: 5\n",
		  "a value of another type: a list is wanted" },
		{ "configurations", "commonLabels: [5]\n",
		  "a value of another type: a map is wanted" },
		{ "configurations", "commonLabels: [{path: [a]}]\n",
		  "a value of another type: a text is wanted" },
		{ "configurations", "commonLabels: [{create: maybe}]\n",
		  "a value of another type: true or false is wanted" },
		{ "configurations", "images: [{path: a, zz: 1}]\n", "unknown field \"zz\"" },
		{ "configurations", "nameReference: 7\n",
		  "a value of another type: a list is wanted" },
		{ "configurations", "nameReference: [{kind: a, fieldSpecs: 3}]\n",
		  "a value of another type: a list is wanted" },
		{ "configurations", "null\n", NULL },
		{ "configurations", "", NULL },
		{ "configurations", "commonLabels: [null, {path: 5, create: null}]\n", NULL },
		{ "crds", "5\n", "a value of another type: a map is wanted" },
		{ "crds", "a: 5\n", "a value of another type: a map is wanted" },
		{ "crds", "a: {Schema: 5}\n", "a value of another type: a map is wanted" },
		{ "crds", "a: {Schema: {properties: [b]}}\n",
		  "a value of another type: a map is wanted" },
		{ "crds", "a: {Schema: {properties: {b: 7}}}\n",
		  "a value of another type: a map is wanted" },
		{ "crds", "a: {Schema: {type: 5}}\n", "a value of another type: a text is wanted" },
		{ "crds", "a: {Schema: {type: string}}\nb: null\n", NULL },
		{ "crds", "a: {properties: [b]}\n", NULL },
		{ "crds", "{\"a\": {\"Schema\": {}}}\n", NULL },
		{ "crds", "", NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		struct str said = configured(arena, rows[i].field, rows[i].text);
		if (rows[i].fault)
			CHECK_STR(said, str_from_cstr(rows[i].fault));
		else
			CHECK(str_starts(said, STR("apiVersion: v1")));
	}
}

#define IMAGES                                                                                     \
	"apiVersion: x.io/v1\nkind: Any\nmetadata: {name: a}\nspec: {image: nginx:1, path: /x/y, " \
	"list: [{image: nginx:1}]}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case specs[] = {
	{ "two configurations that conflict",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nconfigurations: [c.yaml, d.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/c.yaml", "images: [{path: spec/image, kind: Any, create: true}]\n" },
	    { "top/d.yaml", "images: [{path: spec/image, kind: Any}]\n" } },
	  "conflicting fieldspecs",
	  "top/kustomization.yaml:2:26" },
	{ "two that do not",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nconfigurations: [c.yaml, d.yaml]\nimages: [{name: nginx, "
	      "newTag: \"2\"}]\nnamePrefix: p-\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/c.yaml", "images: [{path: spec/image, kind: Any}]\n" },
	    { "top/d.yaml", "images: [{path: \"spec/list[]/image\", kind: Any}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: p-a\nspec:\n  image: nginx:2\n  "
	  "list:\n  - image: nginx:2\n  path: /x/y\n" },
	{ "labels and annotations",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nconfigurations: [c.yaml]\ncommonLabels: {l: "
	      "x}\ncommonAnnotations: {o: z}\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/c.yaml",
	      "commonLabels: [{path: spec/labels, create: true, kind: Any}]\ncommonAnnotations: "
	      "[{path: spec/notes, create: true, group: x.io}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  annotations:\n    o: z\n  labels:\n    l: "
	  "x\n  name: a\nspec:\n  image: nginx:1\n  labels:\n    l: x\n  list:\n  - image: "
	  "nginx:1\n  notes:\n    o: z\n  path: /x/y\n" },
	{ "namespace and replicas",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nconfigurations: [c.yaml]\nnamespace: "
					"q\nreplicas: [{name: a, count: 4}]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/c.yaml", "namespace: [{path: spec/ns, create: true, version: v1}]\nreplicas: "
			    "[{path: spec/replicas, create: true, kind: Any}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\n  namespace: q\nspec:\n  image: "
	  "nginx:1\n  list:\n  - image: nginx:1\n  ns: q\n  path: /x/y\n  replicas: 4\n" },
	{ "variables",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml, b.yaml]\nconfigurations: [c.yaml]\nvars: [{name: V, objref: "
	      "{apiVersion: v1, kind: ConfigMap, name: m}, fieldref: {fieldpath: data.k}}]\n" },
	    { "top/a.yaml", "apiVersion: x.io/v1\nkind: Any\nmetadata: {name: a}\nspec: {image: "
			    "nginx:1, path: x-$(V)-$(M), list: [{image: nginx:1}]}\n" },
	    { "top/b.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {k: v}\n" },
	    { "top/c.yaml", "varReference: [{path: spec/path, kind: Any}]\n" } },
	  "apiVersion: v1\ndata:\n  k: v\nkind: ConfigMap\nmetadata:\n  name: m\n---\napiVersion: "
	  "x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  list:\n  - image: "
	  "nginx:1\n  path: x-v-$(M)\n" },
	{ "a definition",
	  { { "top/kustomization.yaml",
	      "resources: [w.yaml]\nnamePrefix: p-\ncommonLabels: {l: x}\ncrds: [c.json]\n" },
	    { "top/w.yaml", "apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w}\nspec: {map: "
			    "{name: m}, secret: {name: m, key: k}, parts: [{map: {name: "
			    "m}}]}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
			    "m}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: m}\n" },
	    { "top/c.json",
	      "{\"io.x.v1.Widget\":{\"Schema\":{\"properties\":{\"apiVersion\":{\"type\":"
	      "\"string\"},\"kind\":{\"type\":\"string\"},\"metadata\":{\"$ref\":\"#/definitions/"
	      "M\"},\"spec\":{\"$ref\":\"io.x.v1.Spec\"}}}},\"io.x.v1.Spec\":{\"Schema\":{"
	      "\"properties\":{\"map\":{\"x-kubernetes-object-ref-api-version\":\"v1\",\"x-"
	      "kubernetes-object-ref-kind\":\"ConfigMap\",\"$ref\":\"io.x.v1.Ref\"},\"secret\":{"
	      "\"x-kubernetes-object-ref-api-version\":\"v1\",\"x-kubernetes-object-ref-kind\":"
	      "\"Secret\",\"x-kubernetes-object-ref-name-key\":\"name\",\"$ref\":\"io.x.v1.Ref\"},"
	      "\"labels\":{\"x-kubernetes-label-selector\":\"\",\"type\":\"object\"},\"notes\":{"
	      "\"x-kubernetes-annotation\":\"\",\"type\":\"object\"},\"id\":{\"x-kubernetes-"
	      "identity\":\"\",\"type\":\"string\"}}}},\"io.x.v1.Ref\":{\"Schema\":{\"properties\":"
	      "{\"name\":{\"type\":\"string\"}}}}}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    l: x\n  name: "
	  "p-m\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  labels:\n    l: x\n  name: "
	  "p-m\n---\napiVersion: x.io/v1\nkind: Widget\nmetadata:\n  labels:\n    l: x\n  name: "
	  "p-w\nspec:\n  map:\n    name: p-m\n  parts:\n  - map:\n      name: m\n  secret:\n    "
	  "key: k\n    name: p-m\n" },
};

static void specs_as_measured(void)
{
	fixture_check(specs, ARRAY_COUNT(specs));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case conflicting[] = {
	{ "a base that conflicts",
	  { { "top/kustomization.yaml",
	      "resources: [../base, a.yaml]\nconfigurations: [c.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" },
	    { "top/c.yaml", "images: [{path: spec/image, kind: Any, create: true}]\n" },
	    { "base/kustomization.yaml",
	      "resources: []\nconfigurations: [c.yaml]\nnamePrefix: p-\n" },
	    { "base/c.yaml", "images: [{path: spec/image, kind: Any}]\n" } },
	  "conflicting fieldspecs",
	  "top/kustomization.yaml:2:17" },
	{ "two bases that conflict",
	  { { "top/kustomization.yaml", "resources: [../one, ../two]\n" },
	    { "one/kustomization.yaml", "namePrefix: p-\nconfigurations: [c.yaml]\n" },
	    { "one/c.yaml", "images: [{path: spec/image, kind: Any, create: true}]\n" },
	    { "two/kustomization.yaml", "namePrefix: p-\nconfigurations: [c.yaml]\n" },
	    { "two/c.yaml", "images: [{path: spec/image, kind: Any}]\n" } },
	  "accumulating resources from '../two': conflicting fieldspecs",
	  "top/kustomization.yaml:1:21" },
};

static void conflicting_as_measured(void)
{
	fixture_check(conflicting, ARRAY_COUNT(conflicting));
}

#define HEAD "kind: {}, apiVersion: {}, metadata: {}"

/* T0 has two properties of type T1, T1 two of T2 … */
static struct str types_that_multiply(struct arena *arena, int count)
{
	struct buf text;

	buf_init(&text, arena);
	for (int i = 0; i < count; i++)
		buf_printf(&text,
			   "x.T%d: {properties: {" HEAD ", p: {$ref: '#/definitions/x.T%d'}, q: "
			   "{$ref: '#/definitions/x.T%d'}}}\n",
			   i, i + 1, i + 1);
	return buf_str(&text);
}

static void types_of_types(void)
{
	SCRATCH(arena);
	CHECK(str_starts(configured(arena, "crds",
				    "x.Widget: {properties: {" HEAD
				    ", p: {$ref: '#/definitions/x.Widget'}, "
				    "q: {$ref: '#/definitions/x.Widget'}}}\n"),
			 STR("apiVersion: v1\n")));
	CHECK(str_contains(
		configured(arena, "crds", str_cstr(arena, types_that_multiply(arena, 25))),
		STR("the types of this file have more than 100000 properties")));
}

TESTS({ "bases that conflict", conflicting_as_measured },
      { "types are those of kustomize", types_are_those_of_kustomize },
      { "specs of configurations reach", specs_as_measured },
      { "types that hold themselves end, types that multiply are refused", types_of_types },
      { "a reference of a configuration is followed", a_reference_follows },
      { "a special prefix hides the general one", a_special_prefix_hides_the_general_one },
      { "unknown keys and conflicting specs are refused", what_is_refused })

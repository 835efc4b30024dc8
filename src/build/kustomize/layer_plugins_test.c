/* layer_plugins_test - built-in transformers and generators with a configuration of their own */
#include "build/kustomize/kustomize_fixture.h"

#define ANY                                                                                        \
	"apiVersion: x.io/v1\nkind: Any\nmetadata: {name: a}\n"                                    \
	"spec: {path: /x/y, image: nginx:1}\n"

/* A transformer over one object; its configuration without apiVersion. */
static struct str transformed(struct arena *arena, const char *config)
{
	struct str text = str_printf(arena, "apiVersion: builtin\nmetadata: {name: t}\n%s", config);

	return BUILT(arena,
		     { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
		     { "top/a.yaml", ANY }, { "top/t.yaml", str_cstr(arena, text) });
}

#define HEAD "apiVersion: x.io/v1\nkind: Any\nmetadata:\n"
#define SPEC "spec:\n  image: nginx:1\n  path: /x/y\n"

static void what_they_do(void)
{
	static const struct {
		const char *config, *want;
	} rows[] = {
		{ "kind: LabelTransformer\nlabels: {l: x}\nfieldSpecs: [{path: spec/l, create: "
		  "true}]\n",
		  HEAD "  name: a\nspec:\n  image: nginx:1\n  l:\n    l: x\n  path: /x/y\n" },
		{ "kind: LabelTransformer\nlabels: {l: x}\n", HEAD "  name: a\n" SPEC },
		{ "kind: PrefixSuffixTransformer\nprefix: p-\nsuffix: -s\nfieldSpecs: [{path: "
		  "metadata/name}]\n",
		  HEAD "  name: p-a-s\n" SPEC },
		{ "kind: ImageTagTransformer\nimageTag: {name: nginx, NewTag: \"2\"}\nfieldSpecs: "
		  "[{path: spec/image}]\n",
		  HEAD "  name: a\nspec:\n  image: nginx:2\n  path: /x/y\n" },
		{ "kind: ValueAddTransformer\nvalue: v\ntargets: [{fieldPath: spec/path, "
		  "filePathPosition: 2}]\n",
		  HEAD "  name: a\nspec:\n  image: nginx:1\n  path: /x/v/y\n" },
		{ "kind: ValueAddTransformer\ntargets: [{fieldPath: spec/path, filePathPosition: "
		  "9}]\n",
		  HEAD "  name: a\nspec:\n  image: nginx:1\n  path: /x/y/top\n" },
		{ "kind: ValueAddTransformer\nvalue: v\n"
		  "targets: [{fieldPath: metadata/namespace}]\n",
		  HEAD "  name: a\n  namespace: v\n" SPEC },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].config); i++)
		CHECK_STR(transformed(arena, rows[i].config), str_from_cstr(rows[i].want));
}

static void what_is_refused(void)
{
	static const struct {
		const char *config, *want;
	} rows[] = {
		{ "kind: PrefixTransformer\nprefix: p-\n", "fieldSpecs is not expected to be nil" },
		{ "kind: ValueAddTransformer\nvalue: v\n", "must specify at least one target" },
		{ "kind: NamespaceTransformer\nsetRoleBindingSubjects: all\n",
		  "invalid value \"all\" for setRoleBindingSubjects" },
		{ "kind: PatchStrategicMergeTransformer\n",
		  "empty file path and empty patch content" },
		{ "kind: Unheard\n", "unable to load builtin Unheard" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].config); i++)
		CHECK(str_contains(transformed(arena, rows[i].config),
				   str_from_cstr(rows[i].want)));
}

static void an_account_is_bound_to_one_of_a_cloud(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena, { "top/kustomization.yaml", "generators: [g.yaml]\n" },
			 { "top/g.yaml",
			   "apiVersion: builtin\nkind: IAMPolicyGenerator\nmetadata: {name: g}\n"
			   "cloud: gke\nkubernetesService: {name: k, namespace: apps}\n"
			   "serviceAccount: {name: s, projectId: p}\n" }),
		   "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n"
		   "    iam.gke.io/gcp-service-account: s@p.iam.gserviceaccount.com\n"
		   "  name: k\n  namespace: apps\n");
}

#define IMAGES                                                                                     \
	"apiVersion: x.io/v1\nkind: Any\nmetadata: {name: a}\nspec: {image: nginx:1, path: /x/y, " \
	"list: [{image: nginx:1}]}\n"
#define TRANSFORMER "apiVersion: builtin\nmetadata: {name: t}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case configured[] = {
	{ "all of a value",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER "kind: ValueAddTransformer\nvalue: v\ntargets: "
					"[{fieldPath: spec/path, filePathPosition: 0}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: v\n" },
	{ "the first part",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER "kind: ValueAddTransformer\nvalue: v\ntargets: "
					"[{fieldPath: spec/path, filePathPosition: 1}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /v/x/y\n" },
	{ "the part behind the last",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER "kind: ValueAddTransformer\nvalue: v\ntargets: "
					"[{fieldPath: spec/path, filePathPosition: 3}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y/v\n" },
	{ "two targets, one of another kind",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER
	      "kind: ValueAddTransformer\nvalue: v\ntargets: [{fieldPath: spec/path, selector: "
	      "{kind: Other}}, {fieldPath: spec/new, selector: {kind: Any}}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  new: v\n  path: /x/y\n" },
	{ "a negative part",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER "kind: ValueAddTransformer\nvalue: v\ntargets: "
					"[{fieldPath: spec/path, filePathPosition: -1}]\n" } },
	  "value of FilePathPosition (-1) cannot be negative",
	  "top/t.yaml:5:11" },
	{ "no path",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER
	      "kind: ValueAddTransformer\nvalue: v\ntargets: [{filePathPosition: 1}]\n" } },
	  "fieldPath cannot be empty",
	  "top/t.yaml:5:11" },
	{ "a map",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml",
	      TRANSFORMER "kind: ValueAddTransformer\nvalue: v\ntargets: [{fieldPath: spec}]\n" } },
	  "considering field 'spec' of object Any.v1.x.io/a.[noNs]: expected sequence or mapping "
	  "node",
	  "top/a.yaml:1:1" },
	{ "annotations",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml",
	      TRANSFORMER "kind: AnnotationsTransformer\nannotations: {x: y}\nfieldSpecs: [{path: "
			  "metadata/annotations, create: true}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  annotations:\n    x: \"y\"\n  name: "
	  "a\nspec:\n  image: nginx:1\n  list:\n  - image: nginx:1\n  path: /x/y\n" },
	{ "annotations without specs",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER "kind: AnnotationsTransformer\nannotations: {x: y}\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n" },
	{ "suffix",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER
	      "kind: SuffixTransformer\nsuffix: -s\nfieldSpecs: [{path: metadata/name}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a-s\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n" },
	{ "prefix",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER
	      "kind: PrefixTransformer\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: p-a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n" },
	{ "images in lists",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml",
	      TRANSFORMER "kind: ImageTagTransformer\nimageTag: {name: nginx, newName: n, digest: "
			  "\"sha256:1\"}\nfieldSpecs: [{path: \"spec/list[]/image\"}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: n@sha256:1\n  path: /x/y\n" },
	{ "replicas",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml",
	      TRANSFORMER "kind: ReplicaCountTransformer\nreplica: {name: a, count: "
			  "3}\nfieldSpecs: [{path: spec/replicas, create: true, kind: Any}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n  replicas: 3\n" },
	{ "patch",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml",
	      TRANSFORMER "kind: PatchTransformer\npatch: '[{\"op\": \"add\", \"path\": "
			  "\"/spec/x\", \"value\": 1}]'\ntarget: {kind: Any}\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n  x: 1\n" },
	{ "json patch",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER
	      "kind: PatchJson6902Transformer\ntarget: {group: x.io, version: v1, kind: Any, name: "
	      "a}\njsonOp: '[{\"op\": \"add\", \"path\": \"/spec/x\", \"value\": 1}]'\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n  x: 1\n" },
	{ "strategic patch",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml",
	      TRANSFORMER "kind: PatchStrategicMergeTransformer\npatches: '{apiVersion: x.io/v1, "
			  "kind: Any, metadata: {name: a}, spec: {x: 1}}'\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:1\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n  x: 1\n" },
	{ "replacement",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/t.yaml", TRANSFORMER "kind: ReplacementTransformer\nreplacements: [{source: "
					"{kind: Any, name: a, fieldPath: spec.path}, targets: "
					"[{select: {kind: Any}, fieldPaths: [spec.image]}]}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: /x/y\n  list:\n  "
	  "- image: nginx:1\n  path: /x/y\n" },
	{ "who made it",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\ntransformers: [t.yaml]\nbuildMetadata: "
	      "[transformerAnnotations, originAnnotations]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "top/t.yaml", "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t, "
			    "namespace: q}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "alpha.config.kubernetes.io/transformations: |\n      - configuredIn: "
	  "kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          "
	  "kind: PrefixTransformer\n      - configuredIn: t.yaml\n        configuredBy:\n          "
	  "apiVersion: builtin\n          kind: PrefixTransformer\n          name: t\n          "
	  "namespace: q\n    config.kubernetes.io/origin: |\n      path: a.yaml\n  name: x-p-a\n" },
	{ "generators",
	  { { "top/kustomization.yaml", "generators: [g.yaml]\nbuildMetadata: [originAnnotations, "
					"transformerAnnotations]\n" },
	    { "top/g.yaml", "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: m, "
			    "namespace: q}\nname: own\nliterals: [a=b]\n" } },
	  "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "config.kubernetes.io/origin: |\n      configuredIn: g.yaml\n      configuredBy:\n       "
	  " apiVersion: builtin\n        kind: ConfigMapGenerator\n        name: m\n        "
	  "namespace: q\n  name: own-4h2mbtbbt6\n  namespace: q\n" },
	{ "generators by their own name",
	  { { "top/kustomization.yaml", "generators: [g.yaml]\n" },
	    { "top/g.yaml",
	      "apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: m, namespace: "
	      "q}\nliterals: [a=b]\n---\napiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: "
	      "{name: m}\nnamespace: own\nliterals: [a=b]\n" } },
	  "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: m-4h2mbtbbt6\n  "
	  "namespace: own\n---\napiVersion: v1\ndata:\n  a: Yg==\nkind: Secret\nmetadata:\n  name: "
	  "m-k695gkmbtk\n  namespace: q\ntype: Opaque\n" },
	{ "a folder of transformers",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [../tr]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "tr/kustomization.yaml", "resources: [t.yaml, u.yaml]\n" },
	    { "tr/t.yaml", "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: "
			   "t}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n" },
	    { "tr/u.yaml", "apiVersion: builtin\nkind: SuffixTransformer\nmetadata: {name: "
			   "u}\nsuffix: -y\nfieldSpecs: [{path: metadata/name}]\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-a-y\n" },
	{ "transformers as text",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: "
	      "PrefixTransformer\n  metadata: {name: t}\n  prefix: x-\n  fieldSpecs: [{path: "
	      "metadata/name}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-a\n" },
};

static void configured_as_measured(void)
{
	fixture_check(configured, ARRAY_COUNT(configured));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case refused[] = {
	{ "transformers of a folder that does not build",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [../tr]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "tr/kustomization.yaml", "resources: [none.yaml]\n" } },
	  "accumulating resources: accumulation err='accumulating resources from 'none.yaml': open "
	  "tr/none.yaml: no such file or directory': must build at directory: not a valid "
	  "directory: evalsymlink failure on 'tr/none.yaml' : lstat tr/none.yaml: no such file or "
	  "directory",
	  "tr/kustomization.yaml:1:13" },
	{ "a plugin that is none",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "top/t.yaml", "apiVersion: x.io/v1\nkind: Mine\nmetadata: {name: t}\n" } },
	  "external plugins disabled; unable to load external plugin 'Mine'",
	  "top/t.yaml:1:1" },
};

static void refused_as_measured(void)
{
	fixture_check(refused, ARRAY_COUNT(refused));
}

/* Targets of a file come beside those of the configuration. */
static void targets_may_stand_in_a_file(void)
{
	static const struct {
		const char *targets, *file;
		const char *want;
	} rows[] = {
		{ "", "targets: [{fieldPath: spec/path}]\n",
		  HEAD "  name: a\nspec:\n  image: nginx:1\n  path: v\n" },
		{ "targets: [{fieldPath: spec/image}]\n", "targets: [{fieldPath: spec/path}]\n",
		  HEAD "  name: a\nspec:\n  image: v\n  path: v\n" },
		{ "targets: [{fieldPath: spec/image}]\n", "other: x\n",
		  HEAD "  name: a\nspec:\n  image: v\n  path: /x/y\n" },
		{ "targets: [{fieldPath: spec/image}]\n", "[x]\n",
		  HEAD "  name: a\nspec:\n  image: v\n  path: /x/y\n" },
		{ "targets: [{fieldPath: spec/image}]\n", NULL,
		  "open top/f.yaml: no such file or directory" },
		{ "targets: [{fieldPath: spec/image}]\n", "a: [\n",
		  "did not find expected node content" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].file); i++) {
		struct str text = str_printf(arena,
					     "apiVersion: builtin\nkind: ValueAddTransformer\n"
					     "metadata: {name: t}\nvalue: v\ntargetFilePath: "
					     "f.yaml\n%s",
					     rows[i].targets);
		CHECK_STR(BUILT(arena,
				{ "top/kustomization.yaml",
				  "resources: [a.yaml]\ntransformers: [t.yaml]\n" },
				{ "top/a.yaml", ANY }, { "top/t.yaml", str_cstr(arena, text) },
				{ rows[i].file ? "top/f.yaml" : "top/unused",
				  rows[i].file ? rows[i].file : "" }),
			  str_from_cstr(rows[i].want));
	}
}

/* Measured with kubectl kustomize, which panics where an object is gone. */
static void validators_change_nothing(void)
{
	static const struct {
		const char *config, *want;
	} rows[] = {
		{ "kind: LabelTransformer\nlabels: {a: b}\n"
		  "fieldSpecs: [{path: metadata/labels, create: true}]\n",
		  "validator shouldn't modify the resource map: nodes unequal: "
		  "Any.v1.x.io/a.[noNs]" },
		{ "kind: LabelTransformer\nlabels: {a: b}\n"
		  "fieldSpecs: [{path: metadata/labels, create: false}]\n",
		  HEAD "  name: a\nspec:\n  image: nginx:1\n  path: /x/y\n" },
		{ "kind: LabelTransformer\nlabels: {validated-by: b}\n"
		  "fieldSpecs: [{path: metadata/labels, create: true}]\n",
		  HEAD
		  "  labels:\n    validated-by: b\n  name: a\nspec:\n  image: nginx:1\n  path: "
		  "/x/y\n" },
		{ "kind: PrefixTransformer\nprefix: q\nfieldSpecs: [{path: metadata/name}]\n",
		  "validator shouldn't modify the resource map: id in self missing from other; id: "
		  "Any.v1.x.io/a.[noNs]" },
		{ "kind: PatchTransformer\ntarget: {kind: Any}\n"
		  "patch: '{apiVersion: v1, kind: Any, metadata: {name: a}, $patch: delete}'\n",
		  "validator shouldn't modify the resource map: lists have different number of "
		  "entries" },
		{ "kind: PatchTransformer\ntarget: {kind: Any}\n"
		  "patch: '[{\"op\": \"test\", \"path\": \"/kind\", \"value\": \"Any\"}]'\n",
		  HEAD "  name: a\nspec:\n  image: nginx:1\n  path: /x/y\n" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].config); i++) {
		SCRATCH(arena);
		struct str text = str_printf(arena, "apiVersion: builtin\nmetadata: {name: v}\n%s",
					     rows[i].config);
		CHECK_STR(BUILT(arena,
				{ "top/kustomization.yaml",
				  "resources: [a.yaml]\nvalidators: [v.yaml]\n" },
				{ "top/a.yaml", ANY }, { "top/v.yaml", str_cstr(arena, text) }),
			  str_from_cstr(rows[i].want));
	}
}

/* Each is a plugin, and a field that names it. */
static void functions_are_named(void)
{
	static const struct {
		const char *function, *what;
	} rows[] = {
		{ "container: {image: 'example.com/f:v1'}", "the container 'example.com/f:v1'" },
		{ "exec: {path: ./run.sh}", "the program './run.sh'" },
		{ "starlark: {path: f.star}", "the Starlark script 'f.star'" },
		{ "other: 5", "a function" },
		{ "[", "a function" },
	};
	static const char *const fields[] = { "generators", "transformers", "validators" };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].function); i++) {
		SCRATCH(arena);
		struct str top = str_printf(arena, "resources: [a.yaml]\n%s: [f.yaml]\n",
					    fields[i % ARRAY_COUNT(fields)]);
		struct str text =
			str_printf(arena,
				   "apiVersion: x/v1\nkind: Mine\nmetadata:\n  name: f\n"
				   "  annotations:\n    config.kubernetes.io/function: |\n"
				   "      %s\n",
				   rows[i].function);
		struct fixture_case c = {
			rows[i].function,
			{ { "top/kustomization.yaml", str_cstr(arena, top) },
			  { "top/a.yaml", ANY },
			  { "top/f.yaml", str_cstr(arena, text) } },
			str_cstr(arena, str_printf(arena,
						   "external plugins disabled; unable to "
						   "load external plugin 'Mine', which "
						   "runs %s",
						   rows[i].what)),
			"top/f.yaml:6:36"
		};
		fixture_check_case(&c);
	}
}

static void a_configuration_may_stand_on_one_line(void)
{
	SCRATCH(arena);
	CHECK_TEXT(
		BUILT(arena,
		      { "top/kustomization.yaml",
			"resources: [a.yaml]\ntransformers: ['{apiVersion: builtin, kind: "
			"PrefixTransformer, metadata: {name: x}, prefix: p-, fieldSpecs: [{path: "
			"metadata/name}]}']\n" },
		      { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" }),
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-a\n");
}

TESTS({ "functions are named", functions_are_named },
      { "validators change nothing", validators_change_nothing },
      { "targets may stand in a file", targets_may_stand_in_a_file },
      { "folders and plugins that are refused", refused_as_measured },
      { "transformers and generators of files", configured_as_measured },
      { "transformers do what their configuration says, and no more", what_they_do },
      { "configurations that say too little are refused", what_is_refused },
      { "an account is bound to one of a cloud", an_account_is_bound_to_one_of_a_cloud },
      { "a configuration may stand on one line", a_configuration_may_stand_on_one_line })

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

TESTS({ "transformers do what their configuration says, and no more", what_they_do },
      { "configurations that say too little are refused", what_is_refused },
      { "an account is bound to one of a cloud", an_account_is_bound_to_one_of_a_cloud })

/* layer_generate_test - ConfigMaps and Secrets that a kustomization makes */
#include "build/kustomize/kustomize_fixture.h"

static void sources_of_data(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "configMapGenerator:\n- name: a\n  envs: [vars.env]\n"
			   "  literals: [k='quoted', e=a=b]\n  files: [f.txt, g=f.txt]\n"
			   "generatorOptions: {disableNameSuffixHash: true}\n" },
			 { "top/vars.env", "# comment\n  X=1 \nY\n" }, { "top/f.txt", "text" }),
		   "apiVersion: v1\ndata:\n  X: '1 '\n  \"Y\": \"\"\n  e: a=b\n  f.txt: text\n"
		   "  g: text\n  k: quoted\nkind: ConfigMap\nmetadata:\n  name: a\n");
}

static void secrets_are_encoded_and_hashed(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "secretGenerator: [{name: s, literals: [p=w]}]\n" },
			 { "top/x", "" }),
		   "apiVersion: v1\ndata:\n  p: dw==\nkind: Secret\nmetadata:\n"
		   "  name: s-m7cg948gg9\ntype: Opaque\n");
	CHECK_TEXT(BUILT(arena, { "top/kustomization.yaml", "secretGenerator: [{name: s}]\n" },
			 { "top/x", "" }),
		   "apiVersion: v1\ndata: {}\nkind: Secret\nmetadata:\n  name: s-46f8b28mk5\n"
		   "type: Opaque\n");
}

#define OLD                                                                                        \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {l: x}}\n"                   \
	"data: {k: old, o: 1}\n"

static void behaviors(void)
{
	static const struct {
		const char *behavior, *want;
	} rows[] = {
		{ "merge", "apiVersion: v1\ndata:\n  k: new\n  o: \"1\"\nkind: ConfigMap\n"
			   "metadata:\n  labels:\n    l: x\n  name: a\n" },
		{ "replace", "apiVersion: v1\ndata:\n  k: new\nkind: ConfigMap\nmetadata:\n"
			     "  labels:\n    l: x\n  name: a\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].behavior); i++) {
		struct str text = str_printf(arena,
					     "resources: [a.yaml]\nconfigMapGenerator:\n- name: a\n"
					     "  behavior: %s\n  literals: [k=new]\n",
					     rows[i].behavior);
		CHECK_STR(BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
				{ "top/a.yaml", OLD }),
			  str_from_cstr(rows[i].want));
	}
}

/* Measured with kubectl kustomize. */
static void an_unknown_behavior_counts_as_create(void)
{
	SCRATCH(arena);

	CHECK_TEXT(
		BUILT(arena, { "top/kustomization.yaml",
			       "configMapGenerator:\n- {name: a, behavior: Merge, literals: [k=v], "
			       "options: {disableNameSuffixHash: true}}\n" }),
		"apiVersion: v1\ndata:\n  k: v\nkind: ConfigMap\nmetadata:\n  name: a\n");
}

static void what_is_refused(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "configMapGenerator: [{literals: [a=b]}]\n", "a configmap must have a name" },
		{ "configMapGenerator: [{name: a, literals: [b]}]\n",
		  "invalid literal source b, expected key=value" },
		{ "configMapGenerator: [{name: a, literals: [k=1, k=2]}]\n",
		  "configmap a illegally repeats the key `k`" },
		{ "configMapGenerator: [{name: a, behavior: merge}]\n",
		  "id ConfigMap.v1.[noGrp]/a.[noNs] does not exist; cannot merge or replace" },
		{ "configMapGenerator: [{name: a}, {name: a}]\n",
		  "id ConfigMap.v1.[noGrp]/a.[noNs] exists; behavior must be merge or replace" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++)
		CHECK_STR(BUILT(arena, { "top/kustomization.yaml", rows[i].text }, { "top/x", "" }),
			  str_from_cstr(rows[i].want));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case generated[] = {
	{ "env",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, env: v.env}]\ngeneratorOptions: "
	      "{disableNameSuffixHash: true}\n" },
	    { "top/v.env", "\n#c\n \t A=1\r\nB=\nC= x=y\n" } },
	  "apiVersion: v1\ndata:\n  A: \"1\"\n  B: \"\"\n  C: ' x=y'\nkind: ConfigMap\nmetadata:\n "
	  " name: a\n" },
	{ "a chart",
	  { { "top/kustomization.yaml",
	      "helmCharts:\n- name: web\n  repo: https://example.com\n" } },
	  "the chart 'web' of helmCharts is not inflated here: there is no Helm",
	  "top/kustomization.yaml:2:3" },
	{ "a chart in the older field",
	  { { "top/kustomization.yaml",
	      "helmChartInflationGenerator: [{chartName: web}, {chartName: x}]\n" } },
	  "the chart 'web' of helmChartInflationGenerator is not inflated here: there is no Helm",
	  "top/kustomization.yaml:1:31" },
	{ "null lists",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, envs: null, literals: null, files: "
	      "null}]\ngeneratorOptions: {disableNameSuffixHash: true}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "create",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, behavior: create, literals: [a=b]}]\n" } },
	  "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: a-4h2mbtbbt6\n" },
	{ "create of what is there",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nconfigMapGenerator: [{name: a, "
					"behavior: create, literals: [a=b]}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "id ConfigMap.v1.[noGrp]/a.[noNs] exists; behavior must be merge or replace",
	  "top/kustomization.yaml:2:22" },
	{ "replace of what is not there",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, behavior: replace, literals: [a=b]}]\n" } },
	  "id ConfigMap.v1.[noGrp]/a.[noNs] does not exist; cannot merge or replace",
	  "top/kustomization.yaml:1:22" },
	{ "options",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, namespace: q, literals: [a=b], options: {labels: {l: "
	      "own}, annotations: {x: own}, immutable: true, disableNameSuffixHash: true}}, {name: "
	      "b}]\ngeneratorOptions: {labels: {l: all, m: all}, annotations: {z: all}}\n" } },
	  "apiVersion: v1\ndata:\n  a: b\nimmutable: true\nkind: ConfigMap\nmetadata:\n  "
	  "annotations:\n    x: own\n    z: all\n  labels:\n    l: own\n    m: all\n  name: a\n  "
	  "namespace: q\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    z: "
	  "all\n  labels:\n    l: all\n    m: all\n  name: b-6ct58987ht\n" },
	{ "own options turn nothing back",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, options: {disableNameSuffixHash: "
	      "false}}]\ngeneratorOptions: {disableNameSuffixHash: true, immutable: true}\n" } },
	  "apiVersion: v1\nimmutable: true\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "quotes of literals",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, literals: [\"a='b'\", 'c=\"d\"', \"e='f\\\"\", "
	      "\"g='\", \"h=\", \"i=\\\"\\\"\"]}]\ngeneratorOptions: {disableNameSuffixHash: "
	      "true}\n" } },
	  "apiVersion: v1\ndata:\n  a: b\n  c: d\n  e: '''f\"'\n  g: ''''\n  h: \"\"\n  i: "
	  "\"\"\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "bytes that are no text",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, files: [f.bin]}]\ngeneratorOptions: "
	      "{disableNameSuffixHash: true}\n" },
	    { "top/f.bin", "\377\200x" } },
	  "apiVersion: v1\nbinaryData:\n  f.bin: /4B4\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "types of secrets",
	  { { "top/kustomization.yaml",
	      "secretGenerator: [{name: a, type: kubernetes.io/tls, literals: [a=b]}]\n" } },
	  "apiVersion: v1\ndata:\n  a: Yg==\nkind: Secret\nmetadata:\n  name: a-92982c4m8f\ntype: "
	  "kubernetes.io/tls\n" },
	{ "a key of a file",
	  { { "top/kustomization.yaml", "configMapGenerator: [{name: a, files: [=f.txt]}]\n" },
	    { "top/f.txt", "x" } },
	  "file source '=f.txt' needs a key and a path",
	  "top/kustomization.yaml:1:40" },
	{ "a file without a name",
	  { { "top/kustomization.yaml", "configMapGenerator: [{name: a, files: [k=]}]\n" },
	    { "top/f.txt", "x" } },
	  "file source 'k=' needs a key and a path",
	  "top/kustomization.yaml:1:40" },
	{ "a file with two signs",
	  { { "top/kustomization.yaml", "configMapGenerator: [{name: a, files: [k=f=t]}]\n" },
	    { "top/f=t", "x" } },
	  "key names or file paths cannot contain '='",
	  "top/kustomization.yaml:1:40" },
	{ "a literal without a key",
	  { { "top/kustomization.yaml", "configMapGenerator: [{name: a, literals: [=v]}]\n" } },
	  "invalid literal source =v, expected key=value",
	  "top/kustomization.yaml:1:43" },
	{ "a key that is none",
	  { { "top/kustomization.yaml",
	      "configMapGenerator: [{name: a, literals: ['a b=v']}]\n" } },
	  "apiVersion: v1\ndata:\n  a b: v\nkind: ConfigMap\nmetadata:\n  name: a-hhd6htk59m\n" },
	{ "an env key that is none",
	  { { "top/kustomization.yaml", "configMapGenerator: [{name: a, envs: [v.env]}]\n" },
	    { "top/v.env", "a b=c\n" } },
	  "apiVersion: v1\ndata:\n  a b: c\nkind: ConfigMap\nmetadata:\n  name: a-g2b85hm7m8\n" },
	{ "merge of binary data",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nconfigMapGenerator: [{name: a, behavior: merge, files: "
	      "[f.bin], literals: [k=v]}]\ngeneratorOptions: {disableNameSuffixHash: true}\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {o: "
			    "x}\nbinaryData: {p: aGk=}\n" },
	    { "top/f.bin", "\377" } },
	  "apiVersion: v1\nbinaryData:\n  f.bin: /w==\n  p: aGk=\ndata:\n  k: v\n  o: x\nkind: "
	  "ConfigMap\nmetadata:\n  name: a\n" },
	{ "merge through a prefix",
	  { { "top/kustomization.yaml", "resources: [../base]\nconfigMapGenerator: [{name: a, "
					"behavior: merge, literals: [k=v]}]\n" },
	    { "base/kustomization.yaml",
	      "namePrefix: x-\nconfigMapGenerator: [{name: a, literals: [o=p]}]\n" } },
	  "apiVersion: v1\ndata:\n  k: v\n  o: p\nkind: ConfigMap\nmetadata:\n  name: "
	  "x-a-h9m577h9m7\n" },
};

static void generated_as_measured(void)
{
	fixture_check(generated, ARRAY_COUNT(generated));
}

TESTS({ "an unknown behavior counts as create", an_unknown_behavior_counts_as_create },
      { "what generators make", generated_as_measured },
      { "data comes from env files, literals and files", sources_of_data },
      { "secrets are encoded and hashed, empty ones too", secrets_are_encoded_and_hashed },
      { "merge keeps what replace drops", behaviors },
      { "generators without a name, with bad literals or the wrong behavior are refused",
	what_is_refused })

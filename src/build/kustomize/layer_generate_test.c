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

TESTS({ "data comes from env files, literals and files", sources_of_data },
      { "secrets are encoded and hashed, empty ones too", secrets_are_encoded_and_hashed },
      { "merge keeps what replace drops", behaviors },
      { "generators without a name, with bad literals or the wrong behavior are refused",
	what_is_refused })

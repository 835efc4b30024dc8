/* fields_test - what a kustomization may say */
#include "build/kustomize/kustomize_fixture.h"

static void what_is_refused(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "resorces: [a.yaml]\n",
		  "invalid Kustomization: json: unknown field \"resorces\"" },
		{ "images: [{nam: x}]\n", "invalid Kustomization: json: unknown field \"nam\"" },
		{ "patches: [{target: {kinds: x}}]\n",
		  "invalid Kustomization: json: unknown field \"kinds\"" },
		{ "namespace: y\n", "invalid Kustomization: json: cannot unmarshal bool into Go "
				    "struct field Kustomization.namespace of type string" },
		{ "images: [{name: x, newTag: 1.5}]\n",
		  "invalid Kustomization: json: cannot unmarshal number into Go struct field "
		  "Kustomization.newTag of type string" },
		{ "commonLabels: {a: 1}\n",
		  "invalid Kustomization: json: cannot unmarshal number into Go struct field "
		  "Kustomization.commonLabels of type string" },
		{ "replicas: [{name: a, count: \"3\"}]\n",
		  "invalid Kustomization: json: cannot unmarshal string into Go struct field "
		  "Kustomization.count of type int64" },
		{ "kind: Thing\nnamespace: a\n", "kind should be Kustomization or Component" },
		{ "{}\n", "kustomization.yaml is empty" },
		{ "resources:\n", "kustomization.yaml is empty" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++)
		CHECK_STR(BUILT(arena, { "top/kustomization.yaml", rows[i].text }, { "top/x", "" }),
			  str_from_cstr(rows[i].want));
}

static void names_count_in_any_case_and_the_last_of_equal_ones_wins(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "Resources: [a.yaml]\nNAMEPREFIX: x-\nnamePrefix: y-\n"
			   "IMAGES: [{Name: nginx, NewTag: \"2\"}]\n" },
			 { "top/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
					 "spec: {containers: [{image: nginx}]}\n" }),
		   "apiVersion: v1\nkind: Pod\nmetadata:\n  name: y-a\nspec:\n  containers:\n"
		   "  - image: nginx:2\n");
}

TESTS({ "unknown fields and wrong types are refused at any depth", what_is_refused },
      { "names count in any case, and the last of equal ones wins",
	names_count_in_any_case_and_the_last_of_equal_ones_wins })

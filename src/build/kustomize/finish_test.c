/* finish_test - references, variables and hashes at the end of a build */
#include "build/kustomize/kustomize_fixture.h"

#define PAIR(kind, name) "apiVersion: v1\nkind: " kind "\nmetadata: {name: " name "}\n---\n"

static void references_follow_prefix_and_hash(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [p.yaml]\nnamePrefix: x-\n"
			   "configMapGenerator: [{name: c, literals: [a=b]}]\n" },
			 { "top/p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
					 "spec: {volumes: [{configMap: {name: c}}, {configMap: "
					 "{name: other}}]}\n" }),
		   "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n"
		   "  name: x-c-4h2mbtbbt6\n---\napiVersion: v1\nkind: Pod\nmetadata:\n"
		   "  name: x-p\nspec:\n  volumes:\n  - configMap:\n      name: x-c-4h2mbtbbt6\n"
		   "  - configMap:\n      name: other\n");
}

static void a_reference_stays_in_its_namespace(void)
{
	SCRATCH(arena);
	CHECK(str_ends(BUILT(arena, { "top/kustomization.yaml", "resources: [p.yaml, ../base]\n" },
			     { "top/p.yaml",
			       "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: one}\n"
			       "spec: {volumes: [{configMap: {name: c}}]}\n" },
			     { "base/kustomization.yaml",
			       "resources: [c.yaml]\nnamePrefix: x-\nnamespace: two\n" },
			     { "base/c.yaml", PAIR("ConfigMap", "c") }),
		       STR("- configMap:\n      name: c\n")));
}

/* Subjects of another kind open no namespace to a binding. */
static void a_binding_finds_accounts_elsewhere(void)
{
	static const struct {
		const char *kind, *want;
	} rows[] = {
		{ "ServiceAccount", "- kind: ServiceAccount\n  name: x-s\n  namespace: two\n" },
		{ "User", "- kind: User\n  name: s\n  namespace: two\n" },
		{ "Group", "- kind: Group\n  name: s\n  namespace: two\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].kind); i++) {
		struct str binding =
			str_printf(arena,
				   "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n"
				   "metadata: {name: b, namespace: one}\nsubjects: [{kind: %s, "
				   "name: s, namespace: two}]\n",
				   rows[i].kind);
		CHECK(str_contains(
			BUILT(arena, { "top/kustomization.yaml", "resources: [b.yaml, ../base]\n" },
			      { "top/b.yaml", str_cstr(arena, binding) },
			      { "base/kustomization.yaml",
				"resources: [s.yaml]\nnamePrefix: x-\nnamespace: two\n" },
			      { "base/s.yaml", PAIR("ServiceAccount", "s") }),
			str_from_cstr(rows[i].want)));
	}
}

static void variables(void)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "$(V)", "value: 80\n" },    { "a-$(V)-b", "value: a-80-b\n" },
		{ "$$(V)", "value: $(V)\n" }, { "$(OTHER)", "value: $(OTHER)\n" },
		{ "$(V", "value: $(V\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].value); i++) {
		struct str pod = str_printf(arena,
					    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: "
					    "{containers: [{env: [{name: E, value: '%s'}]}]}\n---\n"
					    "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
					    "spec: {ports: [{port: 80}]}\n",
					    rows[i].value);
		CHECK(str_ends(BUILT(arena,
				     { "top/kustomization.yaml",
				       "resources: [p.yaml]\nvars:\n- name: V\n  objref: "
				       "{apiVersion: v1, kind: Service, name: s}\n"
				       "  fieldref: {fieldPath: 'spec.ports[0].port'}\n" },
				     { "top/p.yaml", str_cstr(arena, pod) }),
			       str_from_cstr(rows[i].want)));
	}
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case hashed[] = {
	{ "hashes by a transformer",
	  { { "top/kustomization.yaml", "resources: [a.yaml, b.yaml]\ntransformers: [t.yaml]\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: "
	      "{internal.config.kubernetes.io/needsHashSuffix: enabled}}\n---\napiVersion: "
	      "v1\nkind: ConfigMap\nmetadata: {name: b}\n" },
	    { "top/b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: "
			    "[{configMap: {name: a}}, {configMap: {name: b}}]}\n" },
	    { "top/t.yaml", "apiVersion: builtin\nkind: HashTransformer\nmetadata: {name: t}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "
	  "a-6ct58987ht-6ct58987ht\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "
	  "b\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  volumes:\n  - "
	  "configMap:\n      name: a-6ct58987ht-6ct58987ht\n  - configMap:\n      name: b\n" },
	{ "hashes with each letter",
	  { { "top/kustomization.yaml",
	      "configMapGenerator:\n- {name: c0, literals: [a=0]}\n- {name: c1, literals: "
	      "[a=1]}\n- {name: c2, literals: [a=2]}\n- {name: c3, literals: [a=3]}\n- {name: c4, "
	      "literals: [a=4]}\n- {name: c5, literals: [a=5]}\nsecretGenerator:\n- {name: s, "
	      "type: x, literals: [a=<b>&]}\n" } },
	  "apiVersion: v1\ndata:\n  a: \"0\"\nkind: ConfigMap\nmetadata:\n  name: "
	  "c0-f98gt248m9\n---\napiVersion: v1\ndata:\n  a: \"1\"\nkind: ConfigMap\nmetadata:\n  "
	  "name: c1-h29d89cmmt\n---\napiVersion: v1\ndata:\n  a: \"2\"\nkind: "
	  "ConfigMap\nmetadata:\n  name: c2-6gtghh96k8\n---\napiVersion: v1\ndata:\n  a: "
	  "\"3\"\nkind: ConfigMap\nmetadata:\n  name: c3-8g7c4m92h4\n---\napiVersion: v1\ndata:\n  "
	  "a: \"4\"\nkind: ConfigMap\nmetadata:\n  name: c4-mh99d48kbb\n---\napiVersion: "
	  "v1\ndata:\n  a: \"5\"\nkind: ConfigMap\nmetadata:\n  name: "
	  "c5-cf687fd65c\n---\napiVersion: v1\ndata:\n  a: PGI+Jg==\nkind: Secret\nmetadata:\n  "
	  "name: s-bc6ff4hg95\ntype: x\n" },
	{ "hashes of annotations are not part",
	  { { "top/kustomization.yaml", "configMapGenerator: [{name: a, literals: [a=b], options: "
					"{annotations: {b: c}}}]\ncommonAnnotations: {x: z}\n" } },
	  "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  annotations:\n    b: c\n   "
	  " x: z\n  name: a-4h2mbtbbt6\n" },
	{ "a hash that another file names",
	  { { "top/kustomization.yaml", "resources: [../base, p.yaml]\n" },
	    { "top/p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: "
			    "[{configMap: {name: a}}]}\n" },
	    { "base/kustomization.yaml", "configMapGenerator: [{name: a, literals: [a=b]}]\n" } },
	  "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: "
	  "a-4h2mbtbbt6\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  volumes:\n "
	  " - configMap:\n      name: a-4h2mbtbbt6\n" },
	{ "two that may take a merge",
	  { { "top/kustomization.yaml", "resources: [../one, ../two]\nconfigMapGenerator: [{name: "
					"a, behavior: merge, literals: [k=v]}]\n" },
	    { "one/kustomization.yaml",
	      "namePrefix: x-\nconfigMapGenerator: [{name: a, literals: [o=p]}]\n" },
	    { "two/kustomization.yaml",
	      "namePrefix: z-\nconfigMapGenerator: [{name: a, literals: [o=p]}]\n" } },
	  "found multiple objects ConfigMap.v1.[noGrp]/a.[noNs] that could accept merge",
	  "top/kustomization.yaml:2:22" },
};

static void hashed_as_measured(void)
{
	fixture_check(hashed, ARRAY_COUNT(hashed));
}

TESTS({ "hashes", hashed_as_measured },
      { "references follow prefix and hash, unknown names stay",
	references_follow_prefix_and_hash },
      { "a reference stays in its namespace", a_reference_stays_in_its_namespace },
      { "a binding finds accounts in the namespaces of its subjects",
	a_binding_finds_accounts_elsewhere },
      { "variables keep the type of a value that they are alone", variables })

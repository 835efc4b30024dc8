/* finish_reference_test - which object a name means when several bear it */
#include "build/kustomize/kustomize_fixture.h"

#define CONFIG "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
#define POD                                                                                        \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{configMap: {name: "     \
	"c}}]}\n"

/* The part of the output from a word on, or all when it is not there. */
static struct str from(struct str out, const char *word)
{
	ptrdiff_t at = str_find(out, str_from_cstr(word));

	return at < 0 ? out : str_from(out, (size_t)at);
}

/* Two layers with a ConfigMap of one name; the pod is in the first one, or above them. */
static struct str pod_over(struct arena *arena, const char *a, const char *b, const char *top)
{
	return from(BUILT(arena, { "top/kustomization.yaml", top }, { "top/p.yaml", POD },
			  { "a/kustomization.yaml", a }, { "a/p.yaml", POD },
			  { "a/c.yaml", CONFIG }, { "b/kustomization.yaml", b },
			  { "b/c.yaml", CONFIG }),
		    "spec:");
}

static void layers_tell_objects_of_one_name_apart(void)
{
	static const struct {
		const char *a, *b, *top, *want;
	} rows[] = {
		{ "resources: [c.yaml, p.yaml]\nnamePrefix: a-\n",
		  "resources: [c.yaml]\nnamePrefix: b-\n", "resources: [../b, ../a]\n",
		  "spec:\n  volumes:\n  - configMap:\n      name: a-c\n" },
		{ "resources: [c.yaml, p.yaml]\nnameSuffix: -a\n",
		  "resources: [c.yaml]\nnameSuffix: -b\n", "resources: [../b, ../a]\n",
		  "spec:\n  volumes:\n  - configMap:\n      name: c-a\n" },
		{ "resources: [c.yaml, p.yaml]\nnamePrefix: a-\n",
		  "resources: [c.yaml]\nnamePrefix: b-\n",
		  "resources: [../b, ../a]\nnamePrefix: top-\n",
		  "spec:\n  volumes:\n  - configMap:\n      name: top-a-c\n" },
		{ "resources: [c.yaml]\nnamePrefix: a-\n", "resources: [c.yaml]\nnamePrefix: b-\n",
		  "resources: [../b, ../a, p.yaml]\n",
		  "spec:\n  volumes:\n  - configMap:\n      name: c\n" },
		{ "resources: [c.yaml]\nnamePrefix: a-\n", "resources: [c.yaml]\nnamespace: b\n",
		  "resources: [../b, ../a, p.yaml]\n",
		  "spec:\n  volumes:\n  - configMap:\n      name: a-c\n" },
		{ "resources: [c.yaml]\nnamePrefix: a-\n",
		  "resources: [c.yaml]\nnamespace: b\nnamePrefix: b-\n",
		  "resources: [../b, p.yaml, ../a]\nnamespace: top\n",
		  "spec:\n  volumes:\n  - configMap:\n      name: c\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].top); i++)
		CHECK_STR(pod_over(arena, rows[i].a, rows[i].b, rows[i].top),
			  str_from_cstr(rows[i].want));
}

/* Roles and accounts that a layer renames, and a binding over them. */
static struct str binding_over(struct arena *arena, const char *binding)
{
	static const char objects[] =
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n---\n"
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "
		"r}\n---\n"
		"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s}\n";
	struct str text =
		str_printf(arena, "apiVersion: rbac.authorization.k8s.io/v1\n%s\n", binding);

	struct str out = BUILT(arena, { "top/kustomization.yaml", "resources: [base, b.yaml]\n" },
			       { "top/b.yaml", str_cstr(arena, text) },
			       { "top/base/kustomization.yaml",
				 "resources: [all.yaml]\nnamespace: two\nnamePrefix: x-\n" },
			       { "top/base/all.yaml", objects });

	return from(from(out, "roleRef:"), "subjects:");
}

static void bindings_follow_what_they_can_reach(void)
{
	static const struct {
		const char *binding, *want;
	} rows[] = {
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: two}\nroleRef: {apiGroup: "
		  "rbac.authorization.k8s.io, kind: Role, name: r}",
		  "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: x-r\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: one}\nroleRef: {apiGroup: "
		  "rbac.authorization.k8s.io, kind: Role, name: r}",
		  "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: r\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: one}\nroleRef: {apiGroup: "
		  "rbac.authorization.k8s.io, kind: ClusterRole, name: r}",
		  "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: "
		  "x-r\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: one}\nroleRef: {apiGroup: "
		  "other, kind: ClusterRole, name: r}",
		  "roleRef:\n  apiGroup: other\n  kind: ClusterRole\n  name: r\n" },
		{ "kind: ClusterRoleBinding\nmetadata: {name: b}\nsubjects: [{kind: "
		  "ServiceAccount, name: s, namespace: two}, {kind: ServiceAccount, name: s, "
		  "namespace: three}]",
		  "subjects:\n- kind: ServiceAccount\n  name: x-s\n  namespace: two\n- kind: "
		  "ServiceAccount\n  name: s\n  namespace: three\n" },
		{ "kind: ClusterRoleBinding\nmetadata: {name: b}\nsubjects: [{kind: "
		  "ServiceAccount, name: s, namespace: default}]",
		  "subjects:\n- kind: ServiceAccount\n  name: x-s\n  namespace: two\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: one}\nsubjects: [{kind: "
		  "ServiceAccount, name: s, namespace: two}, {kind: ServiceAccount, name: s, "
		  "namespace: three}]",
		  "subjects:\n- kind: ServiceAccount\n  name: x-s\n  namespace: two\n- kind: "
		  "ServiceAccount\n  name: s\n  namespace: three\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: one}\nsubjects: [{kind: "
		  "ServiceAccount, name: s, namespace: default}]",
		  "subjects:\n- kind: ServiceAccount\n  name: s\n  namespace: default\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: one}\nsubjects: [{kind: "
		  "ServiceAccount, name: s}]",
		  "subjects:\n- kind: ServiceAccount\n  name: s\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: two}\nsubjects: [{kind: "
		  "ServiceAccount, name: s}]",
		  "subjects:\n- kind: ServiceAccount\n  name: x-s\n  namespace: two\n" },
		{ "kind: RoleBinding\nmetadata: {name: b, namespace: two}\nsubjects: [{kind: "
		  "ServiceAccount}]",
		  "path config error; no 'name' field in node" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].binding); i++)
		CHECK_STR(binding_over(arena, rows[i].binding), str_from_cstr(rows[i].want));
}

TESTS({ "layers tell objects of one name apart", layers_tell_objects_of_one_name_apart },
      { "bindings follow what they can reach", bindings_follow_what_they_can_reach })

/* layer_names_test - namespaces, prefixes and suffixes */
#include "build/kustomize/kustomize_fixture.h"

#define BINDING                                                                                    \
	"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\n"       \
	"subjects:\n- {kind: ServiceAccount, name: default, namespace: old}\n"                     \
	"- {kind: ServiceAccount, name: other, namespace: old}\n"                                  \
	"- {kind: User, name: u}\n"                                                                \
	"- {kind: Group, name: g, namespace: old}\n"

#define GROUP "- kind: Group\n  name: g\n  namespace: old\n"

/* The subjects' namespaces after a NamespaceTransformer of that mode. */
static void subjects_by_mode(void)
{
	static const struct {
		const char *mode, *want;
	} rows[] = {
		{ "defaultOnly", "- kind: ServiceAccount\n  name: default\n  namespace: new\n"
				 "- kind: ServiceAccount\n  name: other\n  namespace: old\n"
				 "- kind: User\n  name: u\n" GROUP },
		{ "allServiceAccounts",
		  "- kind: ServiceAccount\n  name: default\n  namespace: new\n"
		  "- kind: ServiceAccount\n  name: other\n  namespace: new\n"
		  "- kind: User\n  name: u\n" GROUP },
		{ "none", "- kind: ServiceAccount\n  name: default\n  namespace: old\n"
			  "- kind: ServiceAccount\n  name: other\n  namespace: old\n"
			  "- kind: User\n  name: u\n" GROUP },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].mode); i++) {
		struct str config = str_printf(arena,
					       "apiVersion: builtin\nkind: NamespaceTransformer\n"
					       "metadata: {name: x, namespace: new}\n"
					       "setRoleBindingSubjects: %s\n"
					       "fieldSpecs: [{path: subjects/namespace, kind: "
					       "RoleBinding}]\n",
					       rows[i].mode);
		struct str out =
			BUILT(arena,
			      { "top/kustomization.yaml",
				"resources: [b.yaml]\ntransformers: [t.yaml]\n" },
			      { "top/b.yaml", BINDING }, { "top/t.yaml", str_cstr(arena, config) });
		CHECK(str_ends(out, str_from_cstr(rows[i].want)));
	}
}

static void kinds_without_a_namespace_get_none(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml", "resources: [a.yaml]\nnamespace: new\n" },
			 { "top/a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: old}\n"
					 "---\napiVersion: v1\nkind: Node\nmetadata: {name: n1}\n"
					 "---\napiVersion: x.io/v1\nkind: Any\n"
					 "metadata: {name: a}\n" }),
		   "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: new\n---\n"
		   "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\n  namespace: new\n"
		   "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: n1\n");
}

static void two_objects_may_not_fall_together(void)
{
	SCRATCH(arena);
	CHECK(str_contains(
		BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\nnamespace: nn\n" },
		      { "top/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n"
				      "apiVersion: v1\nkind: Pod\nmetadata: {name: a, "
				      "namespace: m}\n" }),
		STR("namespace transformation produces ID conflict")));
}

static void definitions_and_namespaces_keep_their_names(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [a.yaml]\nnamePrefix: p-\nnameSuffix: -s\n" },
			 { "top/a.yaml",
			   "apiVersion: v1\nkind: Namespace\nmetadata: {name: z}\n---\n"
			   "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
			   "metadata: {name: c}\n---\napiVersion: v1\nkind: Pod\n"
			   "metadata: {name: a}\n" }),
		   "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: z\n---\n"
		   "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
		   "metadata:\n  name: c\n---\napiVersion: v1\nkind: Pod\nmetadata:\n"
		   "  name: p-a-s\n");
}

TESTS({ "subjects of bindings follow by mode, whatever the specs say", subjects_by_mode },
      { "kinds without a namespace get none, a namespace is renamed",
	kinds_without_a_namespace_get_none },
      { "two objects may not fall together", two_objects_may_not_fall_together },
      { "definitions and namespaces keep their names",
	definitions_and_namespaces_keep_their_names })

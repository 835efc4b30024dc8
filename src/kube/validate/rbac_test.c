/* rbac_test - the rules of roles and their bindings, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row roles[] = {
	{ "verbs: [get], apiGroups: [''], resources: [pods]", "" },
	{ "verbs: [], apiGroups: [''], resources: [pods]",
	  "rules[0].verbs: Required value: verbs must contain at least one value" },
	{ "apiGroups: [''], resources: [pods]",
	  "rules[0].verbs: Required value: verbs must contain at least one value" },
	{ "verbs: [get], resources: [pods]",
	  "rules[0].apiGroups: Required value: resource rules must supply at least one api group" },
	{ "verbs: [get], apiGroups: ['']",
	  "rules[0].resources: Required value: resource rules must supply at least one resource" },
	{ "verbs: [get], nonResourceURLs: [/a]",
	  "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to "
	  "non-resource URLs" },
	{ "verbs: [get], nonResourceURLs: [/a], resources: [pods]",
	  "[rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to "
	  "non-resource URLs, rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot "
	  "apply to both regular resources and non-resource URLs]" },
	{ "verbs: [get], nonResourceURLs: [/a], apiGroups: ['']",
	  "[rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to "
	  "non-resource URLs, rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot "
	  "apply to both regular resources and non-resource URLs]" },
};

static void check_roles(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, "
		     "rules: [{",
		     roles, "}]}");
}

static const struct fault_row cluster_roles[] = {
	{ "verbs: [get], apiGroups: [''], resources: [pods]", "" },
	{ "verbs: [], apiGroups: [''], resources: [pods]",
	  "rules[0].verbs: Required value: verbs must contain at least one value" },
	{ "apiGroups: [''], resources: [pods]",
	  "rules[0].verbs: Required value: verbs must contain at least one value" },
	{ "verbs: [get], resources: [pods]",
	  "rules[0].apiGroups: Required value: resource rules must supply at least one api group" },
	{ "verbs: [get], apiGroups: ['']",
	  "rules[0].resources: Required value: resource rules must supply at least one resource" },
	{ "verbs: [get], nonResourceURLs: [/a]", "" },
	{ "verbs: [get], nonResourceURLs: [/a], resources: [pods]",
	  "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot apply to both regular "
	  "resources and non-resource URLs" },
	{ "verbs: [get], nonResourceURLs: [/a], apiGroups: ['']",
	  "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: rules cannot apply to both regular "
	  "resources and non-resource URLs" },
};

static void check_cluster_roles(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: "
		     "{name: x}, rules: [{",
		     cluster_roles, "}]}");
}

static const struct fault_row bindings[] = {
	{ "apiGroup: rbac.authorization.k8s.io, kind: Role, name: a", "" },
	{ "apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'a:b'", "" },
	{ "apiGroup: rbac.authorization.k8s.io, kind: Other, name: a",
	  "roleRef.kind: Unsupported value: \"Other\": supported values: \"Role\", "
	  "\"ClusterRole\"" },
	{ "apiGroup: other, kind: Role, name: a",
	  "roleRef.apiGroup: Unsupported value: \"other\": supported values: "
	  "\"rbac.authorization.k8s.io\"" },
	{ "apiGroup: rbac.authorization.k8s.io, kind: Role", "roleRef.name: Required value" },
	{ "apiGroup: rbac.authorization.k8s.io, kind: Role, name: a/b",
	  "roleRef.name: Invalid value: \"a/b\": may not contain '/'" },
	{ "apiGroup: rbac.authorization.k8s.io, kind: Role, name: a%b",
	  "roleRef.name: Invalid value: \"a%b\": may not contain '%'" },
};

static void check_bindings(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: "
		     "{name: x}, roleRef: {",
		     bindings, "}}");
}

static const struct fault_row cluster_bindings[] = {
	{ "kind: ClusterRole, name: a", "" },
	{ "kind: Role, name: a",
	  "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"" },
};

static void check_cluster_bindings(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, "
		     "metadata: {name: x}, roleRef: {apiGroup: rbac.authorization.k8s.io, ",
		     cluster_bindings, "}}");
}

static const struct fault_row subjects[] = {
	{ "kind: User, name: 'a b'", "" },
	{ "kind: Group, name: a, apiGroup: rbac.authorization.k8s.io", "" },
	{ "kind: User, name: a, apiGroup: other",
	  "subjects[0].apiGroup: Unsupported value: \"other\": supported values: "
	  "\"rbac.authorization.k8s.io\"" },
	{ "kind: Group, name: a, apiGroup: other",
	  "subjects[0].apiGroup: Unsupported value: \"other\": supported values: "
	  "\"rbac.authorization.k8s.io\"" },
	{ "kind: ServiceAccount, name: a", "" },
	{ "kind: ServiceAccount, name: a, namespace: b", "" },
	{ "kind: ServiceAccount, name: A, namespace: b",
	  "subjects[0].name: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "kind: ServiceAccount, name: a, apiGroup: rbac.authorization.k8s.io",
	  "subjects[0].apiGroup: Unsupported value: \"rbac.authorization.k8s.io\": supported "
	  "values: \"\"" },
	{ "kind: Other, name: a", "subjects[0].kind: Unsupported value: \"Other\": supported "
				  "values: \"ServiceAccount\", \"User\", \"Group\"" },
	{ "kind: User", "subjects[0].name: Required value" },
};

static void check_subjects(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: "
		     "{name: x}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "
		     "a}, subjects: [{",
		     subjects, "}]}");
}

static const struct fault_row cluster_subjects[] = {
	{ "kind: ServiceAccount, name: a, namespace: b", "" },
	{ "kind: ServiceAccount, name: a", "subjects[0].namespace: Required value" },
	{ "kind: User, name: a", "" },
};

static void check_cluster_subjects(void)
{
	CHECK_FAULTS("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, "
		     "metadata: {name: x}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: "
		     "ClusterRole, name: a}, subjects: [{",
		     cluster_subjects, "}]}");
}

TESTS({ "rules of Roles are about resources", check_roles },
      { "rules of ClusterRoles are about resources or URLs", check_cluster_roles },
      { "what a RoleBinding refers to", check_bindings },
      { "a ClusterRoleBinding refers to a ClusterRole", check_cluster_bindings },
      { "subjects of RoleBindings", check_subjects },
      { "a ServiceAccount of a ClusterRoleBinding has a namespace", check_cluster_subjects })

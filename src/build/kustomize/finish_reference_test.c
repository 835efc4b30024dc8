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

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case referring[] = {
	{ "two accounts without a namespace",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: "
			    "one}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, "
			    "namespace: two}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
			    "ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: "
			    "rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects: "
			    "[{kind: ServiceAccount, name: s}]\n" } },
	  "found multiple possible referrals: ServiceAccount.v1.[noGrp]/p-s.one, "
	  "ServiceAccount.v1.[noGrp]/p-s.two",
	  "top/a.yaml:9:1" },
	{ "one account without a namespace",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: "
			    "one}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
			    "ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: "
			    "rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects: "
			    "[{kind: ServiceAccount, name: s}]\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-s\n  namespace: "
	  "one\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
	  "ClusterRoleBinding\nmetadata:\n  name: p-b\nroleRef:\n  apiGroup: "
	  "rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: r\nsubjects:\n- kind: "
	  "ServiceAccount\n  name: p-s\n  namespace: one\n" },
	{ "two accounts, each by namespace",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: "
			    "one}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, "
			    "namespace: two}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
			    "ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: "
			    "rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects: "
			    "[{kind: ServiceAccount, name: s, namespace: two}, {kind: "
			    "ServiceAccount, name: s, namespace: one}]\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-s\n  namespace: "
	  "one\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-s\n  namespace: "
	  "two\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
	  "ClusterRoleBinding\nmetadata:\n  name: p-b\nroleRef:\n  apiGroup: "
	  "rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: r\nsubjects:\n- kind: "
	  "ServiceAccount\n  name: p-s\n  namespace: two\n- kind: ServiceAccount\n  name: p-s\n  "
	  "namespace: one\n" },
	{ "an account elsewhere",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: "
			    "one}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
			    "ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: "
			    "rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects: "
			    "[{kind: ServiceAccount, name: s, namespace: three}]\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-s\n  namespace: "
	  "one\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
	  "ClusterRoleBinding\nmetadata:\n  name: p-b\nroleRef:\n  apiGroup: "
	  "rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: r\nsubjects:\n- kind: "
	  "ServiceAccount\n  name: s\n  namespace: three\n" },
	{ "two services without a namespace",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: "
	      "one}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: "
	      "two}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: "
	      "ValidatingWebhookConfiguration\nmetadata: {name: w}\nwebhooks: [{name: h, "
	      "clientConfig: {service: {name: s}}}]\n" } },
	  "found multiple possible referrals: Service.v1.[noGrp]/p-s.one, "
	  "Service.v1.[noGrp]/p-s.two",
	  "top/a.yaml:9:1" },
	{ "services by namespace",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: "
	      "one}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: "
	      "two}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: "
	      "ValidatingWebhookConfiguration\nmetadata: {name: w}\nwebhooks: [{name: h, "
	      "clientConfig: {service: {name: s, namespace: two}}}]\n" } },
	  "apiVersion: v1\nkind: Service\nmetadata:\n  name: p-s\n  namespace: "
	  "one\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: p-s\n  namespace: "
	  "two\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: "
	  "ValidatingWebhookConfiguration\nmetadata:\n  name: p-w\nwebhooks:\n- clientConfig:\n    "
	  "service:\n      name: p-s\n      namespace: two\n  name: h\n" },
	{ "a service without a name",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: "
			    "one}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: "
			    "ValidatingWebhookConfiguration\nmetadata: {name: w}\nwebhooks: "
			    "[{name: h, clientConfig: {service: {namespace: one}}}]\n" } },
	  "path config error; no 'name' field in node",
	  "top/a.yaml:8:46" },
	{ "an account that moves",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamespace: q\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: "
			    "one}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: "
			    "ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: "
			    "rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects: "
			    "[{kind: ServiceAccount, name: s, namespace: one}]\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: s\n  namespace: "
	  "q\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n "
	  " name: b\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: "
	  "r\nsubjects:\n- kind: ServiceAccount\n  name: s\n  namespace: q\n" },
	{ "a claim",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: "
			    "c}\nspec: {volumeName: v, storageClassName: k}\n---\napiVersion: "
			    "v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {claimRef: "
			    "{name: c, namespace: default}, storageClassName: k}\n---\napiVersion: "
			    "storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: k}\n" } },
	  "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: "
	  "p-k\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: p-v\nspec:\n  "
	  "claimRef:\n    name: c\n    namespace: default\n  storageClassName: "
	  "p-k\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: p-c\nspec:\n  "
	  "storageClassName: p-k\n  volumeName: p-v\n" },
	{ "an ingress",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnameSuffix: -s\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\napiVersion: "
	      "networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: "
	      "{service: {name: web}}, tls: [{secretName: t}], ingressClassName: c, rules: [{http: "
	      "{paths: [{backend: {service: {name: web}}}, {backend: {service: {name: "
	      "other}}}]}}]}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: "
	      "t}\n---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: "
	      "c}\n" } },
	  "apiVersion: v1\nkind: Secret\nmetadata:\n  name: t-s\n---\napiVersion: v1\nkind: "
	  "Service\nmetadata:\n  name: web-s\n---\napiVersion: networking.k8s.io/v1\nkind: "
	  "Ingress\nmetadata:\n  name: i-s\nspec:\n  defaultBackend:\n    service:\n      name: "
	  "web-s\n  ingressClassName: c\n  rules:\n  - http:\n      paths:\n      - backend:\n     "
	  "     service:\n            name: web-s\n      - backend:\n          service:\n          "
	  "  name: other\n  tls:\n  - secretName: t-s\n---\napiVersion: "
	  "networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: c-s\n" },
	{ "a pod",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnameSuffix: -s\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: v1\nkind: "
	      "Secret\nmetadata: {name: c}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: "
	      "{name: c}\nsecrets: [{name: c}]\nimagePullSecrets: [{name: c}]\n---\napiVersion: "
	      "v1\nkind: Pod\nmetadata: {name: p}\nspec: {serviceAccountName: c, "
	      "priorityClassName: c, imagePullSecrets: [{name: c}], volumes: [{projected: "
	      "{sources: [{configMap: {name: c}}, {secret: {name: c}}]}}, {secret: {secretName: "
	      "c}}, {configMap: {name: other}}], containers: [{name: a, env: [{valueFrom: "
	      "{configMapKeyRef: {name: c}}}, {valueFrom: {secretKeyRef: {name: c}}}], envFrom: "
	      "[{configMapRef: {name: c}}, {secretRef: {name: c}}]}], initContainers: [{name: a, "
	      "envFrom: [{configMapRef: {name: c}}]}]}\n" } },
	  "apiVersion: v1\nimagePullSecrets:\n- name: c-s\nkind: ServiceAccount\nmetadata:\n  "
	  "name: c-s\nsecrets:\n- name: c\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  "
	  "name: c-s\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: c-s\n---\napiVersion: "
	  "v1\nkind: Pod\nmetadata:\n  name: p-s\nspec:\n  containers:\n  - env:\n    - "
	  "valueFrom:\n        configMapKeyRef:\n          name: c-s\n    - valueFrom:\n        "
	  "secretKeyRef:\n          name: c-s\n    envFrom:\n    - configMapRef:\n        name: "
	  "c-s\n    - secretRef:\n        name: c-s\n    name: a\n  imagePullSecrets:\n  - name: "
	  "c-s\n  initContainers:\n  - envFrom:\n    - configMapRef:\n        name: c-s\n    name: "
	  "a\n  priorityClassName: c\n  serviceAccountName: c-s\n  volumes:\n  - projected:\n      "
	  "sources:\n      - configMap:\n          name: c-s\n      - secret:\n          name: "
	  "c-s\n  - secret:\n      secretName: c-s\n  - configMap:\n      name: other\n" },
	{ "an autoscaler",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnameSuffix: -s\n" },
	    { "top/a.yaml",
	      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n---\napiVersion: "
	      "apps/v1\nkind: StatefulSet\nmetadata: {name: d}\nspec: {serviceName: "
	      "d}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: "
	      "{name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: d}}\n---\napiVersion: "
	      "v1\nkind: Service\nmetadata: {name: d}\n" } },
	  "apiVersion: v1\nkind: Service\nmetadata:\n  name: d-s\n---\napiVersion: apps/v1\nkind: "
	  "Deployment\nmetadata:\n  name: d-s\n---\napiVersion: apps/v1\nkind: "
	  "StatefulSet\nmetadata:\n  name: d-s\nspec:\n  serviceName: d-s\n---\napiVersion: "
	  "autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: h-s\nspec:\n  "
	  "scaleTargetRef:\n    kind: Deployment\n    name: d-s\n" },
};

static void referring_as_measured(void)
{
	fixture_check(referring, ARRAY_COUNT(referring));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case following[] = {
	{ "a role that moves",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml",
	      "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: "
	      "[{resources: [configmaps], resourceNames: [c, d]}, {resources: [secrets], "
	      "resourceNames: [c]}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
	      "c}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n" } },
	  "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: p-r\nrules:\n- "
	  "resourceNames:\n  - p-c\n  - d\n  resources:\n  - configmaps\n- resourceNames:\n  - "
	  "p-c\n  resources:\n  - secrets\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  "
	  "name: p-c\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: p-s\n" },
	{ "a cron job and a job",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnameSuffix: -s\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: "
	      "batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec: {jobTemplate: {spec: {template: "
	      "{spec: {volumes: [{configMap: {name: c}}], containers: [{envFrom: [{configMapRef: "
	      "{name: c}}]}]}}}}}\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: "
	      "j}\nspec: {template: {spec: {volumes: [{configMap: {name: c}}]}}}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c-s\n---\napiVersion: "
	  "batch/v1\nkind: CronJob\nmetadata:\n  name: j-s\nspec:\n  jobTemplate:\n    spec:\n     "
	  " template:\n        spec:\n          containers:\n          - envFrom:\n            - "
	  "configMapRef:\n                name: c-s\n          volumes:\n          - configMap:\n  "
	  "            name: c-s\n---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: "
	  "j-s\nspec:\n  template:\n    spec:\n      volumes:\n      - configMap:\n          name: "
	  "c-s\n" },
	{ "names of another kind",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnameSuffix: -s\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: Secret\nmetadata: {name: c}\n---\napiVersion: v1\nkind: "
	      "Pod\nmetadata: {name: p}\nspec: {volumes: [{configMap: {name: c}}, {secret: "
	      "{secretName: c}}, {persistentVolumeClaim: {claimName: c}}]}\n" } },
	  "apiVersion: v1\nkind: Secret\nmetadata:\n  name: c-s\n---\napiVersion: v1\nkind: "
	  "Pod\nmetadata:\n  name: p-s\nspec:\n  volumes:\n  - configMap:\n      name: c\n  - "
	  "secret:\n      secretName: c-s\n  - persistentVolumeClaim:\n      claimName: c\n" },
	{ "a class of storage",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "top/a.yaml", "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: "
			    "k}\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: "
			    "t}\nspec: {serviceName: t, volumeClaimTemplates: [{metadata: {name: "
			    "v}, spec: {storageClassName: k}}]}\n---\napiVersion: v1\nkind: "
			    "Service\nmetadata: {name: t}\n" } },
	  "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: "
	  "p-k\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: p-t\n---\napiVersion: "
	  "apps/v1\nkind: StatefulSet\nmetadata:\n  name: p-t\nspec:\n  serviceName: p-t\n  "
	  "volumeClaimTemplates:\n  - metadata:\n      name: v\n    spec:\n      storageClassName: "
	  "p-k\n" },
};

static void following_as_measured(void)
{
	fixture_check(following, ARRAY_COUNT(following));
}

#define CONFIGS                                                                                    \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: v1\nkind: "        \
	"Secret\nmetadata: {name: c}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: "       \
	"{name: c}\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: "           \
	"c}\n---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: c}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case templates[] = {
	{ "ReplicaSet",
	  { { "top/kustomization.yaml", "resources: [w.yaml, c.yaml]\nnamePrefix: p-\n" },
	    { "top/c.yaml", CONFIGS },
	    { "top/w.yaml",
	      "---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: w}\nspec: {template: "
	      "{spec: {volumes: [{configMap: {name: c}}, {secret: {secretName: c}}, "
	      "{persistentVolumeClaim: {claimName: c}}, {projected: {sources: [{configMap: {name: "
	      "c}}]}}], serviceAccountName: c, priorityClassName: c, imagePullSecrets: [{name: "
	      "c}], containers: [{envFrom: [{configMapRef: {name: c}}, {secretRef: {name: c}}], "
	      "env: [{valueFrom: {configMapKeyRef: {name: c}}}, {valueFrom: {secretKeyRef: {name: "
	      "c}}}]}], initContainers: [{envFrom: [{configMapRef: {name: c}}]}]}}}\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-c\n---\napiVersion: "
	  "v1\nkind: ConfigMap\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "Secret\nmetadata:\n  name: p-c\n---\napiVersion: scheduling.k8s.io/v1\nkind: "
	  "PriorityClass\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "PersistentVolumeClaim\nmetadata:\n  name: p-c\n---\napiVersion: apps/v1\nkind: "
	  "ReplicaSet\nmetadata:\n  name: p-w\nspec:\n  template:\n    spec:\n      containers:\n  "
	  "    - env:\n        - valueFrom:\n            configMapKeyRef:\n              name: "
	  "p-c\n        - valueFrom:\n            secretKeyRef:\n              name: p-c\n        "
	  "envFrom:\n        - configMapRef:\n            name: p-c\n        - secretRef:\n        "
	  "    name: p-c\n      imagePullSecrets:\n      - name: p-c\n      initContainers:\n      "
	  "- envFrom:\n        - configMapRef:\n            name: p-c\n      priorityClassName: "
	  "c\n      serviceAccountName: c\n      volumes:\n      - configMap:\n          name: "
	  "p-c\n      - secret:\n          secretName: p-c\n      - persistentVolumeClaim:\n       "
	  "   claimName: c\n      - projected:\n          sources:\n          - configMap:\n       "
	  "       name: p-c\n" },
	{ "PodTemplate",
	  { { "top/kustomization.yaml", "resources: [w.yaml, c.yaml]\nnamePrefix: p-\n" },
	    { "top/c.yaml", CONFIGS },
	    { "top/w.yaml",
	      "---\napiVersion: v1\nkind: PodTemplate\nmetadata: {name: w}\ntemplate: {spec: "
	      "{volumes: [{configMap: {name: c}}, {secret: {secretName: c}}, "
	      "{persistentVolumeClaim: {claimName: c}}, {projected: {sources: [{configMap: {name: "
	      "c}}]}}], serviceAccountName: c, priorityClassName: c, imagePullSecrets: [{name: "
	      "c}], containers: [{envFrom: [{configMapRef: {name: c}}, {secretRef: {name: c}}], "
	      "env: [{valueFrom: {configMapKeyRef: {name: c}}}, {valueFrom: {secretKeyRef: {name: "
	      "c}}}]}], initContainers: [{envFrom: [{configMapRef: {name: c}}]}]}}\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-c\n---\napiVersion: "
	  "v1\nkind: ConfigMap\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "Secret\nmetadata:\n  name: p-c\n---\napiVersion: scheduling.k8s.io/v1\nkind: "
	  "PriorityClass\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "PersistentVolumeClaim\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "PodTemplate\nmetadata:\n  name: p-w\ntemplate:\n  spec:\n    containers:\n    - env:\n  "
	  "    - valueFrom:\n          configMapKeyRef:\n            name: p-c\n      - "
	  "valueFrom:\n          secretKeyRef:\n            name: p-c\n      envFrom:\n      - "
	  "configMapRef:\n          name: p-c\n      - secretRef:\n          name: p-c\n    "
	  "imagePullSecrets:\n    - name: p-c\n    initContainers:\n    - envFrom:\n      - "
	  "configMapRef:\n          name: p-c\n    priorityClassName: c\n    serviceAccountName: "
	  "c\n    volumes:\n    - configMap:\n        name: p-c\n    - secret:\n        "
	  "secretName: p-c\n    - persistentVolumeClaim:\n        claimName: c\n    - projected:\n "
	  "       sources:\n        - configMap:\n            name: p-c\n" },
	{ "DaemonSet",
	  { { "top/kustomization.yaml", "resources: [w.yaml, c.yaml]\nnamePrefix: p-\n" },
	    { "top/c.yaml", CONFIGS },
	    { "top/w.yaml",
	      "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: w}\nspec: {template: "
	      "{spec: {volumes: [{configMap: {name: c}}, {secret: {secretName: c}}, "
	      "{persistentVolumeClaim: {claimName: c}}, {projected: {sources: [{configMap: {name: "
	      "c}}]}}], serviceAccountName: c, priorityClassName: c, imagePullSecrets: [{name: "
	      "c}], containers: [{envFrom: [{configMapRef: {name: c}}, {secretRef: {name: c}}], "
	      "env: [{valueFrom: {configMapKeyRef: {name: c}}}, {valueFrom: {secretKeyRef: {name: "
	      "c}}}]}], initContainers: [{envFrom: [{configMapRef: {name: c}}]}]}}}\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-c\n---\napiVersion: "
	  "v1\nkind: ConfigMap\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "Secret\nmetadata:\n  name: p-c\n---\napiVersion: scheduling.k8s.io/v1\nkind: "
	  "PriorityClass\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "PersistentVolumeClaim\nmetadata:\n  name: p-c\n---\napiVersion: apps/v1\nkind: "
	  "DaemonSet\nmetadata:\n  name: p-w\nspec:\n  template:\n    spec:\n      containers:\n   "
	  "   - env:\n        - valueFrom:\n            configMapKeyRef:\n              name: "
	  "p-c\n        - valueFrom:\n            secretKeyRef:\n              name: p-c\n        "
	  "envFrom:\n        - configMapRef:\n            name: p-c\n        - secretRef:\n        "
	  "    name: p-c\n      imagePullSecrets:\n      - name: p-c\n      initContainers:\n      "
	  "- envFrom:\n        - configMapRef:\n            name: p-c\n      priorityClassName: "
	  "p-c\n      serviceAccountName: p-c\n      volumes:\n      - configMap:\n          name: "
	  "p-c\n      - secret:\n          secretName: p-c\n      - persistentVolumeClaim:\n       "
	  "   claimName: p-c\n      - projected:\n          sources:\n          - configMap:\n     "
	  "         name: p-c\n" },
	{ "ReplicationController",
	  { { "top/kustomization.yaml", "resources: [w.yaml, c.yaml]\nnamePrefix: p-\n" },
	    { "top/c.yaml", CONFIGS },
	    { "top/w.yaml",
	      "---\napiVersion: v1\nkind: ReplicationController\nmetadata: {name: w}\nspec: "
	      "{template: {spec: {volumes: [{configMap: {name: c}}, {secret: {secretName: c}}, "
	      "{persistentVolumeClaim: {claimName: c}}, {projected: {sources: [{configMap: {name: "
	      "c}}]}}], serviceAccountName: c, priorityClassName: c, imagePullSecrets: [{name: "
	      "c}], containers: [{envFrom: [{configMapRef: {name: c}}, {secretRef: {name: c}}], "
	      "env: [{valueFrom: {configMapKeyRef: {name: c}}}, {valueFrom: {secretKeyRef: {name: "
	      "c}}}]}], initContainers: [{envFrom: [{configMapRef: {name: c}}]}]}}}\n" } },
	  "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: p-c\n---\napiVersion: "
	  "v1\nkind: ConfigMap\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "Secret\nmetadata:\n  name: p-c\n---\napiVersion: scheduling.k8s.io/v1\nkind: "
	  "PriorityClass\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "PersistentVolumeClaim\nmetadata:\n  name: p-c\n---\napiVersion: v1\nkind: "
	  "ReplicationController\nmetadata:\n  name: p-w\nspec:\n  template:\n    spec:\n      "
	  "containers:\n      - env:\n        - valueFrom:\n            configMapKeyRef:\n         "
	  "     name: c\n        - valueFrom:\n            secretKeyRef:\n              name: c\n  "
	  "      envFrom:\n        - configMapRef:\n            name: c\n        - secretRef:\n    "
	  "        name: c\n      imagePullSecrets:\n      - name: c\n      initContainers:\n      "
	  "- envFrom:\n        - configMapRef:\n            name: c\n      priorityClassName: "
	  "p-c\n      serviceAccountName: p-c\n      volumes:\n      - configMap:\n          name: "
	  "c\n      - secret:\n          secretName: c\n      - persistentVolumeClaim:\n          "
	  "claimName: p-c\n      - projected:\n          sources:\n          - configMap:\n        "
	  "      name: c\n" },
};

static void service_accounts_need_a_namespace_that_is_a_text(void)
{
	static const struct {
		const char *subject;
		bool refused;
	} rows[] = {
		{ "{kind: ServiceAccount, name: t, namespace: }", true },
		{ "{kind: ServiceAccount, name: t, namespace: 5}", true },
		{ "{kind: ServiceAccount, name: t, namespace: ''}", false },
		{ "{kind: ServiceAccount, name: t}", false },
		{ "{kind: User, name: t, namespace: }", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].subject); i++) {
		SCRATCH(arena);
		struct str text = str_printf(arena,
					     "apiVersion: rbac.authorization.k8s.io/v1\n"
					     "kind: RoleBinding\nmetadata: {name: b}\n"
					     "roleRef: {kind: Role, name: r}\nsubjects: [%s]\n",
					     rows[i].subject);
		struct str built =
			BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
			      { "top/a.yaml", str_cstr(arena, text) });
		CHECK(str_contains(built, STR("Invalid Input: namespace is blank for resource "
					      "\"RoleBinding.v1.rbac.authorization.k8s.io/b.[noNs]"
					      "\"")) == rows[i].refused);
	}
}

static void templates_as_measured(void)
{
	fixture_check(templates, ARRAY_COUNT(templates));
}

TESTS({ "service accounts need a namespace that is a text",
	service_accounts_need_a_namespace_that_is_a_text },
      { "templates of workloads", templates_as_measured },
      { "names of roles, jobs and classes", following_as_measured },
      { "names follow in every kind that refers", referring_as_measured },
      { "layers tell objects of one name apart", layers_tell_objects_of_one_name_apart },
      { "bindings follow what they can reach", bindings_follow_what_they_can_reach })

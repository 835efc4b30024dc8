/* default_specs - the built-in field specs of kustomize 5.7.1 */
#include "base/arena.h"
#include "build/kustomize/field_spec.h"

struct row {
	const char *group, *version, *kind, *path;
	bool create;
};

static const struct row name_rows[] = { { "", "", "", "metadata/name", false } };

static const struct row namespace_rows[] = {
	{ "", "", "", "metadata/namespace", true },
	{ "", "v1", "Namespace", "metadata/name", true },
	{ "apiregistration.k8s.io", "", "APIService", "spec/service/namespace", true },
	{ "apiextensions.k8s.io", "", "CustomResourceDefinition",
	  "spec/conversion/webhook/clientConfig/service/namespace", false },
};

static const struct row template_rows[] = {
	{ "", "", "", "metadata/labels", true },
	{ "", "v1", "ReplicationController", "spec/template/metadata/labels", true },
	{ "", "", "Deployment", "spec/template/metadata/labels", true },
	{ "", "", "ReplicaSet", "spec/template/metadata/labels", true },
	{ "", "", "DaemonSet", "spec/template/metadata/labels", true },
	{ "apps", "", "StatefulSet", "spec/template/metadata/labels", true },
	{ "apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true },
	{ "batch", "", "Job", "spec/template/metadata/labels", true },
	{ "batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true },
	{ "batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true },
};

#define AFFINITY  "spec/template/spec/affinity/"
#define PREFERRED "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/"
#define REQUIRED  "requiredDuringSchedulingIgnoredDuringExecution/"

static const struct row selector_rows[] = {
	{ "", "v1", "Service", "spec/selector", true },
	{ "", "v1", "ReplicationController", "spec/selector", true },
	{ "", "", "Deployment", "spec/selector/matchLabels", true },
	{ "", "", "ReplicaSet", "spec/selector/matchLabels", true },
	{ "", "", "DaemonSet", "spec/selector/matchLabels", true },
	{ "apps", "", "StatefulSet", "spec/selector/matchLabels", true },
	{ "apps", "", "Deployment", AFFINITY "podAffinity/" PREFERRED "labelSelector/matchLabels",
	  false },
	{ "apps", "", "Deployment", AFFINITY "podAffinity/" REQUIRED "labelSelector/matchLabels",
	  false },
	{ "apps", "", "Deployment",
	  AFFINITY "podAntiAffinity/" PREFERRED "labelSelector/matchLabels", false },
	{ "apps", "", "Deployment",
	  AFFINITY "podAntiAffinity/" REQUIRED "labelSelector/matchLabels", false },
	{ "apps", "", "Deployment",
	  "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false },
	{ "apps", "", "StatefulSet", AFFINITY "podAffinity/" PREFERRED "labelSelector/matchLabels",
	  false },
	{ "apps", "", "StatefulSet", AFFINITY "podAffinity/" REQUIRED "labelSelector/matchLabels",
	  false },
	{ "apps", "", "StatefulSet",
	  AFFINITY "podAntiAffinity/" PREFERRED "labelSelector/matchLabels", false },
	{ "apps", "", "StatefulSet",
	  AFFINITY "podAntiAffinity/" REQUIRED "labelSelector/matchLabels", false },
	{ "apps", "", "StatefulSet",
	  "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false },
	{ "batch", "", "Job", "spec/selector/matchLabels", false },
	{ "batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false },
	{ "policy", "", "PodDisruptionBudget", "spec/selector/matchLabels", false },
	{ "networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels", false },
	{ "networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels",
	  false },
	{ "networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels",
	  false },
};

static const struct row annotation_rows[] = {
	{ "", "", "", "metadata/annotations", true },
	{ "", "v1", "ReplicationController", "spec/template/metadata/annotations", true },
	{ "", "", "Deployment", "spec/template/metadata/annotations", true },
	{ "", "", "ReplicaSet", "spec/template/metadata/annotations", true },
	{ "", "", "DaemonSet", "spec/template/metadata/annotations", true },
	{ "", "", "StatefulSet", "spec/template/metadata/annotations", true },
	{ "batch", "", "Job", "spec/template/metadata/annotations", true },
	{ "batch", "", "CronJob", "spec/jobTemplate/metadata/annotations", true },
	{ "batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true },
};

static const struct row image_rows[] = {
	{ "", "", "", "spec/containers[]/image", true },
	{ "", "", "", "spec/initContainers[]/image", true },
	{ "", "", "", "spec/volumes[]/image/reference", true },
	{ "", "", "", "spec/template/spec/containers[]/image", true },
	{ "", "", "", "spec/template/spec/initContainers[]/image", true },
	{ "", "", "", "spec/template/spec/volumes[]/image/reference", true },
};

static const struct row replica_rows[] = {
	{ "", "", "Deployment", "spec/replicas", true },
	{ "", "", "ReplicationController", "spec/replicas", true },
	{ "", "", "ReplicaSet", "spec/replicas", true },
	{ "", "", "StatefulSet", "spec/replicas", true },
};

static const struct row var_rows[] = {
	{ "", "", "Deployment", "spec/template/metadata/annotations", false },
	{ "", "", "Ingress", "spec/rules/host", false },
	{ "", "", "Ingress", "spec/tls/hosts", false },
	{ "", "", "Ingress", "spec/tls/secretName", false },
	{ "", "", "Service", "spec/ports/port", false },
	{ "", "", "Service", "spec/ports/targetPort", false },
	{ "", "", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server", false },
	{ "", "", "PersistentVolume", "spec/nfs/server", false },
	{ "", "", "Pod", "spec/volumes/nfs/server", false },
	{ "", "", "DaemonSet", "spec/template/spec/volumes/nfs/server", false },
	{ "", "", "Deployment", "spec/template/spec/volumes/nfs/server", false },
	{ "", "", "Job", "spec/template/spec/volumes/nfs/server", false },
	{ "", "", "ReplicaSet", "spec/template/spec/volumes/nfs/server", false },
	{ "", "", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server", false },
	{ "", "", "", "metadata/labels", false },
	{ "", "", "", "metadata/annotations", false },
};

static const char *const var_pod_paths[] = {
	"containers/args",	    "containers/command",
	"containers/env/value",	    "containers/volumeMounts/mountPath",
	"initContainers/args",	    "initContainers/command",
	"initContainers/env/value", "initContainers/volumeMounts/mountPath",
};

/* Kinds with a pod spec, and where it stands. */
static const struct {
	const char *kind, *path;
} workloads[] = {
	{ "Pod", "spec/" },
	{ "Deployment", "spec/template/spec/" },
	{ "ReplicaSet", "spec/template/spec/" },
	{ "DaemonSet", "spec/template/spec/" },
	{ "StatefulSet", "spec/template/spec/" },
	{ "Job", "spec/template/spec/" },
	{ "CronJob", "spec/jobTemplate/spec/template/spec/" },
	{ "PodTemplate", "template/spec/" },
};

/* Names that pod specs refer to. */
static const struct {
	const char *version, *kind, *path;
	bool every_workload; /* ReplicaSet and PodTemplate, too */
} pod_references[] = {
	{ "v1", "ConfigMap", "volumes/configMap/name", true },
	{ "v1", "ConfigMap", "containers/env/valueFrom/configMapKeyRef/name", true },
	{ "v1", "ConfigMap", "initContainers/env/valueFrom/configMapKeyRef/name", true },
	{ "v1", "ConfigMap", "containers/envFrom/configMapRef/name", true },
	{ "v1", "ConfigMap", "initContainers/envFrom/configMapRef/name", true },
	{ "v1", "ConfigMap", "volumes/projected/sources/configMap/name", true },
	{ "v1", "Secret", "volumes/secret/secretName", true },
	{ "v1", "Secret", "containers/env/valueFrom/secretKeyRef/name", true },
	{ "v1", "Secret", "initContainers/env/valueFrom/secretKeyRef/name", true },
	{ "v1", "Secret", "containers/envFrom/secretRef/name", true },
	{ "v1", "Secret", "initContainers/envFrom/secretRef/name", true },
	{ "v1", "Secret", "imagePullSecrets/name", true },
	{ "v1", "Secret", "volumes/projected/sources/secret/name", true },
	{ "v1", "ServiceAccount", "serviceAccountName", false },
	{ "v1", "PersistentVolumeClaim", "volumes/persistentVolumeClaim/claimName", false },
	{ "v1", "PriorityClass", "priorityClassName", false },
};

/* All other names: renamed kind → referrer and path. */
static const struct {
	const char *group, *version, *kind;
	struct row referrer;
} references[] = {
	{ "",
	  "",
	  "Deployment",
	  { "", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false } },
	{ "",
	  "",
	  "ReplicationController",
	  { "", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false } },
	{ "",
	  "",
	  "ReplicaSet",
	  { "", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false } },
	{ "",
	  "",
	  "StatefulSet",
	  { "", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false } },
	{ "", "v1", "ConfigMap", { "", "", "Node", "spec/configSource/configMap", false } },
	{ "", "v1", "ConfigMap", { "", "", "Role", "rules/resourceNames", false } },
	{ "", "v1", "ConfigMap", { "", "", "ClusterRole", "rules/resourceNames", false } },
	{ "",
	  "v1",
	  "ConfigMap",
	  { "", "", "Ingress",
	    "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap",
	    false } },
	{ "", "v1", "Secret", { "", "", "Ingress", "spec/tls/secretName", false } },
	{ "",
	  "v1",
	  "Secret",
	  { "", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret",
	    false } },
	{ "",
	  "v1",
	  "Secret",
	  { "", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
	    false } },
	{ "",
	  "v1",
	  "Secret",
	  { "", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
	    false } },
	{ "", "v1", "Secret", { "", "", "ServiceAccount", "imagePullSecrets/name", false } },
	{ "", "v1", "Secret", { "", "", "StorageClass", "parameters/secretName", false } },
	{ "", "v1", "Secret", { "", "", "StorageClass", "parameters/adminSecretName", false } },
	{ "", "v1", "Secret", { "", "", "StorageClass", "parameters/userSecretName", false } },
	{ "", "v1", "Secret", { "", "", "StorageClass", "parameters/secretRef", false } },
	{ "", "v1", "Secret", { "", "", "PersistentVolume", "spec/azureFile/secretName", false } },
	{ "", "v1", "Secret", { "", "", "Role", "rules/resourceNames", false } },
	{ "", "v1", "Secret", { "", "", "ClusterRole", "rules/resourceNames", false } },
	{ "",
	  "v1",
	  "Secret",
	  { "serving.knative.dev", "v1", "Service",
	    "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false } },
	{ "", "v1", "Service", { "apps", "", "StatefulSet", "spec/serviceName", false } },
	{ "",
	  "v1",
	  "Service",
	  { "", "", "Ingress", "spec/rules/http/paths/backend/serviceName", false } },
	{ "", "v1", "Service", { "", "", "Ingress", "spec/backend/serviceName", false } },
	{ "",
	  "v1",
	  "Service",
	  { "", "", "Ingress", "spec/rules/http/paths/backend/service/name", false } },
	{ "", "v1", "Service", { "", "", "Ingress", "spec/defaultBackend/service/name", false } },
	{ "",
	  "v1",
	  "Service",
	  { "apiregistration.k8s.io", "", "APIService", "spec/service/name", false } },
	{ "",
	  "v1",
	  "Service",
	  { "admissionregistration.k8s.io", "", "ValidatingWebhookConfiguration",
	    "webhooks/clientConfig/service", false } },
	{ "",
	  "v1",
	  "Service",
	  { "admissionregistration.k8s.io", "", "MutatingWebhookConfiguration",
	    "webhooks/clientConfig/service", false } },
	{ "rbac.authorization.k8s.io",
	  "",
	  "Role",
	  { "rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name", false } },
	{ "rbac.authorization.k8s.io",
	  "",
	  "ClusterRole",
	  { "rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name", false } },
	{ "rbac.authorization.k8s.io",
	  "",
	  "ClusterRole",
	  { "rbac.authorization.k8s.io", "", "ClusterRoleBinding", "roleRef/name", false } },
	{ "",
	  "v1",
	  "ServiceAccount",
	  { "rbac.authorization.k8s.io", "", "RoleBinding", "subjects", false } },
	{ "",
	  "v1",
	  "ServiceAccount",
	  { "rbac.authorization.k8s.io", "", "ClusterRoleBinding", "subjects", false } },
	{ "",
	  "v1",
	  "ServiceAccount",
	  { "", "", "ReplicationController", "spec/template/spec/serviceAccountName", false } },
	{ "",
	  "v1",
	  "PersistentVolumeClaim",
	  { "", "", "ReplicationController",
	    "spec/template/spec/volumes/persistentVolumeClaim/claimName", false } },
	{ "scheduling.k8s.io",
	  "v1",
	  "PriorityClass",
	  { "", "", "ReplicationController", "spec/template/spec/priorityClassName", false } },
	{ "",
	  "v1",
	  "PersistentVolume",
	  { "", "", "PersistentVolumeClaim", "spec/volumeName", false } },
	{ "",
	  "v1",
	  "PersistentVolume",
	  { "rbac.authorization.k8s.io", "", "ClusterRole", "rules/resourceNames", false } },
	{ "storage.k8s.io",
	  "v1",
	  "StorageClass",
	  { "", "v1", "PersistentVolume", "spec/storageClassName", false } },
	{ "storage.k8s.io",
	  "v1",
	  "StorageClass",
	  { "", "v1", "PersistentVolumeClaim", "spec/storageClassName", false } },
	{ "storage.k8s.io",
	  "v1",
	  "StorageClass",
	  { "apps", "v1", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName",
	    false } },
	{ "admissionregistration.k8s.io",
	  "",
	  "ValidatingAdmissionPolicy",
	  { "admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding",
	    "spec/policyName", false } },
};

static struct field_spec spec_of(const struct row *row)
{
	return (struct field_spec){ str_from_cstr(row->group), str_from_cstr(row->version),
				    str_from_cstr(row->kind), str_from_cstr(row->path),
				    row->create };
}

static void add_rows(struct arena *arena, struct field_specs *specs, const struct row *rows,
		     size_t count)
{
	for (size_t i = 0; i < count; i++)
		VEC_PUSH(arena, &specs->items, spec_of(&rows[i]));
}

static void add_pod_references(struct specs *specs)
{
	for (size_t r = 0; r < ARRAY_COUNT(pod_references); r++) {
		bool is_class =
			str_equal(str_from_cstr(pod_references[r].kind), STR("PriorityClass"));
		struct gvk renamed = { is_class ? STR("scheduling.k8s.io") : STR(""),
				       str_from_cstr(pod_references[r].version),
				       str_from_cstr(pod_references[r].kind) };
		for (size_t w = 0; w < ARRAY_COUNT(workloads); w++) {
			struct str kind = str_from_cstr(workloads[w].kind);
			bool rare = str_equal(kind, STR("ReplicaSet")) ||
				    str_equal(kind, STR("PodTemplate"));
			if (rare && !pod_references[r].every_workload)
				continue;
			struct str path = str_printf(specs->arena, "%s%s", workloads[w].path,
						     pod_references[r].path);
			specs_push_reference(
				specs, renamed,
				(struct field_spec){ STR(""), STR(""), kind, path, false });
		}
	}
}

static void add_var_references(struct specs *specs)
{
	for (size_t w = 0; w + 1 < ARRAY_COUNT(workloads); w++)
		for (size_t p = 0; p < ARRAY_COUNT(var_pod_paths); p++)
			VEC_PUSH(specs->arena, &specs->var_references.items,
				 (struct field_spec){
					 STR(""), STR(""), str_from_cstr(workloads[w].kind),
					 str_printf(specs->arena, "%s%s", workloads[w].path,
						    var_pod_paths[p]),
					 false });
	add_rows(specs->arena, &specs->var_references, var_rows, ARRAY_COUNT(var_rows));
}

void specs_init(struct specs *specs, struct arena *arena)
{
	*specs = (struct specs){ .arena = arena };
	add_rows(arena, &specs->name_prefix, name_rows, ARRAY_COUNT(name_rows));
	add_rows(arena, &specs->name_suffix, name_rows, ARRAY_COUNT(name_rows));
	add_rows(arena, &specs->namespace, namespace_rows, ARRAY_COUNT(namespace_rows));
	add_rows(arena, &specs->template_labels, template_rows, ARRAY_COUNT(template_rows));
	add_rows(arena, &specs->common_labels, template_rows, ARRAY_COUNT(template_rows));
	add_rows(arena, &specs->common_labels, selector_rows, ARRAY_COUNT(selector_rows));
	add_rows(arena, &specs->annotations, annotation_rows, ARRAY_COUNT(annotation_rows));
	add_rows(arena, &specs->images, image_rows, ARRAY_COUNT(image_rows));
	add_rows(arena, &specs->replicas, replica_rows, ARRAY_COUNT(replica_rows));
	add_pod_references(specs);
	for (size_t i = 0; i < ARRAY_COUNT(references); i++)
		specs_push_reference(specs,
				     (struct gvk){ str_from_cstr(references[i].group),
						   str_from_cstr(references[i].version),
						   str_from_cstr(references[i].kind) },
				     spec_of(&references[i].referrer));
	add_var_references(specs);
	specs_sort(specs);
	specs->is_default = true;
}

/* names - the built-in types under the names that OpenAPI documents give them */
#include "kube/schema/names.h"

#include "base/arena.h"

#define CORE "io.k8s.api.core.v1."
#define META "io.k8s.apimachinery.pkg.apis.meta.v1."

/* A type stands in a kind at a path of fields; "[]" are the items of a list. */
static const struct {
	const char *name;
	const char *group, *version, *kind;
	const char *path;
} types[] = {
	{ META "ObjectMeta", "", "v1", "Pod", "metadata" },
	{ META "OwnerReference", "", "v1", "Pod", "metadata/ownerReferences/[]" },
	{ META "LabelSelector", "apps", "v1", "Deployment", "spec/selector" },
	{ CORE "PodTemplateSpec", "apps", "v1", "Deployment", "spec/template" },
	{ CORE "PodSpec", "", "v1", "Pod", "spec" },
	{ CORE "Container", "", "v1", "Pod", "spec/containers/[]" },
	{ CORE "ContainerPort", "", "v1", "Pod", "spec/containers/[]/ports/[]" },
	{ CORE "EnvVar", "", "v1", "Pod", "spec/containers/[]/env/[]" },
	{ CORE "EnvFromSource", "", "v1", "Pod", "spec/containers/[]/envFrom/[]" },
	{ CORE "VolumeMount", "", "v1", "Pod", "spec/containers/[]/volumeMounts/[]" },
	{ CORE "VolumeDevice", "", "v1", "Pod", "spec/containers/[]/volumeDevices/[]" },
	{ CORE "ResourceRequirements", "", "v1", "Pod", "spec/containers/[]/resources" },
	{ CORE "Probe", "", "v1", "Pod", "spec/containers/[]/livenessProbe" },
	{ CORE "Lifecycle", "", "v1", "Pod", "spec/containers/[]/lifecycle" },
	{ CORE "SecurityContext", "", "v1", "Pod", "spec/containers/[]/securityContext" },
	{ CORE "EphemeralContainer", "", "v1", "Pod", "spec/ephemeralContainers/[]" },
	{ CORE "Volume", "", "v1", "Pod", "spec/volumes/[]" },
	{ CORE "ConfigMapVolumeSource", "", "v1", "Pod", "spec/volumes/[]/configMap" },
	{ CORE "SecretVolumeSource", "", "v1", "Pod", "spec/volumes/[]/secret" },
	{ CORE "ProjectedVolumeSource", "", "v1", "Pod", "spec/volumes/[]/projected" },
	{ CORE "Affinity", "", "v1", "Pod", "spec/affinity" },
	{ CORE "Toleration", "", "v1", "Pod", "spec/tolerations/[]" },
	{ CORE "HostAlias", "", "v1", "Pod", "spec/hostAliases/[]" },
	{ CORE "LocalObjectReference", "", "v1", "Pod", "spec/imagePullSecrets/[]" },
	{ CORE "PodSecurityContext", "", "v1", "Pod", "spec/securityContext" },
	{ CORE "TopologySpreadConstraint", "", "v1", "Pod", "spec/topologySpreadConstraints/[]" },
	{ CORE "ServiceSpec", "", "v1", "Service", "spec" },
	{ CORE "ServicePort", "", "v1", "Service", "spec/ports/[]" },
	{ CORE "PersistentVolumeClaim", "", "v1", "PersistentVolumeClaim", "" },
	{ CORE "PersistentVolumeClaimSpec", "", "v1", "PersistentVolumeClaim", "spec" },
	{ "io.k8s.api.apps.v1.DeploymentSpec", "apps", "v1", "Deployment", "spec" },
	{ "io.k8s.api.apps.v1.StatefulSetSpec", "apps", "v1", "StatefulSet", "spec" },
	{ "io.k8s.api.apps.v1.DaemonSetSpec", "apps", "v1", "DaemonSet", "spec" },
	{ "io.k8s.api.batch.v1.JobSpec", "batch", "v1", "Job", "spec" },
	{ "io.k8s.api.batch.v1.JobTemplateSpec", "batch", "v1", "CronJob", "spec/jobTemplate" },
};

static struct schema at_path(struct schema s, struct str path)
{
	while (path.len) {
		struct str step = str_cut(&path, '/');
		s = str_equal(step, STR("[]")) ? schema_items(s) : schema_field(s, step);
	}
	return s;
}

void schema_names_list(const struct schemas *schemas, struct arena *arena, struct map *ret)
{
	for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
		struct gvk gvk = { str_from_cstr(types[i].group), str_from_cstr(types[i].version),
				   str_from_cstr(types[i].kind) };
		const struct kind_version *version;
		const struct kind *kind = schemas_kind(schemas, gvk, &version);
		struct schema s =
			at_path(schema_root(schemas, kind, version), str_from_cstr(types[i].path));
		if (schema_exists(s))
			map_put(ret, str_copy(arena, str_from_cstr(types[i].name)),
				(void *)((uintptr_t)s.index + 1));
	}
}

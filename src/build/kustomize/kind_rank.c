/* kind_rank - the built-in order of kinds of kustomize */
#include "build/kustomize/kind_rank.h"

static const char *const first_kinds[] = {
	"Namespace",
	"ResourceQuota",
	"StorageClass",
	"CustomResourceDefinition",
	"ServiceAccount",
	"PodSecurityPolicy",
	"Role",
	"ClusterRole",
	"RoleBinding",
	"ClusterRoleBinding",
	"ConfigMap",
	"Secret",
	"Endpoints",
	"Service",
	"LimitRange",
	"PriorityClass",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"Deployment",
	"StatefulSet",
	"CronJob",
	"PodDisruptionBudget",
};

static const char *const last_kinds[] = { "MutatingWebhookConfiguration",
					  "ValidatingWebhookConfiguration" };

static int index_of(const char *const *kinds, size_t count, struct str kind)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(str_from_cstr(kinds[i]), kind))
			return (int)i;
	return -1;
}

int kind_rank(struct str kind)
{
	int first = index_of(first_kinds, ARRAY_COUNT(first_kinds), kind);

	if (first >= 0)
		return first - (int)ARRAY_COUNT(first_kinds);
	return index_of(last_kinds, ARRAY_COUNT(last_kinds), kind) + 1;
}

struct str kind_rank_part(struct str part, const char *none)
{
	return part.len ? part : str_from_cstr(none);
}

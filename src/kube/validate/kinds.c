/* kinds - which rules a built-in kind has, and its immutable fields */
#include "kube/validate/kinds.h"

#include "base/arena.h"
#include "kube/object.h"
#include "kube/validate/inside.h"

/* Fields that never change once the object exists. */
static const struct {
	kind_id kind;
	struct trusted_path path;
} immutable[] = {
	{ KIND_DEPLOYMENT, TRUSTED_PATH_INIT("spec.selector") },
	{ KIND_REPLICASET, TRUSTED_PATH_INIT("spec.selector") },
	{ KIND_DAEMONSET, TRUSTED_PATH_INIT("spec.selector") },
	{ KIND_JOB, TRUSTED_PATH_INIT("spec.selector") },
	{ KIND_JOB, TRUSTED_PATH_INIT("spec.completionMode") },
	{ KIND_STORAGECLASS, TRUSTED_PATH_INIT("provisioner") },
	{ KIND_STORAGECLASS, TRUSTED_PATH_INIT("parameters") },
	{ KIND_STORAGECLASS, TRUSTED_PATH_INIT("reclaimPolicy") },
	{ KIND_STORAGECLASS, TRUSTED_PATH_INIT("volumeBindingMode") },
	{ KIND_SECRET, TRUSTED_PATH_INIT("type") },
	{ KIND_PRIORITYCLASS, TRUSTED_PATH_INIT("value") },
	{ KIND_INGRESSCLASS, TRUSTED_PATH_INIT("spec.controller") },
	{ KIND_CUSTOMRESOURCEDEFINITION, TRUSTED_PATH_INIT("spec.scope") },
	{ KIND_CUSTOMRESOURCEDEFINITION, TRUSTED_PATH_INIT("spec.names.kind") },
	{ KIND_CUSTOMRESOURCEDEFINITION, TRUSTED_PATH_INIT("spec.group") },
	{ KIND_CUSTOMRESOURCEDEFINITION, TRUSTED_PATH_INIT("spec.names.plural") },
};

static void check_immutable(const struct kind *kind, const struct kind_check *c)
{
	for (size_t i = 0; i < ARRAY_COUNT(immutable); i++) {
		if (immutable[i].kind != kind->id)
			continue;
		const struct node *now = node_find(c->object, immutable[i].path);
		const struct node *before = node_find(c->old, immutable[i].path);
		bool same = !now || !before ? now == before : node_equal(now, before);
		if (!same)
			field_error_add(c->errors, FIELD_INVALID,
					str_from_cstr(immutable[i].path.path), now,
					"field is immutable");
	}
}

static const struct {
	kind_id kind;
	void (*check)(const struct kind_check *c);
} checks[] = {
	{ KIND_POD, validate_pod },
	{ KIND_DEPLOYMENT, validate_deployment },
	{ KIND_REPLICASET, validate_replica_set },
	{ KIND_DAEMONSET, validate_daemon_set },
	{ KIND_STATEFULSET, validate_stateful_set },
	{ KIND_JOB, validate_job },
	{ KIND_CRONJOB, validate_cron_job },
	{ KIND_CONFIGMAP, validate_config_map },
	{ KIND_SECRET, validate_secret },
	{ KIND_PERSISTENTVOLUMECLAIM, validate_claim },
	{ KIND_PERSISTENTVOLUME, validate_persistent_volume },
	{ KIND_STORAGECLASS, validate_storage_class },
	{ KIND_SERVICE, validate_service },
	{ KIND_INGRESS, validate_ingress },
	{ KIND_NETWORKPOLICY, validate_network_policy },
	{ KIND_HORIZONTALPODAUTOSCALER, validate_autoscaler },
	{ KIND_PODDISRUPTIONBUDGET, validate_budget },
	{ KIND_ROLE, validate_role },
	{ KIND_CLUSTERROLE, validate_cluster_role },
	{ KIND_ROLEBINDING, validate_role_binding },
	{ KIND_CLUSTERROLEBINDING, validate_cluster_role_binding },
	{ KIND_PRIORITYCLASS, validate_priority_class },
	{ KIND_RESOURCEQUOTA, validate_quota },
	{ KIND_LIMITRANGE, validate_limit_range },
	{ KIND_CUSTOMRESOURCEDEFINITION, validate_definition },
};

/* Whether nothing but metadata and status changed: most writes of controllers. */
static bool has_same_content(const struct node *object, const struct node *old)
{
	for (uint32_t i = 0; i < node_entry_count(object); i++) {
		struct str key = node_text(node_entry(object, i)->key);
		const struct node *before = node_get(old, key);
		if (str_equal(key, STR("metadata")) || str_equal(key, STR("status")))
			continue;
		if (before != node_entry(object, i)->value &&
		    (!before || !node_equal(before, node_entry(object, i)->value)))
			return false;
	}
	return node_entry_count(object) == node_entry_count(old);
}

void validate_kind(const struct schemas *schemas, const struct kind *kind,
		   const struct node *object, const struct node *old, struct field_errors *errors)
{
	struct kind_check c = { object, old, errors, schemas };

	if (old && has_same_content(object, old))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(checks); i++)
		if (checks[i].kind == kind->id)
			checks[i].check(&c);
	if (old)
		check_immutable(kind, &c);
}

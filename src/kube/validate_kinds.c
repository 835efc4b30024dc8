/* validate_kinds - the hand-written rules of built-in kinds, and immutable fields */
#include "kube/validate_kinds.h"

#include "base/arena.h"
#include "kube/labels.h"
#include "kube/object.h"
#include "kube/validate_pod.h"

struct check {
	const struct node *object;
	const struct node *old; /* NULL: create */
	struct field_errors *errors;
};

static const char immutable_text[] = "field is immutable";

/* Fields that never change once the object exists. */
static const struct {
	kind_id kind;
	const char *path;
} immutable[] = {
	{ KIND_DEPLOYMENT, "spec.selector" },
	{ KIND_REPLICASET, "spec.selector" },
	{ KIND_DAEMONSET, "spec.selector" },
	{ KIND_JOB, "spec.selector" },
	{ KIND_JOB, "spec.completionMode" },
	{ KIND_STORAGECLASS, "provisioner" },
	{ KIND_STORAGECLASS, "parameters" },
	{ KIND_STORAGECLASS, "reclaimPolicy" },
	{ KIND_STORAGECLASS, "volumeBindingMode" },
	{ KIND_SECRET, "type" },
	{ KIND_PRIORITYCLASS, "value" },
	{ KIND_INGRESSCLASS, "spec.controller" },
};

static void check_immutable(const struct kind *kind, const struct check *c)
{
	for (size_t i = 0; i < ARRAY_COUNT(immutable); i++) {
		if (immutable[i].kind != kind->id)
			continue;
		const struct node *now = node_at(c->object, immutable[i].path);
		const struct node *before = node_at(c->old, immutable[i].path);
		bool same = !now || !before ? now == before : node_equal(now, before);
		if (!same)
			field_error_add(c->errors, FIELD_INVALID, str_from_cstr(immutable[i].path),
					now, immutable_text);
	}
}

/* Workloads */

static void check_selector(const struct check *c)
{
	const struct node *selector = node_at(c->object, "spec.selector");
	const struct node *labels = node_at(c->object, "spec.template.metadata.labels");

	if (!node_count(node_get(selector, STR("matchLabels"))) &&
	    !node_count(node_get(selector, STR("matchExpressions"))))
		field_error_add(c->errors, FIELD_INVALID, STR("spec.selector"), selector,
				"empty selector is invalid for deployment");
	else if (!labels_match(selector, labels))
		field_error_add(c->errors, FIELD_INVALID, STR("spec.template.metadata.labels"),
				labels, "`selector` does not match template `labels`");
}

static void check_not_negative(const struct check *c, const char *path)
{
	if (node_int_at(c->object, path, 0) < 0)
		field_error_add(c->errors, FIELD_INVALID, str_from_cstr(path),
				node_at(c->object, path), "must be greater than or equal to 0");
}

/* A pod spec; on update only when it changes. */
static void check_pod_spec(const struct check *c, const char *path, bool is_template)
{
	const struct node *spec = node_at(c->object, path);
	const struct field_path *at = FIELD_OF(NULL, str_from_cstr(path));

	if (!spec)
		field_fault(c->errors, FIELD(at, "containers"), FIELD_REQUIRED, c->object, NULL);
	else if (!c->old || !node_equal(spec, node_at(c->old, path)))
		validate_pod_spec(c->errors, at, spec, is_template);
}

static void check_restart_always(const struct check *c)
{
	const char *path = "spec.template.spec.restartPolicy";
	struct str policy = node_str_at(c->object, path);

	if (policy.len && !str_equal(policy, STR("Always")))
		field_error_add(c->errors, FIELD_NOT_SUPPORTED, str_from_cstr(path),
				node_at(c->object, path), "supported values: \"Always\"");
}

static bool is_zero(const struct node *n)
{
	struct str text = node_text(n);
	return str_equal(text, STR("0")) || str_equal(text, STR("0%"));
}

static void check_strategy(const struct check *c)
{
	const struct node *rolling = node_at(c->object, "spec.strategy.rollingUpdate");
	struct str type = node_str_at(c->object, "spec.strategy.type");

	if (str_equal(type, STR("Recreate")) && rolling)
		field_error_add(c->errors, FIELD_FORBIDDEN, STR("spec.strategy.rollingUpdate"),
				rolling, "may not be specified when strategy `type` is 'Recreate'");
	else if (is_zero(node_get(rolling, STR("maxSurge"))) &&
		 is_zero(node_get(rolling, STR("maxUnavailable"))))
		field_error_add(c->errors, FIELD_INVALID,
				STR("spec.strategy.rollingUpdate.maxUnavailable"),
				node_get(rolling, STR("maxUnavailable")),
				"may not be 0 when `maxSurge` is 0");
}

static void check_deadline(const struct check *c)
{
	const char *path = "spec.progressDeadlineSeconds";

	if (node_int_at(c->object, path, INT32_MAX) <=
	    node_int_at(c->object, "spec.minReadySeconds", 0))
		field_error_add(c->errors, FIELD_INVALID, str_from_cstr(path),
				node_at(c->object, path), "must be greater than minReadySeconds");
}

static void check_workload(const struct check *c)
{
	check_selector(c);
	check_not_negative(c, "spec.replicas");
	check_pod_spec(c, "spec.template.spec", /* is_template= */ true);
	check_restart_always(c);
}

static void check_deployment(const struct check *c)
{
	check_workload(c);
	check_strategy(c);
	check_deadline(c);
}

/* The parts of a StatefulSet that may change. */
static void check_statefulset(const struct check *c)
{
	static const char *const mutable[] = {
		"replicas",
		"ordinals",
		"template",
		"updateStrategy",
		"revisionHistoryLimit",
		"persistentVolumeClaimRetentionPolicy",
		"minReadySeconds",
	};
	const struct node *now = node_at(c->object, "spec"), *before = node_at(c->old, "spec");

	check_workload(c);
	for (size_t i = 0; c->old && i < ARRAY_COUNT(mutable); i++) {
		now = node_without(c->errors->arena, now, str_from_cstr(mutable[i]));
		before = node_without(c->errors->arena, before, str_from_cstr(mutable[i]));
	}
	if (c->old && !node_equal(now, before))
		field_error_add(c->errors, FIELD_FORBIDDEN, STR("spec"), now,
				"updates to statefulset spec for fields other than 'replicas', "
				"'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
				"'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
				"forbidden");
}

static void check_pod(const struct check *c)
{
	check_pod_spec(c, "spec", /* is_template= */ false);
}

static void check_job(const struct check *c)
{
	const char *path = "spec.template.spec.restartPolicy";
	struct str policy = node_str_at(c->object, path);

	check_pod_spec(c, "spec.template.spec", /* is_template= */ true);
	if (str_equal(policy, STR("Always")) || !policy.len)
		field_error_add(c->errors, FIELD_REQUIRED, str_from_cstr(path),
				node_at(c->object, path), "valid values: \"OnFailure\", \"Never\"");
	if (c->old &&
	    !node_equal(node_at(c->object, "spec.template"), node_at(c->old, "spec.template")))
		field_error_add(c->errors, FIELD_INVALID, STR("spec.template"),
				node_at(c->object, "spec.template"), immutable_text);
}

/* Data */

static void check_keys(const struct check *c, const char *path)
{
	enum { KEY_MAX = 253 };
	const struct node *map = node_at(c->object, path);

	for (uint32_t i = 0; i < node_count(map); i++) {
		struct str key = node_text(map->entries[i].key);
		bool fine = key.len && key.len <= KEY_MAX && !str_equal(key, STR(".")) &&
			    !str_equal(key, STR(".."));
		for (size_t k = 0; fine && k < key.len; k++) {
			char x = key.ptr[k];
			fine = x == '-' || x == '.' || x == '_' || (x >= '0' && x <= '9') ||
			       (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z');
		}
		if (!fine)
			field_error_add(
				c->errors, FIELD_INVALID,
				str_printf(c->errors->arena, "%s[%.*s]", path, STR_FMT(key)),
				map->entries[i].key,
				"a valid config key must consist of alphanumeric "
				"characters, '-', '_' or '.' (e.g. 'key.name',  or "
				"'KEY_NAME',  or 'key-name', regex used for validation is "
				"'[-._a-zA-Z0-9]+')");
	}
}

static void check_frozen_data(const struct check *c)
{
	static const char *const paths[] = { "immutable", "data", "binaryData" };

	if (!node_bool_at(c->old, "immutable", false))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		const struct node *now = node_at(c->object, paths[i]);
		const struct node *before = node_at(c->old, paths[i]);
		bool same = !now || !before ? node_count(now) == node_count(before)
					    : node_equal(now, before);
		if (!same)
			field_error_add(c->errors, FIELD_FORBIDDEN, str_from_cstr(paths[i]), now,
					"field is immutable when `immutable` is set");
	}
}

static void check_configmap(const struct check *c)
{
	check_keys(c, "data");
	check_keys(c, "binaryData");
	check_frozen_data(c);
}

/* Services */

static void check_service(const struct check *c)
{
	const struct node *ports = node_at(c->object, "spec.ports");
	struct str type = node_str_at(c->object, "spec.type");
	struct str ip = node_str_at(c->object, "spec.clusterIP");
	struct str old_ip = node_str_at(c->old, "spec.clusterIP");
	bool headless = str_equal(ip, STR("None"));
	bool external = str_equal(type, STR("ExternalName"));

	if (!node_count(ports) && !headless && !external)
		field_error_add(c->errors, FIELD_REQUIRED, STR("spec.ports"), ports, NULL);
	if (external && !node_str_at(c->object, "spec.externalName").len)
		field_error_add(c->errors, FIELD_REQUIRED, STR("spec.externalName"), NULL, NULL);
	for (uint32_t i = 0; node_count(ports) > 1 && i < ports->count; i++)
		if (!node_str_at(node_item(ports, i), "name").len)
			field_error_add(c->errors, FIELD_REQUIRED,
					str_printf(c->errors->arena, "spec.ports[%u].name", i),
					node_item(ports, i), NULL);
	if (old_ip.len && !external && !str_equal(old_ip, ip))
		field_error_add(c->errors, FIELD_INVALID, STR("spec.clusterIP"),
				node_at(c->object, "spec.clusterIP"), "may not change once set");
}

static void check_hpa(const struct check *c)
{
	int64_t least = node_int_at(c->object, "spec.minReplicas", 1);
	int64_t most = node_int_at(c->object, "spec.maxReplicas", 0);

	if (most < 1)
		field_error_add(c->errors, FIELD_INVALID, STR("spec.maxReplicas"),
				node_at(c->object, "spec.maxReplicas"), "must be greater than 0");
	if (most < least)
		field_error_add(c->errors, FIELD_INVALID, STR("spec.maxReplicas"),
				node_at(c->object, "spec.maxReplicas"),
				"must be greater than or equal to `minReplicas`");
}

static void check_role_ref(const struct check *c)
{
	const struct node *now = node_get(c->object, STR("roleRef"));

	if (c->old && !node_equal(now, node_get(c->old, STR("roleRef"))))
		field_error_add(c->errors, FIELD_INVALID, STR("roleRef"), now,
				"cannot change roleRef");
}

static const struct {
	kind_id kind;
	void (*check)(const struct check *c);
} checks[] = {
	{ KIND_POD, check_pod },
	{ KIND_DEPLOYMENT, check_deployment },
	{ KIND_REPLICASET, check_workload },
	{ KIND_DAEMONSET, check_workload },
	{ KIND_STATEFULSET, check_statefulset },
	{ KIND_JOB, check_job },
	{ KIND_CONFIGMAP, check_configmap },
	{ KIND_SECRET, check_configmap },
	{ KIND_SERVICE, check_service },
	{ KIND_HORIZONTALPODAUTOSCALER, check_hpa },
	{ KIND_ROLEBINDING, check_role_ref },
	{ KIND_CLUSTERROLEBINDING, check_role_ref },
};

void validate_kind(const struct kind *kind, const struct node *object, const struct node *old,
		   struct field_errors *errors)
{
	struct check c = { object, old, errors };

	if (old)
		check_immutable(kind, &c);
	for (size_t i = 0; i < ARRAY_COUNT(checks); i++)
		if (checks[i].kind == kind->id)
			checks[i].check(&c);
}

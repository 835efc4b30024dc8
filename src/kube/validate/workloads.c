/* workloads - Deployments, ReplicaSets, DaemonSets and StatefulSets */
#include "base/arena.h"
#include "base/map.h"
#include "base/num.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "kube/labels.h"
#include "kube/names.h"
#include "kube/validate/inside.h"

static const struct field_path spec_path = { NULL, STR_INIT("spec"), FIELD_PATH_NAME };

#define SPEC(name) FIELD(&spec_path, name)

/* Numbers or percentages */

static bool is_percent(struct str text)
{
	struct str digits = str_strip_suffix(text, STR("%"));

	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return false;
	return digits.len && digits.len < text.len;
}

void validate_int_or_percent(struct field_errors *errors, const struct field_path *path,
			     const struct node *n)
{
	int64_t value;

	if (node_is_null(n))
		return;
	if (node_int64(n, &value))
		field_check_not_negative(errors, path, n);
	else if (!is_percent(node_text(n)))
		field_fault(errors, path, FIELD_INVALID, n,
			    "a valid percent string must be a numeric string followed by an "
			    "ending '%%' (e.g. '1%%',  or '93%%', regex used for validation is "
			    "'[0-9]+%%')");
}

void validate_percent_limit(struct field_errors *errors, const struct field_path *path,
			    const struct node *n)
{
	struct str digits = str_strip_suffix(node_text(n), STR("%"));
	bool is_more = digits.len > 3 || (digits.len == 3 && !str_equal(digits, STR("100")));

	if (is_percent(node_text(n)) && is_more)
		field_fault(errors, path, FIELD_INVALID, n, "must not be greater than 100%%");
}

/* What is neither a number nor a percentage counts as 0, too: getIntOrPercentValue. */
static bool is_zero(const struct node *n)
{
	struct str text = node_text(n);
	int64_t value;

	if (is_percent(text))
		text = str_strip_suffix(text, STR("%"));
	return !num_int64(text, &value) || value == 0;
}

static void check_counts(const struct kind_check *c, const char *const *names, size_t count)
{
	const struct node *spec = node_get(c->object, STR("spec"));

	for (size_t i = 0; i < count; i++) {
		struct str name = str_from_cstr(names[i]);
		field_check_not_negative(c->errors, FIELD_OF(&spec_path, name),
					 node_get(spec, name));
	}
}

/* Pods and templates */

void validate_pod(const struct kind_check *c)
{
	const struct node *spec = node_get(c->object, STR("spec"));

	if (!spec)
		field_fault(c->errors, SPEC("containers"), FIELD_REQUIRED, c->object, NULL);
	else if (!c->old || !node_equal(spec, node_get(c->old, STR("spec"))))
		validate_pod_spec(c->errors, &spec_path, spec, /* is_template= */ false);
	if (spec && c->old)
		validate_pod_change(c);
}

static void check_annotations(struct field_errors *errors, const struct field_path *path,
			      const struct node *annotations)
{
	for (uint32_t i = 0; i < node_entry_count(annotations); i++) {
		const struct node *key = node_entry(annotations, i)->key;
		struct str fault = names_check_qualified(str_lower(errors->arena, node_text(key)));
		if (fault.len)
			field_fault_text(errors, path, FIELD_INVALID, key,
					 field_quoted(errors->arena, node_text(key)), fault.ptr);
	}
}

static void check_template(struct field_errors *errors, const struct field_path *path,
			   const struct node *template)
{
	const struct node *spec = node_get(template, STR("spec"));

	validate_labels(errors, FIELD(path, "labels"), node_at(template, "metadata.labels"));
	check_annotations(errors, FIELD(path, "annotations"),
			  node_at(template, "metadata.annotations"));
	if (spec)
		validate_pod_spec(errors, FIELD(path, "spec"), spec, /* is_template= */ true);
	else
		field_fault(errors, FIELD(path, "spec.containers"), FIELD_REQUIRED, template, NULL);
}

static bool is_empty_selector(const struct node *selector)
{
	return !node_entry_count(node_get(selector, STR("matchLabels"))) &&
	       !node_item_count(node_get(selector, STR("matchExpressions")));
}

/* Value null when there is none. */
static void tell_mismatch(struct field_errors *errors, const struct node *template)
{
	const struct node *labels = node_at(template, "metadata.labels");

	field_fault_text(errors, SPEC("template.metadata.labels"), FIELD_INVALID,
			 labels ? labels : template,
			 labels ? json_text(errors->arena, labels, JSON_SORT_KEYS) : STR("null"),
			 "`selector` does not match template `labels`");
}

static bool is_changed(const struct kind_check *c, struct trusted_path path)
{
	const struct node *now = node_find(c->object, path), *before = node_find(c->old, path);
	return !c->old || !now || !before || !node_equal(now, before);
}

/* Claims of a StatefulSet are volumes of its pods. */
static const struct node *with_claims(const struct kind_check *c, const struct node *template)
{
	struct arena *arena = c->errors->arena;
	const struct node *claims = node_at(c->object, "spec.volumeClaimTemplates");
	const struct node *spec = node_get(template, STR("spec"));
	const struct node *volumes = node_get(spec, STR("volumes"));
	struct nodes all = {};
	struct map names;

	validate_volume_names(arena, volumes, &names);
	nodes_add_all(arena, &all, volumes);
	for (uint32_t i = 0; spec && i < node_item_count(claims); i++) {
		struct str name = node_str_at(node_item(claims, i), "metadata.name");
		if (name.len && map_put(&names, name, &names))
			continue;
		nodes_add(arena, &all,
			  node_make(arena, "{name: %s, persistentVolumeClaim: {claimName: claim}}",
				    name));
	}
	return node_item_count(claims) && spec
		       ? node_with(arena, template, STR("spec"),
				   node_with(arena, spec, STR("volumes"), nodes_list(arena, &all)))
		       : template;
}

/* Pods of these controllers have restartPolicy Always and no activeDeadlineSeconds. */
static void check_running_template(const struct kind_check *c, const char *of)
{
	const struct node *template = with_claims(c, node_at(c->object, "spec.template"));
	const struct node *deadline = node_at(template, "spec.activeDeadlineSeconds");
	const struct field_path *path = SPEC("template");

	if (!is_changed(c, TRUSTED_PATH("spec.template")))
		return;
	check_template(c->errors, path, template);
	field_check_words(c->errors, FIELD(path, "spec.restartPolicy"),
			  node_at(template, "spec.restartPolicy"), "Always");
	if (!node_is_null(deadline))
		field_fault(c->errors, FIELD(path, "spec.activeDeadlineSeconds"), FIELD_FORBIDDEN,
			    deadline, "activeDeadlineSeconds in %s is not Supported", of);
}

/* Selector and template together; of: in lower case, as the message has it. */
static void check_selector(const struct kind_check *c, const char *of)
{
	const struct node *selector = node_at(c->object, "spec.selector");
	const struct node *template = node_at(c->object, "spec.template");
	uint32_t before = c->errors->count;

	if (!selector)
		field_fault(c->errors, SPEC("selector"), FIELD_REQUIRED,
			    node_get(c->object, STR("spec")), NULL);
	else if (is_empty_selector(selector))
		field_fault(c->errors, SPEC("selector"), FIELD_INVALID, selector,
			    "empty selector is invalid for %s", of);
	validate_label_selector(c->errors, SPEC("selector"), selector);
	if (selector && c->errors->count > before && !is_empty_selector(selector))
		field_fault(c->errors, SPEC("selector"), FIELD_INVALID, selector,
			    "invalid label selector");
	else if (!selector || (!is_empty_selector(selector) &&
			       !labels_match(selector, node_at(template, "metadata.labels"))))
		tell_mismatch(c->errors, template);
}

/* Strategies. An unknown one is shown as Go prints the struct. */

static struct str strategy_text(struct arena *arena, const struct node *strategy)
{
	return str_printf(arena, "{\"Type\":\"%.*s\",\"RollingUpdate\":null}",
			  STR_FMT(node_str_at(strategy, "type")));
}

static void check_rolling_update(const struct kind_check *c, const struct node *rolling)
{
	const struct node *unavailable = node_get(rolling, STR("maxUnavailable"));
	const struct node *surge = node_get(rolling, STR("maxSurge"));
	const struct field_path *path = SPEC("strategy.rollingUpdate");

	validate_int_or_percent(c->errors, FIELD(path, "maxUnavailable"), unavailable);
	validate_int_or_percent(c->errors, FIELD(path, "maxSurge"), surge);
	if (surge && unavailable && is_zero(surge) && is_zero(unavailable))
		field_fault(c->errors, FIELD(path, "maxUnavailable"), FIELD_INVALID, unavailable,
			    "may not be 0 when `maxSurge` is 0");
	validate_percent_limit(c->errors, FIELD(path, "maxUnavailable"), unavailable);
}

static void check_strategy(const struct kind_check *c)
{
	const struct node *strategy = node_at(c->object, "spec.strategy");
	const struct node *rolling = node_get(strategy, STR("rollingUpdate"));
	struct str type = node_str_at(strategy, "type");

	if (str_equal(type, STR("Recreate"))) {
		if (!node_is_null(rolling))
			field_fault(c->errors, SPEC("strategy.rollingUpdate"), FIELD_FORBIDDEN,
				    rolling,
				    "may not be specified when strategy `type` is 'Recreate'");
	} else if (str_equal(type, STR("RollingUpdate"))) {
		check_rolling_update(c, rolling);
	} else if (type.len) {
		field_fault_text(c->errors, SPEC("strategy"), FIELD_NOT_SUPPORTED,
				 node_get(strategy, STR("type")),
				 strategy_text(c->errors->arena, strategy),
				 "supported values: \"Recreate\", \"RollingUpdate\"");
	}
}

void validate_deployment(const struct kind_check *c)
{
	static const char *const counts[] = { "minReadySeconds", "revisionHistoryLimit",
					      "progressDeadlineSeconds" };
	const struct node *deadline = node_at(c->object, "spec.progressDeadlineSeconds");

	field_check_not_negative(c->errors, SPEC("replicas"), node_at(c->object, "spec.replicas"));
	check_selector(c, "deployment");
	check_running_template(c, "ReplicaSet");
	check_strategy(c);
	check_counts(c, counts, ARRAY_COUNT(counts));
	if (deadline && node_int_at(c->object, "spec.progressDeadlineSeconds", INT32_MAX) <=
				node_int_at(c->object, "spec.minReadySeconds", 0))
		field_fault(c->errors, SPEC("progressDeadlineSeconds"), FIELD_INVALID, deadline,
			    "must be greater than minReadySeconds");
}

void validate_replica_set(const struct kind_check *c)
{
	static const char *const counts[] = { "replicas", "minReadySeconds" };

	check_counts(c, counts, ARRAY_COUNT(counts));
	check_selector(c, "deployment"); /* the words of the API server */
	check_running_template(c, "ReplicaSet");
}

static void check_daemon_strategy(const struct kind_check *c)
{
	const struct node *strategy = node_at(c->object, "spec.updateStrategy");
	const struct node *rolling = node_get(strategy, STR("rollingUpdate"));
	const struct node *unavailable = node_get(rolling, STR("maxUnavailable"));
	const struct node *surge = node_get(rolling, STR("maxSurge"));
	const struct field_path *path = SPEC("updateStrategy.rollingUpdate");
	struct str type = node_str_at(strategy, "type");

	if (type.len && !str_equal(type, STR("RollingUpdate")) && !str_equal(type, STR("OnDelete")))
		field_fault_text(c->errors, SPEC("updateStrategy"), FIELD_NOT_SUPPORTED,
				 node_get(strategy, STR("type")),
				 strategy_text(c->errors->arena, strategy),
				 "supported values: \"RollingUpdate\", \"OnDelete\"");
	if (!str_equal(type, STR("RollingUpdate")))
		return;
	validate_int_or_percent(c->errors, FIELD(path, "maxUnavailable"), unavailable);
	validate_int_or_percent(c->errors, FIELD(path, "maxSurge"), surge);
	bool no_surge = !surge || is_zero(surge);
	if (unavailable && is_zero(unavailable) && no_surge)
		field_fault(c->errors, FIELD(path, "maxUnavailable"), FIELD_REQUIRED, unavailable,
			    "cannot be 0 when maxSurge is 0");
	else if (unavailable && !is_zero(unavailable) && !no_surge)
		field_fault(c->errors, FIELD(path, "maxSurge"), FIELD_INVALID, surge,
			    "may not be set when maxUnavailable is non-zero");
	validate_percent_limit(c->errors, FIELD(path, "maxUnavailable"), unavailable);
	validate_percent_limit(c->errors, FIELD(path, "maxSurge"), surge);
}

void validate_daemon_set(const struct kind_check *c)
{
	static const char *const counts[] = { "minReadySeconds", "revisionHistoryLimit" };
	const struct node *selector = node_at(c->object, "spec.selector");
	const struct node *template = node_at(c->object, "spec.template");

	validate_label_selector(c->errors, SPEC("selector"), selector);
	if (!labels_match(selector, node_at(template, "metadata.labels")))
		tell_mismatch(c->errors, template);
	if (selector && is_empty_selector(selector))
		field_fault(c->errors, SPEC("selector"), FIELD_INVALID, selector,
			    "empty selector is invalid for daemonset");
	check_running_template(c, "DaemonSet");
	check_counts(c, counts, 1);
	check_daemon_strategy(c);
	check_counts(c, counts + 1, 1);
}

/* StatefulSets */

static void check_stateful_strategy(const struct kind_check *c)
{
	const struct node *strategy = node_at(c->object, "spec.updateStrategy");
	const struct node *rolling = node_get(strategy, STR("rollingUpdate"));
	const struct node *partition = node_get(rolling, STR("partition"));
	struct str type = node_str_at(strategy, "type");
	struct arena *arena = c->errors->arena;

	if (str_equal(type, STR("OnDelete"))) {
		if (!node_is_null(rolling))
			field_fault_text(
				c->errors, SPEC("updateStrategy.rollingUpdate"), FIELD_INVALID,
				rolling,
				str_printf(arena, "{\"Partition\":%.*s,\"MaxUnavailable\":null}",
					   STR_FMT(partition ? node_text(partition) : STR("0"))),
				"only allowed for updateStrategy 'RollingUpdate'");
	} else if (str_equal(type, STR("RollingUpdate"))) {
		field_check_not_negative(c->errors, SPEC("updateStrategy.rollingUpdate.partition"),
					 partition);
	} else if (type.len) {
		field_fault_text(c->errors, SPEC("updateStrategy"), FIELD_INVALID,
				 node_get(strategy, STR("type")), strategy_text(arena, strategy),
				 "must be 'RollingUpdate' or 'OnDelete'");
	}
}

/* The parts of a StatefulSet that may change. */
static void check_stateful_change(const struct kind_check *c)
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

	for (size_t i = 0; i < ARRAY_COUNT(mutable); i++) {
		now = node_without(c->errors->arena, now, str_from_cstr(mutable[i]));
		before = node_without(c->errors->arena, before, str_from_cstr(mutable[i]));
	}
	if (!node_equal(now, before))
		field_fault(c->errors, &spec_path, FIELD_FORBIDDEN, now,
			    "updates to statefulset spec for fields other than 'replicas', "
			    "'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
			    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
			    "forbidden");
}

void validate_stateful_set(const struct kind_check *c)
{
	static const char *const counts[] = { "replicas", "minReadySeconds" };
	const struct node *policy = node_at(c->object, "spec.podManagementPolicy");
	const struct node *service = node_at(c->object, "spec.serviceName");
	struct str word = node_text(policy);

	if (word.len && !str_equal(word, STR("OrderedReady")) && !str_equal(word, STR("Parallel")))
		field_fault(c->errors, SPEC("podManagementPolicy"), FIELD_INVALID, policy,
			    "must be 'OrderedReady' or 'Parallel'");
	check_stateful_strategy(c);
	check_counts(c, counts, ARRAY_COUNT(counts));
	field_check_not_negative(c->errors, SPEC("ordinals.start"),
				 node_at(c->object, "spec.ordinals.start"));
	if (node_text(service).len)
		field_check_text(c->errors, SPEC("serviceName"), service,
				 names_check_dns1123_label);
	check_selector(c, "statefulset");
	check_running_template(c, "StatefulSet");
	if (c->old)
		check_stateful_change(c);
}

/* Jobs */

void validate_job_template(const struct kind_check *c, const struct field_path *path,
			   const struct node *spec)
{
	static const char *const counts[] = { "parallelism",	       "completions",
					      "activeDeadlineSeconds", "backoffLimit",
					      "backoffLimitPerIndex",  "ttlSecondsAfterFinished",
					      "maxFailedIndexes" };
	const struct node *template = node_get(spec, STR("template"));
	const struct node *policy = node_at(template, "spec.restartPolicy");
	struct str word = node_text(policy);

	for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
		struct str name = str_from_cstr(counts[i]);
		field_check_not_negative(c->errors, FIELD_OF(path, name), node_get(spec, name));
	}
	check_template(c->errors, FIELD(path, "template"), template);
	if (str_equal(word, STR("Always")) || !word.len)
		field_fault(c->errors, FIELD(path, "template.spec.restartPolicy"), FIELD_REQUIRED,
			    policy ? policy : template, "valid values: \"OnFailure\", \"Never\"");
	else if (node_get(spec, STR("podFailurePolicy")) && !str_equal(word, STR("Never")))
		field_fault(c->errors, FIELD(path, "template.spec.restartPolicy"), FIELD_INVALID,
			    policy,
			    "only \"Never\" is supported when podFailurePolicy is specified");
}

static void check_indexed(const struct kind_check *c)
{
	enum { PARALLELISM_MAX = 100000 };
	const struct node *spec = node_get(c->object, STR("spec"));
	const struct node *parallelism = node_get(spec, STR("parallelism"));
	bool is_indexed = str_equal(node_str_at(spec, "completionMode"), STR("Indexed"));

	if (is_indexed && node_is_null(node_get(spec, STR("completions"))))
		field_fault(c->errors, SPEC("completions"), FIELD_REQUIRED, spec,
			    "when completion mode is Indexed");
	if (is_indexed && node_int_at(spec, "parallelism", 0) > PARALLELISM_MAX)
		field_fault(c->errors, SPEC("parallelism"), FIELD_INVALID, parallelism,
			    "must be less than or equal to %d when completion mode is Indexed",
			    PARALLELISM_MAX);
	const struct node *limit = node_get(spec, STR("backoffLimitPerIndex"));
	const struct node *failed = node_get(spec, STR("maxFailedIndexes"));
	if (!is_indexed && !node_is_null(limit))
		field_fault(c->errors, SPEC("backoffLimitPerIndex"), FIELD_INVALID, limit,
			    "requires indexed completion mode");
	if (!node_is_null(failed) && node_is_null(limit))
		field_fault(c->errors, SPEC("backoffLimitPerIndex"), FIELD_REQUIRED, spec,
			    "when maxFailedIndexes is specified");
	if (!is_indexed && !node_is_null(failed))
		field_fault(c->errors, SPEC("maxFailedIndexes"), FIELD_INVALID, failed,
			    "requires indexed completion mode");
}

/* Indexes may come and go, as long as all of them run at once. */
static void check_completions_change(const struct kind_check *c)
{
	const struct node *spec = node_get(c->object, STR("spec"));
	const struct node *now = node_get(spec, STR("completions"));
	const struct node *before = node_at(c->old, "spec.completions");
	bool is_indexed = str_equal(node_str_at(spec, "completionMode"), STR("Indexed"));

	if (node_equal(now, before))
		return;
	if (!is_indexed)
		field_fault(c->errors, SPEC("completions"), FIELD_INVALID, now ? now : node_null(),
			    "field is immutable");
	else if (node_int_at(spec, "completions", 0) != node_int_at(spec, "parallelism", 0))
		field_fault(c->errors, SPEC("completions"), FIELD_INVALID, now ? now : node_null(),
			    "can only be modified in tandem with spec.parallelism");
}

void validate_job(const struct kind_check *c)
{
	validate_job_template(c, &spec_path, node_get(c->object, STR("spec")));
	check_indexed(c);
	if (c->old)
		check_completions_change(c);
	if (c->old && is_changed(c, TRUSTED_PATH("spec.template")))
		field_fault(c->errors, SPEC("template"), FIELD_INVALID,
			    node_at(c->object, "spec.template"), "field is immutable");
}

void validate_cron_job(const struct kind_check *c)
{
	enum { NAME_MAX_BYTES = 52 };
	static const char *const counts[] = { "startingDeadlineSeconds" };
	static const char *const limits[] = { "successfulJobsHistoryLimit",
					      "failedJobsHistoryLimit" };
	const struct node *name = node_at(c->object, "metadata.name");
	const struct node *schedule = node_at(c->object, "spec.schedule");
	const struct node *zone = node_at(c->object, "spec.timeZone");

	if (!node_text(schedule).len) {
		field_fault(c->errors, SPEC("schedule"), FIELD_REQUIRED,
			    node_get(c->object, STR("spec")), NULL);
	} else {
		struct str fault = validate_schedule(c->errors->arena, node_text(schedule));
		if (fault.len)
			field_fault(c->errors, SPEC("schedule"), FIELD_INVALID, schedule, "%.*s",
				    STR_FMT(fault));
	}
	check_counts(c, counts, ARRAY_COUNT(counts));
	validate_job_template(c, SPEC("jobTemplate.spec"),
			      node_at(c->object, "spec.jobTemplate.spec"));
	if (!node_is_null(zone) && !node_text(zone).len)
		field_fault(c->errors, SPEC("timeZone"), FIELD_INVALID, zone,
			    "timeZone must be nil or non-empty string");
	check_counts(c, limits, ARRAY_COUNT(limits));
	if (!c->old && node_text(name).len > NAME_MAX_BYTES)
		field_fault(c->errors, FIELD(NULL, "metadata.name"), FIELD_INVALID, name,
			    "must be no more than %d characters", NAME_MAX_BYTES);
}

/* scale - autoscalers and disruption budgets */
#include "base/arena.h"
#include "doc/json.h"
#include "kube/names.h"
#include "kube/object.h"
#include "kube/quantity.h"
#include "kube/schema/schemas.h"
#include "kube/validate/inside.h"

static const struct field_path spec_path = { NULL, STR_INIT("spec"), FIELD_PATH_NAME };

#define SPEC(name) FIELD(&spec_path, name)

/* Targets */

static void check_reference(struct field_errors *errors, const struct field_path *path,
			    const struct node *ref)
{
	static const struct str names[] = { STR_INIT("kind"), STR_INIT("name") };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const struct node *n = node_get(ref, names[i]);
		if (!node_text(n).len)
			field_fault(errors, FIELD_OF(path, names[i]), FIELD_REQUIRED, ref, NULL);
		else
			field_check_text(errors, FIELD_OF(path, names[i]), n,
					 names_check_path_segment);
	}
}

static void check_target_version(struct field_errors *errors, const struct field_path *path,
				 const struct node *ref)
{
	const struct node *version = node_get(ref, STR("apiVersion"));
	struct str text = node_text(version), rest = text;
	struct str shown = field_quoted(errors->arena, text);

	str_cut(&rest, '/');
	if (rest.ptr && str_find_char(rest, '/') >= 0)
		field_fault(errors, path, FIELD_INVALID, version,
			    "unexpected GroupVersion string: %.*s", STR_FMT(text));
	else if (!rest.ptr && !str_equal(node_str_at(ref, "kind"), STR("ReplicationController")))
		field_fault_text(errors, path, FIELD_INVALID, version ? version : ref, shown,
				 "apiVersion must specify API group");
}

/* Metrics */

/* What a target of a kind of metric must have. */
enum target_rule { TARGET_UTILIZATION, TARGET_AVERAGE, TARGET_OBJECT, TARGET_EXTERNAL };

static const struct {
	struct str type;  /* Resource */
	struct str field; /* resource */
	enum target_rule rule;
} metric_kinds[] = {
	{ STR_INIT("Object"), STR_INIT("object"), TARGET_OBJECT },
	{ STR_INIT("Pods"), STR_INIT("pods"), TARGET_AVERAGE },
	{ STR_INIT("Resource"), STR_INIT("resource"), TARGET_UTILIZATION },
	{ STR_INIT("ContainerResource"), STR_INIT("containerResource"), TARGET_UTILIZATION },
	{ STR_INIT("External"), STR_INIT("external"), TARGET_EXTERNAL },
};

static void check_positive(struct field_errors *errors, const struct field_path *path,
			   const struct node *n)
{
	if (!node_is_null(n) && quantity_milli(n, 1) <= 0)
		field_fault_text(errors, path, FIELD_INVALID, n,
				 field_quoted(errors->arena, node_text(n)), "must be positive");
}

static void check_target_values(struct field_errors *errors, const struct field_path *path,
				const struct node *target)
{
	const struct node *type = node_get(target, STR("type"));
	const struct node *utilization = node_get(target, STR("averageUtilization"));
	struct str word = node_text(type);
	int64_t percent;

	if (!word.len)
		field_fault(errors, FIELD(path, "type"), FIELD_REQUIRED, target,
			    "must specify a metric target type");
	if (!str_equal(word, STR("Utilization")) && !str_equal(word, STR("Value")) &&
	    !str_equal(word, STR("AverageValue")))
		field_fault_text(errors, FIELD(path, "type"), FIELD_INVALID, type ? type : target,
				 field_quoted(errors->arena, word),
				 "must be either Utilization, Value, or AverageValue");
	check_positive(errors, FIELD(path, "value"), node_get(target, STR("value")));
	check_positive(errors, FIELD(path, "averageValue"), node_get(target, STR("averageValue")));
	if (node_int64(utilization, &percent) && percent < 1)
		field_fault(errors, FIELD(path, "averageUtilization"), FIELD_INVALID, utilization,
			    "must be greater than 0");
}

static void check_target(struct field_errors *errors, const struct field_path *path,
			 const struct node *target, enum target_rule rule)
{
	bool has_value = !node_is_null(node_get(target, STR("value")));
	const struct node *average = node_get(target, STR("averageValue"));
	bool has_average = !node_is_null(average);
	bool has_share = !node_is_null(node_get(target, STR("averageUtilization")));
	static const char *const missing[] = {
		[TARGET_UTILIZATION] = "must set either a target raw value or a target utilization",
		[TARGET_AVERAGE] = "must specify a positive target averageValue",
		[TARGET_OBJECT] = "must set either a target value or averageValue",
		[TARGET_EXTERNAL] = "must set either a target value for metric or a per-pod target",
	};
	bool has_any = rule == TARGET_UTILIZATION ? has_share || has_average
		       : rule == TARGET_AVERAGE	  ? has_average
						  : has_value || has_average;

	check_target_values(errors, path, target);
	if (!has_any)
		field_fault(errors,
			    rule == TARGET_UTILIZATION ? FIELD(path, "averageUtilization")
						       : FIELD(path, "averageValue"),
			    FIELD_REQUIRED, target, "%s", missing[rule]);
	else if (rule == TARGET_UTILIZATION && has_share && has_average)
		field_fault(errors, FIELD(path, "averageValue"), FIELD_FORBIDDEN, average,
			    "may not set both a target raw value and a target utilization");
}

static void check_source(struct field_errors *errors, const struct field_path *path,
			 const struct node *source, enum target_rule rule)
{
	bool is_resource = rule == TARGET_UTILIZATION;
	const struct node *object = node_get(source, STR("describedObject"));

	if (is_resource && !node_str_at(source, "name").len)
		field_fault(errors, FIELD(path, "name"), FIELD_REQUIRED, source,
			    "must specify a resource name");
	if (is_resource && node_get(source, STR("container")) &&
	    !node_str_at(source, "container").len)
		field_fault(errors, FIELD(path, "container"), FIELD_REQUIRED, source,
			    "must specify a container");
	if (rule == TARGET_OBJECT)
		check_reference(errors, FIELD(path, "describedObject"), object);
	if (!is_resource && !node_str_at(source, "metric.name").len)
		field_fault(errors, FIELD(path, "metric.name"), FIELD_REQUIRED, source,
			    "must specify a metric name");
	check_target(errors, FIELD(path, "target"), node_get(source, STR("target")), rule);
}

static void check_metric(struct field_errors *errors, const struct field_path *path,
			 const struct node *metric)
{
	struct str type = node_str_at(metric, "type");

	for (size_t i = 0; i < ARRAY_COUNT(metric_kinds); i++) {
		const struct node *source = node_get(metric, metric_kinds[i].field);
		const struct field_path *at = FIELD_OF(path, metric_kinds[i].field);
		bool is_own = str_equal(metric_kinds[i].type, type);
		if (is_own && node_is_null(source))
			field_fault(errors, at, FIELD_REQUIRED, metric,
				    "must populate information for the given metric source");
		else if (is_own)
			check_source(errors, at, source, metric_kinds[i].rule);
		else if (!node_is_null(source) && type.len)
			field_fault(errors, at, FIELD_FORBIDDEN, source,
				    "must populate the given metric source only");
	}
}

/* Behaviour */

static void check_window(struct field_errors *errors, const struct field_path *path,
			 const struct node *window)
{
	enum { WINDOW_MAX_S = 3600 };
	int64_t seconds;

	if (!node_int64(window, &seconds))
		return;
	if (seconds < 0)
		field_fault(errors, path, FIELD_INVALID, window,
			    "must be greater than or equal to zero");
	if (seconds > WINDOW_MAX_S)
		field_fault(errors, path, FIELD_INVALID, window, "must be less than or equal to %d",
			    WINDOW_MAX_S);
}

static void check_policy(struct field_errors *errors, const struct field_path *path,
			 const struct node *policy)
{
	enum { PERIOD_MAX_S = 1800 };
	const struct node *value = node_get(policy, STR("value"));
	const struct node *period = node_get(policy, STR("periodSeconds"));
	int64_t number;

	field_check_words(errors, FIELD(path, "type"), node_get(policy, STR("type")),
			  "Percent Pods");
	if (node_int64(value, &number) && number <= 0)
		field_fault(errors, FIELD(path, "value"), FIELD_INVALID, value,
			    "must be greater than zero");
	if (!node_int64(period, &number))
		return;
	if (number <= 0)
		field_fault(errors, FIELD(path, "periodSeconds"), FIELD_INVALID, period,
			    "must be greater than zero");
	if (number > PERIOD_MAX_S)
		field_fault(errors, FIELD(path, "periodSeconds"), FIELD_INVALID, period,
			    "must be less than or equal to %d", PERIOD_MAX_S);
}

static void check_behavior(const struct kind_check *c, struct str direction)
{
	const struct node *rules = node_get(node_at(c->object, "spec.behavior"), direction);
	const struct node *policies = node_get(rules, STR("policies"));
	const struct field_path *path = FIELD_OF(SPEC("behavior"), direction);

	if (!rules)
		return;
	check_window(c->errors, FIELD(path, "stabilizationWindowSeconds"),
		     node_get(rules, STR("stabilizationWindowSeconds")));
	if (policies && !node_item_count(policies))
		field_fault(c->errors, FIELD(path, "policies"), FIELD_REQUIRED, policies,
			    "must specify at least one Policy");
	for (uint32_t i = 0; i < node_item_count(policies); i++)
		check_policy(c->errors, ITEM(FIELD(path, "policies"), i), node_item(policies, i));
}

static void check_replicas(const struct kind_check *c)
{
	const struct node *least = node_at(c->object, "spec.minReplicas");
	const struct node *most = node_at(c->object, "spec.maxReplicas");
	int64_t min = node_int_at(c->object, "spec.minReplicas", 1);
	int64_t max = node_int_at(c->object, "spec.maxReplicas", 0);

	int64_t floor = schemas_has_gate(c->schemas, SCHEMAS_HPA_SCALE_TO_ZERO) ? 0 : 1;

	if (min < floor)
		field_fault(c->errors, SPEC("minReplicas"), FIELD_INVALID, least,
			    "must be greater than or equal to %lld", (long long)floor);
	if (max < 1)
		field_fault(c->errors, SPEC("maxReplicas"), FIELD_INVALID, most,
			    "must be greater than 0");
	if (max < min)
		field_fault(c->errors, SPEC("maxReplicas"), FIELD_INVALID, most,
			    "must be greater than or equal to `minReplicas`");
}

static bool measures_outside(const struct node *metrics)
{
	for (uint32_t i = 0; i < node_item_count(metrics); i++) {
		struct str type = node_str_at(node_item(metrics, i), "type");
		if (str_equal(type, STR("Object")) || str_equal(type, STR("External")))
			return true;
	}
	return false;
}

void validate_autoscaler(const struct kind_check *c)
{
	const struct node *target = node_at(c->object, "spec.scaleTargetRef");
	const struct node *metrics = node_at(c->object, "spec.metrics");

	check_replicas(c);
	check_reference(c->errors, SPEC("scaleTargetRef"), target);
	check_target_version(c->errors, SPEC("scaleTargetRef.apiVersion"), target);
	for (uint32_t i = 0; i < node_item_count(metrics); i++)
		check_metric(c->errors, ITEM(SPEC("metrics"), i), node_item(metrics, i));
	if (node_int_at(c->object, "spec.minReplicas", 1) == 0 && !measures_outside(metrics))
		field_fault(c->errors, SPEC("metrics"), FIELD_FORBIDDEN, metrics,
			    "must specify at least one Object or External metric to support "
			    "scaling to zero replicas");
	check_behavior(c, STR("scaleUp"));
	check_behavior(c, STR("scaleDown"));
}

/* Budgets */

static struct str go_value(struct arena *arena, const struct node *n)
{
	int64_t number;

	if (node_is_null(n))
		return STR("null");
	return node_int64(n, &number) ? node_text(n) : field_quoted(arena, node_text(n));
}

static void tell_both(const struct kind_check *c, const struct node *spec)
{
	struct arena *arena = c->errors->arena;
	const struct node *selector = node_get(spec, STR("selector"));
	const struct node *policy = node_get(spec, STR("unhealthyPodEvictionPolicy"));

	field_fault_text(
		c->errors, &spec_path, FIELD_INVALID, spec,
		str_printf(arena,
			   "{\"MinAvailable\":%.*s,\"Selector\":%.*s,\"MaxUnavailable\":%.*s,"
			   "\"UnhealthyPodEvictionPolicy\":%.*s}",
			   STR_FMT(go_value(arena, node_get(spec, STR("minAvailable")))),
			   STR_FMT(selector ? json_text(arena, selector, JSON_SORT_KEYS)
					    : STR("null")),
			   STR_FMT(go_value(arena, node_get(spec, STR("maxUnavailable")))),
			   STR_FMT(go_value(arena, policy))),
		"minAvailable and maxUnavailable cannot be both set");
}

void validate_budget(const struct kind_check *c)
{
	static const struct str limits[] = { STR_INIT("minAvailable"), STR_INIT("maxUnavailable") };
	const struct node *spec = node_get(c->object, STR("spec"));

	if (!node_is_null(node_get(spec, limits[0])) && !node_is_null(node_get(spec, limits[1])))
		tell_both(c, spec);
	for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
		const struct node *n = node_get(spec, limits[i]);
		validate_int_or_percent(c->errors, FIELD_OF(&spec_path, limits[i]), n);
		validate_percent_limit(c->errors, FIELD_OF(&spec_path, limits[i]), n);
	}
	validate_label_selector(c->errors, SPEC("selector"), node_get(spec, STR("selector")));
}

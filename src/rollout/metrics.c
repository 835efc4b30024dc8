/* metrics - the metric checks of an analysis */
#include "base/arena.h"
#include "base/duration.h"
#include "base/num.h"
#include "doc/make.h"
#include "rollout/tick.h"

enum { MICRO = 1000000 };

/* One metric of the analysis. */
struct metric {
	const struct node *node;
	uint32_t index;
	struct str name;
	const struct object *template; /* NULL: none */
};

static struct str provider_word(struct tick *t)
{
	if (t->kind->has_services)
		return t->provider;
	return str_concat(t->arena, t->provider, STR(":service"));
}

static bool is_builtin(struct str name)
{
	return str_equal(name, STR("request-success-rate")) ||
	       str_equal(name, STR("request-duration"));
}

static struct key template_key(const struct tick *t, const struct node *metric)
{
	struct str namespace = node_str_at(metric, "templateRef.namespace");

	return (struct key){ namespace.len ? namespace : t->key.namespace,
			     node_str_at(metric, "templateRef.name") };
}

static const struct node *question(struct tick *t, struct str query, struct str address)
{
	return node_make(t->arena, "{query: %s, address: %s}", query, address);
}

static struct str address_of(const struct tick *t, const struct object *template)
{
	return template ? node_str_at(template->root, "spec.provider.address")
			: node_str_at(t->root, "spec.metricsServer");
}

static bool is_fault(const struct answer *a)
{
	return a->code == 0 || a->code >= 300;
}

/* Credentials that a template names must be there. */
static struct str missing_secret(struct tick *t, const char *word, const struct object *template)
{
	struct str name = node_str_at(template->root, "spec.provider.secretRef.name");
	struct key key = { template->key.namespace, name };

	if (!name.len || view_get(t->view, KIND_SECRET, key))
		return STR_NONE;
	return tick_fault(t, "%s template %.*s.%.*s secret %.*s error: secrets \"%.*s\" not found",
			  word, STR_FMT(template->key.name), STR_FMT(key.namespace), STR_FMT(name),
			  STR_FMT(name));
}

/* Availability */

/* Absent fault and pending: wait. */
static struct str check_one_online(struct tick *t, const struct node *metric, uint32_t index)
{
	const struct object *template = NULL;
	struct key key = template_key(t, metric);
	bool builtin = is_builtin(node_str_at(metric, "name"));

	if (!builtin && !key.name.len)
		return STR_NONE;
	if (!builtin && !(template = view_get(t->view, KIND_METRICTEMPLATE, key)))
		return tick_fault(t,
				  "metric template %.*s.%.*s error: metrictemplate.flagger.app "
				  "\"%.*s\" not found",
				  STR_FMT(key.name), STR_FMT(key.namespace), STR_FMT(key.name));
	struct str fault = template ? missing_secret(t, "metric", template) : STR_NONE;
	if (fault.ptr)
		return fault;
	struct str name = str_printf(t->arena, "online/%u", index);
	const struct answer *a = tick_ask(t, STR("query"), name,
					  question(t, STR("vector(1)"), address_of(t, template)));
	if (!a || (!is_fault(a) && a->has_value && a->value_micro == MICRO))
		return STR_NONE;
	struct str why = tick_fault(t, "running query failed: %.*s",
				    STR_FMT(a->text.len ? a->text : STR("no values found")));
	if (builtin)
		return tick_fault(t, "prometheus not avaiable: %.*s", STR_FMT(why));
	return tick_fault(t, "%.*s in metric template %.*s.%.*s not avaiable: %.*s",
			  STR_FMT(node_str_at(template->root, "spec.provider.type")),
			  STR_FMT(key.name), STR_FMT(key.namespace), STR_FMT(why));
}

void metrics_check_online(struct tick *t)
{
	const struct node *list = node_get(t->analysis, STR("metrics"));

	for (uint32_t i = 0; i < node_count(list) && !t->pending; i++) {
		struct str fault = check_one_online(t, node_item(list, i), i);
		if (fault.ptr) {
			tick_warn(t, "Error checking metric providers: %.*s", STR_FMT(fault));
			return;
		}
	}
	tick_tell(t, "all the metrics providers are available!");
}

/* Thresholds, in millionths */

static bool micro_of(const struct node *n, int64_t *ret)
{
	double value;

	if (!num_double(node_text(n), &value))
		return false;
	value *= MICRO;
	if (value > 9e18 || value < -9e18)
		return false;
	*ret = (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
	return true;
}

/* A number as Go prints a float64 with %v. */
static struct str go_number(struct tick *t, const struct node *n)
{
	double value = 0;

	num_double(node_text(n), &value);
	return num_format_double(t->arena, value, 'g');
}

static struct str two_digits(struct tick *t, int64_t micro)
{
	return str_printf(t->arena, "%.2f", (double)micro / MICRO);
}

/* The limit that the value breaks, as "< 99", or an absent text. */
static struct str broken_limit(struct tick *t, const struct metric *m, int64_t value_micro,
			       bool threshold_is_least)
{
	const struct node *range = node_get(m->node, STR("thresholdRange"));
	const struct node *min = node_get(range, STR("min")), *max = node_get(range, STR("max"));
	const struct node *threshold = node_get(m->node, STR("threshold"));
	int64_t limit = 0;

	if (range) {
		if (micro_of(min, &limit) && value_micro < limit)
			return tick_fault(t, "< %.*s", STR_FMT(go_number(t, min)));
		if (micro_of(max, &limit) && value_micro > limit)
			return tick_fault(t, "> %.*s", STR_FMT(go_number(t, max)));
		return STR_NONE;
	}
	micro_of(threshold, &limit);
	struct str text = threshold ? go_number(t, threshold) : STR("0");
	if (threshold_is_least)
		return limit > value_micro ? tick_fault(t, "< %.*s", STR_FMT(text)) : STR_NONE;
	return value_micro > limit ? tick_fault(t, "> %.*s", STR_FMT(text)) : STR_NONE;
}

/* Asking */

/* True: *ret_micro is set. False: told why, or waiting. */
static bool ask(struct tick *t, const struct metric *m, struct str query, const char *failed,
		int64_t *ret_micro, bool *ret_missing)
{
	bool again = m->template && (is_builtin(m->name) || node_get(m->node, STR("query")));
	struct str name = str_printf(t->arena, "%s/%u", again ? "template" : "query", m->index);
	const struct answer *a =
		tick_ask(t, STR("query"), name, question(t, query, address_of(t, m->template)));

	*ret_missing = a && !is_fault(a) && !a->has_value;
	if (!a || *ret_missing)
		return false;
	if (is_fault(a)) {
		tick_warn(t, "%s: %.*s", failed, STR_FMT(a->text));
		return false;
	}
	*ret_micro = a->value_micro;
	return true;
}

static bool render(struct tick *t, const struct metric *m, struct str text, struct str *ret)
{
	struct key key = template_key(t, m->node);
	struct str fault = query_render(t, text, m->node, ret);

	if (fault.ptr)
		tick_warn(t, "Metric template %.*s.%.*s query render error: %.*s",
			  STR_FMT(key.name), STR_FMT(key.namespace), STR_FMT(fault));
	return !fault.ptr;
}

static void halt(struct tick *t, struct str what)
{
	tick_warn(t, "Halt %.*s.%.*s advancement %.*s", STR_FMT(t->key.name),
		  STR_FMT(t->key.namespace), STR_FMT(what));
}

/* Built-in metrics */

static void tell_no_traffic(struct tick *t, const struct metric *m, const char *suffix)
{
	tick_warn(t,
		  "Halt advancement no values found for %.*s metric %.*s probably %.*s.%.*s is "
		  "not receiving traffic%s",
		  STR_FMT(provider_word(t)), STR_FMT(m->name), STR_FMT(t->target_name),
		  STR_FMT(t->key.namespace), suffix);
}

static bool check_success_rate(struct tick *t, const struct metric *m)
{
	const char *failed = "Prometheus query failed: running query failed";
	struct str query;
	int64_t micro;
	bool missing;

	if (!render(t, m, query_builtin(t, /* duration= */ false), &query))
		return false;
	if (!ask(t, m, query, failed, &micro, &missing)) {
		if (missing)
			tell_no_traffic(t, m, ": running query failed: no values found");
		return false;
	}
	struct str limit = broken_limit(t, m, micro, /* threshold_is_least= */ true);
	if (limit.ptr)
		halt(t, tick_fault(t, "success rate %.*s%% %.*s%%", STR_FMT(two_digits(t, micro)),
				   STR_FMT(limit)));
	return !limit.ptr;
}

/* Whole milliseconds on both sides. */
static const struct node *whole(struct tick *t, const struct node *n)
{
	int64_t micro = 0;

	return n && micro_of(n, &micro) ? node_int(t->arena, micro / MICRO) : NULL;
}

static struct metric in_whole_ms(struct tick *t, const struct metric *m)
{
	const struct node *range = node_get(m->node, STR("thresholdRange"));
	struct metric copy = *m;

	if (range)
		range = node_make(t->arena, "{min: %?n, max: %?n}",
				  whole(t, node_get(range, STR("min"))),
				  whole(t, node_get(range, STR("max"))));
	copy.node = node_make(t->arena, "{threshold: %?n, thresholdRange: %?n}",
			      whole(t, node_get(m->node, STR("threshold"))), range);
	return copy;
}

static bool check_duration(struct tick *t, const struct metric *m)
{
	const char *failed = "Prometheus query failed: running query failed";
	struct metric limits = in_whole_ms(t, m);
	struct str query;
	int64_t micro, limit_ms = 0;
	bool missing;

	if (!render(t, m, query_builtin(t, /* duration= */ true), &query))
		return false;
	if (!ask(t, m, query, failed, &micro, &missing)) {
		if (missing)
			tell_no_traffic(t, m, "");
		return false;
	}
	int64_t ms = micro / MICRO;
	struct str limit = broken_limit(t, &limits, ms * MICRO, /* threshold_is_least= */ false);
	if (!limit.ptr)
		return true;
	num_int64(str_from(limit, 2), &limit_ms);
	halt(t, tick_fault(t, "request duration %.*s %c %.*s",
			   STR_FMT(duration_format(t->arena, ms * NS_PER_MS)), limit.ptr[0],
			   STR_FMT(duration_format(t->arena, limit_ms * NS_PER_MS))));
	return false;
}

/* Queries of the Canary's own */

static bool compare(struct tick *t, const struct metric *m, int64_t micro)
{
	struct str limit = broken_limit(t, m, micro, /* threshold_is_least= */ false);

	if (limit.ptr)
		halt(t, tick_fault(t, "%.*s %.*s %.*s", STR_FMT(m->name),
				   STR_FMT(two_digits(t, micro)), STR_FMT(limit)));
	return !limit.ptr;
}

static bool check_inline(struct tick *t, const struct metric *m)
{
	struct str failed =
		str_printf(t->arena, "Prometheus query failed for %.*s", STR_FMT(m->name));
	struct str query;
	int64_t micro;
	bool missing;

	if (!render(t, m, node_str_at(m->node, "query"), &query))
		return false;
	if (ask(t, m, query, failed.ptr, &micro, &missing))
		return compare(t, m, micro);
	if (missing)
		tick_warn(t, "Halt advancement no values found for metric: %.*s", STR_FMT(m->name));
	return false;
}

static bool check_template(struct tick *t, struct metric *m)
{
	struct key key = template_key(t, m->node);
	struct str failed = str_printf(t->arena, "Metric query failed for %.*s", STR_FMT(m->name));
	struct str query;
	int64_t micro;
	bool missing;

	m->template = view_get(t->view, KIND_METRICTEMPLATE, key);
	if (!m->template) {
		tick_warn(t,
			  "Metric template %.*s.%.*s error: metrictemplate.flagger.app \"%.*s\" "
			  "not found",
			  STR_FMT(key.name), STR_FMT(key.namespace), STR_FMT(key.name));
		return false;
	}
	if (tick_fails(t, missing_secret(t, "Metric", m->template)) ||
	    !render(t, m, node_str_at(m->template->root, "spec.query"), &query))
		return false;
	if (ask(t, m, query, failed.ptr, &micro, &missing))
		return compare(t, m, micro);
	if (missing)
		tick_warn(t,
			  "Halt advancement no values found for custom metric: %.*s: no values "
			  "found",
			  STR_FMT(m->name));
	return false;
}

static struct metric metric_at(const struct node *list, uint32_t index)
{
	const struct node *node = node_item(list, index);

	return (struct metric){ .node = node, .index = index, .name = node_str_at(node, "name") };
}

static bool check_first_round(struct tick *t, const struct metric *m)
{
	if (str_equal(m->name, STR("request-success-rate")))
		return check_success_rate(t, m);
	if (str_equal(m->name, STR("request-duration")))
		return check_duration(t, m);
	return !node_str_at(m->node, "query").len || check_inline(t, m);
}

static bool check_second_round(struct tick *t, struct metric *m)
{
	if (node_get(m->node, STR("templateRef")))
		return check_template(t, m);
	if (is_builtin(m->name) || node_str_at(m->node, "query").len)
		return true;
	tick_warn(t, "Metric query failed for no usable metrics template and query were "
		     "configured");
	return false;
}

/* Built-in metrics and queries first, then templates; the first failure ends it. */
bool metrics_check(struct tick *t)
{
	const struct node *list = node_get(t->analysis, STR("metrics"));

	for (uint32_t i = 0; i < node_count(list); i++) {
		struct metric m = metric_at(list, i);
		if (!check_first_round(t, &m))
			return false;
	}
	for (uint32_t i = 0; i < node_count(list); i++) {
		struct metric m = metric_at(list, i);
		if (!check_second_round(t, &m))
			return false;
	}
	return true;
}

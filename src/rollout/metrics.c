/* metrics - the metric checks of an analysis */
#include "base/arena.h"
#include "base/duration.h"
#include "base/num.h"
#include "doc/make.h"
#include "rollout/tick.h"
#include "rollout/verdict.h"

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

/* When the fault is absent and the tick pending, the answer is still awaited. */
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
	if (!a || (!answer_failed(a) && a->has_value && a->value_micro == MICRO))
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

	for (uint32_t i = 0; i < node_item_count(list) && !t->pending; i++) {
		struct str fault = check_one_online(t, node_item(list, i), i);
		if (fault.ptr) {
			tick_warn(t, "Error checking metric providers: %.*s", STR_FMT(fault));
			return;
		}
	}
	tick_tell(t, "all the metrics providers are available!");
}

/* Asking */

static const struct node *limit_node(struct tick *t, struct metric_limit limit)
{
	return limit.is_set ? node_double(t->arena, limit.value) : NULL;
}

static const struct answer *ask(struct tick *t, const struct metric *m, struct str query)
{
	bool again = m->template && (is_builtin(m->name) || node_get(m->node, STR("query")));
	struct str name = str_printf(t->arena, "%s/%u", again ? "template" : "query", m->index);
	struct metric_limits limits = metric_limits_of(m->node);

	return tick_ask(t, STR("query"), name,
			node_make(t->arena, "{query: %s, address: %s, min: %?n, max: %?n}", query,
				  address_of(t, m->template), limit_node(t, limits.min),
				  limit_node(t, limits.max)));
}

/*
 * The verdict on what the query finds, noted in the plan; NULL: the tick waits for the answer. When
 * the provider does not answer, it emits a warning event, and the check has failed.
 */
static const struct verdict *judge(struct tick *t, const struct metric *m, struct str query,
				   const char *failed)
{
	const struct answer *a = ask(t, m, query);

	if (!a)
		return NULL;
	struct verdict *v = arena_one(t->arena, struct verdict);
	*v = verdict_make(m->node, a);
	plan_note(t->plan, t->object, STR("verdict"), v);
	if (v->reason == VERDICT_NO_ANSWER)
		tick_warn(t, "%s: %.*s", failed, STR_FMT(a->text));
	return v;
}

static bool passes(const struct verdict *v)
{
	return v && verdict_outcome(v) == VERDICT_PASS;
}

static bool fails(const struct verdict *v)
{
	return v && verdict_outcome(v) == VERDICT_FAIL;
}

static bool found_nothing(const struct verdict *v)
{
	return v && v->reason == VERDICT_NO_VALUES;
}

static const struct metric_limit *broken_limit(const struct verdict *v, char *ret_sign)
{
	*ret_sign = v->reason == VERDICT_BELOW_MIN ? '<' : '>';
	return v->reason == VERDICT_BELOW_MIN ? &v->limits.min : &v->limits.max;
}

/* The limit that the value breaks, as "< 99": numbers as Go prints a float64 with %v. */
static struct str broken_text(struct tick *t, const struct verdict *v)
{
	char sign;
	const struct metric_limit *limit = broken_limit(v, &sign);

	return str_printf(t->arena, "%c %.*s", sign,
			  STR_FMT(num_format_double(t->arena, limit->value, 'g')));
}

static struct str two_digits(struct tick *t, const struct verdict *v)
{
	return str_printf(t->arena, "%.2f", verdict_value(v));
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

static const char builtin_failed[] = "Prometheus query failed: running query failed";

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
	struct str query;

	if (!render(t, m, query_builtin(t, /* duration= */ false), &query))
		return false;
	const struct verdict *v = judge(t, m, query, builtin_failed);
	if (found_nothing(v))
		tell_no_traffic(t, m, ": running query failed: no values found");
	if (fails(v))
		halt(t, tick_fault(t, "success rate %.*s%% %.*s%%", STR_FMT(two_digits(t, v)),
				   STR_FMT(broken_text(t, v))));
	return passes(v);
}

static void halt_for_duration(struct tick *t, const struct verdict *v)
{
	char sign;
	const struct metric_limit *limit = broken_limit(v, &sign);
	int64_t ms = v->value_micro / MICRO, limit_ms = limit->micro / MICRO;

	halt(t, tick_fault(t, "request duration %.*s %c %.*s",
			   STR_FMT(duration_format(t->arena, ms * NS_PER_MS)), sign,
			   STR_FMT(duration_format(t->arena, limit_ms * NS_PER_MS))));
}

static bool check_duration(struct tick *t, const struct metric *m)
{
	struct str query;

	if (!render(t, m, query_builtin(t, /* duration= */ true), &query))
		return false;
	const struct verdict *v = judge(t, m, query, builtin_failed);
	if (found_nothing(v))
		tell_no_traffic(t, m, "");
	if (fails(v))
		halt_for_duration(t, v);
	return passes(v);
}

/* Queries of the Canary's own */

static void halt_for_value(struct tick *t, const struct verdict *v)
{
	halt(t, tick_fault(t, "%.*s %.*s %.*s", STR_FMT(v->metric), STR_FMT(two_digits(t, v)),
			   STR_FMT(broken_text(t, v))));
}

static bool check_inline(struct tick *t, const struct metric *m)
{
	struct str failed =
		str_printf(t->arena, "Prometheus query failed for %.*s", STR_FMT(m->name));
	struct str query;

	if (!render(t, m, node_str_at(m->node, "query"), &query))
		return false;
	const struct verdict *v = judge(t, m, query, failed.ptr);
	if (found_nothing(v))
		tick_warn(t, "Halt advancement no values found for metric: %.*s", STR_FMT(m->name));
	if (fails(v))
		halt_for_value(t, v);
	return passes(v);
}

static bool check_template(struct tick *t, struct metric *m)
{
	struct key key = template_key(t, m->node);
	struct str failed = str_printf(t->arena, "Metric query failed for %.*s", STR_FMT(m->name));
	struct str query;

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
	const struct verdict *v = judge(t, m, query, failed.ptr);
	if (found_nothing(v))
		tick_warn(t,
			  "Halt advancement no values found for custom metric: %.*s: no values "
			  "found",
			  STR_FMT(m->name));
	if (fails(v))
		halt_for_value(t, v);
	return passes(v);
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

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct metric m = metric_at(list, i);
		if (!check_first_round(t, &m))
			return false;
	}
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct metric m = metric_at(list, i);
		if (!check_second_round(t, &m))
			return false;
	}
	return true;
}

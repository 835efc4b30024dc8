/* verdicts - what each metric check of a canary saw: value, limit, and on how many requests */
#include "rehearse/verdicts.h"

#include "base/arena.h"
#include "base/num.h"
#include "metrics/promql.h"
#include "rehearse/record.h"

/* The limits as Flagger reads them: a range, or one threshold, which is a least only for the
 * success rate. */
static void judge(struct arena *arena, struct verdict *v, const struct node *metric)
{
	const struct node *range = node_get(metric, STR("thresholdRange"));
	bool is_least = str_equal(v->metric, STR("request-success-rate"));
	struct str threshold = node_text(node_get(metric, STR("threshold")));
	struct str min = node_text(node_get(range, STR("min")));
	struct str max = node_text(node_get(range, STR("max")));
	double limit;

	if (!range && is_least)
		min = threshold;
	else if (!range)
		max = threshold;
	if (min.len && max.len)
		v->limit = str_printf(arena, "%.*s … %.*s", STR_FMT(min), STR_FMT(max));
	else
		v->limit = str_printf(arena, "%s %.*s", min.len ? "≥" : "≤",
				      STR_FMT(min.len ? min : max));
	v->holds = v->has_value && !(min.len && num_double(min, &limit) && v->value < limit) &&
		   !(max.len && num_double(max, &limit) && v->value > limit);
}

static int64_t requests_of(const struct query_api *query, const struct object *canary,
			   const struct node *metric, int64_t now_ms)
{
	SCRATCH(scratch);
	struct str interval = node_str_at(metric, "interval");
	struct str expression = str_printf(
		scratch,
		"sum(increase(istio_requests_total{reporter=\"destination\","
		"destination_workload_namespace=\"%.*s\",destination_workload=\"%.*s\"}[%.*s]))",
		STR_FMT(canary->key.namespace),
		STR_FMT(node_str_at(canary->root, "spec.targetRef.name")),
		STR_FMT(interval.len ? interval : STR("1m")));
	struct promql_value value;
	struct error err;
	double number;

	if (query->query(query->context, expression, now_ms, scratch, &value, &err) < 0 ||
	    !query_number(&value, &number) || !(number >= 0 && number < 1e15))
		return 0;
	return (int64_t)(number + 0.5);
}

void verdicts_note(struct record *record, const struct query_api *query,
		   const struct object *canary, uint32_t index, const double *value)
{
	const struct node *list = node_at(canary->root, "spec.analysis.metrics");
	const struct node *metric = index < node_count(list) ? node_item(list, index) : NULL;
	struct recorded_canary *c = record_canary(record, canary->key);
	struct verdict v = { .at_ms = world_now_ms(record->world),
			     .metric = str_copy(record->arena, node_str_at(metric, "name")),
			     .has_value = value != NULL,
			     .value = value ? *value : 0 };

	if (!metric || !c || record->ended)
		return;
	judge(record->arena, &v, metric);
	v.requests = requests_of(query, canary, metric, v.at_ms);
	VEC_PUSH(record->arena, &c->verdicts, v);
}

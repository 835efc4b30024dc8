/* verdicts - the verdicts on a canary's metrics, and on how many requests each stands */
#include "rehearse/verdicts.h"

#include "base/arena.h"
#include "rehearse/record.h"

/* A verdict whose requests are being counted. */
struct counting {
	struct recorded_canary *canary;
	uint32_t index;
};

static void on_count(void *context, const struct promql_value *value, const struct error *err)
{
	struct counting *c = context;
	double number;

	if (!err && query_number(value, &number) && number >= 0 && number < 1e15)
		c->canary->verdicts.items[c->index].requests = (int64_t)(number + 0.5);
}

static struct str requests_of(struct arena *arena, const struct object *canary, struct str interval)
{
	return str_printf(
		arena,
		"sum(increase(istio_requests_total{reporter=\"destination\","
		"destination_workload_namespace=\"%.*s\",destination_workload=\"%.*s\"}[%.*s]))",
		STR_FMT(canary->key.namespace),
		STR_FMT(node_str_at(canary->root, "spec.targetRef.name")), STR_FMT(interval));
}

void verdicts_note(struct record *record, struct query_api *query, const struct object *canary,
		   const struct verdict *verdict)
{
	SCRATCH(scratch);
	struct recorded_canary *c = record_canary(record, canary->key);
	struct recorded_verdict v = { world_now_ms(record->world), *verdict };

	if (!c || record->ended)
		return;
	v.verdict.metric = str_copy(record->arena, verdict->metric);
	v.verdict.interval = str_copy(record->arena, verdict->interval);
	struct counting *counting = arena_one(record->arena, struct counting);
	*counting = (struct counting){ c, c->verdicts.count };
	VEC_PUSH(record->arena, &c->verdicts, v);
	query_ask(query,
		  &(struct query_request){ .expression =
						   requests_of(scratch, canary, verdict->interval),
					   .at_ms = v.at_ms },
		  on_count, counting);
}

/* query - the interface for metrics queries: to the embedded store, or to a real Prometheus */
#include "metrics/query.h"

#include <math.h>

#include "base/arena.h"
#include "base/error.h"
#include "world/world.h"

static int evaluate(const struct query_embedded *q, const struct query_request *request,
		    struct arena *arena, struct promql_value *ret_value, struct error *err)
{
	int64_t at_ms = request->at_ms;
	const struct promql *expression =
		promql_parse(arena, request->expression, ERROR_NO_POSITION, err);

	if (!expression)
		return -1;
	if (request->range.step_ms)
		return promql_over_range(q->store, expression, request->range, arena, ret_value,
					 err);
	if (at_ms == QUERY_NOW)
		at_ms = world_now_ms(q->world);
	return promql_instant(q->store, expression, at_ms, arena, ret_value, err);
}

static uint64_t ask_store(struct query_api *api, const struct query_request *request, query_fn done,
			  void *context)
{
	SCRATCH(scratch);
	struct promql_value value;
	struct error err = {};

	if (evaluate((struct query_embedded *)api, request, scratch, &value, &err) < 0)
		done(context, NULL, &err);
	else
		done(context, &value, NULL);
	return 0;
}

/* Its queries have no id. */
static void cancel_nothing(struct query_api *api, uint64_t id)
{
	(void)api;
	BUG("no query %llu is under way", (unsigned long long)id);
}

void query_embedded_init(struct query_embedded *q, const struct metrics *store,
			 const struct world *world)
{
	static const struct query_table table = { ask_store, cancel_nothing };

	*q = (struct query_embedded){ { &table }, store, world };
}

bool query_number(const struct promql_value *value, double *ret_number)
{
	double number = NAN;
	if (value->type == PROMQL_SCALAR)
		number = value->scalar.value;
	else if (value->series_count > 0 && value->series[0].count > 0)
		number = value->series[0].samples[0].value;
	if (isnan(number))
		return false;
	*ret_number = number;
	return true;
}

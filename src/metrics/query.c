/* query - the table behind which metrics are asked for: the embedded store, or a real Prometheus */
#include "metrics/query.h"

#include <math.h>

#include "base/arena.h"
#include "metrics/promql.h"

static int query_store(void *context, struct str expr, int64_t at_ms, struct arena *arena,
		       struct promql_value *ret_value, struct error *err)
{
	const struct promql *parsed = promql_parse(arena, expr, 0, err);
	if (!parsed)
		return -1;
	return promql_instant(context, parsed, at_ms, arena, ret_value, err);
}

struct query_api query_embedded(struct metrics *store)
{
	return (struct query_api){ query_store, store };
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

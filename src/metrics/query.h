/*
 * query - the table behind which metrics are asked for: the embedded store, or a real Prometheus
 *
 * Layer: metrics. Who decides by metrics (a rollout) knows this table only.
 *
 *	struct query_api api = query_embedded(store);
 *	struct promql_value value;
 *	if (api.query(api.context, expr, now_ms, arena, &value, err) < 0) …
 */
#ifndef FORGE_METRICS_QUERY_H
#define FORGE_METRICS_QUERY_H

#include <stdint.h>

#include "base/str.h"

struct arena;
struct error;
struct metrics;
struct promql_value;

struct query_api {
	/*
	 * The value of an expression at a time, in the arena, which must not be reset to a mark
	 * before (regular expressions have cleanups there). -1: ERROR_INPUT when the expression
	 * is wrong, ERROR_OUTSIDE when nobody answers.
	 */
	int (*query)(void *context, struct str expr, int64_t at_ms, struct arena *arena,
		     struct promql_value *ret_value, struct error *err);
	void *context;
};

/* Asks the store, which must live as long as the table is used. */
struct query_api query_embedded(struct metrics *store);

/*
 * The number that a check compares: a scalar, or the first sample of a vector. False when there
 * is none, or it is NaN: "no values found".
 */
bool query_number(const struct promql_value *value, double *ret_number);

#endif

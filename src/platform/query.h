/*
 * query - metric queries of reconcilers, answered from a query table
 *
 * Layer: platform.
 */
#ifndef FORGE_PLATFORM_QUERY_H
#define FORGE_PLATFORM_QUERY_H

#include "api/plan.h"

struct query_api;

/*
 * The answer to a request `query` {query} at a moment: 200, with a value when exactly one number
 * was found (*ret_number), or 400 and why it is no query. Its text lives in the arena.
 */
struct answer query_answer(const struct query_api *query, int64_t now_ms,
			   const struct plan_request *request, struct arena *arena,
			   double *ret_number);

#endif

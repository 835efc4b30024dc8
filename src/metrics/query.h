/*
 * query - the interface for metrics queries: to the embedded store, or to a real Prometheus
 *
 * Layer: metrics. Code that decides by metrics (a rollout) calls this interface only. Each query
 * completes by one callback, in the same turn or a later one, unless it is cancelled before.
 *
 * Ownership: a request is borrowed for the length of the call; value and error are borrowed for the
 * length of the callback.
 *
 *	struct query_embedded embedded;
 *	query_embedded_init(&embedded, store, world);
 *	query_ask(&embedded.api, &(struct query_request){ expression, .at_ms = QUERY_NOW }, done,
 *		  state);
 */
#ifndef FORGE_METRICS_QUERY_H
#define FORGE_METRICS_QUERY_H

#include "metrics/promql.h"

struct world;

#define QUERY_NOW INT64_MIN /* when the query is evaluated, by the clock of who does it */

struct query_request {
	struct str expression;
	struct str address;	   /* of the server to ask; absent: the one that the table knows */
	int64_t at_ms;		   /* of an instant query */
	struct promql_range range; /* of a range query; step_ms 0: it is an instant query */
};

/*
 * value is NULL when there is none, err when there is: ERROR_INPUT when the expression is wrong,
 * ERROR_OUTSIDE when nobody answers.
 */
typedef void (*query_fn)(void *context, const struct promql_value *value, const struct error *err);

struct query_api;

struct query_table {
	uint64_t (*ask)(struct query_api *api, const struct query_request *request, query_fn done,
			void *context);
	void (*cancel)(struct query_api *api, uint64_t id);
};

struct query_api {
	const struct query_table *table;
};

/* Returns an id for query_cancel(); 0 when it has been answered already. */
static inline uint64_t query_ask(struct query_api *api, const struct query_request *request,
				 query_fn done, void *context)
{
	return api->table->ask(api, request, done, context);
}

/* No answer comes afterwards. 0 is fine. */
static inline void query_cancel(struct query_api *api, uint64_t id)
{
	if (id)
		api->table->cancel(api, id);
}

/* Answers from a store, at once and whatever the address. */
struct query_embedded {
	struct query_api api; /* first: the table's functions get a pointer to it */
	const struct metrics *store;
	const struct world *world; /* its clock; NULL: nobody asks for QUERY_NOW */
};

/* The store and the world must live as long as the table is used. */
void query_embedded_init(struct query_embedded *q, const struct metrics *store,
			 const struct world *world);

/*
 * The number that a check compares: a scalar, or the first sample of a vector. False when there
 * is none, or it is NaN: "no values found".
 */
bool query_number(const struct promql_value *value, double *ret_number);

#endif

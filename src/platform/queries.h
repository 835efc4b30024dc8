/*
 * queries - the requests of kind "query" answered from a query table
 *
 * Layer: platform. The metric checks of Canaries make these requests (rollout/rollout.h). A query
 * may be answered at once or later.
 *
 *	struct queries queries = { .api = &embedded.api };
 *	runner_handle(runner, STR("query"), queries_handle, &queries);
 */
#ifndef FORGE_PLATFORM_QUERIES_H
#define FORGE_PLATFORM_QUERIES_H

#include "api/runner.h"

struct query_api;

struct queries {
	struct query_api *api;
	/* Whether the series of that Canary do not arrive: then no values are found. NULL: they
	 * all do. */
	bool (*is_hidden)(void *context, struct key canary);
	void *context;
};

/* A handler_fn; context: struct queries, which lives as long as the runner. */
void queries_handle(void *context, struct str reconciler, struct key key,
		    const struct plan_request *request, struct request_ticket *ticket);

#endif

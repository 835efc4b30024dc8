/*
 * platform - a whole cluster in one world: store, api, reconcilers, nodes
 *
 * Layer: platform. The one place that says who runs where. A platform lives in a simulated world;
 * its controllers are those that run in production.
 *
 *	struct platform *p = platform_new(&(struct platform_options){ .seed = 1, .node_count = 3 });
 *	platform_apply(p, object, …);
 *	platform_settle(p, 60000, &err);
 *	platform_free(p);
 */
#ifndef FORGE_PLATFORM_PLATFORM_H
#define FORGE_PLATFORM_PLATFORM_H

#include "api/runner.h"
#include "cluster/bootstrap.h"
#include "cluster/embedded.h"
#include "world/simulated.h"

enum {
	PLATFORM_NODES_MAX = 10000,
	PLATFORM_PODS_MAX = 10000,		    /* with more it does not settle */
	PLATFORM_SETTLE_LIMIT_MS = 2 * 3600 * 1000, /* of virtual time; then it does not settle */
};

struct platform_options {
	uint64_t seed;
	const struct snapshot *files;
	int node_count; /* as cluster_node() makes them; 0: the caller makes nodes */
	struct node_size node_size;
	int zone_count; /* 0: 3 */
	bool played;	/* pods follow their label forge.dev/play, as kwok plays them */
};

struct platform {
	struct arena *arena;
	struct world *world;
	struct schemas *schemas;
	struct embedded *embedded;
	struct api *api;
	struct runner *runner;
	handler_fn pod_metrics; /* what pods use; NULL: nobody serves that, as without
				   metrics-server */
	void *pod_metrics_context;
	/* private */
	int64_t changed_ms; /* when something last changed, but for repeated events */
};

struct platform *platform_new(const struct platform_options *options);
void platform_free(struct platform *p);

/* Server-side apply, forced, as `manager`. The answer's object is borrowed from the store. */
void platform_apply(struct platform *p, const struct node *object, struct str manager,
		    struct arena *arena, struct api_answer *ret);

/* Runs until quiet_ms have passed without a change; ERROR_DEADLINE when that does not come. */
MUST_USE int platform_settle(struct platform *p, int64_t quiet_ms, struct error *err);

#endif

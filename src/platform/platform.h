/*
 * platform - puts together one world, an api, reconcilers, nodes and a mesh
 *
 * Layer: platform. The one place that composes; the parts say what there is. A part that is left
 * out is made (a simulated world, an embedded cluster in it) or is not there (nodes, a mesh).
 * Nothing here but making a world depends on which of the two worlds it is.
 *
 * Order: reconcilers and handlers stand before the first object, so that each sees all; the mesh
 * comes after the runner, whose cache it reads.
 * Ownership: all lives in the arena of the platform, a world that it made besides. A world or api
 * that is given is borrowed; it does not run again once the platform is freed.
 *
 *	struct platform *p = platform_new(&(struct platform_parts){ .seed = 1, .node_count = 3 });
 *	platform_apply(p, object, …);
 *	platform_settle(p, 60000, &err);
 *	platform_free(p);
 */
#ifndef FORGE_PLATFORM_PLATFORM_H
#define FORGE_PLATFORM_PLATFORM_H

#include "api/runner.h"
#include "cluster/bootstrap.h"
#include "cluster/embedded.h"
#include "mesh/mesh.h"
#include "metrics/query.h"
#include "platform/queries.h"
#include "world/simulated.h"

enum {
	PLATFORM_NODES_MAX = 10000,
	PLATFORM_PODS_MAX = 10000,		    /* with more it does not settle */
	PLATFORM_SETTLE_LIMIT_MS = 2 * 3600 * 1000, /* then it does not settle */
};

/* The handler of the requests of one kind. */
struct platform_handler {
	const char *kind; /* NULL ends a list */
	handler_fn handle;
	void *context;
};

struct platform_parts {
	/* The world. NULL: the one of the api, or a simulated one is made, and a second passes in
	 * it. One that is given does not run here. */
	struct world *world;
	uint64_t seed;
	const struct snapshot *files; /* of a simulated world that is made */

	/* The cluster. NULL: an embedded one is made, with its controllers and first objects. */
	struct api *api;
	int node_count; /* of an embedded one, as cluster_node() makes them */
	struct node_size node_size;
	int zone_count; /* 0: 3 */
	bool played;	/* pods follow their label forge.dev/play, as kwok plays them */

	/* More reconcilers: a list of lists, each ends with NULL. NULL: none. */
	const struct reconciler *const *const *controllers;

	/* The handlers of their requests; NULL: none. They come before the platform's own handlers:
	 * `query` answers from the telemetry of its mesh, `podMetrics` as a cluster without
	 * metrics-server. */
	const struct platform_handler *handlers;

	/* Traffic. */
	bool mesh;
	mesh_behaviour_fn behaviour; /* of pods; NULL: all behave by default */
	void *behaviour_context;
	int64_t metrics_retention_ms; /* of its telemetry; 0: all is kept */
};

struct platform {
	struct arena *arena;
	struct world *world;
	struct schemas *schemas;
	struct api *api;
	struct embedded *embedded; /* NULL: the api was given */
	struct runner *runner;
	struct mesh *mesh;	     /* NULL: none runs */
	struct metrics *metrics;     /* its telemetry */
	struct query_embedded query; /* of it */
	/* private */
	struct queries queries;
	bool owns_world;
	int64_t changed_ms;
};

struct platform *platform_new(const struct platform_parts *parts);
void platform_free(struct platform *p);

/* Server-side apply, forced, as `manager`. The answer's object is borrowed from the store. */
void platform_apply(struct platform *p, const struct node *object, struct str manager,
		    struct arena *arena, struct api_answer *ret);

/* The time of the last change; repetitions (events, statuses at an interval) do not count. */
int64_t platform_changed_ms(const struct platform *p);

/* Runs until quiet_ms have passed without a change; ERROR_DEADLINE when that does not come. */
MUST_USE int platform_settle(struct platform *p, int64_t quiet_ms, struct error *err);

#endif

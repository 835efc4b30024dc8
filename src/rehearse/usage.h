/*
 * usage - CPU and memory usage of pods, as the metrics API (metrics.k8s.io) reports it
 *
 * Layer: rehearse. A rehearsal knows what pods use when its scenario says what a request costs and
 * how much memory a pod has: then CPU is what the requests of the mesh have cost the workload,
 * spread over its ready pods, at most the limit of the container. Sampled every 15 s, as
 * metrics-server does; a pod has metrics once it has run between two samples. The first container
 * uses all of it. Without such a scenario the metrics API does not exist, and autoscalers fail as
 * in a cluster without metrics-server.
 */
#ifndef FORGE_REHEARSE_USAGE_H
#define FORGE_REHEARSE_USAGE_H

#include "api/runner.h"
#include "base/map.h"

struct mesh;
struct pod_behaviors;
struct world;

enum { USAGE_SAMPLE_MS = 15000 };

struct usage {
	/* private */
	struct arena *arena;
	struct world *world;
	const struct mesh *mesh;
	struct pod_behaviors *behaviors;
	struct map workloads; /* "namespace/name" → its samples */
	int64_t sampled_ms;   /* when the last one was taken */
};

/* Samples from now on, if the scenario tells usage. */
void usage_begin(struct usage *u, struct world *world, const struct mesh *mesh,
		 struct pod_behaviors *behaviors, struct arena *arena);

/* Answers `podMetrics`: {items: [PodMetrics of the key's namespace]}. */
void usage_answer(struct usage *u, struct key key, struct request_ticket *ticket);

#endif

/*
 * record - the timeline of a rehearsal: states, routes, events and sizes
 *
 * Layer: rehearse. A watcher of the whole cluster: states and routes of each Canary, events about
 * Canaries and Kustomizations in the order in which they were sent (repeated ones, too), what
 * autoscalers do, and a timeline of what a reader of the report wants to know.
 */
#ifndef FORGE_REHEARSE_RECORD_H
#define FORGE_REHEARSE_RECORD_H

#include "api/runner.h"
#include "base/map.h"
#include "base/vec.h"
#include "rehearse/verdicts.h"
#include "world/world.h"

struct recorded_event {
	int64_t at_ms;
	uint32_t revision; /* index of the revision that was being shipped */
	struct str kind;   /* of the object it is about */
	struct key key;
	bool warning;
	struct str reason, message;
};

struct canary_state {
	int64_t at_ms;
	struct str phase;
	int64_t weight, failed_checks, iterations;
};

struct canary_route {
	int64_t at_ms;
	int64_t primary, canary, mirror;
};

/* Pods of a Deployment, each time that their number changed. */
struct workload_size {
	int64_t at_ms;
	int64_t wanted, available;
};

struct recorded_workload {
	struct str uid;
	struct key key;
	VEC(struct workload_size) sizes;
};

struct recorded_canary {
	struct key key;
	struct str apex; /* name of its Service and VirtualService */
	bool gone;
	VEC(struct canary_state) states;
	VEC(struct canary_route) routes;
	VEC(struct recorded_verdict) verdicts; /* of metric checks */
};

/* A refused write of a controller, or a failed reconcile; repetitions are counted. */
struct recorded_failure {
	struct str reconciler;
	struct key key;
	struct str why;
	uint32_t count;
};

struct record {
	struct arena *arena;
	struct world *world;
	uint32_t revision; /* the one being shipped */
	bool ended;	   /* nothing more is recorded */
	VEC(struct recorded_event) events;
	VEC(struct recorded_canary *) canaries;
	VEC(struct recorded_workload *) workloads;
	VEC(struct recorded_failure) failures;
	struct map pod_warnings; /* "namespace/name" → the last warning about a pod */
};

void record_init(struct record *r, struct arena *arena, struct world *world);
void record_attach(struct record *r, struct api *api, struct runner *runner);

struct recorded_canary *record_canary(const struct record *r, struct key key);

/* What its kubelet last warned of about a pod; absent: nothing. */
struct str record_pod_warning(const struct record *r, struct key pod);
/* The same of the last pod whose name begins with that of a workload. */
struct str record_workload_warning(const struct record *r, struct key workload);

enum rollout_outcome { ROLLOUT_NONE, ROLLOUT_PROMOTED, ROLLOUT_ROLLED_BACK, ROLLOUT_STUCK };

/* What became of a Canary when the last revision had settled. */
enum rollout_outcome canary_outcome(const struct recorded_canary *c);

/* "promoted", "rolledBack" or "stuck" */
struct str outcome_word(enum rollout_outcome outcome);

#endif

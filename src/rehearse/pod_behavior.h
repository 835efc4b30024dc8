/*
 * pod_behavior - how a pod of a rehearsal behaves: by its revision, and by faults
 *
 * Layer: rehearse. A pod is of a new revision when its template is not the first one of its
 * workload, or when it is a Canary's target (which rests at zero) and was made after the first
 * revision.
 */
#ifndef FORGE_REHEARSE_POD_BEHAVIOR_H
#define FORGE_REHEARSE_POD_BEHAVIOR_H

#include "api/object.h"
#include "base/map.h"
#include "rehearse/scenario.h"

struct cache;
struct faults;

struct pod_behaviors {
	const struct cache *cache;
	const struct scenario *scenario;
	const struct faults *faults;
	struct arena *arena;
	struct map open_ports;	   /* workload → struct str */
	struct map templates;	   /* workload → the first hash of its template */
	int64_t second_shipped_ms; /* when the first new revision was shipped; 0: not yet */
};

void pod_behaviors_init(struct pod_behaviors *b, const struct cache *cache,
			const struct scenario *scenario, const struct faults *faults,
			struct arena *arena);

/* The behaviour of a pod; a primary behaves as its Canary's target, but has faults of its own. */
struct behavior pod_behavior(struct pod_behaviors *b, const struct object *pod);

/*
 * Ports on which a pod's programs listen though no container declares them: those that the probes
 * of the first revision ask, for it runs. "8081,15021"; empty: none.
 */
struct str pod_open_ports(struct pod_behaviors *b, const struct object *pod);

/* The kind of the workload of the pod: the Deployment of its ReplicaSet, else its owner, else
 * Pod. */
struct str pod_workload(const struct pod_behaviors *b, const struct object *pod,
			struct key *ret_key);

#endif

/*
 * measures - requests and available pods during the last revision, and the scenario's expectations
 *
 * Layer: rehearse. They are computed from the mesh's statistics by host and the recorded sizes of
 * Deployments, between the shipping of the last revision and the time it settled.
 */
#ifndef FORGE_REHEARSE_MEASURES_H
#define FORGE_REHEARSE_MEASURES_H

#include "base/vec.h"
#include "kube/object.h"

struct mesh;
struct rehearsal_results;
struct scenario;

enum { MEASURES_COLUMNS = 40 }; /* of a plot, at most */

struct host_measure {
	struct str host;
	uint64_t requests, failures;
	int64_t p99_us; /* the worst of the points */
	/* by column; requests 0: nothing to show */
	uint64_t column_requests[MEASURES_COLUMNS], column_failures[MEASURES_COLUMNS];
	int64_t column_p99_us[MEASURES_COLUMNS];
};

struct workload_measure {
	struct key key;			  /* of a Deployment */
	int64_t least, most;		  /* available pods; least: once there were any */
	int64_t column[MEASURES_COLUMNS]; /* available at the end of it */
};

struct expectation {
	struct str what; /* outcome, within, maxErrorRatio, minAvailable */
	struct str expected, found;
	bool holds;
};

/* A Canary whose analysis would get no requests. */
struct untested_canary {
	struct key key;
	struct str why;
};

struct measures {
	uint32_t columns; /* of the plots: none is shorter than the time between two scrapes */
	VEC(struct host_measure) hosts; /* that had requests */
	VEC(struct workload_measure) workloads;
	VEC(struct untested_canary) untested;
	VEC(struct expectation) expectations;
};

/* Of the last revision, once it has come to rest. */
void measures_take(const struct rehearsal_results *results, const struct scenario *scenario,
		   const struct mesh *mesh, struct arena *arena, struct measures *ret);

#endif

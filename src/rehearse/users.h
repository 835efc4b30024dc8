/*
 * users - whether the last revision harms those who send requests
 *
 * Layer: rehearse. Compared with what they had when the first revision had settled: a host is
 * harmed when, within one scrape, more of its requests fail than before, by the error budget and by
 * a number that is no chance. A host that nobody served before may need its time to start: it is
 * judged by the end. While a fault of the scenario is active nothing is judged, and nothing at all
 * when the scenario has a budget of its own (expect.maxErrorRatio).
 */
#ifndef FORGE_REHEARSE_USERS_H
#define FORGE_REHEARSE_USERS_H

#include "base/vec.h"
#include "mesh/mesh.h"

struct rehearsal_results;
struct scenario;

enum {
	USERS_ERROR_BUDGET_PPM = 50000, /* of the requests between two scrapes */
	USERS_FAILURES_MIN = 5,		/* fewer may be chance */
	USERS_BASELINE_MS = 60000,	/* before the first revision is left */
};

struct harmed_host {
	struct str host;
	uint64_t requests, failures;	 /* of the scrapes in which it was harmed */
	int64_t from_ms, until_ms;	 /* of these */
	const struct mesh_cause *causes; /* that were met in that time, the most frequent first */
	uint32_t cause_count;
	bool so_before; /* they failed just so before */
};

struct users {
	VEC(struct harmed_host) harmed;
};

void users_take(const struct rehearsal_results *results, const struct scenario *scenario,
		const struct mesh *mesh, struct arena *arena, struct users *ret);

#endif

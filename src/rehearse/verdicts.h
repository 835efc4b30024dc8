/*
 * verdicts - the verdicts on a canary's metrics, and on how many requests each stands
 *
 * Layer: rehearse. The Canary reconciler makes a verdict (rollout/verdict.h); here it is kept for
 * the report, with the number of requests that the target answered in the metric's interval.
 */
#ifndef FORGE_REHEARSE_VERDICTS_H
#define FORGE_REHEARSE_VERDICTS_H

#include "api/object.h"
#include "metrics/query.h"
#include "rollout/verdict.h"

struct record;

struct recorded_verdict {
	int64_t at_ms;
	struct verdict verdict;
	int64_t requests;
};

/* Copies into the record's arena; the requests are counted when the query is answered. */
void verdicts_note(struct record *record, struct query_api *query, const struct object *canary,
		   const struct verdict *verdict);

#endif

/*
 * verdicts - what each metric check of a canary saw: value, limit, and on how many requests
 *
 * Layer: rehearse. Flagger asks for a value and decides; here the same value is kept for the
 * report, with the limit of the Canary and the number of requests that its target answered in the
 * metric's interval.
 */
#ifndef FORGE_REHEARSE_VERDICTS_H
#define FORGE_REHEARSE_VERDICTS_H

#include "api/object.h"
#include "metrics/query.h"

struct record;

struct verdict {
	int64_t at_ms;
	struct str metric;
	bool has_value;
	double value;
	struct str limit; /* "≥ 99", "≤ 500", "1 … 2" */
	bool holds;
	int64_t requests;
};

/* index: of the metric in the Canary's analysis. Copies into the record's arena. */
void verdicts_note(struct record *record, const struct query_api *query,
		   const struct object *canary, uint32_t index, const double *value);

#endif

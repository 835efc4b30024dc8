/*
 * verdict - what the check of one metric decides, and from what
 *
 * Layer: rollout. The Canary reconciler makes one verdict for each answer and plans a note
 * (api/plan.h) of kind "verdict" about the Canary, with a struct verdict as data: a report shows it
 * and compares nothing itself. Decisions are made in millionths; request-duration is compared in
 * whole milliseconds, as in Flagger.
 *
 *	struct verdict v = verdict_make(metric, answer);
 *	if (verdict_outcome(&v) == VERDICT_PASS) …
 */
#ifndef FORGE_ROLLOUT_VERDICT_H
#define FORGE_ROLLOUT_VERDICT_H

#include <stdint.h>

#include "base/str.h"

struct answer;
struct arena;
struct node;

struct metric_limit {
	bool is_set;
	double value;
	int64_t micro; /* the same in millionths, as far as they go */
};

struct metric_limits {
	struct metric_limit min, max;
};

enum verdict_outcome { VERDICT_PASS, VERDICT_FAIL, VERDICT_INCONCLUSIVE };

/* X(reason, outcome) */
#define VERDICT_REASONS(X)                                                                         \
	X(VERDICT_WITHIN, VERDICT_PASS)                                                            \
	X(VERDICT_BELOW_MIN, VERDICT_FAIL)                                                         \
	X(VERDICT_ABOVE_MAX, VERDICT_FAIL)                                                         \
	X(VERDICT_NO_VALUES, VERDICT_INCONCLUSIVE)                                                 \
	X(VERDICT_NO_ANSWER, VERDICT_INCONCLUSIVE) /* no provider answers, or a wrong query */

enum verdict_reason {
#define X(reason, outcome) reason,
	VERDICT_REASONS(X)
#undef X
};

struct verdict {
	struct str metric;   /* its name */
	struct str interval; /* over which it is measured */
	struct metric_limits limits;
	enum verdict_reason reason;
	int64_t value_micro; /* what was found; 0 where nothing was */
};

/* metric: of the Canary's analysis, whose texts the verdict borrows. */
struct verdict verdict_make(const struct node *metric, const struct answer *answer);

enum verdict_outcome verdict_outcome(const struct verdict *v);
const char *verdict_outcome_word(enum verdict_outcome outcome); /* "pass" */
bool verdict_has_value(const struct verdict *v);
double verdict_value(const struct verdict *v);

/*
 * The limits of a metric as Flagger reads them: its thresholdRange, or its threshold, which is a
 * least only for request-success-rate; without either, the threshold is 0.
 */
struct metric_limits metric_limits_of(const struct node *metric);

/* As people write them: "≥ 99", "≤ 500", "1 … 2", "any value". */
struct str metric_limits_format(struct arena *arena, const struct metric_limits *limits);

/* Over which a metric is measured: "1m" where it says nothing. */
struct str metric_interval(const struct node *metric);

#endif

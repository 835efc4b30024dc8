/*
 * range - range vectors: the samples of selectors and subqueries, and windows over them
 *
 * Layer: metrics. Private: its folder. A window at time t holds the samples of (t - range, t];
 * stale markers are not among them.
 */
#ifndef FORGE_METRICS_RANGE_H
#define FORGE_METRICS_RANGE_H

#include "metrics/frame.h"

struct window {
	const struct sample *samples;
	uint32_t count;
	int64_t step_ms;  /* the time of the step */
	int64_t start_ms; /* left edge, not part of the window */
	int64_t end_ms;	  /* right edge */
};

struct range_series {
	struct labelset labels;
	bool drop_name;
	const struct sample *samples;
	uint32_t count;
};

struct range {
	struct range_series *items;
	uint32_t count;
	int64_t range_ms;
	const struct promql_when *when;
};

/* The series that a selector matches, in the order of the store. */
const struct series **promql_series_matching(struct evaluation *ev, const struct promql *selector,
					     uint32_t *ret_count);

/* A selector at each step: the latest samples in the lookback, or their times in seconds. */
int promql_selector_evaluate(struct evaluation *ev, const struct promql *expr, bool timestamps,
			     struct frame *ret);

/* The samples of an expression of type PROMQL_MATRIX. */
int promql_range_read(struct evaluation *ev, const struct promql *expr, struct range *ret);

/* The window of a series at a step; -1 when the query reads too many samples. */
int promql_range_window(struct evaluation *ev, const struct range *range,
			const struct range_series *series, uint32_t step, struct window *ret);

#endif

/*
 * frame - a vector over the steps of a grid: what expressions evaluate to
 *
 * Layer: metrics. Private: its folder. A frame has one row per series; a row has one value per
 * step, and a stale marker where the series has no value there. A scalar is a frame of one row
 * without labels. Rows belong to the frame: whoever evaluates an argument may change it in place.
 *
 * An evaluation holds what all parts of one query share. Everything lives in its arena until the
 * query is answered.
 */
#ifndef FORGE_METRICS_FRAME_H
#define FORGE_METRICS_FRAME_H

#include <stdint.h>

#include "base/base.h"
#include "metrics/promql.h"

/* Steps at start_ms, start_ms + step_ms, …; count may be 0. */
struct grid {
	int64_t start_ms;
	int64_t step_ms;
	uint32_t count;
};

struct row {
	struct labelset labels;
	bool drop_name; /* the metric's name goes when the query is done */
	double *values;
};

struct frame {
	struct row *rows;
	uint32_t count;
	uint32_t capacity;
};

struct evaluation {
	struct arena *arena;
	const struct metrics *store;
	struct grid grid;
	struct promql_range query; /* of the whole query, where grid may be that of a subquery */
	struct evaluation_use {
		uint64_t values; /* held */
		uint64_t reads;	 /* samples that windows covered */
	} * use;
	struct error *err;
};

/*
 * Evaluates an expression that is a vector or a scalar. On failure -1 with *ev->err set, as all
 * below.
 */
int promql_evaluate(struct evaluation *ev, const struct promql *expr, struct frame *ret);

int promql_evaluation_error(struct evaluation *ev, const char *format, ...) PRINTF_LIKE(2, 3);

static inline int64_t grid_time(const struct grid *grid, uint32_t step)
{
	return grid->start_ms + grid->step_ms * step;
}

/* When a selector or subquery looks, at a step. */
int64_t promql_when_time(const struct evaluation *ev, const struct promql_when *when,
			 uint32_t step);

/* Whether there is a value. */
static inline bool is_present(double value)
{
	return !sample_is_stale(value);
}

/* A new row without values; NULL when the query holds too many. */
double *promql_frame_add(struct evaluation *ev, struct frame *frame, struct labelset labels,
			 bool drop_name);

/* The same with all values set: a scalar when the labels are empty. */
int promql_frame_add_constant(struct evaluation *ev, struct frame *frame, struct labelset labels,
			      double value);

/* Makes rows with equal labels one; fails when two of them have a value at the same step. */
int promql_frame_merge(struct evaluation *ev, struct frame *frame);

/* Evaluates scalar arguments and gives their values at a step. */
struct scalars {
	const double **values;
	double *now; /* filled by promql_scalars_at */
	uint32_t count;
};
int promql_scalars_read(struct evaluation *ev, const struct promql *const *args, uint32_t count,
			struct scalars *ret);
const double *promql_scalars_at(struct scalars *scalars, uint32_t step);

/*
 * Rows in groups: the rows of group g are members[first[g]] to members[first[g + 1]], in the
 * order of the frame. A row that belongs nowhere has GROUP_NONE.
 */
#define GROUP_NONE UINT32_MAX
struct groups {
	uint32_t *members;
	uint32_t *first;
	uint32_t count;
};
struct groups promql_groups_make(struct arena *arena, const uint32_t *group_of_row,
				 uint32_t row_count, uint32_t group_count);

#endif

/* scalars - PromQL's functions between scalars and vectors, and simple ones of one value */
#include <math.h>

#include "metrics/frame.h"
#include "metrics/operators.h"
#include "metrics/range.h"
#include "metrics/special.h"

int promql_eval_vector(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	return promql_evaluate(ev, call->call.args[0], ret);
}

/* The value of the only row that has one at a step, else NaN. */
static double only_value(const struct frame *frame, uint32_t step)
{
	double only = NAN;
	uint32_t count = 0;
	for (uint32_t i = 0; i < frame->count; i++) {
		if (!is_present(frame->rows[i].values[step]))
			continue;
		only = frame->rows[i].values[step];
		count++;
	}
	return count == 1 ? only : (double)NAN;
}

int promql_eval_scalar(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct frame arg = {};
	if (promql_evaluate(ev, call->call.args[0], &arg) < 0)
		return -1;
	double *values = promql_frame_add(ev, ret, LABELSET_NONE, false);
	if (!values)
		return -1;
	for (uint32_t step = 0; step < ev->grid.count; step++)
		values[step] = only_value(&arg, step);
	return 0;
}

int promql_eval_time(struct evaluation *ev, UNUSED const struct promql *call, struct frame *ret)
{
	double *values = promql_frame_add(ev, ret, LABELSET_NONE, false);
	if (!values)
		return -1;
	for (uint32_t step = 0; step < ev->grid.count; step++)
		values[step] = (double)grid_time(&ev->grid, step) / 1000;
	return 0;
}

/* Of a selector the times of its samples, of anything else the time of the step. */
int promql_eval_timestamp(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	const struct promql *arg = call->call.args[0];
	bool selector = arg->kind == PROMQL_SELECTOR;
	if ((selector ? promql_selector_evaluate(ev, arg, /* timestamps= */ true, ret)
		      : promql_evaluate(ev, arg, ret)) < 0)
		return -1;
	for (uint32_t i = 0; i < ret->count; i++) {
		struct row *row = &ret->rows[i];
		row->drop_name = true;
		for (uint32_t step = 0; !selector && step < ev->grid.count; step++)
			if (is_present(row->values[step]))
				row->values[step] = (double)grid_time(&ev->grid, step) / 1000;
	}
	return 0;
}

int promql_eval_start(struct evaluation *ev, UNUSED const struct promql *call, struct frame *ret)
{
	return promql_frame_add_constant(ev, ret, LABELSET_NONE, (double)ev->query.from_ms / 1000);
}

int promql_eval_end(struct evaluation *ev, UNUSED const struct promql *call, struct frame *ret)
{
	return promql_frame_add_constant(ev, ret, LABELSET_NONE, (double)ev->query.to_ms / 1000);
}

int promql_eval_range(struct evaluation *ev, UNUSED const struct promql *call, struct frame *ret)
{
	double length_ms = (double)(ev->query.to_ms - ev->query.from_ms);
	return promql_frame_add_constant(ev, ret, LABELSET_NONE, length_ms / 1000);
}

int promql_eval_step(struct evaluation *ev, UNUSED const struct promql *call, struct frame *ret)
{
	return promql_frame_add_constant(ev, ret, LABELSET_NONE, (double)ev->query.step_ms / 1000);
}

int promql_eval_pi(struct evaluation *ev, UNUSED const struct promql *call, struct frame *ret)
{
	return promql_frame_add_constant(ev, ret, LABELSET_NONE, M_PI);
}

static int eval_of_two(struct evaluation *ev, const struct promql *call,
		       double (*choose)(double, double), struct frame *ret)
{
	struct frame right = {};
	if (promql_evaluate(ev, call->call.args[0], ret) < 0 ||
	    promql_evaluate(ev, call->call.args[1], &right) < 0)
		return -1;
	double *values = ret->rows[0].values;
	for (uint32_t step = 0; step < ev->grid.count; step++)
		values[step] = choose(values[step], right.rows[0].values[step]);
	return 0;
}

int promql_eval_min_of(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	return eval_of_two(ev, call, min_or_nan, ret);
}

int promql_eval_max_of(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	return eval_of_two(ev, call, max_or_nan, ret);
}

/* --- of one value ---------------------------------------------------------------------------- */

/* To the nearest multiple, halves up. Dividing by the inverse keeps multiples like 0.1 exact. */
double promql_map_round(double value, const double *args, uint32_t arg_count)
{
	double inverse = arg_count > 0 ? 1 / args[0] : 1;
	return floor(value * inverse + 0.5) / inverse;
}

/* No value at all when the bounds are the wrong way round. */
double promql_map_clamp(double value, const double *args, UNUSED uint32_t arg_count)
{
	if (args[0] > args[1])
		return sample_stale();
	return max_or_nan(args[0], min_or_nan(args[1], value));
}

double promql_map_clamp_min(double value, const double *args, UNUSED uint32_t arg_count)
{
	return max_or_nan(args[0], value);
}

double promql_map_clamp_max(double value, const double *args, UNUSED uint32_t arg_count)
{
	return min_or_nan(args[0], value);
}

double promql_map_sgn(double value, UNUSED const double *args, UNUSED uint32_t arg_count)
{
	return value > 0 ? 1 : value < 0 ? -1 : value;
}

double promql_map_deg(double value, UNUSED const double *args, UNUSED uint32_t arg_count)
{
	return value * 180 / M_PI;
}

double promql_map_rad(double value, UNUSED const double *args, UNUSED uint32_t arg_count)
{
	return value * M_PI / 180;
}

/* rates - how fast series change: rate, increase, delta, deriv and their like */
#include <math.h>

#include "metrics/range.h"
#include "metrics/special.h"

/* A gap up to this many average intervals counts as the series reaching the edge of the window. */
#define EXTRAPOLATION_REACH 1.1

static double seconds_between(int64_t from_ms, int64_t to_ms)
{
	return (double)(to_ms - from_ms) / 1000;
}

/* The difference of last and first; of a counter with what each reset has hidden. */
static double change_of(const struct window *window, bool counter)
{
	const struct sample *samples = window->samples;
	double change = samples[window->count - 1].value - samples[0].value;
	for (uint32_t i = 1; counter && i < window->count; i++)
		if (samples[i].value < samples[i - 1].value)
			change += samples[i - 1].value;
	return change;
}

/*
 * The change over the whole window, from the change between its first and last sample. At an edge
 * that the samples nearly reach, it is extended to the edge; elsewhere the series is taken to
 * start or end half an interval beyond its samples. A counter is not extended to where it would
 * have been negative.
 * Source: Prometheus, promql/functions.go, extrapolatedRate.
 */
static bool extrapolated(const struct window *window, bool counter, double *ret_value)
{
	if (window->count < 2)
		return false;
	const struct sample *first = &window->samples[0];
	const struct sample *last = &window->samples[window->count - 1];
	double change = change_of(window, counter);
	double sampled = seconds_between(first->t_ms, last->t_ms);
	double interval = sampled / (window->count - 1);
	double to_start = seconds_between(window->start_ms, first->t_ms);
	double to_end = seconds_between(last->t_ms, window->end_ms);

	if (to_start >= interval * EXTRAPOLATION_REACH)
		to_start = interval / 2;
	if (counter && change > 0 && first->value >= 0)
		to_start = fmin(to_start, sampled * (first->value / change));
	if (to_end >= interval * EXTRAPOLATION_REACH)
		to_end = interval / 2;
	*ret_value = change * ((sampled + to_start + to_end) / sampled);
	return true;
}

bool promql_window_rate(const struct window *window, UNUSED const double *args, double *ret_value)
{
	if (!extrapolated(window, /* counter= */ true, ret_value))
		return false;
	*ret_value /= seconds_between(window->start_ms, window->end_ms);
	return true;
}

bool promql_window_increase(const struct window *window, UNUSED const double *args,
			    double *ret_value)
{
	return extrapolated(window, /* counter= */ true, ret_value);
}

bool promql_window_delta(const struct window *window, UNUSED const double *args, double *ret_value)
{
	return extrapolated(window, /* counter= */ false, ret_value);
}

/* From the last two samples; after a reset a counter has grown from 0. */
bool promql_window_irate(const struct window *window, UNUSED const double *args, double *ret_value)
{
	if (window->count < 2)
		return false;
	const struct sample *last = &window->samples[window->count - 1];
	const struct sample *before = last - 1;
	double change = last->value < before->value ? last->value : last->value - before->value;
	*ret_value = change / seconds_between(before->t_ms, last->t_ms);
	return true;
}

bool promql_window_idelta(const struct window *window, UNUSED const double *args, double *ret_value)
{
	if (window->count < 2)
		return false;
	const struct sample *last = &window->samples[window->count - 1];
	*ret_value = last->value - (last - 1)->value;
	return true;
}

struct line {
	double slope;	  /* per second */
	double intercept; /* at the origin */
};

/*
 * The line of least squares; times are seconds from origin_ms, near the samples so that nothing
 * is lost.
 */
static struct line regression(const struct window *window, int64_t origin_ms)
{
	struct accurate x = {}, y = {}, xy = {}, xx = {};
	double first = window->samples[0].value;
	double count = window->count;
	bool constant = true;
	for (uint32_t i = 0; i < window->count; i++) {
		double value = window->samples[i].value;
		double t = seconds_between(origin_ms, window->samples[i].t_ms);
		constant &= value == first;
		x = accurate_add(x, t);
		y = accurate_add(y, value);
		xy = accurate_add(xy, t * value);
		xx = accurate_add(xx, t * t);
	}
	if (constant)
		return isinf(first) ? (struct line){ NAN, NAN } : (struct line){ 0, first };
	double sum_x = x.sum + x.lost;
	double sum_y = y.sum + y.lost;
	double covariance = xy.sum + xy.lost - sum_x * sum_y / count;
	double variance = xx.sum + xx.lost - sum_x * sum_x / count;
	double slope = covariance / variance;
	return (struct line){ slope, sum_y / count - slope * sum_x / count };
}

bool promql_window_deriv(const struct window *window, UNUSED const double *args, double *ret_value)
{
	if (window->count < 2)
		return false;
	*ret_value = regression(window, window->samples[0].t_ms).slope;
	return true;
}

bool promql_window_predict_linear(const struct window *window, const double *args,
				  double *ret_value)
{
	if (window->count < 2)
		return false;
	struct line line = regression(window, window->step_ms);
	*ret_value = line.slope * args[0] + line.intercept;
	return true;
}

/* Holt's linear method; args are the factors of smoothing and of the trend. */
bool promql_window_smoothing(const struct window *window, const double *args, double *ret_value)
{
	if (window->count < 2)
		return false;
	double level = window->samples[0].value;
	double before = 0;
	double trend = window->samples[1].value - level;
	for (uint32_t i = 1; i < window->count; i++) {
		if (i > 1)
			trend = args[1] * (level - before) + (1 - args[1]) * trend;
		double next = args[0] * window->samples[i].value + (1 - args[0]) * (level + trend);
		before = level;
		level = next;
	}
	*ret_value = level;
	return true;
}

int promql_eval_smoothing(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct scalars factors;
	if (promql_scalars_read(ev, call->call.args + 1, 2, &factors) < 0)
		return -1;
	for (uint32_t step = 0; step < ev->grid.count; step++) {
		const double *now = promql_scalars_at(&factors, step);
		for (uint32_t i = 0; i < factors.count; i++)
			if (!(now[i] > 0 && now[i] < 1))
				return promql_evaluation_error(
					ev, "'%s': a factor of %g; it must be between 0 and 1",
					call->call.function->name, now[i]);
	}
	return promql_each_window(ev, call, ret);
}

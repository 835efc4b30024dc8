/* windows - PromQL's functions of a window other than sums and rates */
#include <math.h>

#include "metrics/range.h"
#include "metrics/special.h"

bool promql_window_resets(const struct window *window, UNUSED const double *args, double *ret_value)
{
	uint32_t resets = 0;
	for (uint32_t i = 1; i < window->count; i++)
		resets += window->samples[i].value < window->samples[i - 1].value;
	*ret_value = resets;
	return true;
}

bool promql_window_changes(const struct window *window, UNUSED const double *args,
			   double *ret_value)
{
	uint32_t changes = 0;
	for (uint32_t i = 1; i < window->count; i++) {
		double value = window->samples[i].value;
		double before = window->samples[i - 1].value;
		changes += value != before && !(isnan(value) && isnan(before));
	}
	*ret_value = changes;
	return true;
}

bool promql_window_present(UNUSED const struct window *window, UNUSED const double *args,
			   double *ret_value)
{
	*ret_value = 1;
	return true;
}

bool promql_window_first(const struct window *window, UNUSED const double *args, double *ret_value)
{
	*ret_value = window->samples[0].value;
	return true;
}

bool promql_window_last(const struct window *window, UNUSED const double *args, double *ret_value)
{
	*ret_value = window->samples[window->count - 1].value;
	return true;
}

static bool time_of(const struct window *window, uint32_t index, double *ret_value)
{
	*ret_value = (double)window->samples[index].t_ms / 1000;
	return true;
}

bool promql_window_time_of_first(const struct window *window, UNUSED const double *args,
				 double *ret_value)
{
	return time_of(window, 0, ret_value);
}

bool promql_window_time_of_last(const struct window *window, UNUSED const double *args,
				double *ret_value)
{
	return time_of(window, window->count - 1, ret_value);
}

/* Of equal values the latest. */
bool promql_window_time_of_max(const struct window *window, UNUSED const double *args,
			       double *ret_value)
{
	uint32_t best = 0;
	for (uint32_t i = 1; i < window->count; i++)
		if (window->samples[i].value >= window->samples[best].value ||
		    isnan(window->samples[best].value))
			best = i;
	return time_of(window, best, ret_value);
}

bool promql_window_time_of_min(const struct window *window, UNUSED const double *args,
			       double *ret_value)
{
	uint32_t best = 0;
	for (uint32_t i = 1; i < window->count; i++)
		if (window->samples[i].value <= window->samples[best].value ||
		    isnan(window->samples[best].value))
			best = i;
	return time_of(window, best, ret_value);
}

/* functions - the table of PromQL's functions: names, argument types, what evaluates them */
#include "metrics/functions.h"

#include <math.h>

#include "base/arena.h"
#include "metrics/frame.h"
#include "metrics/range.h"
#include "metrics/special.h"

/* libm's functions of one value. */
#define MATH_FUNCTIONS(X)                                                                          \
	X(abs, fabs)                                                                               \
	X(acos, acos)                                                                              \
	X(acosh, acosh)                                                                            \
	X(asin, asin)                                                                              \
	X(asinh, asinh)                                                                            \
	X(atan, atan)                                                                              \
	X(atanh, atanh)                                                                            \
	X(ceil, ceil)                                                                              \
	X(cos, cos)                                                                                \
	X(cosh, cosh)                                                                              \
	X(exp, exp)                                                                                \
	X(floor, floor)                                                                            \
	X(ln, log)                                                                                 \
	X(log10, log10)                                                                            \
	X(log2, log2)                                                                              \
	X(sin, sin)                                                                                \
	X(sinh, sinh)                                                                              \
	X(sqrt, sqrt)                                                                              \
	X(tan, tan)                                                                                \
	X(tanh, tanh)

#define MATH_MAPPING(name, function)                                                               \
	static double math_##name(double value, UNUSED const double *args, UNUSED uint32_t n)      \
	{                                                                                          \
		return function(value);                                                            \
	}
MATH_FUNCTIONS(MATH_MAPPING)

#define S PROMQL_SCALAR
#define V PROMQL_VECTOR
#define M PROMQL_MATRIX
#define T PROMQL_STRING
#define TYPES(...)                                                                                 \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define ROW(text, type, types, min, max, ...)                                                      \
	{                                                                                          \
		.name = text, .returns = type, .args = types, .args_min = min, .args_max = max,    \
		__VA_ARGS__                                                                        \
	}

/* A function of each value; of each value or the present time. */
#define MAP(text, function, types, min, max)                                                       \
	ROW(text, V, TYPES types, min, max, .eval = promql_each_map, .map = function)
#define DATE(text, function) ROW(text, V, TYPES(V), 0, 1, .eval = promql_each_date, .map = function)

/* A function of each window; of the values of each window. */
#define WINDOW(text, function, ...)                                                                \
	ROW(text, V, TYPES(M), 1, 1, .eval = promql_each_window, .window = function, __VA_ARGS__)
#define REDUCE(text, function)                                                                     \
	ROW(text, V, TYPES(M), 1, 1, .eval = promql_each_window, .reduce = function)
#define SPECIAL(text, type, types, min, max, function)                                             \
	ROW(text, type, TYPES types, min, max, .eval = function)
#define MATH_ROW(text, function) MAP(#text, math_##text, (V), 1, 1),

static const struct function functions[] = {
	MAP("clamp", promql_map_clamp, (V, S, S), 3, 3),
	MAP("clamp_max", promql_map_clamp_max, (V, S), 2, 2),
	MAP("clamp_min", promql_map_clamp_min, (V, S), 2, 2),
	MAP("deg", promql_map_deg, (V), 1, 1),
	MAP("rad", promql_map_rad, (V), 1, 1),
	MAP("round", promql_map_round, (V, S), 1, 2),
	MAP("sgn", promql_map_sgn, (V), 1, 1),

	DATE("day_of_month", promql_map_day_of_month),
	DATE("day_of_week", promql_map_day_of_week),
	DATE("day_of_year", promql_map_day_of_year),
	DATE("days_in_month", promql_map_days_in_month),
	DATE("hour", promql_map_hour),
	DATE("minute", promql_map_minute),
	DATE("month", promql_map_month),
	DATE("year", promql_map_year),

	WINDOW("changes", promql_window_changes),
	WINDOW("delta", promql_window_delta),
	WINDOW("deriv", promql_window_deriv),
	WINDOW("first_over_time", promql_window_first, .keeps_name = true),
	WINDOW("idelta", promql_window_idelta),
	WINDOW("increase", promql_window_increase),
	WINDOW("irate", promql_window_irate),
	WINDOW("last_over_time", promql_window_last, .keeps_name = true),
	WINDOW("present_over_time", promql_window_present),
	WINDOW("rate", promql_window_rate),
	WINDOW("resets", promql_window_resets),
	WINDOW("ts_of_first_over_time", promql_window_time_of_first),
	WINDOW("ts_of_last_over_time", promql_window_time_of_last),
	WINDOW("ts_of_max_over_time", promql_window_time_of_max),
	WINDOW("ts_of_min_over_time", promql_window_time_of_min),
	ROW("predict_linear", V, TYPES(M, S), 2, 2, .eval = promql_each_window,
	    .window = promql_window_predict_linear),
	ROW("double_exponential_smoothing", V, TYPES(M, S, S), 3, 3, .eval = promql_eval_smoothing,
	    .window = promql_window_smoothing),

	REDUCE("avg_over_time", reduce_average),
	REDUCE("count_over_time", reduce_count),
	REDUCE("mad_over_time", reduce_median_deviation),
	REDUCE("max_over_time", reduce_max),
	REDUCE("min_over_time", reduce_min),
	REDUCE("stddev_over_time", reduce_deviation),
	REDUCE("stdvar_over_time", reduce_variance),
	REDUCE("sum_over_time", reduce_sum),
	ROW("quantile_over_time", V, TYPES(S, M), 2, 2, .eval = promql_each_window,
	    .reduce = reduce_quantile),

	SPECIAL("absent", V, (V), 1, 1, promql_eval_absent),
	SPECIAL("absent_over_time", V, (M), 1, 1, promql_eval_absent_over_time),
	SPECIAL("end", S, (S), 0, 0, promql_eval_end),
	SPECIAL("histogram_fraction", V, (S, S, V), 3, 3, promql_eval_histogram_fraction),
	SPECIAL("histogram_quantile", V, (S, V), 2, 2, promql_eval_histogram_quantile),
	SPECIAL("histogram_quantiles", V, (V, T, S), 3, FUNCTION_ARGS_MAX,
		promql_eval_histogram_quantiles),
	SPECIAL("label_join", V, (V, T, T, T), 3, FUNCTION_ARGS_MAX, promql_eval_label_join),
	SPECIAL("label_replace", V, (V, T, T, T, T), 5, 5, promql_eval_label_replace),
	SPECIAL("max_of", S, (S, S), 2, 2, promql_eval_max_of),
	SPECIAL("min_of", S, (S, S), 2, 2, promql_eval_min_of),
	SPECIAL("pi", S, (S), 0, 0, promql_eval_pi),
	SPECIAL("range", S, (S), 0, 0, promql_eval_range),
	SPECIAL("scalar", S, (V), 1, 1, promql_eval_scalar),
	SPECIAL("sort", V, (V), 1, 1, promql_eval_sort),
	SPECIAL("sort_by_label", V, (V, T), 1, FUNCTION_ARGS_MAX, promql_eval_sort_by_label),
	SPECIAL("sort_by_label_desc", V, (V, T), 1, FUNCTION_ARGS_MAX,
		promql_eval_sort_by_label_desc),
	SPECIAL("sort_desc", V, (V), 1, 1, promql_eval_sort_desc),
	SPECIAL("start", S, (S), 0, 0, promql_eval_start),
	SPECIAL("step", S, (S), 0, 0, promql_eval_step),
	SPECIAL("time", S, (S), 0, 0, promql_eval_time),
	SPECIAL("timestamp", V, (V), 1, 1, promql_eval_timestamp),
	SPECIAL("vector", V, (S), 1, 1, promql_eval_vector),

	MATH_FUNCTIONS(MATH_ROW)
};

const struct function *promql_function_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(functions); i++)
		if (str_equal(name, str_from_cstr(functions[i].name)))
			return &functions[i];
	return NULL;
}

const struct function *promql_function_at(uint32_t index)
{
	return index < ARRAY_COUNT(functions) ? &functions[index] : NULL;
}

enum promql_type promql_function_arg_type(const struct function *function, uint32_t index)
{
	uint32_t last = 0;
	while (last + 1 < FUNCTION_TYPES_MAX && function->args[last + 1] != PROMQL_NONE)
		last++;
	return function->args[MIN(index, last)];
}

/* --- value by value -------------------------------------------------------------------------- */

static void map_row(struct evaluation *ev, const struct promql *call, struct scalars *scalars,
		    struct row *row)
{
	row->drop_name = true;
	for (uint32_t step = 0; step < ev->grid.count; step++)
		if (is_present(row->values[step]))
			row->values[step] = call->call.function->map(
				row->values[step], promql_scalars_at(scalars, step),
				scalars->count);
}

int promql_each_map(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct scalars scalars;
	if (promql_evaluate(ev, call->call.args[0], ret) < 0)
		return -1;
	if (promql_scalars_read(ev, call->call.args + 1, call->call.arg_count - 1, &scalars) < 0)
		return -1;
	for (uint32_t i = 0; i < ret->count; i++)
		map_row(ev, call, &scalars, &ret->rows[i]);
	return 0;
}

int promql_each_date(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct scalars none = {};
	bool given = call->call.arg_count > 0;
	if ((given ? promql_evaluate(ev, call->call.args[0], ret)
		   : promql_eval_time(ev, call, ret)) < 0)
		return -1;
	for (uint32_t i = 0; i < ret->count; i++)
		map_row(ev, call, &none, &ret->rows[i]);
	return 0;
}

/* --- window by window ------------------------------------------------------------------------ */

/* The arguments of a function over windows: one range and some scalars. */
struct windowed {
	const struct function *function;
	struct range range;
	struct scalars scalars;
	double *gathered; /* room for the values of a window */
};

static int windowed_read(struct evaluation *ev, const struct promql *call, struct windowed *ret)
{
	const struct promql *scalars[FUNCTION_TYPES_MAX];
	uint32_t count = 0;
	ret->function = call->call.function;
	for (uint32_t i = 0; i < call->call.arg_count; i++) {
		const struct promql *arg = call->call.args[i];
		if (arg->type != PROMQL_MATRIX)
			scalars[count++] = arg;
		else if (promql_range_read(ev, arg, &ret->range) < 0)
			return -1;
	}
	uint32_t most = 0;
	for (uint32_t i = 0; i < ret->range.count; i++)
		most = MAX(most, ret->range.items[i].count);
	ret->gathered = arena_array(ev->arena, double, ret->function->reduce ? most : 0);
	return promql_scalars_read(ev, scalars, count, &ret->scalars);
}

static bool window_value(struct windowed *w, const struct window *window, const double *args,
			 double *ret_value)
{
	if (window->count == 0)
		return false;
	if (w->function->window)
		return w->function->window(window, args, ret_value);
	for (uint32_t i = 0; i < window->count; i++)
		w->gathered[i] = window->samples[i].value;
	*ret_value =
		w->function->reduce(w->gathered, window->count, w->scalars.count > 0 ? args[0] : 0);
	return true;
}

static int window_row(struct evaluation *ev, struct windowed *w, const struct range_series *series,
		      struct frame *ret)
{
	bool drop_name = series->drop_name || !w->function->keeps_name;
	double *values = promql_frame_add(ev, ret, series->labels, drop_name);
	if (!values)
		return -1;
	for (uint32_t step = 0; step < ev->grid.count; step++) {
		struct window window;
		double value = 0;
		if (promql_range_window(ev, &w->range, series, step, &window) < 0)
			return -1;
		if (window_value(w, &window, promql_scalars_at(&w->scalars, step), &value))
			values[step] = value;
	}
	return 0;
}

int promql_each_window(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct windowed w = {};
	if (windowed_read(ev, call, &w) < 0)
		return -1;
	for (uint32_t i = 0; i < w.range.count; i++)
		if (window_row(ev, &w, &w.range.items[i], ret) < 0)
			return -1;
	return 0;
}

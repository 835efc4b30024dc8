/*
 * special - evaluators of PromQL's functions: what the table in functions.c points to
 *
 * Layer: metrics. Private: its folder. Those in the first group are driven by other columns of the
 * table.
 */
#ifndef FORGE_METRICS_SPECIAL_H
#define FORGE_METRICS_SPECIAL_H

#include "metrics/functions.h"

#define EVALUATOR(name)                                                                            \
	int name(struct evaluation *ev, const struct promql *call, struct frame *ret)
#define MAPPING(name) double name(double value, const double *args, uint32_t arg_count)
#define WINDOWING(name)                                                                            \
	bool name(const struct window *window, const double *args, double *ret_value)

EVALUATOR(promql_each_map);    /* value by value, .map */
EVALUATOR(promql_each_date);   /* the same; without arguments of the present time */
EVALUATOR(promql_each_window); /* window by window, .window or .reduce */

/* scalars.c: between scalars and vectors, and time */
EVALUATOR(promql_eval_vector);
EVALUATOR(promql_eval_scalar);
EVALUATOR(promql_eval_time);
EVALUATOR(promql_eval_timestamp);
EVALUATOR(promql_eval_start);
EVALUATOR(promql_eval_end);
EVALUATOR(promql_eval_range);
EVALUATOR(promql_eval_step);
EVALUATOR(promql_eval_pi);
EVALUATOR(promql_eval_min_of);
EVALUATOR(promql_eval_max_of);

/* label_functions.c */
EVALUATOR(promql_eval_label_replace);
EVALUATOR(promql_eval_label_join);
EVALUATOR(promql_eval_sort);
EVALUATOR(promql_eval_sort_desc);
EVALUATOR(promql_eval_sort_by_label);
EVALUATOR(promql_eval_sort_by_label_desc);

/* absence.c */
EVALUATOR(promql_eval_absent);
EVALUATOR(promql_eval_absent_over_time);

/* buckets.c: classic histograms */
EVALUATOR(promql_eval_histogram_quantile);
EVALUATOR(promql_eval_histogram_quantiles);
EVALUATOR(promql_eval_histogram_fraction);

/* scalars.c */
MAPPING(promql_map_round);
MAPPING(promql_map_clamp);
MAPPING(promql_map_clamp_min);
MAPPING(promql_map_clamp_max);
MAPPING(promql_map_sgn);
MAPPING(promql_map_deg);
MAPPING(promql_map_rad);

/* dates.c: of seconds since the epoch, in UTC */
MAPPING(promql_map_minute);
MAPPING(promql_map_hour);
MAPPING(promql_map_day_of_week);
MAPPING(promql_map_day_of_month);
MAPPING(promql_map_day_of_year);
MAPPING(promql_map_days_in_month);
MAPPING(promql_map_month);
MAPPING(promql_map_year);

/* rates.c */
WINDOWING(promql_window_rate);
WINDOWING(promql_window_increase);
WINDOWING(promql_window_delta);
WINDOWING(promql_window_irate);
WINDOWING(promql_window_idelta);
WINDOWING(promql_window_deriv);
WINDOWING(promql_window_predict_linear);
WINDOWING(promql_window_smoothing);
EVALUATOR(promql_eval_smoothing);

/* windows.c */
WINDOWING(promql_window_resets);
WINDOWING(promql_window_changes);
WINDOWING(promql_window_present);
WINDOWING(promql_window_first);
WINDOWING(promql_window_last);
WINDOWING(promql_window_time_of_first);
WINDOWING(promql_window_time_of_last);
WINDOWING(promql_window_time_of_max);
WINDOWING(promql_window_time_of_min);

#endif

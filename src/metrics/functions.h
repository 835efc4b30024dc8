/*
 * functions - the table of PromQL's functions: names, argument types, what evaluates them
 *
 * Layer: metrics. Private: its folder.
 */
#ifndef FORGE_METRICS_FUNCTIONS_H
#define FORGE_METRICS_FUNCTIONS_H

#include <stdint.h>

#include "metrics/promql.h"
#include "metrics/reduce.h"

struct evaluation;
struct frame;
struct window;

enum { FUNCTION_ARGS_MAX = 32, FUNCTION_TYPES_MAX = 5 };

/* A whole call; evaluates its arguments itself. Returns -1 with the error set in the evaluation. */
typedef int (*function_eval_fn)(struct evaluation *ev, const struct promql *call,
				struct frame *ret);

/* One value of a vector and the scalar arguments at that step. */
typedef double (*function_map_fn)(double value, const double *args, uint32_t arg_count);

/* The samples of one window (at least one) and the scalar arguments; false: no value. */
typedef bool (*function_window_fn)(const struct window *window, const double *args,
				   double *ret_value);

struct function {
	const char *name;
	enum promql_type returns;
	enum promql_type
		args[FUNCTION_TYPES_MAX]; /* the last one repeats when args_max allows more */
	uint8_t args_min;
	uint8_t args_max;
	function_eval_fn eval;
	function_map_fn map;	   /* of promql_each_map and promql_each_date */
	function_window_fn window; /* of promql_each_window; or … */
	reduce_fn reduce; /* … over the values of the window, param is the scalar argument */
	bool keeps_name;  /* of promql_each_window: the result is still the metric */
};

/* NULL when there is none. */
const struct function *promql_function_find(struct str name);

/* The function at an index, NULL behind the last. */
const struct function *promql_function_at(uint32_t index);

/* The type that the argument must have. */
enum promql_type promql_function_arg_type(const struct function *function, uint32_t index);

#endif

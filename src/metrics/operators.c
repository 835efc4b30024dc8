/* operators - the tables of PromQL's binary operators and aggregations */
#include "metrics/operators.h"

#include <math.h>

#define OPERATION(name, expression)                                                                \
	static double name(double left, double right)                                              \
	{                                                                                          \
		return expression;                                                                 \
	}

OPERATION(apply_add, left + right)
OPERATION(apply_subtract, left - right)
OPERATION(apply_multiply, left *right)
OPERATION(apply_divide, left / right)
OPERATION(apply_modulo, fmod(left, right))
OPERATION(apply_power, pow(left, right))
OPERATION(apply_atan2, atan2(left, right))
OPERATION(apply_equal, left == right)
OPERATION(apply_not_equal, left != right)
OPERATION(apply_less, left < right)
OPERATION(apply_less_equal, left <= right)
OPERATION(apply_greater, left > right)
OPERATION(apply_greater_equal, left >= right)

static const struct binary_operator operators[] = {
	{ "or", OPERATOR_SET, 1, false, NULL, SET_OR },
	{ "and", OPERATOR_SET, 2, false, NULL, SET_AND },
	{ "unless", OPERATOR_SET, 2, false, NULL, SET_UNLESS },
	{ "==", OPERATOR_COMPARISON, 3, false, apply_equal, 0 },
	{ "!=", OPERATOR_COMPARISON, 3, false, apply_not_equal, 0 },
	{ "<", OPERATOR_COMPARISON, 3, false, apply_less, 0 },
	{ "<=", OPERATOR_COMPARISON, 3, false, apply_less_equal, 0 },
	{ ">", OPERATOR_COMPARISON, 3, false, apply_greater, 0 },
	{ ">=", OPERATOR_COMPARISON, 3, false, apply_greater_equal, 0 },
	{ "+", OPERATOR_ARITHMETIC, 4, false, apply_add, 0 },
	{ "-", OPERATOR_ARITHMETIC, 4, false, apply_subtract, 0 },
	{ "*", OPERATOR_ARITHMETIC, 5, false, apply_multiply, 0 },
	{ "/", OPERATOR_ARITHMETIC, 5, false, apply_divide, 0 },
	{ "%", OPERATOR_ARITHMETIC, 5, false, apply_modulo, 0 },
	{ "atan2", OPERATOR_ARITHMETIC, 5, false, apply_atan2, 0 },
	{ "^", OPERATOR_ARITHMETIC, PRECEDENCE_UNARY, true, apply_power, 0 },
};

const struct binary_operator *promql_operator_find(struct str text)
{
	for (size_t i = 0; i < ARRAY_COUNT(operators); i++)
		if (str_equal_nocase(text, str_from_cstr(operators[i].text)))
			return &operators[i];
	return NULL;
}

static const struct aggregation aggregations[] = {
	{ "avg", AGGREGATE_AVG, PROMQL_NONE },
	{ "bottomk", AGGREGATE_BOTTOMK, PROMQL_SCALAR },
	{ "count", AGGREGATE_COUNT, PROMQL_NONE },
	{ "count_values", AGGREGATE_COUNT_VALUES, PROMQL_STRING },
	{ "group", AGGREGATE_GROUP, PROMQL_NONE },
	{ "limitk", AGGREGATE_LIMITK, PROMQL_SCALAR },
	{ "limit_ratio", AGGREGATE_LIMIT_RATIO, PROMQL_SCALAR },
	{ "max", AGGREGATE_MAX, PROMQL_NONE },
	{ "min", AGGREGATE_MIN, PROMQL_NONE },
	{ "quantile", AGGREGATE_QUANTILE, PROMQL_SCALAR },
	{ "stddev", AGGREGATE_STDDEV, PROMQL_NONE },
	{ "stdvar", AGGREGATE_STDVAR, PROMQL_NONE },
	{ "sum", AGGREGATE_SUM, PROMQL_NONE },
	{ "topk", AGGREGATE_TOPK, PROMQL_SCALAR },
};

const struct aggregation *promql_aggregation_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(aggregations); i++)
		if (str_equal_nocase(name, str_from_cstr(aggregations[i].name)))
			return &aggregations[i];
	return NULL;
}

const char *promql_aggregation_name_at(uint32_t index)
{
	return index < ARRAY_COUNT(aggregations) ? aggregations[index].name : NULL;
}

double max_or_nan(double a, double b)
{
	return isnan(a) || isnan(b) ? (double)NAN : fmax(a, b);
}

double min_or_nan(double a, double b)
{
	return isnan(a) || isnan(b) ? (double)NAN : fmin(a, b);
}

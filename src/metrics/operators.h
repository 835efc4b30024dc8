/*
 * operators - the tables of PromQL's binary operators and aggregations
 *
 * Layer: metrics. Private: its folder. The parser reads names and precedences here, the evaluation
 * what they do.
 */
#ifndef FORGE_METRICS_OPERATORS_H
#define FORGE_METRICS_OPERATORS_H

#include "base/str.h"
#include "metrics/promql.h"

enum operator_family {
	OPERATOR_ARITHMETIC, /* gives a number, the metric's name is lost */
	OPERATOR_COMPARISON, /* filters, or gives 0 and 1 with bool */
	OPERATOR_SET,	     /* and, or, unless */
};

enum operator_set { SET_AND, SET_OR, SET_UNLESS };

struct binary_operator {
	const char *text;
	enum operator_family family;
	int precedence; /* higher binds tighter */
	bool right_associative;
	double (*apply)(double left, double right); /* comparisons give 0 or 1; NULL for sets */
	enum operator_set set;
};

enum {
	PRECEDENCE_LOWEST = 1,
	PRECEDENCE_UNARY = 6, /* operands of a sign bind at least as tight: only ^ does */
};

/* By its text, words in any case; NULL when there is none. */
const struct binary_operator *promql_operator_find(struct str text);

enum aggregation_id {
	AGGREGATE_AVG,
	AGGREGATE_BOTTOMK,
	AGGREGATE_COUNT,
	AGGREGATE_COUNT_VALUES,
	AGGREGATE_GROUP,
	AGGREGATE_LIMITK,
	AGGREGATE_LIMIT_RATIO,
	AGGREGATE_MAX,
	AGGREGATE_MIN,
	AGGREGATE_QUANTILE,
	AGGREGATE_STDDEV,
	AGGREGATE_STDVAR,
	AGGREGATE_SUM,
	AGGREGATE_TOPK,
};

struct aggregation {
	const char *name;
	enum aggregation_id id;
	enum promql_type param; /* PROMQL_NONE when it takes none */
};

/* By its name in any case; NULL when there is none. */
const struct aggregation *promql_aggregation_find(struct str name);

/* One more aggregation name for messages, NULL behind the last. */
const char *promql_aggregation_name_at(uint32_t index);

/* Go's math.Max and math.Min: NaN when either is one. */
double max_or_nan(double a, double b);
double min_or_nan(double a, double b);

#endif

/* functions_test - what PromQL's functions make of windows, values, dates and labels */
#include "metrics/functions.h"

#include "metrics/expressions_test.h"

static const char loaded[] = "load 1m\n"
			     "  v 4 1 3 3 2\n"
			     "  line 0+6x4\n"
			     "  odd 1 NaN NaN 2 _\n"
			     "  one 7\n"
			     "  from_three 3+6x4\n"
			     "  late _ _ 1 7 13\n"
			     "  below -1+6x4\n"
			     "  node{n=\"n2\", zone=\"b\"} 2x4\n"
			     "  node{n=\"n10\", zone=\"a\"} 10x4\n"
			     "  node{n=\"n1\", zone=\"c\"} NaNx4\n";

/* At four minutes. */
static void check_all(const struct expectation *expectations, size_t count)
{
	check_expressions(loaded, 240000, expectations, count);
}

static void windows_are_reduced_to_one_value(void)
{
	static const struct expectation expectations[] = {
		{ "sum_over_time(v[5m])", "{} 13\n" },
		{ "avg_over_time(v[5m])", "{} 2.6\n" },
		{ "min_over_time(v[5m])", "{} 1\n" },
		{ "max_over_time(v[5m])", "{} 4\n" },
		{ "count_over_time(v[5m])", "{} 5\n" },
		{ "stdvar_over_time(v[5m])", "{} 1.04\n" },
		{ "stddev_over_time(v[5m]) ^ 2", "{} 1.04\n" },
		{ "mad_over_time(v[5m])", "{} 1\n" },
		{ "quantile_over_time(0.25, v[5m])", "{} 2\n" },
		{ "quantile_over_time(2, v[5m])", "{} +Inf\n" },
		{ "quantile_over_time(-1, v[5m])", "{} -Inf\n" },
		{ "min_over_time(odd[5m])", "{} 1\n" },
		{ "max_over_time(odd[5m])", "{} 2\n" },
		{ "mad_over_time(odd[5m])", "{} NaN\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void windows_tell_of_their_samples(void)
{
	static const struct expectation expectations[] = {
		{ "changes(v[5m])", "{} 3\n" },
		{ "changes(odd[5m])", "{} 2\n" }, /* NaN after NaN is none */
		{ "resets(v[5m])", "{} 2\n" },
		{ "present_over_time(v[5m])", "{} 1\n" },
		{ "first_over_time(v[5m])", "v 4\n" },
		{ "last_over_time(v[5m])", "v 2\n" },
		{ "ts_of_first_over_time(v[5m])", "{} 0\n" },
		{ "ts_of_last_over_time(odd[5m])", "{} 180\n" },
		{ "ts_of_max_over_time(v[5m])", "{} 0\n" },
		{ "ts_of_max_over_time(v[2m])", "{} 180\n" },
		{ "ts_of_max_over_time(odd[3m])", "{} 180\n" },
		{ "ts_of_min_over_time(v[5m])", "{} 60\n" },
		{ "ts_of_min_over_time(odd[3m])", "{} 180\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void changes_are_rates(void)
{
	static const struct expectation expectations[] = {
		/* Five samples in 240 s of a window of 300 s: a quarter more. */
		{ "delta(v[5m])", "{} -2.5\n" },
		{ "increase(v[5m])", "{} 6.25\n" }, /* 4 before one reset, 3 before the other */
		{ "idelta(v[5m])", "{} -1\n" },
		{ "irate(v[5m]) * 30", "{} 1\n" }, /* counted from 0 */
		{ "deriv(line[5m])", "{} 0.1\n" },
		{ "predict_linear(line[5m], 120)", "{} 36\n" },
		{ "double_exponential_smoothing(v[5m], 0.5, 0.5)", "{} 1.09375\n" },
		{ "idelta(one[5m])", "" },
		{ "deriv(one[5m])", "" },
		{ "double_exponential_smoothing(one[5m], 0.5, 0.5)", "" },
		{ "double_exponential_smoothing(v[5m], 1, 0.5)",
		  "PromQL: 'double_exponential_smoothing': a factor of 1; it must be between 0 "
		  "and 1" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

/* The window of 300 s begins 60 s before the first sample; a sample comes each minute. */
static void counters_are_not_extended_below_zero(void)
{
	static const struct expectation expectations[] = {
		{ "increase(line[5m])", "{} 24\n" }, /* 0 at its first sample: not extended */
		{ "rate(line[5m]) * 300", "{} 24\n" },
		{ "delta(line[5m])", "{} 30\n" },	   /* a gauge may be negative */
		{ "increase(from_three[5m])", "{} 27\n" }, /* 0 at 30 s before its first */
		{ "delta(from_three[5m])", "{} 30\n" },
		{ "increase(late[5m])", "{} 13\n" }, /* 10 s, not half an interval */
		{ "delta(late[5m])", "{} 15\n" },
		{ "increase(below[5m])", "{} 30\n" }, /* no counter: as it is */
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void values_are_mapped(void)
{
	static const struct expectation expectations[] = {
		{ "round(vector(2.5))", "{} 3\n" },
		{ "round(vector(-2.5))", "{} -2\n" },
		{ "round(vector(0.37), 0.1)", "{} 0.4\n" },
		{ "clamp(v, 3, 5)", "{} 3\n" },
		{ "clamp(v, 5, 3)", "" },
		{ "clamp_min(v, 3)", "{} 3\n" },
		{ "clamp_max(v, 1)", "{} 1\n" },
		{ "sgn(vector(-3))", "{} -1\n" },
		{ "sgn(vector(0))", "{} 0\n" },
		{ "deg(vector(pi()))", "{} 180\n" },
		{ "rad(vector(180)) - pi()", "{} 0\n" },
		{ "abs(vector(-1.5))", "{} 1.5\n" },
		{ "ceil(vector(1.2))", "{} 2\n" },
		{ "floor(vector(-1.2))", "{} -2\n" },
		{ "sqrt(vector(16))", "{} 4\n" },
		{ "log2(vector(8))", "{} 3\n" },
		{ "log10(vector(0))", "{} -Inf\n" },
		{ "exp(vector(0))", "{} 1\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void scalars_and_times(void)
{
	static const struct expectation expectations[] = {
		{ "scalar(v)", "2\n" },
		{ "scalar(node)", "NaN\n" },
		{ "min_of(1, 2)", "1\n" },
		{ "max_of(1, 2)", "2\n" },
		{ "timestamp(odd offset 1m)", "{} 180\n" },
		{ "timestamp(odd offset 1m + 0)", "{} 240\n" },
		{ "start() + end()", "480\n" },
		{ "range()", "0\n" },
		{ "step()", "0\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
	SCRATCH(arena);
	CHECK_TEXT(expression_answer(arena, loaded, "range() + step()", 60000, 180000),
		   "{}\n  180 @ 60\n  180 @ 120\n  180 @ 180\n");
}

/* 2024-02-29 12:34:56, and a second before 1970. */
static void dates_are_those_of_the_calendar(void)
{
	static const struct expectation expectations[] = {
		{ "year(vector(1709210096))", "{} 2024\n" },
		{ "month(vector(1709210096))", "{} 2\n" },
		{ "day_of_month(vector(1709210096))", "{} 29\n" },
		{ "day_of_year(vector(1709210096))", "{} 60\n" },
		{ "day_of_week(vector(1709210096))", "{} 4\n" },
		{ "hour(vector(1709210096))", "{} 12\n" },
		{ "minute(vector(1709210096))", "{} 34\n" },
		{ "days_in_month(vector(-1))", "{} 31\n" },
		{ "year(vector(-1))", "{} 1969\n" },
		{ "hour(vector(-1))", "{} 23\n" },
		{ "minute()", "{} 4\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void absence_has_the_labels_that_were_demanded(void)
{
	static const struct expectation expectations[] = {
		{ "absent(v)", "" },
		{ "absent(none{a=\"1\", b!=\"2\", c=\"3\", c=\"4\"})", "{a=\"1\"} 1\n" },
		{ "absent(sum(none{a=\"1\"}))", "{} 1\n" },
		{ "absent_over_time(v[5m])", "" },
		{ "absent_over_time(none{a=\"1\"}[5m])", "{a=\"1\"} 1\n" },
		{ "absent_over_time(one[1m])", "{} 1\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

#define N1  "node{n=\"n1\", zone=\"c\"} NaN\n"
#define N2  "node{n=\"n2\", zone=\"b\"} 2\n"
#define N10 "node{n=\"n10\", zone=\"a\"} 10\n"

static void sorting_puts_nan_last_and_numbers_in_order(void)
{
	static const struct expectation expectations[] = {
		{ "sort(node)", N2 N10 N1 },
		{ "sort_desc(node)", N10 N2 N1 },
		{ "sort_by_label(node, \"n\")", N1 N2 N10 },
		{ "sort_by_label_desc(node, \"n\")", N10 N2 N1 },
		{ "sort_by_label(node, \"zone\")", N10 N2 N1 },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void labels_are_made_of_others(void)
{
	static const struct expectation expectations[] = {
		{ "label_replace(v, \"x\", \"$1\", \"none\", \"(a)\")", "v 2\n" }, /* no match */
		{ "label_replace(v, \"__name__\", \"w\", \"\", \"\")", "w 2\n" },
		{ "label_join(v, \"x\", \",\")", "v 2\n" }, /* of nothing: nothing */
		{ "label_replace(v, \"\", \"\", \"\", \"\")",
		  "PromQL: 'label_replace': '' is not a label name" },
		{ "label_join(v, \"x\", \",\", \"\")",
		  "PromQL: 'label_join': '' is not a label name" },
		{ "label_replace(v, \"x\", \"\", \"a\", \"(\")",
		  "PromQL: 'label_replace': '(' is not a regular expression: missing ): (" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void arguments_are_of_the_right_kind_and_number(void)
{
	static const struct expectation expectations[] = {
		{ "pi(1)", "PromQL, 1:1: 'pi' with 1 arguments; it takes 0" },
		{ "clamp(v, 1)", "PromQL, 1:1: 'clamp' with 2 arguments; it takes 3" },
		{ "round()", "PromQL, 1:1: 'round' with 0 arguments; it takes at least 1" },
		{ "round(v, 1, 2)", "PromQL, 1:1: 'round' with 3 arguments; it takes at most 2" },
		{ "vector(v)", "PromQL, 1:8: 'vector' wants a scalar, this is an instant vector" },
		{ "1 offset 1m",
		  "PromQL, 1:3: 'offset' behind something else than a selector or a subquery" },
		{ "sum(1)", "PromQL, 1:5: 'sum' wants an instant vector, this is a scalar" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

TESTS({ "*_over_time functions give one value per window", windows_are_reduced_to_one_value },
      { "changes, resets, first and last samples of a window", windows_tell_of_their_samples },
      { "changes are rates", changes_are_rates },
      { "counters are not extended below zero", counters_are_not_extended_below_zero },
      { "values are mapped", values_are_mapped }, { "scalars and times", scalars_and_times },
      { "dates are those of the calendar", dates_are_those_of_the_calendar },
      { "absence has the labels that were demanded", absence_has_the_labels_that_were_demanded },
      { "sorting puts NaN last and numbers in order", sorting_puts_nan_last_and_numbers_in_order },
      { "labels are made of others", labels_are_made_of_others },
      { "arguments are of the right kind and number", arguments_are_of_the_right_kind_and_number })

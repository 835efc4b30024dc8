/* promql_test - expressions and what they give, errors and where they point */
#include "metrics/promql.h"

#include <string.h>

#include "doc/json.h"
#include "metrics/expressions_test.h"

/* What the expressions below are asked of. */
static const char loaded[] = "load 1m\n"
			     "  hits{job=\"a\", i=\"1\"} 0+60x10\n"
			     "  hits{job=\"a\", i=\"2\"} 0+120x10\n"
			     "  hits{job=\"b\", i=\"1\"} 5x10\n"
			     "  limit{job=\"a\"} 700\n"
			     "  ended{job=\"a\"} 1 2 stale\n"
			     "  gone 7\n"
			     "  wait_bucket{le=\"1\"} 0+1x10\n"
			     "  wait_bucket{le=\"2\"} 0+3x10\n"
			     "  wait_bucket{le=\"+Inf\"} 0+4x10\n"
			     "  {\"a b\", \"c.d\"=\"e\"} 9x10\n";

static struct str answer(struct arena *arena, const char *text, int64_t at_ms, int64_t to_ms)
{
	return expression_answer(arena, loaded, text, at_ms, to_ms);
}

/* At ten minutes. */
static void check_all(const struct expectation *expectations, size_t count)
{
	check_expressions(loaded, 600000, expectations, count);
}

static void selectors_find_series(void)
{
	static const struct expectation expectations[] = {
		{ "hits{job=\"a\"}",
		  "hits{i=\"1\", job=\"a\"} 600\nhits{i=\"2\", job=\"a\"} 1200\n" },
		{ "hits{job!=\"a\"}", "hits{i=\"1\", job=\"b\"} 5\n" },
		{ "hits{job=~\"a|c\", i!~\"1.*\"}", "hits{i=\"2\", job=\"a\"} 1200\n" },
		{ "{__name__=~\"li.it\"}", "" },
		{ "limit offset 6m", "limit{job=\"a\"} 700\n" },
		{ "{\"a b\", \"c.d\"=~\"e\"}", "{\"a b\", \"c.d\"=\"e\"} 9\n" },
		{ "hits{job='b'} @ 0", "hits{i=\"1\", job=\"b\"} 5\n" },
		{ "hits{job='a',i='1'}[2m]",
		  "hits{i=\"1\", job=\"a\"}\n  540 @ 540\n  600 @ 600\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void stale_and_old_samples_are_no_values(void)
{
	static const struct expectation expectations[] = {
		{ "ended @ 119", "ended{job=\"a\"} 2\n" },
		{ "ended @ 120", "" },
		{ "gone @ 299.999", "gone 7\n" },
		{ "gone @ 300", "" },
		{ "count_over_time(ended[10m:1m] @ 300)", "{job=\"a\"} 2\n" },
		{ "absent(ended{job=\"a\", x=~\"y\"})", "{job=\"a\"} 1\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void rates_reach_the_edges_of_the_window(void)
{
	static const struct expectation expectations[] = {
		/* Three samples in (7m, 10m]: 120 in 2 minutes, one more minute at the left edge.
		 * */
		{ "increase(hits{job=\"a\",i=\"1\"}[3m])", "{i=\"1\", job=\"a\"} 180\n" },
		{ "rate(hits{job=\"a\",i=\"1\"}[3m])", "{i=\"1\", job=\"a\"} 1\n" },
		{ "irate(hits{job=\"a\",i=\"2\"}[10m])", "{i=\"2\", job=\"a\"} 2\n" },
		{ "rate(hits{job=\"a\",i=\"1\"}[1m])", "" }, /* one sample */
		{ "delta(limit[10m] @ 0)", "" },
		{ "resets(hits{job=\"a\",i=\"1\"}[5m])", "{i=\"1\", job=\"a\"} 0\n" },
		{ "deriv(hits{job=\"a\",i=\"1\"}[5m])", "{i=\"1\", job=\"a\"} 1\n" },
		{ "sum_over_time(hits{job=\"b\"}[3m])", "{i=\"1\", job=\"b\"} 15\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void aggregations_group(void)
{
	static const struct expectation expectations[] = {
		{ "sum by (job) (hits)", "{job=\"a\"} 1800\n{job=\"b\"} 5\n" },
		{ "avg without (i) (hits)", "{job=\"a\"} 900\n{job=\"b\"} 5\n" },
		{ "topk(2, hits)",
		  "hits{i=\"2\", job=\"a\"} 1200\nhits{i=\"1\", job=\"a\"} 600\n" },
		{ "bottomk by (job) (1, hits)",
		  "hits{i=\"1\", job=\"a\"} 600\nhits{i=\"1\", job=\"b\"} 5\n" },
		{ "quantile(0.5, hits)", "{} 600\n" },
		{ "count_values(\"v\", hits > bool 100)", "{v=\"1\"} 2\n{v=\"0\"} 1\n" },
		{ "stdvar(hits{job=\"a\"})", "{} 90000\n" },
		{ "SUM(hits) BY (nothing)", "{} 1805\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void operators_match_series(void)
{
	static const struct expectation expectations[] = {
		{ "1 + 2 * 3 ^ 2 ^ 0.5 > bool 4", "1\n" },
		{ "-2 ^ 2", "-4\n" },
		{ "7 % 4 - 1h", "-3597\n" },
		{ "hits > on(job) group_left limit offset 6m", "hits{i=\"2\", job=\"a\"} 1200\n" },
		{ "hits and ignoring(i) limit offset 6m",
		  "hits{i=\"1\", job=\"a\"} 600\nhits{i=\"2\", job=\"a\"} 1200\n" },
		{ "hits unless on(job) limit offset 6m", "hits{i=\"1\", job=\"b\"} 5\n" },
		{ "limit offset 6m or hits{job=\"b\"}",
		  "limit{job=\"a\"} 700\nhits{i=\"1\", job=\"b\"} 5\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void functions_change_values_and_labels(void)
{
	static const struct expectation expectations[] = {
		{ "histogram_quantile(0.5, wait_bucket)", "{} 1.5\n" },
		{ "histogram_quantile(0.99, rate(wait_bucket[5m]))", "{} 2\n" },
		{ "histogram_fraction(0, 1, wait_bucket)", "{} 0.25\n" },
		{ "label_replace(limit offset 6m, \"x\", \"<$1>\", \"job\", \"(.)\")",
		  "limit{job=\"a\", x=\"<a>\"} 700\n" },
		{ "label_join(limit offset 6m, \"x\", \"-\", \"job\", \"job\")",
		  "limit{job=\"a\", x=\"a-a\"} 700\n" },
		{ "clamp(hits{job=\"b\"}, 6, 7)", "{i=\"1\", job=\"b\"} 6\n" },
		{ "year(vector(1709164800)) * 100 + days_in_month(vector(1709164800))",
		  "{} 202429\n" },
		{ "day_of_week(vector(-1))", "{} 3\n" },
		{ "scalar(hits)", "NaN\n" },
		{ "\"a\\tb\"", "a\\tb\n" },
		{ "time()", "600\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void errors_name_what_is_wrong_and_where(void)
{
	static const struct expectation expectations[] = {
		{ "rate(hits)",
		  "PromQL, 1:6: 'rate' wants a range vector, this is an instant vector" },
		{ "rte(hits[1m])", "PromQL, 1:1: 'rte' is not a function" },
		{ "1 +\n  sum(",
		  "PromQL, 2:7: the expression ends where an expression should stand" },
		{ "hits{job=a}", "PromQL, 1:10: 'a' stands where a value in quotes should" },
		{ "hits{job=~\"(\"}",
		  "PromQL, 1:11: '(' is not a regular expression: missing ): (" },
		{ "{job=\"\"}",
		  "PromQL, 1:1: a selector needs a matcher that refuses the empty value" },
		{ "hits[0s]", "PromQL, 1:6: a duration must be greater than 0" },
		{ "1 == 2", "PromQL, 1:3: comparisons between scalars must use bool: '== bool'" },
		{ "hits and 1", "PromQL, 1:6: the set operator 'and' with a scalar" },
		{ "\"a", "PromQL, 1:1: a string that does not end" },
		{ "1h5y", "PromQL, 1:1: '1h5y' is neither a number nor a duration like 1h30m" },
		{ "hits * on(job) limit offset 6m",
		  "PromQL: '*': several series on the left side match one on the right; say so "
		  "with group_left "
		  "or group_right" },
		{ "limit offset 6m * on(job) hits",
		  "PromQL: '*': hits{i=\"1\", job=\"a\"} and hits{i=\"2\", job=\"a\"} on the right "
		  "side match the "
		  "same series; labels to match by must be unique on one side" },
		{ "label_replace(hits, \"i\", \"\", \"\", \"\")",
		  "PromQL: two series of the result have the same labels" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void positions_point_into_the_document_set(void)
{
	SCRATCH(arena);
	struct error err = {};
	CHECK(!promql_parse(arena, STR("1 + ("), 5000, &err));
	CHECK_INT(err.position, 5005);
	CHECK(!promql_parse(arena, STR("rte(x[1m])"), 0, &err));
	CHECK_INT(err.position, ERROR_NO_POSITION);
	CHECK_TEXT(str_from_cstr(err.hint), "did you mean 'rate'?");
}

static void nesting_has_a_limit(void)
{
	SCRATCH(arena);
	struct error err = {};
	struct buf deep, chain;
	buf_init(&deep, arena);
	buf_add_repeat(&deep, '(', 20000);
	CHECK(!promql_parse(arena, buf_str(&deep), 0, &err));
	CHECK(strstr(err.text, "more than 400 nested expressions"));
	buf_clear(&deep);
	buf_add_repeat(&deep, '-', 20000);
	CHECK(!promql_parse(arena, buf_str(&deep), 0, &err));
	CHECK(strstr(err.text, "more than 400 nested expressions"));
	buf_init(&chain, arena);
	for (int i = 0; i < 2000; i++)
		buf_add(&chain, STR("1+"));
	buf_add_char(&chain, '1');
	CHECK(!promql_parse(arena, buf_str(&chain), 0, &err));
	CHECK(strstr(err.text, "more than 400 nested expressions"));
}

static void what_a_query_may_hold_has_limits(void)
{
	SCRATCH(arena);
	struct error err = {};
	struct promql_value value;
	struct metrics *store = metrics_new(arena, 0);
	const struct promql *expr =
		promql_parse(arena, STR("sum_over_time(time()[100y:1ms])"), 0, &err);
	CHECK_INT(promql_instant(store, expr, 0, arena, &value, &err), -1);
	CHECK(strstr(err.text, "a subquery of more than"));
	struct promql_range range = { 0, 11000 * 1000, 1000 };
	expr = promql_parse(arena, STR("time()"), 0, &err);
	CHECK_INT(promql_over_range(store, expr, range, arena, &value, &err), -1);
	CHECK(strstr(err.text, "more than 11000 steps"));
	range.to_ms--;
	CHECK_INT(promql_over_range(store, expr, range, arena, &value, &err), 0);
	CHECK_INT(value.series[0].count, 11000);
}

static void ranges_have_a_value_per_step_sorted_by_labels(void)
{
	SCRATCH(arena);
	CHECK_TEXT(answer(arena, "hits{i=\"1\"} > 5 or limit", 240000, 360000),
		   "hits{i=\"1\", job=\"a\"}\n  240 @ 240\n  300 @ 300\n  360 @ 360\n"
		   "limit{job=\"a\"}\n  700 @ 240\n");
	CHECK_TEXT(answer(arena, "end() - start()", 60000, 120000), "{}\n  60 @ 60\n  60 @ 120\n");
	CHECK_TEXT(answer(arena, "hits[1m]", 60000, 120000),
		   "a range vector over a range; it must be a scalar or an instant vector");
}

static void answers_are_those_of_the_http_api(void)
{
	SCRATCH(arena);
	struct label label = { STR("a\"b"), STR("\n\x01") };
	struct labelset labels;
	struct error err = {};
	CHECK_INT(labelset_make(arena, &label, 1, &labels, &err), 0);
	struct sample samples[] = { { 1500, 1e21 }, { 2000, 0.1 }, { 2050, -1e-7 } };
	struct promql_series series = { labels, samples, 3 };
	struct promql_value value = { .type = PROMQL_MATRIX, .series = &series, .series_count = 1 };
	struct buf out;
	buf_init(&out, arena);
	json_write(&out, answer_document(&value, arena), JSON_SPELLED_NUMBERS);
	CHECK_TEXT(buf_str(&out),
		   "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{"
		   "\"metric\":{\"a\\\"b\":\"\\n\\u0001\"},\"values\":[[1.500,\"1e+21\"],[2,"
		   "\"0.1\"],[2.050,\"-1e-07\"]]}]}}");
	value = (struct promql_value){ .type = PROMQL_SCALAR, .scalar = { 0, -__builtin_inf() } };
	buf_clear(&out);
	json_write(&out, answer_document(&value, arena), JSON_SPELLED_NUMBERS);
	CHECK_TEXT(buf_str(&out),
		   "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":"
		   "[0,\"-Inf\"]}}");
}

TESTS({ "selectors find series", selectors_find_series },
      { "stale and old samples are no values", stale_and_old_samples_are_no_values },
      { "rates reach the edges of the window", rates_reach_the_edges_of_the_window },
      { "aggregations group", aggregations_group },
      { "operators match series", operators_match_series },
      { "functions change values and labels", functions_change_values_and_labels },
      { "errors name what is wrong and where", errors_name_what_is_wrong_and_where },
      { "positions point into the document set", positions_point_into_the_document_set },
      { "nesting has a limit", nesting_has_a_limit },
      { "samples and series of a query have limits", what_a_query_may_hold_has_limits },
      { "ranges have a value per step, sorted by labels",
	ranges_have_a_value_per_step_sorted_by_labels },
      { "answers are those of the HTTP API", answers_are_those_of_the_http_api })

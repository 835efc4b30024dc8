/* promtool_test - the notation of series in promtool's unit tests */
#include "metrics/promtool.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/test.h"
#include "metrics/series.h"

static const struct sample *samples_of(struct metrics *store, uint32_t index, uint32_t *ret_count)
{
	return series_samples(metrics_series_at(store, index), ret_count);
}

static void runs_count_on(void)
{
	SCRATCH(arena);
	struct metrics *store = metrics_new(arena, 0);
	struct error err = {};
	uint32_t count = 0;
	CHECK_INT(promtool_load(store,
				STR("load 1m30s\n  a{b=\"}\"} 1+2x2 _ 5-1e1x1 _x2 stale 7x1 NaN "
				    "-Inf 0x1\n"),
				&err),
		  0);
	const struct sample *s = samples_of(store, 0, &count);
	static const struct sample want[] = { { 0, 1 },	      { 90000, 3 },   { 180000, 5 },
					      { 360000, 5 },  { 450000, -5 }, { 720000, 0 },
					      { 810000, 7 },  { 900000, 7 },  { 990000, 0 },
					      { 1080000, 0 }, { 1170000, 0 }, { 1260000, 0 } };
	CHECK_INT(count, ARRAY_COUNT(want));
	for (uint32_t i = 0; i < count; i++) {
		CHECK_INT(s[i].t_ms, want[i].t_ms);
		if (i != 5 && i != 8 && i != 9)
			CHECK(s[i].value == want[i].value);
	}
	CHECK(sample_is_stale(s[5].value));
	CHECK(isnan(s[8].value) && !sample_is_stale(s[8].value));
	CHECK(isinf(s[9].value) && s[9].value < 0);
}

static void a_block_counts_a_series_as_it_stands_last(void)
{
	SCRATCH(arena);
	struct metrics *store = metrics_new(arena, 0);
	struct error err = {};
	uint32_t count = 0;
	CHECK_INT(promtool_load(store,
				STR("# comment\nload 10\na 1 2 3\nb 4\na 9\n\nload 1ms\nc 1 1\n"),
				&err),
		  0);
	CHECK_INT(metrics_series_count(store), 3);
	CHECK_INT(samples_of(store, 0, &count)->value, 9);
	CHECK_INT(count, 1);
	CHECK_INT(samples_of(store, 2, &count)[1].t_ms, 1);
}

static void wrong_lines_are_named(void)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "a 1", "line 1: a series before 'load <interval>'" },
		{ "load\n", "line 1: '' is neither a duration" },
		{ "load 0s\n", "line 1: the interval must be greater than 0" },
		{ "load 1m\n\n  a 1 x2", "line 3: 'x2' is not a sample" },
		{ "load 1m\na {{schema:0}}", "line 2: " },
		{ "load 1m\na 1x99999999999", "is not a sample" },
		{ "load 1m\na{b=~\"c\"} 1", "a series has labels with '=' only" },
		{ "load 1m\na 1\nload 1m\na 2",
		  "line 4: the series has a sample at or behind 0 ms already" },
	};
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		SCRATCH(arena);
		struct error err = {};
		CHECK_INT(promtool_load(metrics_new(arena, 0), str_from_cstr(cases[i].text), &err),
			  -1);
		if (!strstr(err.text, cases[i].error))
			CHECK_STR(str_from_cstr(err.text), str_from_cstr(cases[i].error));
	}
}

static void times_are_durations_or_seconds(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = { { "1h30m", 5400000 }, { "0", 0 },	  { "1.5", 1500 },
		      { "-5m", -300000 },   { "1ms", 1 }, { "1y", 31536000000 } };
	struct error err = {};
	int64_t ms = 0;
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		CHECK_INT(promtool_time(str_from_cstr(cases[i].text), &ms, &err), 0);
		CHECK_INT(ms, cases[i].ms);
	}
	CHECK_INT(promtool_time(STR("1m1h"), &ms, &err), -1);
	CHECK_INT(promtool_time(STR("99999999999999999y"), &ms, &err), -1);
}

TESTS({ "runs count on", runs_count_on },
      { "of a series given twice in a block the last line counts",
	a_block_counts_a_series_as_it_stands_last },
      { "wrong lines are named", wrong_lines_are_named },
      { "times are durations or seconds", times_are_durations_or_seconds })

/* verdict_test - limits of metrics as Flagger reads them, and what a value means by them */
#include "rollout/verdict.h"

#include "api/answers.h"
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

static struct verdict judge(struct arena *arena, const char *metric, struct answer answer)
{
	return verdict_make(node_make(arena, metric), &answer);
}

static void limits_are_those_of_flagger(void)
{
	static const struct {
		const char *metric;
		int64_t value_micro;
		struct str limit;
		enum verdict_reason reason;
	} rows[] = {
		{ "{name: request-success-rate, threshold: 99}", 99000000, STR_INIT("≥ 99"),
		  VERDICT_WITHIN },
		{ "{name: request-success-rate, threshold: 99}", 98999999, STR_INIT("≥ 99"),
		  VERDICT_BELOW_MIN },
		{ "{name: request-success-rate, thresholdRange: {max: 5}}", 6000000,
		  STR_INIT("≤ 5"), VERDICT_ABOVE_MAX },
		/* Whole milliseconds, on both sides. */
		{ "{name: request-duration, threshold: 500}", 500999999, STR_INIT("≤ 500"),
		  VERDICT_WITHIN },
		{ "{name: request-duration, threshold: 500}", 501000000, STR_INIT("≤ 500"),
		  VERDICT_ABOVE_MAX },
		{ "{name: request-duration, thresholdRange: {min: 1.5}}", 1200000, STR_INIT("≥ 1"),
		  VERDICT_WITHIN },
		{ "{name: own, threshold: 500}", 500000001, STR_INIT("≤ 500"), VERDICT_ABOVE_MAX },
		{ "{name: own, threshold: 0.5}", 500000, STR_INIT("≤ 0.5"), VERDICT_WITHIN },
		{ "{name: own}", 1, STR_INIT("≤ 0"), VERDICT_ABOVE_MAX },
		{ "{name: own, threshold: 1e13}", 8999999999999999999, STR_INIT("≤ 1e+13"),
		  VERDICT_WITHIN },
		{ "{name: own, thresholdRange: {min: 1, max: 2}}", 1500000, STR_INIT("1 … 2"),
		  VERDICT_WITHIN },
		{ "{name: own, thresholdRange: {min: 1, max: 2}}", 2000001, STR_INIT("1 … 2"),
		  VERDICT_ABOVE_MAX },
		{ "{name: own, thresholdRange: {min: 1}, threshold: 9}", 999999, STR_INIT("≥ 1"),
		  VERDICT_BELOW_MIN },
		{ "{name: own, thresholdRange: {min: -1}}", -1000000, STR_INIT("≥ -1"),
		  VERDICT_WITHIN },
		{ "{name: own, thresholdRange: {}}", 1, STR_INIT("any value"), VERDICT_WITHIN },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metric); i++) {
		struct verdict v = judge(arena, rows[i].metric,
					 (struct answer){ .code = 200,
							  .has_value = true,
							  .value_micro = rows[i].value_micro });
		CHECK_STR(metric_limits_format(arena, &v.limits), rows[i].limit);
		CHECK_INT(v.reason, rows[i].reason);
		CHECK_INT(v.value_micro, rows[i].value_micro); /* as it was found */
		CHECK(verdict_has_value(&v));
	}
}

static void without_a_value_nothing_is_decided(void)
{
	static const struct {
		const char *name;
		struct answer answer;
		enum verdict_reason reason;
	} rows[] = {
		{ "nothing found", { .code = 200 }, VERDICT_NO_VALUES },
		{ "not answered", { .code = 0, .has_value = true }, VERDICT_NO_ANSWER },
		{ "refused", { .code = 300, .value_micro = 7 }, VERDICT_NO_ANSWER },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		struct verdict v = judge(arena, "{name: own, threshold: 9}", rows[i].answer);
		CHECK_INT(v.reason, rows[i].reason);
		CHECK_INT(verdict_outcome(&v), VERDICT_INCONCLUSIVE);
		CHECK(!verdict_has_value(&v) && !v.value_micro);
	}
}

static void a_verdict_says_of_what_it_is(void)
{
	SCRATCH(arena);
	struct answer answer = { .code = 200, .has_value = true, .value_micro = 1500000 };
	struct verdict v = judge(arena, "{name: own, threshold: 1, interval: 30s}", answer);

	CHECK_TEXT(v.metric, "own");
	CHECK_TEXT(v.interval, "30s");
	CHECK(verdict_value(&v) == 1.5);
	CHECK_TEXT(str_from_cstr(verdict_outcome_word(verdict_outcome(&v))), "fail");
	v = judge(arena, "{name: own, threshold: 2}", answer);
	CHECK_TEXT(v.interval, "1m");
	CHECK_TEXT(str_from_cstr(verdict_outcome_word(verdict_outcome(&v))), "pass");
}

TESTS({ "limits are those of Flagger", limits_are_those_of_flagger },
      { "without a value nothing is decided", without_a_value_nothing_is_decided },
      { "a verdict says of what it is", a_verdict_says_of_what_it_is })

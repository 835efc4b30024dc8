/* verdict - what the check of one metric decides, and from what */
#include "rollout/verdict.h"

#include "api/answers.h"
#include "base/arena.h"
#include "base/num.h"
#include "doc/tree.h"

enum { MICRO = 1000000 };

#define MICRO_MAX 9e18

/* Limits */

static int64_t to_micro(double value)
{
	value *= MICRO;
	if (value > MICRO_MAX || value < -MICRO_MAX)
		return value < 0 ? INT64_MIN : INT64_MAX;
	return (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
}

/* Not set where the node is no number. */
static struct metric_limit limit_of(const struct node *n)
{
	double value;

	if (!num_double(node_text(n), &value))
		return (struct metric_limit){};
	return (struct metric_limit){ .is_set = true, .value = value, .micro = to_micro(value) };
}

static struct metric_limit in_whole(struct metric_limit limit)
{
	int64_t whole = limit.micro / MICRO;

	return (struct metric_limit){ limit.is_set, (double)whole, whole * MICRO };
}

/* In milliseconds, of which Flagger knows whole ones only. */
static bool is_duration(const struct node *metric)
{
	return str_equal(node_str_at(metric, "name"), STR("request-duration"));
}

static struct metric_limits limits_as_written(const struct node *metric)
{
	const struct node *range = node_get(metric, STR("thresholdRange"));
	struct metric_limit threshold = limit_of(node_get(metric, STR("threshold")));

	if (range)
		return (struct metric_limits){ limit_of(node_get(range, STR("min"))),
					       limit_of(node_get(range, STR("max"))) };
	threshold.is_set = true;
	if (str_equal(node_str_at(metric, "name"), STR("request-success-rate")))
		return (struct metric_limits){ .min = threshold };
	return (struct metric_limits){ .max = threshold };
}

struct metric_limits metric_limits_of(const struct node *metric)
{
	struct metric_limits limits = limits_as_written(metric);

	if (is_duration(metric))
		limits = (struct metric_limits){ in_whole(limits.min), in_whole(limits.max) };
	return limits;
}

struct str metric_limits_format(struct arena *arena, const struct metric_limits *limits)
{
	struct str min = num_format_double(arena, limits->min.value, 'g');
	struct str max = num_format_double(arena, limits->max.value, 'g');

	if (limits->min.is_set && limits->max.is_set)
		return STR_CAT(arena, min, STR(" … "), max);
	if (limits->min.is_set)
		return str_concat(arena, STR("≥ "), min);
	return limits->max.is_set ? str_concat(arena, STR("≤ "), max) : STR("any value");
}

struct str metric_interval(const struct node *metric)
{
	struct str interval = node_str_at(metric, "interval");

	return interval.len ? interval : STR("1m");
}

/* Verdicts */

static enum verdict_reason compare(const struct metric_limits *limits, int64_t value_micro)
{
	if (limits->min.is_set && value_micro < limits->min.micro)
		return VERDICT_BELOW_MIN;
	if (limits->max.is_set && value_micro > limits->max.micro)
		return VERDICT_ABOVE_MAX;
	return VERDICT_WITHIN;
}

struct verdict verdict_make(const struct node *metric, const struct answer *answer)
{
	struct verdict v = { .metric = node_str_at(metric, "name"),
			     .interval = metric_interval(metric),
			     .limits = metric_limits_of(metric) };
	int64_t micro = answer->value_micro;

	if (answer_failed(answer)) {
		v.reason = VERDICT_NO_ANSWER;
	} else if (!answer->has_value) {
		v.reason = VERDICT_NO_VALUES;
	} else {
		v.value_micro = micro;
		v.reason = compare(&v.limits, is_duration(metric) ? micro / MICRO * MICRO : micro);
	}
	return v;
}

enum verdict_outcome verdict_outcome(const struct verdict *v)
{
	static const enum verdict_outcome outcomes[] = {
#define X(reason, outcome) [reason] = outcome,
		VERDICT_REASONS(X)
#undef X
	};

	return outcomes[v->reason];
}

const char *verdict_outcome_word(enum verdict_outcome outcome)
{
	static const char *const words[] = { [VERDICT_PASS] = "pass",
					     [VERDICT_FAIL] = "fail",
					     [VERDICT_INCONCLUSIVE] = "inconclusive" };

	return words[outcome];
}

bool verdict_has_value(const struct verdict *v)
{
	return verdict_outcome(v) != VERDICT_INCONCLUSIVE;
}

double verdict_value(const struct verdict *v)
{
	return (double)v->value_micro / MICRO;
}

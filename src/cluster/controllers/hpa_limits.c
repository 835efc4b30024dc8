/* hpa_limits - how fast an autoscaler follows its metrics: stabilization, policies, bounds */
#include "cluster/controllers/hpa_limits.h"

#include <string.h>

#include "base/base.h"
#include "doc/tree.h"

enum {
	DOWN_WINDOW_S = 300,
	UP_AT_LEAST = 4, /* so many are allowed however few there are */
	UP_FACTOR = 2,
};

static const struct hpa_reason ready = { "ReadyForNewScale",
					 "recommended size matches current size" };
static const struct hpa_reason up_stabilized = {
	"ScaleUpStabilized",
	"recent recommendations were lower than current one, applying the lowest recent "
	"recommendation"
};
static const struct hpa_reason down_stabilized = {
	"ScaleDownStabilized",
	"recent recommendations were higher than current one, applying the highest recent "
	"recommendation"
};
static const struct hpa_reason within = { "DesiredWithinRange",
					  "the desired count is within the acceptable range" };
static const struct hpa_reason too_many = {
	"TooManyReplicas", "the desired replica count is more than the maximum replica count"
};
static const struct hpa_reason too_few = {
	"TooFewReplicas", "the desired replica count is less than the minimum replica count"
};
static const struct hpa_reason up_limit = {
	"ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate"
};
static const struct hpa_reason down_limit = {
	"ScaleDownLimit",
	"the desired replica count is decreasing faster than the maximum scale rate"
};

/* Recommendations */

/* A later recommendation is at least as high, and one at least as low: no stabilization window
 * chooses this one. */
static bool is_answered(const struct hpa_memory *m, uint32_t index)
{
	int32_t count = m->recommendations[index].count;
	bool higher = false, lower = false;

	for (uint32_t i = index + 1; i < m->recommendation_count; i++) {
		higher = higher || m->recommendations[i].count >= count;
		lower = lower || m->recommendations[i].count <= count;
	}
	return higher && lower;
}

static void recommend(struct hpa_limits *l, int64_t count)
{
	struct hpa_memory *m = l->memory;
	uint32_t kept = 0;

	if (m->recommendation_count == HPA_RECOMMENDATIONS_MAX)
		memmove(m->recommendations, m->recommendations + 1,
			--m->recommendation_count * sizeof(*m->recommendations));
	m->recommendations[m->recommendation_count++] =
		(struct hpa_moment){ (uint32_t)l->now_s, (int32_t)MIN(count, INT32_MAX) };
	for (uint32_t i = 0; i < m->recommendation_count; i++)
		if (!is_answered(m, i))
			m->recommendations[kept++] = m->recommendations[i];
	m->recommendation_count = kept;
}

/* The highest and the lowest of a window that is open at its beginning or not. */
static int64_t highest(const struct hpa_limits *l, int64_t first_s, int64_t count)
{
	for (uint32_t i = 0; i < l->memory->recommendation_count; i++)
		if (l->memory->recommendations[i].at_s >= first_s)
			count = MAX(count, (int64_t)l->memory->recommendations[i].count);
	return count;
}

static int64_t lowest(const struct hpa_limits *l, int64_t first_s, int64_t count)
{
	for (uint32_t i = 0; i < l->memory->recommendation_count; i++)
		if (l->memory->recommendations[i].at_s >= first_s)
			count = MIN(count, (int64_t)l->memory->recommendations[i].count);
	return count;
}

void hpa_limits_begin(struct hpa_limits *l)
{
	if (!l->memory->recommendation_count)
		recommend(l, l->current);
}

/* Rules without a behavior */

static struct hpa_allowed bound(const struct hpa_limits *l, int64_t desired)
{
	int64_t rate = MAX(UP_FACTOR * l->current, (int64_t)UP_AT_LEAST);
	int64_t most = MIN(l->most, rate);

	if (desired < l->least)
		return (struct hpa_allowed){ l->least, {}, too_few, true };
	if (desired > most)
		return (struct hpa_allowed){ most, {}, l->most > rate ? up_limit : too_many, true };
	return (struct hpa_allowed){ desired, {}, within, false };
}

static struct hpa_allowed allow_plain(struct hpa_limits *l, int64_t desired)
{
	int64_t stable = highest(l, l->now_s - DOWN_WINDOW_S, desired);

	recommend(l, desired);
	struct hpa_allowed allowed = bound(l, stable);
	allowed.able = stable == desired ? ready : down_stabilized;
	return allowed;
}

/* Rules with one */

static int64_t window_s(const struct node *rules, int64_t fallback)
{
	return node_int_at(rules, "stabilizationWindowSeconds", fallback);
}

/* Open at their beginnings, unlike the window without a behavior. */
static int64_t stabilize(const struct hpa_limits *l, int64_t desired)
{
	int64_t up_s = window_s(node_get(l->behavior, STR("scaleUp")), 0);
	int64_t down_s = window_s(node_get(l->behavior, STR("scaleDown")), DOWN_WINDOW_S);
	int64_t least = lowest(l, l->now_s - up_s + 1, desired);
	int64_t most = highest(l, l->now_s - down_s + 1, desired);

	return MIN(MAX(l->current, least), most);
}

static int64_t changed(const struct hpa_moment *moments, uint32_t count, int64_t first_s)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		if (moments[i].at_s >= first_s)
			sum += moments[i].count;
	return sum;
}

/* How far a policy lets the size go: up rounds up, so that one percent of few is something. */
static int64_t reach(const struct hpa_limits *l, const struct node *policy, bool up)
{
	int64_t first_s = l->now_s - node_int_at(policy, "periodSeconds", 15) + 1;
	int64_t value = node_int_at(policy, "value", 0);
	const struct hpa_memory *m = l->memory;
	int64_t start = l->current - changed(m->ups, m->up_count, first_s) +
			changed(m->downs, m->down_count, first_s);

	if (str_equal(node_str_at(policy, "type"), STR("Pods")))
		return up ? start + value : start - value;
	if (up)
		return (start * (100 + value) + 99) / 100;
	return start * (100 - MIN(value, (int64_t)100)) / 100;
}

/* The limit of the policy that allows the largest change, or with selectPolicy Min the smallest. */
static int64_t farthest(const struct hpa_limits *l, const struct node *rules, bool up)
{
	const struct node *policies = node_get(rules, STR("policies"));
	struct str select = node_str_at(rules, "selectPolicy");
	bool highest_wins = str_equal(select, STR("Min")) ? !up : up;

	if (str_equal(select, STR("Disabled")) || !node_item_count(policies))
		return l->current;
	int64_t best = reach(l, node_item(policies, 0), up);
	for (uint32_t i = 1; i < node_item_count(policies); i++) {
		int64_t next = reach(l, node_item(policies, i), up);
		best = highest_wins ? MAX(best, next) : MIN(best, next);
	}
	return up ? MAX(best, l->current) : MIN(best, l->current);
}

static struct hpa_allowed bound_by_behavior(const struct hpa_limits *l, int64_t desired)
{
	if (desired > l->current) {
		int64_t rate = farthest(l, node_get(l->behavior, STR("scaleUp")), true);
		int64_t most = MIN(l->most, rate);
		if (desired > most)
			return (struct hpa_allowed){
				most, {}, l->most > rate ? up_limit : too_many, true
			};
	} else if (desired < l->current) {
		int64_t rate = farthest(l, node_get(l->behavior, STR("scaleDown")), false);
		int64_t least = MAX(l->least, rate);
		if (desired < least)
			return (struct hpa_allowed){
				least, {}, l->least < rate ? down_limit : too_few, true
			};
	}
	return (struct hpa_allowed){ desired, {}, within, false };
}

struct hpa_allowed hpa_limits_allow(struct hpa_limits *l, int64_t desired)
{
	if (!l->behavior)
		return allow_plain(l, desired);
	int64_t stable = stabilize(l, desired);

	recommend(l, desired);
	struct hpa_allowed allowed = bound_by_behavior(l, stable);
	allowed.able = stable == desired       ? ready
		       : desired >= l->current ? up_stabilized
					       : down_stabilized;
	return allowed;
}

static void note(struct hpa_moment *moments, uint32_t *count, struct hpa_moment moment)
{
	if (*count == HPA_RESCALES_MAX) {
		moments[1].count += moments[0].count;
		memmove(moments, moments + 1, --*count * sizeof(*moments));
	}
	moments[(*count)++] = moment;
}

void hpa_limits_rescaled(struct hpa_limits *l, int64_t size)
{
	struct hpa_memory *m = l->memory;
	int64_t change = size - l->current;
	struct hpa_moment moment = { (uint32_t)l->now_s, (int32_t)MAX(change, -change) };

	if (!l->behavior)
		return;
	if (change > 0)
		note(m->ups, &m->up_count, moment);
	else
		note(m->downs, &m->down_count, moment);
}

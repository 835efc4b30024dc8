/* hpa_limits_test - stabilization windows, policies and bounds of an autoscaler */
#include "cluster/controllers/hpa_limits.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

enum { NOW_S = 1800000000, MOMENTS_MAX = 4 };

/* What was recommended or done, so many seconds ago. */
struct earlier {
	int ago_s, count;
};

static struct hpa_limits limits_of(struct hpa_memory *memory, const struct node *behavior,
				   int64_t current)
{
	return (struct hpa_limits){ .memory = memory,
				    .behavior = behavior,
				    .now_s = NOW_S,
				    .current = current,
				    .least = 2,
				    .most = 20 };
}

static void recall(struct hpa_memory *memory, const struct earlier *list)
{
	for (; list->ago_s; list++)
		memory->recommendations[memory->recommendation_count++] =
			(struct hpa_moment){ (uint32_t)(NOW_S - list->ago_s), list->count };
}

/* Without a behavior */

static const struct {
	struct earlier earlier[MOMENTS_MAX];
	int current, desired, size;
	const char *able, *limited;
	bool is_limited;
} plain[] = {
	{ {}, 3, 4, 4, "ReadyForNewScale", "DesiredWithinRange", false },
	{ {}, 3, 9, 6, "ReadyForNewScale", "ScaleUpLimit", true },
	{ {}, 2, 9, 4, "ReadyForNewScale", "ScaleUpLimit", true }, /* four in any case */
	{ {}, 15, 25, 20, "ReadyForNewScale", "TooManyReplicas", true },
	{ {}, 3, 1, 2, "ReadyForNewScale", "TooFewReplicas", true },
	{ { { 60, 5 } }, 5, 3, 5, "ScaleDownStabilized", "DesiredWithinRange", false },
	{ { { 200, 8 }, { 60, 4 } }, 8, 3, 8, "ScaleDownStabilized", "DesiredWithinRange", false },
	{ { { 300, 5 } }, 5, 3, 5, "ScaleDownStabilized", "DesiredWithinRange", false },
	{ { { 301, 5 } }, 5, 3, 3, "ReadyForNewScale", "DesiredWithinRange", false },
};

static void follows_without_behavior(void)
{
	for (size_t i = 0; TEST_ROW(plain, i, plain[i].able); i++) {
		struct hpa_memory memory = {};
		struct hpa_limits l = limits_of(&memory, NULL, plain[i].current);
		recall(&memory, plain[i].earlier);
		struct hpa_allowed a = hpa_limits_allow(&l, plain[i].desired);
		CHECK_INT(a.size, plain[i].size);
		CHECK_STR(str_from_cstr(a.able.reason), str_from_cstr(plain[i].able));
		CHECK_STR(str_from_cstr(a.limited.reason), str_from_cstr(plain[i].limited));
		CHECK_INT(a.is_limited, plain[i].is_limited);
	}
}

/* With one */

#define UP(rules)	       "{scaleUp: {" rules "}}"
#define DOWN(rules)	       "{scaleDown: {" rules "}}"
#define PODS(count, period)    "{type: Pods, value: " #count ", periodSeconds: " #period "}"
#define PERCENT(count, period) "{type: Percent, value: " #count ", periodSeconds: " #period "}"

static const struct {
	const char *behavior;
	struct earlier earlier[MOMENTS_MAX]; /* recommendations */
	struct earlier ups[MOMENTS_MAX];
	int current, desired, size;
	const char *able, *limited;
	struct earlier downs[MOMENTS_MAX];
} behaviors[] = {
	{ UP("policies: [" PODS(2, 60) "]"), {}, {}, 3, 9, 5, "ReadyForNewScale", "ScaleUpLimit" },
	/* Two came half a minute ago: the period began with 3. */
	{ UP("policies: [" PODS(2, 60) "]"),
	  {},
	  { { 30, 2 } },
	  5,
	  9,
	  5,
	  "ReadyForNewScale",
	  "ScaleUpLimit" },
	{ UP("policies: [" PODS(2, 60) "]"),
	  {},
	  { { 60, 2 } },
	  5,
	  9,
	  7,
	  "ReadyForNewScale",
	  "ScaleUpLimit" },
	/* A tenth of 3 rounds up to one. */
	{ UP("policies: [" PERCENT(10, 60) "]"),
	  {},
	  {},
	  3,
	  9,
	  4,
	  "ReadyForNewScale",
	  "ScaleUpLimit" },
	{ UP("policies: [" PODS(1, 60) ", " PERCENT(100, 60) "]"),
	  {},
	  {},
	  4,
	  9,
	  8,
	  "ReadyForNewScale",
	  "ScaleUpLimit" },
	{ UP("selectPolicy: Min, policies: [" PODS(1, 60) ", " PERCENT(100, 60) "]"),
	  {},
	  {},
	  4,
	  9,
	  5,
	  "ReadyForNewScale",
	  "ScaleUpLimit" },
	{ UP("selectPolicy: Disabled, policies: [" PODS(1, 60) "]"),
	  {},
	  {},
	  4,
	  9,
	  4,
	  "ReadyForNewScale",
	  "ScaleUpLimit" },
	{ UP("policies: [" PODS(99, 60) "]"),
	  {},
	  {},
	  4,
	  30,
	  20,
	  "ReadyForNewScale",
	  "TooManyReplicas" },
	{ UP("stabilizationWindowSeconds: 120, policies: [" PODS(99, 60) "]"),
	  { { 60, 4 } },
	  {},
	  4,
	  9,
	  4,
	  "ScaleUpStabilized",
	  "DesiredWithinRange" },
	/* A window is open at its beginning. */
	{ UP("stabilizationWindowSeconds: 120, policies: [" PODS(99, 60) "]"),
	  { { 120, 4 } },
	  {},
	  4,
	  9,
	  9,
	  "ReadyForNewScale",
	  "DesiredWithinRange" },
	{ DOWN("policies: [" PERCENT(100, 15) "]"),
	  { { 60, 9 } },
	  {},
	  9,
	  3,
	  9,
	  "ScaleDownStabilized",
	  "DesiredWithinRange" },
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PODS(1, 60) "]"),
	  { { 60, 9 } },
	  {},
	  9,
	  3,
	  8,
	  "ReadyForNewScale",
	  "ScaleDownLimit" },
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PERCENT(50, 60) "]"),
	  {},
	  {},
	  10,
	  3,
	  5,
	  "ReadyForNewScale",
	  "ScaleDownLimit" },
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PERCENT(200, 60) "]"),
	  {},
	  {},
	  10,
	  3,
	  3,
	  "ReadyForNewScale",
	  "DesiredWithinRange" },
	/* Half of 9 is 4. */
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PERCENT(50, 60) "]"),
	  {},
	  {},
	  9,
	  3,
	  4,
	  "ReadyForNewScale",
	  "ScaleDownLimit" },
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PERCENT(100, 60) "]"),
	  {},
	  {},
	  9,
	  1,
	  2,
	  "ReadyForNewScale",
	  "TooFewReplicas" },
	/* One went half a minute ago: the period began with 9. */
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PODS(3, 60) "]"),
	  {},
	  {},
	  8,
	  3,
	  6,
	  "ReadyForNewScale",
	  "ScaleDownLimit",
	  { { 30, 1 } } },
	/* It began with 12: nothing more may go, and nothing comes back. */
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PODS(3, 60) "]"),
	  {},
	  {},
	  8,
	  3,
	  8,
	  "ReadyForNewScale",
	  "ScaleDownLimit",
	  { { 50, 2 }, { 30, 2 } } },
	{ DOWN("stabilizationWindowSeconds: 0, selectPolicy: Min, policies: [" PODS(
		  1, 60) ", " PODS(4, 60) "]"),
	  {},
	  {},
	  9,
	  3,
	  8,
	  "ReadyForNewScale",
	  "ScaleDownLimit" },
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PODS(1, 60) ", " PODS(4, 60) "]"),
	  {},
	  {},
	  9,
	  3,
	  5,
	  "ReadyForNewScale",
	  "ScaleDownLimit" },
	{ DOWN("stabilizationWindowSeconds: 0, selectPolicy: Disabled, policies: [" PODS(1,
											 60) "]"),
	  {},
	  {},
	  9,
	  3,
	  9,
	  "ReadyForNewScale",
	  "ScaleDownLimit" },
	/* What went in the period may come back beside what the policy lets come. */
	{ UP("policies: [" PODS(2, 60) "]"),
	  {},
	  {},
	  5,
	  19,
	  8,
	  "ReadyForNewScale",
	  "ScaleUpLimit",
	  { { 30, 1 } } },
	/* As far as the policy lets it, and no farther: no limit is told of. */
	{ UP("policies: [" PODS(2, 60) "]"),
	  {},
	  {},
	  3,
	  5,
	  5,
	  "ReadyForNewScale",
	  "DesiredWithinRange" },
	{ DOWN("stabilizationWindowSeconds: 0, policies: [" PODS(2, 60) "]"),
	  {},
	  {},
	  5,
	  3,
	  3,
	  "ReadyForNewScale",
	  "DesiredWithinRange" },
	{ UP("policies: [" PODS(2, 60) "]"),
	  {},
	  {},
	  5,
	  5,
	  5,
	  "ReadyForNewScale",
	  "DesiredWithinRange" },
};

static void follows_a_behavior(void)
{
	struct arena *arena = arena_new("hpa_limits_test");

	for (size_t i = 0; TEST_ROW(behaviors, i, behaviors[i].behavior); i++) {
		struct hpa_memory memory = {};
		const struct node *behavior = node_make(arena, behaviors[i].behavior);
		struct hpa_limits l = limits_of(&memory, behavior, behaviors[i].current);
		recall(&memory, behaviors[i].earlier);
		for (const struct earlier *e = behaviors[i].ups; e->ago_s; e++)
			memory.ups[memory.up_count++] =
				(struct hpa_moment){ (uint32_t)(NOW_S - e->ago_s), e->count };
		for (const struct earlier *e = behaviors[i].downs; e->ago_s; e++)
			memory.downs[memory.down_count++] =
				(struct hpa_moment){ (uint32_t)(NOW_S - e->ago_s), e->count };
		struct hpa_allowed a = hpa_limits_allow(&l, behaviors[i].desired);
		CHECK_INT(a.size, behaviors[i].size);
		CHECK_STR(str_from_cstr(a.able.reason), str_from_cstr(behaviors[i].able));
		CHECK_STR(str_from_cstr(a.limited.reason), str_from_cstr(behaviors[i].limited));
	}
	arena_free(arena);
}

/* Memory */

static void remembers_what_a_window_could_choose(void)
{
	static const int recommended[] = { 5, 9, 7, 7, 8 };
	struct hpa_memory memory = {};
	struct hpa_limits l = limits_of(&memory, NULL, 5);

	for (size_t i = 0; i < ARRAY_COUNT(recommended); i++) {
		hpa_limits_allow(&l, recommended[i]);
		l.now_s += 15;
	}
	/* 5 is the lowest of all, 9 the highest, 7 (the later one) the lowest since, 8 the last. */
	static const struct hpa_moment left[] = {
		{ NOW_S, 5 }, { NOW_S + 15, 9 }, { NOW_S + 45, 7 }, { NOW_S + 60, 8 }
	};
	CHECK_INT(memory.recommendation_count, ARRAY_COUNT(left));
	for (uint32_t i = 0; i < memory.recommendation_count; i++) {
		CHECK_INT(memory.recommendations[i].at_s, left[i].at_s);
		CHECK_INT(memory.recommendations[i].count, left[i].count);
	}
}

static void counts_the_oldest_rescales_as_one(void)
{
	struct arena *arena = arena_new("hpa_limits_test");
	struct hpa_memory memory = {};
	struct hpa_limits l = limits_of(&memory, node_make(arena, "{}"), 1);

	for (int i = 0; i < HPA_RESCALES_MAX + 1; i++) {
		hpa_limits_rescaled(&l, l.current + 1);
		l.now_s += 15;
	}
	CHECK_INT(memory.up_count, HPA_RESCALES_MAX);
	CHECK_INT(memory.ups[0].count, 2);
	CHECK_INT(memory.ups[0].at_s, NOW_S + 15);
	CHECK_INT(memory.down_count, 0);
	arena_free(arena);
}

static void remembers_rescales_for_policies_only(void)
{
	struct arena *arena = arena_new("hpa_limits_test");
	static const struct {
		const char *behavior; /* NULL: none */
		int size, ups, downs; /* of 5 */
	} rows[] = {
		{ NULL, 7, 0, 0 },
		{ NULL, 3, 0, 0 },
		{ "{}", 7, 2, 0 },
		{ "{}", 3, 0, 2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].behavior); i++) {
		const char *behavior = rows[i].behavior;
		struct hpa_memory memory = {};
		struct hpa_limits l =
			limits_of(&memory, behavior ? node_make(arena, behavior) : NULL, 5);
		hpa_limits_rescaled(&l, rows[i].size);
		CHECK_INT(memory.up_count, rows[i].ups > 0);
		CHECK_INT(memory.down_count, rows[i].downs > 0);
		CHECK_INT(memory.ups[0].count, rows[i].ups);
		CHECK_INT(memory.downs[0].count, rows[i].downs);
	}
	arena_free(arena);
}

TESTS({ "rescales are remembered for policies only", remembers_rescales_for_policies_only },
      { "without a behavior: twice the size at most, down after 300 s", follows_without_behavior },
      { "a behavior: windows, policies, select", follows_a_behavior },
      { "only recommendations that count are kept", remembers_what_a_window_could_choose },
      { "rescales beyond the limit are merged", counts_the_oldest_rescales_as_one })

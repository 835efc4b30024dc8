/* strategy_test - what a good check and a bad end lead to: weights, iterations, phases, events */
#include "rollout/tick_test.h"

/* How a Canary stands before a step. */
struct before {
	const char *analysis;
	int64_t canary; /* weight; the primary has the rest */
	int64_t iterations;
	bool mirrored;
	const char *provider; /* NULL: istio */
	const char *phase;    /* NULL: Progressing */
};

/* What the step has written; -1 and absent: nothing. */
struct after {
	int64_t primary, canary;    /* of the VirtualService */
	int64_t weight, iterations; /* of the status */
	const char *phase;	    /* NULL: it stays */
	struct str event;
};

static void put_deployment(struct fixture *f, const char *name)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: %c}, "
				 "spec: {replicas: 2, selector: {matchLabels: {app: %c}}, "
				 "template: {spec: {containers: []}}}}",
				 name, name));
}

static void put_routes(struct fixture *f, int64_t primary, int64_t canary)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, "
				 "metadata: {name: web}, spec: {http: [{route: [{destination: "
				 "{host: web-primary}, weight: %l}, {destination: {host: "
				 "web-canary}, weight: %l}]}]}}",
				 primary, canary));
}

/* What canary.c has read when it comes to the strategy. */
static void begin(struct tick_fixture *x, struct fixture *f, const struct before *b)
{
	struct tick *t = &x->tick;

	*f = fixture_begin();
	put_deployment(f, "web");
	put_deployment(f, "web-primary");
	put_routes(f, TOTAL_WEIGHT - b->canary, b->canary);
	struct str spec =
		str_printf(f->arena,
			   "{targetRef: {kind: Deployment, name: web}, service: {port: 80}, "
			   "analysis: %s}",
			   b->analysis);
	CHECK(!tick_begin(x, f, str_cstr(f->arena, spec)).ptr);
	t->routes = tick_get(t, KIND_VIRTUALSERVICE, t->apex)->root;
	t->primary_weight = TOTAL_WEIGHT - b->canary;
	t->canary_weight = b->canary;
	t->mirrored = b->mirrored;
	t->analysis_iterations = node_int_at(t->analysis, "iterations", 0);
	t->has_match = node_item_count(node_get(t->analysis, STR("match")));
	t->was.phase = b->phase ? str_from_cstr(b->phase) : STR("Progressing");
	t->was.weight = b->canary;
	t->was.iterations = b->iterations;
	t->will = t->was;
	if (b->provider)
		t->provider = str_from_cstr(b->provider);
}

static int64_t route_weight(const struct fixture *f, struct trusted_path path)
{
	int64_t weight = -1;

	node_int64(fixture_find(f, "web", path), &weight);
	return weight;
}

static void check(const struct tick_fixture *x, const struct fixture *f, const struct after *a)
{
	const struct status *will = &x->tick.will, *was = &x->tick.was;

	CHECK_INT(route_weight(f, TRUSTED_PATH("spec.http[0].route[0].weight")), a->primary);
	CHECK_INT(route_weight(f, TRUSTED_PATH("spec.http[0].route[1].weight")), a->canary);
	CHECK_INT(will->weight, a->weight < 0 ? was->weight : a->weight);
	CHECK_INT(will->iterations, a->iterations < 0 ? was->iterations : a->iterations);
	CHECK_STR(will->phase, a->phase ? str_from_cstr(a->phase) : was->phase);
	CHECK_STR(fixture_event(f, 0), a->event);
}

#define TELLS(text) STR_INIT("Advance web.default canary " text)
#define SILENT                                                                                     \
	{                                                                                          \
		NULL, 0                                                                            \
	}
#define COPIES STR_INIT("Copying web.default template spec to web-primary.default")

static void a_good_check_leads_to_the_next_step(void)
{
	static const struct {
		struct before before;
		struct after after;
	} cases[] = {
		/* Equal steps, the last one cut at the whole. */
		{ { "{stepWeight: 30}", 0 }, { 70, 30, 30, -1, NULL, TELLS("weight 30") } },
		{ { "{stepWeight: 30}", 90 }, { 0, 100, 100, -1, NULL, TELLS("weight 100") } },
		{ { "{stepWeight: 30, maxWeight: 60}", 60 },
		  { -1, -1, -1, -1, "Promoting", COPIES } },
		{ { "{stepWeight: 30}", 100 }, { -1, -1, -1, -1, "Promoting", COPIES } },
		/* Steps by a list; the last is the most. */
		{ { "{stepWeights: [1, 10, 60]}", 0 }, { 99, 1, 1, -1, NULL, TELLS("weight 1") } },
		{ { "{stepWeights: [1, 10, 60]}", 10 },
		  { 40, 60, 60, -1, NULL, TELLS("weight 60") } },
		{ { "{stepWeights: [1, 10, 60]}", 60 }, { -1, -1, -1, -1, "Promoting", COPIES } },
		{ { "{stepWeights: [50, 100]}", 100 }, { -1, -1, -1, -1, "Promoting", COPIES } },
		{ { "{stepWeights: [10, 60]}", 42 },
		  { 0, 100, 100, -1, NULL, TELLS("weight 100") } },
		/* No step: it never moves. */
		{ { "{maxWeight: 50}", 0 }, { -1, -1, -1, -1, NULL, SILENT } },
		/* A step of mirroring comes before the first weight. */
		{ { "{stepWeight: 20, mirror: true}", 0 },
		  { 100, 0, 0, -1, NULL, TELLS("weight 0") } },
		{ { "{stepWeight: 20, mirror: true}", 0, .mirrored = true },
		  { 80, 20, 20, -1, NULL, TELLS("weight 20") } },
		{ { "{stepWeight: 20, mirror: true}", 20 },
		  { 60, 40, 40, -1, NULL, TELLS("weight 40") } },
		/* A/B: all traffic that matches, for some iterations. */
		{ { "{iterations: 2, match: [{headers: {}}]}", 0 },
		  { 0, 100, -1, 1, NULL, TELLS("iteration 1/2") } },
		{ { "{iterations: 2, match: [{headers: {}}]}", 100, 1 },
		  { 0, 100, -1, 2, NULL, TELLS("iteration 2/2") } },
		{ { "{iterations: 2, match: [{headers: {}}]}", 100, 2 },
		  { -1, -1, -1, -1, "Promoting", COPIES } },
		/* Blue-green: no traffic, then all of it, then the promotion. */
		{ { "{iterations: 2}", 0, 1 }, { -1, -1, -1, 2, NULL, TELLS("iteration 2/2") } },
		{ { "{iterations: 2}", 0, 2 },
		  { 0, 100, -1, 3, NULL, STR_INIT("Routing all traffic to canary") } },
		{ { "{iterations: 2}", 100, 3 }, { -1, -1, -1, -1, "Promoting", COPIES } },
		{ { "{iterations: 2, mirror: true}", 0, 2, .mirrored = true },
		  { 0, 100, -1, 3, NULL,
		    STR_INIT("Stop traffic mirroring and route all traffic to canary") } },
		/* Without a mesh nothing is routed. */
		{ { "{iterations: 2}", 0, 2, .provider = "kubernetes" },
		  { -1, -1, -1, 3, NULL, SILENT } },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &cases[i].before);
		strategy_step(&x.tick);
		check(&x, &f, &cases[i].after);
		fixture_end(&f);
	}
}

static void mirroring_is_of_the_first_step_only(void)
{
	static const struct {
		struct before before;
		struct str mirror; /* host, absent: no mirror */
	} cases[] = {
		{ { "{stepWeight: 20, mirror: true}", 0 }, STR_INIT("web-canary") },
		{ { "{stepWeight: 20, mirror: true}", 0, .mirrored = true }, { NULL, 0 } },
		{ { "{iterations: 2, mirror: true}", 0 }, STR_INIT("web-canary") },
		{ { "{iterations: 2, mirror: true}", 0, 2, .mirrored = true }, { NULL, 0 } },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].mirror); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &cases[i].before);
		strategy_step(&x.tick);
		CHECK_STR(tick_wrote(&f, "web", "spec.http[0].mirror.host"), cases[i].mirror);
		fixture_end(&f);
	}
}

static void the_most_weight_is_the_last_step_or_that_given(void)
{
	static const struct {
		const char *analysis;
		int64_t most;
	} cases[] = {
		{ "{stepWeight: 10}", 100 },
		{ "{stepWeight: 10, maxWeight: 50}", 50 },
		{ "{stepWeight: 10, maxWeight: -1}", 100 },
		{ "{stepWeights: [5, 25], maxWeight: 90}", 25 },
		{ "{stepWeights: [5, 250]}", 100 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].analysis); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &(struct before){ cases[i].analysis });
		CHECK_INT(strategy_max_weight(&x.tick), cases[i].most);
		fixture_end(&f);
	}
}

/* Traffic rises only through the first gate, the template is copied only through the second; what
 * does neither asks nobody. */
static void a_closed_gate_holds_the_step(void)
{
#define GATES                                                                                      \
	"webhooks: [{name: up, type: confirm-traffic-increase, url: u}, {name: over, type: "       \
	"confirm-promotion, url: u}]}"
#define UP   STR_INIT("Halt web.default advancement waiting for traffic increase approval up")
#define OVER STR_INIT("Halt web.default advancement waiting for promotion approval over")
	static const struct {
		struct before before;
		struct str event;
		bool writes;
	} cases[] = {
		{ { "{stepWeight: 20, " GATES, 20 }, UP, false },
		{ { "{stepWeight: 20, mirror: true, " GATES, 0 }, UP, false },
		{ { "{stepWeight: 20, mirror: true, " GATES, 0, .mirrored = true },
		  TELLS("weight 20"),
		  true },
		{ { "{stepWeight: 20, maxWeight: 40, " GATES, 40 }, UP, false },
		{ { "{stepWeight: 20, maxWeight: 40, " GATES, 40, .phase = "WaitingPromotion" },
		  SILENT,
		  false },
		{ { "{iterations: 2, " GATES, 0, 1 }, TELLS("iteration 2/2"), false },
		{ { "{iterations: 2, " GATES, 0, 2 }, OVER, false },
		{ { "{iterations: 2, match: [{headers: {}}], " GATES, 100, 2 }, OVER, false },
	};
	static const struct answer closed[] = { { .name = STR_INIT("webhook/0/0"), .code = 403 },
						{ .name = STR_INIT("webhook/1/0"), .code = 403 } };

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].event); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &cases[i].before);
		for (size_t a = 0; a < ARRAY_COUNT(closed); a++)
			fixture_answer(&f, closed[a]);
		strategy_step(&x.tick);
		CHECK_STR(fixture_event(&f, 0), cases[i].event);
		CHECK_INT(f.plan.writes.count > 0, cases[i].writes);
		CHECK(!str_equal(x.tick.will.phase, STR("Promoting")));
		fixture_end(&f);
	}
#undef GATES
#undef UP
#undef OVER
}

static void promotion_brings_the_traffic_back(void)
{
	static const struct {
		struct before before;
		struct after after;
	} cases[] = {
		{ { "{stepWeight: 20}", 60, .phase = "Promoting" },
		  { 100, 0, 0, -1, "Finalising", STR_INIT("Routing all traffic to primary") } },
		{ { "{stepWeight: 20, stepWeightPromotion: 25}", 60, .phase = "Promoting" },
		  { 65, 35, 35, -1, NULL, STR_INIT("Advance web.default primary weight 65") } },
		{ { "{stepWeight: 20, stepWeightPromotion: 25}", 15, .phase = "Promoting" },
		  { 100, 0, 0, -1, "Finalising",
		    STR_INIT("Advance web.default primary weight 100") } },
		{ { "{stepWeight: 20}", 60, .phase = "Promoting", .provider = "kubernetes" },
		  { -1, -1, 0, -1, "Finalising", { NULL, 0 } } },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &cases[i].before);
		strategy_promote(&x.tick);
		check(&x, &f, &cases[i].after);
		fixture_end(&f);
	}
}

/* A fault of the routes leaves all as it is: the next tick does the same again. */
static void a_fault_of_the_routes_changes_no_phase(void)
{
	static const struct {
		const char *analysis;
		void (*act)(struct tick *t);
		uint32_t event; /* the fault is told after these */
	} cases[] = {
		{ "{stepWeight: 20}", strategy_step, 0 },
		{ "{iterations: 2, match: [{headers: {}}]}", strategy_step, 0 },
		{ "{stepWeight: 20}", strategy_promote, 1 },
		{ "{stepWeight: 20, stepWeightPromotion: 20}", strategy_promote, 0 },
		{ "{stepWeight: 20}", strategy_roll_back, 0 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].analysis); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &(struct before){ cases[i].analysis, 20 });
		x.tick.routes = NULL;
		cases[i].act(&x.tick);
		CHECK_TEXT(fixture_event(&f, cases[i].event),
			   "VirtualService web.default get query error "
			   "virtualservices.networking.istio.io \"web\" not found");
		CHECK_INT(f.plan.events.count, cases[i].event + 1);
		CHECK_INT(f.plan.writes.count, 0);
		CHECK_TEXT(x.tick.will.phase, "Progressing");
		CHECK_INT(x.tick.will.weight, 20);
		fixture_end(&f);
	}
}

static void a_rollback_gives_the_primary_all_and_stops_the_target(void)
{
	static const struct {
		int64_t failed_checks;
		uint32_t events;
		struct str first;
	} cases[] = {
		{ 2, 2, STR_INIT("Rolling back web.default failed checks threshold reached 2") },
		/* Not because of checks: a hook, or a target that cannot become ready. */
		{ 1, 1, STR_INIT("Canary failed! Scaling down web.default") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].first); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, &(struct before){ "{stepWeight: 20, threshold: 2}", 40 });
		x.tick.was.failed_checks = cases[i].failed_checks;
		strategy_roll_back(&x.tick);
		CHECK_STR(fixture_event(&f, 0), cases[i].first);
		CHECK_INT(f.plan.events.count, cases[i].events);
		CHECK(f.plan.events.items[0].warning);
		CHECK_INT(route_weight(&f, TRUSTED_PATH("spec.http[0].route[0].weight")), 100);
		CHECK_INT(route_weight(&f, TRUSTED_PATH("spec.http[0].route[1].weight")), 0);
		CHECK(!fixture_written(&f, "web", "spec.http[0].mirror")); /* nor any copies */
		CHECK_TEXT(tick_wrote(&f, "web", "spec.replicas"), "0");
		CHECK_TEXT(x.tick.will.phase, "Failed");
		CHECK_INT(x.tick.will.weight, 0);
		CHECK_INT(x.tick.will.failed_checks, 0);
		fixture_end(&f);
	}
}

static void a_failed_promotion_leaves_the_canary_with_all(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, &(struct before){ "{stepWeight: 20}", 40, .phase = "Promoting" });
	strategy_fail_promotion(&x.tick, STR("too slow"));
	CHECK_TEXT(fixture_event(&f, 0),
		   "Promotion of web.default failed, primary not ready: too slow");
	CHECK_INT(route_weight(&f, TRUSTED_PATH("spec.http[0].route[0].weight")), 0);
	CHECK_INT(route_weight(&f, TRUSTED_PATH("spec.http[0].route[1].weight")), 100);
	CHECK(!fixture_written(&f, "web", "spec.replicas"));
	CHECK_TEXT(x.tick.will.phase, "Failed");
	CHECK_INT(x.tick.will.weight, 100);
	fixture_end(&f);
}

TESTS({ "a good check leads to the next step", a_good_check_leads_to_the_next_step },
      { "mirroring is of the first step only", mirroring_is_of_the_first_step_only },
      { "the most weight is the last step, or that given",
	the_most_weight_is_the_last_step_or_that_given },
      { "a closed gate holds the step", a_closed_gate_holds_the_step },
      { "promotion brings the traffic back", promotion_brings_the_traffic_back },
      { "a fault of the routes changes no phase", a_fault_of_the_routes_changes_no_phase },
      { "a rollback gives the primary all and stops the target",
	a_rollback_gives_the_primary_all_and_stops_the_target },
      { "a failed promotion leaves the canary with all",
	a_failed_promotion_leaves_the_canary_with_all })

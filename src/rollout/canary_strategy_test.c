/* canary_strategy_test - a Canary's routes from the first step to the end of its promotion */
#include "rollout/canary_test.h"

/* Strategies */

static void step_weights(void)
{
	struct fixture f = canary_under_way("{interval: 60s, stepWeights: [5, 25, 80]}",
					    "{phase: Progressing, canaryWeight: 5}", 95, 5);

	canary_tick(&f);
	canary_check_weights(&f, 75, 25);
	fixture_end(&f);
}

static void mirror_comes_before_weights(void)
{
	struct fixture f =
		canary_under_way("{interval: 60s, stepWeight: 25, maxWeight: 50, mirror: true, "
				 "mirrorWeight: 10}",
				 "{phase: Progressing}", 100, 0);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 1), "Advance web.default canary weight 0");
	const struct node *vs = canary_write(&f, KIND_VIRTUALSERVICE, "web")->body;
	CHECK_TEXT(node_str_at(vs, "spec.http[0].mirror.host"), "web-canary");
	CHECK_INT(node_int_at(vs, "spec.http[0].mirrorPercentage.value", 0), 10);
	fixture_end(&f);
}

static void iterations_of_an_ab_test(void)
{
	struct fixture f =
		canary_under_way("{interval: 60s, iterations: 2, match: [{headers: {x: {exact: "
				 "y}}}]}",
				 "{phase: Progressing}", 100, 0);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 1), "Advance web.default canary iteration 1/2");
	const struct node *vs = canary_write(&f, KIND_VIRTUALSERVICE, "web")->body;
	CHECK_TEXT(node_str_at(vs, "spec.http[0].match[0].headers.x.exact"), "y");
	CHECK_INT(node_int_at(vs, "spec.http[0].route[1].weight", 0), 100);
	CHECK_INT(node_item_count(node_at(vs, "spec.http[1].route")), 1);
	fixture_end(&f);
}

static void blue_green_routes_at_the_end(void)
{
	struct fixture f = canary_under_way("{interval: 60s, iterations: 2}",
					    "{phase: Progressing, iterations: 2}", 100, 0);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Routing all traffic to canary");
	CHECK_INT(node_int_at(canary_status(&f), "iterations", 0), 3);
	canary_check_weights(&f, 0, 100);
	fixture_end(&f);
}

static void sticky_sessions(void)
{
	struct fixture f = canary_under_way("{interval: 60s, stepWeight: 20, sessionAffinity: "
					    "{cookieName: lane, maxAge: 60, httpOnly: true}}",
					    "{phase: Progressing}", 100, 0);

	canary_tick(&f);
	const struct node *vs = canary_write(&f, KIND_VIRTUALSERVICE, "web")->body;
	CHECK_INT(node_item_count(node_at(vs, "spec.http")), 2);
	CHECK_INT(node_int_at(vs, "spec.http[0].route[1].weight", 0), 100);
	CHECK_INT(node_int_at(vs, "spec.http[1].route[1].weight", 0), 20);
	struct str cookie = node_str_at(canary_status(&f), "sessionAffinityCookie");
	CHECK(str_starts(cookie, STR("lane=")) && cookie.len == 15);
	CHECK_STR(node_str_at(vs, "spec.http[1].route[1].headers.response.add.Set-Cookie"),
		  str_concat(f.arena, cookie, STR("; Max-Age=60; HttpOnly")));
	CHECK_STR(node_str_at(vs, "spec.http[0].match[0].headers.Cookie.regex"),
		  str_printf(f.arena, ".*lane.*%.*s.*", STR_FMT(str_from(cookie, 5))));
	fixture_end(&f);
}

/* Promotion */

static void full_weight_copies(void)
{
	struct fixture f =
		canary_under_way(CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 40}", 60, 40);

	canary_tick(&f);
	canary_answer_value(&f, "query/0", 100000000);
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Copying web.default template spec to web-primary.default");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Promoting");
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", 0), 40);
	const struct node *d = canary_write(&f, KIND_DEPLOYMENT, "web-primary")->body;
	CHECK_TEXT(node_str_at(d, "spec.template.spec.containers[0].image"), "web:2");
	CHECK_TEXT(node_str_at(d, "spec.selector.matchLabels.app"), "web-primary");
	CHECK(!canary_write(&f, KIND_VIRTUALSERVICE, "web"));
	fixture_end(&f);
}

static void promotion_shifts_back(void)
{
	struct fixture f =
		canary_under_way(CANARY_WEIGHTED, "{phase: Promoting, canaryWeight: 40}", 60, 40);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Routing all traffic to primary");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Finalising");
	canary_check_weights(&f, 100, 0);
	fixture_end(&f);
}

static void promotion_in_steps(void)
{
	struct fixture f = canary_under_way("{interval: 60s, stepWeight: 30, maxWeight: 60, "
					    "stepWeightPromotion: 25}",
					    "{phase: Promoting, canaryWeight: 60}", 40, 60);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Advance web.default primary weight 65");
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", 0), 35);
	canary_check_weights(&f, 65, 35);
	fixture_end(&f);
}

static void finalising_ends(void)
{
	struct fixture f =
		canary_under_way(CANARY_WEIGHTED, "{phase: Finalising, failedChecks: 1}", 100, 0);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Promotion completed! Scaling down web.default");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Succeeded");
	CHECK_INT(node_int_at(canary_status(&f), "failedChecks", 0), 1);
	CHECK_STR(node_str_at(canary_status(&f), "lastPromotedSpec"),
		  node_str_at(canary_status(&f), "lastAppliedSpec"));
	fixture_end(&f);
}

static void stuck_primary_keeps_the_canary(void)
{
	struct fixture f =
		canary_under_way(CANARY_WEIGHTED, "{phase: Promoting, canaryWeight: 40}", 60, 40);

	canary_set(&f, KIND_DEPLOYMENT, "web-primary", "status.conditions",
		   node_make(f.arena, "[{type: Progressing, status: \"False\", reason: "
				      "ProgressDeadlineExceeded}]"));
	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 1),
		   "Promotion of web.default failed, primary not ready: "
		   "web-primary.default not ready: deployment \"web-primary\" "
		   "exceeded its progress deadline");
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", 0), 100);
	CHECK(!canary_write(&f, KIND_DEPLOYMENT, "web"));
	canary_check_weights(&f, 0, 100);
	fixture_end(&f);
}

TESTS({ "step weights are followed", step_weights },
      { "a mirror comes before weights", mirror_comes_before_weights },
      { "an A/B test routes by its conditions", iterations_of_an_ab_test },
      { "blue-green routes at the end", blue_green_routes_at_the_end },
      { "sessions stick by a cookie", sticky_sessions },
      { "full weight copies the template", full_weight_copies },
      { "promotion shifts traffic back", promotion_shifts_back },
      { "promotion may go in steps", promotion_in_steps },
      { "finalising ends in Succeeded", finalising_ends },
      { "a stuck primary keeps the canary", stuck_primary_keeps_the_canary })

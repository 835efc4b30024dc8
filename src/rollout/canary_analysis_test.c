/* canary_analysis_test - a Canary's analysis: metrics, webhooks and what they lead to */
#include "rollout/canary_test.h"

static void first_step_measures_nothing(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 100, 0);

	canary_tick(&f);
	CHECK_INT(f.plan.requests.count, 0);
	CHECK_TEXT(fixture_event(&f, 0), "Starting canary analysis for web.default");
	CHECK_TEXT(fixture_event(&f, 1), "Advance web.default canary weight 20");
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", 0), 20);
	canary_check_weights(&f, 80, 20);
	fixture_end(&f);
}

static void good_check_advances(void)
{
	struct fixture f =
		canary_under_way(CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	canary_tick(&f);
	CHECK_TEXT(canary_asked(&f), "query/0");
	CHECK_INT(f.plan.events.count, 0);
	canary_answer_value(&f, "query/0", 99000000);
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Advance web.default canary weight 40");
	canary_check_weights(&f, 60, 40);
	fixture_end(&f);
}

static void bad_check_is_counted(void)
{
	struct fixture f = canary_under_way(
		CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20, failedChecks: 1}", 80, 20);

	canary_tick(&f);
	canary_answer_value(&f, "query/0", 98994999);
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Halt web.default advancement success rate 98.99% < 99%");
	CHECK_INT(node_int_at(canary_status(&f), "failedChecks", 0), 2);
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", 0), 20);
	CHECK(!canary_write(&f, KIND_VIRTUALSERVICE, "web"));
	fixture_end(&f);
}

static void no_values(void)
{
	struct fixture f =
		canary_under_way(CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	canary_tick(&f);
	canary_answer(&f, "query/0", 200, "");
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Halt advancement no values found for istio metric request-success-rate "
		   "probably web.default is not receiving traffic: running query failed: no values "
		   "found");
	CHECK_INT(node_int_at(canary_status(&f), "failedChecks", 0), 1);
	fixture_end(&f);
}

static void threshold_rolls_back(void)
{
	struct fixture f = canary_under_way(
		CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20, failedChecks: 2}", 80, 20);

	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Rolling back web.default failed checks threshold reached 2");
	CHECK_TEXT(fixture_event(&f, 1), "Canary failed! Scaling down web.default");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Failed");
	CHECK_INT(node_int_at(canary_status(&f), "failedChecks", -1), 0);
	CHECK_INT(node_int_at(canary_write(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", -1),
		  0);
	canary_check_weights(&f, 100, 0);
	fixture_end(&f);
}

/* Webhooks */

static const char gated[] =
	"{interval: 60s, stepWeight: 20, maxWeight: 20, threshold: 3, webhooks: [{name: gate, "
	"type: "
	"confirm-promotion, url: \"http://gate/\"}, {name: probe, url: \"http://probe/\", "
	"retries: 1}]}";

static void hooks_are_called_in_turn(void)
{
	struct fixture f =
		canary_under_way(gated, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	canary_tick(&f);
	CHECK_TEXT(canary_asked(&f), "webhook/1/0");
	CHECK_TEXT(node_str_at(f.plan.requests.items[0].arguments, "payload.phase"), "Progressing");
	canary_answer(&f, "webhook/1/0", 200, "");
	canary_run(&f);
	CHECK_TEXT(canary_asked(&f), "webhook/0/0");
	canary_answer(&f, "webhook/0/0", 403, "not yet");
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Halt web.default advancement waiting for promotion approval gate");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "WaitingPromotion");
	CHECK_INT(node_int_at(canary_status(&f), "iterations", 0), -1);
	fixture_end(&f);
}

static void failing_hook_is_retried(void)
{
	struct fixture f =
		canary_under_way(gated, "{phase: Progressing, canaryWeight: 20}", 80, 20);

	canary_tick(&f);
	canary_answer(&f, "webhook/1/0", 503, "");
	canary_run(&f);
	CHECK_TEXT(canary_asked(&f), "webhook/1/1");
	canary_answer(&f, "webhook/1/1", 503, "");
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Halt web.default advancement external check probe failed POST http://probe/ "
		   "giving up after 2 attempt(s)");
	CHECK_INT(node_int_at(canary_status(&f), "failedChecks", 0), 1);
	fixture_end(&f);
}

static void events_are_sent_to_hooks(void)
{
	struct fixture f =
		canary_under_way("{interval: 60s, stepWeight: 20, webhooks: [{name: log, type: "
				 "event, url: \"http://log/\"}]}",
				 "{phase: Progressing}", 100, 0);

	canary_tick(&f);
	CHECK_INT(f.plan.requests.count, 2);
	CHECK_TEXT(node_str_at(f.plan.requests.items[1].arguments, "payload.metadata.eventMessage"),
		   "Advance web.default canary weight 20");
	canary_answer(&f, "event/0/0", 500, "");
	canary_answer(&f, "event/1/0", 200, "");
	canary_run(&f);
	CHECK_INT(f.plan.requests.count, 0);
	canary_check_weights(&f, 80, 20);
	fixture_end(&f);
}

/* Templates of queries */

static void templates_are_rendered(void)
{
	struct fixture f =
		canary_under_way("{interval: 60s, stepWeight: 20, metrics: [{name: errors, "
				 "interval: 2m, templateRef: "
				 "{name: errors}, templateVariables: {codes: \"5..\"}, "
				 "thresholdRange: {max: 1.5}}]}",
				 "{phase: Progressing, canaryWeight: 20}", 80, 20);

	fixture_put(
		&f,
		node_make(
			f.arena,
			"{apiVersion: flagger.app/v1beta1, kind: MetricTemplate, metadata: {name: "
			"errors}, spec: {provider: {type: prometheus, address: \"http://p\"}, "
			"query: %c}}",
			"{{namespace}} {{ target }} {{- interval -}}  {{ variables.codes }} "
			"{{ index variables \"codes\" }}"));
	canary_tick(&f);
	const struct node *q = f.plan.requests.items[0].arguments;
	CHECK_TEXT(node_str_at(q, "query"), "default web2m5.. 5..");
	CHECK_TEXT(node_str_at(q, "address"), "http://p");
	canary_answer_value(&f, "query/0", 2125000);
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Halt web.default advancement errors 2.12 > 1.5");
	fixture_end(&f);
}

/* Flagger checks both. */
static void builtin_with_a_template(void)
{
	struct fixture f = canary_under_way("{interval: 60s, stepWeight: 20, metrics: [{name: "
					    "request-success-rate, templateRef: "
					    "{name: errors}, thresholdRange: {max: 50}}]}",
					    "{phase: Progressing, canaryWeight: 20}", 80, 20);

	fixture_put(
		&f,
		node_make(
			f.arena,
			"{apiVersion: flagger.app/v1beta1, kind: MetricTemplate, metadata: {name: "
			"errors}, spec: {provider: {type: prometheus, address: \"http://p\"}, "
			"query: up}}"));
	canary_tick(&f);
	canary_answer_value(&f, "query/0", 10000000);
	canary_run(&f);
	CHECK_TEXT(canary_asked(&f), "template/0");
	canary_answer_value(&f, "template/0", 60000000);
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Halt web.default advancement request-success-rate 60.00 > 50");
	fixture_end(&f);
}

TESTS({ "the first step measures nothing", first_step_measures_nothing },
      { "a good check advances", good_check_advances },
      { "a bad check is counted", bad_check_is_counted },
      { "no values is a failed check", no_values },
      { "the threshold rolls back", threshold_rolls_back },
      { "webhooks are called in turn", hooks_are_called_in_turn },
      { "a failing webhook is retried", failing_hook_is_retried },
      { "events are sent to webhooks", events_are_sent_to_hooks },
      { "query templates are rendered", templates_are_rendered },
      { "a built-in metric with a template is checked twice", builtin_with_a_template })

/* status_test - what a phase does to the status of a Canary, and when it is written */
#include "rollout/tick_test.h"

#define STORED                                                                                     \
	"{phase: Progressing, canaryWeight: 20, failedChecks: 1, iterations: 3, lastAppliedSpec: " \
	"a, lastPromotedSpec: p, conditions: [{type: Promoted, status: Unknown, reason: "          \
	"Progressing, lastTransitionTime: \"2026-01-01T00:00:00Z\"}]}"

/* Deployment web, and Canary web in that status. */
static void begin(struct tick_fixture *x, struct fixture *f, const char *status)
{
	*f = fixture_begin();
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {selector: {matchLabels: {app: web}}, template: {spec: "
				 "{containers: []}}}}"));
	CHECK(!tick_begin(x, f, "{targetRef: {kind: Deployment, name: web}}").ptr);
	x->tick.object = fixture_put(
		f, node_set(f->arena, x->tick.root, "status", node_make(f->arena, status)));
	x->tick.root = x->tick.object->root;
	x->tick.was = x->tick.will = status_read(x->tick.object);
}

static void a_status_is_read_as_it_stands(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, STORED);
	CHECK_TEXT(x.tick.was.phase, "Progressing");
	CHECK_INT(x.tick.was.weight, 20);
	CHECK_INT(x.tick.was.failed_checks, 1);
	CHECK_INT(x.tick.was.iterations, 3);
	CHECK_TEXT(x.tick.was.applied, "a");
	CHECK_TEXT(x.tick.was.promoted, "p");
	fixture_end(&f);
	begin(&x, &f, "{}");
	CHECK_INT(x.tick.was.phase.len, 0);
	CHECK_INT(x.tick.was.weight, 0);
	fixture_end(&f);
}

static void phases_keep_or_clear_the_counters(void)
{
	static const struct {
		const char *phase;
		int64_t weight, iterations;
		struct str condition, message;
	} cases[] = {
		{ "Waiting", 20, 3, STR_INIT("Unknown"), STR_INIT("Waiting for approval.") },
		{ "Promoting", 20, 3, STR_INIT("Unknown"),
		  STR_INIT("Canary analysis completed, starting primary rolling update.") },
		{ "WaitingPromotion", 0, 4, STR_INIT("Unknown"),
		  STR_INIT("Waiting for approval.") },
		{ "Finalising", 0, 0, STR_INIT("Unknown"),
		  STR_INIT("Canary analysis completed, routing all traffic to primary.") },
		{ "Succeeded", 0, 0, STR_INIT("True"),
		  STR_INIT("Canary analysis completed successfully, promotion finished.") },
		{ "Failed", 0, 0, STR_INIT("False"),
		  STR_INIT("Canary analysis failed, Deployment scaled to zero.") },
		{ "Initialized", 0, 0, STR_INIT("True"),
		  STR_INIT("Deployment initialization completed.") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].phase); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, STORED);
		x.tick.analysis_iterations = 5;
		status_phase(&x.tick, cases[i].phase);
		CHECK_STR(x.tick.will.phase, str_from_cstr(cases[i].phase));
		CHECK_INT(x.tick.will.weight, cases[i].weight);
		CHECK_INT(x.tick.will.iterations, cases[i].iterations);
		CHECK_INT(x.tick.will.failed_checks, 1);
		const struct node *condition = node_item(x.tick.will.conditions, 0);
		CHECK_STR(node_str_at(condition, "status"), cases[i].condition);
		CHECK_STR(node_str_at(condition, "message"), cases[i].message);
		CHECK_STR(node_str_at(condition, "reason"), str_from_cstr(cases[i].phase));
		fixture_end(&f);
	}
}

/* The time of a condition is that of its status, not of its reason. */
static void a_transition_is_a_change_of_the_status(void)
{
	static const struct {
		const char *phase;
		struct str since;
	} cases[] = {
		{ "Promoting", STR_INIT("2026-01-01T00:00:00Z") }, /* Unknown, too */
		{ "Succeeded", STR_INIT("2027-01-15T08:00:00Z") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].phase); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, STORED);
		status_phase(&x.tick, cases[i].phase);
		const struct node *condition = node_item(x.tick.will.conditions, 0);
		CHECK_STR(node_str_at(condition, "lastTransitionTime"), cases[i].since);
		CHECK_TEXT(node_str_at(condition, "lastUpdateTime"), "2027-01-15T08:00:00Z");
		fixture_end(&f);
	}
}

static void success_promotes_what_was_applied(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, STORED);
	status_phase(&x.tick, "Finalising");
	CHECK_TEXT(x.tick.will.promoted, "p");
	status_phase(&x.tick, "Succeeded");
	CHECK_TEXT(x.tick.will.promoted, "a");
	fixture_end(&f);
}

/* Syncing records the template and begins to count anew. */
static void syncing_records_the_template(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, STORED);
	CHECK(!status_sync(&x.tick, "Progressing", 0).ptr);
	CHECK_STR(x.tick.will.applied, target_hash(&x.tick));
	CHECK(!str_equal(x.tick.will.applied, STR("a")));
	CHECK_TEXT(x.tick.will.promoted, "p");
	CHECK_INT(x.tick.will.failed_checks, 0);
	CHECK_INT(x.tick.will.iterations, 0);
	CHECK_INT(node_entry_count(x.tick.will.tracked), 0);
	CHECK(!status_sync(&x.tick, "Initialized", 0).ptr);
	CHECK_STR(x.tick.will.promoted, x.tick.will.applied);
	fixture_end(&f);
}

static void only_a_difference_is_written(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, STORED);
	x.tick.will.changed = STR("2027-01-01T00:00:00Z"); /* the time alone is none */
	status_flush(&x.tick);
	CHECK_INT(f.plan.writes.count, 0);
	status_failed_check(&x.tick);
	status_weight(&x.tick, 40);
	status_flush(&x.tick);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(f.plan.writes.items[0].request.subresource, "status");
	CHECK_TEXT(tick_wrote(&f, "web", "status.failedChecks"), "2");
	CHECK_TEXT(tick_wrote(&f, "web", "status.canaryWeight"), "40");
	CHECK_TEXT(tick_wrote(&f, "web", "status.lastTransitionTime"), "2027-01-15T08:00:00Z");
	fixture_end(&f);
}

/* A merge patch removes by null. */
static void configs_that_are_gone_are_removed(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{phase: Initialized, trackedConfigs: {configmap/a: x, configmap/b: y}}");
	x.tick.will.tracked = node_make(f.arena, "{configmap/a: z}");
	status_flush(&x.tick);
	const struct node *tracked = fixture_written(&f, "web", "status.trackedConfigs");
	CHECK_INT(node_entry_count(tracked), 2);
	CHECK_TEXT(node_text(node_get(tracked, STR("configmap/a"))), "z");
	CHECK(node_is_null(node_get(tracked, STR("configmap/b"))));
	fixture_end(&f);
}

TESTS({ "a status is read as it stands", a_status_is_read_as_it_stands },
      { "phases keep or clear the counters", phases_keep_or_clear_the_counters },
      { "a transition is a change of the status", a_transition_is_a_change_of_the_status },
      { "success promotes what was applied", success_promotes_what_was_applied },
      { "syncing records the template", syncing_records_the_template },
      { "only a difference is written", only_a_difference_is_written },
      { "configs that are gone are removed", configs_that_are_gone_are_removed })

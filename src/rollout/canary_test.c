/* canary_test - how a Canary begins, meets new revisions and goes, one run at a time */
#include "rollout/canary_test.h"

static void first_sight(void)
{
	struct fixture f = fixture_begin();

	canary_put(&f, "{interval: 60s}", NULL);
	canary_run(&f);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Initializing");
	CHECK_TEXT(node_str_at(canary_status(&f), "conditions[0].message"),
		   "New Deployment detected, starting initialization.");
	CHECK_INT(f.plan.events.count, 0);
	fixture_end(&f);
}

static void waits_for_its_window(void)
{
	struct fixture f = fixture_begin();

	f.now_ms += 4000;
	canary_put(&f, "{interval: 60s}", CANARY_INITIALIZING);
	canary_put_deployment(&f, "web", "web:1", 2);
	canary_run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 6000);
	f.now_ms += 6000;
	canary_run(&f);
	CHECK(f.plan.writes.count > 0);
	CHECK_INT(f.plan.requeue_after_ms, 60000);
	fixture_end(&f);
}

static void no_target(void)
{
	struct fixture f = fixture_begin();

	canary_put(&f, "{interval: 60s}", CANARY_INITIALIZING);
	canary_tick(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_TEXT(fixture_event(&f, 0),
		   "deployment web.default get query error: deployments.apps \"web\" not found");
	fixture_end(&f);
}

static void providers_come_first(void)
{
	struct fixture f = fixture_begin();

	canary_put(&f, "{interval: 60s, metrics: [{name: request-success-rate}]}",
		   CANARY_INITIALIZING);
	canary_put_deployment(&f, "web", "web:1", 2);
	canary_tick(&f);
	CHECK_TEXT(canary_asked(&f), "online/0");
	CHECK_TEXT(node_str_at(f.plan.requests.items[0].arguments, "query"), "vector(1)");
	canary_answer(&f, "online/0", 0, "no route to host");
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Error checking metric providers: prometheus not avaiable: "
		   "running query failed: no route to host");
	fixture_end(&f);
}

static void makes_the_primary(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, "
				  "data: {greeting: hello}}"));
	canary_put(&f, "{interval: 60s}", CANARY_INITIALIZING);
	canary_put_deployment(&f, "web", "web:1", 2);
	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0), "all the metrics providers are available!");
	CHECK_TEXT(fixture_event(&f, 1),
		   "web-primary.default not ready: waiting for rollout to finish: observed "
		   "deployment generation less than desired generation");
	CHECK(f.plan.events.items[1].warning);
	const struct node *d = canary_write(&f, KIND_DEPLOYMENT, "web-primary")->body;
	CHECK_INT(node_int_at(d, "spec.replicas", 0), 2);
	CHECK_TEXT(node_str_at(d, "spec.selector.matchLabels.app"), "web-primary");
	CHECK_TEXT(node_str_at(d, "spec.template.metadata.labels.app"), "web-primary");
	CHECK_TEXT(node_str_at(d, "spec.template.metadata.labels.tier"), "front");
	CHECK_INT(node_str_at(d, "spec.template.metadata.annotations.flagger-id").len, 36);
	CHECK_TEXT(node_str_at(d, "spec.template.spec.containers[0].envFrom[0].configMapRef.name"),
		   "settings-primary");
	CHECK_TEXT(node_str_at(d, "metadata.ownerReferences[0].kind"), "Canary");
	CHECK_TEXT(node_str_at(canary_write(&f, KIND_CONFIGMAP, "settings-primary")->body,
			       "data.greeting"),
		   "hello");
	const struct node *s = canary_write(&f, KIND_SERVICE, "web-canary")->body;
	CHECK_TEXT(node_str_at(s, "spec.selector.app"), "web");
	CHECK_TEXT(node_str_at(s, "metadata.labels.app"), "web-canary");
	CHECK(!canary_write(&f, KIND_SERVICE, "web"));
	fixture_end(&f);
}

static void initializes(void)
{
	struct fixture f = fixture_begin();

	canary_put(&f, "{interval: 60s}", CANARY_INITIALIZING);
	canary_put_deployment(&f, "web", "web:1", 2);
	canary_put_deployment(&f, "web-primary", "web:1", 2);
	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 1), "Initialization done! web.default");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Initialized");
	CHECK(node_str_at(canary_status(&f), "lastAppliedSpec").len > 0);
	CHECK_STR(node_str_at(canary_status(&f), "lastPromotedSpec"),
		  node_str_at(canary_status(&f), "lastAppliedSpec"));
	CHECK_TEXT(node_str_at(canary_write(&f, KIND_SERVICE, "web")->body, "spec.selector.app"),
		   "web-primary");
	CHECK_INT(node_int_at(canary_write(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", -1),
		  0);
	CHECK_TEXT(node_str_at(canary_write(&f, KIND_DESTINATIONRULE, "web-canary")->body,
			       "spec.host"),
		   "web-canary");
	canary_check_weights(&f, 100, 0);
	fixture_end(&f);
}

static void new_revision(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Initialized}", 100, 0);

	canary_set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", node_cstr(f.arena, "other"));
	canary_set(&f, KIND_DEPLOYMENT, "web", "spec.replicas", node_int(f.arena, 0));
	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0), "New revision detected! Scaling up web.default");
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Progressing");
	CHECK_INT(node_int_at(canary_write(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", 0),
		  2);
	fixture_end(&f);
}

static void promoted_template_is_not_new(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Failed}", 100, 0);
	const struct node *applied = node_copy(
		f.arena,
		node_at(canary_find(&f, KIND_CANARY, "web")->root, "status.lastAppliedSpec"),
		/* bare= */ true);

	canary_set(&f, KIND_CANARY, "web", "status.lastPromotedSpec", applied);
	canary_set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", node_cstr(f.arena, "other"));
	canary_tick(&f);
	CHECK_INT(f.plan.events.count, 0);
	CHECK_TEXT(node_str_at(canary_status(&f), "phase"), "Failed");
	CHECK_STR(node_str_at(canary_status(&f), "lastAppliedSpec"), node_text(applied));
	fixture_end(&f);
}

static void another_revision_restarts(void)
{
	struct fixture f = canary_under_way(
		CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20, failedChecks: 1}", 80, 20);

	canary_set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", node_cstr(f.arena, "other"));
	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "New revision detected! Restarting analysis for web.default");
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", -1), 0);
	CHECK_INT(node_int_at(canary_status(&f), "failedChecks", -1), 0);
	canary_check_weights(&f, 100, 0);
	fixture_end(&f);
}

static void suspended(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 80, 20);

	canary_set(&f, KIND_CANARY, "web", "spec.suspend", node_bool_of(true));
	canary_tick(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_TEXT(fixture_event(&f, 0), "skipping canary run as object is suspended");
	fixture_end(&f);
}

static void deletion_reverts(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Initialized}", 100, 0);

	canary_set(&f, KIND_CANARY, "web", "spec.revertOnDeletion", node_bool_of(true));
	canary_run(&f);
	CHECK_TEXT(
		node_str_at(canary_write(&f, KIND_CANARY, "web")->body, "metadata.finalizers[0]"),
		"finalizer.flagger.app");
	canary_set(&f, KIND_CANARY, "web", "metadata.finalizers",
		   node_make(f.arena, "[finalizer.flagger.app]"));
	canary_set(&f, KIND_CANARY, "web", "metadata.deletionTimestamp",
		   node_cstr(f.arena, "2026-01-01T00:00:00Z"));
	canary_set(&f, KIND_DEPLOYMENT, "web", "spec.replicas", node_int(f.arena, 0));
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Terminating canary web.default");
	CHECK_INT(node_int_at(canary_write(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", 0),
		  2);
	canary_set(&f, KIND_CANARY, "web", "status.phase", node_cstr(f.arena, "Terminating"));
	canary_set(&f, KIND_DEPLOYMENT, "web", "spec.replicas", node_int(f.arena, 2));
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: "
				  "{ports: [{port: 80}], selector: {app: web-primary}}}"));
	canary_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Terminated canary web.default");
	CHECK_INT(node_item_count(node_at(canary_write(&f, KIND_CANARY, "web")->body,
					  "metadata.finalizers")),
		  0);
	CHECK_TEXT(node_str_at(canary_write(&f, KIND_SERVICE, "web")->body, "spec.selector.app"),
		   "web");
	fixture_end(&f);
}

TESTS({ "a new Canary is Initializing", first_sight },
      { "ticks begin at the next window and go by the interval", waits_for_its_window },
      { "a missing target is told of", no_target },
      { "metric providers are asked first", providers_come_first },
      { "the primary is a copy with its own configs", makes_the_primary },
      { "a ready primary takes over", initializes },
      { "a new revision is scaled up", new_revision },
      { "the promoted template is no new revision", promoted_template_is_not_new },
      { "another revision restarts the analysis", another_revision_restarts },
      { "a suspended Canary does nothing", suspended },
      { "deletion gives everything back", deletion_reverts })

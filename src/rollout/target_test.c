/* target_test - DaemonSets and Services as targets of a Canary */
#include "rollout/tick_test.h"

#define DAEMONSET "{targetRef: {kind: DaemonSet, name: web}, service: {port: 80}}"
#define SERVICE	  "{targetRef: {kind: Service, name: web}, service: {port: 80}}"

/* spec and status are written as they stand in the object. */
static void put_daemonset(struct fixture *f, const char *name, const char *pod_spec,
			  const char *status)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: %c, "
				 "generation: 2}, spec: {selector: {matchLabels: {app: web}}, "
				 "template: {metadata: {labels: {app: web}}, spec: %n}}, "
				 "status: %n}",
				 name, node_make(f->arena, pod_spec), node_make(f->arena, status)));
}

/* Readiness of the target */

static void daemonsets_are_ready_when_enough_pods_are_new_and_available(void)
{
	static const struct {
		const char *status, *message; /* message NULL: it is ready */
	} cases[] = {
		{ "{observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, "
		  "numberAvailable: 3}",
		  NULL },
		{ "{observedGeneration: 2}", NULL }, /* no node takes one */
		{ "{observedGeneration: 1, desiredNumberScheduled: 3, updatedNumberScheduled: 3, "
		  "numberAvailable: 3}",
		  "waiting for rollout to finish: observed daemonset generation less than desired "
		  "generation" },
		{ "{observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 1, "
		  "numberAvailable: 3}",
		  "waiting for rollout to finish: 1 out of 3 new pods have been updated" },
		{ "{observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, "
		  "numberAvailable: 2}",
		  "waiting for rollout to finish: 2 of 3 (readyThreshold 100%) updated pods are "
		  "available" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].status); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;

		put_daemonset(&f, "web", "{containers: []}", cases[i].status);
		CHECK(!tick_begin(&x, &f, DAEMONSET).ptr);
		struct readiness r = target_daemonset.ready(&x.tick, x.tick.target, 100);
		CHECK_INT(r.ready, !cases[i].message);
		CHECK_STR(r.message, cases[i].message ? str_from_cstr(cases[i].message) : STR(""));
		CHECK(r.retriable);
		fixture_end(&f);
	}
}

static void a_threshold_below_all_pods_is_enough(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_daemonset(&f, "web", "{containers: []}",
		      "{observedGeneration: 2, desiredNumberScheduled: 4, updatedNumberScheduled: "
		      "4, numberAvailable: 2}");
	(void)tick_begin(&x, &f, DAEMONSET);
	CHECK(target_daemonset.ready(&x.tick, x.tick.target, 50).ready);
	CHECK(!target_daemonset.ready(&x.tick, x.tick.target, 75).ready);
	fixture_end(&f);
}

static void a_daemonset_that_is_late_is_given_up(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_daemonset(&f, "web", "{containers: []}",
		      "{observedGeneration: 2, desiredNumberScheduled: 1}");
	(void)tick_begin(&x, &f,
			 "{targetRef: {kind: DaemonSet, name: web}, progressDeadlineSeconds: 60}");
	x.tick.was.changed = STR("2027-01-15T07:58:59Z"); /* 61 s ago */
	struct readiness r = target_daemonset.canary_ready(&x.tick);
	CHECK(!r.ready && !r.retriable);
	CHECK_TEXT(r.message, "canary damonset web.default not ready with retryable false: "
			      "exceeded its progressDeadlineSeconds: 60");
	x.tick.was.changed = STR("2027-01-15T07:59:00Z");
	CHECK(target_daemonset.canary_ready(&x.tick).retriable);
	CHECK_TEXT(target_daemonset.primary_ready(&x.tick).message,
		   "primary daemonset web-primary.default not ready: waiting for rollout to "
		   "finish: observed daemonset generation less than desired generation");
	fixture_end(&f);
}

/* Scale */

static void a_node_selector_scales_daemonsets(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;
	const struct trusted_path path =
		TRUSTED_PATH("spec.template.spec.nodeSelector[flagger.app/scale-to-zero]");

	put_daemonset(&f, "web", "{nodeSelector: {disk: ssd}}", "{}");
	(void)tick_begin(&x, &f, DAEMONSET);
	struct str revision = target_hash(&x.tick);
	CHECK(!target_daemonset.scale_from_zero(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 0); /* it is not at zero */
	CHECK(!target_daemonset.scale_to_zero(&x.tick).ptr);
	CHECK_TEXT(node_text(fixture_find(&f, "web", path)), "true");

	put_daemonset(&f, "web", "{nodeSelector: {disk: ssd, flagger.app/scale-to-zero: true}}",
		      "{}");
	(void)tick_begin(&x, &f, DAEMONSET);
	CHECK_STR(target_hash(&x.tick), revision); /* no new revision */
	CHECK(!target_daemonset.scale_to_zero(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK(!target_daemonset.scale_from_zero(&x.tick).ptr);
	CHECK(node_is_null(fixture_find(&f, "web", path)));
	CHECK_INT(f.plan.writes.count, 1);
	fixture_end(&f);
}

/* The primary */

static void primaries_are_copies_without_what_is_flaggers_own(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_daemonset(&f, "web",
		      "{nodeSelector: {flagger.app/scale-to-zero: true}, containers: [{name: a, "
		      "image: web1}]}",
		      "{}");
	(void)tick_begin(&x, &f, DAEMONSET);
	CHECK(!target_daemonset.create_primary(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.selector.matchLabels.app"), "web-primary");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.template.metadata.labels.app"),
		   "web-primary");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.template.spec.containers[0].image"), "web1");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "metadata.ownerReferences[0].name"), "web");
	CHECK(!fixture_written(&f, "web-primary", "spec.template.spec.nodeSelector"));
	fixture_end(&f);
}

/* The selector that others set stays, with and without Flagger's own. */
static void other_node_selectors_are_kept(void)
{
	static const struct {
		const char *selector, *left; /* left NULL: none */
	} cases[] = {
		{ "{containers: []}", NULL },
		{ "{containers: [], nodeSelector: {disk: ssd}}", "ssd" },
		{ "{containers: [], nodeSelector: {disk: ssd, flagger.app/scale-to-zero: true}}",
		  "ssd" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].selector); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;
		put_daemonset(&f, "web", cases[i].selector, "{}");
		(void)tick_begin(&x, &f, DAEMONSET);
		CHECK(!target_daemonset.create_primary(&x.tick).ptr);
		CHECK_INT(fixture_written(&f, "web-primary", "spec.template.spec.nodeSelector") !=
				  NULL,
			  cases[i].left != NULL);
		CHECK_STR(tick_wrote(&f, "web-primary", "spec.template.spec.nodeSelector.disk"),
			  str_from_cstr(cases[i].left));
		fixture_end(&f);
	}
}

/* A ConfigMap that the pods need is not there: no primary is made, of either kind. */
static void configs_must_be_there(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_daemonset(&f, "web",
		      "{containers: [{name: a, image: web1, envFrom: [{configMapRef: {name: "
		      "gone}}]}]}",
		      "{}");
	(void)tick_begin(&x, &f, DAEMONSET);
	struct str fault = target_daemonset.create_primary(&x.tick);
	CHECK(str_starts(fault, STR("createPrimaryDaemonSet failed: ")));
	CHECK(str_ends(fault, STR("configmaps \"gone\" not found")));
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

static void primaries_roll(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web}, "
				  "spec: {selector: {matchLabels: {app: web}}, updateStrategy: "
				  "{type: OnDelete}}}"));
	(void)tick_begin(&x, &f, DAEMONSET);
	CHECK_TEXT(target_daemonset.create_primary(&x.tick),
		   "createPrimaryDaemonSet failed: daemonset web.default must have RollingUpdate "
		   "strategy but have OnDelete");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

static void promotion_takes_over_the_template(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_daemonset(&f, "web", "{containers: [{name: a, image: web2}]}", "{}");
	(void)tick_begin(&x, &f, DAEMONSET);
	CHECK_TEXT(target_daemonset.promote(&x.tick),
		   "updating daemonset web-primary.default template spec failed: daemonset "
		   "web-primary.default get query error: daemonsets.apps \"web-primary\" not "
		   "found");
	put_daemonset(&f, "web-primary", "{containers: [{name: a, image: web1}]}", "{}");
	(void)tick_begin(&x, &f, DAEMONSET);
	CHECK(!target_daemonset.promote(&x.tick).ptr);
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.template.spec.containers[0].image"), "web2");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.template.metadata.labels.app"),
		   "web-primary");
	fixture_end(&f);
}

static void targets_must_be_there_and_have_a_label(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	CHECK_TEXT(tick_begin(&x, &f, DAEMONSET),
		   "daemonset web.default get query error: daemonsets.apps \"web\" not found");
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web}, "
				  "spec: {selector: {matchLabels: {tier: front}}}}"));
	CHECK_TEXT(tick_begin(&x, &f, DAEMONSET),
		   "getSelectorLabel failed: daemonset web.default spec.selector.matchLabels must "
		   "contain one of [app name app.kubernetes.io/name]");
	fixture_end(&f);
}

/* Services as targets */

static void put_service(struct fixture *f, const char *name, const char *app, const char *address)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Service, metadata: {name: %c, labels: "
				 "{team: a}}, spec: {type: ClusterIP, clusterIP: %c, selector: "
				 "{app: %c}}}",
				 name, address, app));
}

static void services_are_copied_with_addresses_of_their_own(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_service(&f, "web", "v2", "10.0.0.1");
	put_service(&f, "web-canary", "v1", "10.0.0.2");
	(void)tick_begin(&x, &f, SERVICE);
	CHECK(!target_service.create_primary(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 2);
	CHECK_TEXT(tick_wrote(&f, "web-canary", "spec.selector.app"), "v2");
	CHECK_TEXT(tick_wrote(&f, "web-canary", "spec.clusterIP"), "10.0.0.2");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.selector.app"), "v2");
	CHECK(!fixture_written(&f, "web-primary", "spec.clusterIP"));
	CHECK_TEXT(tick_wrote(&f, "web-primary", "metadata.labels.team"), "a");
	fixture_end(&f);
}

static void promotion_of_a_service_keeps_the_primarys_address(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_service(&f, "web", "v2", "10.0.0.1");
	(void)tick_begin(&x, &f, SERVICE);
	CHECK_TEXT(target_service.promote(&x.tick),
		   "updating service web-primary.default spec failed: service web-primary.default "
		   "get query error: services \"web-primary\" not found");
	put_service(&f, "web-primary", "v1", "10.0.0.3");
	(void)tick_begin(&x, &f, SERVICE);
	CHECK(!target_service.promote(&x.tick).ptr);
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.selector.app"), "v2");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.clusterIP"), "10.0.0.3");
	fixture_end(&f);
}

static void services_need_no_scale_and_are_ready(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	CHECK(!tick_begin(&x, &f, SERVICE).ptr); /* Flagger looks for it later */
	CHECK_TEXT(target_service.create_primary(&x.tick),
		   "service web-primary.default get query error: services \"web\" not found");
	put_service(&f, "web", "v1", "10.0.0.1");
	(void)tick_begin(&x, &f, SERVICE);
	CHECK(target_service.canary_ready(&x.tick).ready);
	CHECK(target_service.primary_ready(&x.tick).ready);
	CHECK(!target_service.scale_to_zero(&x.tick).ptr);
	CHECK(!target_service.finalize(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 0);
	struct str revision = target_hash(&x.tick);
	put_service(&f, "web", "v2", "10.0.0.1");
	(void)tick_begin(&x, &f, SERVICE);
	CHECK(!str_equal(target_hash(&x.tick), revision));
	fixture_end(&f);
}

TESTS({ "daemonsets are ready when enough pods are new and available",
	daemonsets_are_ready_when_enough_pods_are_new_and_available },
      { "a threshold below all pods is enough", a_threshold_below_all_pods_is_enough },
      { "a daemonset that is late is given up", a_daemonset_that_is_late_is_given_up },
      { "a node selector scales daemonsets", a_node_selector_scales_daemonsets },
      { "primaries are copies without what is Flagger's own",
	primaries_are_copies_without_what_is_flaggers_own },
      { "other node selectors are kept", other_node_selectors_are_kept },
      { "configs must be there", configs_must_be_there }, { "primaries roll", primaries_roll },
      { "promotion takes over the template", promotion_takes_over_the_template },
      { "targets must be there and have a label", targets_must_be_there_and_have_a_label },
      { "services are copied with addresses of their own",
	services_are_copied_with_addresses_of_their_own },
      { "promotion of a service keeps the primary's address",
	promotion_of_a_service_keeps_the_primarys_address },
      { "services need no scale and are ready", services_need_no_scale_and_are_ready })

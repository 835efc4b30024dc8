/* target_deployment_test - Deployments as targets: readiness, scale, and the primary's affinity */
#include "rollout/tick_test.h"

#define SPEC "{targetRef: {kind: Deployment, name: web}, service: {port: 80}}"

static void put(struct fixture *f, const char *name, const char *spec, const struct node *status)
{
	const struct node *root = node_make(
		f->arena,
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: %c, generation: "
		"2}, spec: %n, status: %?n}",
		name, node_make(f->arena, spec), status);

	fixture_put(f, node_set(f->arena, root, "spec.selector.matchLabels.app",
				node_cstr(f->arena, name)));
}

static void deployments_are_ready_when_all_pods_are_new(void)
{
	static const struct {
		int observed, updated, replicas, available, threshold;
		struct str message; /* absent: it is ready */
	} cases[] = {
		{ 2, 3, 3, 3, 100, { NULL, 0 } },
		{ 2, 3, 3, 2, 60, { NULL, 0 } },
		{ 1, 3, 3, 3, 100,
		  STR_INIT(
			  "waiting for rollout to finish: observed deployment generation less than "
			  "desired generation") },
		{ 2, 2, 3, 3, 100,
		  STR_INIT("waiting for rollout to finish: 2 out of 3 new replicas have been "
			   "updated") },
		{ 2, 3, 5, 3, 100,
		  STR_INIT("waiting for rollout to finish: 2 old replicas are pending "
			   "termination") },
		{ 2, 3, 3, 1, 70,
		  STR_INIT("waiting for rollout to finish: 1 of 2 (readyThreshold 70%) updated "
			   "replicas are available") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].message); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;

		put(&f, "web", "{replicas: 3}",
		    node_make(f.arena,
			      "{observedGeneration: %d, updatedReplicas: %d, replicas: %d, "
			      "availableReplicas: %d}",
			      cases[i].observed, cases[i].updated, cases[i].replicas,
			      cases[i].available));
		CHECK(!tick_begin(&x, &f, SPEC).ptr);
		struct readiness r =
			target_deployment.ready(&x.tick, x.tick.target, cases[i].threshold);
		CHECK_INT(r.ready, !cases[i].message.ptr);
		CHECK_STR(r.message, cases[i].message);
		CHECK(r.retriable);
		fixture_end(&f);
	}
}

static void what_is_stuck_is_given_up(void)
{
	static const struct {
		const char *progressing, *available, *since;
		bool retriable;
	} cases[] = {
		{ "ProgressDeadlineExceeded", "True", "2027-01-15T08:00:00Z", false },
		{ "ReplicaSetUpdated", "False", "2027-01-15T07:49:59Z", false }, /* 601 s */
		{ "ReplicaSetUpdated", "False", "2027-01-15T07:50:00Z", true },
		{ "ReplicaSetUpdated", "True", "2027-01-15T07:00:00Z", true },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].progressing); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;

		put(&f, "web", "{replicas: 3}",
		    node_make(
			    f.arena,
			    "{observedGeneration: 2, conditions: [{type: Progressing, reason: %c}, "
			    "{type: Available, status: %c, reason: MinimumReplicasUnavailable, "
			    "lastUpdateTime: %c}]}",
			    cases[i].progressing, cases[i].available, cases[i].since));
		CHECK(!tick_begin(&x, &f, SPEC).ptr);
		struct readiness r = target_deployment.canary_ready(&x.tick);
		CHECK(!r.ready);
		CHECK_INT(r.retriable, cases[i].retriable);
		CHECK(str_starts(r.message, STR("canary deployment web.default not ready: ")));
		fixture_end(&f);
	}
}

#define SCALED                                                                                     \
	"{targetRef: {kind: Deployment, name: web}, autoscalerRef: {kind: "                        \
	"HorizontalPodAutoscaler, name: web}}"

static void the_target_returns_with_pods(void)
{
	static const struct {
		const char *spec, *target, *primary;
		struct str replicas; /* written; absent: none */
	} cases[] = {
		{ SPEC, "{replicas: 0}", "{replicas: 4}", STR_INIT("4") },
		{ SPEC, "{replicas: 0}", "{replicas: 0}", STR_INIT("1") },
		{ SPEC, "{replicas: 2}", "{replicas: 4}", { NULL, 0 } },
		{ SCALED, "{replicas: 0}", "{replicas: 4}", STR_INIT("3") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;

		put(&f, "web", cases[i].target, NULL);
		put(&f, "web-primary", cases[i].primary, NULL);
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: autoscaling/v2, kind: "
					  "HorizontalPodAutoscaler, metadata: {name: web}, spec: "
					  "{minReplicas: 3}}"));
		CHECK(!tick_begin(&x, &f, cases[i].spec).ptr);
		CHECK(!target_deployment.scale_from_zero(&x.tick).ptr);
		CHECK_STR(tick_wrote(&f, "web", "spec.replicas"), cases[i].replicas);
		fixture_end(&f);
	}
}

static void pods_of_the_primary_keep_away_from_each_other(void)
{
	static const char spec[] =
		"{template: {metadata: {labels: {app: web}}, spec: {containers: [], affinity: "
		"{podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
		"[{topologyKey: zone, labelSelector: {matchLabels: {app: web, tier: web}}}, "
		"{topologyKey: host, labelSelector: {matchExpressions: [{key: app, operator: In, "
		"values: [other, web]}, {key: tier, operator: In, values: [web]}]}}]}}}}}";
	struct fixture f = fixture_begin();
	struct tick_fixture x;
	static const struct {
		struct trusted_path path;
		struct str value;
	} cases[] = {
		{ TRUSTED_PATH_INIT("[0].labelSelector.matchLabels.app"), STR_INIT("web-primary") },
		{ TRUSTED_PATH_INIT("[0].labelSelector.matchLabels.tier"), STR_INIT("web") },
		{ TRUSTED_PATH_INIT("[1].labelSelector.matchExpressions[0].values[0]"),
		  STR_INIT("other") },
		{ TRUSTED_PATH_INIT("[1].labelSelector.matchExpressions[0].values[1]"),
		  STR_INIT("web-primary") },
		{ TRUSTED_PATH_INIT("[1].labelSelector.matchExpressions[1].values[0]"),
		  STR_INIT("web") },
	};

	put(&f, "web", spec, NULL);
	CHECK(!tick_begin(&x, &f, SPEC).ptr);
	CHECK(!target_deployment.create_primary(&x.tick).ptr);
	const struct node *terms =
		fixture_written(&f, "web-primary",
				"spec.template.spec.affinity.podAntiAffinity."
				"requiredDuringSchedulingIgnoredDuringExecution");
	CHECK_INT(node_item_count(terms), 2);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].path.path); i++)
		CHECK_STR(node_text(node_find(terms, cases[i].path)), cases[i].value);
	fixture_end(&f);
}

/* Expressions without values, and of other labels, stand as they are; those behind them do not. */
static void every_selector_of_the_list_is_looked_at(void)
{
	static const char spec[] =
		"{template: {metadata: {labels: {app: web}}, spec: {containers: [], "
		"topologySpreadConstraints: [{topologyKey: zone}, {topologyKey: host, "
		"labelSelector: {matchExpressions: [{key: app, operator: Exists}, {key: tier, "
		"operator: In, values: [web]}, {key: app, operator: In, values: [web, "
		"web]}]}}]}}}";
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put(&f, "web", spec, NULL);
	CHECK(!tick_begin(&x, &f, SPEC).ptr);
	CHECK(!target_deployment.create_primary(&x.tick).ptr);
	const struct node *list = fixture_written(
		&f, "web-primary",
		"spec.template.spec.topologySpreadConstraints[1].labelSelector.matchExpressions");
	CHECK_INT(node_item_count(list), 3);
	CHECK_TEXT(node_str_at(node_item(list, 1), "values[0]"), "web");
	CHECK_TEXT(node_str_at(node_item(list, 2), "values[0]"), "web-primary");
	CHECK_TEXT(node_str_at(node_item(list, 2), "values[1]"), "web");
	fixture_end(&f);
}

/* Replicas are the autoscaler's where there is one. */
static void promotion_copies_what_is_flaggers_to_copy(void)
{
	static const struct {
		const char *canary;
		struct str replicas;
	} cases[] = {
		{ SPEC, STR_INIT("3") },
		{ SCALED, STR_INIT("9") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].canary); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;
		put(&f, "web",
		    "{replicas: 3, minReadySeconds: 7, progressDeadlineSeconds: 70, "
		    "revisionHistoryLimit: 5, strategy: {type: Recreate}, template: {metadata: "
		    "{labels: {app: web}}, spec: {containers: [{name: a, image: web2}]}}}",
		    NULL);
		put(&f, "web-primary",
		    "{replicas: 9, minReadySeconds: 1, template: {metadata: {labels: {app: "
		    "web-primary}}, spec: {containers: [{name: a, image: web1}]}}}",
		    NULL);
		(void)tick_begin(&x, &f, cases[i].canary);
		CHECK(!target_deployment.promote(&x.tick).ptr);
		CHECK_STR(tick_wrote(&f, "web-primary", "spec.replicas"), cases[i].replicas);
		CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.minReadySeconds"), "7");
		CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.progressDeadlineSeconds"), "70");
		CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.revisionHistoryLimit"), "5");
		CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.strategy.type"), "Recreate");
		CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.template.spec.containers[0].image"),
			   "web2");
		fixture_end(&f);
	}
}

/* Out of zero: the least that the autoscaler allows, of the kind that is named. */
static void autoscalers_say_how_many_return(void)
{
	static const struct {
		const char *canary, *scaler; /* scaler NULL: it is not there */
		struct str replicas;
	} cases[] = {
		{ SCALED,
		  "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		  "web}, spec: {minReplicas: 4, maxReplicas: 9}}",
		  STR_INIT("4") },
		{ SCALED,
		  "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		  "web}, spec: {maxReplicas: 9}}",
		  STR_INIT("1") },
		{ SCALED,
		  "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		  "web}, spec: {minReplicas: 0, maxReplicas: 9}}",
		  STR_INIT("1") },
		{ SCALED, NULL, STR_INIT("1") },
		{ "{targetRef: {kind: Deployment, name: web}, autoscalerRef: {kind: ScaledObject, "
		  "name: web}}",
		  "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: web}, spec: "
		  "{minReplicaCount: 5, minReplicas: 8}}",
		  STR_INIT("5") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].scaler); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;
		put(&f, "web", "{replicas: 0}", NULL);
		if (cases[i].scaler)
			fixture_put(&f, node_make(f.arena, cases[i].scaler));
		(void)tick_begin(&x, &f, cases[i].canary);
		CHECK(!target_deployment.scale_from_zero(&x.tick).ptr);
		CHECK_STR(tick_wrote(&f, "web", "spec.replicas"), cases[i].replicas);
		fixture_end(&f);
	}
}

TESTS({ "every selector of the list is looked at", every_selector_of_the_list_is_looked_at },
      { "promotion copies what is Flagger's to copy", promotion_copies_what_is_flaggers_to_copy },
      { "autoscalers say how many return", autoscalers_say_how_many_return },
      { "Deployments are ready when all pods are new",
	deployments_are_ready_when_all_pods_are_new },
      { "a stuck rollout is not retriable", what_is_stuck_is_given_up },
      { "the target returns with pods", the_target_returns_with_pods },
      { "pods of the primary keep away from each other",
	pods_of_the_primary_keep_away_from_each_other })

/* scaler_test - the primary's autoscaler follows that of the target */
#include "rollout/tick_test.h"

#define HPA                                                                                        \
	"targetRef: {kind: Deployment, name: web}, autoscalerRef: {kind: "                         \
	"HorizontalPodAutoscaler, name: web"
#define KEDA                                                                                       \
	"targetRef: {kind: Deployment, name: web}, autoscalerRef: {kind: ScaledObject, name: web"

static void put_hpa(struct fixture *f, const char *name, int most)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
			      "metadata: {name: %c, labels: {team: a, kustomize.toolkit.fluxcd.io/"
			      "name: apps}}, spec: {scaleTargetRef: {kind: Deployment, name: "
			      "web}, minReplicas: 2, maxReplicas: %d}}",
			      name, most));
}

static void put_scaled(struct fixture *f, const char *name, const char *annotations,
		       const char *query)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: "
				 "{name: %c, annotations: %n}, spec: {scaleTargetRef: {name: web}, "
				 "maxReplicaCount: 9, advanced: {horizontalPodAutoscalerConfig: "
				 "{name: own}}, triggers: [{name: rps, metadata: {query: %c}}, "
				 "{name: cron, metadata: {start: a}}]}}",
				 name, node_make(f->arena, annotations), query));
}

static void the_copy_scales_the_primary(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_hpa(&f, "web", 5);
	(void)tick_begin(&x, &f, "{" HPA "}}");
	CHECK(!scaler_reconcile(&x.tick, /* initial= */ true).ptr);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.scaleTargetRef.name"), "web-primary");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.maxReplicas"), "5");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "metadata.labels.team"), "a");
	CHECK_INT(node_entry_count(fixture_written(&f, "web-primary", "metadata.labels")), 1);
	fixture_end(&f);
}

static void the_copy_follows_but_not_at_first(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_hpa(&f, "web", 7);
	put_hpa(&f, "web-primary", 5);
	(void)tick_begin(&x, &f, "{" HPA ", primaryScalerReplicas: {minReplicas: 3}}}");
	CHECK(!scaler_reconcile(&x.tick, /* initial= */ true).ptr);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK(!scaler_reconcile(&x.tick, /* initial= */ false).ptr);
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.maxReplicas"), "7");
	CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.minReplicas"), "3");
	fixture_end(&f);
}

static void queries_of_the_primary_ask_for_the_primary(void)
{
	static const struct {
		const char *spec, *query;
	} cases[] = {
		{ "{" KEDA "}}", "rps{to=web-primary} + rps{to=web-primary}" },
		{ "{" KEDA ", primaryScalerQueries: {rps: given}}}", "given" },
		{ "{" KEDA ", primaryScalerQueries: {other: given}}}",
		  "rps{to=web} + rps{to=web-canary}" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].spec); i++) {
		struct fixture f = fixture_begin();
		struct tick_fixture x;

		put_scaled(&f, "web", "{a: b}", "rps{to=web} + rps{to=web-canary}");
		(void)tick_begin(&x, &f, cases[i].spec);
		CHECK(!scaler_reconcile(&x.tick, /* initial= */ true).ptr);
		CHECK_STR(tick_wrote(&f, "web-primary", "spec.triggers[0].metadata.query"),
			  str_from_cstr(cases[i].query));
		CHECK_TEXT(tick_wrote(&f, "web-primary", "spec.triggers[1].metadata.start"), "a");
		CHECK_TEXT(tick_wrote(&f, "web-primary",
				      "spec.advanced.horizontalPodAutoscalerConfig.name"),
			   "own-primary");
		CHECK_TEXT(tick_wrote(&f, "web-primary", "metadata.annotations.a"), "b");
		fixture_end(&f);
	}
}

static void only_scaled_objects_are_paused(void)
{
	static const struct trusted_path path =
		TRUSTED_PATH_INIT("metadata.annotations[autoscaling.keda.sh/paused-replicas]");
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	put_hpa(&f, "web", 5);
	(void)tick_begin(&x, &f, "{" HPA "}}");
	CHECK(!scaler_pause(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 0);

	put_scaled(&f, "web", "{}", "");
	(void)tick_begin(&x, &f, "{" KEDA "}}");
	CHECK(!scaler_resume(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 0); /* it was not paused */
	CHECK(!scaler_pause(&x.tick).ptr);
	CHECK_TEXT(node_text(fixture_find(&f, "web", path)), "0");

	put_scaled(&f, "web", "{autoscaling.keda.sh/paused-replicas: 0}", "");
	(void)tick_begin(&x, &f, "{" KEDA "}}");
	CHECK(!scaler_resume(&x.tick).ptr);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK(node_is_null(fixture_find(&f, "web", path)));
	fixture_end(&f);
}

static void autoscalers_that_are_not_there_are_named(void)
{
	struct fixture f = fixture_begin();
	struct tick_fixture x;

	(void)tick_begin(&x, &f, "{" HPA "}}");
	CHECK_TEXT(scaler_reconcile(&x.tick, true),
		   "HorizontalPodAutoscaler web.default get query error: "
		   "horizontalpodautoscalers.autoscaling \"web\" not found");
	(void)tick_begin(&x, &f, "{" KEDA "}}");
	CHECK_TEXT(scaler_reconcile(&x.tick, true),
		   "Keda ScaledObject web.default get query error: scaledobjects.keda.sh \"web\" "
		   "not found");
	CHECK_STR(scaler_pause(&x.tick), scaler_reconcile(&x.tick, true));
	(void)tick_begin(&x, &f, "{targetRef: {kind: Deployment, name: web}}");
	CHECK(!scaler_reconcile(&x.tick, true).ptr); /* none is wanted */
	fixture_end(&f);
}

TESTS({ "the copy scales the primary", the_copy_scales_the_primary },
      { "the copy follows, but not at first", the_copy_follows_but_not_at_first },
      { "queries of the primary ask for the primary", queries_of_the_primary_ask_for_the_primary },
      { "only ScaledObjects are paused", only_scaled_objects_are_paused },
      { "autoscalers that are not there are named", autoscalers_that_are_not_there_are_named })

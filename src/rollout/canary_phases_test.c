/* canary_phases_test - what a tick does in each phase: readiness, restarts, ends, deletion */
#include "rollout/canary_test.h"

#define NOT_READY "{observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 0}"
#define STUCK                                                                                      \
	"{observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 0, "          \
	"conditions: [{type: Progressing, status: \"False\", reason: ProgressDeadlineExceeded}, "  \
	"{type: Available, status: \"False\"}]}"

static struct str phase_of(const struct fixture *f)
{
	return node_str_at(canary_status(f), "phase");
}

/* Readiness */

/* Waiting does no harm, but what will never be ready ends it. */
static void deployments_must_be_ready(void)
{
	static const struct {
		const char *phase, *which, *status;
		const char *told; /* the first event */
		const char *end;  /* "": the phase stays */
		int primary;	  /* weight afterwards; -1: not written */
	} rows[] = {
		{ "Progressing", "web-primary", NOT_READY,
		  "web-primary.default not ready: "
		  "waiting for rollout to finish: 0 of 2 (readyThreshold 100%) "
		  "updated replicas are available",
		  "", -1 },
		{ "Progressing", "web-primary", STUCK,
		  "web-primary.default not ready: "
		  "deployment \"web-primary\" exceeded its progress deadline",
		  "Failed", 100 },
		{ "WaitingPromotion", "web-primary", STUCK,
		  "web-primary.default not ready: "
		  "deployment \"web-primary\" exceeded its progress deadline",
		  "Failed", 100 },
		{ "Promoting", "web-primary", NOT_READY,
		  "web-primary.default not ready: "
		  "waiting for rollout to finish: 0 of 2 (readyThreshold 100%) "
		  "updated replicas are available",
		  "", -1 },
		/* the canary is the only healthy copy then */
		{ "Promoting", "web-primary", STUCK,
		  "web-primary.default not ready: "
		  "deployment \"web-primary\" exceeded its progress deadline",
		  "Failed", 0 },
		{ "Finalising", "web-primary", STUCK,
		  "web-primary.default not ready: "
		  "deployment \"web-primary\" exceeded its progress deadline",
		  "Failed", 0 },
		{ "Progressing", "web", NOT_READY,
		  "canary deployment web.default not ready: waiting for rollout to finish: 0 of 2 "
		  "(readyThreshold 100%) "
		  "updated replicas are available",
		  "", -1 },
		{ "Progressing", "web", STUCK,
		  "canary deployment web.default not ready: "
		  "deployment \"web\" exceeded its progress deadline",
		  "Failed", 100 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].phase); i++) {
		struct fixture f = canary_under_way(
			CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20}", 80, 20);
		canary_set(&f, KIND_CANARY, "web", "status.phase",
			   node_cstr(f.arena, rows[i].phase));
		canary_set(&f, KIND_DEPLOYMENT, rows[i].which, "status",
			   node_make(f.arena, rows[i].status));
		canary_tick(&f);
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].told));
		CHECK(f.plan.events.items[0].warning);
		CHECK_STR(*rows[i].end ? phase_of(&f) : STR(""), str_from_cstr(rows[i].end));
		const struct api_request *w = canary_write(&f, KIND_VIRTUALSERVICE, "web");
		CHECK_INT(node_int_at(w ? w->body : NULL, "spec.http[0].route[0].weight", -1),
			  rows[i].primary);
		fixture_end(&f);
	}
}

/* Nothing has changed since, or another revision is there. */
static void only_analyses_restart(void)
{
	static const struct {
		const char *phase;
		bool changed;
		const char *told; /* the first event; "": none */
	} rows[] = {
		{ "Initialized", false, "" },
		{ "Initialized", true, "New revision detected! Scaling up web.default" },
		{ "Succeeded", false, "" },
		{ "Succeeded", true, "New revision detected! Scaling up web.default" },
		{ "Failed", false, "" },
		{ "Waiting", false, "New revision detected! Scaling up web.default" },
		{ "Progressing", true,
		  "New revision detected! Restarting analysis for web.default" },
		{ "WaitingPromotion", true,
		  "New revision detected! Restarting analysis for web.default" },
		{ "Finalising", false, "Promotion completed! Scaling down web.default" },
		{ "Finalising", true, "Promotion completed! Scaling down web.default" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].phase); i++) {
		struct fixture f =
			canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 100, 0);
		canary_set(&f, KIND_CANARY, "web", "status.phase",
			   node_cstr(f.arena, rows[i].phase));
		if (rows[i].changed)
			canary_set(&f, KIND_CANARY, "web", "status.lastAppliedSpec",
				   node_cstr(f.arena, "other"));
		canary_tick(&f);
		CHECK_STR(fixture_event(&f, 0),
			  *rows[i].told ? str_from_cstr(rows[i].told) : STR_NONE);
		fixture_end(&f);
	}
}

static void finalising_scales_the_target_down(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Finalising}", 100, 0);

	canary_tick(&f);
	CHECK_TEXT(phase_of(&f), "Succeeded");
	CHECK_INT(node_int_at(canary_write(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", -1),
		  0);
	CHECK_INT(node_int_at(canary_status(&f), "canaryWeight", -1), 0);
	fixture_end(&f);
}

/* The first look has no traffic yet; with a weight, an iteration or a mirror there is some. */
static void an_analysis_begins_without_metrics(void)
{
	static const struct {
		const char *analysis, *status;
		int canary;
		bool begins;
	} rows[] = {
		{ CANARY_WEIGHTED, "{phase: Progressing}", 0, true },
		{ CANARY_WEIGHTED, "{phase: Progressing, canaryWeight: 20}", 20, false },
		{ "{interval: 60s, threshold: 2, iterations: 5, metrics: [{name: "
		  "request-success-rate, thresholdRange: {min: 99}}]}",
		  "{phase: Progressing, iterations: 1}", 0, false },
		{ "{interval: 60s, threshold: 2, iterations: 5, metrics: [{name: "
		  "request-success-rate, thresholdRange: {min: 99}}]}",
		  "{phase: Progressing}", 0, true },
		{ "{interval: 60s, threshold: 2, mirror: true, maxWeight: 40, stepWeight: 20, "
		  "metrics: [{name: request-success-rate, thresholdRange: {min: 99}}]}",
		  "{phase: Progressing}", 0, true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].status); i++) {
		struct fixture f = canary_under_way(rows[i].analysis, rows[i].status,
						    100 - rows[i].canary, rows[i].canary);
		canary_tick(&f);
		if (rows[i].begins)
			CHECK_TEXT(fixture_event(&f, 0),
				   "Starting canary analysis for web.default");
		else
			CHECK_TEXT(canary_asked(&f), "query/0");
		fixture_end(&f);
	}
}

static void too_many_failed_checks_roll_back(void)
{
	static const struct {
		const char *status;
		bool ends;
	} rows[] = {
		{ "{phase: Progressing, canaryWeight: 20, failedChecks: 1}", false },
		{ "{phase: Progressing, canaryWeight: 20, failedChecks: 2}", true },
		{ "{phase: Progressing, canaryWeight: 20, failedChecks: 3}", true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].status); i++) {
		struct fixture f = canary_under_way(CANARY_WEIGHTED, rows[i].status, 80, 20);
		canary_tick(&f);
		CHECK_INT(str_equal(phase_of(&f), STR("Failed")), rows[i].ends);
		if (rows[i].ends) {
			CHECK(str_starts(
				fixture_event(&f, 0),
				STR("Rolling back web.default failed checks threshold reached ")));
			CHECK_TEXT(fixture_event(&f, 1), "Canary failed! Scaling down web.default");
			canary_check_weights(&f, 100, 0);
		}
		fixture_end(&f);
	}
}

/* Supported providers */

static void providers_other_than_these_are_told(void)
{
	static const struct {
		const char *provider, *told;
	} rows[] = {
		{ "istio", "Starting canary analysis for web.default" },
		{ "kubernetes", "Starting canary analysis for web.default" },
		{ "nginx", "the provider nginx is not played here" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].provider); i++) {
		struct fixture f =
			canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 100, 0);
		canary_set(&f, KIND_CANARY, "web", "spec.provider",
			   node_cstr(f.arena, rows[i].provider));
		canary_tick(&f);
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].told));
		fixture_end(&f);
	}
}

/* Without a mesh there are iterations only: ten, unless it says how many. */
static void without_a_mesh_there_are_iterations(void)
{
	static const struct {
		const char *analysis;
		const char *told[3]; /* after the beginning */
		int iterations;	     /* done */
	} rows[] = {
		{ "{interval: 60s, threshold: 2, iterations: 5}",
		  { "Advance web.default canary iteration 1/5" },
		  1 },
		{ "{interval: 60s, threshold: 2, stepWeight: 20}",
		  { "Progressive traffic is not supported when using the kubernetes provider",
		    "Setting canaryAnalysis.iterations: 10",
		    "Advance web.default canary iteration 1/10" },
		  1 },
		{ "{interval: 60s, threshold: 2, iterations: 1, match: [{headers: {a: {exact: "
		  "b}}}]}",
		  { "A/B testing is not supported when using the kubernetes provider",
		    "Advance web.default canary iteration 1/1" },
		  1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].analysis); i++) {
		struct fixture f =
			canary_under_way(rows[i].analysis, "{phase: Progressing}", 100, 0);
		canary_set(&f, KIND_CANARY, "web", "spec.provider",
			   node_cstr(f.arena, "kubernetes"));
		canary_tick(&f);
		for (uint32_t e = 0; e < 3 && rows[i].told[e]; e++)
			CHECK_STR(fixture_event(&f, e + 1), str_from_cstr(rows[i].told[e]));
		CHECK_INT(node_int_at(canary_status(&f), "iterations", -1), rows[i].iterations);
		fixture_end(&f);
	}
}

/* Flagger cannot tell such cookies apart, and never looks again. */
static void cookies_of_one_name_are_refused(void)
{
	static const struct {
		const char *affinity;
		bool refused;
	} rows[] = {
		{ "{cookieName: a, primaryCookieName: a}", true },
		{ "{cookieName: a, primaryCookieName: b}", false },
		{ "{cookieName: a}", false },
		{ "{}", true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].affinity); i++) {
		struct fixture f =
			canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 100, 0);
		canary_set(&f, KIND_CANARY, "web", "spec.analysis.sessionAffinity",
			   node_make(f.arena, rows[i].affinity));
		canary_run(&f);
		CHECK_INT(f.plan.requeue_after_ms < 0, rows[i].refused);
		fixture_end(&f);
	}
}

/* Skipping */

static void skipping_promotes_at_once(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 100, 0);

	canary_set(&f, KIND_CANARY, "web", "spec.skipAnalysis", node_bool_of(true));
	canary_tick(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Copying web.default template spec to web-primary.default");
	CHECK_TEXT(fixture_event(&f, 1),
		   "Promotion completed! Canary analysis was skipped for web.default");
	CHECK_TEXT(phase_of(&f), "Succeeded");
	const struct api_request *primary = canary_write(&f, KIND_DEPLOYMENT, "web-primary");
	CHECK_TEXT(node_str_at(primary ? primary->body : NULL,
			       "spec.template.spec.containers[0].image"),
		   "web:2");
	CHECK_INT(node_int_at(canary_write(&f, KIND_DEPLOYMENT, "web")->body, "spec.replicas", -1),
		  0);
	fixture_end(&f);
}

/* Where things are looked for */

static void names_come_from_the_service_and_the_old_field_counts(void)
{
	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 100, 0);
	const struct node *root =
		node_copy(f.arena, canary_find(&f, KIND_CANARY, "web")->root, /* bare= */ true);

	root = node_set(f.arena, root, "spec.service.name", node_cstr(f.arena, "front"));
	root = node_set(f.arena, root, "spec.canaryAnalysis", node_at(root, "spec.analysis"));
	root = node_set(f.arena, root, "spec.analysis", NULL);
	fixture_put(&f, root);
	canary_tick(&f);
	CHECK(canary_write(&f, KIND_SERVICE, "front-canary"));
	CHECK(canary_write(&f, KIND_SERVICE, "front-primary"));
	CHECK(!canary_write(&f, KIND_SERVICE, "web-canary"));
	CHECK_INT(f.plan.requeue_after_ms, 60000);
	fixture_end(&f);
}

/* Going */

/* Every three seconds until the target is back; a fault every thirty. */
static void going_waits_for_the_target(void)
{
	static const struct {
		const char *what;
		const char *phase, *status; /* of the Canary and of web; NULL: web is gone */
		const char *finalizers;
		int64_t again_ms;
		bool goes;
	} rows[] = {
		{ "it says so first", "Initialized",
		  "{observedGeneration: 1, replicas: 2, "
		  "updatedReplicas: 2, availableReplicas: 2}",
		  "[finalizer.flagger.app]", 3000, false },
		{ "the target is back", "Terminating",
		  "{observedGeneration: 1, replicas: 2, "
		  "updatedReplicas: 2, availableReplicas: 2}",
		  "[finalizer.flagger.app]", -1, true },
		{ "the target is not ready", "Terminating", NOT_READY, "[finalizer.flagger.app]",
		  3000, false },
		{ "the target is gone", "Terminating", NULL, "[finalizer.flagger.app]", 30000,
		  false },
		{ "it is not Flagger's to revert", "Initialized", NOT_READY, "[other]", -1, false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f =
			canary_under_way(CANARY_WEIGHTED, "{phase: Initialized}", 100, 0);
		canary_set(&f, KIND_CANARY, "web", "status.phase",
			   node_cstr(f.arena, rows[i].phase));
		canary_set(&f, KIND_CANARY, "web", "metadata.finalizers",
			   node_make(f.arena, rows[i].finalizers));
		canary_set(&f, KIND_CANARY, "web", "metadata.deletionTimestamp",
			   node_cstr(f.arena, "2026-01-01T00:00:00Z"));
		fixture_put(&f,
			    node_make(f.arena, "{apiVersion: v1, kind: Service, metadata: {name: "
					       "web}, spec: {ports: [{port: 80}], selector: {app: "
					       "web-primary}}}"));
		if (rows[i].status)
			canary_set(&f, KIND_DEPLOYMENT, "web", "status",
				   node_make(f.arena, rows[i].status));
		else
			cache_update(f.cache, canary_find(&f, KIND_DEPLOYMENT, "web"), NULL,
				     ++f.version);
		canary_run(&f);
		CHECK_INT(f.plan.requeue_after_ms, rows[i].again_ms);
		const struct api_request *w = canary_write(&f, KIND_CANARY, "web");
		const struct node *left = w ? node_at(w->body, "metadata.finalizers") : NULL;
		CHECK_INT(left && node_item_count(left) == 0, rows[i].goes);
		fixture_end(&f);
	}
}

/* Set with revertOnDeletion, and taken away without. */
static void the_finalizer_follows_the_spec(void)
{
	static const struct {
		bool reverts;
		const char *finalizers;
		int left; /* as written; -1: nothing is */
	} rows[] = {
		{ true, "[]", 1 },
		{ true, "[other]", 2 },
		{ true, "[finalizer.flagger.app]", -1 },
		{ false, "[finalizer.flagger.app]", 0 },
		{ false, "[other, finalizer.flagger.app]", 1 },
		{ false, "[other]", -1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].finalizers); i++) {
		struct fixture f =
			canary_under_way(CANARY_WEIGHTED, "{phase: Initialized}", 100, 0);
		canary_set(&f, KIND_CANARY, "web", "spec.revertOnDeletion",
			   node_bool_of(rows[i].reverts));
		canary_set(&f, KIND_CANARY, "web", "metadata.finalizers",
			   node_make(f.arena, rows[i].finalizers));
		canary_run(&f);
		const struct api_request *w = canary_write(&f, KIND_CANARY, "web");
		const struct node *left = w ? node_at(w->body, "metadata.finalizers") : NULL;
		CHECK_INT(left ? (int)node_item_count(left) : -1, rows[i].left);
		fixture_end(&f);
	}
}

TESTS({ "Deployments must be ready", deployments_must_be_ready },
      { "only analyses restart", only_analyses_restart },
      { "finalising scales the target down", finalising_scales_the_target_down },
      { "an analysis begins without metrics", an_analysis_begins_without_metrics },
      { "too many failed checks roll back", too_many_failed_checks_roll_back },
      { "unsupported providers are reported", providers_other_than_these_are_told },
      { "without a mesh there are iterations", without_a_mesh_there_are_iterations },
      { "cookies of one name are refused", cookies_of_one_name_are_refused },
      { "skipping promotes at once", skipping_promotes_at_once },
      { "names come from the service, and the old field counts",
	names_come_from_the_service_and_the_old_field_counts },
      { "deletion waits for the target", going_waits_for_the_target },
      { "the finalizer follows the spec", the_finalizer_follows_the_spec })

/* invariants_test - each rule is broken by what it forbids, and by nothing else */
#include "rehearse/rehearsal_test.h"

#define OWNED                                                                                      \
	"ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: web, uid: u, "    \
	"controller: true}]"

static void begin(struct rehearsal_fixture *f)
{
	rehearsal_begin(f);
}

/* The message of the first object that broke the rule; absent: none did. */
static struct str broken(const struct rehearsal_fixture *f, enum invariant_id id)
{
	const struct invariants *v = &f->r.invariants;

	for (uint32_t i = 0; i < v->violations.count; i++)
		if (v->violations.items[i].id == id)
			return v->violations.items[i].message;
	return STR_NONE;
}

static void apply_routes(struct rehearsal_fixture *f, const char *metadata, int primary, int canary)
{
	rehearsal_apply(f, node_make(f->arena,
				     "{apiVersion: networking.istio.io/v1, kind: VirtualService, "
				     "metadata: %n, spec: {hosts: [web], http: [{route: "
				     "[{destination: {host: a}, weight: %d}, {destination: {host: "
				     "b}, weight: %d}]}]}}",
				     node_make(f->arena, metadata), primary, canary));
}

static void weights_of_canaries_add_up(void)
{
	static const char own[] = "{name: web, namespace: default, " OWNED "}";
	struct rehearsal_fixture f;

	begin(&f);
	apply_routes(&f, own, 90, 10);
	apply_routes(&f, "{name: other, namespace: default}", 90, 20); /* no Canary's */
	CHECK(!broken(&f, INVARIANT_WEIGHT).ptr);
	apply_routes(&f, own, 90, 20);
	CHECK_TEXT(broken(&f, INVARIANT_WEIGHT), "the weights of http[0] do not add up to 100");
	apply_routes(&f, own, 90, 30);
	CHECK_INT(f.r.invariants.violations.count, 1); /* the same object is counted */
	CHECK_INT(f.r.invariants.violations.items[0].times, 2);
	rehearsal_end(&f);
}

static void apply_canary(struct rehearsal_fixture *f)
{
	rehearsal_apply(f, rehearsal_canary(f, "web"));
}

static void weight_does_not_rise_on_a_failed_check(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	apply_canary(&f);
	rehearsal_status(&f, KIND_CANARY, "web", "{canaryWeight: 10, failedChecks: 0}");
	rehearsal_status(&f, KIND_CANARY, "web", "{canaryWeight: 10, failedChecks: 1}");
	rehearsal_status(&f, KIND_CANARY, "web", "{canaryWeight: 20, failedChecks: 1}");
	CHECK(!broken(&f, INVARIANT_WEIGHT).ptr);
	rehearsal_status(&f, KIND_CANARY, "web", "{canaryWeight: 30, failedChecks: 2}");
	CHECK_TEXT(broken(&f, INVARIANT_WEIGHT), "its weight rose on a check that failed");
	rehearsal_end(&f);
}

static void promotion_returns_to_the_same_images(void)
{
	static const struct {
		const char *primary;
		bool holds;
	} cases[] = { { "web:2", true }, { "web:1", false } };

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].primary); i++) {
		struct rehearsal_fixture f;

		begin(&f);
		apply_canary(&f);
		rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:2", 1));
		rehearsal_apply(&f, rehearsal_deployment(&f, "web-primary", cases[i].primary, 1));
		rehearsal_status(&f, KIND_CANARY, "web", "{phase: Promoting}");
		CHECK_INT(f.r.invariants.checks[INVARIANT_PROMOTION], 0);
		rehearsal_status(&f, KIND_CANARY, "web", "{phase: Finalising}");
		CHECK_INT(f.r.invariants.checks[INVARIANT_PROMOTION], 1);
		CHECK(!broken(&f, INVARIANT_PROMOTION).ptr == cases[i].holds);
		rehearsal_end(&f);
	}
}

static void a_rollback_leaves_no_pods_and_a_healthy_primary(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	apply_canary(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:2", 0));
	rehearsal_apply(&f, rehearsal_deployment(&f, "web-primary", "web:1", 2));
	rehearsal_run_s(&f, 30);
	rehearsal_status(&f, KIND_CANARY, "web", "{phase: Failed}");
	invariants_at_rest(&f.r.invariants, /* unsettled= */ false);
	CHECK(!broken(&f, INVARIANT_ROLLBACK).ptr);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:2", 1));
	invariants_at_rest(&f.r.invariants, /* unsettled= */ false);
	CHECK_TEXT(broken(&f, INVARIANT_ROLLBACK), "rolled back, but not at 0 replicas");
	rehearsal_end(&f);
}

/* Both pods of a Deployment go. */
static void lose_pods(struct rehearsal_fixture *f, int64_t crash_after_ms)
{
	struct scenario_workload workload = { .to.crash_after_ms = crash_after_ms,
					      .from.crash_after_ms = -1 };

	begin(f);
	VEC_PUSH(f->arena, &f->scenario.workloads, workload);
	rehearsal_apply(f, rehearsal_deployment(f, "web", "web:1", 2));
	rehearsal_run_s(f, 30);
	struct objects pods =
		cache_list(runner_cache(f->r.platform->runner), f->arena, KIND_POD, STR("default"));
	CHECK_INT(pods.count, 2);
	for (uint32_t i = 0; i < pods.count; i++)
		rehearsal_delete(f, KIND_POD, str_cstr(f->arena, pods.items[i]->key.name));
	rehearsal_run_s(f, 30);
}

static void deployments_stay_available_unless_faults_are_injected(void)
{
	struct rehearsal_fixture f;

	lose_pods(&f, /* crash_after_ms= */ -1);
	CHECK_TEXT(broken(&f, INVARIANT_AVAILABILITY),
		   "1 of 2 replicas available; maxUnavailable asks for 2");
	CHECK(!broken(&f, INVARIANT_SURGE).ptr);
	rehearsal_end(&f);

	lose_pods(&f, /* crash_after_ms= */ 1000);
	CHECK(!broken(&f, INVARIANT_AVAILABILITY).ptr);
	rehearsal_end(&f);
}

static void a_rollout_breaks_nothing(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 4));
	rehearsal_run_s(&f, 60);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:2", 4));
	rehearsal_run_s(&f, 60);
	invariants_at_rest(&f.r.invariants, /* unsettled= */ false);
	CHECK_INT(f.r.invariants.violations.count, 0);
	CHECK(f.r.invariants.checks[INVARIANT_AVAILABILITY] > 0);
	CHECK(f.r.invariants.checks[INVARIANT_SURGE] > 0);
	CHECK(f.r.invariants.checks[INVARIANT_VERSION] > 0);
	rehearsal_end(&f);
}

static void apply_kustomization(struct rehearsal_fixture *f, const char *name, const char *needs)
{
	rehearsal_apply(f,
			node_make(f->arena,
				  "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: "
				  "Kustomization, metadata: {name: %c, namespace: default}, spec: "
				  "{interval: 10m, prune: true, suspend: true, sourceRef: {kind: "
				  "GitRepository, name: x}, dependsOn: %n}}",
				  name, node_make(f->arena, needs)));
}

static void kustomizations_follow_what_they_depend_on(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	apply_kustomization(&f, "base", "[]");
	apply_kustomization(&f, "apps", "[{name: base}]");
	apply_kustomization(&f, "last", "[{name: apps}]");
	rehearsal_status(&f, KIND_KUSTOMIZATION, "base", "{lastAppliedRevision: main@sha1:1}");
	rehearsal_status(&f, KIND_KUSTOMIZATION, "apps", "{lastAppliedRevision: main@sha1:1}");
	CHECK(!broken(&f, INVARIANT_ORDER).ptr);
	apply_kustomization(&f, "hasty", "[{name: later}]");
	rehearsal_status(&f, KIND_KUSTOMIZATION, "hasty", "{lastAppliedRevision: main@sha1:1}");
	CHECK_TEXT(broken(&f, INVARIANT_ORDER),
		   "applied before default/later, which it depends on");
	rehearsal_end(&f);
}

static void tell(struct rehearsal_fixture *f, const char *name, const char *message)
{
	rehearsal_apply(f,
			node_make(f->arena,
				  "{apiVersion: v1, kind: Event, metadata: {name: %c, namespace: "
				  "default}, involvedObject: {kind: Pod, name: a, namespace: "
				  "default}, message: %c}",
				  name, message));
}

static void events_show_no_secret(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	rehearsal_apply(&f, node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: s, "
					       "namespace: default}, stringData: {password: "
					       "correct-horse, short: abc}}"));
	tell(&f, "a", "password is set, abc");
	CHECK(!broken(&f, INVARIANT_SECRET).ptr);
	tell(&f, "b", "cannot log in with correct-horse");
	CHECK_TEXT(broken(&f, INVARIANT_SECRET), "an event shows one of its values");
	rehearsal_end(&f);
}

static void a_cluster_comes_to_rest_without_leftovers(void)
{
	struct rehearsal_fixture f;
	static const char stuck[] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, "
				    "namespace: default, finalizers: [example.com/a]}}";

	begin(&f);
	rehearsal_apply(&f, node_make(f.arena, stuck));
	rehearsal_delete(&f, KIND_CONFIGMAP, "a");
	invariants_at_rest(&f.r.invariants, /* unsettled= */ true);
	CHECK_TEXT(broken(&f, INVARIANT_CONVERGENCE), "it did not come to rest within a day");
	CHECK(!broken(&f, INVARIANT_FINALIZER).ptr); /* not yet */
	rehearsal_run_s(&f, 601);
	invariants_at_rest(&f.r.invariants, /* unsettled= */ false);
	CHECK_TEXT(broken(&f, INVARIANT_FINALIZER),
		   "Terminating since long: nobody removes its finalizers");
	rehearsal_end(&f);
}

TESTS({ "weights of Canaries add up", weights_of_canaries_add_up },
      { "weight does not rise on a failed check", weight_does_not_rise_on_a_failed_check },
      { "promotion returns to the same images", promotion_returns_to_the_same_images },
      { "a rollback leaves no pods and a healthy primary",
	a_rollback_leaves_no_pods_and_a_healthy_primary },
      { "Deployments stay available, unless faults are injected",
	deployments_stay_available_unless_faults_are_injected },
      { "a rollout breaks nothing", a_rollout_breaks_nothing },
      { "Kustomizations follow what they depend on", kustomizations_follow_what_they_depend_on },
      { "Events show no Secret", events_show_no_secret },
      { "a cluster comes to rest without leftovers", a_cluster_comes_to_rest_without_leftovers })

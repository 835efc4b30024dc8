/* pdb_test - how many pods a budget lets go */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

/* A Deployment's ReplicaSet of four pods, `ready` of them ready. */
static const struct {
	const char *spec;
	int ready;
	int desired, allowed;
} budgets[] = {
	{ "{minAvailable: 3}", 4, 3, 1 },	  { "{minAvailable: 3}", 3, 3, 0 },
	{ "{minAvailable: 5}", 4, 5, 0 },	  { "{minAvailable: \"50%\"}", 4, 2, 2 },
	{ "{minAvailable: \"51%\"}", 4, 3, 1 }, /* rounded up */
	{ "{maxUnavailable: 1}", 4, 3, 1 },	  { "{maxUnavailable: 1}", 3, 3, 0 },
	{ "{maxUnavailable: \"30%\"}", 4, 2, 2 }, /* rounded up */
	{ "{maxUnavailable: 0}", 4, 4, 0 },
};

static void put_pods(struct fixture *f, int ready)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: set}, "
				 "spec: {replicas: 4}}"));
	for (int i = 0; i < 4; i++) {
		struct str name = str_printf(f->arena, "pod-%d", i);
		fixture_put(f, node_make(f->arena,
					 "{apiVersion: v1, kind: Pod, metadata: {name: %s, labels: "
					 "{app: web}, ownerReferences: [{apiVersion: apps/v1, "
					 "kind: ReplicaSet, name: set, uid: uid-set, controller: "
					 "true}]}, "
					 "status: {phase: Running, conditions: [{type: Ready, "
					 "status: %c}]}}",
					 name, i < ready ? "True" : "False"));
	}
}

static int64_t written(const struct fixture *f, const char *field)
{
	int64_t value = -1;

	node_int64(node_get(fixture_written(f, "web", "status"), str_from_cstr(field)), &value);
	return value;
}

static void counts(void)
{
	for (size_t i = 0; TEST_ROW(budgets, i, budgets[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_pods(&f, budgets[i].ready);
		const struct node *spec =
			node_with(f.arena, node_make(f.arena, budgets[i].spec), STR("selector"),
				  node_make(f.arena, "{matchLabels: {app: web}}"));
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: policy/v1, kind: PodDisruptionBudget, "
					  "metadata: {name: web, generation: 1}, spec: %n}",
					  spec));
		fixture_run(&f, &pdb_reconciler, "default", "web");
		CHECK_INT(written(&f, "desiredHealthy"), budgets[i].desired);
		CHECK_INT(written(&f, "disruptionsAllowed"), budgets[i].allowed);
		CHECK_INT(written(&f, "currentHealthy"), budgets[i].ready);
		fixture_end(&f);
	}
}

static void put_budget(struct fixture *f, const char *status)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: "
				 "{name: web, generation: 3}, spec: {minAvailable: 2, selector: "
				 "{matchLabels: {app: web}}}, status: %n}",
				 node_make(f->arena, status)));
}

/* Evictions of pod-0 at 07:58:00 and later: two minutes are theirs. */
static void evictions_count_until_their_pod_goes(void)
{
	static const struct {
		const char *status;
		int allowed, healthy;
		const char *event;
		int64_t again_ms;
	} rows[] = {
		{ "{}", 2, 4, "", -1 },
		{ "{disruptedPods: {pod-0: \"2027-01-15T07:59:00Z\"}}", 1, 3, "", 61000 },
		{ "{disruptedPods: {pod-0: \"2027-01-15T07:58:00Z\"}}", 1, 3, "", 1000 },
		{ "{disruptedPods: {pod-0: \"2027-01-15T07:57:59Z\"}}", 2, 4,
		  "Pod was expected by PDB default/web to be deleted but it wasn't", -1 },
		{ "{disruptedPods: {gone: \"2027-01-15T07:59:00Z\"}}", 2, 4, "", -1 },
		{ "{disruptedPods: {pod-0: wrong}}", 2, 4, "", -1 },
		{ "{disruptedPods: {gone: \"2027-01-15T07:59:00Z\", pod-0: "
		  "\"2027-01-15T07:59:00Z\", pod-1: \"2027-01-15T07:59:30Z\"}}",
		  0, 2, "", 61000 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].status); i++) {
		struct fixture f = fixture_begin();
		put_pods(&f, 4);
		put_budget(&f, rows[i].status);
		fixture_run(&f, &pdb_reconciler, "default", "web");
		CHECK_INT(written(&f, "disruptionsAllowed"), rows[i].allowed);
		CHECK_INT(written(&f, "currentHealthy"), rows[i].healthy);
		CHECK_INT(written(&f, "expectedPods"), 4);
		CHECK_INT(written(&f, "observedGeneration"), 3);
		CHECK_STR(fixture_event(&f, 0),
			  *rows[i].event ? str_from_cstr(rows[i].event) : STR_NONE);
		CHECK_INT(f.plan.requeue_after_ms, rows[i].again_ms);
		CHECK_STR(node_text(fixture_written(&f, "web", "status.conditions[0].reason")),
			  rows[i].allowed ? STR("SufficientPods") : STR("InsufficientPods"));
		CHECK_STR(node_text(fixture_written(&f, "web", "status.conditions[0].status")),
			  rows[i].allowed ? STR("True") : STR("False"));
		fixture_end(&f);
	}
}

static void a_budget_without_pods_says_so(void)
{
	struct fixture f = fixture_begin();

	put_budget(&f, "{}");
	fixture_run(&f, &pdb_reconciler, "default", "web");
	CHECK_TEXT(fixture_event(&f, 0), "No matching pods found");
	CHECK(!f.plan.events.items[0].warning);
	CHECK_INT(written(&f, "disruptionsAllowed"), 0);
	CHECK_INT(written(&f, "expectedPods"), 0);
	fixture_end(&f);
}

TESTS({ "an eviction counts until its pod is gone", evictions_count_until_their_pod_goes },
      { "a budget without pods says so", a_budget_without_pods_says_so },
      { "healthy pods above the wanted ones may go", counts })

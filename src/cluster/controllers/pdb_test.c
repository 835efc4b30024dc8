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

TESTS({ "healthy pods above the wanted ones may go", counts })

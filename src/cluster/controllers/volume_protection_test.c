/* volume_protection_test - who keeps a claim or a volume that is deleted */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static void put_pod(struct fixture *f, const char *node)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: "
			      "%?c, volumes: [{name: d, persistentVolumeClaim: {claimName: c}}]}}",
			      node));
}

static void put_claim(struct fixture *f)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, "
			      "deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: "
			      "[kubernetes.io/pvc-protection]}}"));
}

static void keeps_used_claims(void)
{
	static const struct {
		const char *node;
		int writes;
	} rows[] = { { "a", 0 }, { NULL, 1 } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].node); i++) {
		struct fixture f = fixture_begin();
		put_claim(&f);
		put_pod(&f, rows[i].node);
		fixture_run(&f, &volume_protection_reconciler, "default", "c");
		CHECK_INT(f.plan.writes.count, rows[i].writes);
		fixture_end(&f);
	}
}

static void keeps_bound_volumes(void)
{
	static const struct {
		const char *phase;
		int writes;
	} rows[] = { { "Bound", 0 }, { "Released", 1 } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].phase); i++) {
		struct fixture f = fixture_begin();
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: PersistentVolume, metadata: "
					  "{name: v, deletionTimestamp: \"2027-01-15T08:00:00Z\", "
					  "finalizers: [kubernetes.io/pv-protection]}, status: "
					  "{phase: %c}}",
					  rows[i].phase));
		fixture_run(&f, &volume_protection_reconciler, "", "v");
		CHECK_INT(f.plan.writes.count, rows[i].writes);
		fixture_end(&f);
	}
}

TESTS({ "a claim stays while a pod on a node uses it", keeps_used_claims },
      { "a volume stays while it is bound", keeps_bound_volumes })

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

/* Not deleted, or not there: nothing is done. */
static void what_is_not_deleted_is_left_alone(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: "
				       "{name: c, finalizers: [kubernetes.io/pvc-protection]}}"));
	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: PersistentVolume, metadata: "
				       "{name: v, finalizers: [kubernetes.io/pv-protection]}}"));
	fixture_run(&f, &volume_protection_reconciler, "default", "c");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_run(&f, &volume_protection_reconciler, "", "v");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_run(&f, &volume_protection_reconciler, "default", "nobody");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_run(&f, &volume_protection_reconciler, "", "nobody");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

/* The finalizer of its own kind goes, others stay. */
static void only_its_own_finalizer_goes(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: "
				       "{name: c, deletionTimestamp: \"2027-01-15T08:00:00Z\", "
				       "finalizers: [x, kubernetes.io/pvc-protection, "
				       "kubernetes.io/pv-protection]}}"));
	fixture_run(&f, &volume_protection_reconciler, "default", "c");
	CHECK_INT(node_item_count(fixture_written(&f, "c", "metadata.finalizers")), 2);
	CHECK_TEXT(node_text(fixture_written(&f, "c", "metadata.finalizers[0]")), "x");
	CHECK_TEXT(node_text(fixture_written(&f, "c", "metadata.finalizers[1]")),
		   "kubernetes.io/pv-protection");
	fixture_end(&f);
}

/* A pod that goes may be the last one; one that changes is not. */
static void a_pod_that_goes_wakes_its_claims(void)
{
	struct fixture f = fixture_begin();

	put_claim(&f);
	const struct object *pod = fixture_put(
		&f, node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: "
				       "{volumes: [{name: e, emptyDir: {}}, {name: a, "
				       "persistentVolumeClaim: {claimName: c}}, {name: b, "
				       "ephemeral: {}}]}}"));
	const struct view view = { .cache = f.cache, .arena = f.arena };
	struct keys keys = { .arena = f.arena };
	map_fn map = volume_protection_reconciler.watches[2].map;

	map(&view, pod, pod, &keys);
	CHECK_INT(keys.items.count, 0);
	map(&view, pod, NULL, &keys);
	if (CHECK_INT(keys.items.count, 2)) {
		CHECK_TEXT(keys.items.items[0].name, "c");
		CHECK_TEXT(keys.items.items[1].name, "p-b");
		CHECK_TEXT(keys.items.items[1].namespace, "default");
	}
	fixture_end(&f);
}

TESTS({ "an object that is not deleted is left alone", what_is_not_deleted_is_left_alone },
      { "only its own finalizer is removed", only_its_own_finalizer_goes },
      { "a removed pod enqueues its claims", a_pod_that_goes_wakes_its_claims },
      { "a claim stays while a pod on a node uses it", keeps_used_claims },
      { "a volume stays while it is bound", keeps_bound_volumes })

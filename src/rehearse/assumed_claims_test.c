/* assumed_claims_test - claims get a volume after a moment, as large as they ask for */
#include "rehearse/assumed_claims.h"

#include "api/controller_test.h"

static const struct node *claim(struct fixture *f)
{
	return node_make(f->arena,
			 "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: "
			 "data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: "
			 "{storage: 1Gi}}, storageClassName: fast}, status: {phase: Pending}}");
}

static void claims_get_a_volume_after_a_moment(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f, claim(&f));
	fixture_run(&f, &assumed_claims_reconciler, "default", "data");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 2000);
	f.now_ms += 500;
	fixture_run(&f, &assumed_claims_reconciler, "default", "data");
	CHECK_INT(f.plan.requeue_after_ms, 1500);
	f.now_ms += 1500;
	fixture_run(&f, &assumed_claims_reconciler, "default", "data");
	const char *name = "pvc-uid-data";
	CHECK_TEXT(node_text(fixture_written(&f, name, "spec.claimRef.uid")), "uid-data");
	CHECK_TEXT(node_text(fixture_written(&f, name, "spec.capacity.storage")), "1Gi");
	CHECK_TEXT(node_text(fixture_written(&f, name, "spec.storageClassName")), "fast");
	fixture_end(&f);
}

static void volumes_go_with_their_claims(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, "
				  "annotations: {pv.kubernetes.io/provisioned-by: "
				  "assumed.forge.dev}}, status: {phase: Released}}"));
	fixture_run(&f, &assumed_claims_reconciler, "", "v");
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_INT(f.plan.writes.items[0].request.verb, API_DELETE);
	fixture_end(&f);
}

static void claims_that_go_or_are_gone_are_left_alone(void)
{
	struct fixture f = fixture_begin();

	fixture_run(&f, &assumed_claims_reconciler, "default", "data");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_put(&f, node_set(f.arena, claim(&f), "metadata.deletionTimestamp",
				 node_cstr(f.arena, "2027-01-15T08:00:00Z")));
	f.now_ms += 5000;
	fixture_run(&f, &assumed_claims_reconciler, "default", "data");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, -1);
	fixture_end(&f);
}

/* They ask for a volume that is there. */
static void claims_without_a_class_get_no_volume(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f,
		    node_set(f.arena, claim(&f), "spec.storageClassName", node_cstr(f.arena, "")));
	fixture_run(&f, &assumed_claims_reconciler, "default", "data");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, -1);
	fixture_end(&f);
}

TESTS({ "claims of the class \"\" get no volume", claims_without_a_class_get_no_volume },
      { "claims get a volume after a moment", claims_get_a_volume_after_a_moment },
      { "a volume goes when it is released", volumes_go_with_their_claims },
      { "claims that are deleted or being deleted are left alone",
	claims_that_go_or_are_gone_are_left_alone })

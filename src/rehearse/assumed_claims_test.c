/* assumed_claims_test - claims are bound after a moment, with what they ask for */
#include "rehearse/assumed_claims.h"

#include "api/controller_test.h"

static const struct node *claim(struct fixture *f)
{
	return node_make(f->arena,
			 "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: "
			 "data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: "
			 "{storage: 1Gi}}}}");
}

static void claims_are_bound_after_a_moment(void)
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
	CHECK_TEXT(node_text(fixture_written(&f, "data", "status.phase")), "Bound");
	CHECK_TEXT(node_text(fixture_written(&f, "data", "status.capacity.storage")), "1Gi");
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

TESTS({ "claims are bound after a moment", claims_are_bound_after_a_moment },
      { "claims that go or are gone are left alone", claims_that_go_or_are_gone_are_left_alone })

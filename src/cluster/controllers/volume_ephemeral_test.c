/* volume_ephemeral_test - the claims that pods bring with them */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static void makes_a_claim_once(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f,
		    node_make(f.arena,
			      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: "
			      "[{name: d, ephemeral: {volumeClaimTemplate: {metadata: {labels: "
			      "{a: b}}, spec: {storageClassName: x}}}}]}}"));
	fixture_run(&f, &volume_ephemeral_reconciler, "default", "p");
	CHECK_INT(f.plan.writes.count, 1);
	const struct node *claim = f.plan.writes.items[0].request.body;
	CHECK_TEXT(object_name(claim), "p-d");
	CHECK_TEXT(node_str_at(claim, "metadata.labels.a"), "b");
	CHECK_TEXT(node_str_at(claim, "metadata.ownerReferences[0].uid"), "uid-p");
	CHECK_TEXT(node_str_at(claim, "spec.storageClassName"), "x");
	fixture_put(&f, claim);
	fixture_run(&f, &volume_ephemeral_reconciler, "default", "p");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

TESTS({ "an ephemeral volume has a claim of the pod's", makes_a_claim_once })

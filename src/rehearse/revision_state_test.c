/* revision_state_test - what of a cluster at rest is not as it should be */
#include "rehearse/revision_state.h"

#include "rehearse/rehearsal_test.h"

static struct revision_state take(struct rehearsal_fixture *f)
{
	struct revision_state state = { .revision = &f->revisions[0] };

	revision_state_take(&f->r, &state);
	return state;
}

static void a_healthy_cluster_has_nothing_to_tell(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 2));
	rehearsal_run_s(&f, 30);
	struct revision_state state = take(&f);
	CHECK_INT(state.unhealthy.count, 0);
	CHECK_INT(state.unschedulable.count, 0);
	CHECK_INT(state.kustomizations.count, 0);
	rehearsal_end(&f);
}

static void pods_without_a_node_are_counted_by_their_owner(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	const struct node *web = node_set(f.arena, rehearsal_deployment(&f, "web", "web:1", 3),
					  "spec.template.spec.containers[0].resources",
					  node_make(f.arena, "{requests: {cpu: 1000}}"));
	rehearsal_render(&f, 0, &web, 1);
	rehearsal_apply(&f, web);
	rehearsal_run_s(&f, 60);
	struct revision_state state = take(&f);
	CHECK_INT(state.unschedulable.count, 1);
	CHECK_TEXT(state.unschedulable.items[0].kind, "Deployment");
	CHECK_TEXT(state.unschedulable.items[0].key.name, "web");
	CHECK_INT(state.unschedulable.items[0].pods, 3);
	CHECK(str_starts(state.unschedulable.items[0].message, STR("0/1 nodes are available: 1 "
								   "Insufficient cpu")));
	CHECK_INT(state.unhealthy.count, 1);
	CHECK(state.unhealthy.items[0].source == web);
	CHECK(str_ends(state.unhealthy.items[0].message, STR("; no node takes its pods")));
	rehearsal_end(&f);
}

static void kustomizations_are_taken_as_they_stand(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	rehearsal_apply(&f, node_make(f.arena,
				      "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: "
				      "Kustomization, metadata: {name: apps, namespace: default}, "
				      "spec: {interval: 10m, prune: true, sourceRef: {kind: "
				      "GitRepository, name: x}}}"));
	rehearsal_status_node(
		&f, KIND_KUSTOMIZATION, "apps",
		node_make(
			f.arena,
			"{lastAppliedRevision: main@sha1:2222, conditions: [{type: Ready, status: "
			"%c, reason: BuildFailed, message: no such file, lastTransitionTime: %c}]}",
			"False", "2027-01-15T08:00:00Z"));
	struct revision_state state = take(&f);
	CHECK_INT(state.kustomizations.count, 1);
	CHECK_TEXT(state.kustomizations.items[0].status, "False");
	CHECK_TEXT(state.kustomizations.items[0].reason, "BuildFailed");
	CHECK_TEXT(state.kustomizations.items[0].message, "no such file");
	CHECK(!state.kustomizations.items[0].applied); /* another revision */
	rehearsal_status(&f, KIND_KUSTOMIZATION, "apps", "{lastAppliedRevision: main@sha1:1111}");
	CHECK(take(&f).kustomizations.items[0].applied);
	rehearsal_end(&f);
}

static void claims_are_listed_as_assumed(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	rehearsal_apply(&f, node_make(f.arena,
				      "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: "
				      "{name: data, namespace: default}, spec: {accessModes: "
				      "[ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"));
	(void)take(&f);
	(void)take(&f); /* once is enough */
	CHECK_INT(f.r.assumed.items.count, 1);
	CHECK_TEXT(f.r.assumed.items.items[0], "PersistentVolumeClaim/default/data");
	rehearsal_end(&f);
}

TESTS({ "a healthy cluster has nothing to tell", a_healthy_cluster_has_nothing_to_tell },
      { "pods without a node are counted by their owner",
	pods_without_a_node_are_counted_by_their_owner },
      { "Kustomizations are recorded with their state", kustomizations_are_taken_as_they_stand },
      { "claims are listed as assumed", claims_are_listed_as_assumed })

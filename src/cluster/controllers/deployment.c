/* deployment - the Deployment controller: rolling a template out over ReplicaSets */
#include "cluster/controllers/deployment.h"

#include "base/arena.h"
#include "cluster/controllers/controllers.h"

/* Rolling update: scales the new ReplicaSet up as far as maxSurge allows. */
static bool grow_newest(struct rollout *r)
{
	struct set *newest = r->newest;

	if (newest->replicas == r->replicas)
		return false;
	int64_t size = newest->replicas > r->replicas ? r->replicas : deployment_newest_size(r);
	if (size == newest->replicas)
		return false;
	deployment_resize(r, newest, size);
	return true;
}

/* Scales down unavailable pods of old ReplicaSets first: that costs no availability. */
static int64_t shrink_unhealthy(struct rollout *r, int64_t limit)
{
	int64_t done = 0;

	for (uint32_t i = 0; i < r->set_count && done < limit; i++) {
		struct set *set = &r->sets[i];
		if (set == r->newest || set->replicas == 0 || set->replicas == set->available)
			continue;
		int64_t count = MIN(limit - done, set->replicas - set->available);
		if (count <= 0)
			continue;
		deployment_resize(r, set, set->replicas - count);
		done += count;
	}
	return done;
}

/* Then scales down available pods, as many as are above the minimum. The limit counts for them,
 * too, unlike in Kubernetes: a set that has not seen its new size yet still counts the pods that it
 * will lose, and watch events are slower here than within a controller manager. */
static int64_t shrink_healthy(struct rollout *r, int64_t limit)
{
	int64_t above = deployment_available(r) - (r->replicas - r->unavailable);
	int64_t spare = MIN(above, limit), done = 0;

	for (uint32_t i = 0; i < r->set_count && done < spare; i++) {
		struct set *set = &r->sets[i];
		if (set == r->newest || set->replicas == 0)
			continue;
		int64_t count = MIN(set->replicas, spare - done);
		deployment_resize(r, set, set->replicas - count);
		done += count;
	}
	return done;
}

static bool shrink_old(struct rollout *r)
{
	int64_t minimum = r->replicas - r->unavailable;
	int64_t missing = r->newest->replicas - r->newest->available;
	int64_t limit = deployment_total(r) - minimum - missing;

	if (deployment_total(r) == r->newest->replicas || limit <= 0)
		return false;
	int64_t done = shrink_unhealthy(r, limit);
	return done + shrink_healthy(r, limit - done) > 0;
}

static void roll(struct rollout *r)
{
	deployment_sync_newest(r, /* create= */ true);
	if (!grow_newest(r) && !shrink_old(r) && deployment_is_complete(r))
		deployment_clean_up(r);
}

/* Recreate */

static bool stop_old(struct rollout *r)
{
	bool stopped = false;

	for (uint32_t i = 0; i < r->set_count; i++) {
		if (&r->sets[i] == r->newest || r->sets[i].replicas == 0)
			continue;
		deployment_resize(r, &r->sets[i], 0);
		stopped = true;
	}
	return stopped;
}

/* A pod of an old set that may still run, terminating ones included. */
static bool old_pods_run(const struct rollout *r)
{
	for (uint32_t i = 0; i < r->set_count; i++) {
		if (&r->sets[i] == r->newest || !r->sets[i].object)
			continue;
		struct objects pods = view_owned(r->view, KIND_POD, r->sets[i].object);
		for (uint32_t p = 0; p < pods.count; p++) {
			enum pod_phase phase = pods.items[p]->facts.phase;
			if (phase != PHASE_SUCCEEDED && phase != PHASE_FAILED)
				return true;
		}
	}
	return false;
}

static void recreate(struct rollout *r)
{
	deployment_sync_newest(r, /* create= */ false);
	if (stop_old(r) || old_pods_run(r))
		return;
	deployment_sync_newest(r, /* create= */ true);
	if (r->newest->replicas != r->replicas)
		deployment_resize(r, r->newest, r->replicas);
	else if (deployment_is_complete(r))
		deployment_clean_up(r);
}

static void sync_sizes(struct rollout *r)
{
	deployment_sync_newest(r, /* create= */ false);
	deployment_scale(r);
	if (r->paused)
		deployment_clean_up(r);
}

static bool selects_everything(const struct object *d)
{
	const struct node *selector = node_at(d->root, "spec.selector");

	return !node_entry_count(node_get(selector, STR("matchLabels"))) &&
	       !node_item_count(node_get(selector, STR("matchExpressions")));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *d = view_get(view, KIND_DEPLOYMENT, key);
	struct rollout r = { .view = view, .plan = plan, .arena = plan->arena, .object = d };

	(void)err;
	if (!d)
		return 0;
	if (selects_everything(d)) {
		plan_event(plan, d, /* warning= */ true, STR("SelectingAll"),
			   "This deployment is selecting all pods. A non-empty selector is "
			   "required.");
		return 0;
	}
	deployment_read(&r);
	bool scaling_only = d->facts.deletion_s || r.paused || deployment_must_scale(&r);
	if (d->facts.deletion_s)
		deployment_sync_newest(&r, /* create= */ false);
	else if (scaling_only)
		sync_sizes(&r);
	else if (r.recreate)
		recreate(&r);
	else
		roll(&r);
	deployment_flush(&r);
	deployment_status(&r, scaling_only);
	return 0;
}

/* Pods are looked at only by Recreate, which waits for the last old one to go. */
static void map_pod(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys)
{
	if (after || !before)
		return;
	struct key key = { before->key.namespace, before->facts.owner_name };
	const struct object *set = view_get(view, KIND_REPLICASET, key);
	if (set)
		map_controller(view, NULL, set, keys);
}

static const struct reconciler_watch watches[] = {
	{ KIND_DEPLOYMENT, map_self },
	{ KIND_REPLICASET, map_controller, "Deployment" },
	{ KIND_POD, map_pod, "ReplicaSet" },
	{},
};

const struct reconciler deployment_reconciler = {
	.name = "deployment-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

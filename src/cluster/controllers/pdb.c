/* pdb - how many pods of a PodDisruptionBudget may be evicted now */
#include "base/arena.h"
#include "base/timestamp.h"
#include "base/vec.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/health.h"
#include "kube/labels.h"
#include "kube/quantity.h"

enum { DISRUPTED_S = 120 }; /* an eviction that deletes no pod is forgotten after that */

struct budget {
	int64_t expected, desired, healthy, allowed;
};

static bool matches(const struct object *pdb, const struct object *pod)
{
	return labels_match(node_at(pdb->root, "spec.selector"), pod->facts.labels);
}

static struct objects matching_pods(const struct view *view, const struct object *pdb)
{
	struct objects all = view_list(view, KIND_POD, pdb->key.namespace);
	uint32_t count = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (matches(pdb, all.items[i]))
			all.items[count++] = all.items[i];
	all.count = count;
	return all;
}

/* The scale of the workload that stands at the top of a pod's controllers. */
static const struct object *scaled_owner(const struct view *view, const struct object *pod)
{
	const struct object *owner = cache_get_uid(view->cache, pod->facts.owner_uid);

	while (owner && owner->facts.owner_uid.len) {
		const struct object *above = cache_get_uid(view->cache, owner->facts.owner_uid);
		if (!above || above->facts.replicas_wanted < 0)
			break;
		owner = above;
	}
	return owner;
}

static int64_t expected_scale(const struct view *view, const struct objects *pods)
{
	VEC(const struct object *) owners = {};
	int64_t sum = 0;

	for (uint32_t i = 0; i < pods->count; i++) {
		const struct object *owner = scaled_owner(view, pods->items[i]);
		bool known = !owner;
		for (uint32_t o = 0; o < owners.count; o++)
			known = known || owners.items[o] == owner;
		if (known)
			continue;
		VEC_PUSH(view->arena, &owners, owner);
		sum += MAX(owner->facts.replicas_wanted, 0);
	}
	return sum;
}

static bool is_percent(const struct node *n)
{
	return str_ends(node_text(n), STR("%"));
}

static struct budget computed(const struct view *view, const struct object *pdb,
			      const struct objects *pods)
{
	const struct node *least = node_at(pdb->root, "spec.minAvailable");
	const struct node *most = node_at(pdb->root, "spec.maxUnavailable");
	struct budget b = {};

	if (most) {
		b.expected = expected_scale(view, pods);
		b.desired = MAX(b.expected - quantity_percent(most, b.expected, true, 0), 0);
	} else if (is_percent(least)) {
		b.expected = expected_scale(view, pods);
		b.desired = quantity_percent(least, b.expected, true, 0);
	} else {
		b.expected = pods->count;
		b.desired = quantity_percent(least, b.expected, true, 1);
	}
	for (uint32_t i = 0; i < pods->count; i++)
		b.healthy += pods->items[i]->facts.ready && !pods->items[i]->facts.deletion_s;
	b.allowed = b.expected > 0 ? MAX(b.healthy - b.desired, 0) : 0;
	return b;
}

/* status.disruptedPods: evicted pods whose deletion has not been seen yet. */
static const struct node *still_disrupted(const struct view *view, const struct object *pdb,
					  struct plan *plan, int64_t *ret_count)
{
	const struct node *map = node_at(pdb->root, "status.disruptedPods");
	struct map_edit kept = map_edit_begin(plan->arena, NULL);

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str name = node_text(node_entry(map, i)->key);
		const struct object *pod =
			view_get(view, KIND_POD, (struct key){ pdb->key.namespace, name });
		int64_t since_s = 0;
		if (!pod || pod->facts.deletion_s ||
		    !timestamp_seconds(node_text(node_entry(map, i)->value), &since_s))
			continue;
		if (view->now_ms / 1000 - since_s > DISRUPTED_S) {
			plan_event(plan, pod, /* warning= */ true, STR("NotDeleted"),
				   "Pod was expected by PDB %.*s/%.*s to be deleted but it wasn't",
				   STR_FMT(pdb->key.namespace), STR_FMT(pdb->key.name));
			continue;
		}
		plan_requeue(plan, (since_s + DISRUPTED_S + 1) * 1000 - view->now_ms);
		map_edit_set(&kept, name, node_entry(map, i)->value);
		++*ret_count;
	}
	return map_edit_end(&kept);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *pdb = view_get(view, KIND_PODDISRUPTIONBUDGET, key);
	int64_t disrupted = 0;

	(void)err;
	if (!pdb)
		return 0;
	struct objects pods = matching_pods(view, pdb);
	struct budget b = computed(view, pdb, &pods);
	const struct node *map = still_disrupted(view, pdb, plan, &disrupted);
	b.healthy -= disrupted;
	b.allowed = MAX(b.allowed - disrupted, 0);
	struct condition condition = {
		.type = STR("DisruptionAllowed"),
		.status = b.allowed ? STR("True") : STR("False"),
		.reason = b.allowed ? STR("SufficientPods") : STR("InsufficientPods"),
		.message = STR(""),
		.observed_generation = pdb->facts.generation,
	};
	if (!pods.count)
		plan_event(plan, pdb, /* warning= */ false, STR("NoPods"),
			   "No matching pods found");
	const struct node *conditions = condition_set(
		plan->arena, node_at(pdb->root, "status.conditions"), &condition, view_now(view));
	plan_status(
		plan, pdb,
		node_make(plan->arena,
			  "{observedGeneration: %l, disruptionsAllowed: %l, currentHealthy: %l, "
			  "desiredHealthy: %l, expectedPods: %l, disruptedPods: %?n, "
			  "conditions: %n}",
			  pdb->facts.generation, b.allowed, b.healthy, b.desired, b.expected, map,
			  conditions));
	return 0;
}

static bool is_budget_news(const struct object *before, const struct object *after)
{
	return !before || !after || before->facts.ready != after->facts.ready ||
	       before->facts.deletion_s != after->facts.deletion_s;
}

static void map_pod(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys)
{
	const struct object *pod = after ? after : before;
	struct objects all;

	if (!is_budget_news(before, after))
		return;
	all = view_list(view, KIND_PODDISRUPTIONBUDGET, pod->key.namespace);
	for (uint32_t i = 0; i < all.count; i++)
		if (matches(all.items[i], pod))
			keys_add(keys, all.items[i]->key);
}

static void map_scaled(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	struct objects all;

	if (before && after && before->facts.replicas_wanted == after->facts.replicas_wanted)
		return;
	all = view_list(view, KIND_PODDISRUPTIONBUDGET, (after ? after : before)->key.namespace);
	for (uint32_t i = 0; i < all.count; i++)
		keys_add(keys, all.items[i]->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_PODDISRUPTIONBUDGET, map_self },
	{ KIND_POD, map_pod },
	{ KIND_DEPLOYMENT, map_scaled },
	{ KIND_REPLICASET, map_scaled },
	{},
};

const struct reconciler pdb_reconciler = {
	.name = "controllermanager",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

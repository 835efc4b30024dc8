/* volume_protection - claims stay while pods use them, volumes while they are bound */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/claim.h"

/* One key is a volume (without a namespace) or a claim. Source: Kubernetes
 * pkg/controller/volume/pvcprotection, pvprotection. */
#define CLAIM_FINALIZER	 "kubernetes.io/pvc-protection"
#define VOLUME_FINALIZER "kubernetes.io/pv-protection"

/* Only pods with a node use a claim: the scheduler places no pod whose claim is being deleted. */
static bool is_used(const struct view *view, const struct object *claim)
{
	struct objects pods = view_list(view, KIND_POD, claim->key.namespace);

	for (uint32_t i = 0; i < pods.count; i++)
		if (pods.items[i]->facts.node_name.len &&
		    claim_is_used_by(view->arena, claim->root, pods.items[i]->root))
			return true;
	return false;
}

static void let_go(struct plan *plan, const struct object *o, struct str finalizer)
{
	plan_update(plan, o, object_without_finalizer(plan->arena, o->root, finalizer));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	bool is_claim = key.namespace.len > 0;
	const struct object *o =
		view_get(view, is_claim ? KIND_PERSISTENTVOLUMECLAIM : KIND_PERSISTENTVOLUME, key);

	(void)err;
	if (!o || !o->facts.deletion_s)
		return 0;
	if (is_claim && !is_used(view, o))
		let_go(plan, o, STR(CLAIM_FINALIZER));
	if (!is_claim && !str_equal(node_str_at(o->root, "status.phase"), STR("Bound")))
		let_go(plan, o, STR(VOLUME_FINALIZER));
	return 0;
}

static void map_going(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	(void)view;
	(void)before;
	if (after && after->facts.deletion_s)
		keys_add(keys, after->key);
}

/* A removed pod may have been the last one that used its claims. */
static void map_pod(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys)
{
	if (after || !cache_count(view->cache, KIND_PERSISTENTVOLUMECLAIM))
		return;
	const struct node *list = node_at(before->root, "spec.volumes");
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str name = claim_name_of(keys->arena, before->root, node_item(list, i));
		if (name.len)
			keys_add(keys, (struct key){ before->key.namespace, name });
	}
}

static const struct reconciler_watch watches[] = {
	{ KIND_PERSISTENTVOLUMECLAIM, map_going },
	{ KIND_PERSISTENTVOLUME, map_going },
	{ KIND_POD, map_pod },
	{},
};

const struct reconciler volume_protection_reconciler = {
	.name = "persistentvolumeclaim-protection-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

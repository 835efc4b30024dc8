/* assumed_claims - claims of storage are bound after a moment: no rehearsal has volumes */
#include "rehearse/assumed_claims.h"

#include "doc/make.h"

enum { DELAY_MS = 2000 };

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *claim = view_get(view, KIND_PERSISTENTVOLUMECLAIM, key);
	int64_t *since_ms = view->memory;

	(void)err;
	if (!claim || claim->facts.deletion_s)
		return 0;
	if (!*since_ms)
		*since_ms = view->now_ms;
	if (view->now_ms < *since_ms + DELAY_MS) {
		plan_requeue(plan, *since_ms + DELAY_MS - view->now_ms);
		return 0;
	}
	plan_status(plan, claim,
		    node_make(plan->arena, "{phase: Bound, accessModes: %?n, capacity: %?n}",
			      node_at(claim->root, "spec.accessModes"),
			      node_at(claim->root, "spec.resources.requests")));
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_PERSISTENTVOLUMECLAIM, map_self },
	{},
};

const struct reconciler assumed_claims_reconciler = {
	.name = "persistentvolume-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

/* assumed - Flux kinds that are not simulated: Ready after a delay, and listed as assumed */
#include "deliver/deliver.h"
#include "doc/make.h"
#include "kube/flux_reason.h"
#include "kube/health.h"

enum { DELAY_MS = 2000 };

static int assume(const struct view *view, kind_id kind, struct key key, struct plan *plan)
{
	const struct object *o = view_get(view, kind, key);
	struct condition ready = { .type = STR("Ready"),
				   .status = STR("True"),
				   .reason = flux_reason_text(FLUX_ASSUMED),
				   .message = STR("taken as healthy: it is not run here") };

	if (!o || o->facts.deletion_s)
		return 0;
	int64_t *since_ms = plan_memory(plan, view, o);
	if (!*since_ms)
		*since_ms = view->now_ms;
	if (view->now_ms < *since_ms + DELAY_MS) {
		plan_requeue(plan, *since_ms + DELAY_MS - view->now_ms);
		return 0;
	}
	ready.observed_generation = o->facts.generation;
	plan_status(plan, o,
		    node_make(plan->arena,
			      "{observedGeneration: %l, artifact: {revision: assumed, "
			      "digest: \"sha256:assumed\", path: assumed, url: assumed, "
			      "lastUpdateTime: %s}, conditions: %n}",
			      o->facts.generation, view_now(view),
			      condition_set(plan->arena, node_at(o->root, "status.conditions"),
					    &ready, view_now(view))));
	return 0;
}

/* X(kind, file-local name, name of the controller) */
#define ASSUMED(X)                                                                                 \
	X(HELMRELEASE, helmrelease, "helm-controller")                                             \
	X(HELMREPOSITORY, helmrepository, "source-controller-helm")                                \
	X(HELMCHART, helmchart, "source-controller-chart")                                         \
	X(OCIREPOSITORY, ocirepository, "source-controller-oci")                                   \
	X(BUCKET, bucket, "source-controller-bucket")                                              \
	X(IMAGEREPOSITORY, imagerepository, "image-reflector")                                     \
	X(IMAGEPOLICY, imagepolicy, "image-reflector-policy")                                      \
	X(IMAGEUPDATEAUTOMATION, imageupdate, "image-automation")                                  \
	X(RECEIVER, receiver, "notification-controller")

#define X(kind, id, label)                                                                         \
	static int id##_reconcile(const struct view *view, struct key key, struct plan *plan,      \
				  struct error *err)                                               \
	{                                                                                          \
		(void)err;                                                                         \
		return assume(view, KIND_##kind, key, plan);                                       \
	}                                                                                          \
	static const struct reconciler_watch id##_watches[] = { { KIND_##kind, map_self }, {} };   \
	static const struct reconciler id##_reconciler = { .name = (label),                        \
							   .reconcile = id##_reconcile,            \
							   .watches = id##_watches };
ASSUMED(X)
#undef X

const struct reconciler *const assumed_reconcilers[] = {
#define X(kind, id, label) &id##_reconciler,
	ASSUMED(X)
#undef X
		& assumed_secrets_reconciler,
	NULL,
};

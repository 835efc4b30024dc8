/* daemonset_pods - pods of a DaemonSet: which are available, which are created or deleted */
#include "cluster/controllers/daemonset.h"

enum { BURST_MAX = 250 };

void daemonset_create(struct daemon *d, const struct object *node)
{
	if (d->bare.count < BURST_MAX)
		VEC_PUSH(d->arena, &d->bare, node);
}

void daemonset_delete(struct daemon *d, const struct object *pod)
{
	plan_delete(d->plan, pod);
	plan_event(d->plan, d->set, /* warning= */ false, STR("SuccessfulDelete"),
		   "Deleted pod: %.*s", STR_FMT(pod->key.name));
}

bool daemonset_is_available(const struct daemon *d, const struct object *pod)
{
	int64_t min_ready_s = node_int_at(d->set->root, "spec.minReadySeconds", 0);

	if (!pod->facts.ready)
		return false;
	int64_t left_s = pod->facts.ready_s + min_ready_s - d->view->now_ms / 1000;
	if (min_ready_s == 0 || left_s <= 0)
		return true;
	plan_requeue(d->plan, left_s * 1000);
	return false;
}

bool daemonset_is_updated(const struct daemon *d, const struct object *pod)
{
	return str_equal(object_label(pod->root, STR(DAEMON_HASH)), d->hash);
}

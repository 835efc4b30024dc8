/* kubelet - starts, watches and stops the pods of a node */
#include "cluster/kubelet/life.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/num.h"
#include "cluster/kubelet/kubelet.h"
#include "doc/make.h"
#include "kube/health.h"

/* Mode `played`: a pod starts and stops without delay. */
static void play(const struct view *view, const struct object *pod, struct plan *plan)
{
	if (pod->facts.deletion_s) {
		bool lingers =
			str_equal(object_label(pod->root, STR("forge.dev/play")), STR("linger"));
		if (!lingers) {
			plan_delete(plan, pod);
			plan_last_write(plan)->grace_s = 0;
		}
		return;
	}
	const struct node *status = kubelet_played_status(view, pod);
	if (status)
		plan_status(plan, pod, status);
}

/* A node in mode `played` plays all its pods; other nodes play pods with the label. */
static bool is_played(const struct object *node, const struct object *pod)
{
	struct str mode = object_annotation(node->root, STR("forge.dev/kubelet"));

	return str_equal(mode, STR("played")) ||
	       node_text(node_get(pod->facts.labels, STR("forge.dev/play"))).len > 0;
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *pod = view_get(view, KIND_POD, key);

	(void)err;
	if (!pod || !pod->facts.node_name.len)
		return 0;
	const struct object *node =
		view_get(view, KIND_NODE, (struct key){ STR(""), pod->facts.node_name });
	if (!node)
		return 0;
	if (is_played(node, pod))
		play(view, pod, plan);
	else
		kubelet_live(view, pod, plan);
	return 0;
}

/* Only pods that are bound concern a kubelet. */
static void map_bound(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	(void)view;
	(void)before;
	if (after && after->facts.node_name.len)
		keys_add(keys, after->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_POD, map_bound },
	{},
};

const struct reconciler kubelet_reconciler = {
	.name = "kubelet",
	.reconcile = reconcile,
	.watches = watches,
};

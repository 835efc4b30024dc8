/* daemonset_roll - a new revision of a DaemonSet: pods replaced node by node */
#include "base/arena.h"
#include "cluster/controllers/daemonset.h"
#include "kube/quantity.h"

/* The pod of a node that is up to date, and the one that is not; false: there are too many. */
static bool pods_of(const struct daemon *d, const struct daemon_node *n,
		    const struct object **ret_new, const struct object **ret_old)
{
	*ret_new = *ret_old = NULL;
	for (uint32_t i = 0; i < n->pods.count; i++) {
		const struct object *pod = n->pods.items[i];
		const struct object **slot = daemonset_is_updated(d, pod) ? ret_new : ret_old;
		if (pod->facts.deletion_s)
			continue;
		if (*slot)
			return false;
		*slot = pod;
	}
	return true;
}

struct candidates {
	VEC(const struct object *) broken; /* old pods that nobody misses */
	VEC(const struct object *) sound;
	VEC(const struct object *) nodes; /* for one pod more */
	int64_t unavailable;
	int64_t surging;
};

static void judge(struct daemon *d, const struct daemon_node *n, struct candidates *c)
{
	const struct object *new, *old;

	if (!n->pods.count)
		return;
	if (!pods_of(d, n, &new, &old) || !new == !old) {
		c->unavailable++;
	} else if (new) {
		c->unavailable += !daemonset_is_available(d, new);
	} else if (!daemonset_is_available(d, old)) {
		VEC_PUSH(d->arena, &c->broken, old);
	} else {
		VEC_PUSH(d->arena, &c->sound, old);
	}
}

static void roll_without_surge(struct daemon *d)
{
	const struct node *limit =
		node_at(d->set->root, "spec.updateStrategy.rollingUpdate.maxUnavailable");
	int64_t allowed = quantity_percent(limit, d->desired, /* round_up= */ true, 1);
	struct candidates c = {};

	for (uint32_t i = 0; i < d->node_count; i++)
		judge(d, &d->nodes[i], &c);
	for (uint32_t i = 0; i < c.broken.count; i++)
		daemonset_delete(d, c.broken.items[i]);
	allowed = MIN(allowed - c.unavailable, (int64_t)c.sound.count);
	for (int64_t i = 0; i < allowed; i++)
		daemonset_delete(d, c.sound.items[i]);
}

/* maxSurge: a new pod is created beside the old one, which is deleted when the new one is
 * available. */
static void judge_surging(struct daemon *d, const struct daemon_node *n, struct candidates *c)
{
	const struct object *new, *old;

	if (!n->pods.count || !pods_of(d, n, &new, &old))
		return;
	if (new &&old) {
		c->surging++;
		if (daemonset_is_available(d, new))
			VEC_PUSH(d->arena, &c->broken, old);
	} else if (old && !daemonset_is_available(d, old)) {
		VEC_PUSH(d->arena, &c->broken, old);
	} else if (old && n->should_run) {
		VEC_PUSH(d->arena, &c->nodes, n->node);
	}
}

static void roll_with_surge(struct daemon *d, int64_t surge)
{
	struct candidates c = {};

	for (uint32_t i = 0; i < d->node_count; i++)
		judge_surging(d, &d->nodes[i], &c);
	for (uint32_t i = 0; i < c.broken.count; i++)
		daemonset_delete(d, c.broken.items[i]);
	surge = MIN(surge - c.surging, (int64_t)c.nodes.count);
	for (int64_t i = 0; i < surge && !d->view->answers->count; i++)
		daemonset_create(d, c.nodes.items[i]);
}

void daemonset_roll(struct daemon *d)
{
	const struct node *strategy = node_at(d->set->root, "spec.updateStrategy");
	int64_t surge = quantity_percent(node_at(strategy, "rollingUpdate.maxSurge"), d->desired,
					 /* round_up= */ true, 0);

	if (str_equal(node_str_at(strategy, "type"), STR("OnDelete")))
		return;
	if (surge > 0)
		roll_with_surge(d, surge);
	else
		roll_without_surge(d);
}

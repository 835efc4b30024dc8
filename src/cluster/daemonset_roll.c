/* daemonset_roll - new revisions of a DaemonSet: history, and pods replaced node by node */
#include "base/arena.h"
#include "base/num.h"
#include "cluster/daemonset.h"
#include "doc/make.h"
#include "kube/names.h"
#include "kube/quantity.h"

enum { HISTORY_DEFAULT = 10 };

/* History */

/* What a revision keeps: the whole template, to be put in its place. */
static const struct node *data_of(struct daemon *d)
{
	return node_make(d->arena, "{spec: {template: %n}}",
			 node_with(d->arena, node_at(d->set->root, "spec.template"), STR("$patch"),
				   node_cstr(d->arena, "replace")));
}

static void create_revision(struct daemon *d, const struct node *data, int64_t number)
{
	const struct node *template = node_at(d->set->root, "spec.template");
	uint64_t hash = node_hash(template);
	const struct node *labels = node_at(template, "metadata.labels");

	d->hash = names_hash_text(d->arena, (uint32_t)(hash ^ hash >> 32));
	labels = node_with(d->arena, labels, STR(DAEMON_HASH), node_str(d->arena, d->hash));
	plan_create(
		d->plan,
		node_make(d->arena,
			  "{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: %s, "
			  "namespace: %s, labels: %n, annotations: %?n, ownerReferences: "
			  "[%n]}, data: %n, revision: %l}",
			  str_printf(d->arena, "%.*s-%.*s", STR_FMT(d->set->key.name),
				     STR_FMT(d->hash)),
			  d->set->key.namespace, labels, object_annotations(d->set->root),
			  object_owner_reference(d->arena, d->set->root,
						 /* controller= */ true),
			  data, number));
}

static bool has_pods(struct daemon *d, const struct object *revision)
{
	struct str hash = object_label(revision->root, STR(DAEMON_HASH));
	struct objects pods = view_owned(d->view, KIND_POD, d->set);

	for (uint32_t i = 0; i < pods.count; i++)
		if (str_equal(object_label(pods.items[i]->root, STR(DAEMON_HASH)), hash))
			return true;
	return false;
}

/* The oldest revisions without pods go first. */
static void clean_up(struct daemon *d, struct objects all, const struct object *present)
{
	int64_t limit = node_int_at(d->set->root, "spec.revisionHistoryLimit", HISTORY_DEFAULT);
	int64_t excess = (int64_t)all.count - (present ? 1 : 0) - MAX(limit, (int64_t)0);

	for (; excess > 0; excess--) {
		const struct object *oldest = NULL;
		uint32_t at = 0;
		for (uint32_t i = 0; i < all.count; i++) {
			const struct object *o = all.items[i];
			if (!o || o == present || has_pods(d, o))
				continue;
			if (!oldest || node_int_at(o->root, "revision", 0) <
					       node_int_at(oldest->root, "revision", 0)) {
				oldest = o;
				at = i;
			}
		}
		if (!oldest)
			return;
		plan_delete(d->plan, oldest);
		all.items[at] = NULL;
	}
}

void daemonset_history(struct daemon *d)
{
	struct objects all = view_owned(d->view, KIND_CONTROLLERREVISION, d->set);
	const struct node *data = data_of(d);
	const struct object *present = NULL;
	int64_t highest = 0;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *o = all.items[i];
		if (node_equal(node_get(o->root, STR("data")), data))
			present = o;
		highest = MAX(highest, node_int_at(o->root, "revision", 0));
	}
	if (!present) {
		create_revision(d, data, highest + 1);
	} else {
		d->hash = object_label(present->root, STR(DAEMON_HASH));
		if (node_int_at(present->root, "revision", 0) < highest)
			plan_update(d->plan, present,
				    node_with(d->arena, present->root, STR("revision"),
					      node_int(d->arena, highest + 1)));
	}
	clean_up(d, all, present);
}

/* Rolling */

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

/* A new pod comes beside the old one, which goes when the new one is available. */
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
	for (int64_t i = 0; i < surge && !d->view->answer_count; i++)
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

/* garbage - dependents go after their owners; foreground and orphan deletion */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"

/*
 * One key is one object, as dependent and as owner: its namespace and "Kind.group/uid" would do,
 * but a uid alone names it. Source: Kubernetes pkg/controller/garbagecollector,
 * garbagecollector.go.
 */

static void remove_finalizer(struct plan *plan, const struct object *o, struct str name)
{
	plan_update(plan, o, object_without_finalizer(plan->arena, o->root, name));
}

/* What became of one owner reference. */
enum owner_state { OWNER_PRESENT, OWNER_GONE, OWNER_WAITS /* in the foreground for dependents */ };

static enum owner_state state_of(const struct view *view, const struct object *dependent,
				 const struct node *reference)
{
	const struct object *owner = cache_get_uid(view->cache, node_str_at(reference, "uid"));

	if (!owner)
		return OWNER_GONE;
	bool reachable = !owner->key.namespace.len ||
			 str_equal(owner->key.namespace, dependent->key.namespace);
	if (!reachable)
		return OWNER_GONE;
	bool waits = owner->facts.deletion_s &&
		     object_has_finalizer(owner->root, STR("foregroundDeletion"));
	return waits ? OWNER_WAITS : OWNER_PRESENT;
}

struct owners {
	uint32_t present, gone, waiting;
};

static struct owners count_owners(const struct view *view, const struct object *o)
{
	const struct node *list = o->facts.owners;
	struct owners owners = {};

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		switch (state_of(view, o, node_item(list, i))) {
		case OWNER_PRESENT:
			owners.present++;
			break;
		case OWNER_GONE:
			owners.gone++;
			break;
		case OWNER_WAITS:
			owners.waiting++;
			break;
		}
	}
	return owners;
}

/* Drops the references to owners that are absent, or that wait in foreground deletion. */
static void drop_gone_references(const struct view *view, const struct object *o, struct plan *plan)
{
	const struct node *list = o->facts.owners, *root = o->root;

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (state_of(view, o, node_item(list, i)) != OWNER_PRESENT)
			root = object_without_owner(plan->arena, root,
						    node_str_at(node_item(list, i), "uid"));
	plan_update(plan, o, root);
}

static void delete_with(struct plan *plan, const struct object *o, enum api_propagation how)
{
	plan_delete(plan, o);
	plan_last_write(plan)->propagation = how;
}

/* As a dependent: all owners gone, so it goes; some gone, so it forgets them. */
static void follow_owners(const struct view *view, const struct object *o, struct plan *plan)
{
	struct owners owners = count_owners(view, o);

	if (o->facts.deletion_s || owners.gone + owners.waiting == 0)
		return;
	if (owners.present)
		drop_gone_references(view, o, plan);
	else if (owners.waiting)
		delete_with(plan, o, API_PROPAGATION_FOREGROUND);
	else
		delete_with(plan, o, API_PROPAGATION_BACKGROUND);
}

static bool blocks(const struct object *dependent, struct str owner_uid)
{
	const struct node *list = dependent->facts.owners;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *reference = node_item(list, i);
		if (str_equal(node_str_at(reference, "uid"), owner_uid))
			return node_bool_at(reference, "blockOwnerDeletion", false);
	}
	return false;
}

/* As an owner that waits: it goes with its last blocking dependent. */
static void finish_foreground(const struct view *view, const struct object *o, struct plan *plan)
{
	struct objects dependents = cache_dependents(view->cache, plan->arena, o->uid);

	for (uint32_t i = 0; i < dependents.count; i++)
		if (blocks(dependents.items[i], o->uid))
			return;
	remove_finalizer(plan, o, STR("foregroundDeletion"));
}

static void orphan_dependents(const struct view *view, const struct object *o, struct plan *plan)
{
	struct objects dependents = cache_dependents(view->cache, plan->arena, o->uid);

	for (uint32_t d = 0; d < dependents.count; d++) {
		const struct object *x = dependents.items[d];
		plan_update(plan, x, object_without_owner(plan->arena, x->root, o->uid));
	}
	remove_finalizer(plan, o, STR("orphan"));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *o = cache_get_uid(view->cache, key.name);

	(void)err;
	if (!o)
		return 0;
	if (o->facts.deletion_s && object_has_finalizer(o->root, STR("orphan")))
		orphan_dependents(view, o, plan);
	else if (o->facts.deletion_s && object_has_finalizer(o->root, STR("foregroundDeletion")))
		finish_foreground(view, o, plan);
	else
		follow_owners(view, o, plan);
	return 0;
}

static void add_uid(struct keys *keys, struct str uid)
{
	keys_add(keys, (struct key){ STR(""), uid });
}

static bool concerns_collector(const struct object *o)
{
	return o->facts.deletion_s && o->facts.has_finalizer;
}

static void add_dependents(const struct view *view, const struct object *o, struct keys *keys)
{
	struct objects dependents = cache_dependents(view->cache, keys->arena, o->uid);

	for (uint32_t i = 0; i < dependents.count; i++)
		add_uid(keys, dependents.items[i]->uid);
}

static void add_waiting_owners(const struct object *o, struct keys *keys)
{
	const struct node *list = o->facts.owners;

	for (uint32_t i = 0; i < node_item_count(list); i++)
		add_uid(keys, node_str_at(node_item(list, i), "uid"));
}

/* Enqueues the dependents and the owners of a removed object, and an object that was created with
 * an owner. */
static void map_graph(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	if (!after) {
		add_dependents(view, before, keys);
		add_waiting_owners(before, keys);
		return;
	}
	if (!before && node_item_count(after->facts.owners))
		add_uid(keys, after->uid);
	if (concerns_collector(after)) {
		add_uid(keys, after->uid);
		if (!before || !before->facts.deletion_s)
			add_dependents(view, after, keys);
	}
}

static const struct reconciler_watch watches[] = {
	{ KIND_TABLE_COUNT, map_graph },
	{},
};

const struct reconciler garbage_reconciler = {
	.name = "garbage-collector-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

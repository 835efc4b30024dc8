/* quota - what the objects of a namespace use of its ResourceQuotas */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/quota_usage.h"
#include "kube/schema/schemas.h"

/* The resources of a quota that the kind tracks, each with zero. */
static bool start_kind(const struct kind *kind, const struct node *hard,
		       struct quota_amounts *amounts)
{
	bool any = false;

	for (uint32_t i = 0; i < node_entry_count(hard); i++) {
		struct str name = node_text(node_entry(hard, i)->key);
		if (!quota_tracks(kind, name))
			continue;
		quota_add(amounts, &(struct quota_amount){ .name = name });
		any = true;
	}
	return any;
}

static void add_kind(const struct view *view, const struct object *quota, const struct kind *kind,
		     struct quota_amounts *amounts)
{
	struct objects all = view_list(view, kind->id, quota->key.namespace);

	for (uint32_t i = 0; i < all.count; i++)
		if (quota_covers(amounts->arena, quota->root, kind, all.items[i]->root))
			quota_use(amounts, kind, all.items[i]->root, view->now_ms / 1000);
}

/* A resource that no kind tracks keeps its figure in status.used. */
static const struct node *used_of(struct arena *arena, const struct object *quota,
				  const struct node *hard, const struct quota_amounts *amounts)
{
	const struct node *before = node_at(quota->root, "status.used");
	struct map_edit used = map_edit_begin(arena, node_empty_map());

	for (uint32_t i = 0; i < node_entry_count(hard); i++) {
		struct str name = node_text(node_entry(hard, i)->key);
		const struct quota_amount *amount = quota_get(amounts, name);
		const struct node *value = amount ? node_str(arena, quota_text(arena, amount))
						  : node_get(before, name);
		if (value)
			map_edit_set(&used, name, value);
	}
	return map_edit_end(&used);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *quota = view_get(view, KIND_RESOURCEQUOTA, key);
	struct quota_amounts amounts = { .arena = plan->arena };

	(void)err;
	if (!quota)
		return 0;
	const struct node *hard = node_at(quota->root, "spec.hard");
	for (kind_id id = 1; id < schemas_kind_count(view->schemas); id++) {
		const struct kind *kind = schemas_kind_by_id(view->schemas, id);
		if (start_kind(kind, hard, &amounts))
			add_kind(view, quota, kind, &amounts);
	}
	plan_status(plan, quota,
		    node_make(plan->arena, "{hard: %n, used: %n}", hard ? hard : node_empty_map(),
			      used_of(plan->arena, quota, hard, &amounts)));
	return 0;
}

/* Admission charges additional usage itself; the controller runs when usage goes down. */
static bool frees(const struct view *view, const struct object *before, const struct object *after)
{
	int64_t now_s = view->now_ms / 1000;

	if (!after)
		return true;
	if (!before)
		return false;
	switch (after->kind->id) {
	case KIND_POD:
		return before->facts.phase != after->facts.phase &&
		       !quota_pod_is_over(before->root, now_s) &&
		       quota_pod_is_over(after->root, now_s);
	case KIND_SERVICE:
	case KIND_PERSISTENTVOLUMECLAIM:
		return !node_equal(node_get(before->root, STR("spec")),
				   node_get(after->root, STR("spec")));
	}
	return false;
}

static bool tracks(const struct object *quota, const struct kind *kind)
{
	const struct node *hard = node_at(quota->root, "spec.hard");

	for (uint32_t i = 0; i < node_entry_count(hard); i++)
		if (quota_tracks(kind, node_text(node_entry(hard, i)->key)))
			return true;
	return false;
}

static void map_usage(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	const struct object *o = after ? after : before;

	if (!cache_count(view->cache, KIND_RESOURCEQUOTA))
		return;
	if (o->kind->id == KIND_RESOURCEQUOTA && after &&
	    (!before ||
	     !node_equal(node_at(before->root, "spec.hard"), node_at(after->root, "spec.hard"))))
		keys_add(keys, after->key);
	if (o->kind->id == KIND_EVENT || !frees(view, before, after))
		return;
	struct objects quotas = view_list(view, KIND_RESOURCEQUOTA, o->key.namespace);
	for (uint32_t i = 0; i < quotas.count; i++)
		if (tracks(quotas.items[i], o->kind))
			keys_add(keys, quotas.items[i]->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_TABLE_COUNT, map_usage },
	{},
};

const struct reconciler quota_reconciler = {
	.name = "resourcequota-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

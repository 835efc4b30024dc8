/* definition - deletes the objects of a terminating CustomResourceDefinition, then lets it go */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "kube/schema/schemas.h"

/* Source: apiextensions-apiserver pkg/controller/finalizer, crd_finalizer.go. */
static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *definition = view_get(view, KIND_CUSTOMRESOURCEDEFINITION, key);
	uint32_t left = 0;

	(void)err;
	if (!definition || !definition->facts.deletion_s)
		return 0;
	const struct kind *kind =
		schemas_kind_any_version(view->schemas, node_str_at(definition->root, "spec.group"),
					 node_str_at(definition->root, "spec.names.kind"));
	struct objects all = {};
	if (kind)
		all = cache_list(view->cache, plan->arena, kind->id, STR_NONE);
	for (uint32_t i = 0; i < all.count; i++) {
		if (!all.items[i]->facts.deletion_s)
			plan_delete(plan, all.items[i]);
		left++;
	}
	if (!left)
		plan_update(plan, definition,
			    object_without_finalizer(plan->arena, definition->root,
						     STR(OBJECT_CRD_FINALIZER)));
	return 0;
}

/* A removed object may have been the last one of its terminating definition. */
static void map_instance(const struct view *view, const struct object *before,
			 const struct object *after, struct keys *keys)
{
	const struct kind *kind = (after ? after : before)->kind;
	struct str name;

	if (!(kind->flags & KIND_FLAG_CUSTOM))
		return;
	SCRATCH(scratch);
	name = STR_CAT(scratch, kind->plural, STR("."), kind->group);
	const struct object *definition =
		view_get(view, KIND_CUSTOMRESOURCEDEFINITION, (struct key){ STR_NONE, name });
	if (definition && definition->facts.deletion_s)
		keys_add(keys, definition->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_CUSTOMRESOURCEDEFINITION, map_self },
	{ KIND_TABLE_COUNT, map_instance },
	{},
};

const struct reconciler definition_reconciler = {
	.name = "crd-controller",
	.manager = "kube-apiserver",
	.reconcile = reconcile,
	.watches = watches,
};

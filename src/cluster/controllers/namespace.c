/* namespace - deletes the content of a terminating namespace, then removes its finalizer */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/sort.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/schema/schemas.h"

/* What is left of a namespace. */
struct rest {
	struct map kinds;      /* "pods." → how many, as uintptr_t */
	struct map finalizers; /* "x.io/y" → likewise */
	uint32_t objects;
};

static bool is_left(const struct object *o)
{
	return o->kind->id != KIND_EVENT;
}

static void count(struct map *map, struct str name, uint32_t more)
{
	void **slot = map_slot(map, name);

	*slot = (void *)((uintptr_t)*slot + more);
}

static void count_finalizers(const struct object *o, struct rest *rest)
{
	const struct node *list = object_finalizers(o->root);

	for (uint32_t i = 0; i < node_item_count(list); i++)
		count(&rest->finalizers, node_text(node_item(list, i)), 1);
}

static void look_at_kind(const struct view *view, struct str namespace, const struct kind *kind,
			 struct plan *plan, struct rest *rest)
{
	struct objects all = cache_list(view->cache, plan->arena, kind->id, namespace);

	for (uint32_t i = 0; i < all.count; i++) {
		if (!all.items[i]->facts.deletion_s)
			plan_delete(plan, all.items[i]);
		else
			count_finalizers(all.items[i], rest);
		rest->objects += is_left(all.items[i]);
	}
	if (all.count && kind->id != KIND_EVENT)
		count(&rest->kinds, STR_CAT(plan->arena, kind->plural, STR("."), kind->group),
		      all.count);
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct map_entry *x = a, *y = b;

	(void)context;
	return str_compare(x->key, y->key);
}

/* "pods. has 2 resource instances, services. has 1 resource instances": by name, so that the
 * same rest gives the same text. */
static struct str text_of(struct arena *arena, const struct map *map, const char *verb)
{
	uint32_t count = map->count;
	struct map_entry *entries =
		arena_copy(arena, map->entries, count * sizeof(struct map_entry));
	struct buf text;

	buf_init(&text, arena);
	sort_stable(entries, count, sizeof(*entries), compare_names, NULL);
	for (uint32_t i = 0; i < count; i++)
		buf_printf(&text, "%s%.*s %s %u resource instances", i ? ", " : "",
			   STR_FMT(entries[i].key), verb, (unsigned)(uintptr_t)entries[i].value);
	return buf_str(&text);
}

/* Conditions of a terminating namespace; False means that deletion has no trouble. */
static const struct {
	const char *type, *fine_reason, *fine_message;
} conditions[] = {
	{ "NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered",
	  "All resources successfully discovered" },
	{ "NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions",
	  "All legacy kube types successfully parsed" },
	{ "NamespaceDeletionContentFailure", "ContentDeleted",
	  "All content successfully deleted, may be waiting on finalization" },
	{ "NamespaceContentRemaining", "ContentRemoved", "All content successfully removed" },
	{ "NamespaceFinalizersRemaining", "ContentHasNoFinalizers",
	  "All content-preserving finalizers finished" },
};

static const struct node *set(const struct view *view, const struct node *list, size_t index,
			      const char *reason, struct str message)
{
	struct condition c = {
		.type = str_from_cstr(conditions[index].type),
		.status = reason ? STR("True") : STR("False"),
		.reason = str_from_cstr(reason ? reason : conditions[index].fine_reason),
		.message = reason ? message : str_from_cstr(conditions[index].fine_message),
		.observed_generation = -1
	};

	return condition_set(view->arena, list, &c, view_now(view));
}

static void report(const struct view *view, const struct object *namespace, struct rest *rest,
		   struct plan *plan)
{
	const struct node *list = node_at(namespace->root, "status.conditions");
	struct str kinds = str_printf(plan->arena, "Some resources are remaining: %.*s",
				      STR_FMT(text_of(plan->arena, &rest->kinds, "has")));
	struct str finalizers = str_printf(
		plan->arena, "Some content in the namespace has finalizers remaining: %.*s",
		STR_FMT(text_of(plan->arena, &rest->finalizers, "in")));

	for (size_t i = 0; i < 3; i++)
		list = set(view, list, i, NULL, STR_NONE);
	list = set(view, list, 3, rest->objects ? "SomeResourcesRemain" : NULL, kinds);
	list = set(view, list, 4, rest->finalizers.count ? "SomeFinalizersRemain" : NULL,
		   finalizers);
	plan_status(plan, namespace,
		    node_set(plan->arena, node_get(namespace->root, STR("status")), "conditions",
			     list));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *namespace = view_get(view, KIND_NAMESPACE, key);
	struct rest rest = {};

	(void)err;
	if (!namespace || !namespace->facts.deletion_s)
		return 0;
	map_init(&rest.kinds, plan->arena);
	map_init(&rest.finalizers, plan->arena);
	for (kind_id id = 1; id < schemas_kind_count(view->schemas); id++) {
		const struct kind *kind = schemas_kind_by_id(view->schemas, id);
		if (kind->flags & KIND_FLAG_NAMESPACED)
			look_at_kind(view, key.name, kind, plan, &rest);
	}
	report(view, namespace, &rest, plan);
	if (rest.objects)
		return 0;
	plan_update(plan, namespace,
		    node_set(plan->arena, namespace->root, "spec.finalizers", NULL));
	return 0;
}

/* A removed object may have been the last one of its terminating namespace. */
static void map_content(const struct view *view, const struct object *before,
			const struct object *after, struct keys *keys)
{
	const struct object *o = after ? after : before;
	struct key key = { STR(""), o->key.namespace };

	if (!key.name.len)
		return;
	const struct object *namespace = view_get(view, KIND_NAMESPACE, key);
	if (namespace && namespace->facts.deletion_s)
		keys_add(keys, key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_NAMESPACE, map_self },
	{ KIND_TABLE_COUNT, map_content },
	{},
};

const struct reconciler namespace_reconciler = {
	.name = "namespace-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

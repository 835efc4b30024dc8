/* namespace - empties a namespace that is going, then lets it go */
#include "base/arena.h"
#include "base/buf.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/schema/schemas.h"

/* How many objects of a kind, or with a finalizer; a name may stand several times. */
struct part {
	struct str name;
	uint32_t count;
};

struct parts {
	struct part *items;
	uint32_t count;
	uint32_t capacity;
};

/* What is left of a namespace. */
struct rest {
	struct parts kinds;	 /* "pods." */
	struct parts finalizers; /* "x.io/y" */
	uint32_t objects;
};

static bool is_left(const struct object *o)
{
	return o->kind->id != KIND_EVENT;
}

static void add_part(struct arena *arena, struct parts *parts, struct str name, uint32_t count)
{
	struct part part = { name, count };

	VEC_PUSH(arena, parts, part);
}

static int compare_parts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(((const struct part *)a)->name, ((const struct part *)b)->name);
}

/* "TITLE: NAME in 3 resource instances, …", each name once, in order. */
static struct str parts_text(struct arena *arena, const char *title, const char *verb,
			     struct parts *parts)
{
	struct buf buf;

	sort_stable(parts->items, parts->count, sizeof(*parts->items), compare_parts, NULL);
	buf_init(&buf, arena);
	buf_printf(&buf, "%s: ", title);
	for (uint32_t i = 0; i < parts->count;) {
		struct part sum = { parts->items[i].name, 0 };
		const char *separator = i ? ", " : "";
		for (; i < parts->count && str_equal(parts->items[i].name, sum.name); i++)
			sum.count += parts->items[i].count;
		buf_printf(&buf, "%s%.*s %s %u resource instances", separator, STR_FMT(sum.name),
			   verb, sum.count);
	}
	return buf_str(&buf);
}

static void count_finalizers(struct arena *arena, const struct object *o, struct rest *rest)
{
	const struct node *list = node_at(o->root, "metadata.finalizers");

	for (uint32_t i = 0; i < node_count(list); i++)
		add_part(arena, &rest->finalizers, node_text(node_item(list, i)), 1);
}

static void look_at_kind(const struct view *view, struct str namespace, const struct kind *kind,
			 struct plan *plan, struct rest *rest)
{
	struct objects all = cache_list(view->cache, plan->arena, kind->id, namespace);

	for (uint32_t i = 0; i < all.count; i++) {
		if (!all.items[i]->facts.deletion_s)
			plan_delete(plan, all.items[i]);
		else
			count_finalizers(plan->arena, all.items[i], rest);
		rest->objects += is_left(all.items[i]);
	}
	if (all.count && kind->id != KIND_EVENT)
		add_part(plan->arena, &rest->kinds,
			 str_printf(plan->arena, "%.*s.%.*s", STR_FMT(kind->plural),
				    STR_FMT(kind->group)),
			 all.count);
}

/* Conditions of a namespace that is going: False is fine. */
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
	struct str kinds =
		parts_text(plan->arena, "Some resources are remaining", "has", &rest->kinds);
	struct str finalizers =
		parts_text(plan->arena, "Some content in the namespace has finalizers remaining",
			   "in", &rest->finalizers);

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

/* Content that went may have been the last. */
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

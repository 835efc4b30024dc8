/* inventory - which objects a Kustomization manages: ids `namespace_name_group_Kind` */
#include "deliver/inventory.h"

#include "base/arena.h"
#include "base/vec.h"
#include "doc/make.h"

static bool is_rbac(struct str group)
{
	return str_equal(group, STR("rbac.authorization.k8s.io"));
}

struct str inventory_id(struct arena *arena, const struct node *object)
{
	struct gvk gvk = object_gvk(object);
	struct key key = object_key(object);
	struct str name =
		is_rbac(gvk.group) ? str_replace(arena, key.name, STR(":"), STR("__")) : key.name;

	return str_printf(arena, "%.*s_%.*s_%.*s_%.*s", STR_FMT(key.namespace), STR_FMT(name),
			  STR_FMT(gvk.group), STR_FMT(gvk.kind));
}

/* Namespace and kind cannot hold "_", nor can a group; what is left in the middle is the name. */
bool inventory_parse(struct arena *arena, struct str id, struct inventory_entry *ret)
{
	struct str rest = id;
	struct str namespace = str_cut(&rest, '_');
	ptrdiff_t last = str_find_last_char(rest, '_');

	if (!rest.ptr || last < 0)
		return false;
	struct str kind = str_from(rest, (size_t)last + 1);
	rest = str_sub(rest, 0, (size_t)last);
	last = str_find_last_char(rest, '_');
	if (last < 0 || !kind.len)
		return false;
	struct str group = str_from(rest, (size_t)last + 1), name = str_sub(rest, 0, (size_t)last);
	if (is_rbac(group))
		name = str_replace(arena, name, STR("__"), STR(":"));
	*ret = (struct inventory_entry){ { namespace, name }, group, kind, STR_NONE };
	return name.len > 0;
}

const struct node *inventory_of(struct arena *arena, const struct node *const *objects,
				uint32_t count)
{
	VEC(const struct node *) entries = {};

	for (uint32_t i = 0; i < count; i++)
		VEC_PUSH(arena, &entries,
			 node_make(arena, "{id: %s, v: %s}", inventory_id(arena, objects[i]),
				   object_gvk(objects[i]).version));
	return node_make(arena, "{entries: %n}", node_list_of(arena, entries.items, entries.count));
}

struct map inventory_ids(struct arena *arena, const struct node *inventory)
{
	const struct node *entries = node_get(inventory, STR("entries"));
	struct map ids;

	map_init(&ids, arena);
	for (uint32_t i = 0; i < node_count(entries); i++) {
		const struct node *entry = node_item(entries, i);
		map_put(&ids, node_str_at(entry, "id"), (void *)(uintptr_t)entry);
	}
	return ids;
}

struct str inventory_text(struct arena *arena, const struct inventory_entry *e)
{
	if (!e->key.namespace.len)
		return str_printf(arena, "%.*s/%.*s", STR_FMT(e->kind), STR_FMT(e->key.name));
	return str_printf(arena, "%.*s/%.*s/%.*s", STR_FMT(e->kind), STR_FMT(e->key.namespace),
			  STR_FMT(e->key.name));
}

const struct object *inventory_live(const struct view *view, const struct inventory_entry *entry)
{
	const struct kind *kind =
		schemas_kind_any_version(view->schemas, entry->group, entry->kind);

	return kind ? view_get(view, kind->id, entry->key) : NULL;
}

/* Source: fluxcd/pkg/ssa, ReconcileOrder. */
static int rank_of(struct str kind)
{
	static const char *const first[] = {
		"CustomResourceDefinition",
		"Namespace",
		"ClusterRole",
		"ClusterClass",
		"RuntimeClass",
		"PriorityClass",
		"StorageClass",
		"VolumeSnapshotClass",
		"IngressClass",
		"GatewayClass",
		"ClusterRoleBinding",
		"ResourceQuota",
		"ServiceAccount",
		"Role",
		"RoleBinding",
		"ConfigMap",
		"Secret",
		"Service",
		"LimitRange",
		"Deployment",
		"StatefulSet",
		"CronJob",
		"PodDisruptionBudget",
	};
	static const char *const last[] = { "MutatingWebhookConfiguration",
					    "ValidatingWebhookConfiguration" };

	for (size_t i = 0; i < ARRAY_COUNT(first); i++)
		if (str_equal(kind, str_from_cstr(first[i])))
			return (int)i - (int)ARRAY_COUNT(first);
	for (size_t i = 0; i < ARRAY_COUNT(last); i++)
		if (str_equal(kind, str_from_cstr(last[i])))
			return (int)i + 1;
	return 0;
}

int inventory_compare(const struct inventory_entry *a, const struct inventory_entry *b)
{
	int order = rank_of(a->kind) - rank_of(b->kind);

	if (!order)
		order = str_compare(a->group, b->group);
	if (!order)
		order = str_compare(a->kind, b->kind);
	return order ? order : key_compare(a->key, b->key);
}

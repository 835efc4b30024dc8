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

const struct node *inventory_of(struct arena *arena, const struct nodes *objects)
{
	VEC(const struct node *) entries = {};

	for (uint32_t i = 0; i < objects->count; i++) {
		const struct node *object = objects->items[i];
		VEC_PUSH(arena, &entries,
			 node_make(arena, "{id: %s, v: %s}", inventory_id(arena, object),
				   object_gvk(object).version));
	}
	return node_make(arena, "{entries: %n}", node_list_of(arena, entries.items, entries.count));
}

struct map inventory_ids(struct arena *arena, const struct node *inventory)
{
	const struct node *entries = node_get(inventory, STR("entries"));
	struct map ids;

	map_init(&ids, arena);
	for (uint32_t i = 0; i < node_item_count(entries); i++) {
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

int inventory_rank(struct str kind)
{
	static const struct str first[] = {
		STR_INIT("CustomResourceDefinition"),
		STR_INIT("Namespace"),
		STR_INIT("ClusterRole"),
		STR_INIT("ClusterClass"),
		STR_INIT("RuntimeClass"),
		STR_INIT("PriorityClass"),
		STR_INIT("StorageClass"),
		STR_INIT("VolumeSnapshotClass"),
		STR_INIT("IngressClass"),
		STR_INIT("GatewayClass"),
		STR_INIT("ClusterRoleBinding"),
		STR_INIT("ResourceQuota"),
		STR_INIT("ServiceAccount"),
		STR_INIT("Role"),
		STR_INIT("RoleBinding"),
		STR_INIT("ConfigMap"),
		STR_INIT("Secret"),
		STR_INIT("Service"),
		STR_INIT("LimitRange"),
		STR_INIT("Deployment"),
		STR_INIT("StatefulSet"),
		STR_INIT("CronJob"),
		STR_INIT("PodDisruptionBudget"),
	};
	static const struct str last[] = { STR_INIT("MutatingWebhookConfiguration"),
					   STR_INIT("ValidatingWebhookConfiguration") };

	for (size_t i = 0; i < ARRAY_COUNT(first); i++)
		if (str_equal(kind, first[i]))
			return (int)i - (int)ARRAY_COUNT(first);
	for (size_t i = 0; i < ARRAY_COUNT(last); i++)
		if (str_equal(kind, last[i]))
			return (int)i + 1;
	return 0;
}

int inventory_compare(const struct inventory_entry *a, const struct inventory_entry *b)
{
	int order = inventory_rank(a->kind) - inventory_rank(b->kind);

	if (!order)
		order = str_compare(a->group, b->group);
	if (!order)
		order = str_compare(a->kind, b->kind);
	return order ? order : key_compare(a->key, b->key);
}

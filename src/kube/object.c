/* object - identity and metadata of a document that is a Kubernetes resource */
#include "kube/object.h"

#include "base/arena.h"
#include "doc/make.h"
#include "doc/nodes.h"

struct gvk gvk_parse(struct str api_version, struct str kind)
{
	ptrdiff_t slash = str_find_char(api_version, '/');

	if (slash < 0)
		return (struct gvk){ STR(""), api_version, kind };
	return (struct gvk){ str_sub(api_version, 0, (size_t)slash),
			     str_from(api_version, (size_t)slash + 1), kind };
}

struct str gvk_api_version(struct arena *arena, struct gvk gvk)
{
	if (gvk.group.len == 0)
		return gvk.version;
	return str_printf(arena, "%.*s/%.*s", STR_FMT(gvk.group), STR_FMT(gvk.version));
}

struct gvk object_gvk(const struct node *object)
{
	return gvk_parse(object_api_version(object), object_kind(object));
}

struct str object_kind(const struct node *object)
{
	return node_text(node_get(object, STR("kind")));
}

struct str object_api_version(const struct node *object)
{
	return node_text(node_get(object, STR("apiVersion")));
}

static const struct node *metadata(const struct node *object, struct str field)
{
	return node_get(node_get(object, STR("metadata")), field);
}

struct str object_name(const struct node *object)
{
	return node_text(metadata(object, STR("name")));
}

struct str object_namespace(const struct node *object)
{
	return node_text(metadata(object, STR("namespace")));
}

struct str object_uid(const struct node *object)
{
	return node_text(metadata(object, STR("uid")));
}

struct key object_key(const struct node *object)
{
	return (struct key){ object_namespace(object), object_name(object) };
}

const struct node *object_labels(const struct node *object)
{
	const struct node *n = metadata(object, STR("labels"));
	return node_is_map(n) ? n : NULL;
}

const struct node *object_annotations(const struct node *object)
{
	const struct node *n = metadata(object, STR("annotations"));
	return node_is_map(n) ? n : NULL;
}

struct str object_label(const struct node *object, struct str name)
{
	return node_text(node_get(object_labels(object), name));
}

struct str object_annotation(const struct node *object, struct str name)
{
	return node_text(node_get(object_annotations(object), name));
}

const struct node *object_with_annotation(struct arena *arena, const struct node *object,
					  struct str name, struct str value)
{
	return node_set(arena, object, "metadata.annotations",
			node_with(arena, object_annotations(object), name, node_str(arena, value)));
}

bool object_is_deleting(const struct node *object)
{
	return !node_is_null(metadata(object, STR("deletionTimestamp")));
}

bool key_equal(struct key a, struct key b)
{
	return str_equal(a.name, b.name) && str_equal(a.namespace, b.namespace);
}

int key_compare(struct key a, struct key b)
{
	int order = str_compare(a.namespace, b.namespace);
	return order ? order : str_compare(a.name, b.name);
}

struct str object_label_text(struct arena *arena, const struct node *object)
{
	struct key key = object_key(object);
	struct str kind = object_kind(object);

	if (key.namespace.len == 0)
		return STR_CAT(arena, kind, STR("/"), key.name);
	return STR_CAT(arena, kind, STR("/"), key.namespace, STR("/"), key.name);
}

const struct node *object_owner_reference(struct arena *arena, const struct node *owner,
					  bool controller)
{
	return node_make(arena,
			 "{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: %?n, "
			 "blockOwnerDeletion: %?n}",
			 object_api_version(owner), object_kind(owner), object_name(owner),
			 object_uid(owner), controller ? node_bool_of(true) : NULL,
			 controller ? node_bool_of(true) : NULL);
}

const struct node *object_controller(const struct node *object)
{
	const struct node *owners = metadata(object, STR("ownerReferences"));

	for (uint32_t i = 0; i < node_item_count(owners); i++)
		if (node_bool_at(node_item(owners, i), "controller", false))
			return node_item(owners, i);
	return NULL;
}

const struct node *object_with_owner(struct arena *arena, const struct node *object,
				     const struct node *reference)
{
	const struct node *owners = metadata(object, STR("ownerReferences"));

	return node_set(arena, object, "metadata.ownerReferences",
			node_list_append(arena, owners, reference));
}

const struct node *object_without_owner(struct arena *arena, const struct node *object,
					struct str uid)
{
	const struct node *owners = metadata(object, STR("ownerReferences"));
	struct nodes kept = {};

	for (uint32_t i = 0; i < node_item_count(owners); i++)
		if (!str_equal(node_str_at(node_item(owners, i), "uid"), uid))
			nodes_add(arena, &kept, node_item(owners, i));
	return node_set(arena, object, "metadata.ownerReferences", nodes_list(arena, &kept));
}

bool object_has_finalizer(const struct node *object, struct str name)
{
	const struct node *list = metadata(object, STR("finalizers"));

	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), name))
			return true;
	return false;
}

const struct node *object_with_finalizer(struct arena *arena, const struct node *object,
					 struct str name)
{
	const struct node *list = metadata(object, STR("finalizers"));

	if (object_has_finalizer(object, name))
		return object;
	return node_set(arena, object, "metadata.finalizers",
			node_list_append(arena, list, node_str(arena, name)));
}

const struct node *object_without_finalizer(struct arena *arena, const struct node *object,
					    struct str name)
{
	const struct node *list = metadata(object, STR("finalizers"));
	struct nodes kept = {};

	if (!object_has_finalizer(object, name))
		return object;
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (!str_equal(node_text(node_item(list, i)), name))
			nodes_add(arena, &kept, node_item(list, i));
	return node_set(arena, object, "metadata.finalizers", nodes_list(arena, &kept));
}

const struct node *object_finalizers(const struct node *object)
{
	const struct node *list = metadata(object, STR("finalizers"));

	return node_is_list(list) ? list : node_empty_list();
}

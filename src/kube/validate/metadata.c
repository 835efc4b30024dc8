/* metadata - names, labels, owner references and finalizers */
#include "base/arena.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "kube/labels.h"
#include "kube/names.h"
#include "kube/object.h"
#include "kube/validate/kinds.h"

typedef struct str (*name_check_fn)(struct str name);

/* How the names of a kind are written; all others are subdomains. */
static const struct {
	kind_id kind;
	name_check_fn check;
} name_checks[] = {
	{ KIND_NAMESPACE, names_check_dns1123_label },
	{ KIND_SERVICE, names_check_dns1035_label },
	{ KIND_ROLE, names_check_path_segment },
	{ KIND_CLUSTERROLE, names_check_path_segment },
	{ KIND_ROLEBINDING, names_check_path_segment },
	{ KIND_CLUSTERROLEBINDING, names_check_path_segment },
};

static name_check_fn check_of(const struct kind *kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(name_checks); i++)
		if (name_checks[i].kind == kind->id)
			return name_checks[i].check;
	return names_check_dns1123_subdomain;
}

/* A name that begins so: what is appended lets it end with a dash. */
static struct str generated_name(struct arena *arena, struct str prefix)
{
	if (prefix.len < 2 || !str_ends(prefix, STR("-")))
		return prefix;
	return str_concat(arena, str_sub(prefix, 0, prefix.len - 2), STR("a"));
}

static void check_name(const struct kind *kind, const struct node *object,
		       struct field_errors *errors)
{
	const struct node *name = node_at(object, "metadata.name");
	const struct node *prefix = node_at(object, "metadata.generateName");
	struct str base = generated_name(errors->arena, node_text(prefix));

	if (base.len && check_of(kind)(base).len)
		field_error_add(errors, FIELD_INVALID, STR("metadata.generateName"), prefix, "%.*s",
				STR_FMT(check_of(kind)(base)));
	if (!node_text(name).len) {
		field_error_add(errors, FIELD_REQUIRED, STR("metadata.name"), name,
				"name or generateName is required");
		return;
	}
	struct str fault = check_of(kind)(node_text(name));
	if (fault.len)
		field_error_add(errors, FIELD_INVALID, STR("metadata.name"), name, "%.*s",
				STR_FMT(fault));
}

static void check_namespace(const struct kind *kind, const struct node *object,
			    struct field_errors *errors)
{
	const struct node *namespace = node_at(object, "metadata.namespace");
	struct str text = node_text(namespace);

	if (!text.len || !(kind->flags & KIND_FLAG_NAMESPACED))
		return; /* the API server takes it off what has none */
	struct str fault = names_check_dns1123_label(text);
	if (fault.len)
		field_error_add(errors, FIELD_INVALID, STR("metadata.namespace"), namespace, "%.*s",
				STR_FMT(fault));
}

/* Labels of an object or of a pod template; path names the map. */
static void check_labels(const struct node *labels, struct str path, struct field_errors *errors)
{
	for (uint32_t i = 0; i < node_entry_count(labels); i++) {
		const struct entry *e = node_entry(labels, i);
		struct str fault = labels_check_key(node_text(e->key));
		if (fault.len)
			field_error_add(errors, FIELD_INVALID, path, e->key, "%.*s",
					STR_FMT(fault));
		fault = labels_check_value(node_text(e->value));
		if (fault.len)
			field_error_add(errors, FIELD_INVALID, path, e->value, "%.*s",
					STR_FMT(fault));
	}
}

static void check_annotations(const struct node *object, struct field_errors *errors)
{
	enum { TOTAL_BYTES_MAX = 256 << 10 };
	const struct node *annotations = object_annotations(object);
	size_t total = 0;

	for (uint32_t i = 0; i < node_entry_count(annotations); i++) {
		const struct entry *e = node_entry(annotations, i);
		struct str key = str_lower(errors->arena, node_text(e->key));
		struct str fault = names_check_qualified(key);
		total += node_text(e->key).len + node_text(e->value).len;
		if (fault.len)
			field_error_add(errors, FIELD_INVALID, STR("metadata.annotations"), e->key,
					"%.*s", STR_FMT(fault));
	}
	if (total > TOTAL_BYTES_MAX)
		field_error_add(errors, FIELD_TOO_LONG, STR("metadata.annotations"), annotations,
				"may not be more than %d bytes", TOTAL_BYTES_MAX);
}

static void check_owner(const struct node *owner, struct field_errors *errors)
{
	static const struct {
		struct str name;
		const char *path, *text;
	} fields[] = {
		{ STR_INIT("apiVersion"), "metadata.ownerReferences.apiVersion",
		  "version must not be empty" },
		{ STR_INIT("kind"), "metadata.ownerReferences.kind", "must not be empty" },
		{ STR_INIT("name"), "metadata.ownerReferences.name", "must not be empty" },
		{ STR_INIT("uid"), "metadata.ownerReferences.uid", "must not be empty" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (!node_text(node_get(owner, fields[i].name)).len)
			field_error_add_text(errors, FIELD_INVALID, str_from_cstr(fields[i].path),
					     STR("\"\""), "%s", fields[i].text);
	if (str_equal(object_kind(owner), STR("Event")))
		field_error_add(errors, FIELD_INVALID, STR("metadata.ownerReferences"), owner,
				"/v1, Kind=Event is disallowed from being an owner");
}

/* The references as Go prints them: the fields in their order. */
static struct str owners_text(struct arena *arena, const struct node *owners)
{
	struct nodes shown = {};

	for (uint32_t i = 0; i < node_item_count(owners); i++) {
		const struct node *o = node_item(owners, i);
		nodes_add(
			arena, &shown,
			node_make(arena,
				  "{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: %?n, "
				  "blockOwnerDeletion: %?n}",
				  object_api_version(o), object_kind(o), node_str_at(o, "name"),
				  node_str_at(o, "uid"), node_get(o, STR("controller")),
				  node_get(o, STR("blockOwnerDeletion"))));
	}
	return json_text(arena, nodes_list(arena, &shown), 0);
}

static void tell_controllers(const struct node *owners, const struct node *one,
			     const struct node *other, struct field_errors *errors)
{
	field_error_add_text(
		errors, FIELD_INVALID, STR("metadata.ownerReferences"),
		owners_text(errors->arena, owners),
		"Only one reference can have Controller set to true. Found \"true\" in "
		"references for %.*s/%.*s and %.*s/%.*s",
		STR_FMT(object_kind(one)), STR_FMT(node_str_at(one, "name")),
		STR_FMT(object_kind(other)), STR_FMT(node_str_at(other, "name")));
}

static void check_owners(const struct node *object, struct field_errors *errors)
{
	const struct node *owners = node_at(object, "metadata.ownerReferences");
	const struct node *controller = NULL;

	for (uint32_t i = 0; i < node_item_count(owners); i++) {
		const struct node *owner = node_item(owners, i);
		check_owner(owner, errors);
		if (!node_bool_at(owner, "controller", false))
			continue;
		if (controller)
			tell_controllers(owners, controller, owner, errors);
		controller = owner;
	}
}

static bool is_listed(const struct node *list, struct str text)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), text))
			return true;
	return false;
}

/*
 * Of built-in kinds: a name of Kubernetes' own, or one with a domain. A domain without a name
 * behind a slash is let through, though 1.35 refuses it on create: old objects have such.
 */
static void check_finalizer_names(const struct kind *kind, const struct node *list,
				  struct field_errors *errors)
{
	static const char *const own[] = { "kubernetes", "orphan", "foregroundDeletion" };

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str name = node_text(node_item(list, i));
		struct str fault = names_check_qualified(name);
		struct str path = str_printf(errors->arena, "metadata.finalizers[%u]", i);
		bool is_own = str_find_char(name, '/') >= 0 || str_find_char(name, '.') >= 0 ||
			      (kind->flags & KIND_FLAG_CUSTOM);
		for (size_t k = 0; k < ARRAY_COUNT(own); k++)
			is_own = is_own || str_equal(name, str_from_cstr(own[k]));
		if (fault.len)
			field_error_add(errors, FIELD_INVALID, STR("metadata.finalizers"),
					node_item(list, i), "%.*s", STR_FMT(fault));
		if (!is_own)
			field_error_add(errors, FIELD_INVALID, path, node_item(list, i),
					"name is neither a standard finalizer name nor is it fully "
					"qualified");
	}
}

/* While an object is going, finalizers may only leave. */
static void check_finalizers(const struct node *object, const struct node *old,
			     struct field_errors *errors)
{
	const struct node *list = node_at(object, "metadata.finalizers");
	const struct node *before = node_at(old, "metadata.finalizers");

	if (!object_is_deleting(old))
		return;
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str name = node_text(node_item(list, i));
		if (!is_listed(before, name))
			field_error_add(errors, FIELD_FORBIDDEN, STR("metadata.finalizers"),
					node_item(list, i),
					"no new finalizers can be added if the object is being "
					"deleted, found new finalizers []string{\"%.*s\"}",
					STR_FMT(name));
	}
}

void validate_metadata(const struct kind *kind, const struct node *object, const struct node *old,
		       struct field_errors *errors)
{
	check_name(kind, object, errors);
	check_namespace(kind, object, errors);
	check_labels(object_labels(object), STR("metadata.labels"), errors);
	check_annotations(object, errors);
	check_owners(object, errors);
	check_finalizer_names(kind, node_at(object, "metadata.finalizers"), errors);
	check_finalizers(object, old, errors);
}

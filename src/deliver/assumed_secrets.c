/* assumed_secrets - Secrets that an operator would make from sealed or external ones: the keys are
 * those that stand in the repository, the values are not known here */
#include "base/arena.h"
#include "base/base64.h"
#include "deliver/deliver.h"
#include "doc/make.h"
#include "doc/map_edit.h"

struct origin {
	struct str group, kind;
	struct trusted_path name_path; /* of the Secret's name; its own name where that is absent */
	struct trusted_path keys_path; /* a map whose keys they are, or a list of {secretKey} */
	struct trusted_path type_path;
	struct trusted_path open_path; /* where there is something, more keys may come from there */
	const char *type;	       /* when none is written */
};

static const struct origin origins[] = {
	{ STR_INIT("bitnami.com"), STR_INIT("SealedSecret"),
	  TRUSTED_PATH_INIT("spec.template.metadata.name"), TRUSTED_PATH_INIT("spec.encryptedData"),
	  TRUSTED_PATH_INIT("spec.template.type"), TRUSTED_PATH_INIT("spec.template.data"),
	  "Opaque" },
	{ STR_INIT("external-secrets.io"), STR_INIT("ExternalSecret"),
	  TRUSTED_PATH_INIT("spec.target.name"), TRUSTED_PATH_INIT("spec.data"),
	  TRUSTED_PATH_INIT("spec.target.template.type"), TRUSTED_PATH_INIT("spec.dataFrom"),
	  "Opaque" },
	{ STR_INIT("cert-manager.io"), STR_INIT("Certificate"),
	  TRUSTED_PATH_INIT("spec.secretName"), TRUSTED_PATH_INIT("spec.data"),
	  TRUSTED_PATH_INIT("spec.secretTemplate.type"), TRUSTED_PATH_INIT("spec.keystores"),
	  "kubernetes.io/tls" },
};

/* Keys that a type demands. Source: Kubernetes, pkg/apis/core/validation, ValidateSecret. */
static const struct {
	struct str type, key;
	const char *value;
} demanded[] = {
	{ STR_INIT("kubernetes.io/tls"), STR_INIT("tls.crt"), "assumed" },
	{ STR_INIT("kubernetes.io/tls"), STR_INIT("tls.key"), "assumed" },
	{ STR_INIT("kubernetes.io/tls"), STR_INIT("ca.crt"), "assumed" },
	{ STR_INIT("kubernetes.io/dockerconfigjson"), STR_INIT(".dockerconfigjson"), "{}" },
	{ STR_INIT("kubernetes.io/dockercfg"), STR_INIT(".dockercfg"), "{}" },
	{ STR_INIT("kubernetes.io/basic-auth"), STR_INIT("username"), "assumed" },
	{ STR_INIT("kubernetes.io/basic-auth"), STR_INIT("password"), "assumed" },
	{ STR_INIT("kubernetes.io/ssh-auth"), STR_INIT("ssh-privatekey"), "assumed" },
};

static const struct node *encoded(struct arena *arena, const char *value)
{
	return node_str(arena, base64_encode(arena, str_from_cstr(value), /* flags= */ 0));
}

static const struct node *secret_data(struct arena *arena, const struct node *keys, struct str type)
{
	const struct node *value = encoded(arena, "assumed");
	struct map_edit data = map_edit_begin(arena, NULL);

	for (uint32_t i = 0; i < node_entry_count(keys); i++)
		map_edit_set(&data, node_text(node_entry(keys, i)->key), value);
	for (uint32_t i = 0; i < node_item_count(keys); i++)
		map_edit_set(&data, node_str_at(node_item(keys, i), "secretKey"), value);
	for (size_t i = 0; i < ARRAY_COUNT(demanded); i++)
		if (str_equal(demanded[i].type, type))
			map_edit_set(&data, demanded[i].key, encoded(arena, demanded[i].value));
	return map_edit_end(&data);
}

static void make_secret(const struct view *view, struct plan *plan, const struct origin *from,
			const struct object *o)
{
	struct str name = node_find_str(o->root, from->name_path);
	struct str type = node_find_str(o->root, from->type_path);
	struct key key = { o->key.namespace, name.len ? name : o->key.name };
	bool is_open = node_member_count(node_find(o->root, from->open_path)) > 0;

	type = type.len ? type : str_from_cstr(from->type);
	if (o->facts.deletion_s || view_get(view, KIND_SECRET, key))
		return;
	plan_create(plan,
		    node_make(plan->arena,
			      "{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: %s, "
			      "annotations: %?n, ownerReferences: [%n]}, type: %s, data: %?n}",
			      key.name, key.namespace,
			      is_open ? node_make(plan->arena, "{forge.dev/keys: any}") : NULL,
			      object_owner_reference(plan->arena, o->root, /* controller= */ true),
			      type,
			      secret_data(plan->arena, node_find(o->root, from->keys_path), type)));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	(void)err;
	for (size_t i = 0; i < ARRAY_COUNT(origins); i++) {
		const struct kind *kind =
			schemas_kind_any_version(view->schemas, origins[i].group, origins[i].kind);
		const struct object *o = kind ? view_get(view, kind->id, key) : NULL;
		if (o)
			make_secret(view, plan, &origins[i], o);
	}
	return 0;
}

static void map_origin(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys)
{
	const struct object *o = after ? after : before;

	(void)view;
	for (size_t i = 0; i < ARRAY_COUNT(origins); i++)
		if (str_equal(o->kind->name, origins[i].kind) &&
		    str_equal(o->kind->group, origins[i].group))
			keys_add(keys, o->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_TABLE_COUNT, map_origin },
	{},
};

const struct reconciler assumed_secrets_reconciler = {
	.name = "secret-operator",
	.reconcile = reconcile,
	.watches = watches,
};

/* data - ConfigMaps and Secrets with their keys, from manifests and from controllers */
#include "base/suggest.h"
#include "check/check_inside.h"

static struct str data_id(struct arena *arena, const char *kind, struct key key)
{
	return str_printf(arena, "%s/%.*s/%.*s", kind, STR_FMT(key.namespace), STR_FMT(key.name));
}

static struct check_data *add(struct check *c, const struct check_object *owner, const char *kind,
			      struct key key)
{
	struct check_data **slot =
		(struct check_data **)map_slot(&c->by_data, data_id(c->arena, kind, key));

	if (!*slot) {
		*slot = arena_one(c->arena, struct check_data);
		map_init(&(*slot)->keys, c->arena);
		(*slot)->owner = owner;
	}
	return *slot;
}

static void add_keys(struct check_data *data, const struct node *map)
{
	for (uint32_t i = 0; i < node_entry_count(map); i++)
		if (node_is_map(map))
			map_put(&data->keys, node_text(node_entry(map, i)->key), data);
}

static void add_config_map(struct check *c, const struct check_object *o)
{
	struct check_data *data = add(c, o, "ConfigMap", o->key);

	add_keys(data, node_at(o->root, "data"));
	add_keys(data, node_at(o->root, "binaryData"));
}

static void add_secret(struct check *c, const struct check_object *o)
{
	struct check_data *data = add(c, o, "Secret", o->key);

	add_keys(data, node_at(o->root, "data"));
	add_keys(data, node_at(o->root, "stringData"));
	/* The control plane fills in the token. */
	data->any_key =
		str_equal(node_str_at(o->root, "type"), STR("kubernetes.io/service-account-token"));
}

/* The name that is stated at a path, or the object's own. */
static struct key named_at(const struct check_object *o, struct trusted_path path)
{
	struct str name = node_find_str(o->root, path);
	return (struct key){ o->key.namespace, name.len ? name : o->key.name };
}

static void add_sealed_secret(struct check *c, const struct check_object *o)
{
	struct check_data *data =
		add(c, o, "Secret", named_at(o, TRUSTED_PATH("spec.template.metadata.name")));

	add_keys(data, node_at(o->root, "spec.encryptedData"));
	add_keys(data, node_at(o->root, "spec.template.data"));
}

static void add_external_secret(struct check *c, const struct check_object *o)
{
	struct check_data *data =
		add(c, o, "Secret", named_at(o, TRUSTED_PATH("spec.target.name")));
	const struct node *list = node_at(o->root, "spec.data");
	const struct node *template = node_at(o->root, "spec.target.template");

	for (uint32_t i = 0; i < node_item_count(list); i++)
		map_put(&data->keys, node_str_at(node_item(list, i), "secretKey"), data);
	add_keys(data, node_at(template, "data"));
	data->any_key = node_item_count(node_at(o->root, "spec.dataFrom")) > 0 ||
			node_item_count(node_at(template, "templateFrom")) > 0;
}

static void add_certificate(struct check *c, const struct check_object *o)
{
	static const char *const keys[] = { "tls.crt", "tls.key", "ca.crt" };
	struct check_data *data = add(c, o, "Secret", named_at(o, TRUSTED_PATH("spec.secretName")));

	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		map_put(&data->keys, str_from_cstr(keys[i]), data);
	data->any_key = node_get(node_get(o->root, STR("spec")), STR("keystores")) != NULL;
}

static const struct {
	const char *group, *kind;
	void (*add)(struct check *c, const struct check_object *o);
} makers[] = {
	{ "", "ConfigMap", add_config_map },
	{ "", "Secret", add_secret },
	{ "bitnami.com", "SealedSecret", add_sealed_secret },
	{ "external-secrets.io", "ExternalSecret", add_external_secret },
	{ "cert-manager.io", "Certificate", add_certificate },
};

void check_index_data(struct check *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		for (size_t m = 0; m < ARRAY_COUNT(makers); m++)
			if (str_equal(o->gvk.kind, str_from_cstr(makers[m].kind)) &&
			    str_equal(o->gvk.group, str_from_cstr(makers[m].group)))
				makers[m].add(c, o);
	}
}

const struct check_data *check_find_data(const struct check *c, const char *kind, struct key key)
{
	/* Written into every namespace by the control plane and by Istio. */
	static const char *const always[] = { "kube-root-ca.crt", "istio-ca-root-cert" };
	static const struct check_data cluster_own = { .any_key = true };
	SCRATCH(scratch);

	for (size_t i = 0; i < ARRAY_COUNT(always); i++)
		if (str_equal(key.name, str_from_cstr(always[i])))
			return &cluster_own;
	return map_get(&c->by_data, data_id(scratch, kind, key));
}

void check_suggest_data(struct check *c, const char *kind, struct key key)
{
	struct suggest suggest = suggest_start(key.name);
	struct str prefix = str_printf(c->arena, "%s/%.*s/", kind, STR_FMT(key.namespace));

	for (uint32_t i = 0; i < c->by_data.count; i++)
		if (str_starts(c->by_data.entries[i].key, prefix))
			suggest_offer(&suggest, str_from(c->by_data.entries[i].key, prefix.len));
	if (suggest.best.ptr)
		finding_hint(c->findings, "did you mean '%.*s'?", STR_FMT(suggest.best));
	else
		finding_hint(c->findings,
			     "add it to namespace '%.*s', or mark the reference optional: true",
			     STR_FMT(key.namespace));
}

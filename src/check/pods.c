/* pods - what pods refer to: configuration, claims, accounts */
#include "check/check_inside.h"

struct pod_walk {
	struct check *c;
	const struct check_pods *pods;
	struct str namespace;
};

static bool is_optional(const struct node *reference)
{
	return node_bool_at(reference, "optional", false);
}

/* A ConfigMap or Secret by name; NULL when it is not there, or nothing more can be said. */
static const struct check_data *find_data(struct pod_walk *w, const char *kind,
					  const struct node *reference, const struct node *name)
{
	struct key key = { w->namespace, node_text(name) };
	const struct check_data *data;

	if (!key.name.len || is_optional(reference))
		return NULL;
	data = check_find_data(w->c, kind, key);
	if (data)
		return data;
	check_missing(w->c, RULE_CONFIG, name, w->namespace,
		      "%s '%.*s' does not exist in namespace '%.*s'", kind, STR_FMT(key.name),
		      STR_FMT(key.namespace));
	check_suggest_data(w->c, kind, key);
	return NULL;
}

static void check_key(struct pod_walk *w, const char *kind, const struct check_data *data,
		      const struct node *key)
{
	struct str name = node_text(key);
	struct str list = STR_NONE;

	if (!data || data->any_key || !name.len || map_get(&data->keys, name))
		return;
	finding_add(w->c->findings, &check_rules[RULE_CONFIG_KEY], key,
		    "%s '%.*s' has no key '%.*s'", kind,
		    STR_FMT(data->owner ? data->owner->key.name : STR("")), STR_FMT(name));
	for (uint32_t i = 0; i < data->keys.count; i++)
		list = list.ptr ? str_printf(w->c->arena, "%.*s, %.*s", STR_FMT(list),
					     STR_FMT(data->keys.entries[i].key))
				: data->keys.entries[i].key;
	finding_hint(w->c->findings, "it has %.*s", STR_FMT(list.ptr ? list : STR("no keys")));
}

/* {name, key, optional} */
static void check_key_reference(struct pod_walk *w, const char *kind, const struct node *reference)
{
	const struct check_data *data =
		find_data(w, kind, reference, node_get(reference, STR("name")));
	check_key(w, kind, data, node_get(reference, STR("key")));
}

static void check_env(struct pod_walk *w, const struct node *container)
{
	const struct node *env = node_get(container, STR("env"));
	const struct node *from = node_get(container, STR("envFrom"));

	for (uint32_t i = 0; i < node_item_count(env); i++) {
		const struct node *source = node_get(node_item(env, i), STR("valueFrom"));
		check_key_reference(w, "ConfigMap", node_get(source, STR("configMapKeyRef")));
		check_key_reference(w, "Secret", node_get(source, STR("secretKeyRef")));
	}
	for (uint32_t i = 0; i < node_item_count(from); i++) {
		const struct node *map = node_get(node_item(from, i), STR("configMapRef"));
		const struct node *secret = node_get(node_item(from, i), STR("secretRef"));
		find_data(w, "ConfigMap", map, node_get(map, STR("name")));
		find_data(w, "Secret", secret, node_get(secret, STR("name")));
	}
}

/* {name or secretName, items: [{key, path}], optional} */
static void check_volume_data(struct pod_walk *w, const char *kind, const struct node *source,
			      const char *name_field)
{
	const struct check_data *data =
		find_data(w, kind, source, node_get(source, str_from_cstr(name_field)));
	const struct node *items = node_get(source, STR("items"));

	for (uint32_t i = 0; i < node_item_count(items); i++)
		check_key(w, kind, data, node_get(node_item(items, i), STR("key")));
}

static void check_claim(struct pod_walk *w, const struct node *source)
{
	const struct node *name = node_get(source, STR("claimName"));
	struct key key = { w->namespace, node_text(name) };

	if (!key.name.len || check_find(w->c, "", "PersistentVolumeClaim", key))
		return;
	check_missing(w->c, RULE_CLAIM, name, w->namespace,
		      "PersistentVolumeClaim '%.*s' does not exist in namespace '%.*s'",
		      STR_FMT(key.name), STR_FMT(key.namespace));
	check_suggest(w->c, "", "PersistentVolumeClaim", key);
}

static void check_volume(struct pod_walk *w, const struct node *volume)
{
	const struct node *sources = node_at(volume, "projected.sources");

	check_volume_data(w, "ConfigMap", node_get(volume, STR("configMap")), "name");
	check_volume_data(w, "Secret", node_get(volume, STR("secret")), "secretName");
	check_claim(w, node_get(volume, STR("persistentVolumeClaim")));
	for (uint32_t i = 0; i < node_item_count(sources); i++) {
		const struct node *source = node_item(sources, i);
		check_volume_data(w, "ConfigMap", node_get(source, STR("configMap")), "name");
		check_volume_data(w, "Secret", node_get(source, STR("secret")), "name");
	}
}

static void check_account(struct pod_walk *w)
{
	const struct node *name = node_get(w->pods->spec, STR("serviceAccountName"));
	struct key key = { w->namespace, node_text(name) };

	if (!key.name.len || str_equal(key.name, STR("default")) ||
	    check_find(w->c, "", "ServiceAccount", key))
		return;
	check_missing(w->c, RULE_SERVICE_ACCOUNT, name, w->namespace,
		      "ServiceAccount '%.*s' does not exist in namespace '%.*s'", STR_FMT(key.name),
		      STR_FMT(key.namespace));
	check_suggest(w->c, "", "ServiceAccount", key);
}

void check_pod_references(struct check *c, const struct check_pods *pods)
{
	static const char *const lists[] = { "initContainers", "containers" };
	struct pod_walk w = { c, pods, pods->owner->key.namespace };
	const struct node *volumes = node_get(pods->spec, STR("volumes"));

	for (size_t l = 0; l < ARRAY_COUNT(lists); l++) {
		const struct node *list = node_get(pods->spec, str_from_cstr(lists[l]));
		for (uint32_t i = 0; i < node_item_count(list); i++)
			check_env(&w, node_item(list, i));
	}
	for (uint32_t i = 0; i < node_item_count(volumes); i++)
		check_volume(&w, node_item(volumes, i));
	check_account(&w);
}

/* pod_references - the ConfigMaps and Secrets that a pod names, and what it wants of them */
#include "kube/pod_references.h"

#include "base/arena.h"
#include "kube/object.h"

struct search {
	struct arena *arena;
	enum pod_reference_place place;
	struct str holder;
	struct pod_references found;
};

static void add(struct search *s, const struct node *source, struct str name, bool is_secret,
		struct str key)
{
	struct pod_reference r = {
		.place = s->place,
		.holder = s->holder,
		.is_secret = is_secret,
		.name = name,
		.key = key,
		.is_optional = node_bool_at(source, "optional", false),
	};

	if (name.len)
		VEC_PUSH(s->arena, &s->found.items, r);
}

/* The object, and each key that its items name. */
static void add_with_items(struct search *s, const struct node *source, struct str name,
			   bool is_secret)
{
	const struct node *items = node_get(source, STR("items"));

	if (!node_item_count(items))
		add(s, source, name, is_secret, STR_NONE);
	for (uint32_t i = 0; i < node_item_count(items); i++)
		add(s, source, name, is_secret, node_str_at(node_item(items, i), "key"));
}

static void look_at_volume(struct search *s, const struct node *volume)
{
	const struct node *config = node_get(volume, STR("configMap"));
	const struct node *secret = node_get(volume, STR("secret"));
	const struct node *sources = node_at(volume, "projected.sources");

	s->holder = node_str_at(volume, "name");
	add_with_items(s, config, node_str_at(config, "name"), /* is_secret= */ false);
	add_with_items(s, secret, node_str_at(secret, "secretName"), /* is_secret= */ true);
	for (uint32_t i = 0; i < node_item_count(sources); i++) {
		const struct node *source = node_item(sources, i);
		config = node_get(source, STR("configMap"));
		secret = node_get(source, STR("secret"));
		add_with_items(s, config, node_str_at(config, "name"), /* is_secret= */ false);
		add_with_items(s, secret, node_str_at(secret, "name"), /* is_secret= */ true);
	}
}

static void look_at_container(struct search *s, const struct node *container)
{
	const struct node *all = node_get(container, STR("envFrom"));
	const struct node *env = node_get(container, STR("env"));

	s->holder = node_str_at(container, "name");
	for (uint32_t i = 0; i < node_item_count(all); i++) {
		const struct node *config = node_get(node_item(all, i), STR("configMapRef"));
		const struct node *secret = node_get(node_item(all, i), STR("secretRef"));
		add(s, config, node_str_at(config, "name"), false, STR_NONE);
		add(s, secret, node_str_at(secret, "name"), true, STR_NONE);
	}
	for (uint32_t i = 0; i < node_item_count(env); i++) {
		const struct node *from = node_get(node_item(env, i), STR("valueFrom"));
		const struct node *config = node_get(from, STR("configMapKeyRef"));
		const struct node *secret = node_get(from, STR("secretKeyRef"));
		add(s, config, node_str_at(config, "name"), false, node_str_at(config, "key"));
		add(s, secret, node_str_at(secret, "name"), true, node_str_at(secret, "key"));
	}
}

struct pod_references pod_references(struct arena *arena, const struct node *pod_spec)
{
	struct search s = { .arena = arena, .place = POD_REFERENCE_VOLUME };
	const struct node *volumes = node_get(pod_spec, STR("volumes"));
	const struct node *init = node_get(pod_spec, STR("initContainers"));
	const struct node *containers = node_get(pod_spec, STR("containers"));

	for (uint32_t i = 0; i < node_item_count(volumes); i++)
		look_at_volume(&s, node_item(volumes, i));
	s.place = POD_REFERENCE_INIT_CONTAINER;
	for (uint32_t i = 0; i < node_item_count(init); i++)
		look_at_container(&s, node_item(init, i));
	s.place = POD_REFERENCE_CONTAINER;
	for (uint32_t i = 0; i < node_item_count(containers); i++)
		look_at_container(&s, node_item(containers, i));
	return s.found;
}

bool pod_reference_has_key(const struct node *object, struct str key)
{
	return str_equal(object_annotation(object, STR("forge.dev/keys")), STR("any")) ||
	       node_get(node_get(object, STR("data")), key) ||
	       node_get(node_get(object, STR("stringData")), key) ||
	       node_get(node_get(object, STR("binaryData")), key);
}

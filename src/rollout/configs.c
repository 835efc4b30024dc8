/* configs - ConfigMaps and Secrets that the target refers to, and the primary's copies of them */
#include "base/arena.h"
#include "base/hash.h"
#include "doc/json.h"
#include "doc/make.h"
#include "rollout/tick.h"

/* Where an item of a list of the pod spec names one: itself, or in items of a list in it. */
struct spot {
	struct trusted_path inner; /* none: itself */
	struct trusted_path parent;
	struct str name; /* absent: the end of the table */
	bool secret;
};

static const struct spot volume_spots[] = {
	{ {}, TRUSTED_PATH_INIT("configMap"), STR_INIT("name"), false },
	{ {}, TRUSTED_PATH_INIT("secret"), STR_INIT("secretName"), true },
	{ TRUSTED_PATH_INIT("projected.sources"), TRUSTED_PATH_INIT("configMap"), STR_INIT("name"),
	  false },
	{ TRUSTED_PATH_INIT("projected.sources"), TRUSTED_PATH_INIT("secret"), STR_INIT("name"),
	  true },
	{},
};

static const struct spot container_spots[] = {
	{ TRUSTED_PATH_INIT("env"), TRUSTED_PATH_INIT("valueFrom.configMapKeyRef"),
	  STR_INIT("name"), false },
	{ TRUSTED_PATH_INIT("env"), TRUSTED_PATH_INIT("valueFrom.secretKeyRef"), STR_INIT("name"),
	  true },
	{ TRUSTED_PATH_INIT("envFrom"), TRUSTED_PATH_INIT("configMapRef"), STR_INIT("name"),
	  false },
	{ TRUSTED_PATH_INIT("envFrom"), TRUSTED_PATH_INIT("secretRef"), STR_INIT("name"), true },
	{},
};

/* In Flagger's order. */
static const struct {
	struct str list;
	const struct spot *spots;
} places[] = {
	{ STR_INIT("volumes"), volume_spots },
	{ STR_INIT("containers"), container_spots },
	{ STR_INIT("initContainers"), container_spots },
};

/* One name in a pod spec: in which item of which list, and in which item in that. */
struct reference {
	struct str list;
	uint32_t index, inner_index;
	const struct spot *spot;
	struct str name;
	bool secret;
	bool optional;
};

struct references {
	struct arena *arena;
	VEC(struct reference) items;
};

static void find_in_item(struct references *r, const struct node *item, struct reference at)
{
	const struct node *parent = node_find(item, at.spot->parent);

	at.name = node_text(node_get(parent, at.spot->name));
	at.secret = at.spot->secret;
	at.optional = node_bool_at(parent, "optional", false);
	if (at.name.len)
		VEC_PUSH(r->arena, &r->items, at);
}

static void find_at(struct references *r, const struct node *item, struct reference at)
{
	const struct node *inner = at.spot->inner.path ? node_find(item, at.spot->inner) : NULL;

	if (!at.spot->inner.path)
		find_in_item(r, item, at);
	for (; at.inner_index < node_item_count(inner); at.inner_index++)
		find_in_item(r, node_item(inner, at.inner_index), at);
}

static struct references references_of(struct tick *t, const struct node *spec)
{
	struct references r = { .arena = t->arena };

	for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
		const struct node *list = node_get(spec, places[i].list);
		for (uint32_t k = 0; k < node_item_count(list); k++)
			for (const struct spot *p = places[i].spots; p->name.ptr; p++)
				find_at(&r, node_item(list, k),
					(struct reference){
						.list = places[i].list, .index = k, .spot = p });
	}
	return r;
}

static const struct node *rename_in_item(struct arena *arena, const struct node *item,
					 const struct spot *spot, struct str name)
{
	const struct node *parent = node_find(item, spot->parent);

	return node_put(arena, item, spot->parent,
			node_with(arena, parent, spot->name, node_str(arena, name)));
}

/* The pod spec with another name at the reference. */
static const struct node *rename(struct arena *arena, const struct node *spec,
				 const struct reference *r, struct str name)
{
	const struct node *list = node_get(spec, r->list), *item = node_item(list, r->index);
	const struct node *inner = NULL;

	if (r->spot->inner.path) {
		inner = node_find(item, r->spot->inner);
		inner = node_list_with(
			arena, inner, r->inner_index,
			rename_in_item(arena, node_item(inner, r->inner_index), r->spot, name));
	}
	item = inner ? node_put(arena, item, r->spot->inner, inner)
		     : rename_in_item(arena, item, r->spot, name);
	return node_with(arena, spec, r->list, node_list_with(arena, list, r->index, item));
}

static struct str id_of(struct tick *t, bool secret, struct str name)
{
	return str_printf(t->arena, "%s/%.*s", secret ? "secret" : "configmap", STR_FMT(name));
}

static const struct config *find(const struct configs *configs, struct str id)
{
	for (uint32_t i = 0; i < configs->count; i++)
		if (str_equal(configs->items[i].id, id))
			return &configs->items[i];
	return NULL;
}

/* Secrets of registries and service accounts are left alone. */
static bool is_tracked(const struct object *o, bool secret)
{
	static const struct str types[] = { STR_INIT("Opaque"),
					    STR_INIT("kubernetes.io/basic-auth"),
					    STR_INIT("kubernetes.io/ssh-auth"),
					    STR_INIT("kubernetes.io/tls") };
	struct str type = node_str_at(o->root, "type");

	if (str_starts(object_annotation(o->root, STR("flagger.app/config-tracking")),
		       STR("disable")))
		return false;
	for (size_t i = 0; secret && i < ARRAY_COUNT(types); i++)
		if (str_equal(types[i], type))
			return true;
	return !secret;
}

static struct str checksum_of(struct tick *t, const struct object *o)
{
	const struct node *data = node_get(o->root, STR("data"));
	struct str json = json_text(t->arena, data ? data : node_null(),
				    JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_SECRETS);

	return str_sub(sha256_hex(t->arena, json), 0, 16);
}

static struct str missing(struct tick *t, const struct reference *r)
{
	const char *word = r->secret ? "secret" : "configmap";
	struct str head = str_printf(t->arena, "%s %.*s.%.*s get query error", word,
				     STR_FMT(r->name), STR_FMT(t->key.namespace));

	return tick_fault(t, "GetTargetConfigs failed: %.*s: %.*s: %ss \"%.*s\" not found",
			  STR_FMT(head), STR_FMT(head), word, STR_FMT(r->name));
}

/* One that is named several times is wanted as the last place has it: Flagger's map holds that. */
static bool is_optional(const struct references *all, const struct reference *r)
{
	bool optional = false;

	for (uint32_t i = 0; i < all->items.count; i++) {
		const struct reference *o = &all->items.items[i];
		if (o->secret == r->secret && str_equal(o->name, r->name))
			optional = o->optional;
	}
	return optional;
}

/* ConfigMaps or Secrets. */
static struct str read_some(struct tick *t, const struct references *all, bool secret,
			    struct configs *configs)
{
	for (uint32_t i = 0; i < all->items.count; i++) {
		const struct reference *r = &all->items.items[i];
		struct str id = id_of(t, r->secret, r->name);
		if (r->secret != secret || find(configs, id))
			continue;
		const struct object *o =
			tick_get(t, secret ? KIND_SECRET : KIND_CONFIGMAP, r->name);
		if (!o && !is_optional(all, r))
			return missing(t, r);
		if (o && is_tracked(o, secret))
			configs->items[configs->count++] =
				(struct config){ id, secret, o, checksum_of(t, o) };
	}
	return STR_NONE;
}

struct str configs_read(struct tick *t, struct configs *ret)
{
	const struct node *spec = node_at(t->target->root, "spec.template.spec");
	struct references all = references_of(t, spec);
	struct configs configs = { arena_array(t->arena, struct config, all.items.count), 0 };

	for (int secret = 0; secret <= 1; secret++) {
		struct str fault = read_some(t, &all, secret, &configs);
		if (fault.ptr)
			return fault;
	}
	*ret = configs;
	return STR_NONE;
}

const struct node *configs_map(struct tick *t, const struct configs *configs)
{
	const struct node *map = node_empty_map();

	for (uint32_t i = 0; i < configs->count; i++)
		map = node_with(t->arena, map, configs->items[i].id,
				node_str(t->arena, configs->items[i].checksum));
	return map;
}

struct str configs_changed(struct tick *t, bool *ret)
{
	struct configs configs;
	struct str fault = configs_read(t, &configs);

	if (fault.ptr)
		return fault;
	if (t->was.tracked)
		*ret = !node_equal(configs_map(t, &configs), t->was.tracked);
	else
		*ret = configs.count > 0;
	return STR_NONE;
}

/* Owners of an existing copy other than this Canary stay, but do not control it. */
static const struct node *owners_of(struct tick *t, const struct object *copy)
{
	const struct node *list = node_list_append(t->arena, NULL, target_owner(t));
	const struct node *old = copy ? node_at(copy->root, "metadata.ownerReferences") : NULL;

	for (uint32_t i = 0; i < node_item_count(old); i++) {
		const struct node *o = node_item(old, i);
		if (str_equal(node_str_at(o, "kind"), STR("Canary")) &&
		    str_equal(node_str_at(o, "name"), t->key.name))
			continue;
		list = node_list_append(t->arena, list,
					node_set(t->arena, o, "controller", node_bool_of(false)));
	}
	return list;
}

static void copy_one(struct tick *t, const struct config *c)
{
	struct str name = str_concat(t->arena, c->object->key.name, STR("-primary"));
	const struct object *copy = tick_get(t, c->secret ? KIND_SECRET : KIND_CONFIGMAP, name);
	const struct node *type = c->secret ? node_get(c->object->root, STR("type")) : NULL;
	const struct node *root =
		node_make(t->arena,
			  "{apiVersion: v1, kind: %c, metadata: {name: %s, namespace: %s, "
			  "ownerReferences: %n}, type: %?n, data: %?n}",
			  c->secret ? "Secret" : "ConfigMap", name, t->key.namespace,
			  owners_of(t, copy), type, node_get(c->object->root, STR("data")));

	if (copy)
		tick_update(t, copy, root);
	else
		plan_create(t->plan, root);
}

void configs_copy(struct tick *t, const struct configs *configs)
{
	for (uint32_t i = 0; i < configs->count; i++)
		copy_one(t, &configs->items[i]);
}

const struct node *configs_rewrite(struct tick *t, const struct node *pod_spec,
				   const struct configs *configs)
{
	struct references all = references_of(t, pod_spec);

	for (uint32_t i = 0; i < all.items.count; i++) {
		const struct reference *r = &all.items.items[i];
		if (!find(configs, id_of(t, r->secret, r->name)))
			continue;
		struct str name = str_concat(t->arena, r->name, STR("-primary"));
		pod_spec = rename(t->arena, pod_spec, r, name);
	}
	return pod_spec;
}

/* finish_unfollowed - custom resources that name a generated object without its hash */
#include "base/arena.h"
#include "build/kustomize/finish.h"

static const struct rule unfollowed_rule = {
	STR_INIT("kustomize/unfollowed-hash"),
	SEVERITY_WARNING,
	STR_INIT("a reference of a custom resource to a generated object that lacks its hash"),
};

/* Objects whose names got a hash, by their earlier names. */
struct unfollowed {
	struct layer *l;
	struct map config_maps, secrets;
};

static void index_hashed(struct unfollowed *u)
{
	map_init(&u->config_maps, u->l->arena);
	map_init(&u->secrets, u->l->arena);
	for (uint32_t i = 0; i < u->l->map.items.count; i++) {
		struct resource *r = u->l->map.items.items[i];
		bool is_secret = str_equal(r->gvk.kind, STR("Secret"));
		for (uint32_t p = 0; r->has_hash && p < r->previous.count; p++)
			map_put(is_secret ? &u->secrets : &u->config_maps,
				r->previous.items[p].name, r);
	}
}

/* kustomize knows the fields of built-in kinds. */
static bool is_custom(struct gvk gvk)
{
	return str_find_char(gvk.group, '.') >= 0 && !str_ends(gvk.group, STR(".k8s.io"));
}

static bool names(struct str key, struct str word)
{
	for (size_t i = 0; i + word.len <= key.len; i++)
		if (str_equal_nocase(str_sub(key, i, i + word.len), word))
			return true;
	return false;
}

/* Which objects a field holds names of, as its own name says, or that of the map around it: NULL,
 * none. */
static const struct map *meant(const struct unfollowed *u, struct str key, struct str outer)
{
	struct str telling = str_equal(key, STR("name")) ? outer : key;

	if (names(telling, STR("configmap")))
		return &u->config_maps;
	return names(telling, STR("secret")) ? &u->secrets : NULL;
}

static void check_scalar(const struct unfollowed *u, const struct resource *r, struct str key,
			 struct str outer, const struct node *value)
{
	const struct map *named = meant(u, key, outer);
	const struct resource *to = named ? map_get(named, node_text(value)) : NULL;

	if (!to || !resource_same_namespace(to, to->namespace, r->namespace))
		return;
	finding_add(u->l->b->warnings, &unfollowed_rule, value,
		    "'%.*s' of %.*s stays '%.*s', but the generated %.*s is named '%.*s'",
		    STR_FMT(key), STR_FMT(resource_text(u->l->arena, r)), STR_FMT(node_text(value)),
		    STR_FMT(to->gvk.kind), STR_FMT(to->name));
	finding_hint(u->l->b->warnings, "add a nameReference for this field to configurations, or "
					"set disableNameSuffixHash");
}

/* Readers and patches limit the depth. */
static void check(const struct unfollowed *u, const struct resource *r, struct str key,
		  struct str outer, const struct node *n)
{
	if (node_is_scalar(n))
		check_scalar(u, r, key, outer, n);
	for (uint32_t i = 0; i < node_item_count(n); i++)
		check(u, r, key, outer, node_item(n, i));
	for (uint32_t i = 0; i < node_entry_count(n); i++)
		check(u, r, node_text(node_entry(n, i)->key), key, node_entry(n, i)->value);
}

void finish_unfollowed(struct layer *l)
{
	struct unfollowed u = { .l = l };

	index_hashed(&u);
	if (!u.config_maps.count && !u.secrets.count)
		return;
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		const struct resource *r = l->map.items.items[i];
		if (is_custom(r->gvk))
			check(&u, r, STR(""), STR(""), node_get(r->node, STR("spec")));
	}
}

/* finish_reference - names in other objects follow the objects that were renamed */
#include "base/arena.h"
#include "base/buf.h"
#include "build/layer.h"
#include "doc/make.h"
#include "doc/yaml.h"

/* Candidates by any name they have or had. */
struct index {
	struct arena *arena;
	struct map by_name; /* name → struct found */
};

struct found {
	VEC(struct resource *) items;
};

struct referral {
	struct layer *l;
	const struct index *index;
	const struct resource *referrer;
	const struct name_reference *reference;
	struct str path;
	bool failed;
};

static void index_name(struct index *index, struct str name, struct resource *r)
{
	struct found *found = map_get(&index->by_name, name);

	if (!found) {
		found = arena_one(index->arena, struct found);
		map_put(&index->by_name, name, found);
	}
	for (uint32_t i = 0; i < found->items.count; i++)
		if (found->items.items[i] == r)
			return;
	VEC_PUSH(index->arena, &found->items, r);
}

static void index_all(struct index *index, struct layer *l)
{
	index->arena = l->arena;
	map_init(&index->by_name, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		index_name(index, r->name, r);
		for (uint32_t p = 0; p < r->previous.count; p++)
			index_name(index, r->previous.items[p].name, r);
	}
}

/* Sieves */

static bool gvk_selected(const struct name_reference *reference, struct gvk gvk, struct str kind)
{
	return (!reference->group.len || str_equal(reference->group, gvk.group)) &&
	       (!reference->version.len || str_equal(reference->version, gvk.version)) &&
	       (!reference->kind.len || str_equal(reference->kind, kind));
}

/* An id, current or earlier, with that name and a kind the reference is about. */
static bool was_called(const struct referral *f, const struct resource *r, struct str name)
{
	if (str_equal(r->name, name) && gvk_selected(f->reference, r->gvk, r->gvk.kind))
		return true;
	for (uint32_t i = 0; i < r->previous.count; i++)
		if (str_equal(r->previous.items[i].name, name) &&
		    gvk_selected(f->reference, r->gvk, r->previous.items[i].kind))
			return true;
	return false;
}

static bool was_in_namespace(const struct resource *r, struct str namespace)
{
	if (resource_same_namespace(r->gvk, r->namespace, namespace))
		return true;
	for (uint32_t i = 0; i < r->previous.count; i++)
		if (resource_same_namespace(r->gvk, r->previous.items[i].namespace, namespace))
			return true;
	return false;
}

/* roleRef says which kind it means. */
static bool fits_role(const struct referral *f, const struct resource *r)
{
	const struct node *role = node_get(f->referrer->node, STR("roleRef"));

	if (!str_equal(f->path, STR("roleRef/name")))
		return true;
	return str_equal(node_str_at(role, "kind"), r->gvk.kind) &&
	       str_equal(node_text(node_get(role, STR("apiGroup"))), r->gvk.group);
}

static bool is_reachable(const struct referral *f, const struct resource *r)
{
	const struct resource *from = f->referrer;

	if (resource_is_cluster_scoped(from->gvk) || resource_is_cluster_scoped(r->gvk))
		return true;
	if (str_equal(r->gvk.kind, STR("ServiceAccount")))
		return true;
	return resource_same_namespace(r->gvk, r->namespace, from->namespace);
}

static bool ends_agree(const struct str *a, uint32_t a_count, const struct str *b, uint32_t b_count)
{
	uint32_t common = MIN(a_count, b_count);

	for (uint32_t i = 0; i < common; i++)
		if (!str_equal(a[a_count - 1 - i], b[b_count - 1 - i]))
			return false;
	return true;
}

/* Of the same layers: prefixes and suffixes agree as far as both have them. */
static bool same_layers(const struct resource *a, const struct resource *b, bool allow_empty)
{
	if (!allow_empty && ((a->prefixes.count == 0) != (b->prefixes.count == 0) ||
			     (a->suffixes.count == 0) != (b->suffixes.count == 0)))
		return false;
	return ends_agree(a->prefixes.items, a->prefixes.count, b->prefixes.items,
			  b->prefixes.count) &&
	       ends_agree(a->suffixes.items, a->suffixes.count, b->suffixes.items,
			  b->suffixes.count);
}

static void sieve_layers(const struct referral *f, struct found *found, bool allow_empty)
{
	uint32_t kept = 0;

	if (found->items.count < 2)
		return;
	struct resource **all = found->items.items;
	for (uint32_t i = 0; i < found->items.count; i++)
		if (same_layers(f->referrer, all[i], allow_empty))
			kept++;
	if (!kept)
		return;
	kept = 0;
	for (uint32_t i = 0; i < found->items.count; i++)
		if (same_layers(f->referrer, all[i], allow_empty))
			all[kept++] = all[i];
	found->items.count = kept;
}

static bool same_names(const struct found *found, bool namespaces)
{
	const struct resource *first = found->items.items[0];

	for (uint32_t i = 1; i < found->items.count; i++) {
		const struct resource *r = found->items.items[i];
		if (!str_equal(r->name, first->name) ||
		    (namespaces && !str_equal(r->namespace, first->namespace)))
			return false;
	}
	return true;
}

static void refuse_ambiguous(struct referral *f, const struct found *found)
{
	struct buf buf;

	buf_init(&buf, f->l->arena);
	for (uint32_t i = 0; i < found->items.count; i++)
		buf_printf(&buf, "%s%.*s", i ? ", " : "",
			   STR_FMT(resource_text(f->l->arena, found->items.items[i])));
	f->failed = true;
	layer_fail(f->l->b, f->referrer->node, "found multiple possible referrals: %.*s",
		   STR_FMT(buf_str(&buf)));
}

/* The object that a name means; NULL: none, or too many (then failed is set). */
static const struct resource *referred(struct referral *f, struct str name, struct str namespace,
				       bool as_map)
{
	const struct found *all = map_get(&f->index->by_name, name);
	struct found found = {};

	for (uint32_t i = 0; all && i < all->items.count; i++) {
		struct resource *r = all->items.items[i];
		if (was_called(f, r, name) && fits_role(f, r) && is_reachable(f, r) &&
		    (!namespace.ptr || was_in_namespace(r, namespace)))
			VEC_PUSH(f->l->arena, &found.items, r);
	}
	sieve_layers(f, &found, /* allow_empty= */ true);
	sieve_layers(f, &found, /* allow_empty= */ false);
	if (found.items.count > 1 && !same_names(&found, as_map)) {
		refuse_ambiguous(f, &found);
		return NULL;
	}
	return found.items.count ? found.items.items[0] : NULL;
}

/* Writing */

static const struct node *renamed(struct referral *f, const struct node *old, struct str name)
{
	if (str_equal(node_text(old), name))
		return old;
	return layer_origin(f->l->b, node_with_text(f->l->arena, old, name), ORIGIN_REFERENCE, old,
			    old);
}

/* {name, namespace}: both follow. */
static const struct node *follow_map(struct referral *f, const struct node *map)
{
	const struct node *name = node_get(map, STR("name"));
	const struct node *namespace = node_get(map, STR("namespace"));
	struct str kind = node_str_at(map, "kind");

	if (!node_is_scalar(name) ||
	    (kind.len && f->reference->kind.len && !str_equal(kind, f->reference->kind)))
		return map;
	const struct resource *r = referred(f, node_text(name), node_text(namespace), true);
	if (!r)
		return map;
	const struct node *new_name = renamed(f, name, r->name);
	if (new_name != name)
		map = node_with(f->l->arena, map, STR("name"), new_name);
	if (r->namespace.len && !str_equal(node_text(namespace), r->namespace))
		map = node_with(f->l->arena, map, STR("namespace"),
				node_str(f->l->arena, r->namespace));
	return map;
}

static const struct node *follow(void *context, const struct node *old)
{
	struct referral *f = context;

	if (f->failed || !old)
		return old;
	if (node_is_map(old))
		return follow_map(f, old);
	if (!node_is_scalar(old) || !node_text(old).len)
		return old;
	const struct resource *r = referred(f, node_text(old), STR_NONE, /* as_map= */ false);
	return r ? renamed(f, old, r->name) : old;
}

static int follow_all(struct layer *l, const struct index *index, struct resource *r)
{
	for (uint32_t n = 0; n < l->specs.references.count; n++) {
		const struct name_reference *reference = &l->specs.references.items[n];
		for (uint32_t s = 0; s < reference->referrers.items.count; s++) {
			const struct field_spec *spec = &reference->referrers.items.items[s];
			struct referral f = { l, index, r, reference, spec->path, false };
			if (!field_spec_matches(spec, r->gvk))
				continue;
			r->node = field_apply(l->arena, r->node, spec, follow, &f);
			if (f.failed)
				return -1;
		}
	}
	return 0;
}

int finish_references(struct layer *l)
{
	struct index index;

	index_all(&index, l);
	for (uint32_t i = 0; i < l->map.items.count; i++)
		if (follow_all(l, &index, l->map.items.items[i]) < 0)
			return -1;
	return 0;
}

/* finish_reference - names in other objects follow the objects that were renamed */
#include "base/arena.h"
#include "base/budget.h"
#include "base/buf.h"
#include "build/kustomize/finish.h"
#include "doc/make.h"
#include "doc/scalar.h"
#include "doc/yaml.h"

/* Candidates by any earlier name: references to a resource that was never renamed stay as they
 * are. */
struct index {
	struct arena *arena;
	struct map by_name;    /* name → struct found */
	struct map namespaces; /* "first namespace" and "first namespace/current one" */
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

static struct str first_namespace(const struct resource *r)
{
	return resource_effective_namespace(r->cluster_kinds, r->gvk,
					    resource_original(r).namespace);
}

static struct str current_namespace(const struct resource *r)
{
	return resource_effective_namespace(r->cluster_kinds, r->gvk, r->namespace);
}

static void index_name(struct index *index, struct str name, struct resource *r)
{
	struct found *found = map_get(&index->by_name, name);

	if (!found) {
		found = arena_one(index->arena, struct found);
		map_put(&index->by_name, name, found);
	}
	if (!found->items.count || found->items.items[found->items.count - 1] != r)
		VEC_PUSH(index->arena, &found->items, r);
}

static struct str slashed(struct arena *arena, struct str a, struct str b)
{
	return str_printf(arena, "%.*s/%.*s", STR_FMT(a), STR_FMT(b));
}

static void index_namespaces(struct index *index, struct resource *r)
{
	struct str first = first_namespace(r);

	if (resource_is_cluster_scoped(r))
		return;
	map_put(&index->namespaces, first, r);
	map_put(&index->namespaces, slashed(index->arena, first, current_namespace(r)), r);
}

static void index_all(struct index *index, struct layer *l)
{
	index->arena = l->arena;
	map_init(&index->by_name, l->arena);
	map_init(&index->namespaces, l->arena);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		for (uint32_t p = 0; p < r->previous.count; p++)
			index_name(index, r->previous.items[p].name, r);
		index_namespaces(index, r);
	}
}

/* Sieves. Source: kustomize 5.7.1, api/filters/nameref/nameref.go, selectReferral. */

static bool gvk_selected(struct gvk selector, struct gvk gvk)
{
	return (!selector.group.len || str_equal(selector.group, gvk.group)) &&
	       (!selector.version.len || str_equal(selector.version, gvk.version)) &&
	       (!selector.kind.len || str_equal(selector.kind, gvk.kind));
}

/* Whether an earlier id is of that kind. */
static bool was_of_kind(const struct resource *r, struct gvk selector)
{
	for (uint32_t i = 0; i < r->previous.count; i++)
		if (gvk_selected(selector, (struct gvk){ r->gvk.group, r->gvk.version,
							 r->previous.items[i].kind }))
			return true;
	return false;
}

/* roleRef says which kind it means. */
static bool fits_role(const struct referral *f, const struct resource *r)
{
	const struct node *role = node_get(f->referrer->node, STR("roleRef"));
	const struct node *group = node_get(role, STR("apiGroup"));
	const struct node *kind = node_get(role, STR("kind"));

	if (!str_ends(f->path, STR("roleRef/name")) || !group || !kind)
		return true;
	return was_of_kind(r, (struct gvk){ node_text(group), STR(""), node_text(kind) });
}

/* Whether a RoleBinding has a service account of that namespace among its subjects. */
static bool binds_namespace(const struct resource *from, struct str namespace)
{
	const struct node *subjects = node_get(from->node, STR("subjects"));

	if (!str_equal(from->gvk.kind, STR("RoleBinding")))
		return false;
	for (uint32_t i = 0; i < node_item_count(subjects); i++) {
		const struct node *subject = node_item(subjects, i);
		const struct node *own = node_get(subject, STR("namespace"));
		if (own && str_equal(node_text(own), namespace) &&
		    str_equal(node_str_at(subject, "kind"), STR("ServiceAccount")))
			return true;
	}
	return false;
}

static bool is_reachable(const struct referral *f, const struct resource *r)
{
	const struct resource *from = f->referrer;

	if (resource_is_cluster_scoped(from) || resource_is_cluster_scoped(r))
		return true;
	if (str_equal(current_namespace(r), current_namespace(from)))
		return true;
	return str_equal(r->gvk.kind, STR("ServiceAccount")) && binds_namespace(from, r->namespace);
}

/* Whether anything that the referrer may point to was in that namespace at first. */
static bool is_first_namespace(const struct referral *f, struct str namespace)
{
	const struct resource *from = f->referrer;
	const struct node *subjects = node_get(from->node, STR("subjects"));
	const struct map *known = &f->index->namespaces;
	struct arena *arena = f->l->arena;

	if (resource_is_cluster_scoped(from))
		return map_get(known, namespace) != NULL;
	if (map_get(known, slashed(arena, namespace, current_namespace(from))))
		return true;
	for (uint32_t i = 0; i < node_item_count(subjects); i++) {
		struct str own = node_str_at(node_item(subjects, i), "namespace");
		if (own.len && binds_namespace(from, own) &&
		    map_get(known, slashed(arena, namespace, own)))
			return true;
	}
	return false;
}

/* A namespace beside a name means the first one of an object, or else its current one. */
static bool is_in_namespace(const struct referral *f, const struct resource *r,
			    struct str namespace)
{
	if (!namespace.ptr)
		return true;
	if (resource_is_cluster_scoped(r))
		return false;
	if (is_first_namespace(f, namespace))
		return str_equal(first_namespace(r), namespace);
	return str_equal(current_namespace(r), namespace);
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

	for (uint32_t i = 0; found->items.count > 1 && i < found->items.count; i++)
		if (same_layers(f->referrer, found->items.items[i], allow_empty))
			found->items.items[kept++] = found->items.items[i];
	if (found->items.count > 1)
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
	builder_fail(f->l->b, f->referrer->node, "found multiple possible referrals: %.*s",
		     STR_FMT(buf_str(&buf)));
}

/* The object that a name means; NULL: none, or too many (then failed is set). */
static const struct resource *referred(struct referral *f, struct str name, struct str namespace,
				       bool as_map)
{
	const struct found *all = map_get(&f->index->by_name, name);
	struct gvk kind = { f->reference->group, f->reference->version, f->reference->kind };
	struct found found = {};

	budget_spend(1 + (all ? all->items.count : 0));
	for (uint32_t i = 0; all && i < all->items.count; i++) {
		struct resource *r = all->items.items[i];
		if (was_of_kind(r, kind) && fits_role(f, r) && is_reachable(f, r) &&
		    is_in_namespace(f, r, namespace))
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

/* The name keeps its place: it says which object is meant, and that one says how it is called. */
static const struct node *renamed(struct referral *f, const struct node *old,
				  const struct resource *r)
{
	struct builder *b = f->l->b;
	const struct node *name = node_at(r->node, "metadata.name");

	if (str_equal(node_text(old), r->name))
		return old;
	struct origin_step step = { ORIGIN_REFERENCE, name->position, b->via, old, name };
	return node_with_step(b->arena, node_with_text(b->arena, old, r->name),
			      origin_add(b->set, step));
}

/* The namespace is that of the object, whatever was written. */
static const struct node *moved(struct referral *f, const struct node *old,
				const struct resource *r)
{
	const struct node *source = node_at(r->node, "metadata.namespace");

	return builder_origin_from(f->l->b, node_str(f->l->arena, r->namespace), ORIGIN_REFERENCE,
				   source, old, source);
}

/* {name, namespace}: both follow. */
static const struct node *follow_map(struct referral *f, const struct node *map)
{
	const struct node *name = node_get(map, STR("name"));
	const struct node *namespace = node_get(map, STR("namespace"));

	if (!name) {
		builder_fail(f->l->b, map, "path config error; no 'name' field in node");
		f->failed = true;
		return map;
	}
	const struct resource *r =
		referred(f, node_text(name), namespace ? node_text(namespace) : STR_NONE, true);
	if (!r)
		return map;
	const struct node *new_name = renamed(f, name, r);
	if (new_name != name)
		map = node_with(f->l->arena, map, STR("name"), new_name);
	if (r->namespace.len && !str_equal(node_text(namespace), r->namespace))
		map = node_with(f->l->arena, map, STR("namespace"), moved(f, namespace, r));
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
	return r ? renamed(f, old, r) : old;
}

/* Which fields of a kind may hold a name, and whose. */
struct field {
	const struct name_reference *reference;
	const struct field_spec *spec;
};

struct fields {
	VEC(struct field) items;
};

static struct fields *fields_of(struct layer *l, struct gvk gvk)
{
	struct fields *fields = arena_one(l->arena, struct fields);

	for (uint32_t n = 0; n < l->specs.references.count; n++) {
		const struct name_reference *reference = &l->specs.references.items[n];
		budget_spend(1 + reference->referrers.items.count / BUDGET_STEP_MEMBERS);
		for (uint32_t s = 0; s < reference->referrers.items.count; s++) {
			const struct field_spec *spec = &reference->referrers.items.items[s];
			if (field_spec_matches(spec, gvk))
				VEC_PUSH(l->arena, &fields->items,
					 (struct field){ reference, spec });
		}
	}
	return fields;
}

/* By the first kind of a resource; each kind is looked up once. */
static const struct fields *known_fields(struct layer *l, struct map *kinds,
					 const struct resource *r)
{
	SCRATCH(scratch);
	struct gvk gvk = { r->gvk.group, r->gvk.version, resource_original(r).kind };
	struct str key = resource_id_text(scratch, gvk, STR(""), STR(""));
	struct fields *fields = map_get(kinds, key);

	if (!fields) {
		fields = fields_of(l, gvk);
		map_put(kinds, str_copy(l->arena, key), fields);
	}
	return fields;
}

/* Of what a RoleBinding may point to kustomize looks at the namespaces of its service accounts
 * first. Source: kustomize 5.7.1, api/resmap/reswrangler.go, getNamespacesForRoleBinding. */
static int check_subjects(struct layer *l, const struct resource *r)
{
	const struct node *subjects = node_get(r->node, STR("subjects"));

	if (!str_equal(r->gvk.kind, STR("RoleBinding")) || resource_is_cluster_scoped(r))
		return 0;
	for (uint32_t i = 0; i < node_item_count(subjects); i++) {
		const struct node *subject = node_item(subjects, i);
		const struct node *own = node_get(subject, STR("namespace"));
		if (!own || scalar_of(own).type == SCALAR_STR ||
		    !str_equal(node_str_at(subject, "kind"), STR("ServiceAccount")))
			continue;
		builder_fail(l->b, own, "Invalid Input: namespace is blank for resource \"%.*s\"",
			     STR_FMT(resource_text(l->arena, r)));
		return error_hint(l->b->err, "leave the field out, or name a namespace");
	}
	return 0;
}

static int follow_all(struct layer *l, const struct index *index, const struct fields *fields,
		      struct resource *r)
{
	if (fields->items.count && check_subjects(l, r) < 0)
		return -1;
	for (uint32_t i = 0; i < fields->items.count; i++) {
		const struct field *p = &fields->items.items[i];
		struct referral f = { l, index, r, p->reference, p->spec->path, false };
		const struct node *n = builder_applied(l->b, r->node, p->spec, follow, &f);
		if (!n || f.failed)
			return -1;
		r->node = n;
	}
	return 0;
}

int finish_references(struct layer *l)
{
	struct index index;
	struct map kinds;

	map_init(&kinds, l->arena);
	index_all(&index, l);
	for (uint32_t i = 0; i < l->map.items.count; i++) {
		struct resource *r = l->map.items.items[i];
		if (follow_all(l, &index, known_fields(l, &kinds, r), r) < 0)
			return -1;
	}
	return 0;
}

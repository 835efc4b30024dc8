/* difference_match - which objects of two sets belong together */
#include "base/arena.h"
#include "base/map.h"
#include "build/difference_inside.h"
#include "kube/object.h"

enum { HASH_LETTERS = 10 }; /* of a generated name */

/* What two objects that belong together have in common: a text, or STR_NONE when the object has no
 * such. */
typedef struct str (*common_fn)(struct arena *arena, const struct placed_object *o);

struct matching {
	struct arena *arena; /* scratch */
	const struct placed_objects *before, *after;
	struct difference_pairs pairs;
};

/* --- names ----------------------------------------------------------------------------------- */

/* Source: kustomize, api/internal/hasher, encode. */
static bool is_hash(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (str_find_char(STR("2456789bcdfghkmt"), text.ptr[i]) < 0)
			return false;
	return text.len == HASH_LETTERS;
}

static bool is_generated_kind(const struct node *object)
{
	struct gvk gvk = object_gvk(object);

	return !gvk.group.len &&
	       (str_equal(gvk.kind, STR("ConfigMap")) || str_equal(gvk.kind, STR("Secret")));
}

/* The name without the hash of a generator. */
static struct str base_name(const struct node *object)
{
	struct str name = object_name(object);
	ptrdiff_t dash = str_find_last_char(name, '-');
	bool has_hash =
		dash > 0 && is_generated_kind(object) && is_hash(str_from(name, (size_t)dash + 1));

	return has_hash ? str_sub(name, 0, (size_t)dash) : name;
}

/* With the cluster that the object is applied to, by the names of its kubeConfig: absent is that
 * of Flux itself. */
static struct str kind_text(struct arena *arena, const struct placed_object *o)
{
	const struct node *config = node_at(o->kustomization, "spec.kubeConfig");
	struct gvk gvk = object_gvk(o->object);

	return STR_CAT(arena, node_str_at(config, "secretRef.name"), STR("/"),
		       node_str_at(config, "configMapRef.name"), STR("/"), gvk.group, STR("/"),
		       gvk.kind, STR("/"));
}

static struct str identity(struct arena *arena, const struct placed_object *o)
{
	struct key key = object_key(o->object);

	return STR_CAT(arena, kind_text(arena, o), key.namespace, STR("/"), key.name);
}

static struct str identity_in_part(struct arena *arena, const struct placed_object *o)
{
	return STR_CAT(arena, identity(arena, o), STR("/"), o->part, STR("/"), o->folder);
}

static struct str generated(struct arena *arena, const struct placed_object *o)
{
	if (!is_generated_kind(o->object))
		return STR_NONE;
	return STR_CAT(arena, kind_text(arena, o), object_namespace(o->object), STR("/"),
		       base_name(o->object));
}

static struct str in_any_namespace(struct arena *arena, const struct placed_object *o)
{
	return STR_CAT(arena, kind_text(arena, o), base_name(o->object));
}

static struct str without_first_word(struct arena *arena, const struct placed_object *o)
{
	struct str name = base_name(o->object);
	ptrdiff_t dash = str_find_char(name, '-');

	if (dash < 0)
		return STR_NONE;
	return STR_CAT(arena, kind_text(arena, o), str_from(name, (size_t)dash + 1));
}

static struct str without_last_word(struct arena *arena, const struct placed_object *o)
{
	struct str name = base_name(o->object);
	ptrdiff_t dash = str_find_last_char(name, '-');

	if (dash < 0)
		return STR_NONE;
	return STR_CAT(arena, kind_text(arena, o), str_sub(name, 0, (size_t)dash));
}

/* One rule after the other: what the first ones find is gone for the later ones. */
static const struct match_rule {
	common_fn before, after;
	bool must_be_alike;
} rules[] = {
	{ identity_in_part, identity_in_part, false },
	{ identity, identity, false },
	{ generated, generated, false },
	{ in_any_namespace, in_any_namespace, false },
	{ without_first_word, without_first_word, true },
	{ in_any_namespace, without_first_word, true },
	{ without_first_word, in_any_namespace, true },
	{ without_last_word, without_last_word, true },
	{ in_any_namespace, without_last_word, true },
	{ without_last_word, in_any_namespace, true },
};

/* --- pairs ----------------------------------------------------------------------------------- */

/* Objects that are left, by what they have in common. */
struct candidates {
	uint32_t before, before_count;
	uint32_t after, after_count;
};

static struct candidates *candidates_of(struct matching *m, struct map *all, struct str common)
{
	void **slot = map_slot(all, common);

	if (!*slot)
		*slot = arena_one(m->arena, struct candidates);
	return *slot;
}

static bool collect(struct matching *m, const struct match_rule *r, struct map *all)
{
	bool is_any = false;

	for (uint32_t i = 0; i < m->before->items.count; i++) {
		if (m->pairs.after_of[i] != DIFFERENCE_ALONE)
			continue;
		struct str common = r->before(m->arena, &m->before->items.items[i]);
		if (!common.ptr)
			continue;
		struct candidates *c = candidates_of(m, all, common);
		c->before = i;
		c->before_count++;
		is_any = true;
	}
	for (uint32_t i = 0; is_any && i < m->after->items.count; i++) {
		if (m->pairs.before_of[i] != DIFFERENCE_ALONE)
			continue;
		struct str common = r->after(m->arena, &m->after->items.items[i]);
		struct candidates *c = common.ptr ? map_get(all, common) : NULL;
		if (!c)
			continue;
		c->after = i;
		c->after_count++;
	}
	return is_any;
}

static const struct node *without_identity(struct arena *arena, const struct node *object)
{
	object = node_without(arena, object, STR("apiVersion"));
	object = node_without(arena, object, STR("kind"));
	return node_without(arena, object, STR("metadata"));
}

static uint32_t count_with_key(const struct node *n)
{
	return n ? node_count_all(n) + 1 : 0;
}

/* Whether less than half of their nodes differ, identity and metadata aside. */
static bool is_alike(struct arena *arena, const struct node *a, const struct node *b)
{
	a = without_identity(arena, a);
	b = without_identity(arena, b);
	struct differences fields = diff_nodes(arena, a, b, diff_key_name, NULL);
	uint32_t changed = 0, all = node_count_all(a) + node_count_all(b);
	for (uint32_t i = 0; i < fields.count; i++)
		if (!fields.items[i].is_order)
			changed += count_with_key(fields.items[i].before) +
				   count_with_key(fields.items[i].after);
	return changed * 2 < all;
}

static void apply(struct matching *m, const struct match_rule *r)
{
	struct map all;

	map_init(&all, m->arena);
	if (!collect(m, r, &all))
		return;
	for (uint32_t i = 0; i < all.count; i++) {
		const struct candidates *c = all.entries[i].value;
		if (c->before_count != 1 || c->after_count != 1)
			continue;
		bool fits = !r->must_be_alike ||
			    is_alike(m->arena, m->before->items.items[c->before].object,
				     m->after->items.items[c->after].object);
		if (!fits)
			continue;
		m->pairs.after_of[c->before] = c->after;
		m->pairs.before_of[c->after] = c->before;
	}
}

static uint32_t *all_alone(struct arena *arena, uint32_t count)
{
	uint32_t *items = arena_array(arena, uint32_t, count);

	for (uint32_t i = 0; i < count; i++)
		items[i] = DIFFERENCE_ALONE;
	return items;
}

struct difference_pairs difference_pair(struct arena *arena, const struct placed_objects *before,
					const struct placed_objects *after)
{
	SCRATCH(scratch);
	struct matching m = { .arena = scratch,
			      .before = before,
			      .after = after,
			      .pairs = { all_alone(arena, before->items.count),
					 all_alone(arena, after->items.count) } };

	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		apply(&m, &rules[i]);
	return m.pairs;
}

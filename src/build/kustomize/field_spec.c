/* field_spec - where a transformer changes objects: {group, version, kind, path, create} */
#include "build/kustomize/field_spec.h"

#include "base/arena.h"
#include "base/budget.h"
#include "base/buf.h"
#include "base/sort.h"
#include "build/kustomize/kind_rank.h"

/* Whether an existing spec has the path of the new one, and a kind that the new one selects,
 * too. */
static bool covers(const struct field_spec *old, const struct field_spec *new)
{
	budget_spend(1);
	struct gvk gvk = { old->group, old->version, old->kind };

	return str_equal(old->path, new->path) && field_spec_matches(new, gvk);
}

bool field_specs_merge(struct arena *arena, struct field_specs *specs, struct field_spec spec)
{
	for (uint32_t i = 0; i < specs->items.count; i++)
		if (covers(&specs->items.items[i], &spec))
			return specs->items.items[i].create == spec.create;
	VEC_PUSH(arena, &specs->items, spec);
	return true;
}

static struct str reference_key(struct arena *arena, struct gvk renamed)
{
	return STR_CAT(arena, renamed.group, STR("\n"), renamed.version, STR("\n"), renamed.kind);
}

static void index_reference(struct specs *specs, uint32_t index)
{
	const struct name_reference *r = &specs->references.items[index];
	struct gvk renamed = { r->group, r->version, r->kind };

	map_put(&specs->by_renamed, reference_key(specs->arena, renamed),
		(void *)((uintptr_t)index + 1));
}

/* By the index, which sorting drops. */
static struct name_reference *find_reference(struct specs *specs, struct gvk renamed)
{
	SCRATCH(scratch);

	if (!specs->by_renamed.arena || specs->by_renamed.count != specs->references.count) {
		map_init(&specs->by_renamed, specs->arena);
		for (uint32_t i = 0; i < specs->references.count; i++)
			index_reference(specs, i);
	}
	uintptr_t at = (uintptr_t)map_get(&specs->by_renamed, reference_key(scratch, renamed));
	return at ? &specs->references.items[at - 1] : NULL;
}

void specs_push_reference(struct specs *specs, struct gvk renamed, struct field_spec referrer)
{
	struct name_reference *r = find_reference(specs, renamed);

	if (!r) {
		VEC_PUSH(specs->arena, &specs->references,
			 (struct name_reference){
				 renamed.group, renamed.version, renamed.kind, {} });
		r = &specs->references.items[specs->references.count - 1];
		index_reference(specs, specs->references.count - 1);
	}
	VEC_PUSH(specs->arena, &r->referrers.items, referrer);
}

/* The ten lists of specs, to go over both of two sets. */
enum { LIST_COUNT = 10 };

static struct field_specs *list_of(struct specs *s, int index)
{
	struct field_specs *const lists[LIST_COUNT] = { &s->name_prefix,     &s->name_suffix,
							&s->namespace,	     &s->labels,
							&s->template_labels, &s->common_labels,
							&s->annotations,     &s->images,
							&s->replicas,	     &s->var_references };

	return lists[index];
}

static int compare_gvk(struct gvk a, struct gvk b)
{
	int rank_a = kind_rank(a.kind), rank_b = kind_rank(b.kind);

	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	int order = str_compare(kind_rank_part(a.group, "~G"), kind_rank_part(b.group, "~G"));
	if (!order)
		order = str_compare(kind_rank_part(a.version, "~V"),
				    kind_rank_part(b.version, "~V"));
	return order ? order
		     : str_compare(kind_rank_part(a.kind, "~K"), kind_rank_part(b.kind, "~K"));
}

static int compare_specs(const void *a, const void *b, void *context)
{
	const struct field_spec *x = a, *y = b;

	(void)context;
	return compare_gvk((struct gvk){ x->group, x->version, x->kind },
			   (struct gvk){ y->group, y->version, y->kind });
}

static int compare_references(const void *a, const void *b, void *context)
{
	const struct name_reference *x = a, *y = b;

	(void)context;
	return compare_gvk((struct gvk){ x->group, x->version, x->kind },
			   (struct gvk){ y->group, y->version, y->kind });
}

void specs_sort(struct specs *specs)
{
	for (int i = 0; i < LIST_COUNT; i++) {
		struct field_specs *list = list_of(specs, i);
		sort_stable(list->items.items, list->items.count, sizeof(*list->items.items),
			    compare_specs, NULL);
	}
	sort_stable(specs->references.items, specs->references.count,
		    sizeof(*specs->references.items), compare_references, NULL);
	map_init(&specs->by_renamed, specs->arena);
}

/* Long lists: specs by path and by each choice of group, version and kind that a new one may state,
 * for it covers all that agrees in these. */

enum { STATES_GROUP = 1, STATES_VERSION = 2, STATES_KIND = 4, CHOICES = 8 };

static struct str choice_key(struct arena *arena, const struct field_spec *spec, int choice)
{
	return str_printf(arena, "%d\n%.*s\n%.*s\n%.*s\n%.*s", choice,
			  STR_FMT(choice & STATES_GROUP ? spec->group : STR("")),
			  STR_FMT(choice & STATES_VERSION ? spec->version : STR("")),
			  STR_FMT(choice & STATES_KIND ? spec->kind : STR("")),
			  STR_FMT(spec->path));
}

static int choice_of(const struct field_spec *spec)
{
	return (spec->group.len ? STATES_GROUP : 0) | (spec->version.len ? STATES_VERSION : 0) |
	       (spec->kind.len ? STATES_KIND : 0);
}

/* The first of equal ones counts. */
static void index_spec(struct map *index, const struct field_specs *specs, uint32_t at)
{
	for (int choice = 0; choice < CHOICES; choice++) {
		struct str key = choice_key(index->arena, &specs->items.items[at], choice);
		void **slot = map_slot(index, key);
		if (!*slot)
			*slot = (void *)((uintptr_t)at + 1);
	}
}

static bool merge_long_list(struct arena *arena, struct field_specs *into,
			    const struct field_specs *from)
{
	SCRATCH(scratch);
	struct map index;

	map_init(&index, scratch);
	for (uint32_t i = 0; i < into->items.count; i++)
		index_spec(&index, into, i);
	for (uint32_t i = 0; i < from->items.count; i++) {
		const struct field_spec *spec = &from->items.items[i];
		struct str key = choice_key(scratch, spec, choice_of(spec));
		uintptr_t at = (uintptr_t)map_get(&index, key);
		if (at && into->items.items[at - 1].create != spec->create)
			return false;
		if (at)
			continue;
		VEC_PUSH(arena, &into->items, *spec);
		index_spec(&index, into, into->items.count - 1);
	}
	return true;
}

static bool merge_list(struct arena *arena, struct field_specs *into,
		       const struct field_specs *from)
{
	enum { SCAN_MAX = 100 }; /* short ones are compared one by one */

	if (from->items.count > SCAN_MAX)
		return merge_long_list(arena, into, from);
	for (uint32_t i = 0; i < from->items.count; i++)
		if (!field_specs_merge(arena, into, from->items.items[i]))
			return false;
	return true;
}

static bool merge_reference(struct specs *into, const struct name_reference *from)
{
	struct gvk renamed = { from->group, from->version, from->kind };
	struct name_reference *r = find_reference(into, renamed);

	if (r)
		return merge_list(into->arena, &r->referrers, &from->referrers);
	for (uint32_t i = 0; i < from->referrers.items.count; i++)
		specs_push_reference(into, renamed, from->referrers.items.items[i]);
	return true;
}

static void own_list(struct arena *arena, struct field_specs *list)
{
	uint32_t count = list->items.count;

	if (count)
		list->items.items =
			arena_copy(arena, list->items.items, count * sizeof(*list->items.items));
	list->items.capacity = count;
}

/* The default specs are shared; a caller copies them before it changes them. */
static void own_lists(struct specs *s)
{
	uint32_t count = s->references.count;

	for (int i = 0; i < LIST_COUNT; i++)
		own_list(s->arena, list_of(s, i));
	s->references.items =
		arena_copy(s->arena, s->references.items, count * sizeof(*s->references.items));
	s->references.capacity = count;
	for (uint32_t i = 0; i < count; i++)
		own_list(s->arena, &s->references.items[i].referrers);
	map_init(&s->by_renamed, s->arena);
	s->is_default = false;
}

bool specs_merge(struct specs *into, const struct specs *from)
{
	struct specs source = *from;

	if (from->is_default && (into->is_default || !into->references.count)) {
		*into = *from;
		return true;
	}
	if (into->is_default)
		own_lists(into);
	for (int i = 0; i < LIST_COUNT; i++)
		if (!merge_list(into->arena, list_of(into, i), list_of(&source, i)))
			return false;
	for (uint32_t i = 0; i < from->references.count; i++)
		if (!merge_reference(into, &from->references.items[i]))
			return false;
	specs_sort(into);
	return true;
}

bool field_spec_matches(const struct field_spec *spec, struct gvk gvk)
{
	return (!spec->group.len || str_equal(spec->group, gvk.group)) &&
	       (!spec->version.len || str_equal(spec->version, gvk.version)) &&
	       (!spec->kind.len || str_equal(spec->kind, gvk.kind));
}

struct str field_path_step(struct arena *arena, struct str *path, bool *ret_is_list)
{
	struct str rest = *path;
	size_t end = 0;

	while (end < rest.len && !(rest.ptr[end] == '/' && (end == 0 || rest.ptr[end - 1] != '\\')))
		end++;
	struct str step = str_sub(rest, 0, end);
	*path = end < rest.len ? str_from(rest, end + 1) : STR_NONE;
	*ret_is_list = str_ends(step, STR("[]"));
	step = str_strip_suffix(step, STR("[]"));
	if (str_find_char(step, '\\') < 0)
		return step;
	return str_replace(arena, step, STR("\\/"), STR("/"));
}

const struct node field_refused;

/* A change on its way down a path. */
struct visit {
	struct arena *arena;
	bool create;
	field_fn change;
	void *context;
};

static const struct node *visit(const struct visit *v, const struct node *n, struct str path);

static const struct node *visit_items(const struct visit *v, const struct node *list,
				      struct str path)
{
	const struct node *result = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = visit(v, node_item(list, i), path);
		if (item == &field_refused)
			return item;
		if (item && item != node_item(list, i))
			result = node_list_put(v->arena, list, result, i, item);
	}
	return result;
}

static const struct node *visit_key(const struct visit *v, const struct node *map, struct str path)
{
	bool is_list;
	struct str key = field_path_step(v->arena, &path, &is_list);
	const struct node *child = node_get(map, key);
	const struct node *changed;

	if (!key.len)
		return map;
	if (is_list && child && node_is_null(child))
		return node_with(v->arena, map, key, node_empty_list());
	if (node_is_null(child)) {
		if (!v->create || is_list)
			return map;
		child = NULL;
	}
	if (!path.ptr)
		changed = child && node_is_list(child) ? visit_items(v, child, STR_NONE)
						       : v->change(v->context, child);
	else
		changed = visit(v, child ? child : node_map_of(v->arena, NULL, 0), path);
	if (changed == &field_refused)
		return changed;
	if (!changed || changed == child)
		return map;
	/* What nothing was put into is not made. */
	if (!child && node_is_map(changed) && node_entry_count(changed) == 0 && path.ptr)
		return map;
	return node_with(v->arena, map, key, changed);
}

static const struct node *visit(const struct visit *v, const struct node *n, struct str path)
{
	if (!path.ptr)
		return v->change(v->context, n);
	if (node_is_list(n))
		return visit_items(v, n, path);
	if (node_is_map(n))
		return visit_key(v, n, path);
	return node_is_null(n) ? n : &field_refused;
}

const struct node *field_apply(struct arena *arena, const struct node *object,
			       const struct field_spec *spec, field_fn change, void *context)
{
	struct visit v = { arena, spec->create, change, context };

	const struct node *n = visit(&v, object, spec->path);

	return n == &field_refused ? NULL : n;
}

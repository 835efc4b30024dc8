/* field_spec - where a transformer changes objects: {group, version, kind, path, create} */
#include "build/field_spec.h"

#include "base/arena.h"
#include "base/buf.h"

static bool same_spec(const struct field_spec *a, const struct field_spec *b)
{
	return str_equal(a->path, b->path) && str_equal(a->group, b->group) &&
	       str_equal(a->version, b->version) && str_equal(a->kind, b->kind);
}

void field_specs_add(struct arena *arena, struct field_specs *specs, struct field_spec spec)
{
	for (uint32_t i = 0; i < specs->items.count; i++) {
		if (!same_spec(&specs->items.items[i], &spec))
			continue;
		specs->items.items[i].create |= spec.create;
		return;
	}
	VEC_PUSH(arena, &specs->items, spec);
}

void specs_add_reference(struct specs *specs, struct gvk renamed, struct field_spec referrer)
{
	for (uint32_t i = 0; i < specs->references.count; i++) {
		struct name_reference *r = &specs->references.items[i];
		if (!str_equal(r->group, renamed.group) ||
		    !str_equal(r->version, renamed.version) || !str_equal(r->kind, renamed.kind))
			continue;
		field_specs_add(specs->arena, &r->referrers, referrer);
		return;
	}
	VEC_PUSH(specs->arena, &specs->references,
		 (struct name_reference){ renamed.group, renamed.version, renamed.kind, {} });
	field_specs_add(specs->arena,
			&specs->references.items[specs->references.count - 1].referrers, referrer);
}

static void merge_list(struct arena *arena, struct field_specs *into,
		       const struct field_specs *from)
{
	for (uint32_t i = 0; i < from->items.count; i++)
		field_specs_add(arena, into, from->items.items[i]);
}

void specs_merge(struct specs *into, const struct specs *from)
{
	merge_list(into->arena, &into->name_prefix, &from->name_prefix);
	merge_list(into->arena, &into->name_suffix, &from->name_suffix);
	merge_list(into->arena, &into->namespace, &from->namespace);
	merge_list(into->arena, &into->labels, &from->labels);
	merge_list(into->arena, &into->template_labels, &from->template_labels);
	merge_list(into->arena, &into->common_labels, &from->common_labels);
	merge_list(into->arena, &into->annotations, &from->annotations);
	merge_list(into->arena, &into->images, &from->images);
	merge_list(into->arena, &into->replicas, &from->replicas);
	merge_list(into->arena, &into->var_references, &from->var_references);
	for (uint32_t i = 0; i < from->references.count; i++) {
		const struct name_reference *r = &from->references.items[i];
		for (uint32_t f = 0; f < r->referrers.items.count; f++)
			specs_add_reference(into, (struct gvk){ r->group, r->version, r->kind },
					    r->referrers.items.items[f]);
	}
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
	return str_replace(arena, step, STR("\\/"), STR("/"));
}

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

	for (uint32_t i = 0; i < list->count; i++) {
		const struct node *item = visit(v, list->items[i], path);
		if (item && item != list->items[i])
			result = node_list_with(v->arena, result, i, item);
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
	if (is_list && !node_is_list(child))
		return map;
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
	if (!changed || changed == child)
		return map;
	/* What nothing was put into is not made. */
	if (!child && node_is_map(changed) && changed->count == 0 && path.ptr)
		return map;
	return node_with(v->arena, map, key, changed);
}

static const struct node *visit(const struct visit *v, const struct node *n, struct str path)
{
	if (!path.ptr)
		return v->change(v->context, n);
	if (node_is_list(n))
		return visit_items(v, n, path);
	return node_is_map(n) ? visit_key(v, n, path) : n;
}

const struct node *field_apply(struct arena *arena, const struct node *object,
			       const struct field_spec *spec, field_fn change, void *context)
{
	struct visit v = { arena, spec->create, change, context };

	return visit(&v, object, spec->path);
}

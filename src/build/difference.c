/* difference - what changes between two sets of objects: added, removed and changed ones */
#include "build/difference.h"

#include "base/arena.h"
#include "base/budget.h"
#include "build/compose.h"
#include "build/difference_inside.h"
#include "kube/object.h"

struct str difference_word(enum difference_kind kind)
{
	static const struct str words[] = { [DIFFERENCE_ADDED] = STR_INIT("added"),
					    [DIFFERENCE_CHANGED] = STR_INIT("changed"),
					    [DIFFERENCE_REMOVED] = STR_INIT("removed") };
	return words[kind];
}

/* --- objects with their parts ---------------------------------------------------------------- */

void placed_objects_add(struct arena *arena, struct placed_objects *objects,
			const struct render *render)
{
	for (uint32_t i = 0; i < render->count; i++)
		VEC_PUSH(arena, &objects->items,
			 (struct placed_object){ .object = render->objects[i] });
}

static struct str folder_of(const struct composition *composition, struct str path, struct str real)
{
	struct str base = str_starts(composition->path, real) ? real : path;
	struct str below = str_strip_prefix(str_strip_prefix(composition->path, base), STR("/"));

	return below.len ? below : STR_NONE;
}

void placed_objects_compose(struct arena *arena, struct placed_objects *objects,
			    const struct composition *composition, struct str path, struct str real)
{
	struct str folder = folder_of(composition, path, real);

	for (uint32_t p = 0; p < composition->parts.count; p++) {
		const struct compose_part *part = &composition->parts.items[p];
		struct placed_object placed = {
			.folder = folder,
			.part = part->kustomization ? part->label : STR_NONE,
			.kustomization = part->kustomization,
		};
		for (uint32_t i = 0; i < part->count; i++) {
			placed.object = composition->render.objects[part->first + i];
			VEC_PUSH(arena, &objects->items, placed);
		}
	}
}

/* --- changes --------------------------------------------------------------------------------- */

static bool is_kept_by(const struct node *metadata_map)
{
	return str_equal(node_text(node_get_lit(metadata_map, "kustomize.toolkit.fluxcd.io/prune")),
			 STR("disabled"));
}

static enum difference_prune prune_of(const struct placed_object *o)
{
	if (!o->kustomization)
		return DIFFERENCE_PRUNE_UNKNOWN;
	bool is_kept =
		is_kept_by(object_annotations(o->object)) || is_kept_by(object_labels(o->object));
	bool prunes = node_bool_at(o->kustomization, "spec.prune", false);
	return prunes && !is_kept ? DIFFERENCE_PRUNED : DIFFERENCE_KEPT;
}

static void add_changed(struct arena *arena, struct difference_types *types,
			struct object_difference d, struct object_differences *ret)
{
	const struct node *before = d.before->object, *after = d.after->object;

	d.is_moved = !str_equal(d.before->part, d.after->part) ||
		     !str_equal(d.before->folder, d.after->folder);
	if (!node_equal(before, after)) {
		difference_types_begin(types, after);
		d.fields = diff_nodes(arena, before, after, difference_list_key, types);
	}
	if (!d.fields.count && !d.is_moved)
		return;
	d.is_renamed = !key_equal(object_key(before), object_key(after));
	if (d.is_renamed)
		d.prune = prune_of(d.before);
	else if (d.fields.count)
		difference_find_immutable(arena, types->schemas, &d);
	VEC_PUSH(arena, &ret->items, d);
}

void difference_find(struct arena *arena, const struct placed_objects *before,
		     const struct placed_objects *after, struct object_differences *ret)
{
	struct difference_pairs pairs = difference_pair(arena, before, after);
	struct difference_types types = difference_types_new(arena, after);

	for (uint32_t i = 0; i < after->items.count; i++) {
		struct object_difference d = { .after = &after->items.items[i] };
		budget_spend(1);
		if (pairs.before_of[i] == DIFFERENCE_ALONE) {
			VEC_PUSH(arena, &ret->items, d);
			continue;
		}
		d.kind = DIFFERENCE_CHANGED;
		d.before = &before->items.items[pairs.before_of[i]];
		add_changed(arena, &types, d, ret);
	}
	for (uint32_t i = 0; i < before->items.count; i++) {
		struct object_difference d = { .kind = DIFFERENCE_REMOVED,
					       .before = &before->items.items[i] };
		if (pairs.after_of[i] != DIFFERENCE_ALONE)
			continue;
		d.prune = prune_of(d.before);
		VEC_PUSH(arena, &ret->items, d);
	}
}

/* diff_failed - what does not build on one side of a diff is compared on neither */
#include "base/arena.h"
#include "base/map.h"
#include "doc/make.h"
#include "kube/object.h"
#include "verbs/build_cluster.h"
#include "verbs/diff_sides.h"

static const struct rule rule_not_compared = {
	STR_INIT("diff/not-compared"),
	SEVERITY_WARNING,
	STR_INIT("a Kustomization does not build on one side, and is compared on neither"),
};

static void leave_out(const struct verb_context *context, struct map *labels, struct str label)
{
	map_put(labels, label, context->arena);
}

static void tell_failed(const struct verb_context *context, const struct diff_side *side,
			struct map *labels, struct findings *findings)
{
	const struct composition *composition = &side->composition;

	for (uint32_t i = 0; i < composition->parts.count; i++) {
		const struct compose_part *part = &composition->parts.items[i];
		if (part->state != COMPOSE_FAILED)
			continue;
		leave_out(context, labels, part->label);
		finding_add(findings, &rule_not_compared,
			    build_cluster_place(context, composition, part),
			    "%.*s: %.*s is not compared: %.*s", STR_FMT(side->name),
			    STR_FMT(part->label), STR_FMT(part->reason));
	}
}

/* Parts come behind what brings them, so one pass finds all. */
static void leave_out_objects(const struct verb_context *context, struct diff_side *side,
			      struct map *labels)
{
	struct placed_objects *objects = &side->objects;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < objects->items.count; i++) {
		struct placed_object *o = &objects->items.items[i];
		if (!map_get(labels, o->part))
			objects->items.items[kept++] = *o;
		else if (compose_is_kustomization(o->object))
			leave_out(context, labels, object_label_text(context->arena, o->object));
	}
	objects->items.count = kept;
}

void diff_leave_out_failed(const struct verb_context *context, struct diff_sides *sides,
			   struct findings *findings)
{
	struct map labels;

	map_init(&labels, context->arena);
	tell_failed(context, &sides->before, &labels, findings);
	tell_failed(context, &sides->after, &labels, findings);
	if (!map_size(&labels))
		return;
	leave_out_objects(context, &sides->before, &labels);
	leave_out_objects(context, &sides->after, &labels);
	for (uint32_t i = 0; i < labels.count; i++)
		nodes_add(context->arena, &sides->left_out,
			  node_str(context->arena, labels.entries[i].key));
}

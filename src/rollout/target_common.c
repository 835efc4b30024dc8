/* target_common - what all kinds of targets put into the objects of a primary */
#include "doc/map_edit.h"
#include "rollout/tick.h"

#include "base/arena.h"

#define TOOLKIT STR("toolkit.fluxcd.io")

struct str target_not_found(struct tick *t, const struct target_kind *kind, struct str name)
{
	return tick_fault(t, "%.*s %.*s.%.*s get query error: %.*s \"%.*s\" not found",
			  STR_FMT(kind->word), STR_FMT(name), STR_FMT(t->key.namespace),
			  STR_FMT(kind->resource), STR_FMT(name));
}

/* Metadata of copies */

const struct node *target_owner(struct tick *t)
{
	return object_owner_reference(t->arena, t->root, /* controller= */ true);
}

const struct node *target_without_toolkit(struct tick *t, const struct node *map)
{
	struct map_edit kept = map_edit_begin(t->arena, NULL);

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str key = node_text(node_entry(map, i)->key);
		if (!str_contains(key, TOOLKIT))
			map_edit_set(&kept, key, node_entry(map, i)->value);
	}
	return map_edit_end(&kept);
}

const struct node *target_primary_labels(struct tick *t, const struct node *labels)
{
	return node_with(t->arena, target_without_toolkit(t, labels), t->label,
			 node_str(t->arena, t->primary_value));
}

/* A new id makes pods roll even when only a config changed. */
const struct node *target_pod_annotations(struct tick *t, const struct node *annotations)
{
	return node_with(t->arena, target_without_toolkit(t, annotations), STR("flagger-id"),
			 node_str(t->arena, tick_uuid(t)));
}

/* target_promote - copies the target's template and configs to the primary */
#include "rollout/tick.h"

#include "base/arena.h"
#include "doc/make.h"

static const struct node *with_field(struct arena *arena, const struct node *spec, struct str name,
				     const struct node *value)
{
	return value ? node_with(arena, spec, name, value) : node_without(arena, spec, name);
}

struct str target_promote(struct tick *t, const struct promotion *promotion)
{
	const struct node *from = node_get(t->target->root, STR("spec"));
	struct configs configs;
	struct str fault = t->primary ? configs_read(t, &configs)
				      : target_not_found(t, t->kind, t->primary_name);

	if (fault.ptr)
		return tick_fault(t, "updating %.*s %.*s.%.*s template spec failed: %.*s",
				  STR_FMT(t->kind->word), STR_FMT(t->primary_name),
				  STR_FMT(t->key.namespace), STR_FMT(fault));
	configs_copy(t, &configs);
	const struct node *root = t->primary->root, *spec = node_get(root, STR("spec"));
	for (const struct str *field = promotion->fields; field->ptr; field++)
		spec = with_field(t->arena, spec, *field, node_get(from, *field));
	spec = node_with(t->arena, spec, STR("template"), promotion->template(t, &configs));
	root = node_with(t->arena, root, STR("spec"), spec);
	root = node_set(t->arena, root, "metadata.annotations", NULL);
	root = node_set(t->arena, root, "metadata.labels", target_primary_labels(t, NULL));
	tick_update(t, t->primary, root);
	return STR_NONE;
}

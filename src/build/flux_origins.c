/* flux_origins - where the values come from that a substitution has put in */
#include "build/flux_origins.h"

#include "base/arena.h"
#include "doc/key_index.h"
#include "doc/origin.h"
#include "lang/substitute.h"

struct origins {
	struct docset *set;
	struct arena *arena;
	const struct node *variables;
};

static const struct node *scalar_with_steps(struct origins *o, const struct node *before,
					    const struct node *after)
{
	struct str text = node_text(before), name;
	const struct node *made = after;

	if (str_equal(text, node_text(after)))
		return before->step ? node_with_step(o->arena, after, before->step) : after;
	for (size_t at = 0; substitute_next(text, &at, &name);) {
		const struct node *value = node_get(o->variables, name);
		bool is_set = value && value->position;
		struct origin_step step = {
			.kind = ORIGIN_SUBSTITUTION,
			.instruction = is_set ? value->position : after->position,
			.before = made == after ? before : made,
			.source = is_set ? value : NULL,
		};
		made = node_with_step(o->arena, after, origin_add(o->set, step));
	}
	return made;
}

static const struct node *with_steps(struct origins *o, const struct node *before,
				     const struct node *after);

static const struct node *members_with_steps(struct origins *o, const struct node *before,
					     const struct node *after)
{
	SCRATCH(scratch);
	const struct node *made = after;
	struct key_index index = key_index_make(scratch, before);
	for (uint32_t i = 0; i < node_member_count(after); i++) {
		const struct node *value = node_member(after, i);
		const struct node *old =
			node_is_map(after)
				? key_index_get(&index, node_text(node_entry(after, i)->key))
				: node_item(before, i);
		const struct node *changed = with_steps(o, old, value);
		if (changed == value)
			continue;
		made = node_is_map(after) ? node_map_put(o->arena, after, made, i, changed)
					  : node_list_put(o->arena, after, made, i, changed);
	}
	return made;
}

static const struct node *with_steps(struct origins *o, const struct node *before,
				     const struct node *after)
{
	if (!before || before->kind != after->kind)
		return after;
	return node_is_scalar(after) ? scalar_with_steps(o, before, after)
				     : members_with_steps(o, before, after);
}

const struct node *flux_origins(struct docset *set, const struct node *before,
				const struct node *after, const struct node *variables)
{
	struct origins o = { set, docset_arena(set), variables };

	return with_steps(&o, before, after);
}

/* chain - how one value came to be: what wrote it, what it replaced, and where that was read */
#include "build/chain.h"

#include "base/arena.h"
#include "base/vec.h"
#include "doc/yaml.h"

static struct chain_by by_of(struct origins *o, struct origin_step step)
{
	return (struct chain_by){ .kind = step.kind,
				  .place = origins_place(o, step.instruction),
				  .path = yaml_path_at(o->set, o->arena, step.instruction) };
}

/* The instruction of a step, and those that led to the kustomization it stands in. */
static void add_instructions(struct origins *o, struct chain_link *link, uint32_t step)
{
	link->by = arena_array(o->arena, struct chain_by, CHAIN_BY_MAX);
	while (step && link->by_count < CHAIN_BY_MAX) {
		struct origin_step s = origin_get(o->set, step);
		link->by[link->by_count++] = by_of(o, s);
		step = s.via;
	}
}

/* A value without a step of its own came with the container that has one. */
static void add_links(struct origins *o, struct chain *chain, const struct node *n,
		      uint32_t inherited, uint32_t depth)
{
	for (; n && chain->count < CHAIN_LINKS_MAX; n = origin_before(o->set, n)) {
		struct chain_link link = { .value = n,
					   .place = origins_place(o, n->position),
					   .path = yaml_path_at(o->set, o->arena, n->position),
					   .depth = depth };
		add_instructions(o, &link, n->step ? n->step : inherited);
		VEC_PUSH(o->arena, chain, link);
		struct origin_step step =
			n->step ? origin_get(o->set, n->step) : (struct origin_step){};
		if (step.source && step.source != step.before && step.source->step)
			add_links(o, chain, step.source, 0, depth + 1);
	}
}

/* The step of the container nearest to the value that has one. */
static uint32_t step_around(const struct node *object, const struct path *path)
{
	uint32_t step = object->step;
	struct path part = *path;

	for (part.count = 1; part.count < path->count; part.count++) {
		const struct node *n = path_find(object, &part);
		if (n && n->step)
			step = n->step;
	}
	return step;
}

struct chain chain_of(struct origins *origins, const struct node *object, const struct path *path)
{
	struct chain chain = {};

	add_links(origins, &chain, path_find(object, path), step_around(object, path), 0);
	return chain;
}

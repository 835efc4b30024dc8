/* dependencies - circles of dependsOn among Kustomizations */
#include "deliver/dependencies.h"

#include "api/object.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

/* A Kustomization in the graph. */
struct member {
	const struct object *object;
	uint32_t unmet;		      /* dependencies that are not done */
	VEC(struct member *) waiting; /* for this one */
};

struct graph {
	struct arena *arena;
	struct member *members;
	uint32_t count;
	struct map by_name; /* "namespace/name" → struct member */
};

static struct str name_of(struct arena *arena, struct key key)
{
	return str_printf(arena, "%.*s/%.*s", STR_FMT(key.namespace), STR_FMT(key.name));
}

static void add_members(struct graph *g, const struct objects *kustomizations)
{
	map_init(&g->by_name, g->arena);
	g->count = kustomizations->count;
	g->members = arena_array(g->arena, struct member, g->count);
	for (uint32_t i = 0; i < g->count; i++) {
		struct member *m = &g->members[i];
		*m = (struct member){ .object = kustomizations->items[i] };
		map_put(&g->by_name, name_of(g->arena, m->object->key), m);
	}
}

static void add_dependencies(struct graph *g, struct member *m)
{
	const struct node *list = node_at(m->object->root, "spec.dependsOn");

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str namespace = node_str_at(node_item(list, i), "namespace");
		struct key key = { namespace.len ? namespace : m->object->key.namespace,
				   node_str_at(node_item(list, i), "name") };
		struct member *before = map_get(&g->by_name, name_of(g->arena, key));
		if (!before)
			continue;
		VEC_PUSH(g->arena, &before->waiting, m);
		m->unmet++;
	}
}

bool dependencies_run_in_circle(const struct objects *kustomizations)
{
	SCRATCH(scratch);
	struct graph g = { .arena = scratch };
	VEC(struct member *) done = {};

	add_members(&g, kustomizations);
	for (uint32_t i = 0; i < g.count; i++)
		add_dependencies(&g, &g.members[i]);
	for (uint32_t i = 0; i < g.count; i++)
		if (!g.members[i].unmet)
			VEC_PUSH(scratch, &done, &g.members[i]);
	for (uint32_t i = 0; i < done.count; i++)
		for (uint32_t w = 0; w < done.items[i]->waiting.count; w++)
			if (!--done.items[i]->waiting.items[w]->unmet)
				VEC_PUSH(scratch, &done, done.items[i]->waiting.items[w]);
	assert(done.count <= g.count);
	return done.count < g.count;
}

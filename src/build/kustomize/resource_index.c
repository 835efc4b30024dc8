/* resource_index - resources by the names that they have and had */
#include "build/kustomize/resource_index.h"

#include "base/arena.h"
#include "base/budget.h"

static bool has(const struct resource_list *list, const struct resource *r)
{
	budget_spend(1 + list->count / BUDGET_STEP_MEMBERS);
	for (uint32_t i = list->count; i-- > 0;)
		if (list->items[i] == r)
			return true;
	return false;
}

static void note_name(struct resource_index *index, struct str name, struct resource *r)
{
	void **slot = map_slot(&index->by_name, name);

	if (!*slot)
		*slot = arena_one(index->arena, struct resource_list);
	struct resource_list *list = *slot;
	if (!has(list, r))
		VEC_PUSH(index->arena, list, r);
}

void resource_index_note(struct resource_index *index, struct resource *r)
{
	note_name(index, r->name, r);
}

void resource_index_init(struct resource_index *index, struct arena *arena,
			 const struct resmap *map)
{
	index->arena = arena;
	map_init(&index->by_name, arena);
	for (uint32_t i = 0; i < map->items.count; i++) {
		struct resource *r = map->items.items[i];
		note_name(index, r->name, r);
		for (uint32_t p = 0; p < r->previous.count; p++)
			note_name(index, r->previous.items[p].name, r);
	}
}

const struct resource_list *resource_index_get(const struct resource_index *index, struct str name)
{
	return map_get(&index->by_name, name);
}

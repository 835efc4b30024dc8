/*
 * resource_index - resources by the names that they have and had
 *
 * Layer: build/kustomize. Private: its folder, build/. A lookup reads only the resources of one
 * name, not all. Its results are candidates: the caller compares the whole id. Renamed and added
 * resources must be noted in the index; removed ones stay in it, marked as removed.
 *
 *	struct resource_index index;
 *	resource_index_init(&index, arena, &map);
 *	const struct resource_list *named = resource_index_get(&index, name);
 *	for (uint32_t i = 0; named && i < named->count; i++) …
 */
#ifndef FORGE_BUILD_KUSTOMIZE_RESOURCE_INDEX_H
#define FORGE_BUILD_KUSTOMIZE_RESOURCE_INDEX_H

#include "build/resource.h"

struct resource_list {
	struct resource **items;
	uint32_t count;
	uint32_t capacity; /* private */
};

struct resource_index {
	/* private */
	struct arena *arena; /* NULL: not made yet */
	struct map by_name;  /* to struct resource_list */
};

void resource_index_init(struct resource_index *index, struct arena *arena,
			 const struct resmap *map);

/* Notes the name that the resource has now. */
void resource_index_note(struct resource_index *index, struct resource *r);

/* Those that have or had the name, in the order of the map; NULL: none. */
const struct resource_list *resource_index_get(const struct resource_index *index, struct str name);

#endif

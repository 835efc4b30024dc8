/*
 * map - from texts to pointers, in insertion order
 *
 * Layer: base. Open addressing over a dense array of entries: lookups are O(1), iteration goes by
 * the order in which keys were put, and no hash order can reach a result. Keys are borrowed: they
 * must live until they are removed.
 *
 *	struct map map;
 *	map_init(&map, arena);
 *	map_put(&map, STR("api"), object);
 *	for (uint32_t i = 0; i < map.count; i++) use(map.entries[i].key, map.entries[i].value);
 *
 * A removed entry keeps its place with value NULL until the table grows: skip NULL values when
 * iterating.
 */
#ifndef FORGE_BASE_MAP_H
#define FORGE_BASE_MAP_H

#include "base/str.h"

struct map_entry {
	struct str key;
	void *value; /* NULL: removed */
	uint32_t hash;
};

struct map {
	struct map_entry *entries;
	uint32_t count; /* entries, removed ones included */
	/* private */
	struct arena *arena;
	uint32_t *slots; /* index + 1 of an entry; 0 is free */
	uint32_t slot_count;
	uint32_t entry_capacity;
	uint32_t removed_count;
};

/*
 * arena NULL: the table lives on the heap, for maps that live long and change; map_release() gives
 * it back.
 */
void map_init(struct map *map, struct arena *arena);
void map_release(struct map *map);

/* The value, or NULL. */
void *map_get(const struct map *map, struct str key);

/* Sets the value (not NULL); returns the one it replaces, or NULL. */
void *map_put(struct map *map, struct str key, void *value);

/* Where the value of key lives, added as NULL when absent; set it before the next call. */
void **map_slot(struct map *map, struct str key);

/* Returns the removed value, or NULL. */
void *map_remove(struct map *map, struct str key);

/* Keys that are present. */
uint32_t map_size(const struct map *map);

#endif

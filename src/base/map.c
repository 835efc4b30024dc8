/* map - from texts to pointers, in insertion order */
#include "base/map.h"

#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

enum { MAP_FIRST_SLOTS = 8 };

void map_init(struct map *map, struct arena *arena)
{
	*map = (struct map){ .arena = arena };
}

void map_release(struct map *map)
{
	if (map->arena)
		return;
	heap_free(map->entries);
	heap_free(map->slots);
	map->entries = NULL;
	map->slots = NULL;
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t find_slot(const struct map *map, struct str key, uint32_t hash)
{
	uint32_t mask = map->slot_count - 1;

	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t index = map->slots[i];
		if (!index)
			return i;
		const struct map_entry *entry = &map->entries[index - 1];
		/* The key of a removed entry may be gone. */
		if (entry->value && entry->hash == hash && str_equal(entry->key, key))
			return i;
	}
}

static void insert_all(struct map *map)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < map->count; i++) {
		struct map_entry entry = map->entries[i];
		if (!entry.value)
			continue;
		map->entries[kept++] = entry;
		map->slots[find_slot(map, entry.key, entry.hash)] = kept;
	}
	map->count = kept;
	map->removed_count = 0;
}

static void *new_table(const struct map *map, uint32_t count, size_t item_size_bytes)
{
	return map->arena ? arena_alloc_array(map->arena, item_size_bytes, count)
			  : heap_alloc(count * item_size_bytes);
}

/* Keeps the table at most half full, removed entries included, and drops those. */
static void make_room(struct map *map)
{
	if (map->count < map->entry_capacity)
		return;
	uint32_t live = map->count - map->removed_count;
	uint32_t slot_count = MAP_FIRST_SLOTS;
	while (slot_count < live * 4)
		slot_count *= 2;

	uint32_t capacity = slot_count / 2;
	struct map_entry *entries = new_table(map, MAX(capacity, map->count + 1), sizeof(*entries));
	if (map->count)
		memcpy(entries, map->entries, map->count * sizeof(*entries));
	map_release(map);
	map->entries = entries;
	map->slots = new_table(map, slot_count, sizeof(*map->slots));
	map->slot_count = slot_count;
	insert_all(map);
	map->entry_capacity = capacity;
}

void *map_get(const struct map *map, struct str key)
{
	if (!map->slot_count)
		return NULL;
	uint32_t index = map->slots[find_slot(map, key, hash32(key))];
	return index ? map->entries[index - 1].value : NULL;
}

void **map_slot(struct map *map, struct str key)
{
	uint32_t hash = hash32(key);

	make_room(map);
	uint32_t slot = find_slot(map, key, hash);
	if (!map->slots[slot]) {
		map->entries[map->count++] = (struct map_entry){ .key = key, .hash = hash };
		map->slots[slot] = map->count;
	}
	return &map->entries[map->slots[slot] - 1].value;
}

void *map_put(struct map *map, struct str key, void *value)
{
	assert(value);
	void **at = map_slot(map, key);
	void *before = *at;
	*at = value;
	return before;
}

void *map_remove(struct map *map, struct str key)
{
	if (!map->slot_count)
		return NULL;
	uint32_t index = map->slots[find_slot(map, key, hash32(key))];
	if (!index || !map->entries[index - 1].value)
		return NULL;
	void *before = map->entries[index - 1].value;
	map->entries[index - 1].value = NULL;
	map->removed_count++;
	return before;
}

uint32_t map_size(const struct map *map)
{
	return map->count - map->removed_count;
}

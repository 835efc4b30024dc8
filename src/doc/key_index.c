/* key_index - many keys of one map looked up: linear in small maps, by hash in large ones */
#include "doc/key_index.h"

#include "base/arena.h"
#include "base/map.h"

enum { SCAN_ENTRIES_MAX = 16 };

struct key_index key_index_make(struct arena *scratch, const struct node *map)
{
	struct key_index index = { .map = map };

	if (!node_is_map(map) || map->raw_count <= SCAN_ENTRIES_MAX)
		return index;
	index.by_key = arena_one(scratch, struct map);
	map_init(index.by_key, scratch);
	for (uint32_t i = 0; i < map->raw_count; i++)
		map_put(index.by_key, node_text(map->raw_entries[i].key),
			(void *)&map->raw_entries[i]);
	return index;
}

const struct node *key_index_get(const struct key_index *index, struct str key)
{
	if (!index->by_key)
		return node_get(index->map, key);
	const struct entry *e = map_get(index->by_key, key);
	return e ? e->value : NULL;
}

/*
 * key_index - many keys of one map looked up: linear in small maps, by hash in large ones
 *
 * Layer: doc. node_get is fine for one key; code that looks up each key of another map uses this,
 * so that the work stays linear. Of equal keys the last one counts, as for node_get.
 *
 *	struct key_index index = key_index_make(scratch, map);
 *	const struct node *value = key_index_get(&index, STR("spec"));
 */
#ifndef FORGE_DOC_KEY_INDEX_H
#define FORGE_DOC_KEY_INDEX_H

#include "doc/tree.h"

struct map;

struct key_index {
	/* private */
	const struct node *map;
	struct map *by_key; /* NULL: the map is small */
};

/* map may be NULL or no map: then nothing is found. The map must outlive the index. */
struct key_index key_index_make(struct arena *scratch, const struct node *map);

/* The value, or NULL. */
const struct node *key_index_get(const struct key_index *index, struct str key);

#endif

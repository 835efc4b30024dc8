/*
 * map_edit - many changes of one map: one copy, and each change found by hash
 *
 * Layer: doc. node_with() is fine for one change, but copies and searches the map at each call. A
 * map_edit copies the map once, at its first change. Changes are those of node_with(): a key that
 * is there keeps its node and its place, another one comes last. The map may be NULL or no map:
 * then a new one is made.
 *
 *	struct map_edit edit = map_edit_begin(arena, labels);
 *	for (each pair)
 *		map_edit_set(&edit, pair.key, pair.value);
 *	labels = map_edit_end(&edit);
 */
#ifndef FORGE_DOC_MAP_EDIT_H
#define FORGE_DOC_MAP_EDIT_H

#include "base/vec.h"
#include "doc/tree.h"

struct map;

struct map_edit {
	/* private */
	struct arena *arena;
	const struct node *before; /* NULL: none, or no map */
	VEC(struct entry) entries; /* from the first change on */
	struct map *by_key;	   /* to entries' index + 1; NULL: few members, which are scanned */
	bool is_changed;
};

struct map_edit map_edit_begin(struct arena *arena, const struct node *map);

/* The value as the map is now, or NULL. */
const struct node *map_edit_get(struct map_edit *edit, struct str key);

/* The key (borrowed) gets the value. */
void map_edit_set(struct map_edit *edit, struct str key, const struct node *value);

/* Each member of `more` (a map, or nothing is done) is set. */
void map_edit_set_all(struct map_edit *edit, const struct node *more);

/* The changed map; the one from the beginning (or NULL) when nothing was set. */
const struct node *map_edit_end(struct map_edit *edit);

/* A map with each member of `more` set in it; `map` when there are none. */
const struct node *map_edit_merged(struct arena *arena, const struct node *map,
				   const struct node *more);

/* A map with those members of `more` whose keys it does not have. */
const struct node *map_edit_completed(struct arena *arena, const struct node *map,
				      const struct node *more);

#endif

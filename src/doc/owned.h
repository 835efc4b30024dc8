/*
 * owned - copies of containers that their only holder changes in place
 *
 * Layer: doc. Nodes never change once a document holds them. A function that makes many changes of
 * a tree that nothing else refers to yet need not copy a container for each of them: its first
 * change copies the container, later ones write into that copy. O(1) for each change.
 *
 *	struct owned owned;
 *	owned_init(&owned, arena);
 *	map = owned_set(&owned, map, STR("a"), value);	// a copy
 *	map = owned_set(&owned, map, STR("b"), value);	// the same node again
 */
#ifndef FORGE_DOC_OWNED_H
#define FORGE_DOC_OWNED_H

#include "base/map.h"
#include "doc/tree.h"

struct owned {
	/* private */
	struct arena *arena;
	struct map by_node; /* by the node itself: struct own */
};

void owned_init(struct owned *owned, struct arena *arena);

/* As node_get(), of a map that is owned or not. */
const struct node *owned_get(const struct owned *owned, const struct node *map, struct str key);

/* As node_with(). A member that was changed in place is set again, so that the levels of the map
 * are counted (node_depth()); they never become fewer. */
const struct node *owned_set(struct owned *owned, const struct node *map, struct str key,
			     const struct node *value);

/* The list with an item at an index that it has, or behind its last one. */
const struct node *owned_put(struct owned *owned, const struct node *list, uint32_t index,
			     const struct node *item);

#endif

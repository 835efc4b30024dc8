/*
 * nodes - several nodes: handed around, or collected until they become a list
 *
 * Layer: doc. node_list_append copies the list, which is fine for one item; loops collect their
 * items here. Adding is O(1) amortised, making the list O(1): it shares the array, so nothing may
 * be added afterwards.
 *
 *	struct nodes names = {};
 *	for (…)
 *		nodes_add(arena, &names, node_str(arena, name));
 *	return node_make(arena, "{names: %?n}", nodes_list(arena, &names));
 */
#ifndef FORGE_DOC_NODES_H
#define FORGE_DOC_NODES_H

#include "base/vec.h"
#include "doc/tree.h"

struct nodes {
	const struct node **items;
	uint32_t count;
	uint32_t capacity; /* private */
};

static inline void nodes_add(struct arena *arena, struct nodes *nodes, const struct node *node)
{
	VEC_PUSH(arena, nodes, node);
}

/* The items of a list behind those that are there; of any other node nothing. */
static inline void nodes_add_all(struct arena *arena, struct nodes *nodes, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++)
		nodes_add(arena, nodes, node_item(list, i));
}

/* NULL when there are none, so that "%?n" leaves the key out. */
static inline const struct node *nodes_list(struct arena *arena, const struct nodes *nodes)
{
	return nodes->count ? node_list_of(arena, nodes->items, nodes->count) : NULL;
}

#endif

/*
 * raw - sets the members of containers, for the files of doc/ that write nodes in place
 *
 * Layer: doc. Private: its folder, doc/yaml/. Each container knows how many levels it has, so that
 * a tree that grew too deep is found without a walk (node_is_too_deep). These keep that number:
 * nothing else writes raw_entries, raw_items or raw_depth.
 */
#ifndef FORGE_DOC_RAW_H
#define FORGE_DOC_RAW_H

#include "doc/tree.h"

/* The depth of a container of this depth after a member was added. */
static inline uint32_t raw_depth_with(uint32_t depth, const struct node *member)
{
	uint32_t levels =
		member->raw_depth < RAW_DEPTH_MAX ? member->raw_depth + 1u : RAW_DEPTH_MAX;
	return levels > depth ? levels : depth;
}

/* O(count). */
static inline void raw_set_entries(struct node *map, const struct entry *entries, uint32_t count)
{
	uint32_t depth = 1;

	for (uint32_t i = 0; i < count; i++)
		depth = raw_depth_with(raw_depth_with(depth, entries[i].key), entries[i].value);
	map->raw_entries = entries;
	map->raw_count = count;
	map->raw_depth = depth & RAW_DEPTH_MAX;
}

static inline void raw_set_items(struct node *list, const struct node *const *items, uint32_t count)
{
	uint32_t depth = 1;

	for (uint32_t i = 0; i < count; i++)
		depth = raw_depth_with(depth, items[i]);
	list->raw_items = items;
	list->raw_count = count;
	list->raw_depth = depth & RAW_DEPTH_MAX;
}

#endif

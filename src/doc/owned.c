/* owned - copies of containers that their only holder changes in place */
#include "doc/owned.h"

#include "base/arena.h"
#include "doc/map_edit.h"
#include "doc/nodes.h"
#include "doc/raw.h"

struct own {
	struct node *node;
	struct map_edit members; /* of a map */
	struct nodes items;	 /* of a list */
};

void owned_init(struct owned *owned, struct arena *arena)
{
	owned->arena = arena;
	map_init(&owned->by_node, arena);
}

/* The node itself as a key, not what it holds. */
static struct own *find(const struct owned *owned, const struct node *n)
{
	return map_get(&owned->by_node, (struct str){ (const char *)&n, sizeof(n) });
}

static struct own *take(struct owned *owned, const struct node *n)
{
	struct own *own = find(owned, n);

	if (own)
		return own;
	own = arena_one(owned->arena, struct own);
	own->node = arena_copy(owned->arena, n, sizeof(*n));
	own->members = map_edit_begin(owned->arena, n);
	nodes_add_all(owned->arena, &own->items, n);
	map_put(&owned->by_node, (struct str){ (const char *)&own->node, sizeof(own->node) }, own);
	return own;
}

const struct node *owned_get(const struct owned *owned, const struct node *map, struct str key)
{
	struct own *own = find(owned, map);

	return own ? map_edit_get(&own->members, key) : node_get(map, key);
}

const struct node *owned_set(struct owned *owned, const struct node *map, struct str key,
			     const struct node *value)
{
	assert(node_is_map(map));
	struct own *own = take(owned, map);

	map_edit_set(&own->members, key, value);
	own->node->raw_entries = own->members.entries.items;
	own->node->raw_count = own->members.entries.count;
	own->node->raw_depth = raw_depth_with(own->node->raw_depth, value) & RAW_DEPTH_MAX;
	return own->node;
}

const struct node *owned_put(struct owned *owned, const struct node *list, uint32_t index,
			     const struct node *item)
{
	assert(node_is_list(list) && index <= node_item_count(list));
	struct own *own = take(owned, list);

	if (index < own->items.count)
		own->items.items[index] = item;
	else
		nodes_add(owned->arena, &own->items, item);
	own->node->raw_items = own->items.items;
	own->node->raw_count = own->items.count;
	own->node->raw_depth = raw_depth_with(own->node->raw_depth, item) & RAW_DEPTH_MAX;
	return own->node;
}

/*
 * members - finding the members of a map by name, in the order of another map first
 *
 * Layer: kube. Private: its folder, kube/smp/, kube/ssa/. Two versions of an object mostly have
 * the same keys in the same order, so the next member is looked at first; a large map in another
 * order gets a table. Every walk over two maps stays linear, whatever the input.
 *
 *	struct members m;
 *	members_init(&m, arena, map);
 *	const struct entry *e = members_find(&m, STR("spec"));
 */
#ifndef FORGE_KUBE_MEMBERS_H
#define FORGE_KUBE_MEMBERS_H

#include "base/map.h"
#include "doc/tree.h"

struct members {
	/* private */
	const struct node *map; /* NULL: no members */
	struct arena *arena;
	uint32_t next;
	bool has_table;
	struct map table;
};

/* map may be NULL or no map: then it has no members. */
void members_init(struct members *m, struct arena *arena, const struct node *map);

/* The entry with that key, the last one of duplicates in a table, or NULL. */
const struct entry *members_find(struct members *m, struct str key);

/* The value of that entry, or NULL. */
const struct node *members_get(struct members *m, struct str key);

#endif

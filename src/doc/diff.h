/*
 * diff - what differs between two documents, by path
 *
 * Layer: doc. Lists of maps are matched by their list key where the caller names one (name for
 * containers), otherwise by position. The order of map keys is no difference.
 */
#ifndef FORGE_DOC_DIFF_H
#define FORGE_DOC_DIFF_H

#include "doc/tree.h"

struct difference {
	struct str path;	   /* spec.template.spec.containers[name=api].image */
	const struct node *before; /* NULL: added */
	const struct node *after;  /* NULL: removed */
};

struct differences {
	struct difference *items;
	uint32_t count;
};

/* The key of a list's items, or STR_NONE for matching by position. Asked for both sides: they are
 * matched by key when both answers are the same. */
typedef struct str (*diff_list_key_fn)(const struct node *list, void *context);

/* Matches maps that all have a unique scalar `name` by it. */
struct str diff_key_name(const struct node *list, void *context);

/* In document order: keys of before first, then those only after has. */
struct differences diff_nodes(struct arena *arena, const struct node *before,
			      const struct node *after, diff_list_key_fn list_key, void *context);

#endif

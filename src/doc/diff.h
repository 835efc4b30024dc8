/*
 * diff - what differs between two documents, by path
 *
 * Layer: doc. The order of map keys is no difference. Items of lists are matched by a key where the
 * caller names one (name for containers); otherwise by the longest common subsequence of equal
 * items, and what stands between these by position. Beyond ALIGN_EDITS_MAX edits (doc/align.h) they
 * are matched by position.
 *
 * O(n) but for lists without a key: see doc/align.h.
 */
#ifndef FORGE_DOC_DIFF_H
#define FORGE_DOC_DIFF_H

#include "doc/tree.h"

struct difference {
	struct str path;	   /* spec.template.spec.containers[name=api].image */
	struct str before_pointer; /* JSON pointer (RFC 6901) into before; absent: added */
	struct str after_pointer;  /* into after; absent: removed */
	const struct node *before; /* NULL: added */
	const struct node *after;  /* NULL: removed */
	bool is_order;		   /* items of these lists that both have stand in another order */
};

struct differences {
	struct difference *items;
	uint32_t count;
};

/* A step of the path to a value: the first one above is that of the root's member. */
struct diff_step {
	const struct diff_step *above; /* NULL: the root */
	const struct node *key;	       /* of a member of a map; NULL: an item of a list */
	uint32_t before_index, after_index;
	struct str list_key; /* the item is the one of that key; absent: the one at that index */
	const struct node *list_value;
};

/* The key of a list's items, or STR_NONE for none. Asked for both sides: they are matched by key
 * when both answers are the same. `at` is NULL for the root. */
typedef struct str (*diff_list_key_fn)(const struct diff_step *at, const struct node *list,
				       void *context);

/* Whether all items are maps with a scalar of their own at the key, not null and not empty. */
bool diff_is_key(const struct node *list, struct str key);

/* Matches maps that all have a unique scalar `name` by it. */
struct str diff_key_name(const struct diff_step *at, const struct node *list, void *context);

/* In document order: keys of before first, then those only after has. A list that is empty on one
 * side is one difference. */
struct differences diff_nodes(struct arena *arena, const struct node *before,
			      const struct node *after, diff_list_key_fn list_key, void *context);

#endif

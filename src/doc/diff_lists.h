/*
 * diff_lists - which items of two lists belong together
 *
 * Layer: doc. Private: diff.c, diff_lists.c. See doc/diff.h for the rules.
 */
#ifndef FORGE_DOC_DIFF_LISTS_H
#define FORGE_DOC_DIFF_LISTS_H

#include "doc/align.h"
#include "doc/tree.h"

/* By key (absent: none). For each item of one side the index of the other's, or ALIGN_ALONE. */
struct diff_pairs {
	uint32_t *after_of;  /* of each item of before */
	uint32_t *before_of; /* of each item of after */
};
struct diff_pairs diff_pair_items(struct arena *arena, const struct node *before,
				  const struct node *after, struct str key);

/* Whether items that both sides have stand in another order. */
bool diff_is_reordered(const struct diff_pairs *pairs, uint32_t before_count);

#endif

/*
 * lists - merging two lists by a key, and the order of what comes out
 *
 * Layer: kube/smp. Private: lists.c, server.c. Items are found by the text of their merge key, or
 * by their own value when the key is "". Source: strategicpatch's mergeSlice and
 * normalizeElementOrder. All steps are linear but for one sort.
 */
#ifndef FORGE_KUBE_SMP_LISTS_H
#define FORGE_KUBE_SMP_LISTS_H

#include "base/map.h"
#include "base/vec.h"
#include "kube/smp/inside.h"

struct node_list {
	const struct node **items;
	uint32_t count;
	uint32_t capacity;
};

struct smp_list_merge {
	const struct smp *s;
	struct str key;
	const struct node *patch;
	struct node_list out; /* the original's items, merged and added to */
	struct map in_out;    /* key text -> index + 1 of the first such item of out */
};

void smp_list_merge_init(struct smp_list_merge *m, const struct smp *s, struct str key,
			 const struct node *original, const struct node *patch);

/* The index in out of the item that has the key of the patch's item, or -1. */
int64_t smp_list_merge_find(const struct smp_list_merge *m, uint32_t patch_index);
/* Sets the item at an index, or appends it (-1). */
void smp_list_merge_put(struct smp_list_merge *m, uint32_t patch_index, int64_t at,
			const struct node *item);
/* Adds the patch's scalars that out has not; repeated ones are dropped. */
void smp_list_merge_add_scalars(struct smp_list_merge *m);

/* Out without all items that have the key of a patch's item. */
const struct node *smp_list_merge_subtract(struct smp_list_merge *m);

/*
 * Out in the order the server gives it: what `first` names stands in its order; the rest keeps the
 * order of `original` (NULL: none) and is put between by it.
 */
const struct node *smp_list_merge_ordered(struct smp_list_merge *m, const struct node *first,
					  const struct node *original);

/* Errors: items that are no maps or lack the key; items of different kinds, lists of lists; a
 * patch in another order than $setElementOrder says. Lists may be NULL. */
MUST_USE int smp_list_merge_check_keys(const struct smp *s, struct str key,
				       const struct node *list);
MUST_USE int smp_list_merge_check_kinds(const struct smp *s, const struct node *a,
					const struct node *b);
MUST_USE int smp_list_merge_check_order(const struct smp *s, struct str key,
					const struct node *patch, const struct node *order);
int smp_list_merge_no_key(const struct smp *s, const struct node *item, struct str key);

#endif

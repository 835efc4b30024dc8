/*
 * set - sets of fields as FieldsV1 trees, without any other form
 *
 * Layer: kube/ssa. Private: managers.c, set.c, ssa.c, typed.h. A set is a map from elements to
 * what is below them: {f:spec: {f:replicas: {}}}. An empty map below an element says that it is a
 * member; a member with more below holds "." too. NULL is the empty set. Entries of one map are in
 * the order of ssa_element_compare (others are put in order when they are met).
 *
 * Every operation shares what does not change and returns its first argument when nothing does.
 * Source: structured-merge-diff v6, fieldpath/set.go.
 */
#ifndef FORGE_KUBE_SSA_SET_H
#define FORGE_KUBE_SSA_SET_H

#include "doc/tree.h"

/* The leaf {} that marks a member. */
const struct node *ssa_set_leaf(void);

bool ssa_set_is_empty(const struct node *set);
const struct node *ssa_set_union(struct arena *arena, const struct node *a, const struct node *b);
const struct node *ssa_set_minus(struct arena *arena, const struct node *a, const struct node *b);
const struct node *ssa_set_common(struct arena *arena, const struct node *a, const struct node *b);
bool ssa_set_equal(const struct node *a, const struct node *b);

/* What is below an element, or NULL: the leaf for a member with nothing below. */
const struct node *ssa_set_below(const struct node *set, struct str element);
/* Of something below: whether it is a member, and whether it has more below. */
bool ssa_set_is_member(const struct node *below);
bool ssa_set_has_more(const struct node *below);
/* The same as a member, too. */
const struct node *ssa_set_with_self(struct arena *arena, const struct node *below);

/* A map of entries in any order as a set; NULL when there are none. The array is borrowed. */
const struct node *ssa_set_of(struct arena *arena, struct entry *entries, uint32_t count);

/* Calls for every member, with its path as text: at each level members first, then deeper ones. */
typedef void (*set_visit_fn)(struct str path, void *context);
void ssa_set_visit(struct arena *arena, const struct node *set, set_visit_fn visit, void *context);

/* Whether the field at a printed path is a member. */
bool ssa_set_has_path(const struct node *set, struct str path);

#endif

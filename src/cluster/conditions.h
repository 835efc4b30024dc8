/*
 * conditions - looking into lists of conditions as controllers write them
 *
 * Layer: cluster, private. For controllers whose conditions have members that condition_set() of
 * kube/health.h does not write.
 */
#ifndef FORGE_CLUSTER_CONDITIONS_H
#define FORGE_CLUSTER_CONDITIONS_H

#include "doc/tree.h"

/* Where the condition of that type stands; behind the last one when there is none. */
uint32_t conditions_index(const struct node *list, struct str type);

/* A text of a condition, which may be NULL. */
struct str conditions_text(const struct node *condition, struct str field);

#endif

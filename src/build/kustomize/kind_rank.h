/*
 * kind_rank - the built-in order of kinds of kustomize
 *
 * Layer: build/kustomize. Private: field_spec.c, finish_order.c, kind_rank.c. Field specs are
 * merged in it, and the legacy order of the output begins with it.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_KIND_RANK_H
#define FORGE_BUILD_KUSTOMIZE_KIND_RANK_H

#include "base/str.h"

/* Below 0: comes first; above: last; 0: between them. */
int kind_rank(struct str kind);

/* A part of an identity as it is sorted: a word with ~ for an empty one. */
struct str kind_rank_part(struct str part, const char *none);

#endif

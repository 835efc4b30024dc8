/*
 * patch_warn - what a strategic merge patch says and kustomize takes without a word
 *
 * Layer: build/kustomize. Private: its folder, build/. Findings with a place; what is built is the
 * same: a field that the kind does not have and that is nearly one of its fields; a list of a
 * custom resource that the patch replaces whole, although its items have keys.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_PATCH_WARN_H
#define FORGE_BUILD_KUSTOMIZE_PATCH_WARN_H

#include "build/kustomize/builder.h"

/* Looks at a patch of a resource, before it is merged. knows_lists: the user's schema says how
 * lists merge. One of a kind that nobody knows is kept for patch_warn_later(). O(size of the
 * patch). */
void patch_warn(struct builder *b, const struct resource *target, const struct node *patch,
		bool knows_lists);

/* Looks at what was kept, with the CustomResourceDefinitions of all that was built. */
void patch_warn_later(struct builder *b, const struct resmap *map);

#endif

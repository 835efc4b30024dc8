/*
 * shared - values that kustomize stores as one shared yaml.Node in several fields of an object
 *
 * Layer: build. Private: resource.h, shared.c. A label that a transformer adds is one yaml node in
 * all fields where it was not there before; a later step that writes one of them changes them all
 * (kustomize 5.7.1, api/filters/filtersutil/setters.go, SetEntry). Nodes here never change, so the
 * other fields follow when an object is set.
 */
#ifndef FORGE_BUILD_SHARED_H
#define FORGE_BUILD_SHARED_H

#include "base/vec.h"
#include "doc/tree.h"

struct shared {
	VEC(const struct node *) values;
};

/*
 * The new tree of an object with every other occurrence of a shared value changed as the one that
 * was written; *shared holds the new values then. O(what changed), or of the tree when one of
 * them did.
 */
const struct node *shared_settle(struct arena *arena, struct shared *shared,
				 const struct node *before, const struct node *after);

#endif

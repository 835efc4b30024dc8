/*
 * resmap - the objects of a layer in their order: read, added, merged into one another
 *
 * Layer: build/kustomize. Private: its folder, build/.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_RESMAP_H
#define FORGE_BUILD_KUSTOMIZE_RESMAP_H

#include "build/resource.h"

struct builder;
struct resource_index;

/* Whether a tree can be a resource: a map with kind and, but for lists, a name. Errors say what is
 * missing. */
MUST_USE int resmap_check_identity(struct builder *b, const struct node *n);

/* Resources of a YAML text: lists opened, identity checked. */
MUST_USE int resmap_read(struct builder *b, struct str path, struct str text, struct resmap *ret);
/* Adds one; an id that is there already is an error, or merged as a generator asks: found by the
 * index of the map's names. */
MUST_USE int resmap_append(struct builder *b, struct resmap *map, struct resource *r);
MUST_USE int resmap_absorb(struct builder *b, struct resmap *map, struct resource_index *names,
			   struct resource *r);
/* Fills its ids anew, after objects changed theirs. */
void resmap_index(struct resmap *map);

#endif

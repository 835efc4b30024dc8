/*
 * object_source - where in the repository an object of the cluster comes from
 *
 * Layer: rehearse. The place of its last render; of an object that a controller made (a primary, a
 * ReplicaSet, a Pod) the place of its owners.
 */
#ifndef FORGE_REHEARSE_OBJECT_SOURCE_H
#define FORGE_REHEARSE_OBJECT_SOURCE_H

#include "api/object.h"

struct cache;
struct repository;

/* NULL when neither the object nor an owner was rendered. */
const struct node *object_source(const struct repository *repository, const struct cache *cluster,
				 struct str kind, struct key key);

/* The last of its owners that is there, or itself. */
const struct object *object_top_owner(const struct cache *cluster, const struct object *o);

#endif

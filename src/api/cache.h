/*
 * cache - the objects of a cluster as the last watch events left them, with indices
 *
 * Layer: api. One cache serves all reconcilers of a world. Lists come in order of namespace and
 * name. Indices: key, uid, controller's uid, node of a pod.
 *
 * Ownership: the cache holds a reference to each object it lists.
 */
#ifndef FORGE_API_CACHE_H
#define FORGE_API_CACHE_H

#include "api/api.h"

struct cache;

struct cache *cache_new(void);
void cache_free(struct cache *cache);

/* Takes over one event; `before` is what the cache knew, `after` NULL removes. */
void cache_update(struct cache *cache, const struct object *before, const struct object *after,
		  uint64_t version);

/* The version of the last event. */
uint64_t cache_version(const struct cache *cache);

const struct object *cache_get(const struct cache *cache, kind_id kind, struct key key);
const struct object *cache_get_uid(const struct cache *cache, struct str uid); /* no Event */

/* In the arena; namespace absent: of all namespaces. O(result log result). */
struct objects cache_list(const struct cache *cache, struct arena *arena, kind_id kind,
			  struct str namespace);
struct objects cache_owned(const struct cache *cache, struct arena *arena, kind_id kind,
			   struct str owner_uid);
/* Pods without a controller, of all namespaces, as they came. */
struct objects cache_orphans(const struct cache *cache, struct arena *arena);
/* Pods of a node; of "": those that have none yet. */
struct objects cache_on_node(const struct cache *cache, struct arena *arena, struct str node_name);
/* Kind ids in use are below this. */
uint32_t cache_kind_limit(const struct cache *cache);
uint32_t cache_count(const struct cache *cache, kind_id kind);

/* Objects of any kind whose ownerReferences (controller or not) name the uid. */
struct objects cache_dependents(const struct cache *cache, struct arena *arena, struct str uid);

#endif

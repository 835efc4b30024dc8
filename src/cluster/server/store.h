/*
 * store - the objects of the embedded cluster, their versions, and the watches on them
 *
 * Layer: cluster/server. One counter numbers all writes. Every version is an immutable struct
 * object that the views share. Watchers get each write in order, some milliseconds later.
 *
 * Nothing is checked here: that is the server's and admission's.
 */
#ifndef FORGE_CLUSTER_SERVER_STORE_H
#define FORGE_CLUSTER_SERVER_STORE_H

#include "api/cache.h"
#include "world/world.h"

struct change_log;
struct store;
struct watches;

struct store *store_new(struct world *world, struct arena *arena);

const struct cache *store_cache(const struct store *store);
uint64_t store_version(const struct store *store);

/* Writes a version behind `before`, which the store has (NULL: a new object): root gets its
 * resourceVersion. Returns it, borrowed from the store. */
const struct object *store_put(struct store *store, const struct kind *kind,
			       const struct object *before, const struct node *root,
			       const struct node *managed, struct str actor);
void store_remove(struct store *store, const struct object *object, struct str actor);

/* The last writes. */
const struct change_log *store_changes(const struct store *store);

/* The watches that get the writes as events. */
struct watches *store_watches(struct store *store);

/* A new uid (RFC 4122 version 4) and the suffix of a generated name, from the world's seed. */
struct str store_uid(struct store *store, struct arena *arena);
struct str store_suffix(struct store *store, struct arena *arena);

/*
 * H(previous, virtual time, sequence, actor, bytes written) over all writes so far: equal for two
 * runs of one seed.
 */
uint64_t store_hash(const struct store *store);

#endif

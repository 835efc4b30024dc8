/*
 * embedded - the `api` table over an API server in this process
 *
 * Layer: cluster. Every call answers before it returns; watchers see a write in a later turn.
 * Ownership: all lives in the arena.
 *
 *	struct embedded *e = embedded_new(world, schemas, arena);
 *	struct runner *runner = runner_new(world, embedded_api(e), seed, arena);
 */
#ifndef FORGE_CLUSTER_EMBEDDED_H
#define FORGE_CLUSTER_EMBEDDED_H

#include "api/api.h"
#include "api/cache.h"

struct embedded;

/* The schemas are the world's: CRDs that are created extend them. */
struct embedded *embedded_new(struct world *world, struct schemas *schemas, struct arena *arena);
struct api *embedded_api(struct embedded *e);

/* The cache that holds the stored objects: a write is in it at once. */
const struct cache *embedded_cache(const struct embedded *e);

/*
 * Called with each refused request; true: what refused it was changed (the schema of a kind), and
 * it is tried once more.
 */
typedef bool (*embedded_refused_fn)(void *context, const struct api_request *request,
				    const struct api_answer *answer);
void embedded_on_refused(struct embedded *e, embedded_refused_fn refused, void *context);

/* The number of the last write. */
uint64_t embedded_version(const struct embedded *e);

/*
 * H(previous, virtual time, sequence, actor, bytes written) over all writes so far: equal for two
 * runs of one seed.
 */
uint64_t embedded_hash(const struct embedded *e);

#endif

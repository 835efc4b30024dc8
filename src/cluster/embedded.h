/*
 * embedded - the `api` table over the store of this process
 *
 * Layer: cluster. The whole path of a request: decoding, admission, defaults, validation,
 * ownership of fields, the store. Every call answers before it returns; watchers see the write in
 * a later turn.
 */
#ifndef FORGE_CLUSTER_EMBEDDED_H
#define FORGE_CLUSTER_EMBEDDED_H

#include "api/api.h"
#include "cluster/store.h"

struct embedded;

/* The schemas are the world's: CRDs that are created extend them. */
struct embedded *embedded_new(struct world *world, struct schemas *schemas, struct arena *arena);
struct api *embedded_api(struct embedded *e);
struct store *embedded_store(struct embedded *e);

#endif

/*
 * subresource - /status, /scale, /binding, /eviction, /finalize
 *
 * Layer: cluster/server. Private: read.c, subresource.c, write.c. Source: Kubernetes
 * pkg/registry/core/pod/storage, eviction.go, and pkg/registry/apps, storage.go (scale).
 */
#ifndef FORGE_CLUSTER_SERVER_SUBRESOURCE_H
#define FORGE_CLUSTER_SERVER_SUBRESOURCE_H

#include "cluster/server/admission.h"

/* What a client of the request's subresource sees of write->old: the object, or its Scale. */
const struct node *subresource_shown(struct write *write);

/* write->object as the client sent it (a Scale, say) turned into the object to store. -1: refused.
 * */
int subresource_translate(struct write *write);

/* POST: binding, eviction. */
int subresource_create(struct store *store, struct admission *admission, struct write *write);

#endif

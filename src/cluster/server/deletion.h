/*
 * deletion - deleting objects: grace period, finalizers, propagation policy
 *
 * Layer: cluster/server. Private: deletion.c, subresource.c, write.c. Source: Kubernetes apiserver
 * pkg/registry/generic/registry, store.go (Delete) and pkg/registry/rest, delete.go. Dependents
 * are the garbage collector's.
 */
#ifndef FORGE_CLUSTER_SERVER_DELETION_H
#define FORGE_CLUSTER_SERVER_DELETION_H

#include "cluster/server/admission.h"

/* Carries out a delete of write->old and fills the answer. */
int deletion_begin(struct store *store, struct admission *admission, struct write *write);

/* Whether a deleted object can be removed: it has no finalizer, and its grace period is 0. */
bool deletion_is_due(const struct object *object);

void deletion_finish(struct store *store, struct admission *admission, const struct object *object,
		     struct str actor);

#endif

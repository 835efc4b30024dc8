/*
 * flux_sync - the root of a cluster as the Flux operator makes it
 *
 * Layer: build. A FluxInstance with spec.sync, or the release of its chart with the same in its
 * values (instance.sync), makes a source and a Kustomization of one name.
 * Source: controlplaneio-fluxcd/flux-operator, internal/builder (sync.go).
 */
#ifndef FORGE_BUILD_FLUX_SYNC_H
#define FORGE_BUILD_FLUX_SYNC_H

#include "kube/object.h"

/* {kind, url, ref, path, name}; NULL: the object says nothing of it. */
const struct node *flux_sync(const struct node *object);

/* Namespace and name of the source and of the Kustomization. */
struct key flux_sync_key(const struct node *object);

/* The Kustomization; its values stand where sync says them. */
const struct node *flux_sync_kustomization(struct arena *arena, const struct node *object);

#endif

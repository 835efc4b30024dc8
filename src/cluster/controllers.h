/*
 * controllers - the reconcilers that make a cluster out of a store
 *
 * Layer: cluster. kube-controller-manager's, the scheduler and the kubelet of all nodes.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_H
#define FORGE_CLUSTER_CONTROLLERS_H

#include "api/runner.h"

/* All of them, in the order in which they see an event. Ends with NULL. */
extern const struct reconciler *const cluster_reconcilers[];

/* Istio's controller: it is not in the list, for not every cluster has a mesh. */
extern const struct reconciler istiod_reconciler;

#endif

/*
 * kubelet - nodes that play pods: the reconciler of the kubelet of every node
 *
 * Layer: cluster/kubelet.
 */
#ifndef FORGE_CLUSTER_KUBELET_KUBELET_H
#define FORGE_CLUSTER_KUBELET_KUBELET_H

#include "api/runner.h"

extern const struct reconciler kubelet_reconciler;

#endif

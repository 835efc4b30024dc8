/*
 * kubelet - the kubelet of every node: the reconciler that runs simulated pods
 *
 * Layer: cluster/kubelet.
 */
#ifndef FORGE_CLUSTER_KUBELET_KUBELET_H
#define FORGE_CLUSTER_KUBELET_KUBELET_H

#include "api/runner.h"

extern const struct reconciler kubelet_reconciler;

#endif

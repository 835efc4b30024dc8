/*
 * scheduler - binds pods to nodes: the reconciler of kube-scheduler
 *
 * Layer: cluster/scheduler.
 */
#ifndef FORGE_CLUSTER_SCHEDULER_SCHEDULER_H
#define FORGE_CLUSTER_SCHEDULER_SCHEDULER_H

#include "api/runner.h"

extern const struct reconciler scheduler_reconciler;

#endif

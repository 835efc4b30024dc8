/*
 * controllers - the reconcilers of kube-controller-manager, and istiod's
 *
 * Layer: cluster/controllers. Each is one file with one table: name, function, and for each kind it
 * watches the map from an event to keys. A new reconciler adds a file, its table, a line here and
 * one in cluster/controllers.c.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_CONTROLLERS_H
#define FORGE_CLUSTER_CONTROLLERS_CONTROLLERS_H

#include "api/runner.h"

extern const struct reconciler namespace_reconciler;
extern const struct reconciler definition_reconciler;
extern const struct reconciler serviceaccount_reconciler;
extern const struct reconciler deployment_reconciler;
extern const struct reconciler replicaset_reconciler;
extern const struct reconciler daemonset_reconciler;
extern const struct reconciler statefulset_reconciler;
extern const struct reconciler job_reconciler;
extern const struct reconciler endpointslice_reconciler;
extern const struct reconciler endpoints_reconciler;
extern const struct reconciler endpointslice_mirroring_reconciler;
extern const struct reconciler hpa_reconciler;
extern const struct reconciler pdb_reconciler;
extern const struct reconciler quota_reconciler;
extern const struct reconciler volume_binder_reconciler;
extern const struct reconciler volume_protection_reconciler;
extern const struct reconciler volume_ephemeral_reconciler;
extern const struct reconciler garbage_reconciler;

extern const struct reconciler istiod_reconciler;

#endif

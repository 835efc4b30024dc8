/*
 * controllers - the reconcilers that make a cluster out of a store
 *
 * Layer: cluster. Each is one file with one table: name, function, and for each kind it watches
 * the map from an event to keys. A newcomer adds a file, its table, and one line here.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_H
#define FORGE_CLUSTER_CONTROLLERS_H

#include "api/runner.h"

extern const struct reconciler namespace_reconciler;
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
extern const struct reconciler scheduler_reconciler;
extern const struct reconciler kubelet_reconciler;

/* Of the mesh: not in the list, for not every cluster has one. */
extern const struct reconciler istiod_reconciler;

/* All of them, in the order in which they see an event. Ends with NULL. */
extern const struct reconciler *const cluster_reconcilers[];

/* What a node can hold; 0: 32 CPUs, 256Gi, 110 pods. */
struct node_size {
	int64_t cpu_milli, memory_bytes, pods;
};

/* A node of an embedded cluster: number counts from 1, zones from 1. */
const struct node *cluster_node(struct arena *arena, int number, int zone,
				const struct node_size *size);

/* Namespaces default, kube-system, kube-public and kube-node-lease, the Service
 * default/kubernetes, the system's priority classes. */
struct objects_to_make {
	const struct node **items;
	uint32_t count;
};
struct objects_to_make cluster_bootstrap(struct arena *arena);

#endif

/*
 * bootstrap - the objects of a new cluster before its first request
 *
 * Layer: cluster. Objects to be created through the api, as kube-apiserver and a cluster's
 * installer create them. Everything lives in the arena.
 */
#ifndef FORGE_CLUSTER_BOOTSTRAP_H
#define FORGE_CLUSTER_BOOTSTRAP_H

#include "doc/nodes.h"

/* What a node can hold; 0: 32 CPUs, 256Gi, 110 pods. */
struct node_size {
	int64_t cpu_milli, memory_bytes, pods;
	int64_t storage_bytes; /* ephemeral; 0: it has none to give */
};

/* A node of an embedded cluster: number counts from 1, zones from 1. */
const struct node *cluster_node(struct arena *arena, int number, int zone,
				const struct node_size *size);

/* Namespaces default, kube-system, kube-public and kube-node-lease, the Service
 * default/kubernetes, the system's priority classes. */
struct nodes cluster_bootstrap(struct arena *arena);

#endif

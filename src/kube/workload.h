/*
 * workload - the kinds that make pods: where each has its template, selector and size
 *
 * Layer: kube. One table by group and kind: Deployment, StatefulSet, DaemonSet, ReplicaSet,
 * ReplicationController, Job, CronJob, and Pod, which is its own template. Everything else is no
 * workload: the getters find nothing. All borrow from the object and accept any node.
 */
#ifndef FORGE_KUBE_WORKLOAD_H
#define FORGE_KUBE_WORKLOAD_H

#include "doc/tree.h"

/* Counted by the API server in this annotation of DaemonSets, and carried by their pods' template
 * hash. Source: Kubernetes pkg/apis/apps/types.go, DeprecatedTemplateGeneration. */
#define DAEMONSET_GENERATION "deprecated.daemonset.template.generation"

bool workload_is(const struct node *object);

/* {metadata, spec} of its pods. */
const struct node *workload_template(const struct node *object);
const struct node *workload_pod_spec(const struct node *object);
const struct node *workload_pod_labels(const struct node *object);

/* A label selector: {matchLabels, matchExpressions}, of a ReplicationController a plain map. */
const struct node *workload_selector(const struct node *object);

/* Pods that its spec asks for at a time; 1 where it says nothing or cannot say. */
int64_t workload_replicas(const struct node *object);

#endif

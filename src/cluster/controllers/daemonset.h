/*
 * daemonset - what the files of the DaemonSet controller share
 *
 * Layer: cluster/controllers. Private: daemonset.c, daemonset_pods.c, daemonset_roll.c. One run
 * over one DaemonSet: its nodes, each with the pods that are there, and the revision of its
 * template. Source: Kubernetes pkg/controller/daemon, daemon_controller.go and update.go.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_DAEMONSET_H
#define FORGE_CLUSTER_CONTROLLERS_DAEMONSET_H

#include "api/plan.h"

#define DAEMON_HASH "controller-revision-hash"

struct daemon_node {
	const struct object *node;
	bool should_run;
	bool may_stay;
	VEC(const struct object *) pods; /* oldest first */
};

struct daemon {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *set;
	struct daemon_node *nodes; /* by name */
	uint32_t node_count;
	struct str hash;		 /* of the present template */
	int64_t desired;		 /* nodes that should have a pod */
	bool refused;			 /* a create of the last run was */
	VEC(const struct object *) bare; /* nodes that get a pod: a run does nothing else then */
};

bool daemonset_is_available(const struct daemon *d, const struct object *pod);
bool daemonset_is_updated(const struct daemon *d, const struct object *pod);

/* Creates are requests, sent at the end of the run; deletes are writes. */
void daemonset_create(struct daemon *d, const struct object *node);
void daemonset_delete(struct daemon *d, const struct object *pod);

/* Replaces pods of earlier revisions. */
void daemonset_roll(struct daemon *d);

#endif

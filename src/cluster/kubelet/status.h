/*
 * status - parts of a pod's status that both ways of playing it write
 *
 * Layer: cluster/kubelet. Private: its folder. Addresses follow from uids and names, conditions
 * keep their times while they hold.
 */
#ifndef FORGE_CLUSTER_KUBELET_STATUS_H
#define FORGE_CLUSTER_KUBELET_STATUS_H

#include "api/view.h"

/* 10.x.y.z from the pod's uid, and the address of its node. */
struct str kubelet_pod_ip(struct arena *arena, const struct object *pod);
struct str kubelet_host_ip(struct arena *arena, const struct object *pod);

struct kubelet_why {
	const char *reason; /* NULL: none */
	struct str message; /* may be absent */
};

/* The conditions of a pod on their way into its next status. */
struct kubelet_conditions {
	struct arena *arena;
	const struct node *list; /* NULL: none yet */
	int64_t generation;
	struct str now;
};

struct kubelet_conditions kubelet_conditions_of(const struct view *view, const struct object *pod);

/* Sets one of them; why may be NULL. */
void kubelet_condition(struct kubelet_conditions *c, struct str type, bool holds,
		       const struct kubelet_why *why);

/* "containers with unready status: [a b]" */
struct str kubelet_unready_message(struct arena *arena, const struct object *pod);

#endif

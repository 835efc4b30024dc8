/*
 * life - one step in the life of a pod on its node
 *
 * Layer: cluster/kubelet. Private: its folder.
 * A bound pod is started, running, ready, crashing or stopping. There are two modes, by the node's
 * annotation forge.dev/kubelet: in mode `played` the kubelet follows the pod's label forge.dev/play
 * at once, as in the recorded cases; otherwise containers take time and the kubelet emits events.
 *
 * How a pod behaves in the second mode stands in annotations that a rehearsal gives it when it is
 * created, and changes while a fault is on:
 *	forge.dev/start-ms: from bound to running (default: 1,000 to 3,000 ms by chance)
 *	forge.dev/ready: "never"; a pod that was ready is so no more
 *	forge.dev/listens-ms: from each start until the program answers (default: 0)
 *	forge.dev/open-ports: where its programs listen besides the declared ports ("8081,15021")
 *	forge.dev/memory-bytes: what each container uses
 *	forge.dev/crash-after-ms: the containers exit with 1 that long after each start
 */
#ifndef FORGE_CLUSTER_KUBELET_LIFE_H
#define FORGE_CLUSTER_KUBELET_LIFE_H

#include "api/plan.h"

/* The status of a pod that the label forge.dev/play asks for; NULL: the pod does not change. */
const struct node *kubelet_played_status(const struct view *view, const struct object *pod);

/* One step in the life of a pod that takes time. */
void kubelet_live(const struct view *view, const struct object *pod, struct plan *plan);

#endif

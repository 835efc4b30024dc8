/*
 * obstacle - what keeps the containers of a pod from starting
 *
 * Layer: cluster/kubelet. Private: its folder.
 * ConfigMaps, Secrets and keys of them that are not there, and references of images that cannot be
 * parsed. Source: Kubernetes, pkg/kubelet/kuberuntime (CreateContainerConfigError) and
 * pkg/kubelet/images (InvalidImageName); words in cluster-behaviour.md, section 13.
 */
#ifndef FORGE_CLUSTER_KUBELET_OBSTACLE_H
#define FORGE_CLUSTER_KUBELET_OBSTACLE_H

#include "api/plan.h"
#include "kube/pod_references.h"

struct obstacle {
	enum pod_reference_place place;
	struct str holder;   /* name of the volume or container */
	const char *waiting; /* reason of the container that waits */
	const char *event;   /* reason of the warning */
	struct str message;  /* of the container that waits */
	struct str event_message;
};

/* The first one of a pod; false: it can start. Texts are in the arena of the view. */
bool kubelet_obstacle(const struct view *view, const struct object *pod, struct obstacle *ret);

#endif

/*
 * pod_resources - what a pod asks for as a whole
 *
 * Layer: kube. The resources of the pod itself; or else the larger of the sum over its
 * containers and sidecars, and of each other init container with the sidecars before it; plus its
 * overhead. Source: component-helpers, resource.PodRequests, PodLimits.
 */
#ifndef FORGE_KUBE_POD_RESOURCES_H
#define FORGE_KUBE_POD_RESOURCES_H

#include "doc/tree.h"

/* part: requests or limits. A map of quantities, or NULL when nothing is asked for. */
const struct node *pod_resources(struct arena *arena, const struct node *spec, struct str part);

#endif

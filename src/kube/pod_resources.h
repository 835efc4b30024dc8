/*
 * pod_resources - what a pod asks for as a whole
 *
 * Layer: kube. What it says of itself, or its containers together with the init
 * containers that stay, or one of the other init containers while it runs beside those before it;
 * and its overhead. Source: component-helpers, resource.PodRequests, PodLimits.
 */
#ifndef FORGE_KUBE_POD_RESOURCES_H
#define FORGE_KUBE_POD_RESOURCES_H

#include "doc/tree.h"

/* part: requests or limits. A map of quantities, or NULL when nothing is asked for. */
const struct node *pod_resources(struct arena *arena, const struct node *spec, struct str part);

#endif

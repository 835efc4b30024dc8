/*
 * endpoints - what EndpointSlices and Endpoints of a Service have in common
 *
 * Layer: cluster/controllers. Private: endpoints.c, endpoints_common.c, endpointslice.c,
 * endpointslice_mirroring.c. Source: Kubernetes pkg/controller/endpoint,
 * staging/.../endpointslice.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_ENDPOINTS_H
#define FORGE_CLUSTER_CONTROLLERS_ENDPOINTS_H

#include "api/plan.h"
#include "api/runner.h"

struct endpoint {
	const struct object *pod;
	bool serving;
	bool terminating;
	bool ready; /* serving and not terminating, or published anyway */
};

struct endpoint_set {
	struct endpoint *items; /* in order of the pods' names */
	uint32_t count;
};

/* Pods that the Service selects and that have an address, finished ones left out. */
struct endpoint_set endpoints_of(const struct view *view, const struct object *service);

/* The Service's ports as the pod has them: names are looked up in its containers. NULL: the pod
 * lacks one. */
const struct node *endpoints_ports(struct arena *arena, const struct object *service,
				   const struct object *pod);

/* The name that a pod has in the domain of the Service; absent: none. */
struct str endpoints_hostname(const struct object *service, const struct object *pod);

bool endpoints_is_headless(const struct object *service);
bool endpoints_has_selector(const struct object *service);

/* Maps a pod event to the Services that select the pod's old or new version. */
void endpoints_map_pod(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys);

#endif

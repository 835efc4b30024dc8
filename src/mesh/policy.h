/*
 * policy - what stands between a source and the pods of a target
 *
 * Layer: mesh. Private: its folder.
 */
#ifndef FORGE_MESH_POLICY_H
#define FORGE_MESH_POLICY_H

#include "mesh/inside.h"

/* Where the pods of Istio's gateways are; also its root namespace. */
#define GATEWAY_NAMESPACE STR("istio-system")
#define GATEWAY_PRINCIPAL                                                                          \
	STR("cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account")

/* AuthorizationPolicies of a pod with a sidecar: 403 where no client could pass. */
struct refusal mesh_authorization_refuses(const struct search *s, const struct object *pod,
					  int64_t port);

#endif

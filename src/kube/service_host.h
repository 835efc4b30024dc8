/*
 * service_host - the names by which a Service is reached: web, web.shop, web.shop.svc …
 *
 * Layer: kube. Routes, gateways, traffic and faults write hosts; all that ask which Service a host
 * means ask here. Source: Kubernetes DNS specification, section 2.3; Istio pkg/config/host and
 * pilot/pkg/model, ResolveShortnameToFQDN.
 */
#ifndef FORGE_KUBE_SERVICE_HOST_H
#define FORGE_KUBE_SERVICE_HOST_H

#include "kube/object.h"

/*
 * The Service that a host means, seen from a namespace: "name", "name.namespace", or either with
 * ".svc" or ".svc.cluster.local" behind it. No name: the host is none of a cluster (a wildcard, a
 * domain of the Internet, nothing). Whether there is such a Service is another question.
 */
struct key service_host_key(struct str host, struct str namespace);

/* Both mean one Service, a as seen from a_namespace, b from b_namespace. */
bool service_host_same(struct str a, struct str a_namespace, struct str b, struct str b_namespace);

/* "name.namespace.svc.cluster.local" */
struct str service_host_text(struct arena *arena, struct key service);

#endif

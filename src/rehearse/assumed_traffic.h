/*
 * assumed_traffic - clients of the cluster when the scenario has no traffic
 *
 * Layer: rehearse. 20 requests a second for each Canary, to its apex or, when it is only reached
 * through a gateway, to its first host there; half of them satisfy the first match of its analysis
 * where it has one. As many for each host of a VirtualService on a gateway that no Canary made, and
 * of an Ingress.
 */
#ifndef FORGE_REHEARSE_ASSUMED_TRAFFIC_H
#define FORGE_REHEARSE_ASSUMED_TRAFFIC_H

#include "api/object.h"
#include "base/map.h"

struct mesh;

enum { ASSUMED_MILLI_RPS = 20000 };

struct assumed_traffic {
	struct mesh *mesh;
	struct arena *arena;
	struct map hosts; /* that have traffic */
};

void assumed_traffic_init(struct assumed_traffic *a, struct mesh *mesh, struct arena *arena);

/* A new object of the cluster; most bring no traffic. */
void assumed_traffic_add(struct assumed_traffic *a, const struct object *object);

#endif

/*
 * mesh - service mesh traffic: from clients through Istio routing to ready pods, and its telemetry
 *
 * Layer: mesh. An actor on a timer: once a virtual second, each traffic is spread as counts
 * (never as single requests) over routes, pods alike, outcomes and latency buckets, with seeded
 * integer sampling. Routing is resolved again only when a VirtualService, DestinationRule,
 * Service or EndpointSlice changed, or a pod went. Counters are kept per source and destination
 * workload, as Istio's standard metrics label them, and copied into the series store every 15 s.
 *
 * Everything runs in the mesh, whatever the injection labels say. Semantics: Istio
 * pilot/pkg/networking/core (route, cluster) and Envoy's standard metrics; what is left out is
 * listed in docs/parity.md.
 *
 * Ownership: lives in the arena; the store of metrics and the cache must live as long. The cache
 * must have seen an event before the mesh does: start the mesh after the runner.
 *
 *	struct mesh *mesh = mesh_start(&(struct mesh_options){ .world = w, … }, arena);
 *	mesh_add_traffic(mesh, &(struct mesh_traffic){ .host = STR("web.shop"),
 *						       .milli_rps = 20000 });
 */
#ifndef FORGE_MESH_MESH_H
#define FORGE_MESH_MESH_H

#include <stdint.h>

#include "kube/object.h"

struct api;
struct arena;
struct cache;
struct mesh;
struct metrics;
struct object;
struct world;

enum {
	MESH_TICK_MS = 1000,
	MESH_SCRAPE_MS = 15000,
	MESH_MILLI_RPS_MAX = 1000000000, /* a million requests a second; more is cut to it */
	MESH_TRAFFICS_MAX = 10000,
	MESH_STREAMS_MAX = 100000, /* distinct label sets; later ones are not counted */
	MESH_CAUSES_MAX = 16,	   /* of failures of one host; later ones count as the last */
};

/* How the program in a pod answers. Zero in a latency means its default. */
struct mesh_behaviour {
	uint32_t error_ppm;	 /* share of requests answered 500 */
	uint32_t latency_p50_us; /* default 20 ms */
	uint32_t latency_p99_us; /* default 80 ms */
	uint32_t cpu_us;	 /* CPU time that a request costs */
};

typedef struct mesh_behaviour (*mesh_behaviour_fn)(void *context, const struct object *pod);

struct mesh_options {
	struct world *world;
	struct api *api;
	const struct cache *cache;
	struct metrics *metrics;
	uint64_t seed;
	mesh_behaviour_fn behaviour; /* NULL: all pods behave by default */
	void *context;
};

struct mesh_header {
	struct str name, value;
};

/* Clients that send the same requests. Texts are copied. */
struct mesh_traffic {
	struct str host;    /* "service.namespace", or a host behind a gateway */
	struct str gateway; /* "namespace/name" it comes through; absent: the mesh, or any gateway
			       for a host that is no Service */
	struct str method;  /* absent: GET */
	struct str path;    /* with its query; absent: / */
	const struct mesh_header *headers;
	uint32_t header_count;
	uint32_t milli_rps;	    /* requests in 1,000 s */
	struct str source_workload; /* absent: clients, or istio-ingressgateway */
	struct str source_namespace;
};

struct mesh *mesh_start(const struct mesh_options *options, struct arena *arena);

/* Returns a number for mesh_set_rate(), or -1 beyond MESH_TRAFFICS_MAX. */
int32_t mesh_add_traffic(struct mesh *mesh, const struct mesh_traffic *traffic);
void mesh_set_rate(struct mesh *mesh, int32_t traffic, uint32_t milli_rps);

/* The behaviour of pods has changed: the mesh calls the behaviour function again. */
void mesh_refresh(struct mesh *mesh);

/*
 * What a route names in a namespace of others (a Gateway, a Secret, a Service) and is not in the
 * cluster, is taken as there: is_foreign tells of a namespace whether others than the repository
 * make what is in it. mesh_stop_assuming: from then on only what was met until then. Call it when
 * the first revision, which is what runs, has settled.
 */
typedef bool (*mesh_foreign_fn)(void *context, struct str namespace);
void mesh_start_assuming(struct mesh *mesh, mesh_foreign_fn is_foreign, void *context);
void mesh_stop_assuming(struct mesh *mesh);
/* What was assumed: "Gateway/istio-system/public". In the arena. */
struct str *mesh_assumed(const struct mesh *mesh, struct arena *arena, uint32_t *ret_count);

/* CPU time that requests have cost the pods of a workload (a Deployment, …) so far; retried and
 * mirrored ones count each time. */
uint64_t mesh_cpu_us(const struct mesh *mesh, struct str namespace, struct str name);

/* When a request last reached a pod of a workload; -1: never. */
int64_t mesh_last_request_ms(const struct mesh *mesh, struct str namespace, struct str name);

/* What clients of a host saw between two scrapes. */
struct mesh_point {
	int64_t at_ms; /* the end */
	uint64_t requests;
	uint64_t failures; /* status 5xx, no route, no pod, timeout */
	int64_t p50_us;	   /* interpolated in the bucket; 0 without requests */
	int64_t p99_us;
};

/* Why requests of a host failed. Response flags are Envoy's: NR no route, NC no cluster, UH no
 * healthy host, UF no connection, UT timeout, FI injected, RBAC denied; "-": the program itself. */
struct mesh_cause {
	int code; /* 0: there was no answer */
	const char *flag;
	struct str why;
	struct str kind; /* of the object that is to blame; absent: none */
	struct key key;
	uint64_t requests;
	int64_t first_ms, last_ms;
};

struct mesh_host {
	struct str host;
	const struct mesh_point *points; /* oldest first */
	uint32_t point_count;
	uint64_t requests; /* in all */
	uint64_t failures;
	uint64_t unresolved; /* requests while the host was no Service and never had a route */
	const struct mesh_cause *causes;
	uint32_t cause_count;
};

/* One entry for each host, in the order in which they were added; in the arena. */
const struct mesh_host *mesh_statistics(const struct mesh *mesh, struct arena *arena,
					uint32_t *ret_count);

#endif

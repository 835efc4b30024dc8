/*
 * inside - what the files of the mesh share
 *
 * Layer: mesh. Private: its folder. Two lifetimes: sources, streams, workloads and points live as
 * long as the mesh; what routing resolves to (routes, upstreams, lanes, targets) lives until the
 * next resolve.
 */
#ifndef FORGE_MESH_INSIDE_H
#define FORGE_MESH_INSIDE_H

#include "api/cache.h"
#include "base/map.h"
#include "base/vec.h"
#include "kube/object.h"
#include "mesh/mesh.h"
#include "mesh/sample.h"
#include "metrics/instrument.h"
#include "world/random.h"

struct source;

/* The pods of one Deployment (DaemonSet, …), as telemetry names them. */
struct workload {
	struct str id; /* "namespace/name" */
	struct str namespace;
	bool alive;	      /* has pods that run */
	uint64_t cpu_us;      /* that requests have cost */
	int64_t requested_ms; /* when the last request came; 0: never */
};

/* One label set: counted between scrapes. */
struct stream {
	const struct workload *workload; /* whose pods report it; NULL: the clients */
	struct counter requests;
	struct histogram durations;
	bool live; /* has counted since it was made or ended */
};

/* Response code and flag of an answer, as telemetry labels it. */
struct reply {
	int code;
	const char *flag; /* response flag */
};

/* An answer that no program gave, and why. */
struct refusal {
	struct reply reply; /* code 0 without a flag: there is none; with one: no connection */
	struct str why;	    /* "Service/shop/web selects no pod that is ready" */
	struct str kind;    /* of the object that is to blame; absent: none */
	struct key key;
};

/* Pods with the same telemetry labels and the same behaviour. */
struct target {
	struct workload *workload;
	const struct object *pod; /* the first of them, while it is resolved */
	struct str name;	  /* of the workload */
	struct str app, version, canonical_service, canonical_revision, account;
	struct mesh_behaviour behaviour;
	struct mesh_latency latency;
	uint64_t error_chance;
	uint32_t pods; /* ready endpoints */
};

/* What a destination stands for: a Service's ready pods, or a subset of them. */
struct cluster {
	bool exists; /* false: there is no such Service or subset */
	struct key service;
	VEC(struct target) targets;
	uint32_t endpoints;
};

enum reporter { REPORTER_SOURCE, REPORTER_DESTINATION, REPORTER_COUNT };

enum outcome { OUTCOME_OK, OUTCOME_ERROR, OUTCOME_TIMEOUT, OUTCOME_COUNT };

/* From one source to one target. */
struct lane {
	const struct cluster *cluster;
	const struct target *target;
	struct refusal refusal;				       /* none: its pods answer */
	struct stream *streams[OUTCOME_COUNT][REPORTER_COUNT]; /* NULL until first used */
};

/* From one source to one cluster. */
struct upstream {
	const struct cluster *cluster;
	struct refusal refusal; /* none: the lanes count */
	struct lane *lanes;	/* one for each target */
	uint64_t weight;
	uint64_t chance; /* of a mirror */
};

struct route {
	bool resolved;		/* a Service or a route serves the host */
	struct refusal refusal; /* of all requests; none: forward */
	struct upstream *upstreams;
	uint32_t upstream_count;
	uint64_t weight; /* of all upstreams */
	struct upstream *mirrors;
	uint32_t mirror_count;
	uint64_t timeout_us; /* 0: none */
	uint32_t attempts;   /* retries after the first try */
	bool retries_errors; /* a 500 is tried again */
	uint64_t abort_chance;
	struct refusal abort;
	struct str owner; /* the object that routes: "VirtualService/shop/web" */
	bool counted;	  /* requests, not connections: there is telemetry */
};

/* Counted since the last scrape. */
struct tally {
	uint64_t requests;
	uint64_t failures;
	uint64_t buckets[SAMPLE_BUCKETS];
};

struct host_points {
	struct str host;
	struct tally tally;
	VEC(struct mesh_point) points;
	VEC(struct mesh_cause) causes; /* of failures; at most MESH_CAUSES_MAX */
	bool was_resolved;	       /* a Service or a route has served the host */
	uint64_t requests, failures, unresolved;
};

struct source {
	struct mesh_traffic traffic;
	struct str id; /* its number, for keys */
	struct random random;
	struct host_points *points;
	struct route route;
	bool gateway; /* its requests come through one, not from the mesh */
};

struct mesh {
	struct mesh_options options;
	struct arena *arena;
	struct arena *resolved; /* what routing resolves to */
	struct map clusters;	/* "namespace/name/subset" → struct cluster, of this resolve */
	struct map workloads;	/* id → struct workload */
	struct map streams;	/* key → struct stream */
	struct map seen;    /* what others may have made, and was here: "Secret/istio-system/tls" */
	struct map assumed; /* likewise: what was never here, and is taken as there */
	struct map injected;	    /* namespaces whose labels have asked for sidecars */
	bool assumes;		    /* else nothing is added to it any more */
	mesh_foreign_fn is_foreign; /* NULL: no namespace is */
	void *foreign_context;
	VEC(struct source *) sources;
	VEC(struct host_points *) hosts;
	bool dirty;
	bool ticking;
	int64_t next_scrape_ms;
};

/* Resolves the routes of all sources again from the cache. */
void mesh_resolve(struct mesh *mesh);

/* A search for the route of one source. */
struct search {
	struct mesh *mesh;
	const struct source *source;
	struct key service; /* what the host is in the mesh; no name: a host behind a gateway */
	bool gateway;
	struct refusal refusal; /* why what fits best was passed over */
};

/* --- refusals -------------------------------------------------------------------------------- */

/* With an object that is to blame; the text is formatted into mesh->resolved. */
struct refusal mesh_refuse(struct mesh *mesh, struct reply reply, struct str kind, struct key key,
			   const char *format, ...) PRINTF_LIKE(5, 6);
static inline bool refuses(const struct refusal *refusal)
{
	return refusal->reply.flag != NULL;
}

/* Counts failed requests of a source by their cause. */
void mesh_note_failures(struct mesh *mesh, struct source *source, const struct refusal *refusal,
			uint64_t count);

/*
 * Whether an object that is not here is taken as there: its namespace is made by others, and so may
 * be what is in it. After mesh_stop_assuming() only what the mesh had met until then.
 */
bool mesh_assumes(struct mesh *mesh, struct str kind, struct key key);
void mesh_note_seen(struct mesh *mesh, const struct object *object);

/* --- parts of a route ------------------------------------------------------------------------ */

/*
 * Whether a gateway that a route names serves the host; *ret_refusal says why not. The name is
 * "namespace/name" or a name in the namespace.
 */
bool mesh_gateway_serves(const struct search *s, struct str gateway, struct str namespace,
			 struct refusal *ret_refusal);

/* Where a route sends to: {host, subset, port: {number}}. owner: who says so, for the cause. */
struct upstream mesh_destination(const struct search *s, const struct node *destination,
				 struct str namespace, struct str owner);
/* All of a Service; port (a number or a name) may be NULL. */
struct upstream mesh_service(const struct search *s, struct key service, const struct node *port,
			     struct str owner);

/* The route of an Ingress for the host and path; false when there is none. */
bool mesh_ingress_route(const struct search *s, struct route *ret);

/* NetworkPolicies, AuthorizationPolicies and modes of TLS in front of a target's pods. port: of the
 * pods. */
struct refusal mesh_policies_refuse(const struct search *s, struct key service,
				    const struct target *target, int64_t port);
/* Whether the sidecar of Istio runs in a pod. */
enum sidecar { SIDECAR_NO, SIDECAR_MAYBE, SIDECAR_YES };
enum sidecar mesh_sidecar(struct mesh *mesh, const struct object *pod);

/* The cluster of a Service; subset NULL: all its pods, else a label selector (a map). */
const struct cluster *mesh_cluster(struct mesh *mesh, struct key service, struct str subset,
				   const struct node *labels);

/* Finds the workloads that still have pods; ends the streams of the others. */
void mesh_check_workloads(struct mesh *mesh);

/* Sends one second of one source's requests. */
void mesh_send(struct mesh *mesh, struct source *source);

/* target NULL: no pod was reached. service without a name: no Service, either. NULL when
 * MESH_STREAMS_MAX is reached. */
struct stream *mesh_stream(struct mesh *mesh, const struct source *source,
			   const struct target *target, struct key service, enum reporter reporter,
			   struct reply reply);
void mesh_stream_add(struct stream *stream, const uint64_t counts[SAMPLE_BUCKETS]);
void mesh_scrape(struct mesh *mesh, int64_t now_ms);

#endif

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

/* Response code and flag of an answer, as telemetry labels it. */
struct reply {
	int code;
	const char *flag; /* response flag */
};

/* From one source to one target. */
struct lane {
	const struct cluster *cluster;
	const struct target *target;
	struct stream *streams[OUTCOME_COUNT][REPORTER_COUNT]; /* NULL until first used */
};

/* From one source to one cluster. */
struct upstream {
	const struct cluster *cluster;
	struct lane *lanes; /* one for each target */
	uint64_t weight;
	uint64_t chance; /* of a mirror */
};

struct route {
	bool resolved;	    /* a Service or a route serves the host */
	struct reply reply; /* without an upstream; code 0: forward */
	struct upstream *upstreams;
	uint32_t upstream_count;
	uint64_t weight; /* of all upstreams */
	struct upstream *mirrors;
	uint32_t mirror_count;
	uint64_t timeout_us; /* 0: none */
	uint32_t attempts;   /* retries after the first try */
	bool retries_errors; /* a 500 is tried again */
	uint64_t abort_chance;
	int abort_code;
	bool counted; /* requests, not connections: there is telemetry */
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
	VEC(struct source *) sources;
	VEC(struct host_points *) hosts;
	bool dirty;
	bool ticking;
	int64_t next_scrape_ms;
};

/* Resolves the routes of all sources again from the cache. */
void mesh_resolve(struct mesh *mesh);

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

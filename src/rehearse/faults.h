/*
 * faults - the faults that a scenario injects into a rehearsal, and when each begins and ends
 *
 * Layer: rehearse. Times count from the shipping of the last revision; when that revision has
 * settled, every fault ends. A fault concerns the pods of one workload, or those behind a host: of
 * the Service, and of where its VirtualServices route to. A metricsGap concerns the queries of
 * Canaries that have this target or host, or of all.
 *
 * Ownership: borrows scenario, world and cache; spans live in the arena.
 *
 *	faults_init(&f, &(struct faults_options){ .scenario = s, … }, arena);
 *	faults_begin(&f);	// the last revision is shipped
 *	faults_effect(&f, pod, kind, key);
 *	faults_end(&f);		// it has come to rest
 */
#ifndef FORGE_REHEARSE_FAULTS_H
#define FORGE_REHEARSE_FAULTS_H

#include "api/cache.h"
#include "rehearse/scenario.h"
#include "world/world.h"

struct faults;
struct repository;

struct faults_options {
	const struct scenario *scenario;
	struct world *world;
	const struct cache *cache;
	void (*changed)(void *context); /* a fault began or ended; may be NULL */
	void *context;
};

/* When a fault was there; at most one time each. */
struct fault_span {
	struct faults *faults;
	const struct scenario_fault *fault;
	int64_t from_ms, to_ms; /* of the world's clock; -1: it never began, has not ended */
	uint64_t timer;		/* of what comes next; 0: nothing does */
};

struct faults {
	struct faults_options options;
	struct fault_span *spans; /* as the scenario lists them */
	uint32_t count;
};

/* What the active faults do to a pod. */
struct fault_effect {
	uint32_t error_ppm;
	int64_t latency_ms; /* on top of each request */
	bool crashes, never_ready;
};

void faults_init(struct faults *f, const struct faults_options *options, struct arena *arena);
void faults_begin(struct faults *f);
void faults_end(struct faults *f);

/* Whether a host is that of a Service or VirtualService of the cluster. */
bool faults_host_is_real(const struct faults *f, struct str host);

/* Whether a fault will still begin, or end by itself. */
bool faults_are_due(const struct faults *f);

/* kind and key: the workload on top of the pod. */
struct fault_effect faults_effect(const struct faults *f, const struct object *pod, struct str kind,
				  struct key key);

/* Whether the queries of a Canary return no samples now. */
bool faults_hide_metrics(const struct faults *f, const struct object *canary);

/* An error with place and hint when a target names nothing of the cluster, nor of a render. */
MUST_USE int faults_check(const struct faults *f, const struct repository *repository,
			  struct error *err);

/* "errors", "metricsGap": as it is written in a scenario. */
struct str fault_word(enum fault_kind kind);

#endif

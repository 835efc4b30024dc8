/*
 * simulated - a world of its own: virtual time, a seed, files, hosts and programs that are given
 *
 * Layer: world. Time passes only when nothing is left to do at this moment: an hour takes as long
 * as what happens in it. The same options give the same run. Only code that composes a simulation,
 * and tests, need this header.
 *
 *	struct simulated_options options = { .seed = 1, .files = &snapshot };
 *	struct world *w = simulated_new(&options);
 */
#ifndef FORGE_WORLD_SIMULATED_H
#define FORGE_WORLD_SIMULATED_H

#include "world/world.h"

struct snapshot;

/* 2026-01-01T00:00:00Z */
#define SIMULATED_EPOCH_MS 1767225600000ll

struct simulated_options {
	uint64_t seed;
	const struct snapshot *files; /* borrowed, never changed; NULL: none */
	const struct str *env;	      /* NAME=VALUE, borrowed */
	uint32_t env_count;
	int64_t epoch_ms;    /* 0: SIMULATED_EPOCH_MS */
	uint64_t steps_max;  /* then "no convergence"; 0: no limit */
	int64_t time_max_ms; /* of virtual time, likewise */
};

struct world *simulated_new(const struct simulated_options *options);

/* --- programs: process_run() and process_start() of that name call run ----------------------- */

typedef int (*simulated_program_fn)(void *data, struct arena *arena,
				    const struct process_request *request,
				    struct process_result *ret, struct error *err);
void simulated_program(struct world *w, struct str name, simulated_program_fn run, void *data);

/* --- hosts: requests to http://host/ or http://host:port/ call run from the loop ------------- */

typedef void (*simulated_host_fn)(void *data, uint64_t request_id,
				  const struct http_request *request);

/*
 * host is "name" or "name:port"; the more exact one wins. The request is valid until it is
 * answered.
 */
void simulated_host(struct world *w, struct str host, simulated_host_fn run, void *data);

/*
 * Each request is answered or failed once, now or later; what comes after a cancel or timeout is
 * dropped. All is copied.
 */
void simulated_chunk(struct world *w, uint64_t request_id, struct str bytes);
void simulated_answer(struct world *w, uint64_t request_id, const struct http_answer *answer);
void simulated_fail(struct world *w, uint64_t request_id, const struct error *err);

#endif

/*
 * simulated - a simulated world: virtual time, a seed, given files and programs
 *
 * Layer: world. The clock moves only when no event is left at the current time: an hour of virtual
 * time takes as long as its events take to run. The same options give the same run. A server
 * listens under any host name, and http_send() to that name reaches its handler; TLS is assumed to
 * work. Only code that composes a simulation, and tests, need this header.
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

enum { SIMULATED_LOG_BYTES_MAX = 16 << 20 };

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

/* --- input, signals, log ---------------------------------------------------------------------- */

/* More standard input; it waits until somebody reads. Nothing may come after the end. */
void simulated_input(struct world *w, struct str bytes);
void simulated_input_end(struct world *w);

/* As if the signal arrived now; without world_on_signal() nothing happens. */
void simulated_signal(struct world *w, int signal);

/* All lines of world_log() up to SIMULATED_LOG_BYTES_MAX; later ones are dropped. Borrowed. */
struct str simulated_log(struct world *w);

#endif

/*
 * simulated_inside - what the files of the simulated world share
 *
 * Layer: world; private to simulated*.c.
 */
#ifndef FORGE_WORLD_SIMULATED_INSIDE_H
#define FORGE_WORLD_SIMULATED_INSIDE_H

#include "base/map.h"
#include "world/simulated.h"
#include "world/snapshot.h"
#include "world/table.h"

struct simulated {
	struct world world;
	struct arena *arena;
	int64_t epoch_ms;
	const struct snapshot *files;
	struct snapshot own_files; /* from the first write on */
	struct map env;		   /* name -> struct str */
	struct map programs;
	struct map hosts;
	struct simulated_request *requests; /* those without an answer */
	struct simulated_chunk *chunks;	    /* on their way */
	uint64_t request_count;
};

/* simulated_http.c */
uint64_t simulated_http_send(struct world *w, const struct http_request *request,
			     struct http_events events);
void simulated_http_cancel(struct world *w, uint64_t id);
void simulated_http_free_all(struct simulated *s);

/* simulated_process.c */
int simulated_process_run(struct world *w, struct arena *arena,
			  const struct process_request *request, struct process_result *ret,
			  struct error *err);
struct process *simulated_process_start(struct world *w, const struct process_request *request,
					struct process_events events, struct error *err);
void simulated_process_write(struct process *p, struct str bytes);
void simulated_process_close_input(struct process *p);
void simulated_process_kill(struct process *p, int signal);

#endif

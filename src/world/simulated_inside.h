/*
 * simulated_inside - what the files of the simulated world share
 *
 * Layer: world. Private: simulated.c, simulated_folders.c, simulated_link.h, simulated_process.c,
 * simulated_streams.c.
 */
#ifndef FORGE_WORLD_SIMULATED_INSIDE_H
#define FORGE_WORLD_SIMULATED_INSIDE_H

#include "base/map.h"
#include "world/backlog.h"
#include "world/handles.h"
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
	struct map servers;		    /* "host:port" -> struct simulated_server */
	struct simulated_request *requests; /* those without an answer */
	struct handles request_ids;
	uint16_t port_last; /* given out for port 0 */
	struct backlog input;
	bool input_ends;
	uint64_t input_turn; /* the event that hands it on; 0: none */
	struct backlog log;
	struct simulated_folder_watch *folder_watches;
};

/* simulated_folders.c */
struct folder_watch *simulated_folder_watch_new(struct world *w, struct error *err);
int simulated_folder_watch_add(struct folder_watch *watch, struct str folder, struct error *err);
void simulated_folder_watch_free(struct folder_watch *watch);
/* A file of the snapshot, by its path from the root, was written or removed. */
void simulated_folder_changed(struct simulated *s, struct str path);

/* simulated_http.c */
uint64_t simulated_http_send(struct world *w, const struct http_request *request,
			     struct http_events events, const struct error *refused);
void simulated_http_cancel(struct world *w, uint64_t id);
void simulated_http_pause(struct world *w, uint64_t id, bool paused);
void simulated_http_release(struct simulated *s);

/* simulated_http_server.c */
struct http_server *simulated_http_serve(struct world *w, struct http_address address,
					 const struct http_server_options *options,
					 struct error *err);
void simulated_http_server_stop(struct http_server *base);
void simulated_http_server_cut(struct http_server *base);
void simulated_http_server_free(struct http_server *base);
void simulated_http_push(struct http_exchange *base);

/* simulated_streams.c */
void simulated_input_start(struct world *w);
void simulated_input_stop(struct world *w);
void simulated_on_signal(struct world *w, int signal);
void simulated_log_line(struct world *w, struct str line);

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

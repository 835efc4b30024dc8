/*
 * real_inside - what the files of the real world share
 *
 * Layer: world. Private: its folder.
 */
#ifndef FORGE_WORLD_REAL_INSIDE_H
#define FORGE_WORLD_REAL_INSIDE_H

#include <signal.h>

#include "world/real.h"
#include "world/handles.h"
#include "world/table.h"

struct real_watch {
	real_watch_fn run; /* NULL: unwatched, freed after the current round */
	void *data;
	int descriptor;
	bool background;
	struct real_watch *next; /* of the dead */
};

struct real {
	struct world world;
	int epoll;
	uint32_t foreground_count;
	struct real_watch **watches; /* by descriptor */
	uint32_t watch_capacity;
	struct real_watch *dead_watches;
	struct real_process *processes;		    /* those that run */
	struct real_client *client;		    /* NULL: nothing was asked yet */
	struct real_server_library *server_library; /* NULL: nothing was served yet */
	int signal_descriptor;			    /* -1: none yet */
	sigset_t signals_before;		    /* what was blocked when the world began */
	uint64_t input_turn; /* of an input that cannot be watched, as a file */
};

/* real_events.c */
void real_refresh(struct world *w);
int64_t real_stopwatch_us(const struct world *w);
bool real_is_busy(const struct world *w);
int real_advance(struct world *w, int64_t until_tick_ms, struct error *err);
int real_poll(struct world *w, struct error *err);
/* Like real_watch(); false when the descriptor cannot be watched, as that of a file. */
bool real_can_watch(struct world *w, int descriptor, unsigned events, bool background,
		    real_watch_fn run, void *data);
void real_watches_free(struct real *real);

/* real_streams.c */
void real_input_start(struct world *w);
void real_input_stop(struct world *w);
void real_on_signal(struct world *w, int signal);
void real_signals_release(struct real *real);
void real_log(struct world *w, struct str line);

/* real_file.c */
int real_file_read(struct world *w, struct arena *arena, struct str path, struct str *ret,
		   struct error *err);
int real_file_scan(struct world *w, struct str path, file_chunk_fn chunk, void *data,
		   struct error *err);
int real_file_write(struct world *w, struct str path, struct str bytes, struct error *err);
int real_file_stat(struct world *w, struct str path, struct file_stat *ret, struct error *err);
int real_file_list(struct world *w, struct arena *arena, struct str path, struct file_list *ret,
		   struct error *err);
int real_file_realpath(struct world *w, struct arena *arena, struct str path, struct str *ret,
		       struct error *err);
int real_file_link(struct world *w, struct arena *arena, struct str path, struct str *ret,
		   struct error *err);
int real_file_remove(struct world *w, struct str path, struct error *err);
int real_file_rename(struct world *w, struct str from, struct str to, struct error *err);
int real_directory_make(struct world *w, struct str path, struct error *err);

/* real_folders.c */
struct folder_watch *real_folder_watch_new(struct world *w, struct error *err);
int real_folder_watch_add(struct folder_watch *watch, struct str folder, struct error *err);
void real_folder_watch_free(struct folder_watch *watch);

/* real_process.c */
int real_process_run(struct world *w, struct arena *arena, const struct process_request *request,
		     struct process_result *ret, struct error *err);
struct process *real_process_start(struct world *w, const struct process_request *request,
				   struct process_events events, struct error *err);
void real_process_write(struct process *p, struct str bytes);
void real_process_close_input(struct process *p);
void real_process_kill(struct process *p, int signal);
void real_process_free_all(struct real *real);

/* real_http_client.c */
uint64_t real_http_send(struct world *w, const struct http_request *request,
			struct http_events events, const struct error *refused);
void real_http_cancel(struct world *w, uint64_t id);
void real_http_pause(struct world *w, uint64_t id, bool paused);
void real_client_free(struct real_client *client);

/* real_http_server.c */
struct http_server *real_http_serve(struct world *w, struct http_address address,
				    const struct http_server_options *options, struct error *err);
void real_http_server_stop(struct http_server *base);
void real_http_server_cut(struct http_server *base);
void real_http_server_free(struct http_server *base);
void real_http_push(struct http_exchange *base);
void real_server_library_free(struct real_server_library *library);

#endif

/*
 * real_inside - what the files of the real world share
 *
 * Layer: world; private to real*.c.
 */
#ifndef FORGE_WORLD_REAL_INSIDE_H
#define FORGE_WORLD_REAL_INSIDE_H

#include "world/real.h"
#include "world/table.h"

struct real_watch {
	real_watch_fn run; /* NULL: unwatched, freed after the current round */
	void *data;
	int descriptor;
	bool background;
	struct real_watch *next; /* of the dead */
};

enum { REAL_SIGNALS_MAX = 65 };

struct real {
	struct world world;
	int epoll;
	uint32_t foreground_count;
	struct real_watch **watches; /* by descriptor */
	uint32_t watch_capacity;
	struct real_watch *dead_watches;
	struct real_process *processes; /* those that run */
	struct real_request *requests;	/* those without an answer */
	int signal_descriptor;		/* -1: none yet */
	struct {
		void (*run)(void *data);
		void *data;
	} signals[REAL_SIGNALS_MAX];
};

/* real_file.c */
int real_file_read(struct world *w, struct arena *arena, struct str path, struct str *ret,
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
int real_directory_make(struct world *w, struct str path, struct error *err);

/* real_process.c */
int real_process_run(struct world *w, struct arena *arena, const struct process_request *request,
		     struct process_result *ret, struct error *err);
struct process *real_process_start(struct world *w, const struct process_request *request,
				   struct process_events events, struct error *err);
void real_process_write(struct process *p, struct str bytes);
void real_process_close_input(struct process *p);
void real_process_kill(struct process *p, int signal);
void real_process_free_all(struct real *real);

/* real_http.c */
uint64_t real_http_send(struct world *w, const struct http_request *request,
			struct http_events events);
void real_http_cancel(struct world *w, uint64_t id);
void real_http_free_all(struct real *real);

#endif

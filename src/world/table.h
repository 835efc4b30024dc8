/*
 * table - what a world must provide: the functions behind world.h, and the state all worlds share
 *
 * Layer: world. Private: http.c, real_inside.h, simulated_inside.h, world.c.
 */
#ifndef FORGE_WORLD_TABLE_H
#define FORGE_WORLD_TABLE_H

#include "world/http_inside.h"
#include "world/queue.h"
#include "world/world.h"

struct world_table {
	void (*free)(struct world *w);
	/* Sets now_ms and tick_ms. */
	void (*refresh)(struct world *w);
	int64_t (*stopwatch_us)(const struct world *w);
	/* Whether an event from outside the queue (descriptor, process, signal) may still come. */
	bool (*is_busy)(const struct world *w);
	/*
	 * Lets the time pass until until_tick_ms (INT64_MAX: no end), or until something outside
	 * happens, and handles that.
	 */
	int (*advance)(struct world *w, int64_t until_tick_ms, struct error *err);
	/* Handles what has happened outside without waiting; NULL: nothing happens there. */
	int (*poll)(struct world *w, struct error *err);
	struct str (*env)(const struct world *w, const char *name);
	uint32_t (*processors)(const struct world *w);

	int (*file_read)(struct world *w, struct arena *arena, struct str path, struct str *ret,
			 struct error *err);
	int (*file_scan)(struct world *w, struct str path, file_chunk_fn chunk, void *data,
			 struct error *err);
	int (*file_write)(struct world *w, struct str path, struct str bytes, struct error *err);
	int (*file_stat)(struct world *w, struct str path, struct file_stat *ret,
			 struct error *err);
	int (*file_list)(struct world *w, struct arena *arena, struct str path,
			 struct file_list *ret, struct error *err);
	int (*file_realpath)(struct world *w, struct arena *arena, struct str path, struct str *ret,
			     struct error *err);
	int (*file_link)(struct world *w, struct arena *arena, struct str path, struct str *ret,
			 struct error *err);
	int (*file_remove)(struct world *w, struct str path, struct error *err);
	int (*file_rename)(struct world *w, struct str from, struct str to, struct error *err);
	int (*directory_make)(struct world *w, struct str path, struct error *err);

	struct folder_watch *(*folder_watch_new)(struct world *w, struct error *err);
	int (*folder_watch_add)(struct folder_watch *watch, struct str folder, struct error *err);
	void (*folder_watch_free)(struct folder_watch *watch);

	int (*process_run)(struct world *w, struct arena *arena,
			   const struct process_request *request, struct process_result *ret,
			   struct error *err);
	struct process *(*process_start)(struct world *w, const struct process_request *request,
					 struct process_events events, struct error *err);
	void (*process_write)(struct process *p, struct str bytes);
	void (*process_close_input)(struct process *p);
	void (*process_kill)(struct process *p, int signal);

	/* refused: why it is to be answered with an error; NULL when it is fine. */
	uint64_t (*http_send)(struct world *w, const struct http_request *request,
			      struct http_events events, const struct error *refused);
	void (*http_cancel)(struct world *w, uint64_t id);
	void (*http_pause)(struct world *w, uint64_t id, bool paused);

	struct http_server *(*http_serve)(struct world *w, struct http_address address,
					  const struct http_server_options *options,
					  struct error *err);
	void (*http_server_stop)(struct http_server *server);
	/* Closes the server's connections; the world holds no exchange of it afterwards. */
	void (*http_server_cut)(struct http_server *server);
	void (*http_server_free)(struct http_server *server);
	/* State, queue or is_cut of the exchange have changed. Calls no handler itself. */
	void (*http_push)(struct http_exchange *x);

	void (*input_start)(struct world *w);
	void (*input_stop)(struct world *w);
	void (*on_signal)(struct world *w, int signal);
	void (*log)(struct world *w, struct str line);
};

enum { WORLD_SIGNALS_MAX = 65 };

struct world_signal {
	world_fn run; /* NULL: nobody wants it */
	void *data;
};

struct world {
	const struct world_table *table;
	struct queue queue;
	int64_t now_ms;	 /* since 1970 */
	int64_t tick_ms; /* of the loop: never goes back; the queue is ordered by it */
	uint64_t seed;
	bool stopped;
	uint64_t polled_sequence; /* events from here on were added since the outside was polled */
	uint64_t step_count;
	uint64_t steps_max;  /* 0: no limit */
	int64_t tick_max_ms; /* 0: no limit */
	uint64_t fail_after[WORLD_FAULT_COUNT];
	struct http_server *http_servers;
	struct world_input_events input; /* .chunk NULL: nobody reads */
	struct world_signal signals[WORLD_SIGNALS_MAX];
	enum world_log_level log_least;
};

/* A watch begins with this. */
struct folder_watch {
	struct world *world;
	world_fn changed;
	void *data;
};

/* A process begins with this. */
struct process {
	struct world *world;
};

void world_init(struct world *w, const struct world_table *table, uint64_t seed);
void world_release(struct world *w);

/* What a world reports: a signal has arrived; the input has bytes, or has ended. */
void world_signal_arrived(struct world *w, int signal);
void world_input_arrived(struct world *w, struct str bytes);
void world_input_ended(struct world *w);

/* Frees all servers; nobody hears of it. */
void world_http_free_all(struct world *w);

/* Whether this is the one that a test wants to fail. */
bool world_fault(struct world *w, enum world_fault fault);

#endif

/*
 * world - all that is outside the program: clock, chance, files, processes, input, signals, log
 *
 * Layer: world. There are two: real (world/real.h) is the system; simulated (world/simulated.h) is
 * a queue ordered by (virtual time, sequence), a seed and a snapshot of files. The code above
 * cannot tell which one it runs in. A world and all that hangs off it belong to one thread.
 *
 * No function blocks: an operation that takes time is started, and world_run() calls its callback.
 * The exceptions are files, and process_run() for programs that end soon, like git.
 *
 *	world_timer(world, 5000, retry, state);
 *	if (world_wait(world, &state->done, 60000, &err) < 0) …
 */
#ifndef FORGE_WORLD_WORLD_H
#define FORGE_WORLD_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "world/random.h"

struct arena;
struct world;

typedef void (*world_fn)(void *data);

/*
 * Gives up all that the world holds: running processes, descriptors, timers. world_free(NULL) is
 * fine.
 */
void world_free(struct world *w);

/* --- clock and loop -------------------------------------------------------------------------- */

/* Milliseconds since 1970-01-01 UTC. Within one callback it does not move. */
int64_t world_now_ms(const struct world *w);

/*
 * Microseconds from an arbitrary start, for measuring how long work took; in simulation, virtual
 * time.
 */
int64_t world_stopwatch_us(const struct world *w);

/*
 * Runs run(data) once after delay_ms (0: as soon as what is queued has run). Returns an id, never
 * 0.
 */
uint64_t world_timer(struct world *w, int64_t delay_ms, world_fn run, void *data);

/* As world_timer with 0 ms: after what is queued already for this moment. */
uint64_t world_post(struct world *w, world_fn run, void *data);

/* False when it has run already or never was. */
bool world_cancel(struct world *w, uint64_t id);

/*
 * Runs until nothing is left to happen, or world_stop(). ERROR_DEADLINE when a budget of the
 * simulation is used up.
 */
int world_run(struct world *w, struct error *err) MUST_USE;

/* Runs the events of the next duration_ms; afterwards the clock is at the end of them. */
int world_run_for(struct world *w, int64_t duration_ms, struct error *err) MUST_USE;

/*
 * Runs until *done; ERROR_DEADLINE after timeout_ms, or at once when nothing is left that could
 * set it. < 0: no timeout.
 */
int world_wait(struct world *w, const bool *done, int64_t timeout_ms, struct error *err) MUST_USE;

/* Ends world_run() after the callback that runs now. */
void world_stop(struct world *w);

/* --- chance and environment ------------------------------------------------------------------- */

uint64_t world_seed(const struct world *w);
struct random world_random(const struct world *w, struct str actor, struct str purpose);

/* Absent when it is not set. Borrowed from the world. */
struct str world_env(const struct world *w, const char *name);

/* How many threads can run at once: in a simulated world one. */
uint32_t world_processors(const struct world *w);

/* --- files ------------------------------------------------------------------------------------
 * Paths are absolute or relative to the directory the program was started in ("/" of the snapshot
 * in simulation).
 */

enum { WORLD_FILE_BYTES_MAX = 1 << 30 };

enum file_kind { FILE_ABSENT, FILE_REGULAR, FILE_DIRECTORY, FILE_LINK, FILE_OTHER };

struct file_stat {
	enum file_kind kind; /* links followed; FILE_LINK only from file_list() */
	bool executable;
	bool is_own; /* it belongs to the user, or, for root, to the one who called sudo */
	uint64_t size_bytes;
	int64_t modified_ms;
};

struct file_entry {
	struct str name;
	enum file_kind kind;
};

struct file_list {
	struct file_entry *items; /* by name, in byte order; without "." and ".." */
	uint32_t count;
	uint32_t capacity;
};

/*
 * The whole file. An absent file is ERROR_INPUT, and so is what is no file: a pipe, a device, what
 * stands in /proc. Only what the user hands over (/dev/stdin, /dev/fd/3) may be anything.
 */
int file_read(struct world *w, struct arena *arena, struct str path, struct str *ret,
	      struct error *err) MUST_USE;

/*
 * The file from begin to end, a borrowed chunk at a time: its size has no limit. What was handed
 * out before an error counts for nothing.
 */
typedef void (*file_chunk_fn)(void *data, struct str chunk);
int file_scan(struct world *w, struct str path, file_chunk_fn chunk, void *data,
	      struct error *err) MUST_USE;

/*
 * Writes a temporary file in the same directory, calls fsync, renames it: readers see the old or
 * the new file. Parent directories are made.
 */
int file_write(struct world *w, struct str path, struct str bytes, struct error *err) MUST_USE;

/* FILE_ABSENT is no error; a path that cannot be looked at is. */
int file_stat(struct world *w, struct str path, struct file_stat *ret, struct error *err) MUST_USE;

/* False also when it cannot be looked at. */
bool file_exists(struct world *w, struct str path);

int file_list(struct world *w, struct arena *arena, struct str path, struct file_list *ret,
	      struct error *err) MUST_USE;

/* Absolute, without links. The file must exist. */
int file_realpath(struct world *w, struct arena *arena, struct str path, struct str *ret,
		  struct error *err) MUST_USE;

/* The target of a symbolic link; absent when path is no link, or nothing. */
int file_link(struct world *w, struct arena *arena, struct str path, struct str *ret,
	      struct error *err) MUST_USE;

/* Removing what is absent is fine. Directories must be empty. */
int file_remove(struct world *w, struct str path, struct error *err) MUST_USE;

/*
 * Moves a file or a directory with all that is in it, on one disk: who looks sees it at one of the
 * two places, and whole. A file that is there is replaced; a directory with something in it is not,
 * which is an error.
 */
int file_rename(struct world *w, struct str from, struct str to, struct error *err) MUST_USE;

/* With its parents. */
int directory_make(struct world *w, struct str path, struct error *err) MUST_USE;

/*
 * Tells of changes in folders: changed(data) runs from world_run() when a file in one of them was
 * written, made, moved or removed, once for all that happened together. Folders below are not
 * watched. A watch keeps world_run() from ending in the real world, where there may always be a
 * change; in a simulated one, only file_write() and file_remove() are changes.
 */
struct folder_watch;
MUST_USE struct folder_watch *folder_watch_new(struct world *w, world_fn changed, void *data,
					       struct error *err);
/* One more; again is no error, and neither is a folder that is not there. Errors: the system's
 * limit of watches. */
int folder_watch_add(struct folder_watch *watch, struct str folder, struct error *err) MUST_USE;
void folder_watch_free(struct folder_watch *watch); /* NULL is fine */

/* --- processes -------------------------------------------------------------------------------- */

enum { PROCESS_OUTPUT_BYTES_MAX = 1 << 30, PROCESS_ARGS_MAX = 4096 };

struct process_request {
	const struct str *argv; /* argv[0] is searched in the absolute entries of PATH */
	uint32_t argc;
	struct str directory;  /* absent: here */
	const struct str *env; /* NAME=VALUE, on top of the environment; "NAME" alone removes it */
	uint32_t env_count;
	bool env_clear;		 /* begin with the absolute entries of PATH only */
	struct str input;	 /* its stdin; process_run closes it afterwards */
	size_t output_bytes_max; /* for process_run, of each stream; 0: PROCESS_OUTPUT_BYTES_MAX */
	int64_t timeout_ms;	 /* then it is killed; 0: none */
};

struct process_result {
	int status; /* exit status, or 128 + signal */
	struct str out, err;
};

/*
 * Runs the program to its end. Errors: not found (ERROR_OUTSIDE), too much output, too slow
 * (ERROR_DEADLINE). A status that is not 0 is no error.
 */
int process_run(struct world *w, struct arena *arena, const struct process_request *request,
		struct process_result *ret, struct error *err) MUST_USE;

struct process;
enum process_stream { PROCESS_OUT, PROCESS_ERR };

struct process_events {
	void (*output)(void *data, enum process_stream stream,
		       struct str chunk);      /* the chunk is borrowed */
	void (*ended)(void *data, int status); /* the last event; the process is gone afterwards */
	void *data;
};

/*
 * Starts a program whose output arrives as it comes. NULL and err when it cannot be started.
 * .input is written first.
 */
struct process *process_start(struct world *w, const struct process_request *request,
			      struct process_events events, struct error *err) MUST_USE;
void process_write(struct process *p, struct str bytes); /* copied; written as the program reads */
void process_close_input(struct process *p);		 /* after what was written */
void process_kill(struct process *p, int signal);	 /* to it and its children */

/* --- standard input, signals, log ------------------------------------------------------------ */

struct world_input_events {
	void (*chunk)(void *data, struct str bytes); /* borrowed, never empty */
	void (*ended)(void *data);		     /* the last event */
	void *data;
};

/*
 * Reads standard input as it comes; one reader at a time. A real world's loop goes on until the
 * input has ended or world_input_stop().
 */
void world_input(struct world *w, struct world_input_events events);
void world_input_stop(struct world *w);

/*
 * world_run() calls run when the signal arrives, instead of the signal's default action. NULL: the
 * former action. A signal callback does not keep world_run() from ending.
 */
void world_on_signal(struct world *w, int signal, world_fn run, void *data);

enum world_log_level { WORLD_LOG_DEBUG, WORLD_LOG_INFO, WORLD_LOG_WARNING, WORLD_LOG_ERROR };
enum { WORLD_LOG_BYTES_MAX = 4096 };

/*
 * One line with time and level, to standard error or, in simulation, to simulated_log(). The text
 * is made visible (base/visible.h) and cut at WORLD_LOG_BYTES_MAX before that.
 */
void world_log(struct world *w, enum world_log_level level, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Drops log lines below this level. The default is WORLD_LOG_INFO. */
void world_log_from(struct world *w, enum world_log_level least);

/* --- faults, for tests ------------------------------------------------------------------------ */

enum world_fault {
	WORLD_FAULT_FILE,    /* the n-th file operation from now fails */
	WORLD_FAULT_TIMER,   /* the n-th timer from now never runs */
	WORLD_FAULT_PROCESS, /* the n-th process from now cannot be started */
	WORLD_FAULT_HTTP,    /* the n-th request from now gets no answer but an error */
	WORLD_FAULT_COUNT,
};
void world_fail_after(struct world *w, enum world_fault fault, uint64_t n);

#endif

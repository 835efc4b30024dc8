/* world - the loop, faults, input, signals, log; the way from world.h to the table of a world */
#include "world/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/timestamp.h"
#include "base/visible.h"
#include "world/table.h"

void world_init(struct world *w, const struct world_table *table, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	w->table = table;
	w->seed = seed;
	w->log_least = WORLD_LOG_INFO;
	queue_init(&w->queue);
}

void world_release(struct world *w)
{
	queue_release(&w->queue);
}

void world_free(struct world *w)
{
	if (w)
		w->table->free(w);
}

/* --- faults ---------------------------------------------------------------------------------- */

void world_fail_after(struct world *w, enum world_fault fault, uint64_t n)
{
	w->fail_after[fault] = n;
}

bool world_fault(struct world *w, enum world_fault fault)
{
	if (!w->fail_after[fault])
		return false;
	return --w->fail_after[fault] == 0;
}

static int file_fault(struct world *w, struct str path, struct error *err)
{
	if (!world_fault(w, WORLD_FAULT_FILE))
		return 0;
	return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION, "'%.*s': fault injected by a test",
			 STR_FMT(path));
}

/* --- clock and loop --------------------------------------------------------------------------- */

int64_t world_now_ms(const struct world *w)
{
	return w->now_ms;
}

int64_t world_stopwatch_us(const struct world *w)
{
	return w->table->stopwatch_us(w);
}

static void never_runs(void *data)
{
	(void)data;
}

uint64_t world_timer(struct world *w, int64_t delay_ms, world_fn run, void *data)
{
	assert(delay_ms >= 0);
	if (world_fault(w, WORLD_FAULT_TIMER))
		run = never_runs;
	return queue_add(&w->queue, w->tick_ms + delay_ms, run, data);
}

uint64_t world_post(struct world *w, world_fn run, void *data)
{
	return queue_add(&w->queue, w->tick_ms, run, data);
}

bool world_cancel(struct world *w, uint64_t id)
{
	return queue_cancel(&w->queue, id);
}

void world_stop(struct world *w)
{
	w->stopped = true;
}

static int check_steps(struct world *w, struct error *err)
{
	if (budget_check(err) < 0)
		return -1;
	if (!w->steps_max || ++w->step_count <= w->steps_max)
		return 0;
	return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
			 "no convergence: still busy after %llu steps",
			 (unsigned long long)w->steps_max);
}

static int check_time(const struct world *w, int64_t next_ms, struct error *err)
{
	if (!w->tick_max_ms || next_ms == INT64_MAX || next_ms <= w->tick_max_ms)
		return 0;
	return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
			 "no convergence: still busy after %lld s of virtual time",
			 (long long)w->tick_max_ms / 1000);
}

/*
 * Events that add events for the same moment must not keep out what comes from outside: those
 * added since the outside was looked at run only after it was looked at again.
 */
static bool must_poll(struct world *w)
{
	if (!w->table->poll || queue_first_sequence(&w->queue) < w->polled_sequence)
		return false;
	w->polled_sequence = w->queue.sequence;
	return true;
}

enum step { STEP_DONE, STEP_NOTHING_LEFT, STEP_AT_LIMIT, STEP_FAILED };

/* Runs one event, or lets time pass until the next one, but not beyond limit_ms (of tick_ms). */
static enum step loop_step(struct world *w, int64_t limit_ms, struct error *err)
{
	int64_t first_ms = queue_first_ms(&w->queue);

	if (first_ms <= w->tick_ms) {
		if (must_poll(w))
			return w->table->poll(w, err) < 0 ? STEP_FAILED : STEP_DONE;
		if (check_steps(w, err) < 0)
			return STEP_FAILED;
		struct event event = queue_take(&w->queue);
		event.run(event.data);
		return STEP_DONE;
	}
	if (w->tick_ms >= limit_ms)
		return STEP_AT_LIMIT;
	if (first_ms == INT64_MAX && !w->table->is_busy(w))
		return STEP_NOTHING_LEFT;
	int64_t next_ms = MIN(first_ms, limit_ms);
	if (check_time(w, next_ms, err) < 0 || w->table->advance(w, next_ms, err) < 0)
		return STEP_FAILED;
	return STEP_DONE;
}

int world_run(struct world *w, struct error *err)
{
	enum step step = STEP_DONE;

	w->table->refresh(w);
	for (w->stopped = false; step == STEP_DONE && !w->stopped;)
		step = loop_step(w, INT64_MAX, err);
	return step == STEP_FAILED ? -1 : 0;
}

int world_run_for(struct world *w, int64_t duration_ms, struct error *err)
{
	enum step step = STEP_DONE;

	w->table->refresh(w);
	int64_t limit_ms = w->tick_ms + duration_ms;
	for (w->stopped = false; step == STEP_DONE && !w->stopped;)
		step = loop_step(w, limit_ms, err);
	while (step == STEP_NOTHING_LEFT && w->tick_ms < limit_ms)
		if (w->table->advance(w, limit_ms, err) < 0)
			return -1;
	return step == STEP_FAILED ? -1 : 0;
}

int world_wait(struct world *w, const bool *done, int64_t timeout_ms, struct error *err)
{
	w->table->refresh(w);
	int64_t limit_ms = timeout_ms < 0 ? INT64_MAX : w->tick_ms + timeout_ms;

	while (!*done) {
		switch (loop_step(w, limit_ms, err)) {
		case STEP_DONE:
			break;
		case STEP_FAILED:
			return -1;
		case STEP_AT_LIMIT:
			return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
					 "not done after %lld ms", (long long)timeout_ms);
		case STEP_NOTHING_LEFT:
			return error_set(err, ERROR_DEADLINE, ERROR_NO_POSITION,
					 "waits for something that nothing is left to bring about");
		}
	}
	return 0;
}

/* --- chance and environment ------------------------------------------------------------------- */

uint64_t world_seed(const struct world *w)
{
	return w->seed;
}

struct random world_random(const struct world *w, struct str actor, struct str purpose)
{
	return random_stream(w->seed, actor, purpose);
}

struct str world_env(const struct world *w, const char *name)
{
	return w->table->env(w, name);
}

uint32_t world_processors(const struct world *w)
{
	return w->table->processors(w);
}

/* --- files ----------------------------------------------------------------------------------- */

int file_read(struct world *w, struct arena *arena, struct str path, struct str *ret,
	      struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_read(w, arena, path, ret, err);
}

int file_scan(struct world *w, struct str path, file_chunk_fn chunk, void *data, struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_scan(w, path, chunk, data, err);
}

int file_write(struct world *w, struct str path, struct str bytes, struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_write(w, path, bytes, err);
}

int file_stat(struct world *w, struct str path, struct file_stat *ret, struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_stat(w, path, ret, err);
}

bool file_exists(struct world *w, struct str path)
{
	struct file_stat stat;
	struct error err;

	return file_stat(w, path, &stat, &err) == 0 && stat.kind != FILE_ABSENT;
}

int file_list(struct world *w, struct arena *arena, struct str path, struct file_list *ret,
	      struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_list(w, arena, path, ret, err);
}

int file_realpath(struct world *w, struct arena *arena, struct str path, struct str *ret,
		  struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1
					    : w->table->file_realpath(w, arena, path, ret, err);
}

int file_link(struct world *w, struct arena *arena, struct str path, struct str *ret,
	      struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_link(w, arena, path, ret, err);
}

int file_remove(struct world *w, struct str path, struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->file_remove(w, path, err);
}

struct folder_watch *folder_watch_new(struct world *w, world_fn changed, void *data,
				      struct error *err)
{
	struct folder_watch *watch = w->table->folder_watch_new(w, err);

	if (!watch)
		return NULL;
	watch->world = w;
	watch->changed = changed;
	watch->data = data;
	return watch;
}

int folder_watch_add(struct folder_watch *watch, struct str folder, struct error *err)
{
	return watch->world->table->folder_watch_add(watch, folder, err);
}

void folder_watch_free(struct folder_watch *watch)
{
	if (watch)
		watch->world->table->folder_watch_free(watch);
}

int file_rename(struct world *w, struct str from, struct str to, struct error *err)
{
	return file_fault(w, from, err) < 0 ? -1 : w->table->file_rename(w, from, to, err);
}

int directory_make(struct world *w, struct str path, struct error *err)
{
	return file_fault(w, path, err) < 0 ? -1 : w->table->directory_make(w, path, err);
}

/* --- processes ------------------------------------------------------------------------------- */

static int process_check(struct world *w, const struct process_request *request, struct error *err)
{
	assert(request->argc > 0);
	if (request->argc > PROCESS_ARGS_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "'%.*s' with %u arguments; allowed are %d",
				 STR_FMT(request->argv[0]), request->argc, PROCESS_ARGS_MAX);
	if (world_fault(w, WORLD_FAULT_PROCESS))
		return error_set(err, ERROR_OUTSIDE, ERROR_NO_POSITION,
				 "'%.*s': fault injected by a test", STR_FMT(request->argv[0]));
	return 0;
}

int process_run(struct world *w, struct arena *arena, const struct process_request *request,
		struct process_result *ret, struct error *err)
{
	if (process_check(w, request, err) < 0)
		return -1;
	return w->table->process_run(w, arena, request, ret, err);
}

struct process *process_start(struct world *w, const struct process_request *request,
			      struct process_events events, struct error *err)
{
	if (process_check(w, request, err) < 0)
		return NULL;
	return w->table->process_start(w, request, events, err);
}

void process_write(struct process *p, struct str bytes)
{
	p->world->table->process_write(p, bytes);
}

void process_close_input(struct process *p)
{
	p->world->table->process_close_input(p);
}

void process_kill(struct process *p, int signal)
{
	p->world->table->process_kill(p, signal);
}

/* --- standard input, signals, log ------------------------------------------------------------- */

void world_input(struct world *w, struct world_input_events events)
{
	assert(events.chunk && events.ended);
	assert(!w->input.chunk);
	w->input = events;
	w->table->input_start(w);
}

void world_input_stop(struct world *w)
{
	if (!w->input.chunk)
		return;
	w->input = (struct world_input_events){};
	w->table->input_stop(w);
}

void world_input_arrived(struct world *w, struct str bytes)
{
	if (w->input.chunk && bytes.len)
		w->input.chunk(w->input.data, bytes);
}

void world_input_ended(struct world *w)
{
	struct world_input_events events = w->input;

	world_input_stop(w);
	if (events.ended)
		events.ended(events.data);
}

void world_on_signal(struct world *w, int signal, world_fn run, void *data)
{
	assert(signal > 0 && signal < WORLD_SIGNALS_MAX);
	w->signals[signal] = (struct world_signal){ run, data };
	w->table->on_signal(w, signal);
}

void world_signal_arrived(struct world *w, int signal)
{
	if (signal < WORLD_SIGNALS_MAX && w->signals[signal].run)
		w->signals[signal].run(w->signals[signal].data);
}

static const char *const level_names[] = { "debug", "info", "warning", "error" };

void world_log(struct world *w, enum world_log_level level, const char *format, ...)
{
	SCRATCH(scratch);
	char text[WORLD_LOG_BYTES_MAX];
	va_list args;

	if (level < w->log_least)
		return;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	size_t shown = MIN((size_t)MAX(len, 0), sizeof(text) - 1);
	struct str time = timestamp_format(scratch, w->now_ms / 1000);
	struct str line = visible(scratch, (struct str){ text, shown });
	w->table->log(w, str_printf(scratch, "%.*s %s %.*s\n", STR_FMT(time), level_names[level],
				    STR_FMT(line)));
}

void world_log_from(struct world *w, enum world_log_level least)
{
	w->log_least = least;
}

/* runner - executes the plans of all reconcilers, the same in both worlds */
#include "api/runner.h"

#include <string.h>

#include "api/events.h"
#include "base/arena.h"
#include "base/budget.h"
#include "base/map.h"
#include "world/world.h"

enum { RETRY_MIN_MS = 5, RETRY_MAX_MS = 1000000, DOUBLINGS_MAX = 40 };

enum task_state {
	TASK_IDLE,
	TASK_QUEUED,  /* a timer is set */
	TASK_WAITING, /* due, but the cache has not seen its writes yet */
	TASK_RUNNING, /* requests or writes are under way */
};

struct line;

/* One key of one reconciler. */
struct task {
	struct line *line;
	struct key key;
	struct str id; /* "namespace/name" */
	enum task_state state;
	bool again; /* something happened while it ran */
	uint64_t timer;
	int64_t due_ms; /* of the timer */
	uint32_t failures;
	uint64_t expected; /* the version that the cache must have reached */
	struct random random;
	struct arena *run; /* of the run under way */
	struct plan plan;
	uint32_t next_write;
	struct arena *write_arena; /* of the answer to the write under way */
	/* answers to the requests of earlier runs, until a run asks for nothing */
	struct arena *answers_arena;
	struct answers answers;
	uint32_t open_requests;
	struct task *next_waiting;
	void *memory;	    /* of the last plan carried out that had one: VIEW_MEMORY_BYTES */
	uint64_t memory_of; /* hash of a uid */
	char id_text[];
};

/* A reconciler and its tasks. */
struct line {
	struct runner *runner;
	const struct reconciler *reconciler;
	struct map tasks; /* id → struct task */
};

/* One watch of a reconciler. */
struct watcher {
	struct line *line;
	const struct reconciler_watch *watch;
};

struct handler {
	struct str kind;
	handler_fn handle;
	void *context;
};

struct runner {
	struct world *world;
	struct api *api;
	struct arena *arena;
	struct cache *cache;
	struct events *events;
	struct api_watch *watch;
	uint64_t seed;
	VEC(struct line *) lines;
	VEC(struct watcher) watchers[KIND_TABLE_COUNT + 1]; /* by kind; last: of any other one */
	VEC(struct handler) handlers;
	struct task *waiting;
	failure_fn on_failure;
	void *failure_context;
	plan_event_fn on_plan_event;
	void *plan_event_context;
	plan_note_fn on_plan_note;
	void *plan_note_context;
	struct runner_statistics statistics;
};

struct request_ticket {
	struct task *task;
	const struct plan_request *request;
	struct arena *arena; /* of the answer to a write; NULL: it is for a handler */
};

static void run_task(void *data);
static void execute(struct task *task);

static void free_task(struct task *task)
{
	heap_free(task->memory);
	heap_free(task);
}

static void free_runner(void *data)
{
	struct runner *runner = data;

	for (uint32_t l = 0; l < runner->lines.count; l++) {
		struct map *tasks = &runner->lines.items[l]->tasks;
		for (uint32_t i = 0; i < tasks->count; i++) {
			struct task *task = tasks->entries[i].value;
			if (!task)
				continue;
			arena_free(task->run);
			arena_free(task->answers_arena);
			free_task(task);
		}
		map_release(tasks);
	}
	cache_free(runner->cache);
}

struct runner *runner_new(struct world *world, struct api *api, uint64_t seed, struct arena *arena)
{
	struct runner *runner = arena_one(arena, struct runner);

	runner->world = world;
	runner->api = api;
	runner->arena = arena;
	runner->seed = seed;
	runner->cache = cache_new();
	runner->events = events_new(world, api, arena);
	arena_cleanup(arena, free_runner, runner);
	return runner;
}

const struct cache *runner_cache(const struct runner *runner)
{
	return runner->cache;
}

struct runner_statistics runner_statistics(const struct runner *runner)
{
	struct runner_statistics statistics = runner->statistics;

	for (uint32_t i = 0; i < runner->lines.count; i++)
		statistics.tasks += map_size(&runner->lines.items[i]->tasks);
	return statistics;
}

void runner_on_failure(struct runner *runner, failure_fn on_failure, void *context)
{
	runner->on_failure = on_failure;
	runner->failure_context = context;
}

void runner_on_plan_event(struct runner *runner, plan_event_fn on_event, void *context)
{
	runner->on_plan_event = on_event;
	runner->plan_event_context = context;
}

void runner_on_plan_note(struct runner *runner, plan_note_fn on_note, void *context)
{
	runner->on_plan_note = on_note;
	runner->plan_note_context = context;
}

void runner_handle(struct runner *runner, struct str kind, handler_fn handle, void *context)
{
	VEC_PUSH(runner->arena, &runner->handlers, (struct handler){ kind, handle, context });
}

static void add_watcher(struct line *line, const struct reconciler_watch *watch)
{
	bool every = watch->kind == KIND_TABLE_COUNT;
	struct runner *runner = line->runner;

	for (kind_id kind = every ? KIND_NONE : watch->kind; kind <= watch->kind; kind++)
		VEC_PUSH(runner->arena, &runner->watchers[kind], (struct watcher){ line, watch });
}

void runner_add(struct runner *runner, const struct reconciler *reconciler)
{
	struct line *line = arena_one(runner->arena, struct line);

	line->runner = runner;
	line->reconciler = reconciler;
	map_init(&line->tasks, NULL);
	VEC_PUSH(runner->arena, &runner->lines, line);
	for (const struct reconciler_watch *watch = reconciler->watches; watch->map; watch++)
		add_watcher(line, watch);
}

/* Queueing */

static struct task *task_of(struct line *line, struct key key, struct arena *scratch)
{
	struct str id = STR_CAT(scratch, key.namespace, STR("/"), key.name);
	struct task *task = map_get(&line->tasks, id);

	if (task)
		return task;
	task = heap_alloc(sizeof(*task) + id.len);
	*task = (struct task){ .line = line, .id = { task->id_text, id.len } };
	memcpy(task->id_text, id.ptr, id.len);
	size_t slash = (size_t)str_find_char(task->id, '/');
	task->key = (struct key){ str_sub(task->id, 0, slash), str_from(task->id, slash + 1) };
	struct str actor = STR_CAT(scratch, str_from_cstr(line->reconciler->name), STR("/"), id);
	task->random = random_stream(line->runner->seed, actor, STR("reconcile"));
	map_put(&line->tasks, task->id, task);
	return task;
}

/* Sets the task's timer, unless an earlier one is set already. */
static void queue(struct task *task, int64_t delay_ms)
{
	struct world *world = task->line->runner->world;
	int64_t due_ms = world_now_ms(world) + delay_ms;

	if (task->state == TASK_WAITING)
		return;
	if (task->state == TASK_RUNNING) {
		task->again = true;
		return;
	}
	if (task->state == TASK_QUEUED) {
		if (task->due_ms <= due_ms)
			return;
		world_cancel(world, task->timer);
	}
	task->state = TASK_QUEUED;
	task->due_ms = due_ms;
	task->timer = world_timer(world, delay_ms, run_task, task);
}

void runner_enqueue(struct runner *runner, const char *reconciler, struct key key)
{
	SCRATCH(scratch);

	for (uint32_t i = 0; i < runner->lines.count; i++) {
		struct line *line = runner->lines.items[i];
		if (str_equal(str_from_cstr(line->reconciler->name), str_from_cstr(reconciler)))
			queue(task_of(line, key, scratch), 0);
	}
}

static struct view view_for(struct runner *runner, struct arena *arena)
{
	static const struct answers none;

	return (struct view){ .cache = runner->cache,
			      .answers = &none,
			      .schemas = runner->api->schemas,
			      .arena = arena,
			      .now_ms = world_now_ms(runner->world) };
}

static bool is_owned_by(const struct object *object, const char *kind)
{
	return object && str_equal(object->facts.owner_kind, str_from_cstr(kind));
}

static bool concerns(const struct reconciler_watch *watch, const struct object *before,
		     const struct object *after)
{
	return !watch->owner || is_owned_by(before, watch->owner) ||
	       is_owned_by(after, watch->owner);
}

static void map_event(struct line *line, const struct reconciler_watch *watch,
		      const struct view *view, const struct object *before,
		      const struct object *after)
{
	struct keys keys = { .arena = view->arena };

	watch->map(view, before, after, &keys);
	for (uint32_t i = 0; i < keys.items.count; i++)
		queue(task_of(line, keys.items.items[i], view->arena), line->reconciler->delay_ms);
}

static void wake_waiting(struct runner *runner)
{
	struct task *waiting = runner->waiting;

	runner->waiting = NULL;
	while (waiting) {
		struct task *task = waiting;
		waiting = task->next_waiting;
		task->state = TASK_IDLE;
		queue(task, 0);
	}
}

static void on_event(void *context, const struct api_watch_event *event)
{
	SCRATCH(scratch);
	struct runner *runner = context;
	const struct object *before = event->before, *after = event->after;
	struct view view = view_for(runner, scratch);
	kind_id kind = MIN((after ? after : before)->kind->id, (kind_id)KIND_TABLE_COUNT);

	if (event->type == API_ENDED)
		BUG("the runner's watch ended: %.*s", STR_FMT(event->status->message));
	runner->statistics.events++;
	cache_update(runner->cache, before, after, event->version);
	for (uint32_t i = 0; i < runner->watchers[kind].count; i++) {
		struct watcher watcher = runner->watchers[kind].items[i];
		if (concerns(watcher.watch, before, after))
			map_event(watcher.line, watcher.watch, &view, before, after);
	}
	wake_waiting(runner);
}

void runner_start(struct runner *runner)
{
	runner->watch = api_watch(runner->api, &(struct api_watch_request){}, on_event, runner);
}

/* Running */

static int64_t retry_ms(const struct task *task)
{
	const struct reconciler *r = task->line->reconciler;
	int64_t ms = r->retry_min_ms ? r->retry_min_ms : RETRY_MIN_MS;
	int64_t limit_ms = r->retry_max_ms ? r->retry_max_ms : RETRY_MAX_MS;

	for (uint32_t i = 1; i < task->failures && ms < limit_ms; i++)
		ms *= 2;
	return MIN(ms, limit_ms);
}

static void drop_answers(struct task *task)
{
	arena_free(task->answers_arena);
	task->answers_arena = NULL;
	task->answers = (struct answers){};
}

/* What the plan wants to be remembered, now that it was carried out. */
static void keep_memory(struct task *task)
{
	if (!task->plan.memory)
		return;
	if (!task->memory)
		task->memory = heap_alloc(VIEW_MEMORY_BYTES);
	memcpy(task->memory, task->plan.memory, VIEW_MEMORY_BYTES);
	task->memory_of = task->plan.memory_of;
}

/* Whether an object of a watched kind has the key. A key without a name stands for no object, and
 * is never done with. */
static bool is_about_something(const struct task *task)
{
	const struct reconciler *r = task->line->reconciler;

	if (!task->key.name.len)
		return true;
	for (const struct reconciler_watch *watch = r->watches; watch->map; watch++)
		if (watch->kind != KIND_TABLE_COUNT &&
		    cache_get(task->line->runner->cache, watch->kind, task->key))
			return true;
	return false;
}

/* Ends the run under way; the next one comes after delay_ms (< 0: when something changes). A task
 * whose object is gone and that waits for nothing ends with it. */
static void finish(struct task *task, int64_t delay_ms)
{
	arena_free(task->run);
	task->run = NULL;
	task->state = TASK_IDLE;
	if (task->again)
		delay_ms = 0;
	task->again = false;
	if (delay_ms >= 0) {
		queue(task, delay_ms);
	} else if (!is_about_something(task)) {
		map_remove(&task->line->tasks, task->id);
		free_task(task);
	}
}

static void finish_failed(struct task *task, struct str why)
{
	struct runner *runner = task->line->runner;

	runner->statistics.errors++;
	if (runner->on_failure)
		runner->on_failure(runner->failure_context, task->line->reconciler->name, task->key,
				   why);
	task->failures = MIN(task->failures + 1, (uint32_t)DOUBLINGS_MAX);
	drop_answers(task);
	task->again = false;
	finish(task, retry_ms(task));
}

static void finish_done(struct task *task)
{
	task->failures = 0;
	keep_memory(task);
	drop_answers(task);
	finish(task, task->plan.requeue_after_ms);
}

/* Requests */

static void unref_object(void *object)
{
	object_unref(object);
}

static void keep_answer(struct task *task, const struct plan_request *request,
			const struct answer *answer)
{
	if (!task->answers_arena)
		task->answers_arena = arena_new("answers");
	struct arena *arena = task->answers_arena;
	struct answer kept = *answer;
	kept.name = str_copy(arena, request->name);
	kept.number = request->number;
	kept.text = str_copy(arena, answer->text);
	if (answer->object)
		arena_cleanup(arena, unref_object, (void *)(uintptr_t)object_ref(answer->object));
	else if (answer->node)
		kept.node = node_copy(arena, answer->node, /* bare= */ false);
	answers_add(arena, &task->answers, &kept);
}

struct arena *request_ticket_arena(struct request_ticket *ticket)
{
	return ticket->task->run;
}

void runner_answer(struct request_ticket *ticket, const struct answer *answer)
{
	struct task *task = ticket->task;

	keep_answer(task, ticket->request, answer);
	assert(task->open_requests);
	if (--task->open_requests)
		return;
	keep_memory(task);
	/* The next run has the answers; what changed meanwhile it sees anyway. */
	task->again = false;
	finish(task, 0);
}

static void write_answered(void *context, const struct api_answer *answer)
{
	struct request_ticket *ticket = context;
	struct task *task = ticket->task;
	struct arena *arena = ticket->arena;

	task->expected = MAX(task->expected, answer->version);
	runner_answer(ticket,
		      &(struct answer){ .code = answer->code,
					.text = answer->message,
					.outcome = answer->outcome,
					.object = answer->object,
					.node = answer->object ? answer->object->root : NULL });
	arena_free(arena);
}

static const struct handler *handler_of(const struct runner *runner, struct str kind)
{
	for (uint32_t i = 0; i < runner->handlers.count; i++)
		if (str_equal(runner->handlers.items[i].kind, kind))
			return &runner->handlers.items[i];
	return NULL;
}

static struct str manager_of(const struct task *task)
{
	const struct reconciler *r = task->line->reconciler;
	return str_from_cstr(r->manager ? r->manager : r->name);
}

/* A write needs its memory only until it is answered: the request has an arena of its own, which
 * the callback of the answer frees. */
static void send_write(struct task *task, struct plan_write *write, api_done_fn done, void *context)
{
	struct runner *runner = task->line->runner;

	if (!write->request.manager.ptr)
		write->request.manager = manager_of(task);
	runner->statistics.writes++;
	if (write->typed)
		api_call_typed(runner->api, &write->request, done, context);
	else
		api_call(runner->api, &write->request, done, context);
}

static void send_request(struct task *task, const struct plan_request *request)
{
	struct runner *runner = task->line->runner;
	struct request_ticket *ticket = arena_one(task->run, struct request_ticket);

	*ticket = (struct request_ticket){ .task = task, .request = request };
	if (request->write) {
		struct plan_write write = *request->write;
		write.request.arena = ticket->arena = arena_new("request");
		send_write(task, &write, write_answered, ticket);
		return;
	}
	const struct handler *handler = handler_of(runner, request->kind);
	if (!handler)
		BUG("no handler for requests of kind '%.*s'", STR_FMT(request->kind));
	handler->handle(handler->context, str_from_cstr(task->line->reconciler->name), task->key,
			request, ticket);
}

/* The answer to the last one may end the run, so that the plan is gone: count first. */
static void send_requests(struct task *task)
{
	uint32_t count = task->plan.requests.count;
	const struct plan_request *requests = task->plan.requests.items;

	task->open_requests = count;
	for (uint32_t i = 0; i < count; i++)
		send_request(task, &requests[i]);
}

/* Writes */

static bool write_failed(const struct task *task, const struct api_answer *answer)
{
	const struct api_request *write = &task->plan.writes.items[task->next_write - 1].request;
	bool gone = write->verb == API_DELETE && answer->code == 404;

	return !api_ok(answer) && !gone;
}

static void write_done(void *context, const struct api_answer *answer)
{
	struct task *task = context;
	struct arena *arena = task->write_arena;

	task->expected = MAX(task->expected, answer->version);
	bool failed = write_failed(task, answer);
	if (failed)
		finish_failed(task, answer->message);
	arena_free(arena);
	if (!failed)
		execute(task);
}

static void tell_notes(struct task *task)
{
	struct runner *runner = task->line->runner;

	for (uint32_t i = 0; runner->on_plan_note && i < task->plan.notes.count; i++)
		runner->on_plan_note(runner->plan_note_context, &task->plan.notes.items[i]);
}

static void emit_events(struct task *task)
{
	struct runner *runner = task->line->runner;
	struct str source = str_from_cstr(task->line->reconciler->name);

	for (uint32_t i = 0; i < task->plan.events.count; i++) {
		const struct plan_event *event = &task->plan.events.items[i];
		if (runner->on_plan_event)
			runner->on_plan_event(runner->plan_event_context, event);
		events_emit(runner->events, source, event);
	}
}

/* Carries out the next write; after the last one, notes and events. */
static void execute(struct task *task)
{
	if (task->next_write == task->plan.writes.count) {
		tell_notes(task);
		emit_events(task);
		finish_done(task);
		return;
	}
	struct plan_write *write = &task->plan.writes.items[task->next_write++];
	write->request.arena = task->write_arena = arena_new("request");
	send_write(task, write, write_done, task);
}

static void reconcile(struct task *task)
{
	struct runner *runner = task->line->runner;
	struct error err = {};

	task->state = TASK_RUNNING;
	task->run = arena_new(task->line->reconciler->name);
	task->next_write = 0;
	plan_init(&task->plan, task->run);
	struct view view = view_for(runner, task->run);
	view.random = &task->random;
	view.memory = task->memory;
	view.memory_of = task->memory_of;
	view.answers = &task->answers;
	runner->statistics.runs++;
	budget_subject(STR_CAT(task->run, str_from_cstr(task->line->reconciler->name), STR(" "),
			       task->key.namespace, STR("/"), task->key.name));
	if (task->line->reconciler->reconcile(&view, task->key, &task->plan, &err) < 0)
		finish_failed(task, str_from_cstr(err.text));
	else if (task->plan.requests.count)
		send_requests(task);
	else
		execute(task);
}

static void run_task(void *data)
{
	struct task *task = data;
	struct runner *runner = task->line->runner;

	task->state = TASK_IDLE;
	if (cache_version(runner->cache) < task->expected) {
		task->state = TASK_WAITING;
		task->next_waiting = runner->waiting;
		runner->waiting = task;
		return;
	}
	reconcile(task);
}

/* Maps */

void map_self(const struct view *view, const struct object *before, const struct object *after,
	      struct keys *keys)
{
	(void)view;
	keys_add(keys, (after ? after : before)->key);
}

static void add_controller(const struct object *object, struct keys *keys)
{
	if (object && object->facts.owner_uid.len)
		keys_add(keys, (struct key){ object->key.namespace, object->facts.owner_name });
}

void map_controller(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys)
{
	(void)view;
	add_controller(after, keys);
	if (before && (!after || !str_equal(before->facts.owner_uid, after->facts.owner_uid)))
		add_controller(before, keys);
}

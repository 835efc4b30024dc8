/*
 * runner - executes the plans of all reconcilers, the same in both worlds
 *
 * Layer: api. Feeds the cache from the api's watch, maps events to keys, runs each key one at a
 * time, carries out its plan, and handles back-off, expectations and conflicts:
 *  - a key runs again only when the cache has got the writes of its last run (expectations);
 *  - an error backs off 5 ms doubling to 1,000 s (or as the reconciler's table says); success
 *  resets it;
 *  - after a conflict (409) the key runs again once the cache has caught up;
 *  - the memory that a plan writes is kept only when the plan was carried out;
 *  - a key whose object is gone and that waits for nothing is forgotten.
 *
 *	struct runner *runner = runner_new(world, api, seed, arena);
 *	runner_add(runner, &deployment_reconciler);
 *	runner_handle(runner, STR("fetch"), fetch_handle, fetcher);
 *	runner_start(runner);
 */
#ifndef FORGE_API_RUNNER_H
#define FORGE_API_RUNNER_H

#include "api/plan.h"

struct runner;
struct world;

struct keys {
	struct arena *arena;
	VEC(struct key) items;
};

static inline void keys_add(struct keys *keys, struct key key)
{
	VEC_PUSH(keys->arena, &keys->items, key);
}

/* From an event of a watched kind to the keys that must run: before or after may be NULL. */
typedef void (*map_fn)(const struct view *view, const struct object *before,
		       const struct object *after, struct keys *keys);

void map_self(const struct view *view, const struct object *before, const struct object *after,
	      struct keys *keys);
/* The name of the controller in its ownerReference, in the same namespace; whatever its kind. */
void map_controller(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys);

struct reconciler_watch {
	kind_id kind; /* KIND_NONE ends the table; KIND_TABLE_COUNT: every kind */
	map_fn map;
	const char *owner; /* only objects whose controller is of this kind; NULL: all */
};

typedef int (*reconcile_fn)(const struct view *view, struct key key, struct plan *plan,
			    struct error *err);

struct reconciler {
	const char *name;    /* of the field manager and of the source of its events */
	const char *manager; /* NULL: name */
	reconcile_fn reconcile;
	const struct reconciler_watch *watches;
	int64_t delay_ms;     /* from event to run: events in between are one run */
	int64_t retry_min_ms; /* 0: 5 ms */
	int64_t retry_max_ms; /* 0: 1,000 s */
};

/* A handler answers by runner_answer(), at once or later; texts and nodes of the answer are
 * copied, data is borrowed. */
struct request_ticket;
typedef void (*handler_fn)(void *context, struct str reconciler, struct key key,
			   const struct plan_request *request, struct request_ticket *ticket);

struct runner *runner_new(struct world *world, struct api *api, uint64_t seed, struct arena *arena);
void runner_add(struct runner *runner, const struct reconciler *reconciler);
void runner_handle(struct runner *runner, struct str kind, handler_fn handle, void *context);
void runner_start(struct runner *runner);
void runner_answer(struct request_ticket *ticket, const struct answer *answer);

/* Runs the key now, whatever its back-off: a reconcile request. */
void runner_enqueue(struct runner *runner, const char *reconciler, struct key key);

/* Sets the one listener that is called for each write that the api refuses and each run that
 * fails: for reports and tests. */
typedef void (*failure_fn)(void *context, const char *reconciler, struct key key, struct str why);
void runner_on_failure(struct runner *runner, failure_fn on_failure, void *context);

/* Sets the one listener that is called for each event of a plan, before events are aggregated. */
typedef void (*plan_event_fn)(void *context, const struct plan_event *event);
void runner_on_plan_event(struct runner *runner, plan_event_fn on_event, void *context);

/* Sets the one listener that is called for each note of a plan that was carried out, before its
 * events. */
typedef void (*plan_note_fn)(void *context, const struct plan_note *note);
void runner_on_plan_note(struct runner *runner, plan_note_fn on_note, void *context);

/* Lives until the request is answered: for what a handler must remember until then. */
struct arena *request_ticket_arena(struct request_ticket *ticket);

const struct cache *runner_cache(const struct runner *runner);

/* Counters of the runner: for status, reports and tests. */
struct runner_statistics {
	uint64_t runs;
	uint64_t writes;
	uint64_t errors;
	uint64_t events;
	uint64_t tasks; /* keys that it keeps: at work, waiting, or of an object that is there */
};
struct runner_statistics runner_statistics(const struct runner *runner);

#endif

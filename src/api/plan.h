/*
 * plan - what a run of a reconciler asks for: writes, events, requests, and when to requeue
 *
 * Layer: api. A plan that makes requests carries out only them: after the first request nothing
 * else may be planned, and what was planned before is dropped. Only a run without requests makes
 * writes and events; after it the key's answers are dropped. A write that the reconciler must know
 * the result of before it goes on is a request, too: plan_request_write().
 *
 * Ownership: everything lives in the plan's arena, which lives until its writes and requests are
 * answered.
 */
#ifndef FORGE_API_PLAN_H
#define FORGE_API_PLAN_H

#include "api/view.h"
#include "base/vec.h"

struct plan_event {
	const struct object *object;  /* about; or NULL and the reference below */
	const struct node *reference; /* involvedObject */
	bool warning;
	struct str reason;
	struct str message;
};

/* A finding of a reconciler for a report; it is not sent to an api. */
struct plan_note {
	const struct object *object; /* about */
	struct str kind;	     /* says what data is: verdict */
	const void *data;
};

struct plan_write {
	struct api_request request;
	bool typed; /* the object has its type: api_call_typed() */
};

struct plan_request {
	struct str kind; /* whose handler: fetch, build, query, webhook; absent: a write */
	struct str name; /* of the answer, unique with its number among this key's pending ones */
	uint32_t number;
	const struct node *arguments;
	const struct plan_write *write; /* NULL: it is for a handler */
};

struct plan {
	struct arena *arena;
	VEC(struct plan_write) writes;
	VEC(struct plan_event) events;
	VEC(struct plan_note) notes;
	VEC(struct plan_request) requests;
	int64_t requeue_after_ms; /* -1: only when something changes */
	/* private: plan_memory() */
	void *memory; /* NULL: what was remembered stays */
	uint64_t memory_of;
};

void plan_init(struct plan *plan, struct arena *arena);

/* Writes, carried out in order; the first one that fails ends the plan and the key is retried with
 * back-off, a conflict as any other; a delete of what is gone is no failure. Updates carry the
 * resourceVersion of the object they come from. Unchanged statuses and objects are not written. */
void plan_create(struct plan *plan, const struct node *object);
void plan_update(struct plan *plan, const struct object *from, const struct node *object);
void plan_status(struct plan *plan, const struct object *of, const struct node *status);
/* The same without a resourceVersion, for controllers that patch their status: it replaces the
 * status of whatever version the object has then. */
void plan_status_always(struct plan *plan, const struct object *of, const struct node *status);
void plan_patch(struct plan *plan, const struct object *of, const struct node *merge_patch);
void plan_patch_status(struct plan *plan, const struct object *of, const struct node *merge_patch);
void plan_delete(struct plan *plan, const struct object *object);
struct api_request *plan_write(struct plan *plan,
			       enum api_verb verb); /* anything else: fill it in */
/* The write that was planned last. */
struct api_request *plan_last_write(struct plan *plan);

void plan_event(struct plan *plan, const struct object *about, bool warning, struct str reason,
		const char *format, ...) PRINTF_LIKE(5, 6);
/* The same with a text that is made already, in the plan's arena or static. */
void plan_event_text(struct plan *plan, const struct object *about, bool warning, struct str reason,
		     struct str message);

/* data is borrowed until the plan was carried out. */
void plan_note(struct plan *plan, const struct object *about, struct str kind, const void *data);

/* Asks the handler of that kind; the next run finds the answer under the name and number. A run
 * that asks does nothing else: its writes, events and notes are not carried out, and none may be
 * planned after the request. */
void plan_request(struct plan *plan, struct str kind, struct str name, uint32_t number,
		  const struct node *arguments);
void plan_request_write(struct plan *plan, struct str name, uint32_t number,
			const struct api_request *write);
/* The same for an object that is of its type already. */
void plan_request_typed(struct plan *plan, struct str name, uint32_t number,
			const struct api_request *write);

/*
 * The memory of the next run: begins as the view's, to be written. It is kept only when the plan
 * was carried out (its writes done, or its requests answered), and is bound to the uid of `of`.
 */
void *plan_memory(struct plan *plan, const struct view *view, const struct object *of);

/* Runs the key again after that time; the earliest of several calls counts. */
void plan_requeue(struct plan *plan, int64_t after_ms);

#endif

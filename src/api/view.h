/*
 * view - what a reconciler may read
 *
 * Layer: api. The cache, the time, a random stream of its own, the answers to its earlier
 * requests, and a small memory per key that an earlier plan left. Nothing else: a reconciler is a
 * pure function of this.
 *
 * Borrowed for the length of one run; `arena` is the run's.
 */
#ifndef FORGE_API_VIEW_H
#define FORGE_API_VIEW_H

#include "api/cache.h"
#include "kube/schema/schemas.h"

struct random;

enum { VIEW_MEMORY_BYTES = 512 };

/* What came back for a request or a write of an earlier run, by the name that the plan gave it. */
struct answer {
	struct str name;
	int code; /* as HTTP; 0: not answered */
	struct str text;
	const struct node *node;
	const struct object *object; /* of a write: node is its root */
	int64_t value_micro;	     /* a metric's value in millionths */
	bool has_value;
	enum api_outcome outcome; /* of a write */
	const void *data;	  /* of a handler whose answers are no documents (a render) */
};

struct view {
	const struct cache *cache;
	const struct schemas *schemas;
	struct arena *arena;
	int64_t now_ms; /* since the epoch */
	struct random *random;
	const struct answer *answers;
	uint32_t answer_count;
	/* private: view_memory() */
	const void *memory; /* NULL: none */
	uint64_t memory_of; /* hash of the uid it is bound to; 0: to no object */
};

static inline const struct object *view_get(const struct view *view, kind_id kind, struct key key)
{
	return cache_get(view->cache, kind, key);
}

static inline struct objects view_list(const struct view *view, kind_id kind, struct str namespace)
{
	return cache_list(view->cache, view->arena, kind, namespace);
}

static inline struct objects view_owned(const struct view *view, kind_id kind,
					const struct object *owner)
{
	return cache_owned(view->cache, view->arena, kind, owner->uid);
}

/* The answer of that name, or NULL. */
const struct answer *view_answer(const struct view *view, struct str name);

/*
 * What the last plan of this key that was carried out left with plan_memory(): VIEW_MEMORY_BYTES.
 * All zero when there is none, or when it is that of another object of the same name. `of` is the
 * object that the key names; NULL: the key names none.
 */
const void *view_memory(const struct view *view, const struct object *of);

/* now as RFC 3339 in seconds. */
struct str view_now(const struct view *view);

#endif

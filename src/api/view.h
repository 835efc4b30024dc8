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

#include "api/answers.h"
#include "api/cache.h"
#include "kube/schema/schemas.h"

struct random;

enum { VIEW_MEMORY_BYTES = 512 };

struct view {
	const struct cache *cache;
	const struct schemas *schemas;
	struct arena *arena;
	int64_t now_ms; /* since the epoch */
	struct random *random;
	const struct answers *answers; /* to the requests of earlier runs */
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

/* The answer to the request of that name and number, or NULL. */
static inline const struct answer *view_answer(const struct view *view, struct str name,
					       uint32_t number)
{
	return answers_find(view->answers, name, number);
}

/*
 * What the last plan of this key that was carried out left with plan_memory(): VIEW_MEMORY_BYTES.
 * All zero when there is none, or when it is that of another object of the same name. `of` is the
 * object that the key names; NULL: the key names none.
 */
const void *view_memory(const struct view *view, const struct object *of);

/* now as RFC 3339 in seconds. */
struct str view_now(const struct view *view);

#endif

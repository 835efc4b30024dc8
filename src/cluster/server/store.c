/* store - the objects of the embedded cluster, their versions, and who watches them */
#include "cluster/server/store.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/vec.h"
#include "doc/make.h"

/* How long a watch event is on its way. */
enum { WATCH_DELAY_MIN_MS = 5, WATCH_DELAY_MAX_MS = 50 };

struct watcher {
	api_watch_fn on_event;
	void *context;
	uint64_t from; /* events up to this version are not its own */
};

struct change {
	const struct object *before;
	const struct object *after;
	uint64_t version;
};

struct store {
	struct world *world;
	struct arena *arena;
	struct cache *cache;
	uint64_t version;
	struct random uids;
	struct random names;
	struct random watch_delays;
	VEC(struct watcher) watchers;
	VEC(struct change) pending;
	uint32_t delivered; /* of pending */
	bool draining;
	uint64_t hash;
};

static void free_store(void *data)
{
	struct store *store = data;

	for (uint32_t i = store->delivered; i < store->pending.count; i++) {
		object_unref(store->pending.items[i].before);
		object_unref(store->pending.items[i].after);
	}
	cache_free(store->cache);
}

struct store *store_new(struct world *world, struct arena *arena)
{
	struct store *store = arena_one(arena, struct store);

	store->world = world;
	store->arena = arena;
	store->cache = cache_new();
	store->uids = world_random(world, STR("store"), STR("uid"));
	store->names = world_random(world, STR("store"), STR("name"));
	store->watch_delays = world_random(world, STR("store"), STR("watch delay"));
	store->hash = HASH64_START;
	arena_cleanup(arena, free_store, store);
	return store;
}

const struct cache *store_cache(const struct store *store)
{
	return store->cache;
}

uint64_t store_version(const struct store *store)
{
	return store->version;
}

uint64_t store_hash(const struct store *store)
{
	return store->hash;
}

static void put_hex(char *at, uint64_t value, size_t digits)
{
	while (digits--) {
		at[digits] = "0123456789abcdef"[value & 15];
		value >>= 4;
	}
}

/* A random UUID: version 4, variant 1. */
struct str store_uid(struct store *store, struct arena *arena)
{
	uint64_t a = random_bits(&store->uids), b = random_bits(&store->uids);
	char text[] = "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";

	put_hex(text, a >> 32, 8);
	put_hex(text + 9, a >> 16, 4);
	put_hex(text + 15, a, 3);
	put_hex(text + 19, 0x8000 | (b >> 48 & 0x3fff), 4);
	put_hex(text + 24, b, 12);
	return str_copy(arena, (struct str){ text, sizeof(text) - 1 });
}

struct str store_suffix(struct store *store, struct arena *arena)
{
	return random_suffix(&store->names, arena, 5);
}

/* Delivery */

static void deliver(struct store *store, const struct change *change)
{
	enum api_event event = !change->before ? API_ADDED
			       : change->after ? API_MODIFIED
					       : API_REMOVED;

	for (uint32_t i = 0; i < store->watchers.count; i++) {
		struct watcher *w = &store->watchers.items[i];
		if (change->version > w->from)
			w->on_event(w->context, event, change->before, change->after,
				    change->version);
	}
}

static void drain(void *data)
{
	struct store *store = data;

	while (store->delivered < store->pending.count) {
		struct change change = store->pending.items[store->delivered++];
		deliver(store, &change);
		object_unref(change.before);
		object_unref(change.after);
	}
	store->pending.count = store->delivered = 0;
	store->draining = false;
}

static void announce(struct store *store, const struct object *before, const struct object *after)
{
	struct change change = { before ? object_ref(before) : NULL,
				 after ? object_ref(after) : NULL, store->version };

	VEC_PUSH(store->arena, &store->pending, change);
	if (store->draining)
		return;
	store->draining = true;
	world_timer(store->world,
		    random_range(&store->watch_delays, WATCH_DELAY_MIN_MS, WATCH_DELAY_MAX_MS),
		    drain, store);
}

void store_watch(struct store *store, api_watch_fn on_event, void *context)
{
	SCRATCH(scratch);
	struct watcher watcher = { on_event, context, store->version };

	for (kind_id kind = 1; kind < UINT16_MAX && kind < cache_kind_limit(store->cache); kind++) {
		struct objects all = cache_list(store->cache, scratch, kind, STR_NONE);
		for (uint32_t i = 0; i < all.count; i++)
			on_event(context, API_ADDED, NULL, all.items[i], all.items[i]->version);
	}
	VEC_PUSH(store->arena, &store->watchers, watcher);
}

/* Writing */

static void chain(struct store *store, struct str actor, const struct object *written)
{
	uint64_t hash = hash64(store->hash, actor);

	hash = hash64_word(hash, (uint64_t)world_now_ms(store->world));
	hash = hash64_word(hash, store->version);
	store->hash = hash64_word(hash, written ? written->hash : 0);
}

const struct object *store_put(struct store *store, const struct kind *kind,
			       const struct object *before, const struct node *root,
			       const struct node *managed, struct str actor)
{
	struct object *after = object_new(kind, root, managed, before, ++store->version);

	announce(store, before, after);
	chain(store, actor, after);
	cache_update(store->cache, before, after, store->version);
	object_unref(after); /* the cache holds it */
	return after;
}

void store_remove(struct store *store, const struct object *object, struct str actor)
{
	store->version++;
	announce(store, object, NULL);
	chain(store, actor, NULL);
	cache_update(store->cache, object, NULL, store->version);
}

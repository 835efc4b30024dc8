/* store - the objects of the embedded cluster, their versions, and the watches on them */
#include "cluster/server/store.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/num.h"
#include "cluster/server/change_log.h"
#include "cluster/server/watches.h"
#include "doc/make.h"

struct store {
	struct world *world;
	struct arena *arena;
	struct cache *cache;
	uint64_t version;
	struct random uids;
	struct random names;
	struct watches *watches;
	uint64_t hash;
};

static void free_store(void *data)
{
	cache_free(((struct store *)data)->cache);
}

struct store *store_new(struct world *world, struct arena *arena)
{
	struct store *store = arena_one(arena, struct store);

	store->world = world;
	store->arena = arena;
	store->cache = cache_new();
	store->uids = world_random(world, STR("store"), STR("uid"));
	store->names = world_random(world, STR("store"), STR("name"));
	store->watches = watches_new(world, arena);
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

const struct change_log *store_changes(const struct store *store)
{
	return watches_log(store->watches);
}

struct watches *store_watches(struct store *store)
{
	return store->watches;
}

/* Writing */

static void announce(struct store *store, const struct object *before, const struct object *after)
{
	watches_announce(store->watches,
			 (struct change){ .before = before ? object_ref(before) : NULL,
					  .after = after ? object_ref(after) : NULL,
					  .version = store->version });
}

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

/* embedded - the `api` table over an API server in this process */
#include "cluster/embedded.h"

#include "base/arena.h"
#include "cluster/server/server.h"

struct embedded {
	struct api api; /* first: the table's functions get a pointer to it */
	struct server server;
};

static void call(struct api *api, const struct api_request *request, api_done_fn done,
		 void *context)
{
	struct embedded *e = (struct embedded *)api;
	struct api_answer answer = {};

	server_call(&e->server, request, &answer);
	done(context, &answer);
}

static void watch(struct api *api, api_watch_fn on_event, void *context)
{
	store_watch(((struct embedded *)api)->server.store, on_event, context);
}

static const struct api_table table = { call, watch };

struct embedded *embedded_new(struct world *world, struct schemas *schemas, struct arena *arena)
{
	struct embedded *e = arena_one(arena, struct embedded);

	e->api = (struct api){ &table, world, schemas };
	server_init(&e->server, world, schemas, arena);
	return e;
}

struct api *embedded_api(struct embedded *e)
{
	return &e->api;
}

const struct cache *embedded_cache(const struct embedded *e)
{
	return store_cache(e->server.store);
}

uint64_t embedded_version(const struct embedded *e)
{
	return store_version(e->server.store);
}

uint64_t embedded_hash(const struct embedded *e)
{
	return store_hash(e->server.store);
}

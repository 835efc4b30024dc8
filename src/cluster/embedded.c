/* embedded - the `api` table over an API server in this process */
#include "cluster/embedded.h"

#include "base/arena.h"
#include "cluster/server/server.h"
#include "cluster/server/watches.h"

struct embedded {
	struct api api; /* first: the table's functions get a pointer to it */
	struct server server;
	embedded_refused_fn refused; /* NULL: nobody asks */
	void *refused_context;
};

static struct server *server_of(struct api *api)
{
	return &((struct embedded *)api)->server;
}

static void call(struct api *api, const struct api_request *request, api_done_fn done,
		 void *context)
{
	struct embedded *e = (struct embedded *)api;
	struct api_answer answer = {};

	server_call(&e->server, request, &answer);
	if (!api_ok(&answer) && e->refused && e->refused(e->refused_context, request, &answer)) {
		answer = (struct api_answer){};
		server_call(&e->server, request, &answer);
	}
	done(context, &answer);
}

static void call_typed(struct api *api, const struct api_request *request, api_done_fn done,
		       void *context)
{
	struct api_answer answer = {};

	server_call_typed(server_of(api), request, &answer);
	done(context, &answer);
}

static struct api_watch *watch(struct api *api, const struct api_watch_request *request,
			       api_watch_fn on_event, void *context)
{
	const struct server *server = server_of(api);

	return watches_begin(store_watches(server->store), store_cache(server->store),
			     server->schemas, request, on_event, context);
}

static void unwatch(struct api *api, struct api_watch *watch)
{
	watches_end(store_watches(server_of(api)->store), watch);
}

static const struct api_table table = { call, call_typed, watch, unwatch };

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

void embedded_on_refused(struct embedded *e, embedded_refused_fn refused, void *context)
{
	e->refused = refused;
	e->refused_context = context;
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

/* server - the API server: answers requests from the store of this process */
#include "cluster/server/server.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/server/calls.h"
#include "cluster/server/refusal.h"
#include "kube/schema/schemas.h"

/* What is asked for: kind and key, from the request or else from the body. */
static int resolve(struct server *server, struct write *w)
{
	const struct api_request *r = w->request;
	const struct kind_version *version;

	w->kind = r->kind;
	if (!w->kind)
		w->kind = schemas_kind(server->schemas, object_gvk(r->body), &version);
	if (!w->kind || (w->kind->flags & KIND_FLAG_VIRTUAL))
		return refuse(w->answer, 404, "NotFound",
			      STR("the server could not find the requested resource"));
	w->key = r->key;
	if (!w->key.name.len)
		w->key = object_key(r->body);
	if (!(w->kind->flags & KIND_FLAG_NAMESPACED))
		w->key.namespace = STR("");
	else if (!w->key.namespace.len)
		w->key.namespace = STR("default");
	w->old = cache_get(store_cache(server->store), w->kind->id, w->key);
	return 0;
}

/* The table */

static int (*const calls[])(struct server *server, struct write *w) = {
	[API_GET] = server_get,	      [API_LIST] = server_list,
	[API_CREATE] = server_create, [API_UPDATE] = server_update,
	[API_PATCH] = server_patch,   [API_APPLY] = server_apply,
	[API_DELETE] = server_delete, [API_DELETE_COLLECTION] = server_delete_collection,
};

static void answer_request(struct server *server, const struct api_request *request, bool typed,
			   struct api_answer *answer)
{
	struct write write = {
		.request = request, .arena = request->arena, .answer = answer, .typed = typed
	};

	assert(request->arena);
	if (resolve(server, &write) == 0)
		calls[request->verb](server, &write);
	assert(answer->code);
	if (!answer->version)
		answer->version = store_version(server->store);
}

void server_call(struct server *server, const struct api_request *request,
		 struct api_answer *answer)
{
	answer_request(server, request, /* typed= */ false, answer);
}

void server_call_typed(struct server *server, const struct api_request *request,
		       struct api_answer *answer)
{
	answer_request(server, request, /* typed= */ true, answer);
}

void server_init(struct server *server, struct world *world, struct schemas *schemas,
		 struct arena *arena)
{
	*server = (struct server){ .world = world,
				   .schemas = schemas,
				   .store = store_new(world, arena) };
	server->admission = (struct admission){ .store = server->store,
						.schemas = schemas,
						.world = world,
						.seed = world_seed(world) };
}

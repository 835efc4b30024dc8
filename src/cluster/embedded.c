/* embedded - the `api` table over the store of this process */
#include "cluster/embedded.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/embedded_inside.h"
#include "cluster/refusal.h"
#include "kube/schemas.h"

struct str embedded_now(const struct embedded *e, struct arena *arena)
{
	return timestamp_format(arena, world_now_ms(e->api.world) / 1000);
}

/* What is asked for: kind and key, from the request or else from the body. */
static int resolve(struct embedded *e, struct write *w)
{
	const struct api_request *r = w->request;
	const struct kind_version *version;

	w->kind = r->kind;
	if (!w->kind)
		w->kind = schemas_kind(e->api.schemas, object_gvk(r->body), &version);
	if (!w->kind || (w->kind->flags & KIND_VIRTUAL))
		return refuse(w->answer, 404, "NotFound",
			      STR("the server could not find the requested resource"));
	w->key = r->key;
	if (!w->key.name.len)
		w->key = object_key(r->body);
	if (!(w->kind->flags & KIND_NAMESPACED))
		w->key.namespace = STR("");
	else if (!w->key.namespace.len)
		w->key.namespace = STR("default");
	w->old = cache_get(store_cache(e->store), w->kind->id, w->key);
	return 0;
}

struct schema embedded_schema(const struct embedded *e, const struct kind *kind)
{
	return schema_root(e->api.schemas, kind, NULL);
}

void embedded_answer(struct write *w, int code, enum api_outcome outcome,
		     const struct object *object)
{
	w->answer->code = code;
	w->answer->outcome = outcome;
	w->answer->object = object;
	w->answer->version = object ? object->version : 0;
}

const struct object *embedded_unstored(struct write *w, const struct node *managed)
{
	struct object *object = object_new(w->kind, w->object, managed, w->old, 0);

	arena_cleanup(w->arena, (void (*)(void *))object_unref, object);
	return object;
}

struct ssa_stored embedded_stored(const struct embedded *e, const struct write *w)
{
	return (struct ssa_stored){ embedded_schema(e, w->kind), w->old ? w->old->root : NULL,
				    w->old ? w->old->managed : NULL };
}

struct ssa_writer embedded_writer(const struct embedded *e, const struct write *w)
{
	return (struct ssa_writer){ .manager = w->request->manager,
				    .subresource = w->request->subresource,
				    .time = embedded_now(e, w->arena),
				    .force = w->request->force };
}

/* The table */

static int (*const calls[])(struct embedded *e, struct write *w) = {
	[API_GET] = embedded_get,	[API_LIST] = embedded_list,
	[API_CREATE] = embedded_create, [API_UPDATE] = embedded_update,
	[API_PATCH] = embedded_patch,	[API_APPLY] = embedded_apply,
	[API_DELETE] = embedded_delete,
};

static void embedded_call(struct api *api, const struct api_request *request, api_done_fn done,
			  void *context)
{
	struct embedded *e = (struct embedded *)api;
	struct api_answer answer = {};
	struct write write = { .request = request, .arena = request->arena, .answer = &answer };

	assert(request->arena);
	if (resolve(e, &write) == 0)
		calls[request->verb](e, &write);
	assert(answer.code);
	if (!answer.version)
		answer.version = store_version(e->store);
	done(context, &answer);
}

static void embedded_watch(struct api *api, api_watch_fn on_event, void *context)
{
	store_watch(((struct embedded *)api)->store, on_event, context);
}

static const struct api_table table = { embedded_call, embedded_watch };

struct embedded *embedded_new(struct world *world, struct schemas *schemas, struct arena *arena)
{
	struct embedded *e = arena_one(arena, struct embedded);

	e->api = (struct api){ &table, world, schemas };
	e->arena = arena;
	e->store = store_new(world, arena);
	e->admission = (struct admission){
		.store = e->store, .schemas = schemas, .world = world, .seed = world_seed(world)
	};
	return e;
}

struct api *embedded_api(struct embedded *e)
{
	return &e->api;
}

struct store *embedded_store(struct embedded *e)
{
	return e->store;
}

/* calls - what the files that answer one verb share */
#include "cluster/server/calls.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "kube/schema/schemas.h"

struct str server_now(const struct server *server, struct arena *arena)
{
	return timestamp_format(arena, world_now_ms(server->world) / 1000);
}

struct schema server_schema(const struct server *server, const struct kind *kind)
{
	return schema_root(server->schemas, kind, NULL);
}

void server_answer(struct write *w, int code, enum api_outcome outcome, const struct object *object)
{
	w->answer->code = code;
	w->answer->outcome = outcome;
	w->answer->object = object;
	w->answer->version = object ? object->version : 0;
}

const struct object *server_unstored(struct write *w, const struct node *managed)
{
	struct object *object = object_new(w->kind, w->object, managed, w->old, 0);

	arena_cleanup(w->arena, (void (*)(void *))object_unref, object);
	return object;
}

struct ssa_stored server_stored(const struct server *server, const struct write *w)
{
	return (struct ssa_stored){ server_schema(server, w->kind), w->old ? w->old->root : NULL,
				    w->old ? w->old->managed : NULL };
}

struct ssa_writer server_writer(const struct server *server, const struct write *w)
{
	return (struct ssa_writer){ .manager = w->request->manager,
				    .subresource = w->request->subresource,
				    .time = server_now(server, w->arena),
				    .force = w->request->force };
}

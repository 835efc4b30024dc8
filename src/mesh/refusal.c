/* refusal - requests that no program answers: their causes, and what is assumed instead */
#include "base/arena.h"
#include "base/buf.h"
#include "mesh/inside.h"
#include "world/world.h"

struct refusal mesh_refuse(struct mesh *mesh, struct reply reply, struct str kind, struct key key,
			   const char *format, ...)
{
	struct refusal refusal = { .reply = reply, .kind = kind, .key = key };
	struct buf buf;
	va_list args;

	buf_init(&buf, mesh->resolved);
	va_start(args, format);
	buf_vprintf(&buf, format, args);
	va_end(args);
	refusal.why = buf_str(&buf);
	return refusal;
}

static struct mesh_cause *cause_of(struct mesh *mesh, struct host_points *host,
				   const struct refusal *refusal)
{
	for (uint32_t i = 0; i < host->causes.count; i++)
		if (str_equal(host->causes.items[i].why, refusal->why))
			return &host->causes.items[i];
	if (host->causes.count == MESH_CAUSES_MAX)
		return &host->causes.items[MESH_CAUSES_MAX - 1];
	struct mesh_cause cause = {
		.code = refusal->reply.code,
		.flag = refusal->reply.flag,
		.why = str_copy(mesh->arena, refusal->why),
		.kind = str_copy(mesh->arena, refusal->kind),
		.key = { str_copy(mesh->arena, refusal->key.namespace),
			 str_copy(mesh->arena, refusal->key.name) },
		.first_ms = world_now_ms(mesh->options.world),
	};
	VEC_PUSH(mesh->arena, &host->causes, cause);
	return &host->causes.items[host->causes.count - 1];
}

void mesh_note_failures(struct mesh *mesh, struct source *source, const struct refusal *refusal,
			uint64_t count)
{
	struct mesh_cause *cause;

	if (!count)
		return;
	cause = cause_of(mesh, source->points, refusal);
	cause->requests += count;
	cause->last_ms = world_now_ms(mesh->options.world);
}

/* Assumptions */

static struct str id_of(struct arena *arena, struct str kind, struct key key)
{
	return str_printf(arena, "%.*s/%.*s/%.*s", STR_FMT(kind), STR_FMT(key.namespace),
			  STR_FMT(key.name));
}

void mesh_note_seen(struct mesh *mesh, const struct object *object)
{
	SCRATCH(scratch);
	struct str id = id_of(scratch, object->kind->name, object->key);

	if (!map_get(&mesh->seen, id))
		map_put(&mesh->seen, str_copy(mesh->arena, id), mesh);
}

bool mesh_assumes(struct mesh *mesh, struct str kind, struct key key)
{
	SCRATCH(scratch);
	struct str id = id_of(scratch, kind, key);

	if (map_get(&mesh->assumed, id))
		return !map_get(&mesh->seen, id);
	bool is_port = str_starts(kind, STR("targetPort"));

	if (!mesh->assumes || map_get(&mesh->seen, id) ||
	    (!is_port && !mesh->is_foreign(mesh->foreign_context, key.namespace)))
		return false;
	map_put(&mesh->assumed, str_copy(mesh->arena, id), mesh);
	return true;
}

void mesh_start_assuming(struct mesh *mesh, mesh_foreign_fn is_foreign, void *context)
{
	mesh->assumes = true;
	mesh->is_foreign = is_foreign;
	mesh->foreign_context = context;
}

void mesh_stop_assuming(struct mesh *mesh)
{
	mesh->assumes = false;
}

struct str *mesh_assumed(const struct mesh *mesh, struct arena *arena, uint32_t *ret_count)
{
	struct str *items = arena_array(arena, struct str, mesh->assumed.count);

	*ret_count = 0;
	for (uint32_t i = 0; i < mesh->assumed.count; i++)
		if (!map_get(&mesh->seen, mesh->assumed.entries[i].key))
			items[(*ret_count)++] = mesh->assumed.entries[i].key;
	return items;
}

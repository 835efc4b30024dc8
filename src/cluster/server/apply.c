/* apply - server-side apply: what is merged, who conflicts, what is stored of it */
#include "base/arena.h"
#include "cluster/server/calls.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"
#include "kube/schema/prune.h"
#include "kube/schema/schemas.h"

static int refuse_apply_conflict(struct write *w, const struct ssa_conflicts *conflicts)
{
	struct api_cause *causes = arena_array(w->arena, struct api_cause, conflicts->count);

	for (uint32_t i = 0; i < conflicts->count; i++)
		causes[i] = (struct api_cause){
			.reason = STR("FieldManagerConflict"),
			.message = str_printf(w->arena, "conflict with %.*s",
					      STR_FMT(conflicts->items[i].manager)),
			.field = conflicts->items[i].path,
		};
	w->answer->causes = causes;
	w->answer->cause_count = conflicts->count;
	return refuse(w->answer, 409, "Conflict", ssa_conflicts_text(w->arena, conflicts));
}

static int check_apply(struct write *w)
{
	if (!node_is_null(node_at(w->request->body, "metadata.managedFields")))
		return refuse_bad_request(w->answer, STR("metadata.managedFields must be nil"));
	if (!w->request->manager.len) {
		struct field_errors errors;
		field_errors_init(&errors, w->arena);
		field_error_add(&errors, FIELD_REQUIRED, STR("fieldManager"), NULL,
				"is required for apply patch");
		return refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors);
	}
	return 0;
}

int server_apply(struct server *server, struct write *w)
{
	struct ssa_writer writer = server_writer(server, w);
	struct ssa_result result;
	struct error err;

	w->object = w->request->body;
	if (check_apply(w) < 0 || (w->old && server_check_preconditions(w) < 0))
		return -1;
	if (w->key.namespace.len)
		w->object = node_set(w->arena, w->object, "metadata.namespace",
				     node_str(w->arena, w->key.namespace));
	w->object = schemas_convert(server->schemas, w->arena, w->object);
	struct ssa_stored stored = server_stored(server, w);
	if (ssa_apply(w->arena, &stored, w->object, &writer, &result, &err) < 0)
		return refuse(w->answer, 500, "", str_copy(w->arena, str_from_cstr(err.text)));
	if (result.conflicts.count)
		return refuse_apply_conflict(w, &result.conflicts);
	w->object = prune_object(server->schemas, w->arena, result.object);
	if (!w->old)
		return server_create_object(server, w, result.managed);
	return server_update_object(server, w, result.changed ? result.managed : w->old->managed);
}

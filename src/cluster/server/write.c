/* write - how a body is decoded, admitted and stored: create, update, patch, delete */
#include "base/arena.h"
#include "cluster/server/calls.h"
#include "cluster/server/deletion.h"
#include "cluster/server/fields.h"
#include "cluster/server/refusal.h"
#include "cluster/server/subresource.h"
#include "doc/make.h"
#include "doc/patch.h"
#include "kube/schema/defaults.h"
#include "kube/schema/prune.h"
#include "kube/schema/schemas.h"
#include "kube/smp/smp.h"
#include "kube/validate/validate.h"

/* Decoding */

/* Unknown fields: dropped with a warning, or refused when the request is strict. */
static int check_unknown(struct server *server, struct write *w)
{
	struct field_errors errors;
	struct buf buf;

	if (w->request->field_validation == API_VALIDATION_IGNORE)
		return 0;
	field_errors_init(&errors, w->arena);
	prune_unknown_fields(server->schemas, w->object, &errors);
	if (!errors.count)
		return 0;
	struct str *warnings = arena_array(w->arena, struct str, errors.count);
	buf_init(&buf, w->arena);
	for (uint32_t i = 0; i < errors.count; i++) {
		warnings[i] = str_printf(w->arena, "unknown field \"%.*s\"",
					 STR_FMT(errors.items[i].path));
		buf_add(&buf, i ? STR(", ") : STR("strict decoding error: "));
		buf_add(&buf, warnings[i]);
	}
	if (w->request->field_validation == API_VALIDATION_STRICT)
		return refuse_bad_request(w->answer, buf_str(&buf));
	w->answer->warnings = warnings;
	w->answer->warning_count = errors.count;
	return 0;
}

/* Known fields only, in the preferred version of the kind. */
static int server_decode(struct server *server, struct write *w)
{
	if (w->typed)
		return 0;
	if (check_unknown(server, w) < 0)
		return -1;
	w->object = schemas_convert(server->schemas, w->arena, w->object);
	w->object = prune_object(server->schemas, w->arena, w->object);
	return 0;
}

/* Storing */

/* Whether only the status differs from the stored object, whose defaults are there already. */
static bool is_status_write(const struct write *w)
{
	return w->old && !(w->kind->flags & KIND_FLAG_CUSTOM) &&
	       str_equal(w->request->subresource, STR("status")) &&
	       node_get(w->object, STR("status"));
}

static int check_valid(struct server *server, struct write *w)
{
	const struct node *old = w->old ? w->old->root : NULL;
	struct field_errors errors;

	field_errors_init(&errors, w->arena);
	validate_object(server->schemas, w->object, old, &errors);
	return errors.count ? refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors)
			    : 0;
}

static const struct node *fill_defaults(const struct server *server, const struct write *w)
{
	if (w->kind->flags & KIND_FLAG_CUSTOM)
		return defaults_apply(server->schemas, w->arena, w->object);
	if (w->typed)
		return defaults_of_typed(w->kind, w->arena, w->object);
	return defaults_of_kind(w->kind, w->arena, w->object);
}

/* Debug builds check that an object of this program has all defaults and is valid. */
static void check_typed(struct server *server, struct write *w)
{
#ifdef FORGE_CHECKED
	if (!w->typed)
		return;
	if (!is_status_write(w) &&
	    defaults_apply(server->schemas, w->arena, w->object) != w->object)
		BUG("a typed write lacks defaults: %.*s %.*s", STR_FMT(w->kind->name),
		    STR_FMT(w->key.name));
	if (check_valid(server, w) < 0)
		BUG("a typed write is refused: %.*s", STR_FMT(w->answer->message));
#else
	(void)server;
	(void)w;
#endif
}

/* Mutations, defaults, validation: what every write goes through once its object is known. Then it
 * is as it will be stored. */
static int admit(struct server *server, struct write *w)
{
	if (admission_mutate(&server->admission, w) < 0)
		return -1;
	if (!is_status_write(w))
		w->object = fill_defaults(server, w);
	if (!w->typed && check_valid(server, w) < 0)
		return -1;
	check_typed(server, w);
	if (admission_validate(&server->admission, w) < 0)
		return -1;
	if (!w->typed)
		w->object = prune_empty(server->schemas, w->arena, w->object);
	return 0;
}

static void commit(struct server *server, struct write *w, const struct node *managed)
{
	const struct object *old = w->old;
	enum api_outcome outcome = old ? API_CONFIGURED : API_CREATED;
	int code = old ? 200 : 201;

	if (w->request->dry_run) {
		server_answer(w, code, outcome, server_unstored(w, managed));
		return;
	}
	if (old)
		object_ref(old);
	const struct object *stored =
		store_put(server->store, w->kind, old, w->object, managed, w->request->manager);
	admission_stored(&server->admission, old, stored);
	server_answer(w, code, outcome, stored);
	if (deletion_is_due(stored)) {
		deletion_finish(server->store, &server->admission, stored, w->request->manager);
		server_answer(w, 200, API_DELETED, NULL);
		w->answer->version = store_version(server->store);
	}
	object_unref(old);
}

/* Creating */

static int name_object(struct server *server, struct write *w)
{
	enum { GENERATED_BASE_MAX = 58 };
	struct str base = node_str_at(w->object, "metadata.generateName");

	if (!w->key.name.len && base.len) {
		base = str_sub(base, 0, GENERATED_BASE_MAX);
		w->key.name = str_concat(w->arena, base, store_suffix(server->store, w->arena));
		w->object = node_set(w->arena, w->object, "metadata.name",
				     node_str(w->arena, w->key.name));
		w->old = cache_get(store_cache(server->store), w->kind->id, w->key);
	}
	if (w->key.name.len)
		return 0;
	struct field_errors errors;
	field_errors_init(&errors, w->arena);
	field_error_add(&errors, FIELD_REQUIRED, STR("metadata.name"), NULL,
			"name or generateName is required");
	return refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors);
}

/* The rest of a create, once w->object is decoded. */
int server_create_object(struct server *server, struct write *w, const struct node *managed)
{
	if (name_object(server, w) < 0 || admission_namespace(&server->admission, w) < 0)
		return -1;
	if (w->old)
		return refuse_exists(w->arena, w->answer, w->kind, w->key.name);
	server_fields_stamp(w, store_uid(server->store, w->arena), server_now(server, w->arena));
	if (admit(server, w) < 0)
		return -1;
	commit(server, w, managed);
	return 0;
}

int server_create(struct server *server, struct write *w)
{
	w->object = w->request->body;
	if (w->request->subresource.len)
		return subresource_create(server->store, &server->admission, w);
	if (node_str_at(w->object, "metadata.resourceVersion").len)
		return refuse(w->answer, 500, "",
			      STR("resourceVersion should not be set on objects to be created"));
	if (server_decode(server, w) < 0)
		return -1;
	return server_create_object(server, w, NULL);
}

/* Updating */

int server_check_preconditions(struct write *w)
{
	const struct api_request *r = w->request;

	if (r->if_uid.ptr && !str_equal(r->if_uid, w->old->uid))
		return refuse_conflict(
			w->arena, w->answer, w->kind, w->key.name,
			str_printf(w->arena,
				   "Precondition failed: UID in precondition: %.*s, UID in object "
				   "meta: %.*s",
				   STR_FMT(r->if_uid), STR_FMT(w->old->uid)));
	if (r->if_version && r->if_version != w->old->version)
		return refuse_conflict(w->arena, w->answer, w->kind, w->key.name,
				       STR("the object has been modified; please apply your "
					   "changes to the latest version and try again"));
	return 0;
}

static bool is_unchanged(const struct write *w)
{
	return node_equal(w->old->root, w->object);
}

/* The rest of an update, once w->object is what the client wants. managed NULL: recorded as an
 * Update. */
int server_update_object(struct server *server, struct write *w, const struct node *managed)
{
	w->object = server_fields_keep(w);
	if (admit(server, w) < 0)
		return -1;
	if (is_unchanged(w) && (!managed || ssa_same_but_times(managed, w->old->managed))) {
		server_answer(w, 200, API_UNCHANGED, w->old);
		return 0;
	}
	if (server_fields_raise_generation(w)) {
		int64_t generation = MAX(w->old->facts.generation, 0) + 1;
		w->object = node_set(w->arena, w->object, "metadata.generation",
				     node_int(w->arena, generation));
	}
	if (w->old->managed && w->request->verb != API_APPLY) {
		struct ssa_writer writer = server_writer(server, w);
		struct ssa_stored stored = server_stored(server, w);
		managed = ssa_update(w->arena, &stored, w->object, &writer);
	}
	commit(server, w, managed);
	return 0;
}

int server_update(struct server *server, struct write *w)
{
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (server_check_preconditions(w) < 0)
		return -1;
	w->object = w->request->body;
	if (subresource_translate(w) < 0)
		return -1;
	if (!w->request->subresource.len && server_decode(server, w) < 0)
		return -1;
	return server_update_object(server, w, NULL);
}

static int apply_patch(struct server *server, struct write *w, const struct node *target,
		       const struct node **ret)
{
	struct patch_options json = { .lenient = true };
	struct smp_options strategic = { .schema = server_schema(server, w->kind) };
	struct error err;

	switch (w->request->patch_type) {
	case API_PATCH_JSON:
		*ret = patch_json(w->arena, target, w->request->body, &json, &err);
		if (!*ret)
			return refuse(w->answer, 422, "Invalid",
				      str_copy(w->arena, str_from_cstr(err.text)));
		return 0;
	case API_PATCH_MERGE:
		*ret = patch_merge(w->arena, target, w->request->body);
		return 0;
	case API_PATCH_STRATEGIC:
		if (w->kind->flags & KIND_FLAG_CUSTOM)
			return refuse(w->answer, 415, "UnsupportedMediaType",
				      STR("the body of the request was in an unknown format - "
					  "accepted media types include: "
					  "application/json-patch+json, "
					  "application/merge-patch+json, "
					  "application/apply-patch+yaml"));
		if (smp_apply(w->arena, target, w->request->body, &strategic, ret, &err) < 0)
			return refuse_bad_request(w->answer,
						  str_copy(w->arena, str_from_cstr(err.text)));
		return 0;
	}
	return -1;
}

int server_patch(struct server *server, struct write *w)
{
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (server_check_preconditions(w) < 0)
		return -1;
	const struct node *target = subresource_shown(w);
	if (apply_patch(server, w, target, &w->object) < 0)
		return -1;
	struct str version = node_str_at(w->object, "metadata.resourceVersion");
	if (!str_equal(version, node_str_at(w->old->root, "metadata.resourceVersion")))
		return refuse_conflict(w->arena, w->answer, w->kind, w->key.name,
				       STR("the object has been modified; please apply your "
					   "changes to the latest version and try again"));
	if (subresource_translate(w) < 0)
		return -1;
	if (!w->request->subresource.len && server_decode(server, w) < 0)
		return -1;
	return server_update_object(server, w, NULL);
}

int server_delete(struct server *server, struct write *w)
{
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (server_check_preconditions(w) < 0)
		return -1;
	if (w->request->dry_run) {
		server_answer(w, 200, API_DELETED, w->old);
		return 0;
	}
	return deletion_begin(server->store, &server->admission, w);
}

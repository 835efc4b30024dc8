/* embedded - the `api` table over the store of this process */
#include "cluster/embedded.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/admission.h"
#include "cluster/deletion.h"
#include "cluster/refusal.h"
#include "cluster/server_fields.h"
#include "cluster/subresource.h"
#include "doc/make.h"
#include "doc/patch.h"
#include "kube/defaults.h"
#include "kube/labels.h"
#include "kube/schemas.h"
#include "kube/smp.h"
#include "kube/ssa.h"
#include "kube/validate.h"

struct embedded {
	struct api api; /* first: the table's functions get a pointer to it */
	struct arena *arena;
	struct store *store;
	struct admission admission;
};

static struct str now_text(const struct embedded *e, struct arena *arena)
{
	return timestamp_format(arena, world_now_ms(e->api.world) / 1000);
}

/* Decoding */

/* Unknown fields: dropped with a warning, or refused when the request is strict. */
static int check_unknown(struct embedded *e, struct write *w)
{
	struct field_errors errors;
	struct buf buf;

	if (w->request->field_validation == API_VALIDATION_IGNORE)
		return 0;
	field_errors_init(&errors, w->arena);
	validate_unknown_fields(e->api.schemas, w->object, &errors);
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
static int decode(struct embedded *e, struct write *w)
{
	if (w->request->typed)
		return 0;
	if (check_unknown(e, w) < 0)
		return -1;
	w->object = schemas_convert(e->api.schemas, w->arena, w->object);
	w->object = validate_prune(e->api.schemas, w->arena, w->object);
	return 0;
}

static int refuse_unknown_kind(struct write *w)
{
	struct gvk gvk = object_gvk(w->request->body);

	(void)gvk;
	return refuse(w->answer, 404, "NotFound",
		      STR("the server could not find the requested resource"));
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
		return refuse_unknown_kind(w);
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

/* Storing */

/* Whether only the status differs from the stored object, whose defaults are there already. */
static bool is_status_write(const struct write *w)
{
	return w->old && !(w->kind->flags & KIND_CUSTOM) &&
	       str_equal(w->request->subresource, STR("status")) &&
	       node_get(w->object, STR("status"));
}

static int check_valid(struct embedded *e, struct write *w)
{
	const struct node *old = w->old ? w->old->root : NULL;
	struct field_errors errors;

	field_errors_init(&errors, w->arena);
	validate_object(e->api.schemas, w->object, old, &errors);
	return errors.count ? refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors)
			    : 0;
}

static const struct node *fill_defaults(const struct embedded *e, const struct write *w)
{
	if (w->kind->flags & KIND_CUSTOM)
		return defaults_apply(e->api.schemas, w->arena, w->object);
	if (w->request->typed)
		return defaults_of_typed(w->kind, w->arena, w->object);
	return defaults_of_kind(w->kind, w->arena, w->object);
}

/* Of objects that this program makes, in builds that check themselves: with all defaults, valid. */
static void check_typed(struct embedded *e, struct write *w)
{
#ifdef FORGE_CHECKED
	if (!w->request->typed)
		return;
	if (!is_status_write(w) && defaults_apply(e->api.schemas, w->arena, w->object) != w->object)
		BUG("a typed write lacks defaults: %.*s %.*s", STR_FMT(w->kind->name),
		    STR_FMT(w->key.name));
	if (check_valid(e, w) < 0)
		BUG("a typed write is refused: %.*s", STR_FMT(w->answer->message));
#else
	(void)e;
	(void)w;
#endif
}

/* Mutations, defaults, validation: what every write goes through once its object is known. */
static int admit(struct embedded *e, struct write *w)
{
	if (admission_mutate(&e->admission, w) < 0)
		return -1;
	if (!is_status_write(w))
		w->object = fill_defaults(e, w);
	if (!w->request->typed && check_valid(e, w) < 0)
		return -1;
	check_typed(e, w);
	return admission_validate(&e->admission, w);
}

static struct schema schema_of(const struct embedded *e, const struct kind *kind)
{
	return schema_root(e->api.schemas, kind, NULL);
}

static void answer_with(struct write *w, int code, enum api_outcome outcome,
			const struct object *object)
{
	w->answer->code = code;
	w->answer->outcome = outcome;
	w->answer->object = object;
	w->answer->version = object ? object->version : 0;
}

/* A dry run's object, owned by the request's arena. */
static const struct object *unstored(struct write *w, const struct node *managed)
{
	struct object *object = object_new(w->kind, w->object, managed, w->old, 0);

	arena_cleanup(w->arena, (void (*)(void *))object_unref, object);
	return object;
}

static void commit(struct embedded *e, struct write *w, const struct node *managed)
{
	const struct object *old = w->old;
	enum api_outcome outcome = old ? API_CONFIGURED : API_CREATED;
	int code = old ? 200 : 201;

	if (w->request->dry_run) {
		answer_with(w, code, outcome, unstored(w, managed));
		return;
	}
	if (old)
		object_ref(old);
	const struct object *stored =
		store_put(e->store, w->kind, old, w->object, managed, w->request->manager);
	admission_stored(&e->admission, old, stored);
	answer_with(w, code, outcome, stored);
	if (deletion_is_due(stored)) {
		deletion_finish(e->store, &e->admission, stored, w->request->manager);
		answer_with(w, 200, API_DELETED, NULL);
		w->answer->version = store_version(e->store);
	}
	object_unref(old);
}

/* Creating */

static int name_object(struct embedded *e, struct write *w)
{
	enum { GENERATED_BASE_MAX = 58 };
	struct str base = node_str_at(w->object, "metadata.generateName");

	if (!w->key.name.len && base.len) {
		base = str_sub(base, 0, GENERATED_BASE_MAX);
		w->key.name = str_concat(w->arena, base, store_suffix(e->store, w->arena));
		w->object = node_set(w->arena, w->object, "metadata.name",
				     node_str(w->arena, w->key.name));
		w->old = cache_get(store_cache(e->store), w->kind->id, w->key);
	}
	if (w->key.name.len)
		return 0;
	struct field_errors errors;
	field_errors_init(&errors, w->arena);
	field_error_add(&errors, FIELD_REQUIRED, STR("metadata.name"), NULL,
			"name or generateName is required");
	return refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors);
}

static struct ssa_stored stored_of(struct embedded *e, const struct write *w)
{
	return (struct ssa_stored){ schema_of(e, w->kind), w->old ? w->old->root : NULL,
				    w->old ? w->old->managed : NULL };
}

static struct ssa_writer writer_of(const struct embedded *e, const struct write *w)
{
	return (struct ssa_writer){ .manager = w->request->manager,
				    .subresource = w->request->subresource,
				    .time = now_text(e, w->arena),
				    .force = w->request->force };
}

/* The rest of a create, once w->object is decoded. */
static int create_object(struct embedded *e, struct write *w, const struct node *managed)
{
	if (name_object(e, w) < 0 || admission_namespace(&e->admission, w) < 0)
		return -1;
	if (w->old)
		return refuse_exists(w->arena, w->answer, w->kind, w->key.name);
	server_fields_stamp(w, store_uid(e->store, w->arena), now_text(e, w->arena));
	if (admit(e, w) < 0)
		return -1;
	commit(e, w, managed);
	return 0;
}

static int call_create(struct embedded *e, struct write *w)
{
	w->object = w->request->body;
	if (w->request->subresource.len)
		return subresource_create(e->store, &e->admission, w);
	if (node_str_at(w->object, "metadata.resourceVersion").len)
		return refuse(w->answer, 500, "",
			      STR("resourceVersion should not be set on objects to be created"));
	if (decode(e, w) < 0)
		return -1;
	return create_object(e, w, NULL);
}

/* Updating */

static int check_preconditions(struct write *w)
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
static int update_object(struct embedded *e, struct write *w, const struct node *managed)
{
	w->object = server_fields_keep(w);
	if (admit(e, w) < 0)
		return -1;
	if (is_unchanged(w) && (!managed || ssa_same_but_times(managed, w->old->managed))) {
		answer_with(w, 200, API_UNCHANGED, w->old);
		return 0;
	}
	if (server_fields_raise_generation(w)) {
		int64_t generation = MAX(w->old->facts.generation, 0) + 1;
		w->object = node_set(w->arena, w->object, "metadata.generation",
				     node_int(w->arena, generation));
	}
	if (w->old->managed && w->request->verb != API_APPLY) {
		struct ssa_writer writer = writer_of(e, w);
		struct ssa_stored stored = stored_of(e, w);
		managed = ssa_update(w->arena, &stored, w->object, &writer);
	}
	commit(e, w, managed);
	return 0;
}

static int call_update(struct embedded *e, struct write *w)
{
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (check_preconditions(w) < 0)
		return -1;
	w->object = w->request->body;
	if (subresource_translate(w) < 0)
		return -1;
	if (!w->request->subresource.len && decode(e, w) < 0)
		return -1;
	return update_object(e, w, NULL);
}

static int apply_patch(struct embedded *e, struct write *w, const struct node *target,
		       const struct node **ret)
{
	struct patch_options json = { .lenient = true };
	struct smp_options strategic = { .schema = schema_of(e, w->kind) };
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
		if (w->kind->flags & KIND_CUSTOM)
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

static int call_patch(struct embedded *e, struct write *w)
{
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (check_preconditions(w) < 0)
		return -1;
	const struct node *target = subresource_shown(w);
	if (apply_patch(e, w, target, &w->object) < 0)
		return -1;
	struct str version = node_str_at(w->object, "metadata.resourceVersion");
	if (!str_equal(version, node_str_at(w->old->root, "metadata.resourceVersion")))
		return refuse_conflict(w->arena, w->answer, w->kind, w->key.name,
				       STR("the object has been modified; please apply your "
					   "changes to the latest version and try again"));
	if (subresource_translate(w) < 0)
		return -1;
	if (!w->request->subresource.len && decode(e, w) < 0)
		return -1;
	return update_object(e, w, NULL);
}

/* Applying */

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
	const struct node *managed = node_at(w->request->body, "metadata.managedFields");

	if (managed && !node_is_null(managed))
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

static int call_apply(struct embedded *e, struct write *w)
{
	struct ssa_writer writer = writer_of(e, w);
	struct ssa_result result;
	struct error err;

	w->object = w->request->body;
	if (check_apply(w) < 0 || (w->old && check_preconditions(w) < 0))
		return -1;
	if (w->key.namespace.len)
		w->object = node_set(w->arena, w->object, "metadata.namespace",
				     node_str(w->arena, w->key.namespace));
	w->object = schemas_convert(e->api.schemas, w->arena, w->object);
	struct ssa_stored stored = stored_of(e, w);
	if (ssa_apply(w->arena, &stored, w->object, &writer, &result, &err) < 0)
		return refuse(w->answer, 500, "", str_copy(w->arena, str_from_cstr(err.text)));
	if (result.conflicts.count)
		return refuse_apply_conflict(w, &result.conflicts);
	w->object = validate_prune(e->api.schemas, w->arena, result.object);
	if (!w->old)
		return create_object(e, w, result.managed);
	return update_object(e, w, result.changed ? result.managed : w->old->managed);
}

/* Reading */

static int call_get(struct embedded *e, struct write *w)
{
	(void)e;
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (w->request->subresource.len) {
		w->object = subresource_shown(w);
		answer_with(w, 200, API_UNCHANGED, unstored(w, NULL));
		return 0;
	}
	answer_with(w, 200, API_UNCHANGED, w->old);
	return 0;
}

/* `path=value`, `path!=value`, separated by commas. */
static bool matches_fields(const struct object *object, struct str selector)
{
	SCRATCH(scratch);

	for (struct str rest = selector; rest.len;) {
		struct str part = str_cut(&rest, ',');
		struct str value = part;
		struct str path = str_cut(&value, '=');
		bool negated = str_ends(path, STR("!"));
		path = str_strip_suffix(path, STR("!"));
		value = str_strip_prefix(value, STR("="));
		struct str have = node_str_at(object->root, str_cstr(scratch, path));
		if (str_equal(have, value) == negated)
			return false;
	}
	return true;
}

static int call_list(struct embedded *e, struct write *w)
{
	const struct api_request *r = w->request;
	struct str namespace = r->key.namespace.len ? r->key.namespace : STR_NONE;
	struct objects all = cache_list(store_cache(e->store), w->arena, w->kind->id, namespace);
	uint32_t kept = 0;
	struct error err;

	for (uint32_t i = 0; i < all.count; i++) {
		bool matches = true;
		if (r->label_selector.len &&
		    labels_match_text(r->label_selector, all.items[i]->facts.labels, &matches,
				      &err) < 0)
			return refuse_bad_request(w->answer,
						  str_copy(w->arena, str_from_cstr(err.text)));
		if (matches && matches_fields(all.items[i], r->field_selector))
			all.items[kept++] = all.items[i];
	}
	all.count = kept;
	w->answer->list = all;
	answer_with(w, 200, API_UNCHANGED, NULL);
	w->answer->version = store_version(e->store);
	return 0;
}

static int call_delete(struct embedded *e, struct write *w)
{
	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	if (check_preconditions(w) < 0)
		return -1;
	if (w->request->dry_run) {
		answer_with(w, 200, API_DELETED, w->old);
		return 0;
	}
	return deletion_begin(e->store, &e->admission, w);
}

/* The table */

static int (*const calls[])(struct embedded *e, struct write *w) = {
	[API_GET] = call_get,	    [API_LIST] = call_list,   [API_CREATE] = call_create,
	[API_UPDATE] = call_update, [API_PATCH] = call_patch, [API_APPLY] = call_apply,
	[API_DELETE] = call_delete,
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

/* watches - delivers changes of the store to the watches that select them */
#include "cluster/server/watches.h"

#include "base/arena.h"
#include "base/vec.h"
#include "cluster/server/change_log.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"
#include "kube/schema/schemas.h"
#include "world/world.h"

/* The delay of a watch event in ms. */
enum { WATCH_DELAY_MIN_MS = 5, WATCH_DELAY_MAX_MS = 50 };

struct api_watch {
	struct arena *arena; /* of the selectors */
	kind_id kind;
	struct str namespace;
	struct label_selector labels;
	struct field_selector fields;
	api_watch_fn on_event;
	void *context;
	uint64_t seen; /* events up to this version have come */
	bool ended;    /* freed when nobody walks over the watches */
};

struct watches {
	struct world *world;
	struct change_log log;
	uint64_t version; /* of the last change */
	struct random delays;
	VEC(struct api_watch *) items;
	struct arena *arena;
	bool is_due; /* a timer is set */
	bool delivering;
};

static void free_watch(struct api_watch *watch)
{
	arena_free(watch->arena);
	heap_free(watch);
}

static void free_watches(void *data)
{
	struct watches *watches = data;

	for (uint32_t i = 0; i < watches->items.count; i++)
		free_watch(watches->items.items[i]);
	change_log_release(&watches->log);
}

struct watches *watches_new(struct world *world, struct arena *arena)
{
	struct watches *watches = arena_one(arena, struct watches);

	watches->world = world;
	watches->arena = arena;
	watches->delays = world_random(world, STR("store"), STR("watch delay"));
	change_log_init(&watches->log);
	arena_cleanup(arena, free_watches, watches);
	return watches;
}

const struct change_log *watches_log(const struct watches *watches)
{
	return &watches->log;
}

/* Selecting */

static bool selects(const struct api_watch *watch, const struct object *object)
{
	return object && (!watch->kind || object->kind->id == watch->kind) &&
	       (!watch->namespace.ptr || str_equal(object->key.namespace, watch->namespace)) &&
	       label_selector_matches(&watch->labels, object->facts.labels) &&
	       field_selector_matches(&watch->fields, object->root);
}

static void tell(struct api_watch *watch, const struct change *change)
{
	bool before = selects(watch, change->before), after = selects(watch, change->after);

	watch->seen = change->version;
	if (!before && !after)
		return;
	watch->on_event(watch->context,
			&(struct api_watch_event){ .type = !before ? API_ADDED
							   : after ? API_MODIFIED
								   : API_REMOVED,
						   .before = before ? change->before : NULL,
						   .after = after ? change->after : NULL,
						   .version = change->version });
}

/* Delivery */

static void sweep(struct watches *watches)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < watches->items.count; i++) {
		struct api_watch *watch = watches->items.items[i];
		if (watch->ended)
			free_watch(watch);
		else
			watches->items.items[kept++] = watch;
	}
	watches->items.count = kept;
}

/* Changes up to this version have reached every watch. */
static uint64_t least_seen(const struct watches *watches)
{
	uint64_t least = watches->version;

	for (uint32_t i = 0; i < watches->items.count; i++)
		least = MIN(least, watches->items.items[i]->seen);
	return least;
}

static void deliver(struct watches *watches, const struct change *change)
{
	for (uint32_t i = 0; i < watches->items.count; i++) {
		struct api_watch *watch = watches->items.items[i];
		if (!watch->ended && change->version > watch->seen)
			tell(watch, change);
	}
}

/* Watchers may write, which appends changes: they come in the same turn. */
static void drain(void *data)
{
	struct watches *watches = data;
	uint32_t next;

	watches->delivering = true;
	for (uint64_t seen = least_seen(watches);
	     (next = change_log_after(&watches->log, seen)) < change_log_count(&watches->log);) {
		struct change change = *change_log_at(&watches->log, next);
		deliver(watches, &change);
		seen = change.version;
	}
	watches->delivering = false;
	watches->is_due = false;
	sweep(watches);
}

static void schedule(struct watches *watches)
{
	if (watches->is_due)
		return;
	watches->is_due = true;
	world_timer(watches->world,
		    random_range(&watches->delays, WATCH_DELAY_MIN_MS, WATCH_DELAY_MAX_MS), drain,
		    watches);
}

void watches_announce(struct watches *watches, struct change change)
{
	uint32_t delivered = change_log_after(&watches->log, least_seen(watches));

	watches->version = change.version;
	change_log_append(&watches->log, change, change_log_count(&watches->log) - delivered + 1);
	schedule(watches);
}

/* Beginning and ending */

static struct api_watch *refuse(api_watch_fn on_event, void *context, int code, const char *reason,
				struct str message)
{
	struct api_answer status = { .code = code,
				     .reason = str_from_cstr(reason),
				     .message = message };

	on_event(context, &(struct api_watch_event){ .type = API_ENDED, .status = &status });
	return NULL;
}

static int compile(struct api_watch *watch, struct schemas *schemas,
		   const struct api_watch_request *request, struct error *err)
{
	const struct kind *kind = request->kind ? schemas_kind_by_id(schemas, request->kind) : NULL;

	if (label_selector_parse(watch->arena, request->label_selector, &watch->labels, err) < 0)
		return -1;
	if (!request->field_selector.len)
		return 0;
	assert(kind);
	return field_selector_parse(watch->arena, kind, request->field_selector, &watch->fields,
				    err);
}

static void tell_existing(struct api_watch *watch, const struct cache *cache)
{
	SCRATCH(scratch);
	kind_id first = watch->kind ? watch->kind : 1;
	uint32_t end = watch->kind ? watch->kind + 1u : cache_kind_limit(cache);

	for (kind_id kind = first; kind < end && kind < UINT16_MAX; kind++) {
		struct objects all = cache_list(cache, scratch, kind, watch->namespace);
		for (uint32_t i = 0; i < all.count; i++)
			if (selects(watch, all.items[i]))
				watch->on_event(watch->context,
						&(struct api_watch_event){
							.type = API_ADDED,
							.after = all.items[i],
							.version = all.items[i]->version });
	}
}

static struct api_watch *watch_new(const struct api_watch_request *request, api_watch_fn on_event,
				   void *context)
{
	struct api_watch *watch = heap_alloc(sizeof(*watch));

	*watch = (struct api_watch){ .arena = arena_new("watch"),
				     .kind = request->kind,
				     .on_event = on_event,
				     .context = context,
				     .seen = request->after_version };
	watch->namespace = str_copy(watch->arena, request->namespace);
	return watch;
}

struct api_watch *watches_begin(struct watches *watches, const struct cache *cache,
				struct schemas *schemas, const struct api_watch_request *request,
				api_watch_fn on_event, void *context)
{
	SCRATCH(scratch);
	struct api_watch *watch;
	struct error err;

	if (!change_log_reaches(&watches->log, request->after_version) && request->after_version)
		return refuse(on_event, context, 410, "Expired",
			      str_printf(scratch, "too old resource version: %llu (%llu)",
					 (unsigned long long)request->after_version,
					 (unsigned long long)watches->version));
	watch = watch_new(request, on_event, context);
	if (compile(watch, schemas, request, &err) < 0) {
		free_watch(watch);
		return refuse(on_event, context, 400, "BadRequest", str_from_cstr(err.text));
	}
	if (!request->after_version) {
		watch->seen = watches->version;
		tell_existing(watch, cache);
	}
	VEC_PUSH(watches->arena, &watches->items, watch);
	if (watch->seen < watches->version)
		schedule(watches);
	return watch;
}

void watches_end(struct watches *watches, struct api_watch *watch)
{
	watch->ended = true;
	if (!watches->delivering)
		sweep(watches);
}

/* events - Kubernetes Events about objects, counted instead of repeated */
#include "api/events.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "doc/make.h"
#include "kube/names.h"
#include "world/world.h"

enum {
	MESSAGE_BYTES_MAX = 1024,
	KNOWN_MAX = 4096,	     /* entries that are remembered */
	SIMILAR_MAX = 10,	     /* that many of one reason are told one by one, less one */
	SIMILAR_MS = 10 * 60 * 1000, /* after that much silence they are no longer similar */
	BURST_EVENTS = 25,	     /* of one source about one object */
	REFILL_MS = 5 * 60 * 1000,   /* then one more each time */
};

/* An event that may be repeated. */
struct known {
	struct str name;
	struct str namespace;
	uint32_t count;
	bool written;
};

/* Events that differ in their message only. */
struct similar {
	int64_t last_ms;
	uint64_t messages[SIMILAR_MAX]; /* hashes */
	uint32_t count;
};

/* What one source may still say about one object. */
struct allowance {
	int64_t filled_ms; /* up to now */
	int64_t left_ms;   /* an event costs REFILL_MS */
};

struct events {
	struct world *world;
	struct api *api;
	struct arena *known_arena;
	struct map known;
	struct map similar;
	struct map allowances;
	uint64_t serial;
};

static void free_events(void *data)
{
	struct events *events = data;
	arena_free(events->known_arena);
}

static void forget_all(struct events *events)
{
	arena_free(events->known_arena);
	events->known_arena = arena_new("events");
	map_init(&events->known, events->known_arena);
	map_init(&events->similar, events->known_arena);
	map_init(&events->allowances, events->known_arena);
}

struct events *events_new(struct world *world, struct api *api, struct arena *arena)
{
	struct events *events = arena_one(arena, struct events);

	events->world = world;
	events->api = api;
	forget_all(events);
	arena_cleanup(arena, free_events, events);
	return events;
}

const struct node *events_reference(struct arena *arena, const struct object *object)
{
	struct str namespace = object->key.namespace;

	return node_make(arena,
			 "{apiVersion: %s, kind: %s, name: %s, namespace: %?s, "
			 "resourceVersion: %s, uid: %s}",
			 object_api_version(object->root), object->kind->name, object->key.name,
			 namespace.len ? namespace : STR_NONE,
			 node_str_at(object->root, "metadata.resourceVersion"), object->uid);
}

/* Nobody waits for an event; a refused one is lost, as with the real recorder. */
static void ignore_answer(void *context, const struct api_answer *answer)
{
	(void)context;
	(void)answer;
}

static void count_again(struct events *events, const struct known *known, struct str source,
			struct str message)
{
	SCRATCH(scratch);
	struct str now = timestamp_format(scratch, world_now_ms(events->world) / 1000);
	struct api_request patch = {
		.verb = API_PATCH,
		.kind = schemas_kind_by_id(events->api->schemas, KIND_EVENT),
		.key = { known->namespace, known->name },
		.patch_type = API_PATCH_MERGE,
		.body = node_make(scratch, "{count: %d, lastTimestamp: %s, message: %s}",
				  (int)known->count, now, message),
		.arena = scratch,
		.manager = source,
		.typed = true,
	};
	api_call(events->api, &patch, ignore_answer, NULL);
}

/* The entry of a map of this table, zeroed when it is new. */
#define ENTRY(events, map, id, type)                                                               \
	((type *)entry_of((events)->known_arena, &(events)->map, (id), sizeof(type)))

static void *entry_of(struct arena *arena, struct map *map, struct str id, size_t size_bytes)
{
	void *entry = map_get(map, id);

	if (entry)
		return entry;
	entry = arena_alloc(arena, size_bytes);
	map_put(map, str_copy(arena, id), entry);
	return entry;
}

/* `<object>.<hex of the time>`; only the time where that is no name, for the API refuses others. */
static struct str event_name(struct events *events, struct str subject)
{
	uint64_t nanoseconds = (uint64_t)world_now_ms(events->world) * 1000000 + events->serial++;
	struct str time = num_format_uint64(events->known_arena, nanoseconds, 16, 1);
	struct str name = STR_CAT(events->known_arena, subject, STR("."), time);

	return names_check_dns1123_subdomain(name).len ? time : name;
}

static struct known *observe(struct events *events, struct str id, const struct node *reference)
{
	struct known *known = ENTRY(events, known, id, struct known);
	struct str namespace = node_str_at(reference, "namespace");

	if (known->count++)
		return known;
	known->namespace =
		namespace.len ? str_copy(events->known_arena, namespace) : STR("default");
	known->name = event_name(events, node_str_at(reference, "name"));
	return known;
}

/* Whether so many events of that reason came lately that they are told as one. */
static bool is_one_of_many(struct events *events, struct str id, struct str message)
{
	struct similar *similar = ENTRY(events, similar, id, struct similar);
	int64_t now_ms = world_now_ms(events->world);
	uint64_t hash = hash64(HASH64_START, message);

	if (now_ms - similar->last_ms > SIMILAR_MS)
		similar->count = 0;
	similar->last_ms = now_ms;
	for (uint32_t i = 0; i < similar->count; i++)
		if (similar->messages[i] == hash)
			return false;
	if (similar->count + 1 >= SIMILAR_MAX)
		return true;
	similar->messages[similar->count++] = hash;
	return false;
}

static bool may_say(struct events *events, struct str id)
{
	const int64_t full_ms = (int64_t)BURST_EVENTS * REFILL_MS;
	struct allowance *a = ENTRY(events, allowances, id, struct allowance);
	int64_t now_ms = world_now_ms(events->world);

	a->left_ms = a->filled_ms ? MIN(a->left_ms + now_ms - a->filled_ms, full_ms) : full_ms;
	a->filled_ms = now_ms;
	if (a->left_ms < REFILL_MS)
		return false;
	a->left_ms -= REFILL_MS;
	return true;
}

static void create(struct events *events, const struct known *known, struct str source,
		   const struct plan_event *event, struct str message, const struct node *reference)
{
	SCRATCH(scratch);
	struct str now = timestamp_format(scratch, world_now_ms(events->world) / 1000);
	struct api_request request = {
		.verb = API_CREATE,
		.kind = schemas_kind_by_id(events->api->schemas, KIND_EVENT),
		.key = { known->namespace, known->name },
		.arena = scratch,
		.manager = source,
		.typed = true,
	};

	request.body = node_make(
		scratch,
		"{apiVersion: v1, kind: Event, metadata: {name: %s, namespace: %s}, "
		"involvedObject: %n, reason: %s, message: %s, type: %c, source: {component: %s}, "
		"firstTimestamp: %s, lastTimestamp: %s, count: %d, eventTime: null, "
		"reportingComponent: %s, reportingInstance: \"\"}",
		known->name, known->namespace, reference, event->reason, message,
		event->warning ? "Warning" : "Normal", source, now, now, (int)known->count, source);
	api_call(events->api, &request, ignore_answer, NULL);
}

/* As client-go's EventCorrelator: similar events become one, equal ones are counted, and who says
 * too much about one object is not heard. */
void events_emit(struct events *events, struct str source, const struct plan_event *event)
{
	SCRATCH(scratch);
	const struct node *reference =
		event->object ? events_reference(scratch, event->object) : event->reference;
	struct str about =
		STR_CAT(scratch, source, STR("|"), node_str_at(reference, "kind"), STR("|"),
			node_str_at(reference, "namespace"), STR("/"),
			node_str_at(reference, "name"), STR("|"), node_str_at(reference, "uid"));
	struct str of_reason = STR_CAT(
		scratch, about, event->warning ? STR("|Warning|") : STR("|Normal|"), event->reason);
	struct str message = str_sub(event->message, 0, MESSAGE_BYTES_MAX), id;

	if (map_size(&events->known) > KNOWN_MAX)
		forget_all(events);
	if (is_one_of_many(events, of_reason, message)) {
		id = of_reason;
		message = str_concat(scratch, STR("(combined from similar events): "), message);
	} else {
		id = STR_CAT(scratch, of_reason, STR("|"), message);
	}
	struct known *known = observe(events, id, reference);
	if (!may_say(events, about))
		return;
	if (known->written)
		count_again(events, known, source, message);
	else
		create(events, known, source, event, message, reference);
	known->written = true;
}

/* events - Kubernetes Events about objects, counted instead of repeated */
#include "api/events.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "doc/make.h"
#include "world/world.h"

enum { MESSAGE_BYTES_MAX = 1024, KNOWN_MAX = 4096 };

/* An event that may be repeated. */
struct known {
	struct str name;
	struct str namespace;
	uint32_t count;
};

struct events {
	struct world *world;
	struct api *api;
	struct arena *known_arena;
	struct map known;
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

static void count_again(struct events *events, struct known *known, struct str source)
{
	SCRATCH(scratch);
	struct str now = timestamp_format(scratch, world_now_ms(events->world) / 1000);

	known->count++;
	struct api_request patch = {
		.verb = API_PATCH,
		.kind = schemas_kind_by_id(events->api->schemas, KIND_EVENT),
		.key = { known->namespace, known->name },
		.patch_type = API_PATCH_MERGE,
		.body = node_make(scratch, "{count: %d, lastTimestamp: %s}", (int)known->count,
				  now),
		.arena = scratch,
		.manager = source,
	};
	api_call(events->api, &patch, ignore_answer, NULL);
}

static struct known *remember(struct events *events, struct str id, struct str namespace,
			      struct str subject)
{
	struct arena *arena = events->known_arena;
	struct known *known = arena_one(arena, struct known);
	uint64_t nanoseconds = (uint64_t)world_now_ms(events->world) * 1000000 + events->serial++;

	*known = (struct known){ .namespace = str_copy(arena, namespace), .count = 1 };
	known->name =
		STR_CAT(arena, subject, STR("."), num_format_uint64(arena, nanoseconds, 16, 1));
	map_put(&events->known, str_copy(arena, id), known);
	return known;
}

static void create(struct events *events, const struct known *known, struct str source,
		   const struct plan_event *event, const struct node *reference)
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
		"firstTimestamp: %s, lastTimestamp: %s, count: 1, eventTime: null, "
		"reportingComponent: %s, reportingInstance: \"\"}",
		known->name, known->namespace, reference, event->reason,
		str_sub(event->message, 0, MESSAGE_BYTES_MAX),
		event->warning ? "Warning" : "Normal", source, now, now, source);
	api_call(events->api, &request, ignore_answer, NULL);
}

void events_emit(struct events *events, struct str source, const struct plan_event *event)
{
	SCRATCH(scratch);
	const struct node *reference =
		event->object ? events_reference(scratch, event->object) : event->reference;
	struct str namespace = node_str_at(reference, "namespace");
	struct str id = STR_CAT(scratch, source, STR("|"), node_str_at(reference, "kind"), STR("|"),
				node_str_at(reference, "uid"),
				event->warning ? STR("|Warning|") : STR("|Normal|"), event->reason,
				STR("|"), event->message);

	if (!namespace.len)
	namespace = STR("default");
	if (map_size(&events->known) > KNOWN_MAX)
		forget_all(events);
	struct known *known = map_get(&events->known, id);
	if (known) {
		count_again(events, known, source);
		return;
	}
	known = remember(events, id, namespace, node_str_at(reference, "name"));
	create(events, known, source, event, reference);
}

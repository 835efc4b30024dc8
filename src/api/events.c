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
	struct known *next;
	uint64_t message; /* hash */
	struct str name;
	uint32_t count;
	bool written;
};

/* Events that differ in their message only. */
struct similar {
	struct similar *next;
	struct str reason;
	bool warning;
	int64_t last_ms;
	uint64_t messages[SIMILAR_MAX]; /* hashes of late ones */
	uint32_t count;
	struct known *known;
	struct known combined; /* many told as one */
};

/* The events of one source about one object, and how many it may still emit (token bucket). */
struct subject {
	struct str namespace;
	int64_t filled_ms; /* up to now */
	int64_t left_ms;   /* an event costs REFILL_MS */
	struct similar *similar;
};

struct events {
	struct world *world;
	struct api *api;
	struct arena *known_arena;
	struct map subjects;
	uint32_t known_count;
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
	map_init(&events->subjects, events->known_arena);
	events->known_count = 0;
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

/* An event on its way. */
struct telling {
	struct events *events;
	struct str source;
	const struct plan_event *event;
	struct str message;
	const struct subject *subject;
	struct known *known;
};

static void count_again(const struct telling *t)
{
	SCRATCH(scratch);
	struct events *events = t->events;
	struct str now = timestamp_format(scratch, world_now_ms(events->world) / 1000);
	struct api_request patch = {
		.verb = API_PATCH,
		.kind = schemas_kind_by_id(events->api->schemas, KIND_EVENT),
		.key = { t->subject->namespace, t->known->name },
		.patch_type = API_PATCH_MERGE,
		.body = node_make(scratch, "{count: %d, lastTimestamp: %s, message: %s}",
				  (int)t->known->count, now, t->message),
		.arena = scratch,
		.manager = t->source,
	};
	api_call_typed(events->api, &patch, ignore_answer, NULL);
}

static void create(const struct telling *t)
{
	SCRATCH(scratch);
	struct events *events = t->events;
	const struct plan_event *event = t->event;
	const struct node *reference =
		event->object ? events_reference(scratch, event->object) : event->reference;
	struct str now = timestamp_format(scratch, world_now_ms(events->world) / 1000);
	struct api_request request = {
		.verb = API_CREATE,
		.kind = schemas_kind_by_id(events->api->schemas, KIND_EVENT),
		.key = { t->subject->namespace, t->known->name },
		.arena = scratch,
		.manager = t->source,
	};

	request.body = node_make(
		scratch,
		"{apiVersion: v1, kind: Event, metadata: {name: %s, namespace: %s}, "
		"involvedObject: %n, reason: %s, message: %s, type: %c, source: {component: %s}, "
		"firstTimestamp: %s, lastTimestamp: %s, count: %d, eventTime: null, "
		"reportingComponent: %s, reportingInstance: \"\"}",
		request.key.name, request.key.namespace, reference, event->reason, t->message,
		event->warning ? "Warning" : "Normal", t->source, now, now, (int)t->known->count,
		t->source);
	api_call_typed(events->api, &request, ignore_answer, NULL);
}

/* `<object>.<hex of the time>`; only the time where that is no name, for the API refuses others. */
static struct str event_name(struct events *events, struct str subject)
{
	uint64_t nanoseconds = (uint64_t)world_now_ms(events->world) * 1000000 + events->serial++;
	struct str time = num_format_uint64(events->known_arena, nanoseconds, 16, 1);
	struct str name = STR_CAT(events->known_arena, subject, STR("."), time);

	return names_check_dns1123_subdomain(name).len ? time : name;
}

static struct subject *subject_of(struct events *events, struct str source, struct str kind,
				  struct key key, struct str uid)
{
	SCRATCH(scratch);
	struct str id = STR_CAT(scratch, source, STR("|"), uid, STR("|"), kind, STR("|"),
				key.namespace, STR("/"), key.name);
	struct subject *subject = map_get(&events->subjects, id);

	if (subject)
		return subject;
	subject = arena_one(events->known_arena, struct subject);
	subject->namespace =
		key.namespace.len ? str_copy(events->known_arena, key.namespace) : STR("default");
	map_put(&events->subjects, str_copy(events->known_arena, id), subject);
	return subject;
}

static struct similar *similar_of(struct events *events, struct subject *subject,
				  const struct plan_event *event)
{
	struct similar *s = subject->similar;

	while (s && (s->warning != event->warning || !str_equal(s->reason, event->reason)))
		s = s->next;
	if (s)
		return s;
	s = arena_one(events->known_arena, struct similar);
	*s = (struct similar){ .next = subject->similar,
			       .reason = str_copy(events->known_arena, event->reason),
			       .warning = event->warning };
	subject->similar = s;
	return s;
}

/* Whether so many similar events were emitted lately that they are combined into one. */
static bool is_one_of_many(struct similar *similar, uint64_t message, int64_t now_ms)
{
	if (now_ms - similar->last_ms > SIMILAR_MS)
		similar->count = 0;
	similar->last_ms = now_ms;
	for (uint32_t i = 0; i < similar->count; i++)
		if (similar->messages[i] == message)
			return false;
	if (similar->count + 1 >= SIMILAR_MAX)
		return true;
	similar->messages[similar->count++] = message;
	return false;
}

static struct known *known_of(struct events *events, struct similar *similar, uint64_t message)
{
	struct known *known = similar->known;

	while (known && known->message != message)
		known = known->next;
	if (known)
		return known;
	known = arena_one(events->known_arena, struct known);
	*known = (struct known){ .next = similar->known, .message = message };
	similar->known = known;
	events->known_count++;
	return known;
}

static bool may_say(struct subject *s, int64_t now_ms)
{
	const int64_t full_ms = (int64_t)BURST_EVENTS * REFILL_MS;

	s->left_ms = s->filled_ms ? MIN(s->left_ms + now_ms - s->filled_ms, full_ms) : full_ms;
	s->filled_ms = now_ms;
	if (s->left_ms < REFILL_MS)
		return false;
	s->left_ms -= REFILL_MS;
	return true;
}

/* Kind, key and uid of what the event is about. */
static struct str read_subject(const struct plan_event *event, struct key *ret_key,
			       struct str *ret_uid)
{
	if (event->object) {
		*ret_key = event->object->key;
		*ret_uid = event->object->uid;
		return event->object->kind->name;
	}
	*ret_key = (struct key){ node_str_at(event->reference, "namespace"),
				 node_str_at(event->reference, "name") };
	*ret_uid = node_str_at(event->reference, "uid");
	return node_str_at(event->reference, "kind");
}

/* As client-go's EventCorrelator: similar events are combined, equal ones are counted, and
 * events of a source beyond its rate are dropped. */
void events_emit(struct events *events, struct str source, const struct plan_event *event)
{
	SCRATCH(scratch);
	int64_t now_ms = world_now_ms(events->world);
	struct str message = str_sub(event->message, 0, MESSAGE_BYTES_MAX), uid;
	uint64_t hash = hash64(HASH64_START, message);
	struct key key;

	if (events->known_count > KNOWN_MAX)
		forget_all(events);
	struct str kind = read_subject(event, &key, &uid);
	struct subject *subject = subject_of(events, source, kind, key, uid);
	struct similar *similar = similar_of(events, subject, event);
	struct known *known = &similar->combined;
	if (is_one_of_many(similar, hash, now_ms))
		message = str_concat(scratch, STR("(combined from similar events): "), message);
	else
		known = known_of(events, similar, hash);
	if (!known->count++)
		known->name = event_name(events, key.name);
	if (!may_say(subject, now_ms))
		return;
	struct telling telling = { events, source, event, message, subject, known };
	if (known->written)
		count_again(&telling);
	else
		create(&telling);
	known->written = true;
}

/* events_test - which Events reach the API: new ones, counted ones, joined ones, none */
#include "api/events.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "world/simulated.h"

/* Writes down what is asked of it. */
struct fake {
	struct api api; /* first: the table's functions get a pointer to it */
	struct arena *arena;
	struct events *events;
	struct buf log;		 /* "+count:message " for a create, "=count:message " for a patch */
	struct str name;	 /* of the last Event that was created */
	const struct node *body; /* of the last write */
	uint32_t write_count;
};

static void call(struct api *api, const struct api_request *request, api_done_fn done,
		 void *context)
{
	struct fake *fake = (struct fake *)api;
	struct api_answer answer = { .code = 200 };
	struct str message = node_str_at(request->body, "message");

	fake->write_count++;
	fake->body = node_copy(fake->arena, request->body, /* bare= */ true);
	if (request->verb == API_CREATE)
		fake->name = str_copy(fake->arena, object_name(request->body));
	buf_printf(&fake->log, "%c%lld:%.*s ", request->verb == API_CREATE ? '+' : '=',
		   (long long)node_int_at(request->body, "count", 0), STR_FMT(message));
	done(context, &answer);
}

static const struct api_table table = { .call = call, .call_typed = call };

static struct fake *begin(void)
{
	struct arena *arena = arena_new("events_test");
	struct fake *fake = arena_one(arena, struct fake);
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });

	fake->arena = arena;
	fake->api = (struct api){ &table, world, schemas_new(arena) };
	fake->events = events_new(world, &fake->api, arena);
	buf_init(&fake->log, arena);
	return fake;
}

static void end(struct fake *fake)
{
	struct world *world = fake->api.world;

	arena_free(fake->arena);
	world_free(world);
}

static void say(struct fake *fake, const char *source, const char *pod, struct str message)
{
	struct plan_event event = {
		.reference = node_make(fake->arena,
				       "{apiVersion: v1, kind: Pod, namespace: shop, name: %c, "
				       "uid: %c}",
				       pod, pod),
		.reason = STR("Told"),
		.message = message,
	};

	events_emit(fake->events, str_from_cstr(source), &event);
}

/* Messages first, first + 1, … */
static void say_numbers(struct fake *fake, const char *pod, int first, int count)
{
	for (int i = first; i < first + count; i++)
		say(fake, "kubelet", pod, str_printf(fake->arena, "m%d", i));
}

static void wait_ms(struct fake *fake, int64_t duration_ms)
{
	struct error err;

	CHECK(world_run_for(fake->api.world, duration_ms, &err) == 0);
}

static void equal_events_are_counted(void)
{
	struct fake *fake = begin();

	say(fake, "kubelet", "a", STR("hello"));
	say(fake, "kubelet", "a", STR("hello"));
	say(fake, "kubelet", "b", STR("hello"));
	say(fake, "scheduler", "a", STR("hello"));
	CHECK_TEXT(buf_str(&fake->log), "+1:hello =2:hello +1:hello +1:hello ");
	end(fake);
}

static void similar_events_become_one(void)
{
	struct fake *fake = begin();

	say_numbers(fake, "a", 1, 9);
	buf_clear(&fake->log);
	say_numbers(fake, "a", 10, 2);
	say(fake, "kubelet", "a", STR("m3"));
	CHECK_TEXT(buf_str(&fake->log), "+1:(combined from similar events): m10 "
					"=2:(combined from similar events): m11 =2:m3 ");
	end(fake);
}

static void silence_ends_similarity(void)
{
	static const struct {
		int64_t silence_ms;
		struct str log;
	} rows[] = {
		{ 10 * 60 * 1000, STR_INIT("+1:(combined from similar events): m10 ") },
		{ 10 * 60 * 1000 + 1, STR_INIT("+1:m10 ") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].log); i++) {
		struct fake *fake = begin();
		say_numbers(fake, "a", 1, 9);
		wait_ms(fake, rows[i].silence_ms);
		buf_clear(&fake->log);
		say_numbers(fake, "a", 10, 1);
		CHECK_STR(buf_str(&fake->log), rows[i].log);
		end(fake);
	}
}

/* One more for each interval that has passed, and never more than at first. */
static void what_may_be_said_comes_back(void)
{
	static const struct {
		int64_t silence_ms;
		uint32_t heard; /* of 40 */
	} rows[] = {
		{ 5 * 60 * 1000 - 1, 0 },     { 5 * 60 * 1000, 1 },
		{ 10 * 60 * 1000 - 1, 1 },    { 10 * 60 * 1000, 2 },
		{ 25ll * 5 * 60 * 1000, 25 }, { 99ll * 5 * 60 * 1000, 25 },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fake *fake = begin();
		for (int e = 0; e < 25; e++)
			say(fake, "kubelet", "a", STR("often"));
		wait_ms(fake, rows[i].silence_ms);
		uint32_t before = fake->write_count;
		for (int e = 0; e < 40; e++)
			say(fake, "kubelet", "a", STR("often"));
		CHECK_INT(fake->write_count - before, rows[i].heard);
		end(fake);
	}
}

/* Events of another reason, or warnings, are not similar. */
static void reasons_and_warnings_are_apart(void)
{
	static const struct {
		const char *reason;
		bool warning;
		struct str log;
	} rows[] = {
		{ "Told", false, STR_INIT("+1:(combined from similar events): x ") },
		{ "Told", true, STR_INIT("+1:x ") },
		{ "Other", false, STR_INIT("+1:x ") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reason); i++) {
		struct fake *fake = begin();
		say_numbers(fake, "a", 1, 9);
		buf_clear(&fake->log);
		events_emit(fake->events, STR("kubelet"),
			    &(struct plan_event){
				    .reference = node_make(fake->arena,
							   "{apiVersion: v1, kind: Pod, namespace: "
							   "shop, name: a, uid: a}"),
				    .reason = str_from_cstr(rows[i].reason),
				    .warning = rows[i].warning,
				    .message = STR("x") });
		CHECK_STR(buf_str(&fake->log), rows[i].log);
		end(fake);
	}
}

/* What the API gets of the first one, and of those that are counted. */
static void an_event_says_who_what_and_when(void)
{
	struct fake *fake = begin();
	const struct kind *kind = schemas_kind_by_id(fake->api.schemas, KIND_NODE);
	struct object *node =
		object_new(kind,
			   node_make(fake->arena, "{apiVersion: v1, kind: Node, metadata: {name: "
						  "n, uid: u, resourceVersion: \"7\"}}"),
			   NULL, NULL, 0);
	struct plan_event event = {
		.object = node, .warning = true, .reason = STR("Rebooted"), .message = STR("why")
	};

	events_emit(fake->events, STR("kubelet"), &event);
	const struct node *e = fake->body;
	CHECK_TEXT(node_str_at(e, "metadata.namespace"), "default"); /* of what has none */
	CHECK_TEXT(node_str_at(e, "involvedObject.kind"), "Node");
	CHECK_TEXT(node_str_at(e, "involvedObject.uid"), "u");
	CHECK_TEXT(node_str_at(e, "involvedObject.resourceVersion"), "7");
	CHECK(!node_at(e, "involvedObject.namespace"));
	CHECK_TEXT(node_str_at(e, "type"), "Warning");
	CHECK_TEXT(node_str_at(e, "reason"), "Rebooted");
	CHECK_TEXT(node_str_at(e, "source.component"), "kubelet");
	CHECK_TEXT(node_str_at(e, "firstTimestamp"), "2026-01-01T00:00:00Z");
	wait_ms(fake, 2000);
	event.warning = false;
	events_emit(fake->events, STR("kubelet"), &event);
	CHECK_TEXT(node_str_at(fake->body, "type"), "Normal");
	events_emit(fake->events, STR("kubelet"), &event);
	CHECK_TEXT(node_str_at(fake->body, "lastTimestamp"), "2026-01-01T00:00:02Z");
	CHECK_INT(node_int_at(fake->body, "count", -1), 2);
	object_unref(node);
	end(fake);
}

/* A kilobyte of a message is enough. */
static void long_messages_are_cut(void)
{
	struct fake *fake = begin();
	char text[1030];

	memset(text, 'x', sizeof(text));
	say(fake, "kubelet", "a", (struct str){ text, 1024 });
	CHECK_INT(node_str_at(fake->body, "message").len, 1024);
	say(fake, "kubelet", "b", (struct str){ text, 1025 });
	CHECK_INT(node_str_at(fake->body, "message").len, 1024);
	end(fake);
}

static void who_says_too_much_is_not_heard(void)
{
	struct fake *fake = begin();

	say_numbers(fake, "a", 1, 100);
	CHECK_INT(fake->write_count, 25);
	say_numbers(fake, "b", 1, 1);
	CHECK_INT(fake->write_count, 26); /* about another object */
	wait_ms(fake, 5 * 60 * 1000);
	say_numbers(fake, "a", 101, 3);
	CHECK_INT(fake->write_count, 27);
	end(fake);
}

/* It was counted all the same, and is written with that count when it may be. */
static void unheard_events_are_counted(void)
{
	struct fake *fake = begin();

	for (int i = 0; i < 25; i++)
		say(fake, "kubelet", "a", STR("often"));
	say(fake, "kubelet", "a", STR("late"));
	say(fake, "kubelet", "a", STR("late"));
	wait_ms(fake, 5 * 60 * 1000);
	buf_clear(&fake->log);
	say(fake, "kubelet", "a", STR("late"));
	CHECK_TEXT(buf_str(&fake->log), "+3:late ");
	end(fake);
}

/* RBAC allows other names than the rest of the API, and a pod's may be as long as any. */
static void names_are_valid(void)
{
	struct fake *fake = begin();
	char longest[254];

	say(fake, "kubelet", "web-1", STR("m"));
	CHECK(str_starts(fake->name, STR("web-1.")));
	say(fake, "kubelet", "system:node", STR("m"));
	CHECK(str_find_char(fake->name, '.') < 0 && fake->name.len > 0);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	say(fake, "kubelet", longest, STR("m"));
	CHECK(str_find_char(fake->name, '.') < 0 && fake->name.len > 0);
	end(fake);
}

TESTS({ "the rate of a source recovers", what_may_be_said_comes_back },
      { "reasons and warnings are apart", reasons_and_warnings_are_apart },
      { "an event says who, what and when", an_event_says_who_what_and_when },
      { "long messages are cut", long_messages_are_cut },
      { "equal events are counted", equal_events_are_counted },
      { "from the tenth on similar events are combined", similar_events_become_one },
      { "combining ends after ten minutes without events", silence_ends_similarity },
      { "a source emits 25 events about an object, then one in five minutes",
	who_says_too_much_is_not_heard },
      { "events that were not heard are counted", unheard_events_are_counted },
      { "names are valid", names_are_valid })

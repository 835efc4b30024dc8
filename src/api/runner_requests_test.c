/* runner_requests_test - requests of a run: who is asked, when the next run comes, what it sees */
#include "api/runner.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "world/simulated.h"

enum { CODES_MAX = 8, TICKETS_MAX = 4 };

/* An api that answers the n-th write with codes[n] (0: 200); `told` says what came of it all. */
struct fake {
	struct api api; /* first: the table's functions get a pointer to it */
	struct arena *arena;
	struct runner *runner;
	int codes[CODES_MAX];
	uint32_t call_count;
	struct buf told;
	api_watch_fn on_event;
	void *context;
	struct request_ticket *tickets[TICKETS_MAX]; /* of the handler "later" */
	uint32_t ticket_count;
};

static void call(struct api *api, const struct api_request *request, api_done_fn done,
		 void *context)
{
	static const char *const verbs[] = { "get",   "list",  "create", "update",
					     "patch", "apply", "delete", "deletecollection" };
	struct fake *fake = (struct fake *)api;
	int code = fake->codes[MIN(fake->call_count, CODES_MAX - 1u)];
	struct api_answer answer = { .code = code ? code : 200,
				     .message = STR("why"),
				     .outcome = API_CONFIGURED };

	fake->call_count++;
	buf_printf(&fake->told, "%s by %.*s: %.*s\n", verbs[request->verb],
		   STR_FMT(request->manager), STR_FMT(node_str_at(request->body, "text")));
	done(context, &answer);
}

static struct api_watch *watch(struct api *api, const struct api_watch_request *request,
			       api_watch_fn on_event, void *context)
{
	(void)request;
	((struct fake *)api)->on_event = on_event;
	((struct fake *)api)->context = context;
	return NULL;
}

static void answer_at_once(void *context, struct str reconciler, struct key key,
			   const struct plan_request *request, struct request_ticket *ticket)
{
	struct fake *fake = context;
	struct node *node = arena_one(fake->arena, struct node);

	buf_printf(&fake->told, "asked by %.*s for %.*s: %.*s/%u\n", STR_FMT(reconciler),
		   STR_FMT(key.name), STR_FMT(request->name), request->number);
	*node = *node_cstr(fake->arena, "node");
	node->position = 77;
	runner_answer(ticket, &(struct answer){ .code = 201, .text = STR("text"), .node = node });
}

static void answer_later(void *context, struct str reconciler, struct key key,
			 const struct plan_request *request, struct request_ticket *ticket)
{
	struct fake *fake = context;

	(void)reconciler;
	(void)key;
	(void)request;
	fake->tickets[fake->ticket_count++] = ticket;
}

static void note_failure(void *context, const char *reconciler, struct key key, struct str why)
{
	struct fake *fake = context;

	buf_printf(&fake->told, "%s failed for %.*s: %.*s\n", reconciler, STR_FMT(key.name),
		   STR_FMT(why));
}

static struct fake *begin(const struct reconciler *reconciler)
{
	static const struct api_table table = { .call = call, .call_typed = call, .watch = watch };
	struct arena *arena = arena_new("runner_requests_test");
	struct fake *fake = arena_one(arena, struct fake);
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });

	fake->arena = arena;
	fake->api = (struct api){ &table, world, schemas_new(arena) };
	buf_init(&fake->told, arena);
	fake->runner = runner_new(world, &fake->api, 1, arena);
	runner_add(fake->runner, reconciler);
	runner_handle(fake->runner, STR("other"), NULL, NULL);
	runner_handle(fake->runner, STR("now"), answer_at_once, fake);
	runner_handle(fake->runner, STR("later"), answer_later, fake);
	runner_on_failure(fake->runner, note_failure, fake);
	runner_start(fake->runner);
	return fake;
}

static void end(struct fake *fake)
{
	struct world *world = fake->api.world;

	arena_free(fake->arena);
	world_free(world);
}

/* ConfigMap default/a of that version comes by the watch, or goes. */
static void tell(struct fake *fake, int version, bool gone)
{
	const struct object *before = cache_get(runner_cache(fake->runner), KIND_CONFIGMAP,
						(struct key){ STR("default"), STR("a") });
	struct object *after =
		gone ? NULL
		     : object_new(schemas_kind_by_id(fake->api.schemas, KIND_CONFIGMAP),
				  node_make(fake->arena,
					    "{apiVersion: v1, kind: ConfigMap, metadata: "
					    "{namespace: default, name: a, uid: u, "
					    "resourceVersion: %s}}",
					    str_printf(fake->arena, "%d", version)),
				  NULL, NULL, 0);

	if (before)
		object_ref(before);
	fake->on_event(fake->context,
		       &(struct api_watch_event){ .type = gone ? API_REMOVED : API_MODIFIED,
						  .before = before,
						  .after = after,
						  .version = (uint64_t)version });
	object_unref(before);
	object_unref(after);
}

static void run_for(struct fake *fake, int64_t ms)
{
	struct error err;

	CHECK_INT(world_run_for(fake->api.world, ms, &err), 0);
}

static void write_text(const struct view *view, struct plan *plan, struct key key, struct str text)
{
	plan_patch(plan, view_get(view, KIND_CONFIGMAP, key),
		   node_make(plan->arena, "{text: %s}", text));
}

static const struct reconciler_watch config_maps[] = { { KIND_CONFIGMAP, map_self }, {} };

/* Handlers */

static int reconcile_asking(const struct view *view, struct key key, struct plan *plan,
			    struct error *err)
{
	const struct answer *a = view_answer(view, STR("question"), 3);

	(void)err;
	if (!a)
		plan_request(plan, STR("now"), STR("question"), 3, NULL);
	else
		write_text(view, plan, key,
			   str_printf(plan->arena, "%d %.*s %.*s at %u", a->code, STR_FMT(a->text),
				      STR_FMT(node_text(a->node)), a->node->position));
	return 0;
}

static const struct reconciler asking = {
	.name = "asking", .manager = "boss", .reconcile = reconcile_asking, .watches = config_maps
};

/* The answer's node keeps its place, and the next run begins with no answers. */
static void the_next_run_sees_the_answer(void)
{
	struct fake *fake = begin(&asking);

	tell(fake, 1, false);
	run_for(fake, 10);
	CHECK_TEXT(buf_str(&fake->told), "asked by asking for a: question/3\n"
					 "patch by boss: 201 text node at 77\n");
	CHECK_INT(runner_statistics(fake->runner).runs, 2);
	CHECK_INT(runner_statistics(fake->runner).writes, 1);
	tell(fake, 2, false);
	run_for(fake, 10);
	CHECK_INT(runner_statistics(fake->runner).runs, 4);
	end(fake);
}

static int reconcile_waiting(const struct view *view, struct key key, struct plan *plan,
			     struct error *err)
{
	const struct answer *first = view_answer(view, STR("x"), 0);
	const struct answer *second = view_answer(view, STR("x"), 1);

	(void)err;
	if (!first && !second) {
		plan_request(plan, STR("later"), STR("x"), 0, NULL);
		plan_request(plan, STR("later"), STR("x"), 1, NULL);
	} else {
		write_text(view, plan, key,
			   str_printf(plan->arena, "%.*s and %.*s", STR_FMT(first->text),
				      STR_FMT(second->text)));
	}
	return 0;
}

static const struct reconciler waiting = { .name = "waiting",
					   .reconcile = reconcile_waiting,
					   .watches = config_maps };

/* What happens meanwhile is no run of its own. */
static void it_waits_for_all_answers(void)
{
	struct fake *fake = begin(&waiting);

	tell(fake, 1, false);
	run_for(fake, 10);
	CHECK_INT(fake->ticket_count, 2);
	tell(fake, 2, false);
	runner_answer(fake->tickets[1], &(struct answer){ .code = 200, .text = STR("two") });
	run_for(fake, 10);
	CHECK_TEXT(buf_str(&fake->told), "");
	runner_answer(fake->tickets[0], &(struct answer){ .code = 200, .text = STR("one") });
	run_for(fake, 10);
	CHECK_TEXT(buf_str(&fake->told), "patch by waiting: one and two\n");
	CHECK_INT(runner_statistics(fake->runner).runs, 2);
	end(fake);
}

/* Writes that are requests */

static int reconcile_writing(const struct view *view, struct key key, struct plan *plan,
			     struct error *err)
{
	const struct answer *a = view_answer(view, STR("made"), 0);
	struct api_request write = { .verb = API_CREATE,
				     .body = node_make(plan->arena, "{text: first}") };

	(void)err;
	if (!a)
		plan_request_write(plan, STR("made"), 0, &write);
	else
		write_text(view, plan, key,
			   str_printf(plan->arena, "%d %.*s %d", a->code, STR_FMT(a->text),
				      a->outcome == API_CONFIGURED));
	return 0;
}

static const struct reconciler writing = { .name = "writing",
					   .reconcile = reconcile_writing,
					   .watches = config_maps };

/* A refusal is an answer like others: the reconciler says what it means. */
static void a_write_that_is_a_request_is_no_failure(void)
{
	struct fake *fake = begin(&writing);

	fake->codes[0] = 403;
	tell(fake, 1, false);
	run_for(fake, 10);
	CHECK_TEXT(buf_str(&fake->told), "create by writing: first\n"
					 "patch by writing: 403 why 1\n");
	CHECK_INT(runner_statistics(fake->runner).errors, 0);
	end(fake);
}

/* Failures */

static int reconcile_deleting(const struct view *view, struct key key, struct plan *plan,
			      struct error *err)
{
	const struct object *o = view_get(view, KIND_CONFIGMAP, key);

	(void)err;
	write_text(view, plan, key, STR("before"));
	plan_delete(plan, o);
	write_text(view, plan, key, STR("after"));
	return 0;
}

static const struct reconciler deleting = { .name = "deleting",
					    .reconcile = reconcile_deleting,
					    .watches = config_maps };

/* What is gone already is deleted; a change of it is none. */
static void only_deletes_may_find_nothing(void)
{
	static const struct {
		int codes[3]; /* of patch, delete, patch */
		struct str told;
	} rows[] = {
		{ { 200, 404, 200 },
		  STR_INIT("patch by deleting: before\ndelete by deleting: \npatch by deleting: "
			   "after\n") },
		{ { 299, 299, 299 },
		  STR_INIT("patch by deleting: before\ndelete by deleting: \npatch by deleting: "
			   "after\n") },
		{ { 200, 405, 200 },
		  STR_INIT(
			  "patch by deleting: before\ndelete by deleting: \ndeleting failed for a: "
			  "why\n") },
		{ { 200, 300, 200 },
		  STR_INIT(
			  "patch by deleting: before\ndelete by deleting: \ndeleting failed for a: "
			  "why\n") },
		{ { 404, 200, 200 },
		  STR_INIT("patch by deleting: before\ndeleting failed for a: why\n") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].told); i++) {
		struct fake *fake = begin(&deleting);
		for (int c = 0; c < 3; c++)
			fake->codes[c] = rows[i].codes[c];
		tell(fake, 1, false);
		run_for(fake, 4); /* less than the back-off */
		CHECK_STR(buf_str(&fake->told), rows[i].told);
		end(fake);
	}
}

/* Keys */

static void map_queue(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	(void)view;
	(void)before;
	(void)after;
	keys_add(keys, (struct key){ STR(""), STR("") });
}

static int reconcile_nothing(const struct view *view, struct key key, struct plan *plan,
			     struct error *err)
{
	(void)view;
	(void)key;
	(void)plan;
	(void)err;
	return 0;
}

static const struct reconciler_watch queue_watches[] = { { KIND_CONFIGMAP, map_queue }, {} };
static const struct reconciler_watch every_watches[] = { { KIND_TABLE_COUNT, map_self }, {} };
static const struct reconciler queue = { .name = "queue",
					 .reconcile = reconcile_nothing,
					 .watches = queue_watches };
static const struct reconciler every = { .name = "every",
					 .reconcile = reconcile_nothing,
					 .watches = every_watches };

/* A key without a name stands for a queue, which is never done with; of every kind none is kept. */
static void keys_are_kept_while_they_are_about_something(void)
{
	static const struct {
		const struct reconciler *reconciler;
		uint64_t there, gone; /* tasks */
	} rows[] = { { &queue, 1, 1 }, { &every, 0, 0 } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reconciler->name); i++) {
		struct fake *fake = begin(rows[i].reconciler);
		tell(fake, 1, false);
		run_for(fake, 10);
		CHECK_INT(runner_statistics(fake->runner).tasks, rows[i].there);
		tell(fake, 2, true);
		run_for(fake, 10);
		CHECK_INT(runner_statistics(fake->runner).tasks, rows[i].gone);
		CHECK_INT(runner_statistics(fake->runner).runs, 2);
		CHECK_INT(runner_statistics(fake->runner).events, 2);
		end(fake);
	}
}

/* A reconcile request is for the reconciler that it names. */
static void enqueueing_runs_one_key(void)
{
	static const struct {
		const char *reconciler;
		uint64_t runs;
	} rows[] = { { "queue", 1 }, { "other", 0 } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reconciler); i++) {
		struct fake *fake = begin(&queue);
		runner_enqueue(fake->runner, rows[i].reconciler,
			       (struct key){ STR("x"), STR("y") });
		run_for(fake, 0);
		run_for(fake, 1);
		CHECK_INT(runner_statistics(fake->runner).runs, rows[i].runs);
		end(fake);
	}
}

/* Only objects whose controller is of the kind, before or after. */
static void watches_may_ask_for_an_owner(void)
{
	static const struct reconciler_watch watches[] = {
		{ KIND_CONFIGMAP, map_controller, "ReplicaSet" }, {}
	};
	static const struct reconciler owned = { .name = "owned",
						 .reconcile = reconcile_nothing,
						 .watches = watches };
	static const struct {
		const char *before, *after; /* kinds of owners; NULL: none */
		uint64_t runs;
	} rows[] = {
		{ NULL, NULL, 0 },  { NULL, "ReplicaSet", 1 }, { "ReplicaSet", NULL, 1 },
		{ NULL, "Job", 0 }, { "Job", "Job", 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].after); i++) {
		struct fake *fake = begin(&owned);
		const char *const owners[] = { rows[i].before, rows[i].after };
		struct object *objects[2];
		for (int v = 0; v < 2; v++)
			objects[v] = object_new(
				schemas_kind_by_id(fake->api.schemas, KIND_CONFIGMAP),
				node_make(fake->arena,
					  "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: "
					  "default, name: a, uid: u, ownerReferences: %?n}}",
					  owners[v] ? node_make(fake->arena,
								"[{kind: %c, name: o, uid: %c, "
								"controller: true}]",
								owners[v], owners[v])
						    : NULL),
				NULL, NULL, 0);
		fake->on_event(fake->context, &(struct api_watch_event){ .type = API_ADDED,
									 .after = objects[0],
									 .version = 1 });
		run_for(fake, 10);
		uint64_t runs = runner_statistics(fake->runner).runs;
		fake->on_event(fake->context, &(struct api_watch_event){ .type = API_MODIFIED,
									 .before = objects[0],
									 .after = objects[1],
									 .version = 2 });
		run_for(fake, 10);
		CHECK_INT(runner_statistics(fake->runner).runs - runs, rows[i].runs);
		object_unref(objects[0]);
		object_unref(objects[1]);
		end(fake);
	}
}

TESTS({ "the next run sees the answer", the_next_run_sees_the_answer },
      { "it waits for all answers", it_waits_for_all_answers },
      { "a write that is a request is no failure", a_write_that_is_a_request_is_no_failure },
      { "only deletes may find nothing", only_deletes_may_find_nothing },
      { "keys are kept while they are about something",
	keys_are_kept_while_they_are_about_something },
      { "enqueueing runs one key", enqueueing_runs_one_key },
      { "watches may ask for an owner", watches_may_ask_for_an_owner })

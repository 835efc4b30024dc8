/* runner_test - when keys run: retries, expectations, order, requeues; over an api that is told
 * what to answer */
#include "api/runner.h"
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "world/simulated.h"

enum { CALLS_MAX = 16 };

/* Answers the n-th write with codes[n] (0: 200) and the version, and notes when it came. */
struct fake {
	struct api api; /* first: the table's functions get a pointer to it */
	struct arena *arena;
	struct runner *runner;
	int64_t begin_ms;
	int codes[CALLS_MAX];
	uint64_t version; /* of the answers */
	int64_t at_ms[CALLS_MAX];
	struct str names[CALLS_MAX]; /* of the objects written */
	uint32_t call_count;
	api_watch_fn on_event;
	void *context;
};

static void call(struct api *api, const struct api_request *request, api_done_fn done,
		 void *context)
{
	struct fake *fake = (struct fake *)api;
	uint32_t n = fake->call_count++;
	struct api_answer answer = { .code = 200, .version = fake->version };

	assert(n < CALLS_MAX);
	fake->at_ms[n] = world_now_ms(api->world) - fake->begin_ms;
	fake->names[n] = str_copy(fake->arena, node_str_at(request->body, "name"));
	if (fake->codes[n])
		answer.code = fake->codes[n];
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

static const struct api_table table = { .call = call, .call_typed = call, .watch = watch };

static struct fake *begin(const struct reconciler *reconciler)
{
	struct arena *arena = arena_new("runner_test");
	struct fake *fake = arena_one(arena, struct fake);
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });

	fake->arena = arena;
	fake->api = (struct api){ &table, world, schemas_new(arena) };
	fake->begin_ms = world_now_ms(world);
	fake->runner = runner_new(world, &fake->api, 1, arena);
	runner_add(fake->runner, reconciler);
	runner_start(fake->runner);
	return fake;
}

static void end(struct fake *fake)
{
	struct world *world = fake->api.world;

	arena_free(fake->arena);
	world_free(world);
}

/* A ConfigMap of that uid and version comes by the watch. */
static void tell_of(struct fake *fake, const char *name, const char *uid, int version)
{
	struct str number = str_printf(fake->arena, "%d", version);
	struct object *object = object_new(
		schemas_kind_by_id(fake->api.schemas, KIND_CONFIGMAP),
		node_make(fake->arena,
			  "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: "
			  "%c, uid: %c, resourceVersion: %s}}",
			  name, uid, number),
		NULL, NULL, 0);

	fake->on_event(fake->context, &(struct api_watch_event){ .type = API_ADDED,
								 .after = object,
								 .version = (uint64_t)version });
	object_unref(object);
}

static void tell(struct fake *fake, const char *name, int version)
{
	tell_of(fake, name, name, version);
}

/* It is gone, says the watch. */
static void tell_gone(struct fake *fake, const char *name, int version)
{
	const struct object *object =
		cache_get(runner_cache(fake->runner), KIND_CONFIGMAP,
			  (struct key){ STR("default"), str_from_cstr(name) });

	fake->on_event(fake->context, &(struct api_watch_event){ .type = API_REMOVED,
								 .before = object_ref(object),
								 .version = (uint64_t)version });
	object_unref(object);
}

static void run_for(struct fake *fake, int64_t ms)
{
	struct error err;

	CHECK_INT(world_run_for(fake->api.world, ms, &err), 0);
}

/* "0:one 5:one": when each write came, and what it wrote. */
static struct str history(const struct fake *fake)
{
	struct str text = STR("");

	for (uint32_t i = 0; i < fake->call_count; i++)
		text = str_printf(fake->arena, "%.*s%s%lld:%.*s", STR_FMT(text), i ? " " : "",
				  (long long)fake->at_ms[i], STR_FMT(fake->names[i]));
	return text;
}

/* Reconcilers */

static void write_one(const struct view *view, struct plan *plan, struct key key, const char *name)
{
	plan_patch(plan, view_get(view, KIND_CONFIGMAP, key),
		   node_make(plan->arena, "{name: %c}", name));
}

static int reconcile_one(const struct view *view, struct key key, struct plan *plan,
			 struct error *err)
{
	(void)err;
	write_one(view, plan, key, "one");
	return 0;
}

static int reconcile_two(const struct view *view, struct key key, struct plan *plan,
			 struct error *err)
{
	(void)err;
	write_one(view, plan, key, "first");
	write_one(view, plan, key, "second");
	return 0;
}

static int reconcile_often(const struct view *view, struct key key, struct plan *plan,
			   struct error *err)
{
	plan_requeue(plan, 5000);
	plan_requeue(plan, 1000); /* the earliest wins */
	plan_requeue(plan, 3000);
	return reconcile_one(view, key, plan, err);
}

static int reconcile_failing(const struct view *view, struct key key, struct plan *plan,
			     struct error *err)
{
	write_one(view, plan, key, "never");
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "it cannot be done");
}

/* Writes how often it has run for this object. */
static int reconcile_counting(const struct view *view, struct key key, struct plan *plan,
			      struct error *err)
{
	const struct object *o = view_get(view, KIND_CONFIGMAP, key);

	(void)err;
	if (!o)
		return 0;
	int64_t *count = plan_memory(plan, view, o);
	++*count;
	plan_patch(plan, o,
		   node_make(plan->arena, "{name: %s}",
			     str_printf(plan->arena, "%lld", (long long)*count)));
	return 0;
}

/* Notes what it is about, and writes. */
static int reconcile_noting(const struct view *view, struct key key, struct plan *plan,
			    struct error *err)
{
	static const char data[] = "seen";

	plan_note(plan, view_get(view, KIND_CONFIGMAP, key), STR("test"), data);
	return reconcile_one(view, key, plan, err);
}

static const struct reconciler_watch config_maps[] = { { KIND_CONFIGMAP, map_self }, {} };
static const struct reconciler one = { .name = "one",
				       .reconcile = reconcile_one,
				       .watches = config_maps };
static const struct reconciler two = { .name = "two",
				       .reconcile = reconcile_two,
				       .watches = config_maps };
static const struct reconciler often = { .name = "often",
					 .reconcile = reconcile_often,
					 .watches = config_maps };
static const struct reconciler failing = { .name = "failing",
					   .reconcile = reconcile_failing,
					   .watches = config_maps };
static const struct reconciler counting = { .name = "counting",
					    .reconcile = reconcile_counting,
					    .watches = config_maps };
static const struct reconciler noting = { .name = "noting",
					  .reconcile = reconcile_noting,
					  .watches = config_maps };
static const struct reconciler slow = {
	.name = "slow", .reconcile = reconcile_one, .watches = config_maps, .delay_ms = 100
};

static void retries(void)
{
	struct fake *fake = begin(&one);

	fake->codes[0] = 409;
	fake->codes[1] = fake->codes[2] = 500;
	tell(fake, "a", 1);
	run_for(fake, 1000);
	CHECK_TEXT(history(fake), "0:one 5:one 15:one 35:one");
	CHECK_INT(runner_statistics(fake->runner).errors, 3);
	end(fake);
}

static void success_resets(void)
{
	struct fake *fake = begin(&one);

	fake->codes[0] = fake->codes[1] = fake->codes[3] = 500;
	tell(fake, "a", 1);
	run_for(fake, 100); /* 0, 5, 15: done */
	tell(fake, "a", 2);
	run_for(fake, 100); /* 100, and 5 later again */
	CHECK_TEXT(history(fake), "0:one 5:one 15:one 100:one 105:one");
	end(fake);
}

static void in_order(void)
{
	struct fake *fake = begin(&two);

	fake->codes[0] = 500; /* the first one fails: the second is not tried */
	tell(fake, "a", 1);
	run_for(fake, 1000);
	CHECK_TEXT(history(fake), "0:first 5:first 5:second");
	end(fake);
}

static void sees_its_writes(void)
{
	struct fake *fake = begin(&one);

	fake->version = 7;
	tell(fake, "a", 1);
	run_for(fake, 10);
	tell(fake, "a", 2); /* another change comes before its own */
	run_for(fake, 10);
	CHECK_TEXT(history(fake), "0:one");
	tell(fake, "a", 7);
	run_for(fake, 10);
	CHECK_TEXT(history(fake), "0:one 20:one");
	end(fake);
}

static void requeues(void)
{
	struct fake *fake = begin(&often);

	tell(fake, "a", 1);
	run_for(fake, 2500);
	CHECK_TEXT(history(fake), "0:one 1000:one 2000:one");
	end(fake);
}

static void failed_run(void)
{
	struct fake *fake = begin(&failing);

	tell(fake, "a", 1);
	run_for(fake, 20); /* 0, 5, 15 */
	CHECK_TEXT(history(fake), "");
	CHECK_INT(runner_statistics(fake->runner).runs, 3);
	end(fake);
}

static void delays(void)
{
	struct fake *fake = begin(&slow);

	tell(fake, "a", 1);
	run_for(fake, 50);
	tell(fake, "a", 2);
	run_for(fake, 500);
	CHECK_TEXT(history(fake), "100:one");
	end(fake);
}

static void remembers_what_was_done(void)
{
	struct fake *fake = begin(&counting);

	fake->codes[1] = 409;
	tell(fake, "a", 1);
	run_for(fake, 10);
	tell(fake, "a", 2); /* refused once: the second run is not the second that counts */
	run_for(fake, 10);
	tell(fake, "a", 3);
	run_for(fake, 10);
	CHECK_TEXT(history(fake), "0:1 10:2 15:2 20:3");
	end(fake);
}

static void count_note(void *context, const struct plan_note *note)
{
	CHECK_TEXT(note->kind, "test");
	CHECK_TEXT(note->object->key.name, "a");
	CHECK_TEXT(str_from_cstr(note->data), "seen");
	++*(int *)context;
}

/* A refused write: the plan is not carried out, its note is told by the run that is. */
static void tells_notes_of_what_was_done(void)
{
	struct fake *fake = begin(&noting);
	int notes = 0;

	runner_on_plan_note(fake->runner, count_note, &notes);
	fake->codes[0] = 409;
	tell(fake, "a", 1);
	run_for(fake, 1);
	CHECK_INT(notes, 0);
	run_for(fake, 10);
	CHECK_INT(notes, 1);
	end(fake);
}

static void another_object_of_the_name(void)
{
	struct fake *fake = begin(&counting);

	tell_of(fake, "a", "first", 1);
	run_for(fake, 10);
	tell_of(fake, "a", "second", 2);
	run_for(fake, 10);
	CHECK_TEXT(history(fake), "0:1 10:1");
	end(fake);
}

static void forgets_what_is_gone(void)
{
	struct fake *fake = begin(&counting);

	tell(fake, "a", 1);
	tell(fake, "b", 2);
	run_for(fake, 10);
	CHECK_INT(runner_statistics(fake->runner).tasks, 2);
	tell_gone(fake, "a", 3);
	run_for(fake, 10);
	CHECK_INT(runner_statistics(fake->runner).tasks, 1);
	tell(fake, "a", 4); /* of the same uid: nothing is left of it all the same */
	tell(fake, "b", 5);
	run_for(fake, 10);
	CHECK_TEXT(history(fake), "0:1 0:1 20:1 20:2");
	end(fake);
}

TESTS({ "a refused write is tried again, ever later", retries },
      { "success resets the back-off", success_resets },
      { "writes keep their order and end at the first that fails", in_order },
      { "a key waits until the cache has its writes", sees_its_writes },
      { "the earliest requeue wins", requeues },
      { "a run that fails writes nothing and is tried again", failed_run },
      { "events within the delay are one run", delays },
      { "a note is told when its plan was carried out", tells_notes_of_what_was_done },
      { "memory is kept only of a plan that was carried out", remembers_what_was_done },
      { "memory is that of one object", another_object_of_the_name },
      { "a key whose object is gone is forgotten", forgets_what_is_gone })

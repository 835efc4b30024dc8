/* queries_test - the answers to metric queries, from a table that answers later */
#include "platform/queries.h"

#include <math.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "metrics/query.h"
#include "world/simulated.h"

/* A server somewhere: keeps what is asked until the test answers. */
struct server {
	struct query_api api; /* first */
	struct str expression, address;
	int64_t at_ms;
	query_fn done;
	void *context;
};

static uint64_t ask_server(struct query_api *api, const struct query_request *request,
			   query_fn done, void *context)
{
	struct server *server = (struct server *)api;

	server->expression = request->expression;
	server->address = request->address;
	server->at_ms = request->at_ms;
	server->done = done;
	server->context = context;
	return 1;
}

static const struct query_table server_table = { .ask = ask_server };

/* A reconciler that asks once and keeps the answer, and the api that shows it an object. */
struct fixture {
	struct api api; /* first */
	struct arena *arena;
	struct server server;
	struct queries queries;
	api_watch_fn on_event;
	void *context;
};

static struct answer answered;

static int asks(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct answer *a = view_answer(view, STR("query/0"), 0);

	(void)key;
	(void)err;
	if (a) {
		answered = *a;
		answered.text = STR_NONE;
		return 0;
	}
	plan_request(plan, STR("query"), STR("query/0"), 0,
		     node_make(plan->arena, "{query: up, address: \"http://p:9090\"}"));
	return 0;
}

static const struct reconciler_watch watches[] = { { KIND_CONFIGMAP, map_self }, {} };
static const struct reconciler asker = { .name = "asker", .reconcile = asks, .watches = watches };

static struct api_watch *watch(struct api *api, const struct api_watch_request *request,
			       api_watch_fn on_event, void *context)
{
	(void)request;
	((struct fixture *)api)->on_event = on_event;
	((struct fixture *)api)->context = context;
	return NULL;
}

static const struct api_table api_table = { .watch = watch };

static void run(struct fixture *f)
{
	struct error err;

	CHECK_INT(world_run_for(f->api.world, 100, &err), 0);
}

/* The reconciler has asked, and waits. */
static void begin(struct fixture *f)
{
	struct arena *arena = arena_new("queries_test");
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });

	*f = (struct fixture){ .api = { &api_table, world, schemas_new(arena) },
			       .arena = arena,
			       .server.api.table = &server_table };
	f->queries = (struct queries){ .api = &f->server.api };
	answered = (struct answer){};
	struct runner *runner = runner_new(world, &f->api, 1, arena);
	runner_add(runner, &asker);
	runner_handle(runner, STR("query"), queries_handle, &f->queries);
	runner_start(runner);
	struct object *object = object_new(
		schemas_kind_by_id(f->api.schemas, KIND_CONFIGMAP),
		node_make(arena, "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, "
				 "name: web, resourceVersion: \"1\"}}"),
		NULL, NULL, 0);
	f->on_event(f->context,
		    &(struct api_watch_event){ .type = API_ADDED, .after = object, .version = 1 });
	object_unref(object);
	run(f);
}

static void end(struct fixture *f)
{
	struct world *world = f->api.world;

	arena_free(f->arena);
	world_free(world);
}

static bool is_web(void *context, struct key canary)
{
	(void)context;
	return str_equal(canary.name, STR("web"));
}

static void answers_may_come_later(void)
{
	static const struct {
		const char *name;
		double number;
		bool is_hidden;
		enum error_code fault;
		struct answer answer;
	} rows[] = {
		{ "a number", .number = 1.5,
		  .answer = { .code = 200, .has_value = true, .value_micro = 1500000 } },
		{ "half a millionth is rounded away from zero", .number = -0.0000015,
		  .answer = { .code = 200, .has_value = true, .value_micro = -2 } },
		{ "no values", .number = NAN, .answer = { .code = 200 } },
		{ "no millionths", .number = 9e12, .answer = { .code = 200 } },
		{ "hidden", .number = 1, .is_hidden = true, .answer = { .code = 200 } },
		{ "a wrong query", .fault = ERROR_INPUT, .answer = { .code = 400 } },
		{ "nobody", .fault = ERROR_OUTSIDE, .answer = { .code = 503 } },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		struct fixture f;
		struct promql_value value = { .type = PROMQL_SCALAR,
					      .scalar.value = rows[i].number };
		struct error fault = { .code = rows[i].fault };

		begin(&f);
		CHECK_TEXT(f.server.expression, "up");
		CHECK_TEXT(f.server.address, "http://p:9090");
		CHECK(f.server.at_ms == QUERY_NOW);
		CHECK_INT(answered.code, 0);
		if (rows[i].is_hidden)
			f.queries.is_hidden = is_web;
		bool failed = rows[i].fault != ERROR_NONE;
		f.server.done(f.server.context, failed ? NULL : &value, failed ? &fault : NULL);
		run(&f);
		CHECK_INT(answered.code, rows[i].answer.code);
		CHECK_INT(answered.has_value, rows[i].answer.has_value);
		CHECK_INT(answered.value_micro, rows[i].answer.value_micro);
		end(&f);
	}
}

TESTS({ "answers may come later", answers_may_come_later })

/*
 * repository_test - a repository of two revisions, and one reconciler that asks its handlers
 *
 * Layer: deliver, for its unit tests. Over the cluster of a controller's fixture; a runner carries
 * out the requests, over an api that only listens to what comes back.
 *
 *	struct repository_fixture f;
 *	repository_test_begin(&f, "");
 *	repository_test_file(&f, 0, "app/a.yaml", "…");
 *	CHECK_TEXT(repository_ask(&f, "fetch", node), "200 main@sha1:1111");
 *	repository_test_end(&f);
 */
#ifndef FORGE_DELIVER_REPOSITORY_TEST_H
#define FORGE_DELIVER_REPOSITORY_TEST_H

#include "deliver/repository_inside.h"

#include "api/controller_test.h"
#include "base/buf.h"
#include "doc/set.h"
#include "world/simulated.h"

struct repository_fixture {
	struct api api; /* first: its functions get a pointer to it */
	struct fixture cluster;
	struct arena *arena;
	struct world *world;
	struct runner *runner;
	struct revision revisions[2]; /* the first one is current */
	struct repository repository;
	struct buf assumed; /* each with a line feed */
	api_watch_fn on_event;
	void *context;
	struct str answer;	 /* "200 text" */
	const struct node *node; /* of the answer, or NULL */
	int64_t asked_ms, took_ms;
};

static inline void repository_test_note(void *context, struct str what)
{
	buf_printf(context, "%.*s\n", STR_FMT(what));
}

static inline void repository_test_call(struct api *api, const struct api_request *request,
					api_done_fn done, void *context)
{
	struct repository_fixture *f = (struct repository_fixture *)api;
	const struct node *node = node_get_lit(request->body, "node");

	f->answer = str_copy(f->arena, node_str_at(request->body, "text"));
	f->node = node ? node_copy(f->arena, node, /* bare= */ true) : NULL;
	f->took_ms = world_now_ms(f->world) - f->asked_ms;
	done(context, &(struct api_answer){ .code = 200 });
}

static inline struct api_watch *repository_test_watch(struct api *api,
						      const struct api_watch_request *request,
						      api_watch_fn on_event, void *context)
{
	(void)request;
	((struct repository_fixture *)api)->on_event = on_event;
	((struct repository_fixture *)api)->context = context;
	return NULL;
}

/* Asks for what ConfigMap asks says, and writes what was answered. */
static inline int repository_test_reconcile(const struct view *view, struct key key,
					    struct plan *plan, struct error *err)
{
	const struct object *asks = view_get(view, KIND_CONFIGMAP, key);
	const struct answer *a = view_answer(view, STR("asked"), 0);

	(void)err;
	if (!a)
		plan_request(plan, node_str_at(asks->root, "kind_asked"), STR("asked"), 0,
			     node_at(asks->root, "arguments"));
	else
		plan_patch(plan, asks,
			   node_make(plan->arena, "{text: %s, node: %?n}",
				     str_printf(plan->arena, "%d%s%.*s", a->code,
						a->text.len ? " " : "", STR_FMT(a->text)),
				     a->node));
	return 0;
}

/* The source begins at that folder. */
static inline void repository_test_begin(struct repository_fixture *f, const char *folder)
{
	static const struct api_table table = { .call = repository_test_call,
						.watch = repository_test_watch };
	static const struct reconciler_watch watches[] = { { KIND_CONFIGMAP, map_self }, {} };
	static const struct reconciler asks = { .name = "asks",
						.reconcile = repository_test_reconcile,
						.watches = watches };

	*f = (struct repository_fixture){ .cluster = fixture_begin() };
	f->arena = f->cluster.arena;
	f->world = simulated_new(&(struct simulated_options){ .seed = 1 });
	f->api = (struct api){ &table, f->world, f->cluster.schemas };
	buf_init(&f->assumed, f->arena);
	for (size_t i = 0; i < ARRAY_COUNT(f->revisions); i++) {
		f->revisions[i].hash = i ? STR("2222") : STR("1111");
		snapshot_init(&f->revisions[i].files, f->arena);
	}
	repository_init(&f->repository,
			&(struct repository_options){ .arena = f->arena,
						      .set = docset_new(f->arena),
						      .branch = STR("main"),
						      .folder = str_from_cstr(folder),
						      .assume = repository_test_note,
						      .context = &f->assumed });
	repository_begin(&f->repository, f->world, f->cluster.cache);
	f->repository.current = &f->revisions[0];
	f->runner = runner_new(f->world, &f->api, 1, f->arena);
	runner_add(f->runner, &asks);
	runner_handle(f->runner, STR("fetch"), repository_fetch, &f->repository);
	runner_handle(f->runner, STR("build"), repository_build, &f->repository);
	runner_handle(f->runner, STR("generate"), repository_generate, &f->repository);
	runner_start(f->runner);
}

static inline void repository_test_end(struct repository_fixture *f)
{
	struct world *world = f->world;

	fixture_end(&f->cluster);
	world_free(world);
}

static inline void repository_test_file(struct repository_fixture *f, int revision,
					const char *path, const char *bytes)
{
	snapshot_put(&f->revisions[revision].files,
		     (struct snapshot_file){ .path = str_from_cstr(path),
					     .bytes = str_from_cstr(bytes) });
}

/* GitRepository flux-system/flux-system, the one that is this repository. */
static inline void repository_test_put_root(struct repository_fixture *f)
{
	const struct kind *kind = schemas_kind_by_id(f->cluster.schemas, KIND_GITREPOSITORY);
	const struct node *root =
		node_make(f->arena,
			  "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, "
			  "metadata: {name: flux-system, namespace: flux-system, uid: u}, spec: "
			  "{interval: 1m, url: %c, ref: {branch: main}}}",
			  "https://example.com/shop");
	struct object *object = object_new(kind, root, NULL, NULL, 0);

	cache_update(f->cluster.cache, NULL, object, 1);
	object_unref(object);
}

/* "200 text": what the handler of that kind answers; absent: nothing in ten seconds. */
static inline struct str repository_ask(struct repository_fixture *f, const char *kind,
					const struct node *arguments)
{
	const struct object *before = cache_get(runner_cache(f->runner), KIND_CONFIGMAP,
						(struct key){ STR("default"), STR("asks") });
	uint64_t version = before ? before->version + 1 : 1;
	struct object *after =
		object_new(schemas_kind_by_id(f->cluster.schemas, KIND_CONFIGMAP),
			   node_make(f->arena,
				     "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: "
				     "default, name: asks, resourceVersion: %s}, kind_asked: %c, "
				     "arguments: %n}",
				     str_printf(f->arena, "%d", (int)version), kind, arguments),
			   NULL, NULL, 0);
	struct error err;

	f->answer = STR_NONE;
	f->node = NULL;
	f->asked_ms = world_now_ms(f->world);
	if (before)
		object_ref(before);
	f->on_event(f->context, &(struct api_watch_event){ .type = API_MODIFIED,
							   .before = before,
							   .after = after,
							   .version = version });
	if (before)
		object_unref((struct object *)(uintptr_t)before);
	object_unref(after);
	CHECK_INT(world_run_for(f->world, 10000, &err), 0);
	return f->answer;
}

#endif

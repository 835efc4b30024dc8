/*
 * controller_test - a cluster of a few objects, and one run of one controller over it
 *
 * Layer: api, for the tests of reconcilers. Objects stand in the cache as a watch would
 * have left them; a run leaves its plan in the fixture.
 *
 *	struct fixture f = fixture_begin();
 *	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: a}}"));
 *	fixture_run(&f, &replicaset_reconciler, "default", "web");
 *	CHECK_INT(f.plan.writes.count, 1);
 *	fixture_end(&f);
 */
#ifndef FORGE_API_CONTROLLER_TEST_H
#define FORGE_API_CONTROLLER_TEST_H

#include "api/runner.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/test.h"
#include "base/vec.h"
#include "doc/make.h"
#include "world/random.h"

#define FIXTURE_NOW_MS 1800000000000ll /* 2027-01-15T08:00:00Z */

struct fixture {
	struct arena *arena;
	struct schemas *schemas;
	struct cache *cache;
	struct plan plan;
	struct random random;
	uint64_t version;
	int64_t now_ms;
	uint64_t memory[VIEW_MEMORY_BYTES / sizeof(uint64_t)]; /* as the last plan left it */
	uint64_t memory_of;
	struct answers answers; /* to requests of earlier runs */
	VEC(struct object *)
	objects; /* all that were put: plans refer to those they were made of */
};

static inline struct fixture fixture_begin(void)
{
	struct arena *arena = arena_new("controller_test");

	return (struct fixture){ .arena = arena,
				 .schemas = schemas_new(arena),
				 .cache = cache_new(),
				 .random = random_stream(1, STR("test"), STR("reconcile")),
				 .now_ms = FIXTURE_NOW_MS };
}

static inline void fixture_end(struct fixture *f)
{
	for (uint32_t i = 0; i < f->objects.count; i++)
		object_unref(f->objects.items[i]);
	cache_free(f->cache);
	arena_free(f->arena);
}

/* A map with the entries of another over its own; the other one is written as for node_make(). */
static inline const struct node *fixture_over(const struct fixture *f, const struct node *map,
					      const char *more)
{
	const struct node *over = node_make(f->arena, more);

	for (uint32_t i = 0; i < node_entry_count(over); i++)
		map = node_with(f->arena, map, node_text(node_entry(over, i)->key),
				node_entry(over, i)->value);
	return map;
}

/* Puts an object, over an earlier one of its name; its uid is "uid-NAME" unless it has one. A
 * namespaced one stands in namespace default. */
static inline const struct object *fixture_put(struct fixture *f, const struct node *root)
{
	const struct kind *kind = schemas_kind(f->schemas, object_gvk(root), NULL);
	struct str uid = str_concat(f->arena, STR("uid-"), object_name(root));
	struct str version = str_printf(f->arena, "%d", (int)++f->version);

	if (kind->flags & KIND_FLAG_NAMESPACED)
		root = node_set(f->arena, root, "metadata.namespace",
				node_cstr(f->arena, "default"));
	if (!object_uid(root).len)
		root = node_set(f->arena, root, "metadata.uid", node_str(f->arena, uid));
	root = node_set(f->arena, root, "metadata.resourceVersion", node_str(f->arena, version));
	struct object *object = object_new(kind, root, NULL, NULL, 0);
	cache_update(f->cache, cache_get(f->cache, kind->id, object->key), object, f->version);
	VEC_PUSH(f->arena, &f->objects, object);
	return object;
}

/* The ControllerRevision OWNER-new of an owner's template, with the label of its hash, "new". */
static inline void fixture_put_revision(struct fixture *f, const char *kind, const char *owner,
					const char *label, const struct node *template)
{
	const struct node *labels =
		node_with(f->arena, NULL, str_from_cstr(label), node_cstr(f->arena, "new"));

	fixture_put(
		f,
		node_make(f->arena,
			  "{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: %s, "
			  "labels: %n, ownerReferences: [{apiVersion: apps/v1, kind: %c, name: "
			  "%c, uid: %s, controller: true}]}, data: {spec: {template: %n}}, "
			  "revision: 2}",
			  str_printf(f->arena, "%s-new", owner), labels, kind, owner,
			  str_printf(f->arena, "uid-%s", owner),
			  node_set(f->arena, template, "$patch", node_cstr(f->arena, "replace"))));
}

/* The reason of an event says whether it warns, as upstream has it. */
static inline void fixture_check_events(const struct plan *plan)
{
	static const struct {
		struct str reason;
		bool warning;
	} reasons[] = {
		{ STR_INIT("Completed"), false },
		{ STR_INIT("Preempted"), false },
		{ STR_INIT("Resumed"), false },
		{ STR_INIT("ScalingReplicaSet"), false },
		{ STR_INIT("Scheduled"), false },
		{ STR_INIT("SucceededDaemonPod"), false },
		{ STR_INIT("SuccessfulCreate"), false },
		{ STR_INIT("SuccessfulDelete"), false },
		{ STR_INIT("SuccessfulRescale"), false },
		{ STR_INIT("Suspended"), false },
		{ STR_INIT("WaitForFirstConsumer"), false },
		{ STR_INIT("AmbiguousSelector"), true },
		{ STR_INIT("ClaimLost"), true },
		{ STR_INIT("ClaimMisbound"), true },
		{ STR_INIT("NotDeleted"), true },
		{ STR_INIT("FailedComputeMetricsReplicas"), true },
		{ STR_INIT("FailedCreate"), true },
		{ STR_INIT("FailedDaemonPod"), true },
		{ STR_INIT("FailedGetScale"), true },
		{ STR_INIT("FailedScheduling"), true },
		{ STR_INIT("SelectingAll"), true },
		{ STR_INIT("VolumeMismatch"), true },
	};

	for (uint32_t i = 0; i < plan->events.count; i++)
		for (size_t r = 0; r < ARRAY_COUNT(reasons); r++)
			if (str_equal(plan->events.items[i].reason, reasons[r].reason) &&
			    plan->events.items[i].warning != reasons[r].warning)
				CHECK_STR(plan->events.items[i].message, reasons[r].reason);
}

static inline void fixture_run(struct fixture *f, const struct reconciler *reconciler,
			       const char *namespace, const char *name)
{
	struct view view = { .cache = f->cache,
			     .schemas = f->schemas,
			     .arena = f->arena,
			     .now_ms = f->now_ms,
			     .random = &f->random,
			     .memory = f->memory,
			     .memory_of = f->memory_of,
			     .answers = &f->answers };
	struct key key = { str_from_cstr(namespace), str_from_cstr(name) };
	struct error err;

	plan_init(&f->plan, f->arena);
	CHECK_INT(reconciler->reconcile(&view, key, &f->plan, &err), 0);
	fixture_check_events(&f->plan);
	if (f->plan.memory) {
		memcpy(f->memory, f->plan.memory, VIEW_MEMORY_BYTES);
		f->memory_of = f->plan.memory_of;
	}
}

/* The keys that an event of a kind enqueues: names in the order of the map, "a b". */
static inline struct str fixture_woken(struct fixture *f, const struct reconciler *reconciler,
				       const struct object *before, const struct object *after)
{
	struct view view = { .cache = f->cache, .schemas = f->schemas, .arena = f->arena };
	struct keys keys = { .arena = f->arena };
	struct str names = STR("");

	for (const struct reconciler_watch *w = reconciler->watches; w->map; w++)
		if (w->kind == (after ? after : before)->kind->id)
			w->map(&view, before, after, &keys);
	for (uint32_t i = 0; i < keys.items.count; i++)
		names = str_printf(f->arena, "%.*s%s%.*s", STR_FMT(names), i ? " " : "",
				   STR_FMT(keys.items.items[i].name));
	return names;
}

/* The last value that the plan writes at the path of the object of that name, or NULL. */
static inline const struct node *fixture_find(const struct fixture *f, const char *name,
					      struct trusted_path path)
{
	for (uint32_t i = f->plan.writes.count; i-- > 0;) {
		const struct api_request *w = &f->plan.writes.items[i].request;
		struct str own = w->key.name.len ? w->key.name : object_name(w->body);
		const struct node *value = w->body ? node_find(w->body, path) : NULL;
		if (value && str_equal(own, str_from_cstr(name)))
			return value;
	}
	return NULL;
}

#define fixture_written(f, name, text) fixture_find(f, name, TRUSTED_PATH(text))

static inline void fixture_answer(struct fixture *f, struct answer answer)
{
	answers_add(f->arena, &f->answers, &answer);
}

static inline struct str fixture_event(const struct fixture *f, uint32_t index)
{
	return index < f->plan.events.count ? f->plan.events.items[index].message : STR_NONE;
}

#endif

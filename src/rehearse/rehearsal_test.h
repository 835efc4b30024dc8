/*
 * rehearsal_test - a rehearsal without a repository: a cluster, a scenario, and what a test puts in
 *
 * Layer: rehearse, for its unit tests. Objects are applied to the cluster; what a revision would
 * have rendered is put among the renders of the repository.
 *
 *	struct rehearsal_fixture f;
 *	rehearsal_begin(&f);
 *	rehearsal_apply(&f, node_make(…));
 *	rehearsal_end(&f);
 */
#ifndef FORGE_REHEARSE_REHEARSAL_TEST_H
#define FORGE_REHEARSE_REHEARSAL_TEST_H

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/secret.h"
#include "rehearse/rehearsal_inside.h"

struct rehearsal_fixture {
	struct arena *arena;
	struct scenario scenario;
	struct rehearsal_options options;
	struct revision revisions[2];
	struct rehearsal r;
	struct error err;
};

/* Two revisions, 1… and 2…; the second is the last one. There is no cluster yet: a test may say
 * more in the scenario. */
static inline void rehearsal_prepare(struct rehearsal_fixture *f)
{
	*f = (struct rehearsal_fixture){ .arena = arena_new("rehearsal_test") };
	scenario_init(&f->scenario);
	f->options = (struct rehearsal_options){
		.arena = f->arena, .set = docset_new(f->arena), .scenario = &f->scenario, .seed = 1
	};
	f->revisions[0] = (struct revision){ .hash = STR("1111"), .label = STR("one") };
	f->revisions[1] = (struct revision){ .hash = STR("2222"), .label = STR("two") };
	for (size_t i = 0; i < ARRAY_COUNT(f->revisions); i++)
		snapshot_init(&f->revisions[i].files, f->arena);
	rehearsal_init(&f->r, &f->options);
	f->r.revisions = f->revisions;
	f->r.revision_count = 2;
	repository_init(&f->r.repository, &(struct repository_options){ .arena = f->arena,
									.set = f->r.set,
									.branch = STR("main") });
}

/* A cluster of one node, in which the scenario is played; Flux and Flagger do not run. */
static inline void rehearsal_start(struct rehearsal_fixture *f)
{
	rehearsal_open(&f->r, NULL, 1, (struct node_size){});
}

static inline void rehearsal_begin(struct rehearsal_fixture *f)
{
	rehearsal_prepare(f);
	rehearsal_start(f);
}

static inline void rehearsal_end(struct rehearsal_fixture *f)
{
	rehearsal_release(&f->r);
	arena_free(f->arena);
}

static inline void rehearsal_call(struct rehearsal_fixture *f, struct api_request request)
{
	struct api_answer answer;

	request.arena = f->arena;
	request.manager = STR("flux");
	CHECK_INT(api_wait(f->r.platform->api, &request, &answer, &f->err), 0);
	if (!api_ok(&answer))
		printf("# %.*s\n", STR_FMT(answer.message));
	CHECK(api_ok(&answer));
	object_unref(answer.object);
	CHECK_INT(world_run_for(f->r.platform->world, 100, &f->err), 0); /* watchers see it */
}

static inline void rehearsal_apply(struct rehearsal_fixture *f, const struct node *object)
{
	rehearsal_call(f,
		       (struct api_request){
			       .verb = API_APPLY, .body = object, .force = true, .grace_s = -1 });
}

/* A merge patch of the status of an object in namespace default. */
static inline void rehearsal_status_node(struct rehearsal_fixture *f, kind_id kind,
					 const char *name, const struct node *status)
{
	rehearsal_call(
		f, (struct api_request){ .verb = API_PATCH,
					 .kind = schemas_kind_by_id(f->r.platform->schemas, kind),
					 .key = { STR("default"), str_from_cstr(name) },
					 .subresource = STR("status"),
					 .patch_type = API_PATCH_MERGE,
					 .body = node_make(f->arena, "{status: %n}", status),
					 .grace_s = -1 });
}

static inline void rehearsal_status(struct rehearsal_fixture *f, kind_id kind, const char *name,
				    const char *status)
{
	rehearsal_status_node(f, kind, name, node_make(f->arena, status));
}

static inline void rehearsal_delete(struct rehearsal_fixture *f, kind_id kind, const char *name)
{
	rehearsal_call(
		f, (struct api_request){ .verb = API_DELETE,
					 .kind = schemas_kind_by_id(f->r.platform->schemas, kind),
					 .key = { STR("default"), str_from_cstr(name) },
					 .grace_s = 0 });
}

static inline void rehearsal_run_s(struct rehearsal_fixture *f, int64_t seconds)
{
	CHECK_INT(world_run_for(f->r.platform->world, seconds * 1000, &f->err), 0);
}

/* What a Kustomization default/apps rendered of a revision. */
static inline struct kept_render *rehearsal_render(struct rehearsal_fixture *f, uint32_t revision,
						   const struct node *const *objects,
						   uint32_t count)
{
	struct kept_render *k = arena_one(f->arena, struct kept_render);
	const struct node **list = arena_array(f->arena, const struct node *, count);

	for (uint32_t i = 0; i < count; i++)
		list[i] = secret_marked(f->arena, objects[i]); /* as a build does */
	k->shipped = &f->revisions[revision];
	k->revision = repository_revision_text(&f->r.repository, k->shipped);
	k->kustomization = (struct key){ STR("default"), STR("apps") };
	k->object = node_make(f->arena, "{spec: {prune: true, sourceRef: {kind: GitRepository}}}");
	k->render = (struct render){ f->arena, f->r.set, list, count };
	VEC_PUSH(f->arena, &f->r.repository.renders, k);
	return k;
}

/* Deployment default/NAME with that image. */
static inline const struct node *rehearsal_deployment(struct rehearsal_fixture *f, const char *name,
						      const char *image, int replicas)
{
	return node_make(f->arena,
			 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: %c, namespace: "
			 "default}, spec: {replicas: %d, selector: {matchLabels: {app: %c}}, "
			 "template: {metadata: {labels: {app: %c}}, spec: {containers: [{name: a, "
			 "image: %c}]}}}}",
			 name, replicas, name, name, image);
}

/* Canary default/NAME of the Deployment of that name. Nobody runs it: a test writes its status. */
static inline const struct node *rehearsal_canary(struct rehearsal_fixture *f, const char *name)
{
	return node_make(f->arena,
			 "{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: %c, "
			 "namespace: default}, spec: {targetRef: {apiVersion: apps/v1, kind: "
			 "Deployment, name: %c}, service: {port: 80}, analysis: {interval: 60s, "
			 "threshold: 2, maxWeight: 40, stepWeight: 20}}}",
			 name, name);
}

#endif

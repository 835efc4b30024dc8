/*
 * server_test - an API server with a namespace a, for the unit tests of what it does
 *
 * Layer: cluster/server, for its unit tests.
 *
 *	struct fixture f = fixture_begin();
 *	struct api_answer answer = fixture_send(&f, API_APPLY, node_make(f.arena, …));
 *	fixture_end(&f);
 */
#ifndef FORGE_CLUSTER_SERVER_SERVER_TEST_H
#define FORGE_CLUSTER_SERVER_SERVER_TEST_H

#include "base/arena.h"
#include "base/test.h"
#include "cluster/server/server.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "world/simulated.h"

struct fixture {
	struct arena *arena;
	struct world *world;
	struct server server;
};

static inline struct api_answer fixture_call(struct fixture *f, const struct api_request *request)
{
	struct api_answer answer = {};

	server_call(&f->server, request, &answer);
	return answer;
}

static inline struct api_answer fixture_send(struct fixture *f, enum api_verb verb,
					     const struct node *object)
{
	return fixture_call(f, &(struct api_request){ .verb = verb,
						      .body = object,
						      .arena = f->arena,
						      .manager = STR("test"),
						      .force = true });
}

static inline struct fixture fixture_begin(void)
{
	struct arena *arena = arena_new("server_test");
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });
	struct fixture f = { .arena = arena, .world = world };

	server_init(&f.server, world, schemas_new(arena), arena);
	fixture_send(&f, API_CREATE,
		     node_make(arena, "{apiVersion: v1, kind: Namespace, metadata: {name: a}}"));
	fixture_send(&f, API_CREATE,
		     node_make(arena, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: "
				      "default, namespace: a}}"));
	return f;
}

static inline void fixture_end(struct fixture *f)
{
	struct world *world = f->world;

	arena_free(f->arena);
	world_free(world);
}

#endif

/*
 * mesh_fixture - a mesh over an embedded cluster, for tests
 *
 * Layer: platform. Private: *_test.c.
 */
#ifndef FORGE_PLATFORM_MESH_FIXTURE_H
#define FORGE_PLATFORM_MESH_FIXTURE_H

#include "base/arena.h"
#include "base/test.h"
#include "cluster/embedded.h"
#include "doc/make.h"
#include "kube/schema/schemas.h"
#include "mesh/mesh.h"
#include "metrics/series.h"
#include "world/simulated.h"

struct fixture {
	bool *all_bad;
	struct arena *arena;
	struct world *world;
	struct api *api;
	struct metrics *metrics;
	struct mesh *mesh;
};

static inline void no_answer(void *context, const struct api_answer *answer)
{
	(void)context;
	if (!api_ok(answer))
		printf("# %.*s\n", STR_FMT(answer->message));
	CHECK(api_ok(answer));
}

static inline void put(struct fixture *f, const struct node *object)
{
	struct api_request request = { .verb = API_APPLY,
				       .body = object,
				       .arena = f->arena,
				       .force = true,
				       .manager = STR("test") };

	api_call(f->api, &request, no_answer, NULL);
}

/* Pods whose name begins with "bad" answer half of their requests 500, after 2 s; with a context,
 * all do. */
static inline struct mesh_behaviour behave(void *context, const struct object *pod)
{
	const bool *all = context;

	if (!str_starts(pod->key.name, STR("bad")) && !*all)
		return (struct mesh_behaviour){};
	return (struct mesh_behaviour){ 500000, 2000000, 2000000 };
}

static inline struct fixture begin(void)
{
	struct fixture f = { .arena = arena_new("mesh_test") };

	f.all_bad = arena_one(f.arena, bool);
	f.world = simulated_new(&(struct simulated_options){ .seed = 1 });
	struct schemas *schemas = schemas_new(f.arena);
	struct embedded *embedded = embedded_new(f.world, schemas, f.arena);
	f.api = embedded_api(embedded);
	f.metrics = metrics_new(f.arena, 0);
	f.mesh = mesh_start(&(struct mesh_options){ .world = f.world,
						    .api = f.api,
						    .cache = embedded_cache(embedded),
						    .metrics = f.metrics,
						    .seed = 1,
						    .behaviour = behave,
						    .context = f.all_bad },
			    f.arena);
	put(&f, node_make(f.arena, "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"));
	put(&f, node_make(f.arena, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: "
				   "default, namespace: shop}}"));
	return f;
}

static inline void end(struct fixture *f)
{
	struct world *world = f->world;

	arena_free(f->arena);
	world_free(world);
}

static inline void run(struct fixture *f, int64_t seconds)
{
	struct error err;

	CHECK(world_run_for(f->world, seconds * 1000, &err) == 0);
}

/* A Service with one running pod each, and the slice that says so. */
static inline void put_service(struct fixture *f, const char *name, const char *pod)
{
	struct str slice = str_printf(f->arena, "%s-slice", name);

	put(f, node_make(f->arena,
			 "{apiVersion: v1, kind: Service, metadata: {name: %c, namespace: shop}, "
			 "spec: {selector: {app: %c}, ports: [{port: 80}]}}",
			 name, name));
	if (pod) {
		struct api_request status = { .verb = API_APPLY,
					      .arena = f->arena,
					      .force = true,
					      .subresource = STR("status"),
					      .manager = STR("test") };
		put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: %c, namespace: "
				 "shop, labels: {app: %c, version: v1}}, spec: {containers: "
				 "[{name: app, image: app}]}}",
				 pod, name));
		status.body = node_make(f->arena,
					"{apiVersion: v1, kind: Pod, metadata: {name: %c, "
					"namespace: shop}, status: {phase: Running, podIP: "
					"10.0.0.1, podIPs: [{ip: 10.0.0.1}]}}",
					pod);
		api_call(f->api, &status, no_answer, NULL);
	}
	put(f, node_make(f->arena,
			 "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: "
			 "%s, namespace: shop, labels: {kubernetes.io/service-name: %c}}, "
			 "addressType: IPv4, endpoints: %n, ports: []}",
			 slice, name,
			 pod ? node_make(f->arena,
					 "[{addresses: [10.0.0.1], conditions: {ready: true}, "
					 "targetRef: {kind: Pod, name: %c, namespace: shop}}]",
					 pod)
			     : node_empty_list()));
}

static inline void put_virtual_service(struct fixture *f, const char *spec)
{
	put(f, node_make(f->arena,
			 "{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, "
			 "metadata: {name: web, namespace: shop}, spec: %n}",
			 node_make(f->arena, spec)));
}

static inline void add_traffic(struct fixture *f, const char *host, uint32_t rps)
{
	mesh_add_traffic(f->mesh, &(struct mesh_traffic){ .host = str_from_cstr(host),
							  .milli_rps = rps * 1000 });
}

/* Serves one host of shop by HTTP. */
static inline void put_gateway(struct fixture *f, const char *host)
{
	put(f, node_make(f->arena,
			 "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: "
			 "public, namespace: shop}, spec: {selector: {istio: ingressgateway}, "
			 "servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: "
			 "[%c]}]}}",
			 host));
}

#endif

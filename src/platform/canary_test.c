/* canary_test - a Canary on a whole cluster: mesh, telemetry, verdict, promotion and rollback */
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "platform/platform_fixture.h"
#include "rollout/rollout.h"

enum { MINUTE_MS = 60000 };

struct fixture {
	struct arena *arena;
	struct platform *platform;
	struct error err;
};

/* web:bad answers half of its requests 500. */
static struct mesh_behaviour behave(void *context, const struct object *pod)
{
	struct str image = node_str_at(pod->root, "spec.containers[0].image");

	(void)context;
	return (struct mesh_behaviour){ .error_ppm =
						str_equal(image, STR("web:bad")) ? 500000 : 0 };
}

static void ship(struct fixture *f, const char *image)
{
	platform_fixture_apply(
		f->platform,
		node_make(
			f->arena,
			"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
			"default}, spec: {selector: {matchLabels: {app: web}}, template: "
			"{metadata: "
			"{labels: {app: web}}, spec: {containers: [{name: app, image: %c}]}}}}",
			image));
}

static void run_minutes(struct fixture *f, int64_t minutes)
{
	CHECK(world_run_for(f->platform->world, minutes * MINUTE_MS, &f->err) == 0);
}

static const struct reconciler *const *const controllers[] = { rollout_reconcilers, NULL };

static void begin(struct fixture *f, uint64_t seed)
{
	*f = (struct fixture){ .arena = arena_new("canary_test") };
	f->platform = platform_new(&(struct platform_parts){ .seed = seed,
							     .node_count = 3,
							     .controllers = controllers,
							     .mesh = true,
							     .behaviour = behave });
	mesh_add_traffic(f->platform->mesh,
			 &(struct mesh_traffic){ .host = STR("web.default"), .milli_rps = 20000 });
	platform_fixture_apply(
		f->platform,
		node_make(f->arena,
			  "{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web, "
			  "namespace: default}, spec: {targetRef: {apiVersion: apps/v1, kind: "
			  "Deployment, name: web}, service: {port: 80}, analysis: {interval: 60s, "
			  "threshold: 2, maxWeight: 40, stepWeight: 20, metrics: [{name: "
			  "request-success-rate, interval: 1m, thresholdRange: {min: 99}}, {name: "
			  "request-duration, interval: 1m, thresholdRange: {max: 500}}]}}}"));
	ship(f, "web:1");
	run_minutes(f, 5);
}

static void end(struct fixture *f)
{
	platform_free(f->platform);
	arena_free(f->arena);
}

static const struct node *root_of(const struct fixture *f, kind_id kind, const char *name)
{
	const struct object *o = cache_get(runner_cache(f->platform->runner), kind,
					   (struct key){ STR("default"), str_from_cstr(name) });

	return o ? o->root : NULL;
}

static struct str phase(const struct fixture *f)
{
	return node_str_at(root_of(f, KIND_CANARY, "web"), "status.phase");
}

static struct str primary_image(const struct fixture *f)
{
	return node_str_at(root_of(f, KIND_DEPLOYMENT, "web-primary"),
			   "spec.template.spec.containers[0].image");
}

static const struct mesh_host *host(const struct fixture *f)
{
	uint32_t count;

	return mesh_statistics(f->platform->mesh, f->arena, &count);
}

static void good_release(void)
{
	struct fixture f;

	begin(&f, 1);
	CHECK_TEXT(phase(&f), "Initialized");
	uint64_t failures = host(&f)->failures, requests = host(&f)->requests;
	CHECK(requests > 3000);
	ship(&f, "web:2");
	run_minutes(&f, 10);
	CHECK_TEXT(phase(&f), "Succeeded");
	CHECK_TEXT(primary_image(&f), "web:2");
	CHECK_INT(node_int_at(root_of(&f, KIND_DEPLOYMENT, "web"), "status.replicas", 0), 0);
	CHECK_INT(host(&f)->failures, failures); /* nobody noticed */
	CHECK(host(&f)->requests > requests + 10000);
	end(&f);
}

static void bad_release(void)
{
	struct fixture f;

	begin(&f, 1);
	ship(&f, "web:bad");
	run_minutes(&f, 10);
	CHECK_TEXT(phase(&f), "Failed");
	CHECK_TEXT(primary_image(&f), "web:1");
	CHECK_INT(node_int_at(root_of(&f, KIND_VIRTUALSERVICE, "web"),
			      "spec.http[0].route[1].weight", -1),
		  0);
	/* A fifth of the traffic met half of the errors for the three minutes of two checks. */
	CHECK(host(&f)->failures > 150 && host(&f)->failures < 550);
	end(&f);
}

static uint64_t hash_of_run(uint64_t seed)
{
	struct fixture f;

	begin(&f, seed);
	ship(&f, "web:bad");
	run_minutes(&f, 8);
	uint64_t hash = embedded_hash(f.platform->embedded);
	hash = hash * 31 + host(&f)->failures;
	end(&f);
	return hash;
}

static void same_seed_same_run(void)
{
	CHECK(hash_of_run(7) == hash_of_run(7));
	CHECK(hash_of_run(7) != hash_of_run(8));
}

TESTS({ "a good release is promoted and nobody notices", good_release },
      { "a bad release is rolled back", bad_release },
      { "the same seed gives the same run", same_seed_same_run })

/* canary_bench - one hour of canary: one application, 100 requests/s, 20 pods, all controllers */
#include <stdio.h>

#include "base/arena.h"
#include "bench/yardstick.h"
#include "doc/make.h"
#include "platform/platform.h"
#include "rollout/rollout.h"

enum { RUNS = 9, HOUR_MS = 3600 * 1000, BUDGET_MS = 50 };

struct run {
	struct arena *arena;
	struct platform *platform;
};

static void apply(struct run *r, const struct node *object)
{
	struct api_answer answer;

	platform_apply(r->platform, object, STR("flux"), r->arena, &answer);
	if (!api_ok(&answer))
		BUG("%.*s", STR_FMT(answer.message));
}

static void ship(struct run *r, const char *image)
{
	apply(r,
	      node_make(r->arena,
			"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
			"default}, spec: {replicas: 20, selector: {matchLabels: {app: web}}, "
			"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: "
			"app, image: %c}]}}}}",
			image));
}

static void run_ms(struct run *r, int64_t ms)
{
	struct error err;

	if (world_run_for(r->platform->world, ms, &err) < 0)
		BUG("%s", err.text);
}

static const struct reconciler *const *const controllers[] = { rollout_reconcilers, NULL };

/* 50 steps of 2 % in minutes, then the promotion. */
static void prepare(struct run *r)
{
	*r = (struct run){ .arena = arena_new("canary_bench") };
	r->platform = platform_new(&(struct platform_parts){
		.seed = 1, .node_count = 3, .controllers = controllers, .mesh = true });
	mesh_add_traffic(r->platform->mesh,
			 &(struct mesh_traffic){ .host = STR("web.default"), .milli_rps = 100000 });
	ship(r, "web:1");
	apply(r, node_make(r->arena,
			   "{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web, "
			   "namespace: default}, spec: {targetRef: {apiVersion: apps/v1, kind: "
			   "Deployment, name: web}, service: {port: 80}, analysis: {interval: 60s, "
			   "threshold: 5, maxWeight: 100, stepWeight: 2, metrics: [{name: "
			   "request-success-rate, interval: 1m, thresholdRange: {min: 99}}, {name: "
			   "request-duration, interval: 1m, thresholdRange: {max: 500}}]}}}"));
	run_ms(r, HOUR_MS / 6);
}

static double once_ms(void *context)
{
	struct run r;

	(void)context;
	prepare(&r);
	double begin = yardstick_cpu_ms();
	ship(&r, "web:2");
	run_ms(&r, HOUR_MS);
	double taken = yardstick_cpu_ms() - begin;
	const struct object *canary = cache_get(runner_cache(r.platform->runner), KIND_CANARY,
						(struct key){ STR("default"), STR("web") });
	struct str phase = node_str_at(canary->root, "status.phase");
	if (!str_equal(phase, STR("Succeeded")))
		BUG("the canary is %.*s", STR_FMT(phase));
	platform_free(r.platform);
	arena_free(r.arena);
	return taken;
}

int main(void)
{
	double ms = yardstick_measure_ms(once_ms, NULL, RUNS);

	printf("canary: one hour, 20 pods, 100 requests/s: %.1f ms, budget %d ms\n", ms, BUDGET_MS);
	return ms > BUDGET_MS;
}

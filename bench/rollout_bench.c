/* rollout_bench - a Deployment of 300 pods rolled to a new image, with scheduler and nodes */
#include <stdio.h>

#include "base/arena.h"
#include "bench/yardstick.h"
#include "doc/make.h"
#include "platform/platform.h"

enum { RUNS = 25, PODS = 300, NODES = 30, QUIET_MS = 60000, BUDGET_MS = 20 };

static void ship(struct platform *p, const char *image)
{
	struct arena *arena = arena_new("rollout_bench");
	struct api_answer answer;
	struct error err;
	const struct node *deployment = node_make(
		arena,
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
		"default}, "
		"spec: {replicas: %d, selector: {matchLabels: {app: web}}, template: {metadata: {"
		"labels: {app: web}}, spec: {containers: [{name: web, image: %c}]}}}}",
		PODS, image);

	platform_apply(p, deployment, STR("bench"), arena, &answer);
	if (!api_ok(&answer))
		BUG("%.*s", STR_FMT(answer.message));
	if (platform_settle(p, QUIET_MS, &err) < 0)
		BUG("%s", err.text);
	arena_free(arena);
}

static double once_ms(void *context)
{
	(void)context;
	struct platform *p =
		platform_new(&(struct platform_parts){ .seed = 1, .node_count = NODES });

	ship(p, "web:1");
	double begin = yardstick_cpu_ms();
	ship(p, "web:2");
	double took = yardstick_cpu_ms() - begin;
	platform_free(p);
	return took;
}

int main(void)
{
	double ms = yardstick_measure_ms(once_ms, NULL, RUNS);

	printf("rollout: %d pods to a new image in %.1f ms, budget %d ms\n", PODS, ms, BUDGET_MS);
	return ms > BUDGET_MS;
}

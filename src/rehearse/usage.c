/* usage - CPU and memory usage of pods, as the metrics API (metrics.k8s.io) reports it */
#include "rehearse/usage.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "doc/make.h"
#include "kube/quantity.h"
#include "mesh/mesh.h"
#include "rehearse/pod_behavior.h"
#include "world/world.h"

/* Of one workload, between the last two samples. */
struct workload_use {
	uint64_t cpu_us_all;  /* until the last one */
	uint64_t cpu_us;      /* in between */
	uint32_t ready_count; /* at the last one */
	int64_t seen_ms;      /* when it was last sampled */
};

/* Samples */

static struct workload_use *use_of(struct usage *u, struct key workload)
{
	SCRATCH(scratch);
	struct str id = str_printf(scratch, "%.*s/%.*s", STR_FMT(workload.namespace),
				   STR_FMT(workload.name));
	struct workload_use *use = map_get(&u->workloads, id);

	if (use)
		return use;
	use = arena_one(u->arena, struct workload_use);
	map_put(&u->workloads, str_copy(u->arena, id), use);
	return use;
}

static void begin_sample(const struct usage *u, struct workload_use *use, struct key workload)
{
	uint64_t all = mesh_cpu_us(u->mesh, workload.namespace, workload.name);

	use->cpu_us = all - use->cpu_us_all;
	use->cpu_us_all = all;
	use->ready_count = 0;
	use->seen_ms = u->sampled_ms;
}

static void sample(void *data)
{
	SCRATCH(scratch);
	struct usage *u = data;
	struct objects pods = cache_list(u->behaviors->cache, scratch, KIND_POD, STR_NONE);

	u->sampled_ms = world_now_ms(u->world);
	for (uint32_t i = 0; i < pods.count; i++) {
		struct key workload;
		pod_workload(u->behaviors, pods.items[i], &workload);
		struct workload_use *use = use_of(u, workload);
		if (use->seen_ms != u->sampled_ms)
			begin_sample(u, use, workload);
		use->ready_count += pods.items[i]->facts.ready;
	}
	world_timer(u->world, USAGE_SAMPLE_MS, sample, u);
}

/* Metrics */

/* Whether the pod ran at the sample before the last one. */
static bool has_run_long_enough(const struct usage *u, const struct object *pod)
{
	const struct node *statuses = node_at(pod->root, "status.containerStatuses");
	struct str since = node_str_at(node_item(statuses, 0), "state.running.startedAt");
	int64_t start_s;

	if (!node_item_count(statuses) || !timestamp_seconds(since, &start_s))
		return false;
	return start_s * 1000 <= u->sampled_ms - USAGE_SAMPLE_MS;
}

static int64_t cpu_nano(struct usage *u, const struct object *pod)
{
	struct key workload;
	const struct node *containers = node_at(pod->root, "spec.containers");
	const struct node *limit = node_at(node_item(containers, 0), "resources.limits.cpu");

	pod_workload(u->behaviors, pod, &workload);
	const struct workload_use *use = use_of(u, workload);
	if (!pod->facts.ready || !use->ready_count || use->seen_ms != u->sampled_ms)
		return 0;
	int64_t share_us = (int64_t)(use->cpu_us / use->ready_count);
	int64_t nano = share_us * 1000000 / USAGE_SAMPLE_MS;
	return limit ? MIN(nano, MIN(quantity_milli(limit, 0), INT32_MAX) * 1000000ll) : nano;
}

static const struct node *container_metrics(struct arena *arena, const struct node *container,
					    int64_t nano, int64_t bytes)
{
	const struct node *cpu =
		nano < 0 ? NULL : node_str(arena, str_printf(arena, "%lldn", (long long)nano));
	const struct node *memory =
		bytes < 0 ? NULL
			  : node_str(arena, str_printf(arena, "%lldKi", (long long)(bytes / 1024)));

	return node_make(arena, "{name: %s, usage: {cpu: %?n, memory: %?n}}",
			 node_str_at(container, "name"), cpu, memory);
}

/* NULL: nothing is known of it. */
static const struct node *pod_metrics(struct usage *u, struct arena *arena,
				      const struct object *pod)
{
	struct behavior b = pod_behavior(u->behaviors, pod);
	const struct node *containers = node_at(pod->root, "spec.containers");
	const struct node *list = node_empty_list();
	int64_t nano = b.cpu_us_per_request < 0 ? -1 : cpu_nano(u, pod);
	int64_t bytes = b.memory_bytes;

	if ((nano < 0 && bytes < 0) || !has_run_long_enough(u, pod))
		return NULL;
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		list = node_list_append(
			arena, list,
			container_metrics(arena, node_item(containers, i), nano, bytes));
		nano = MIN(nano, (int64_t)0);
		bytes = MIN(bytes, (int64_t)0);
	}
	return node_make(arena,
			 "{metadata: {name: %s, namespace: %s}, timestamp: %s, window: 15s, "
			 "containers: %n}",
			 pod->key.name, pod->key.namespace,
			 timestamp_format(arena, u->sampled_ms / 1000), list);
}

void usage_answer(struct usage *u, struct key key, struct request_ticket *ticket)
{
	SCRATCH(scratch);
	struct objects pods = cache_list(u->behaviors->cache, scratch, KIND_POD, key.namespace);
	const struct node **items = arena_array(scratch, const struct node *, pods.count);
	uint32_t count = 0;

	for (uint32_t i = 0; i < pods.count; i++) {
		const struct node *metrics = pod_metrics(u, scratch, pods.items[i]);
		if (metrics)
			items[count++] = metrics;
	}
	const struct node *list = node_list_of(scratch, items, count);
	struct answer answer = { .code = 200, .node = node_make(scratch, "{items: %n}", list) };
	runner_answer(ticket, &answer);
}

void usage_begin(struct usage *u, struct world *world, const struct mesh *mesh,
		 struct pod_behaviors *behaviors, struct arena *arena)
{
	*u = (struct usage){ .arena = arena, .world = world, .mesh = mesh, .behaviors = behaviors };
	map_init(&u->workloads, arena);
	if (scenario_tells_usage(behaviors->scenario))
		world_timer(world, USAGE_SAMPLE_MS, sample, u);
}

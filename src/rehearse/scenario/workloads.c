/* workloads - how the pods of a workload behave in each revision, and by default */
#include "base/arena.h"
#include "kube/quantity.h"
#include "rehearse/scenario/keys.h"

enum {
	P50_MS = 20,
	P99_MS = 80,
	CPU_US_PER_REQUEST_MAX = 1000000000,
};

#define MEMORY_MAX (1ll << 50)

static const struct behavior calm = {
	.p50_ms = P50_MS,
	.p99_ms = P99_MS,
	.start_ms = -1,
	.listens_ms = -1,
	.crash_after_ms = -1,
	.cpu_us_per_request = -1,
	.memory_bytes = -1,
};

static int read_error_rate(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_share(r, n, &((struct behavior *)into)->error_ppm);
}

static int read_p50(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_latency(r, n, &((struct behavior *)into)->p50_ms);
}

static int read_p99(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_latency(r, n, &((struct behavior *)into)->p99_ms);
}

static int read_latency(struct scenario_reader *r, const struct node *n, void *into)
{
	static const struct scenario_key keys[] = { { "p50", read_p50 }, { "p99", read_p99 }, {} };
	const struct behavior *b = into;
	const struct node *p99 = node_get(n, STR("p99"));

	if (scenario_map(r, n, keys, into) < 0)
		return -1;
	if (p99 && node_get(n, STR("p50")) && b->p99_ms < b->p50_ms)
		return scenario_wrong(r, p99, "a latency of at least p50");
	return 0;
}

static int read_ready(struct scenario_reader *r, const struct node *n, void *into)
{
	if (!str_equal(node_text(n), STR("never")))
		return scenario_wrong(r, n, "'never', the only value of ready");
	((struct behavior *)into)->never_ready = true;
	return 0;
}

static int read_start(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_duration(r, n, &((struct behavior *)into)->start_ms);
}

static int read_listens(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_duration(r, n, &((struct behavior *)into)->listens_ms);
}

static int read_crash(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_duration(r, n, &((struct behavior *)into)->crash_after_ms);
}

static int read_cpu(struct scenario_reader *r, const struct node *n, void *into)
{
	int64_t us = quantity_micro(n, -1);

	if (us < 0 || us > CPU_US_PER_REQUEST_MAX)
		return scenario_wrong(r, n, "a quantity of cpu like 2m, at most 1k");
	((struct behavior *)into)->cpu_us_per_request = us;
	return 0;
}

static int read_memory(struct scenario_reader *r, const struct node *n, void *into)
{
	int64_t bytes = quantity_value(n, -1);

	if (bytes < 0 || bytes > MEMORY_MAX)
		return scenario_wrong(r, n, "a quantity of memory like 200Mi");
	((struct behavior *)into)->memory_bytes = bytes;
	((struct behavior *)into)->tells_memory = true;
	return 0;
}

static int read_behavior(struct scenario_reader *r, const struct node *n, struct behavior *ret)
{
	static const struct scenario_key keys[] = {
		{ "errorRate", read_error_rate },
		{ "latency", read_latency },
		{ "ready", read_ready },
		{ "startTime", read_start },
		{ "listensAfter", read_listens },
		{ "crashAfter", read_crash },
		{ "cpuPerRequest", read_cpu },
		{ "memory", read_memory },
		{},
	};

	ret->node = n;
	return scenario_map(r, n, keys, ret);
}

static int read_workload_target(struct scenario_reader *r, const struct node *n, void *into)
{
	struct scenario_workload *w = into;

	w->node = n;
	return scenario_target(r, n, &w->kind, &w->key);
}

static int read_from(struct scenario_reader *r, const struct node *n, void *into)
{
	return read_behavior(r, n, &((struct scenario_workload *)into)->from);
}

static int read_to(struct scenario_reader *r, const struct node *n, void *into)
{
	return read_behavior(r, n, &((struct scenario_workload *)into)->to);
}

/* What is known of one revision only holds for the other, too. */
static void complete(struct behavior *b, const struct behavior *other)
{
	if (b->cpu_us_per_request < 0)
		b->cpu_us_per_request = other->cpu_us_per_request;
	if (b->memory_bytes < 0)
		b->memory_bytes = other->memory_bytes;
}

int scenario_workload(struct scenario_reader *r, const struct node *n)
{
	static const struct scenario_key keys[] = {
		{ "target", read_workload_target }, { "from", read_from }, { "to", read_to }, {}
	};
	struct scenario_workload w = { .from = calm, .to = calm };

	if (scenario_map(r, n, keys, &w) < 0)
		return -1;
	if (!w.node)
		return error_set(r->err, ERROR_INPUT, n->position, "a workload needs a target");
	complete(&w.from, &w.to);
	complete(&w.to, &w.from);
	VEC_PUSH(r->arena, &r->s->workloads, w);
	return 0;
}

bool scenario_tells_usage(const struct scenario *s)
{
	for (uint32_t i = 0; i < s->workloads.count; i++) {
		const struct behavior *b = &s->workloads.items[i].to;
		if (b->cpu_us_per_request >= 0 || b->memory_bytes >= 0)
			return true;
	}
	return false;
}

const struct behavior *scenario_behavior(const struct scenario *s, struct str kind, struct key key,
					 bool is_new)
{
	for (uint32_t i = 0; i < s->workloads.count; i++) {
		const struct scenario_workload *w = &s->workloads.items[i];
		if (str_equal(w->kind, kind) && key_equal(w->key, key))
			return is_new ? &w->to : &w->from;
	}
	return &calm;
}

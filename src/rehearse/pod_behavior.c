/* pod_behavior - how a pod of a rehearsal behaves: by its revision, and by faults */
#include "rehearse/pod_behavior.h"

#include "api/cache.h"
#include "base/arena.h"
#include "base/buf.h"
#include "rehearse/faults.h"

enum {
	MICRO = 1000000,
	CRASH_LOOP_MS = 1000, /* from start to crash under a fault */
};

/* What runs the pod: a Deployment above its ReplicaSet, or its owner. */
struct str pod_workload(const struct pod_behaviors *b, const struct object *pod,
			struct key *ret_key)
{
	const struct object *owner = cache_get_uid(b->cache, pod->facts.owner_uid);
	const struct object *above = owner ? cache_get_uid(b->cache, owner->facts.owner_uid) : NULL;
	const struct object *top = above ? above : owner ? owner : pod;

	*ret_key = top->key;
	return top->kind->name;
}

static struct str template_hash(const struct object *pod)
{
	struct str hash = object_label(pod->root, STR("pod-template-hash"));

	if (!hash.len)
		hash = object_label(pod->root, STR("controller-revision-hash"));
	return hash;
}

/* The first template that a workload has is its first revision. */
static bool has_first_template(struct pod_behaviors *b, struct str workload,
			       const struct object *pod)
{
	struct str *first = map_get(&b->templates, workload);

	if (first)
		return str_equal(*first, template_hash(pod));
	first = arena_one(b->arena, struct str);
	*first = str_copy(b->arena, template_hash(pod));
	map_put(&b->templates, str_copy(b->arena, workload), first);
	return true;
}

static bool is_target(const struct pod_behaviors *b, struct str kind, struct key key)
{
	SCRATCH(scratch);
	struct objects all = cache_list(b->cache, scratch, KIND_CANARY, key.namespace);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *ref = node_at(all.items[i]->root, "spec.targetRef");
		if (str_equal(node_str_at(ref, "name"), key.name) &&
		    str_equal(node_str_at(ref, "kind"), kind))
			return true;
	}
	return false;
}

/* The moment of shipping is known to the second, like a pod's creation. */
static bool is_made_later(const struct pod_behaviors *b, const struct object *pod)
{
	return b->second_shipped_ms && pod->facts.created_s * 1000 >= b->second_shipped_ms - 999;
}

static struct behavior with_faults(struct behavior b, struct fault_effect effect)
{
	uint64_t fine_ppm = MICRO - b.error_ppm;

	b.error_ppm += (uint32_t)(fine_ppm * effect.error_ppm / MICRO);
	b.p50_ms += effect.latency_ms;
	b.p99_ms += effect.latency_ms;
	if (effect.crashes)
		b.crash_after_ms = CRASH_LOOP_MS;
	b.never_ready = b.never_ready || effect.never_ready;
	return b;
}

/* The behaviour of a pod; a primary behaves as its Canary's target, but has faults of its own. */
struct behavior pod_behavior(struct pod_behaviors *b, const struct object *pod)
{
	SCRATCH(scratch);
	struct key key;
	struct str kind = pod_workload(b, pod, &key);
	struct fault_effect effect = faults_effect(b->faults, pod, kind, key);
	struct str id = str_printf(scratch, "%.*s/%.*s/%.*s", STR_FMT(kind), STR_FMT(key.namespace),
				   STR_FMT(key.name));
	bool first = has_first_template(b, id, pod);
	struct key target = { key.namespace, str_strip_suffix(key.name, STR("-primary")) };

	if (is_target(b, kind, key))
		first = first && !is_made_later(b, pod);
	else if (is_target(b, kind, target))
		key = target;
	return with_faults(*scenario_behavior(b->scenario, kind, key, !first), effect);
}

static void add_port(struct buf *out, const struct node *probe)
{
	static const struct str kinds[] = { STR_INIT("httpGet"), STR_INIT("tcpSocket"),
					    STR_INIT("grpc") };
	int64_t number;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (node_int64(node_get(node_get(probe, kinds[i]), STR("port")), &number))
			buf_printf(out, "%s%lld", out->len ? "," : "", (long long)number);
}

static struct str probed_ports(struct arena *arena, const struct object *pod)
{
	static const struct str probes[] = { STR_INIT("startupProbe"), STR_INIT("readinessProbe"),
					     STR_INIT("livenessProbe") };
	const struct node *containers = node_at(pod->root, "spec.containers");
	struct buf ports;

	buf_init(&ports, arena);
	for (uint32_t i = 0; i < node_item_count(containers); i++)
		for (size_t p = 0; p < ARRAY_COUNT(probes); p++)
			add_port(&ports, node_get(node_item(containers, i), probes[p]));
	return buf_str(&ports);
}

struct str pod_open_ports(struct pod_behaviors *b, const struct object *pod)
{
	SCRATCH(scratch);
	struct key key;
	struct str kind = pod_workload(b, pod, &key);
	struct str id = str_printf(scratch, "%.*s/%.*s/%.*s", STR_FMT(kind), STR_FMT(key.namespace),
				   STR_FMT(key.name));
	struct str *known = map_get(&b->open_ports, id);

	if (!known && !b->second_shipped_ms) {
		known = arena_one(b->arena, struct str);
		*known = probed_ports(b->arena, pod);
		map_put(&b->open_ports, str_copy(b->arena, id), known);
	}
	return known ? *known : STR_NONE;
}

void pod_behaviors_init(struct pod_behaviors *b, const struct cache *cache,
			const struct scenario *scenario, const struct faults *faults,
			struct arena *arena)
{
	*b = (struct pod_behaviors){
		.cache = cache, .scenario = scenario, .faults = faults, .arena = arena
	};
	map_init(&b->open_ports, arena);
	map_init(&b->templates, arena);
}

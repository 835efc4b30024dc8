/* invariants - what must hold at every step of a rehearsal */
#include "rehearse/invariants.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/base64.h"
#include "cluster/embedded.h"
#include "kube/health.h"
#include "kube/labels.h"
#include "kube/quantity.h"
#include "rehearse/object_source.h"
#include "rehearse/record.h"
#include "rehearse/scenario.h"
#include "world/world.h"

enum {
	TERMINATING_S = 600, /* longer than any grace period that is in use */
	SECRET_LEAST_BYTES = 8,
};

struct str invariant_name(enum invariant_id id)
{
	static const struct str names[INVARIANT_COUNT] = {
		[INVARIANT_AVAILABILITY] = STR_INIT("availability"),
		[INVARIANT_SURGE] = STR_INIT("surge"),
		[INVARIANT_BUDGET] = STR_INIT("budget"),
		[INVARIANT_WEIGHT] = STR_INIT("weight"),
		[INVARIANT_ROLLBACK] = STR_INIT("rollback"),
		[INVARIANT_PROMOTION] = STR_INIT("promotion"),
		[INVARIANT_VERSION] = STR_INIT("version"),
		[INVARIANT_OWNERSHIP] = STR_INIT("ownership"),
		[INVARIANT_FINALIZER] = STR_INIT("finalizer"),
		[INVARIANT_CONVERGENCE] = STR_INIT("convergence"),
		[INVARIANT_STATUS] = STR_INIT("status"),
		[INVARIANT_ORDER] = STR_INIT("order"),
		[INVARIANT_SECRET] = STR_INIT("secret"),
	};
	return names[id];
}

static const struct cache *cluster(const struct invariants *v)
{
	return embedded_cache(v->options.embedded);
}

static void violate(struct invariants *v, enum invariant_id id, struct str kind, struct key key,
		    struct str message)
{
	struct arena *arena = v->options.arena;

	for (uint32_t i = 0; i < v->violations.count; i++) {
		struct violation *known = &v->violations.items[i];
		if (known->id == id && key_equal(known->key, key) && str_equal(known->kind, kind)) {
			known->times++;
			return;
		}
	}
	struct violation broken = {
		.id = id,
		.at_ms = world_now_ms(v->options.world),
		.kind = str_copy(arena, kind),
		.key = { str_copy(arena, key.namespace), str_copy(arena, key.name) },
		.message = str_copy(arena, message),
		.source = object_source(v->options.repository, v->options.cluster, kind, key),
		.times = 1
	};
	VEC_PUSH(arena, &v->violations, broken);
}

/* Counts one look at the rule; when it does not hold, says so. */
static void require(struct invariants *v, enum invariant_id id, bool holds, const struct object *o,
		    const char *format, ...) PRINTF_LIKE(5, 6);

static void require(struct invariants *v, enum invariant_id id, bool holds, const struct object *o,
		    const char *format, ...)
{
	char text[512];
	va_list args;

	v->checks[id]++;
	if (holds)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	violate(v, id, o->kind->name, o->key, str_from_cstr(text));
}

/* Deployments */

static bool faults_injected(const struct invariants *v)
{
	const struct scenario *s = v->options.scenario;

	for (uint32_t i = 0; i < s->workloads.count; i++)
		if (s->workloads.items[i].from.crash_after_ms >= 0 ||
		    s->workloads.items[i].to.crash_after_ms >= 0)
			return true;
	return s->faults.count > 0;
}

/* Replicas that were all available at some time, and are wanted still. */
static int64_t reached_replicas(struct invariants *v, const struct object *d)
{
	int64_t wanted = MAX(d->facts.replicas_wanted, (int64_t)0);
	int64_t *reached = map_get(&v->settled, d->uid);

	if (!reached) {
		reached = arena_one(v->options.arena, int64_t);
		map_put(&v->settled, str_copy(v->options.arena, d->uid), reached);
	}
	*reached = MIN(*reached, wanted);
	bool is_current = d->facts.observed_generation == d->facts.generation;
	if (is_current && d->facts.replicas_available >= wanted)
		*reached = wanted;
	return *reached;
}

static void check_availability(struct invariants *v, const struct object *before,
			       const struct object *d)
{
	const struct node *value = node_at(d->root, "spec.strategy.rollingUpdate.maxUnavailable");
	int64_t reached = reached_replicas(v, d);
	int64_t most = quantity_percent(value, reached, /* round_up= */ false, 0);
	int64_t available = MAX(d->facts.replicas_available, (int64_t)0); /* -1: none is told */

	(void)before;
	if (!reached || faults_injected(v) ||
	    str_equal(node_str_at(d->root, "spec.strategy.type"), STR("Recreate")))
		return;
	require(v, INVARIANT_AVAILABILITY, available >= reached - most, d,
		"%lld of %lld replicas available; maxUnavailable asks for %lld",
		(long long)available, (long long)reached, (long long)(reached - most));
}

/* Looked at when a ReplicaSet grows: what shrinks may take its time. */
static void check_surge(struct invariants *v, const struct object *before, const struct object *set)
{
	const struct object *d = cache_get_uid(cluster(v), set->facts.owner_uid);
	int64_t was = before ? before->facts.replicas_wanted : 0, sum = 0;

	if (!d || d->kind->id != KIND_DEPLOYMENT || set->facts.replicas_wanted <= was)
		return;
	/* What the controller wrote before it has seen another size is right for the last one. */
	if (d->facts.observed_generation != d->facts.generation)
		return;
	SCRATCH(scratch);
	struct objects all = cache_owned(cluster(v), scratch, KIND_REPLICASET, d->uid);
	for (uint32_t i = 0; i < all.count; i++)
		sum += MAX(all.items[i]->facts.replicas_wanted, (int64_t)0);
	int64_t wanted = d->facts.replicas_wanted;
	int64_t surge =
		quantity_percent(node_at(d->root, "spec.strategy.rollingUpdate.maxSurge"), wanted,
				 /* round_up= */ true, 0);
	require(v, INVARIANT_SURGE, sum <= wanted + surge, d,
		"%lld pods wanted by its ReplicaSets; replicas and maxSurge allow %lld",
		(long long)sum, (long long)(wanted + surge));
}

/* Evictions carry the condition DisruptionTarget. */
static void check_budget(struct invariants *v, const struct object *before,
			 const struct object *pod)
{
	bool begins = pod->facts.deletion_s && before && !before->facts.deletion_s;

	if (!begins || !condition_is_true(pod->root, "DisruptionTarget"))
		return;
	SCRATCH(scratch);
	struct objects all =
		cache_list(cluster(v), scratch, KIND_PODDISRUPTIONBUDGET, pod->key.namespace);
	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *root = all.items[i]->root;
		if (!labels_match(node_at(root, "spec.selector"), object_labels(pod->root)))
			continue;
		require(v, INVARIANT_BUDGET,
			node_int_at(root, "status.currentHealthy", 0) >=
				node_int_at(root, "status.desiredHealthy", 0),
			all.items[i], "an eviction left fewer healthy pods than it demands");
	}
}

/* Canaries */

static bool weights_add_up(const struct node *route)
{
	const struct node *list = node_get(route, STR("route"));
	int64_t sum = 0;

	for (uint32_t i = 0; i < node_item_count(list); i++)
		sum += node_int_at(node_item(list, i), "weight", 0);
	return node_item_count(list) < 2 || sum == 100;
}

static void check_routes(struct invariants *v, const struct object *before,
			 const struct object *service)
{
	const struct node *http = node_at(service->root, "spec.http");

	(void)before;
	if (!str_equal(node_str_at(object_controller(service->root), "kind"), STR("Canary")))
		return;
	for (uint32_t i = 0; i < node_item_count(http); i++)
		require(v, INVARIANT_WEIGHT, weights_add_up(node_item(http, i)), service,
			"the weights of http[%u] do not add up to 100", i);
}

static void check_weight(struct invariants *v, const struct object *before,
			 const struct object *canary)
{
	static const struct trusted_path weight = TRUSTED_PATH_INIT("status.canaryWeight");
	static const struct trusted_path failed = TRUSTED_PATH_INIT("status.failedChecks");

	if (!before ||
	    node_find_int(canary->root, weight, 0) <= node_find_int(before->root, weight, 0))
		return;
	require(v, INVARIANT_WEIGHT,
		node_find_int(canary->root, failed, 0) <= node_find_int(before->root, failed, 0),
		canary, "its weight rose on a check that failed");
}

static struct str images_of(struct arena *arena, const struct object *workload)
{
	const struct node *list = node_at(workload->root, "spec.template.spec.containers");
	struct str all = STR("");

	for (uint32_t i = 0; i < node_item_count(list); i++)
		all = str_printf(arena, "%.*s %.*s", STR_FMT(all),
				 STR_FMT(node_str_at(node_item(list, i), "image")));
	return all;
}

static void check_promotion(struct invariants *v, const struct object *before,
			    const struct object *canary)
{
	struct str phase = node_str_at(canary->root, "status.phase");
	struct str target = node_str_at(canary->root, "spec.targetRef.name");

	if (!before || !str_equal(phase, STR("Finalising")) ||
	    str_equal(node_str_at(before->root, "status.phase"), phase))
		return;
	SCRATCH(scratch);
	struct key key = { canary->key.namespace, target };
	const struct object *d = cache_get(cluster(v), KIND_DEPLOYMENT, key);
	key.name = str_concat(scratch, target, STR("-primary"));
	const struct object *primary = cache_get(cluster(v), KIND_DEPLOYMENT, key);
	if (d && primary)
		require(v, INVARIANT_PROMOTION,
			str_equal(images_of(scratch, d), images_of(scratch, primary)), canary,
			"traffic returns to a primary that does not run the promoted images");
}

/* After a canary was rolled back, when all is at rest. */
static void check_rolled_back(struct invariants *v, const struct object *canary)
{
	struct str target = node_str_at(canary->root, "spec.targetRef.name");
	const struct recorded_canary *c = record_canary(v->options.record, canary->key);

	if (!str_equal(node_str_at(canary->root, "status.phase"), STR("Failed")))
		return;
	SCRATCH(scratch);
	struct key key = { canary->key.namespace, target };
	const struct object *d = cache_get(cluster(v), KIND_DEPLOYMENT, key);
	key.name = str_concat(scratch, target, STR("-primary"));
	const struct object *primary = cache_get(cluster(v), KIND_DEPLOYMENT, key);
	if (!d || !primary)
		return;
	require(v, INVARIANT_ROLLBACK, d->facts.replicas_wanted == 0, d,
		"rolled back, but not at 0 replicas");
	require(v, INVARIANT_ROLLBACK,
		faults_injected(v) ||
			primary->facts.replicas_available >= primary->facts.replicas_wanted,
		primary, "rolled back, but the primary is not healthy");
	if (c && c->routes.count)
		require(v, INVARIANT_ROLLBACK, c->routes.items[c->routes.count - 1].canary == 0,
			canary, "rolled back, but the canary still gets traffic");
}

/* Deliveries */

static void check_order(struct invariants *v, const struct object *before, const struct object *k)
{
	static const struct trusted_path path = TRUSTED_PATH_INIT("status.lastAppliedRevision");
	const struct node *list = node_at(k->root, "spec.dependsOn");
	struct str was = before ? node_find_str(before->root, path) : STR_NONE;

	if (!node_item_count(list) || str_equal(was, node_find_str(k->root, path)))
		return;
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct str namespace = node_str_at(node_item(list, i), "namespace");
		struct key key = { namespace.len ? namespace : k->key.namespace,
				   node_str_at(node_item(list, i), "name") };
		const struct object *d = cache_get(cluster(v), KIND_KUSTOMIZATION, key);
		require(v, INVARIANT_ORDER, d && node_find_str(d->root, path).len, k,
			"applied before %.*s/%.*s, which it depends on", STR_FMT(key.namespace),
			STR_FMT(key.name));
	}
}

static bool holds_secret(const struct object *secret, struct str text)
{
	const struct node *data = node_get(secret->root, STR("data"));

	for (uint32_t i = 0; i < node_entry_count(data); i++) {
		SCRATCH(scratch);
		struct str value = STR_NONE;
		if (base64_decode(scratch, node_text(node_entry(data, i)->value), 0, &value,
				  NULL) &&
		    value.len >= SECRET_LEAST_BYTES && str_contains(text, value))
			return true;
	}
	return false;
}

static void check_secrets(struct invariants *v, const struct object *before,
			  const struct object *event)
{
	struct str text = node_str_at(event->root, "message");

	(void)before;
	SCRATCH(scratch);
	struct objects all = cache_list(cluster(v), scratch, KIND_SECRET, STR_NONE);
	for (uint32_t i = 0; i < all.count; i++)
		require(v, INVARIANT_SECRET, !holds_secret(all.items[i], text), all.items[i],
			"an event shows one of its values");
}

/* Every write */

/* What is looked at when an object of a kind is written. */
static const struct {
	kind_id kind;
	void (*check)(struct invariants *v, const struct object *before,
		      const struct object *after);
} rules[] = {
	{ KIND_DEPLOYMENT, check_availability },
	{ KIND_REPLICASET, check_surge },
	{ KIND_POD, check_budget },
	{ KIND_VIRTUALSERVICE, check_routes },
	{ KIND_CANARY, check_weight },
	{ KIND_CANARY, check_promotion },
	{ KIND_KUSTOMIZATION, check_order },
	{ KIND_EVENT, check_secrets },
};

static void check_write(struct invariants *v, const struct object *before, const struct object *o)
{
	int64_t observed = o->facts.observed_generation;

	require(v, INVARIANT_STATUS, observed <= o->facts.generation, o,
		"observedGeneration %lld is beyond generation %lld", (long long)observed,
		(long long)o->facts.generation);
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		if (rules[i].kind == o->kind->id)
			rules[i].check(v, before, o);
}

static void on_event(void *context, const struct api_watch_event *event)
{
	struct invariants *v = context;
	const struct object *o = event->after ? event->after : event->before;

	if (event->version > v->listed)
		require(v, INVARIANT_VERSION, event->version > v->version, o,
			"resourceVersion %llu came after %llu", (unsigned long long)event->version,
			(unsigned long long)v->version);
	v->version = MAX(v->version, event->version);
	if (event->after)
		check_write(v, event->before, event->after);
}

void invariants_attach(struct invariants *v, const struct invariants_options *options)
{
	*v = (struct invariants){ .options = *options };
	v->listed = embedded_version(options->embedded);
	map_init(&v->settled, options->arena);
	api_watch(embedded_api(options->embedded), &(struct api_watch_request){}, on_event, v);
}

/* At rest */

static void check_object_at_rest(struct invariants *v, const struct object *o)
{
	int64_t now_s = world_now_ms(v->options.world) / 1000;

	if (o->facts.owner_uid.len)
		require(v, INVARIANT_OWNERSHIP,
			cache_get_uid(cluster(v), o->facts.owner_uid) != NULL, o,
			"its owner is gone, and it is still there");
	if (o->facts.deletion_s)
		require(v, INVARIANT_FINALIZER, now_s - o->facts.deletion_s < TERMINATING_S, o,
			"Terminating since long: nobody removes its finalizers");
	if (o->kind->id == KIND_CANARY)
		check_rolled_back(v, o);
}

void invariants_at_rest(struct invariants *v, bool unsettled)
{
	const struct key nowhere = { STR(""), v->options.root };
	uint32_t limit = cache_kind_limit(cluster(v));

	v->checks[INVARIANT_CONVERGENCE]++;
	if (unsettled)
		violate(v, INVARIANT_CONVERGENCE, STR("Cluster"), nowhere,
			STR("it did not come to rest within a day"));
	SCRATCH(scratch);
	for (uint32_t kind = 1; kind < limit; kind++) {
		struct objects all = cache_list(cluster(v), scratch, (kind_id)kind, STR_NONE);
		for (uint32_t i = 0; i < all.count; i++)
			check_object_at_rest(v, all.items[i]);
	}
}

void invariants_break_rollback(struct invariants *v, struct str kind, struct key key,
			       struct str message)
{
	violate(v, INVARIANT_ROLLBACK, kind, key, message);
}

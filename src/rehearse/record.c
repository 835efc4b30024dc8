/* record - the timeline of a rehearsal: states, routes, events and sizes */
#include "rehearse/record.h"

#include "base/arena.h"
#include "world/world.h"
#include "rehearse/pod_waiting.h"

void record_init(struct record *r, struct arena *arena, struct world *world)
{
	*r = (struct record){ .arena = arena, .world = world };
	map_init(&r->pod_warnings, arena);
}

static struct key kept_key(struct arena *arena, struct key key)
{
	return (struct key){ str_copy(arena, key.namespace), str_copy(arena, key.name) };
}

/* An autoscaler emits an event for missing metrics at every sync; only rescales are recorded. */
static bool is_told(struct str kind, struct str reason)
{
	return str_equal(kind, STR("Canary")) || str_equal(kind, STR("Kustomization")) ||
	       (str_equal(kind, STR("HorizontalPodAutoscaler")) &&
		str_equal(reason, STR("SuccessfulRescale")));
}

/* The last thing that a kubelet warned of about a pod. */
static void note_pod_warning(struct record *r, struct key key, struct str message)
{
	SCRATCH(scratch);
	struct str id = str_printf(scratch, "%.*s/%.*s", STR_FMT(key.namespace), STR_FMT(key.name));
	struct str *old = map_get(&r->pod_warnings, id);

	if (old && str_equal(*old, message))
		return;
	if (!old) {
		old = arena_one(r->arena, struct str);
		map_put(&r->pod_warnings, str_copy(r->arena, id), old);
	}
	*old = str_copy(r->arena, message);
}

struct str record_pod_warning(const struct record *r, struct key pod)
{
	SCRATCH(scratch);
	struct str id = str_printf(scratch, "%.*s/%.*s", STR_FMT(pod.namespace), STR_FMT(pod.name));
	const struct str *found = map_get(&r->pod_warnings, id);

	return found ? *found : STR_NONE;
}

struct str record_workload_warning(const struct record *r, struct key workload)
{
	SCRATCH(scratch);
	struct str prefix = str_printf(scratch, "%.*s/%.*s-", STR_FMT(workload.namespace),
				       STR_FMT(workload.name));

	for (uint32_t i = r->pod_warnings.count; i-- > 0;)
		if (str_starts(r->pod_warnings.entries[i].key, prefix))
			return *(const struct str *)r->pod_warnings.entries[i].value;
	return STR_NONE;
}

/* As the reconcilers tell them, for a cluster keeps only some of many similar ones. */
static void on_plan_event(void *context, const struct plan_event *event)
{
	struct record *r = context;
	const struct node *about = event->object ? event->object->root : event->reference;
	struct str kind = object_kind(about);
	struct key key = event->object ? event->object->key
				       : (struct key){ node_str_at(about, "namespace"),
						       node_str_at(about, "name") };

	if (!r->ended && event->warning && str_equal(kind, STR("Pod")))
		note_pod_warning(r, key, event->message);
	if (r->ended || !is_told(kind, event->reason))
		return;
	struct recorded_event e = {
		.at_ms = world_now_ms(r->world),
		.revision = r->revision,
		.kind = str_copy(r->arena, kind),
		.key = kept_key(r->arena, key),
		.warning = event->warning,
		.reason = str_copy(r->arena, event->reason),
		.message = str_copy(r->arena, event->message),
	};
	if (r->events.count)
		assert(e.at_ms >= r->events.items[r->events.count - 1].at_ms);
	VEC_PUSH(r->arena, &r->events, e);
}

/* Canaries */

struct recorded_canary *record_canary(const struct record *r, struct key key)
{
	for (uint32_t i = 0; i < r->canaries.count; i++)
		if (key_equal(r->canaries.items[i]->key, key))
			return r->canaries.items[i];
	return NULL;
}

static struct recorded_canary *canary_of(struct record *r, struct key key)
{
	struct recorded_canary *c = record_canary(r, key);

	if (c)
		return c;
	c = arena_one(r->arena, struct recorded_canary);
	c->key = kept_key(r->arena, key);
	VEC_PUSH(r->arena, &r->canaries, c);
	return c;
}

static struct str apex_of(const struct object *canary)
{
	struct str apex = node_str_at(canary->root, "spec.service.name");

	return apex.len ? apex : node_str_at(canary->root, "spec.targetRef.name");
}

static void record_state(struct record *r, const struct object *canary)
{
	struct recorded_canary *c = canary_of(r, canary->key);
	const struct node *status = node_get(canary->root, STR("status"));
	struct str phase = node_str_at(status, "phase");
	struct canary_state s = {
		.at_ms = world_now_ms(r->world),
		.phase = phase,
		.weight = node_int_at(status, "canaryWeight", 0),
		.failed_checks = node_int_at(status, "failedChecks", 0),
		.iterations = node_int_at(status, "iterations", 0),
	};
	const struct canary_state *last =
		c->states.count ? &c->states.items[c->states.count - 1] : NULL;

	c->gone = false;
	if (!str_equal(c->apex, apex_of(canary)))
		c->apex = str_copy(r->arena, apex_of(canary));
	if (!phase.len)
		return;
	if (last && str_equal(last->phase, phase) && last->weight == s.weight &&
	    last->failed_checks == s.failed_checks && last->iterations == s.iterations)
		return;
	s.phase = str_copy(r->arena, phase);
	VEC_PUSH(r->arena, &c->states, s);
}

/* Routes: the last http route that names the canary Service. */

static int64_t weight_of(const struct node *route, struct str host)
{
	const struct node *list = node_get(route, STR("route"));

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *d = node_item(list, i);
		if (str_equal(node_str_at(d, "destination.host"), host))
			return node_int_at(d, "weight", node_item_count(list) == 1 ? 100 : 0);
	}
	return -1;
}

static int64_t mirror_of(const struct node *route, struct str host)
{
	if (!str_equal(node_str_at(route, "mirror.host"), host))
		return 0;
	return node_int_at(route, "mirrorPercentage.value", 100);
}

static const struct node *canary_route(const struct node *service, struct str host)
{
	const struct node *http = node_at(service, "spec.http");

	for (uint32_t i = node_item_count(http); i-- > 0;) {
		const struct node *route = node_item(http, i);
		if (weight_of(route, host) >= 0 || mirror_of(route, host))
			return route;
	}
	return NULL;
}

/* The Canary whose VirtualService has that name, whether it made it or took it over. */
static struct recorded_canary *canary_of_apex(const struct record *r, struct key apex)
{
	for (uint32_t i = 0; i < r->canaries.count; i++) {
		struct recorded_canary *c = r->canaries.items[i];
		if (!c->gone && str_equal(c->key.namespace, apex.namespace) &&
		    str_equal(c->apex, apex.name))
			return c;
	}
	return NULL;
}

static void record_route(struct record *r, const struct object *service)
{
	struct str apex = service->key.name;
	struct recorded_canary *c = canary_of_apex(r, service->key);

	if (!c)
		return;
	SCRATCH(scratch);
	struct str canary = str_concat(scratch, apex, STR("-canary"));
	struct str primary = str_concat(scratch, apex, STR("-primary"));
	const struct node *route = canary_route(service->root, canary);
	if (!route)
		return;
	struct canary_route now = { world_now_ms(r->world), MAX(weight_of(route, primary), 0),
				    MAX(weight_of(route, canary), 0), mirror_of(route, canary) };
	const struct canary_route *last =
		c->routes.count ? &c->routes.items[c->routes.count - 1] : NULL;
	if (last && last->primary == now.primary && last->canary == now.canary &&
	    last->mirror == now.mirror)
		return;
	VEC_PUSH(r->arena, &c->routes, now);
}

/* Workloads */

static struct recorded_workload *workload_of(struct record *r, const struct object *object)
{
	for (uint32_t i = 0; i < r->workloads.count; i++)
		if (str_equal(r->workloads.items[i]->uid, object->uid))
			return r->workloads.items[i];
	struct recorded_workload *w = arena_one(r->arena, struct recorded_workload);
	w->uid = str_copy(r->arena, object->uid);
	w->key = kept_key(r->arena, object->key);
	VEC_PUSH(r->arena, &r->workloads, w);
	return w;
}

static bool is_sized(const struct object *object)
{
	kind_id kind = object->kind->id;

	return kind == KIND_DEPLOYMENT || kind == KIND_STATEFULSET || kind == KIND_DAEMONSET;
}

static void record_size(struct record *r, const struct object *object, int64_t wanted,
			int64_t available)
{
	struct recorded_workload *w = workload_of(r, object);
	struct workload_size now = { world_now_ms(r->world), wanted, MAX(available, (int64_t)0) };
	const struct workload_size *last =
		w->sizes.count ? &w->sizes.items[w->sizes.count - 1] : NULL;

	if (!last || last->wanted != now.wanted || last->available != now.available)
		VEC_PUSH(r->arena, &w->sizes, now);
}

/* A pod whose container ends again and again. */
static void note_back_off(struct record *r, const struct object *pod)
{
	SCRATCH(scratch);
	struct str text;

	if (pod->facts.ready || pod->facts.phase != PHASE_RUNNING)
		return;
	text = pod_waiting_text(scratch, pod);
	if (text.len)
		note_pod_warning(r, pod->key, text);
}

static void on_event(void *context, const struct api_watch_event *event)
{
	struct record *r = context;
	const struct object *before = event->before, *after = event->after;

	if (r->ended)
		return;
	if (!after) {
		struct recorded_canary *c = record_canary(r, before->key);
		if (c && before->kind->id == KIND_CANARY)
			c->gone = true;
		if (is_sized(before))
			record_size(r, before, /* wanted= */ 0, /* available= */ 0);
		return;
	}
	if (after->kind->id == KIND_CANARY)
		record_state(r, after);
	else if (after->kind->id == KIND_POD)
		note_back_off(r, after);
	else if (after->kind->id == KIND_DAEMONSET)
		record_size(r, after, node_int_at(after->root, "status.desiredNumberScheduled", 0),
			    node_int_at(after->root, "status.numberAvailable", 0));
	else if (is_sized(after))
		record_size(r, after, after->facts.replicas_wanted,
			    after->facts.replicas_available);
	else if (after->kind->id == KIND_VIRTUALSERVICE)
		record_route(r, after);
}

/* A conflict, or a race for a name, is retried at once and means nothing. */
static void on_failure(void *context, const char *reconciler, struct key key, struct str why)
{
	struct record *r = context;
	struct str name = str_from_cstr(reconciler);

	if (str_contains(why, STR("the object has been modified")) ||
	    str_ends(why, STR("already exists")))
		return;
	for (uint32_t i = 0; i < r->failures.count; i++) {
		struct recorded_failure *f = &r->failures.items[i];
		if (key_equal(f->key, key) && str_equal(f->why, why) &&
		    str_equal(f->reconciler, name)) {
			f->count++;
			return;
		}
	}
	struct recorded_failure f = { name, kept_key(r->arena, key), str_copy(r->arena, why), 1 };
	VEC_PUSH(r->arena, &r->failures, f);
}

void record_attach(struct record *r, struct api *api, struct runner *runner)
{
	api_watch(api, &(struct api_watch_request){}, on_event, r);
	runner_on_failure(runner, on_failure, r);
	runner_on_plan_event(runner, on_plan_event, r);
}

/* Outcomes */

enum rollout_outcome canary_outcome(const struct recorded_canary *c)
{
	static const struct {
		struct str phase;
		enum rollout_outcome outcome;
	} ends[] = { { STR_INIT("Succeeded"), ROLLOUT_PROMOTED },
		     { STR_INIT("Initialized"), ROLLOUT_PROMOTED },
		     { STR_INIT("Failed"), ROLLOUT_ROLLED_BACK },
		     { STR_INIT("Terminated"), ROLLOUT_PROMOTED } };
	struct str last = c->states.count ? c->states.items[c->states.count - 1].phase : STR("");

	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (str_equal(ends[i].phase, last))
			return ends[i].outcome;
	return ROLLOUT_STUCK;
}

struct str outcome_word(enum rollout_outcome outcome)
{
	switch (outcome) {
	case ROLLOUT_PROMOTED:
		return STR("promoted");
	case ROLLOUT_ROLLED_BACK:
		return STR("rolledBack");
	case ROLLOUT_NONE:
	case ROLLOUT_STUCK:
		break;
	}
	return STR("stuck");
}

/* playing - plays a scenario: behaviour of pods, traffic, answers of webhooks and metrics */
#include "rehearse/playing.h"

#include "base/arena.h"
#include "base/map.h"
#include "doc/make.h"
#include "kube/service_host.h"
#include "mesh/mesh.h"
#include "metrics/query.h"
#include "platform/platform.h"
#include "platform/queries.h"
#include "rehearse/assumed_traffic.h"
#include "rehearse/faults.h"
#include "rehearse/pod_behavior.h"
#include "rehearse/record.h"
#include "rehearse/rehearsal.h"
#include "rehearse/usage.h"

struct playing {
	struct arena *arena;
	const struct scenario *scenario;
	struct record *record;
	struct platform *platform; /* NULL: there is none yet */
	struct mesh *mesh;
	struct queries queries;
	struct pod_behaviors behaviors;
	struct assumed_traffic assumed;
	struct faults faults;
	struct usage usage;
	struct map called; /* URLs of webhooks of the first revision */
};

struct faults *playing_faults(struct playing *playing)
{
	return &playing->faults;
}

/* Behaviour */

static const struct cache *cache_of(const struct playing *p)
{
	return runner_cache(p->platform->runner);
}

struct mesh_behaviour playing_behave(void *context, const struct object *pod)
{
	struct behavior b = pod_behavior(&((struct playing *)context)->behaviors, pod);
	int64_t p50_us = MIN(b.p50_ms * 1000, (int64_t)UINT32_MAX);
	int64_t p99_us = MIN(b.p99_ms * 1000, (int64_t)UINT32_MAX);

	return (struct mesh_behaviour){ .error_ppm = b.error_ppm,
					.latency_p50_us = (uint32_t)p50_us,
					.latency_p99_us = (uint32_t)p99_us,
					.cpu_us = (uint32_t)MAX(b.cpu_us_per_request, (int64_t)0) };
}

static void ignore_answer(void *context, const struct api_answer *answer)
{
	(void)context;
	(void)answer;
}

static struct str number(struct arena *arena, int64_t value)
{
	return value < 0 ? STR_NONE : str_printf(arena, "%lld", (long long)value);
}

/* An annotation in a merge patch: as it is already, nothing; absent, it goes. */
static const struct node *change_annotation(struct arena *arena, const struct object *pod,
					    const char *name, struct str value)
{
	struct str old = object_annotation(pod->root, str_from_cstr(name));

	if (str_equal(old, value))
		return NULL;
	return value.len ? node_str(arena, value) : node_null();
}

/* The kubelet reads how a pod behaves from its annotations. */
static void annotate(struct playing *p, const struct object *pod)
{
	SCRATCH(scratch);
	struct behavior b = pod_behavior(&p->behaviors, pod);
	const struct node *annotations = node_make(
		scratch,
		"{forge.dev/start-ms: %?n, forge.dev/listens-ms: %?n, forge.dev/open-ports: "
		"%?n, forge.dev/memory-bytes: %?n, forge.dev/crash-after-ms: %?n, forge.dev/ready: "
		"%?n}",
		change_annotation(scratch, pod, "forge.dev/start-ms", number(scratch, b.start_ms)),
		change_annotation(scratch, pod, "forge.dev/listens-ms",
				  number(scratch, b.listens_ms)),
		change_annotation(scratch, pod, "forge.dev/open-ports",
				  pod_open_ports(&p->behaviors, pod)),
		change_annotation(scratch, pod, "forge.dev/memory-bytes",
				  number(scratch, b.tells_memory ? b.memory_bytes : -1)),
		change_annotation(scratch, pod, "forge.dev/crash-after-ms",
				  number(scratch, b.crash_after_ms)),
		change_annotation(scratch, pod, "forge.dev/ready",
				  b.never_ready ? STR("never") : STR_NONE));
	struct api_request request = {
		.verb = API_PATCH,
		.patch_type = API_PATCH_MERGE,
		.kind = pod->kind,
		.key = pod->key,
		.arena = scratch,
		.manager = STR("forge"),
		.body = node_make(scratch, "{metadata: {annotations: %n}}", annotations),
	};

	if (node_entry_count(annotations))
		api_call(p->platform->api, &request, ignore_answer, NULL);
}

/* A fault began or ended: pods that are there behave otherwise from now on. */
static void faults_changed(void *context)
{
	SCRATCH(scratch);
	struct playing *p = context;
	struct objects pods = cache_list(cache_of(p), scratch, KIND_POD, STR_NONE);

	for (uint32_t i = 0; i < pods.count; i++)
		object_ref(pods.items[i]);
	for (uint32_t i = 0; i < pods.count; i++) {
		annotate(p, pods.items[i]);
		object_unref(pods.items[i]);
	}
	mesh_refresh(p->mesh);
}

/* Traffic */

static void send_scenario_traffic(struct playing *p)
{
	const struct scenario *s = p->scenario;

	for (uint32_t i = 0; i < s->traffic.count; i++) {
		const struct scenario_traffic *from = &s->traffic.items[i];
		uint32_t count = node_entry_count(from->headers);
		struct mesh_header *headers = arena_array(p->arena, struct mesh_header, count);
		int64_t milli = MIN(from->requests_per_s, MESH_MILLI_RPS_MAX / 1000) * 1000;
		for (uint32_t h = 0; h < count; h++)
			headers[h] = (struct mesh_header){
				node_text(node_entry(from->headers, h)->key),
				node_text(node_entry(from->headers, h)->value)
			};
		mesh_add_traffic(p->mesh, &(struct mesh_traffic){
						  .host = from->host,
						  .headers = headers,
						  .header_count = count,
						  .milli_rps = (uint32_t)MAX(milli, 0),
					  });
	}
}

/* What Canaries of the first revision call is there, for it runs. */
static void note_webhooks(struct playing *p, const struct object *canary)
{
	const struct node *hooks = node_at(canary->root, "spec.analysis.webhooks");

	for (uint32_t i = 0; i < node_item_count(hooks); i++) {
		struct str url = node_str_at(node_item(hooks, i), "url");
		if (!map_get(&p->called, url))
			map_put(&p->called, str_copy(p->arena, url), p);
	}
}

static void on_event(void *context, const struct api_watch_event *event)
{
	struct playing *p = context;
	const struct object *after = event->after;

	/* Looked at before its pods are made: see limit_pods() in settle.c. */
	if (after && after->kind->id != KIND_POD &&
	    after->facts.replicas_wanted > REHEARSAL_PODS_MAX)
		world_stop(p->platform->world);
	if (after && after->kind->id == KIND_CANARY && !p->behaviors.second_shipped_ms)
		note_webhooks(p, after);
	if (event->type != API_ADDED)
		return;
	if (after->kind->id == KIND_POD)
		annotate(p, after);
	else if (!p->scenario->traffic.count)
		assumed_traffic_add(&p->assumed, after);
}

/* Answers */

static struct scenario_webhook *webhook_of(struct playing *p, struct str name)
{
	/* Calls are counted in the scenario, which is the rehearsal's own. */
	const struct scenario *s = p->scenario;

	for (uint32_t i = 0; i < s->webhooks.count; i++)
		if (str_equal(s->webhooks.items[i].name, name))
			return &s->webhooks.items[i];
	return NULL;
}

/* The Service that a URL calls; no name: another host. */
static struct key called_service(struct str url)
{
	ptrdiff_t scheme = str_find(url, STR("://"));
	struct str host = scheme < 0 ? url : str_from(url, (size_t)scheme + 3);

	host = str_cut(&host, '/');
	host = str_cut(&host, ':');
	return service_host_key(host, STR_NONE);
}

/* A Service that is not there: its name does not resolve. */
static bool is_unknown_host(struct playing *p, struct str url, struct answer *answer)
{
	struct key service = called_service(url);

	if (!service.name.len || !service.namespace.len ||
	    cache_get(cache_of(p), KIND_SERVICE, service) || map_get(&p->called, url))
		return false;
	answer->code = 0;
	answer->text = str_printf(p->arena, "lookup %.*s.%.*s: no such host", STR_FMT(service.name),
				  STR_FMT(service.namespace));
	return true;
}

/* A status, or {code, body}; the last one repeats. A webhook that is not in the scenario answers
 * 200, when its host is there. */
void playing_webhook(void *context, struct str reconciler, struct key key,
		     const struct plan_request *request, struct request_ticket *ticket)
{
	struct scenario_webhook *w = webhook_of(context, node_str_at(request->arguments, "name"));
	struct answer answer = { .code = 200, .text = STR("") };
	uint32_t count = w ? node_item_count(w->answers) : 0;

	(void)reconciler;
	(void)key;
	if (count) {
		const struct node *n = node_item(w->answers, MIN(w->calls, count - 1));
		int64_t code = node_int_at(n, "code", 200);
		node_int64(n, &code);
		answer.code = (int)code;
		answer.text = node_str_at(n, "body");
		w->calls++;
	} else {
		is_unknown_host(context, node_str_at(request->arguments, "url"), &answer);
	}
	runner_answer(ticket, &answer);
}

/* Where scrapes are missing, a query finds nothing. */
static bool finds_nothing(void *context, struct key canary)
{
	const struct playing *p = context;
	const struct object *o = cache_get(cache_of(p), KIND_CANARY, canary);

	return o && faults_hide_metrics(&p->faults, o);
}

static void on_plan_note(void *context, const struct plan_note *note)
{
	struct playing *p = context;

	if (str_equal(note->kind, STR("verdict")))
		verdicts_note(p->record, &p->platform->query.api, note->object, note->data);
}

void playing_query(void *context, struct str reconciler, struct key key,
		   const struct plan_request *request, struct request_ticket *ticket)
{
	queries_handle(&((struct playing *)context)->queries, reconciler, key, request, ticket);
}

void playing_pod_metrics(void *context, struct str reconciler, struct key key,
			 const struct plan_request *request, struct request_ticket *ticket)
{
	(void)reconciler;
	(void)request;
	usage_answer(&((struct playing *)context)->usage, key, ticket);
}

struct playing *playing_new(struct arena *arena, const struct scenario *scenario,
			    struct record *record)
{
	struct playing *p = arena_one(arena, struct playing);

	p->arena = arena;
	p->scenario = scenario;
	p->record = record;
	map_init(&p->called, arena);
	return p;
}

void playing_begin(struct playing *p, struct platform *platform)
{
	const struct cache *cache = runner_cache(platform->runner);

	p->platform = platform;
	p->mesh = platform->mesh;
	p->queries = (struct queries){ &platform->query.api, finds_nothing, p };
	runner_on_plan_note(platform->runner, on_plan_note, p);
	faults_init(&p->faults,
		    &(struct faults_options){ .scenario = p->scenario,
					      .world = platform->world,
					      .cache = cache,
					      .changed = faults_changed,
					      .context = p },
		    p->arena);
	pod_behaviors_init(&p->behaviors, cache, p->scenario, &p->faults, p->arena);
	usage_begin(&p->usage, platform->world, p->mesh, &p->behaviors, p->arena);
	assumed_traffic_init(&p->assumed, p->mesh, p->arena);
	send_scenario_traffic(p);
	api_watch(platform->api, &(struct api_watch_request){}, on_event, p);
}

/* Shipping */

void playing_shipping(struct playing *p, uint32_t revision, bool is_last)
{
	if (revision == 1)
		p->behaviors.second_shipped_ms = world_now_ms(p->platform->world);
	if (is_last)
		faults_begin(&p->faults);
}

static const struct scenario_ship *ship_of(const struct playing *p, uint32_t revision)
{
	const struct scenario *s = p->scenario;

	for (uint32_t i = 0; i < s->ships.count; i++)
		if (s->ships.items[i].step == (int64_t)revision + 1)
			return &s->ships.items[i];
	return NULL;
}

bool playing_ships_early(const struct playing *p, uint32_t revision)
{
	const struct scenario_ship *ship = ship_of(p, revision);

	return ship && (ship->phase.len || ship->weight >= 0);
}

bool playing_moment_is_here(const struct playing *p, uint32_t revision)
{
	SCRATCH(scratch);
	const struct scenario_ship *ship = ship_of(p, revision);
	struct objects all = cache_list(cache_of(p), scratch, KIND_CANARY, STR_NONE);

	for (uint32_t i = 0; ship && i < all.count; i++) {
		const struct node *status = node_get(all.items[i]->root, STR("status"));
		bool phase =
			!ship->phase.len || str_equal(ship->phase, node_str_at(status, "phase"));
		bool weight =
			ship->weight < 0 || ship->weight == node_int_at(status, "canaryWeight", 0);
		if (phase && weight)
			return true;
	}
	return false;
}

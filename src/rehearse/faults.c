/* faults - the faults that a scenario injects into a rehearsal, and when each begins and ends */
#include "rehearse/faults.h"

#include "base/arena.h"
#include "deliver/repository.h"
#include "kube/labels.h"
#include "kube/service_host.h"

enum { MILLION = 1000000 };

void faults_init(struct faults *f, const struct faults_options *options, struct arena *arena)
{
	const struct scenario *s = options->scenario;

	*f = (struct faults){ .options = *options, .count = s->faults.count };
	f->spans = arena_array(arena, struct fault_span, f->count);
	for (uint32_t i = 0; i < f->count; i++)
		f->spans[i] = (struct fault_span){
			.faults = f, .fault = &s->faults.items[i], .from_ms = -1, .to_ms = -1
		};
}

/* Time */

static void tell(const struct faults *f)
{
	if (f->options.changed)
		f->options.changed(f->options.context);
}

static bool is_active(const struct fault_span *span)
{
	return span->from_ms >= 0 && span->to_ms < 0;
}

static void end_span(void *data)
{
	struct fault_span *span = data;

	span->timer = 0;
	span->to_ms = world_now_ms(span->faults->options.world);
	tell(span->faults);
}

static void begin_span(void *data)
{
	struct fault_span *span = data;
	struct world *world = span->faults->options.world;

	span->from_ms = world_now_ms(world);
	span->timer = 0;
	if (span->fault->lasts_ms != INT64_MAX)
		span->timer = world_timer(world, span->fault->lasts_ms, end_span, span);
	tell(span->faults);
}

void faults_begin(struct faults *f)
{
	for (uint32_t i = 0; i < f->count; i++) {
		struct fault_span *span = &f->spans[i];
		span->timer =
			world_timer(f->options.world, span->fault->after_ms, begin_span, span);
	}
}

void faults_end(struct faults *f)
{
	for (uint32_t i = 0; i < f->count; i++) {
		struct fault_span *span = &f->spans[i];
		if (span->timer)
			world_cancel(f->options.world, span->timer);
		if (is_active(span))
			end_span(span);
		span->timer = 0;
	}
}

bool faults_are_due(const struct faults *f)
{
	for (uint32_t i = 0; i < f->count; i++)
		if (f->spans[i].timer)
			return true;
	return false;
}

/* Hosts */

static bool same_host(struct str host, struct str written, struct str namespace)
{
	if (str_starts(written, STR("*")))
		return str_ends(host, str_from(written, 1));
	return str_equal(host, written) || service_host_same(host, STR(""), written, namespace);
}

static bool lists_host(const struct node *hosts, struct str host, struct str namespace)
{
	for (uint32_t i = 0; i < node_item_count(hosts); i++)
		if (same_host(host, node_text(node_item(hosts, i)), namespace))
			return true;
	return false;
}

static bool has_host(const struct object *virtual_service, struct str host)
{
	return lists_host(node_at(virtual_service->root, "spec.hosts"), host,
			  virtual_service->key.namespace);
}

static bool is_behind_service(const struct faults *f, const struct object *pod, struct key service)
{
	const struct object *o = cache_get(f->options.cache, KIND_SERVICE, service);
	const struct node *selector = o ? node_at(o->root, "spec.selector") : NULL;

	return node_entry_count(selector) && str_equal(service.namespace, pod->key.namespace) &&
	       labels_match_map(selector, node_at(pod->root, "metadata.labels"));
}

static bool is_behind_routes(const struct faults *f, const struct object *pod,
			     const struct object *virtual_service)
{
	const struct node *http = node_at(virtual_service->root, "spec.http");

	for (uint32_t i = 0; i < node_item_count(http); i++) {
		const struct node *routes = node_get(node_item(http, i), STR("route"));
		for (uint32_t k = 0; k < node_item_count(routes); k++) {
			struct str host = node_str_at(node_item(routes, k), "destination.host");
			struct key service = service_host_key(host, virtual_service->key.namespace);
			if (is_behind_service(f, pod, service))
				return true;
		}
	}
	return false;
}

static bool is_behind_host(const struct faults *f, const struct object *pod, struct str host)
{
	SCRATCH(scratch);
	struct objects all = cache_list(f->options.cache, scratch, KIND_VIRTUALSERVICE, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (has_host(all.items[i], host) && is_behind_routes(f, pod, all.items[i]))
			return true;
	return is_behind_service(f, pod, service_host_key(host, STR("")));
}

/* Targets */

static bool is_workload(struct str target)
{
	return str_find_char(target, '/') >= 0;
}

static bool names_workload(struct str target, struct str kind, struct key key)
{
	struct str rest = target;

	return str_equal(str_cut(&rest, '/'), kind) &&
	       str_equal(str_cut(&rest, '/'), key.namespace) && str_equal(rest, key.name);
}

static void add_effect(struct fault_effect *effect, const struct scenario_fault *fault)
{
	uint64_t fine_ppm = MILLION - effect->error_ppm;

	switch (fault->kind) {
	case FAULT_ERRORS:
		effect->error_ppm += (uint32_t)(fine_ppm * fault->error_ppm / MILLION);
		break;
	case FAULT_LATENCY:
		effect->latency_ms += fault->latency_ms;
		break;
	case FAULT_CRASH_LOOP:
		effect->crashes = true;
		break;
	case FAULT_NEVER_READY:
		effect->never_ready = true;
		break;
	case FAULT_METRICS_GAP:
		break;
	}
}

struct fault_effect faults_effect(const struct faults *f, const struct object *pod, struct str kind,
				  struct key key)
{
	struct fault_effect effect = {};

	for (uint32_t i = 0; i < f->count; i++) {
		const struct scenario_fault *fault = f->spans[i].fault;
		if (!is_active(&f->spans[i]) || fault->kind == FAULT_METRICS_GAP)
			continue;
		if (is_workload(fault->target) ? names_workload(fault->target, kind, key)
					       : is_behind_host(f, pod, fault->target))
			add_effect(&effect, fault);
	}
	return effect;
}

/* A Canary is named by itself, by its target, or by a host of its service. */
static bool concerns_canary(struct str target, const struct object *canary)
{
	const struct node *ref = node_at(canary->root, "spec.targetRef");
	const struct node *service = node_at(canary->root, "spec.service");
	struct str name = node_str_at(service, "name");
	struct key key = { canary->key.namespace, node_str_at(ref, "name") };

	if (!target.len || names_workload(target, STR("Canary"), canary->key) ||
	    names_workload(target, node_str_at(ref, "kind"), key))
		return true;
	return !is_workload(target) &&
	       (same_host(target, name.len ? name : key.name, key.namespace) ||
		lists_host(node_get(service, STR("hosts")), target, key.namespace));
}

bool faults_hide_metrics(const struct faults *f, const struct object *canary)
{
	for (uint32_t i = 0; i < f->count; i++)
		if (f->spans[i].fault->kind == FAULT_METRICS_GAP && is_active(&f->spans[i]) &&
		    concerns_canary(f->spans[i].fault->target, canary))
			return true;
	return false;
}

/* What is real */

static bool workload_is_real(const struct faults *f, const struct repository *repository,
			     struct str target)
{
	static const struct {
		struct str name;
		kind_id id;
	} kinds[] = { { STR_INIT("Deployment"), KIND_DEPLOYMENT },
		      { STR_INIT("DaemonSet"), KIND_DAEMONSET },
		      { STR_INIT("ReplicaSet"), KIND_REPLICASET },
		      { STR_INIT("Pod"), KIND_POD } };
	struct str rest = target, kind = str_cut(&rest, '/');
	struct key key = { .namespace = str_cut(&rest, '/') };

	key.name = rest;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (str_equal(kinds[i].name, kind))
			return cache_get(f->options.cache, kinds[i].id, key) ||
			       (repository && repository_find(repository, kind, key));
	return false;
}

bool faults_host_is_real(const struct faults *f, struct str host)
{
	SCRATCH(scratch);
	struct objects all = cache_list(f->options.cache, scratch, KIND_VIRTUALSERVICE, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (has_host(all.items[i], host))
			return true;
	return cache_get(f->options.cache, KIND_SERVICE, service_host_key(host, STR(""))) != NULL;
}

static bool canary_is_real(const struct faults *f, struct str target)
{
	SCRATCH(scratch);
	struct objects all = cache_list(f->options.cache, scratch, KIND_CANARY, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (concerns_canary(target, all.items[i]))
			return true;
	return false;
}

static int refuse(const struct scenario_fault *fault, struct error *err)
{
	const char *hint = "write the target as Deployment/namespace/name (or DaemonSet, "
			   "ReplicaSet, Pod), or as a host like service.namespace";

	if (fault->kind == FAULT_METRICS_GAP)
		hint = "name a Canary, its target or its host, or leave the target out: then all "
		       "queries answer without a value";
	error_set(err, ERROR_INPUT, fault->node->position,
		  "the scenario has a fault of '%.*s', which is nothing that a fault can be of "
		  "in the last revision",
		  STR_FMT(fault->target));
	return error_hint(err, "%s", hint);
}

int faults_check(const struct faults *f, const struct repository *repository, struct error *err)
{
	for (uint32_t i = 0; i < f->count; i++) {
		const struct scenario_fault *fault = f->spans[i].fault;
		bool real;
		if (!fault->target.len)
			continue; /* a gap in all metrics */
		if (fault->kind == FAULT_METRICS_GAP)
			real = canary_is_real(f, fault->target);
		else if (is_workload(fault->target))
			real = workload_is_real(f, repository, fault->target);
		else
			real = faults_host_is_real(f, fault->target);
		if (!real)
			return refuse(fault, err);
	}
	return 0;
}

struct str fault_word(enum fault_kind kind)
{
	static const struct str words[] = { [FAULT_ERRORS] = STR_INIT("errors"),
					    [FAULT_LATENCY] = STR_INIT("latency"),
					    [FAULT_CRASH_LOOP] = STR_INIT("crashLoop"),
					    [FAULT_NEVER_READY] = STR_INIT("neverReady"),
					    [FAULT_METRICS_GAP] = STR_INIT("metricsGap") };

	return words[kind];
}

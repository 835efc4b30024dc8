/* json - a rehearsal's report for machines */
#include "base/arena.h"
#include "deliver/repository.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "rehearse/assumed.h"
#include "rehearse/changes.h"
#include "rehearse/faults.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/reasons.h"
#include "rehearse/record.h"
#include "rehearse/report.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/rollback.h"
#include "world/simulated.h"

struct writer {
	const struct rehearsal_results *results;
	struct arena *arena; /* of the report */
};

static const struct node *event_node(struct arena *arena, const struct recorded_event *e)
{
	return node_make(arena, "{type: %c, reason: %s, message: %s}",
			 e->warning ? "Warning" : "Normal", e->reason, e->message);
}

/* Events about one object; revision < 0: of all. */
static const struct node *events_of(const struct writer *w, const char *kind, struct key key,
				    int64_t revision)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < w->results->record->events.count; i++) {
		const struct recorded_event *e = &w->results->record->events.items[i];
		if (str_equal(e->kind, str_from_cstr(kind)) && key_equal(e->key, key) &&
		    (revision < 0 || e->revision == revision))
			VEC_PUSH(w->arena, &items, event_node(w->arena, e));
	}
	return node_list_of(w->arena, items.items, items.count);
}

/* Canaries */

static const struct node *steps_of(const struct writer *w, const struct recorded_canary *c)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < c->states.count; i++) {
		const struct canary_state *s = &c->states.items[i];
		VEC_PUSH(w->arena, &items,
			 node_make(w->arena,
				   "{phase: %s, weight: %l, failedChecks: %l, iterations: %l, "
				   "atMs: %l}",
				   s->phase, s->weight, s->failed_checks, s->iterations,
				   s->at_ms - SIMULATED_EPOCH_MS));
	}
	return node_list_of(w->arena, items.items, items.count);
}

static const struct node *routes_of(const struct writer *w, const struct recorded_canary *c)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < c->routes.count; i++) {
		const struct canary_route *t = &c->routes.items[i];
		VEC_PUSH(w->arena, &items,
			 node_make(w->arena, "{primary: %l, canary: %l, mirror: %l, atMs: %l}",
				   t->primary, t->canary, t->mirror,
				   t->at_ms - SIMULATED_EPOCH_MS));
	}
	return node_list_of(w->arena, items.items, items.count);
}

static const struct node *verdicts_of(const struct writer *w, const struct recorded_canary *c)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < c->verdicts.count; i++) {
		const struct recorded_verdict *noted = &c->verdicts.items[i];
		const struct verdict *v = &noted->verdict;
		bool has_value = verdict_has_value(v);
		VEC_PUSH(
			w->arena, &items,
			node_make(w->arena,
				  "{metric: %s, value: %n, limit: %s, verdict: %c, requests: %l, "
				  "atMs: %l}",
				  v->metric,
				  has_value ? node_double(w->arena, verdict_value(v)) : node_null(),
				  metric_limits_format(w->arena, &v->limits),
				  verdict_outcome_word(verdict_outcome(v)), noted->requests,
				  noted->at_ms - SIMULATED_EPOCH_MS));
	}
	return node_list_of(w->arena, items.items, items.count);
}

static const struct node *rollouts(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->record->canaries.count; i++) {
		const struct recorded_canary *c = w->results->record->canaries.items[i];
		nodes_add(
			w->arena, &list,
			node_make(w->arena,
				  "{object: {kind: Canary, namespace: %s, name: %s}, outcome: %s, "
				  "steps: %n, routes: %n, checks: %n, events: %n}",
				  c->key.namespace, c->key.name, outcome_word(canary_outcome(c)),
				  steps_of(w, c), routes_of(w, c), verdicts_of(w, c),
				  events_of(w, "Canary", c->key, -1)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

/* Kustomizations */

static const struct node *inventory_ids(const struct writer *w, const struct node *entries)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < node_item_count(entries); i++)
		nodes_add(w->arena, &list, node_get(node_item(entries, i), STR("id")));
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *kustomization_node(const struct writer *w,
					     const struct kustomization_state *k, int64_t revision)
{
	const struct node *ready =
		k->status.len ? node_make(w->arena, "{status: %s, reason: %s, message: %s}",
					  k->status, k->reason, k->message)
			      : node_null();

	return node_make(w->arena,
			 "{namespace: %s, name: %s, ready: %n, applied: %b, inventory: %n, "
			 "events: %n}",
			 k->key.namespace, k->key.name, ready, k->applied,
			 inventory_ids(w, k->inventory),
			 events_of(w, "Kustomization", k->key, revision));
}

static bool is_listed(const struct revision_state *state, struct key key)
{
	for (uint32_t i = 0; i < state->kustomizations.count; i++)
		if (key_equal(state->kustomizations.items[i].key, key))
			return true;
	return false;
}

/* One that was deleted in this step still has its events. */
static void deleted_kustomizations(const struct writer *w, uint32_t index, struct nodes *list)
{
	const struct revision_state *state = &w->results->states->items[index];

	for (uint32_t i = 0;
	     index > 0 && i < w->results->states->items[index - 1].kustomizations.count; i++) {
		struct kustomization_state gone = {
			.key = w->results->states->items[index - 1].kustomizations.items[i].key
		};
		if (!is_listed(state, gone.key))
			nodes_add(w->arena, list, kustomization_node(w, &gone, index));
	}
}

static const struct node *revisions(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->states->count; i++) {
		const struct revision_state *s = &w->results->states->items[i];
		struct nodes all = {};
		for (uint32_t k = 0; k < s->kustomizations.count; k++)
			nodes_add(w->arena, &all,
				  kustomization_node(w, &s->kustomizations.items[k], i));
		deleted_kustomizations(w, i, &all);
		nodes_add(w->arena, &list,
			  node_make(w->arena,
				    "{revision: %s, label: %s, settled: %b, tookMs: %l, "
				    "kustomizations: %n}",
				    s->revision->hash, s->revision->label, !s->unsettled,
				    s->settled_ms - s->shipped_ms,
				    node_list_of(w->arena, all.items, all.count)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *assumed(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->assumed->items.count; i++)
		nodes_add(w->arena, &list, node_str(w->arena, w->results->assumed->items.items[i]));
	return node_list_of(w->arena, list.items, list.count);
}

/* Changes */

static const struct node *place_node(const struct writer *w, const struct node *object)
{
	struct place place = results_place(w->results, object);

	if (!place.path.ptr)
		return node_null();
	return node_make(w->arena, "{file: %s, line: %l, column: %l}", place.path,
			 (int64_t)place.line, (int64_t)place.column);
}

static const struct node *object_node(const struct writer *w, struct str kind, struct key key)
{
	return node_make(w->arena, "{kind: %s, namespace: %s, name: %s}", kind, key.namespace,
			 key.name);
}

static const struct node *fields_node(const struct writer *w, const struct differences *all)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < all->count; i++) {
		const struct difference *d = &all->items[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{path: %s, before: %n, after: %n}", d->path,
				    d->before ? d->before : node_null(),
				    d->after ? d->after : node_null()));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *changes(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->changes->items.count; i++) {
		const struct change *c = &w->results->changes->items.items[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena,
				    "{object: %n, change: %s, rolls: %b, pruned: %b, refused: %?s, "
				    "held: %b, taken: %b, undeclared: %?s, fields: %n, place: %n}",
				    object_node(w, c->gvk.kind, c->key), change_word(c->what),
				    c->rolls, c->pruned, c->refused, c->held, c->taken,
				    c->undeclared, fields_node(w, &c->fields),
				    place_node(w, c->object)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *unschedulable(const struct writer *w)
{
	const struct revision_state *last = revision_states_last(w->results->states);
	struct nodes list = {};

	for (uint32_t i = 0; i < last->unschedulable.count; i++) {
		const struct unschedulable *u = &last->unschedulable.items[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{object: %n, pods: %l, message: %s}",
				    object_node(w, u->kind, u->key), (int64_t)u->pods, u->message));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *unhealthy(const struct writer *w)
{
	const struct revision_state *last = revision_states_last(w->results->states);
	struct nodes list = {};

	for (uint32_t i = 0; i < last->unhealthy.count; i++) {
		const struct unhealthy *u = &last->unhealthy.items[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{object: %n, message: %s, place: %n}",
				    object_node(w, u->kind, u->key), u->message,
				    place_node(w, u->source)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *scalings(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->record->events.count; i++) {
		const struct recorded_event *e = &w->results->record->events.items[i];
		if (!str_equal(e->kind, STR("HorizontalPodAutoscaler")))
			continue;
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{object: %n, revision: %l, atMs: %l, message: %s}",
				    object_node(w, e->kind, e->key), (int64_t)e->revision,
				    e->at_ms - SIMULATED_EPOCH_MS, e->message));
	}
	return node_list_of(w->arena, list.items, list.count);
}

/* Faults */

static const struct node *moment_node(const struct writer *w, int64_t at_ms)
{
	if (at_ms < 0)
		return node_null();
	return node_make(w->arena, "%l", at_ms - SIMULATED_EPOCH_MS);
}

static const struct node *faults_node(const struct writer *w)
{
	const struct faults *f = w->results->faults;
	struct nodes list = {};

	for (uint32_t i = 0; i < f->count; i++) {
		const struct fault_span *span = &f->spans[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{kind: %s, target: %?s, fromMs: %n, toMs: %n}",
				    fault_word(span->fault->kind), span->fault->target,
				    moment_node(w, span->from_ms), moment_node(w, span->to_ms)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

/* Invariants */

static const struct node *violations_node(const struct writer *w, enum invariant_id id)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->invariants->violations.count; i++) {
		const struct violation *v = &w->results->invariants->violations.items[i];
		if (v->id != id)
			continue;
		nodes_add(w->arena, &list,
			  node_make(w->arena,
				    "{object: %n, atMs: %l, message: %s, times: %l, place: %n}",
				    object_node(w, v->kind, v->key), v->at_ms - SIMULATED_EPOCH_MS,
				    v->message, (int64_t)v->times, place_node(w, v->source)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *invariants(const struct writer *w)
{
	struct nodes list = {};

	for (enum invariant_id id = 0; id < INVARIANT_COUNT; id++) {
		const struct node *broken = violations_node(w, id);
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{id: %s, holds: %b, checks: %l, violations: %n}",
				    invariant_name(id), node_item_count(broken) == 0,
				    (int64_t)w->results->invariants->checks[id], broken));
	}
	return node_list_of(w->arena, list.items, list.count);
}

/* Measures */

static const struct node *untested(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->measures->untested.count; i++) {
		const struct untested_canary *u = &w->results->measures->untested.items[i];
		const struct node *object =
			repository_find(w->results->repository, STR("Canary"), u->key);
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{object: %n, message: %s, place: %n}",
				    object_node(w, STR("Canary"), u->key), u->why,
				    place_node(w, object)));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *traffic(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->measures->hosts.count; i++) {
		const struct host_measure *m = &w->results->measures->hosts.items[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{host: %s, requests: %l, failures: %l, p99Us: %l}",
				    m->host, (int64_t)m->requests, (int64_t)m->failures,
				    m->p99_us));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *expectations(const struct writer *w)
{
	struct nodes list = {};

	for (uint32_t i = 0; i < w->results->measures->expectations.count; i++) {
		const struct expectation *e = &w->results->measures->expectations.items[i];
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{what: %s, expected: %s, found: %s, holds: %b}",
				    e->what, e->expected, e->found, e->holds));
	}
	return node_list_of(w->arena, list.items, list.count);
}

static const struct node *reasons_node(const struct writer *w)
{
	struct reasons reasons = reasons_of(w->results, w->arena);
	struct nodes list = {};

	for (uint32_t i = 0; i < reasons.items.count; i++)
		nodes_add(w->arena, &list,
			  node_make(w->arena, "{text: %s, soBefore: %b}",
				    reasons.items.items[i].text, reasons.items.items[i].so_before));
	return node_list_of(w->arena, list.items, list.count);
}

const struct node *report_document(const struct rehearsal_results *r, struct arena *arena)
{
	const struct writer writer = { r, arena }, *w = &writer;
	struct str hash = str_printf(arena, "%016llx", (unsigned long long)r->hash);
	return node_make(
		arena,
		"{apiVersion: forge.dev/v1, kind: RehearsalReport, outcome: %s, reasons: %n, "
		"changes: %n, "
		"unschedulable: %n, unhealthy: %n, noTraffic: %n, rollouts: %n, scalings: %n, "
		"revisions: %n, "
		"assumed: %n, "
		"traffic: %n, faults: %n, "
		"expectations: %n, invariants: %n, "
		"rollback: {shipped: %b, compared: %l, differences: %l}, virtualMs: %l, "
		"seed: %l, hash: %s, replay: %s}",
		results_verdict(r), reasons_node(w), changes(w), unschedulable(w), unhealthy(w),
		untested(w), rollouts(w), scalings(w), revisions(w), assumed(w), traffic(w),
		faults_node(w), expectations(w), invariants(w), r->rollback->shipped,
		(int64_t)r->rollback->compared, (int64_t)r->rollback->differences, r->virtual_ms,
		(int64_t)r->seed, hash, r->replay);
}

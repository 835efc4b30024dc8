/* json - a rehearsal's report for machines */
#include "base/arena.h"
#include "doc/json.h"
#include "doc/make.h"
#include "rehearse/faults.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal.h"
#include "rehearse/report.h"

static const struct node *list_or_empty(const struct node *list)
{
	return list ? list : node_empty_list();
}

static const struct node *event_node(struct arena *arena, const struct recorded_event *e)
{
	return node_make(arena, "{type: %c, reason: %s, message: %s}",
			 e->warning ? "Warning" : "Normal", e->reason, e->message);
}

/* Events about one object; revision < 0: of all. */
static const struct node *events_of(const struct rehearsal *r, const char *kind, struct key key,
				    int64_t revision)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < r->record.events.count; i++) {
		const struct recorded_event *e = &r->record.events.items[i];
		if (str_equal(e->kind, str_from_cstr(kind)) && key_equal(e->key, key) &&
		    (revision < 0 || e->revision == revision))
			VEC_PUSH(r->arena, &items, event_node(r->arena, e));
	}
	return node_list_of(r->arena, items.items, items.count);
}

/* Canaries */

static const struct node *steps_of(const struct rehearsal *r, const struct recorded_canary *c)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < c->states.count; i++) {
		const struct canary_state *s = &c->states.items[i];
		VEC_PUSH(r->arena, &items,
			 node_make(r->arena,
				   "{phase: %s, weight: %l, failedChecks: %l, iterations: %l, "
				   "atMs: %l}",
				   s->phase, s->weight, s->failed_checks, s->iterations,
				   s->at_ms - SIMULATED_EPOCH_MS));
	}
	return node_list_of(r->arena, items.items, items.count);
}

static const struct node *routes_of(const struct rehearsal *r, const struct recorded_canary *c)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < c->routes.count; i++) {
		const struct canary_route *t = &c->routes.items[i];
		VEC_PUSH(r->arena, &items,
			 node_make(r->arena, "{primary: %l, canary: %l, mirror: %l, atMs: %l}",
				   t->primary, t->canary, t->mirror,
				   t->at_ms - SIMULATED_EPOCH_MS));
	}
	return node_list_of(r->arena, items.items, items.count);
}

static const struct node *verdicts_of(const struct rehearsal *r, const struct recorded_canary *c)
{
	VEC(const struct node *) items = {};

	for (uint32_t i = 0; i < c->verdicts.count; i++) {
		const struct verdict *v = &c->verdicts.items[i];
		VEC_PUSH(r->arena, &items,
			 node_make(r->arena,
				   "{metric: %s, value: %n, limit: %s, holds: %b, requests: %l, "
				   "atMs: %l}",
				   v->metric,
				   v->has_value ? node_double(r->arena, v->value) : node_null(),
				   v->limit, v->holds, v->requests, v->at_ms - SIMULATED_EPOCH_MS));
	}
	return node_list_of(r->arena, items.items, items.count);
}

static const struct node *rollouts(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->record.canaries.count; i++) {
		const struct recorded_canary *c = r->record.canaries.items[i];
		list = node_list_append(
			r->arena, list,
			node_make(r->arena,
				  "{object: {kind: Canary, namespace: %s, name: %s}, outcome: %s, "
				  "steps: %n, routes: %n, checks: %n, events: %n}",
				  c->key.namespace, c->key.name,
				  outcome_word(rehearsal_outcome(r, c)), steps_of(r, c),
				  routes_of(r, c), verdicts_of(r, c),
				  events_of(r, "Canary", c->key, -1)));
	}
	return list_or_empty(list);
}

/* Kustomizations */

static const struct node *inventory_ids(const struct rehearsal *r, const struct node *entries)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < node_count(entries); i++)
		list = node_list_append(r->arena, list, node_get(node_item(entries, i), STR("id")));
	return list_or_empty(list);
}

static const struct node *kustomization_node(const struct rehearsal *r,
					     const struct kustomization_state *k, int64_t revision)
{
	const struct node *ready =
		k->status.len ? node_make(r->arena, "{status: %s, reason: %s, message: %s}",
					  k->status, k->reason, k->message)
			      : node_null();

	return node_make(r->arena,
			 "{namespace: %s, name: %s, ready: %n, applied: %b, inventory: %n, "
			 "events: %n}",
			 k->key.namespace, k->key.name, ready, k->applied,
			 inventory_ids(r, k->inventory),
			 events_of(r, "Kustomization", k->key, revision));
}

static bool is_listed(const struct revision_state *state, struct key key)
{
	for (uint32_t i = 0; i < state->kustomizations.count; i++)
		if (key_equal(state->kustomizations.items[i].key, key))
			return true;
	return false;
}

/* One that was deleted in this step still has its events. */
static const struct node *deleted_kustomizations(const struct rehearsal *r, uint32_t index,
						 const struct node *list)
{
	const struct revision_state *state = &r->states.items[index];

	for (uint32_t i = 0; index > 0 && i < r->states.items[index - 1].kustomizations.count;
	     i++) {
		struct kustomization_state gone = {
			.key = r->states.items[index - 1].kustomizations.items[i].key
		};
		if (!is_listed(state, gone.key))
			list = node_list_append(r->arena, list,
						kustomization_node(r, &gone, index));
	}
	return list;
}

static const struct node *revisions(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->states.count; i++) {
		const struct revision_state *s = &r->states.items[i];
		const struct node *all = NULL;
		for (uint32_t k = 0; k < s->kustomizations.count; k++)
			all = node_list_append(
				r->arena, all,
				kustomization_node(r, &s->kustomizations.items[k], i));
		all = deleted_kustomizations(r, i, all);
		list = node_list_append(
			r->arena, list,
			node_make(r->arena,
				  "{revision: %s, label: %s, settled: %b, tookMs: %l, "
				  "kustomizations: %n}",
				  s->revision->hash, s->revision->label, !s->unsettled,
				  s->settled_ms - s->shipped_ms, list_or_empty(all)));
	}
	return list_or_empty(list);
}

static const struct node *assumed(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->assumed.items.count; i++)
		list = node_list_append(r->arena, list,
					node_str(r->arena, r->assumed.items.items[i]));
	return list_or_empty(list);
}

/* Changes */

static const struct node *place_node(const struct rehearsal *r, const struct node *object)
{
	struct place place = object ? docset_place(r->set, object->position) : (struct place){};

	if (!place.path.ptr)
		return node_null();
	return node_make(r->arena, "{file: %s, line: %l, column: %l}",
			 repository_path(&r->repository.moved, place.path), (int64_t)place.line,
			 (int64_t)place.column);
}

static const struct node *object_node(const struct rehearsal *r, struct str kind, struct key key)
{
	return node_make(r->arena, "{kind: %s, namespace: %s, name: %s}", kind, key.namespace,
			 key.name);
}

static const struct node *fields_node(const struct rehearsal *r, const struct differences *all)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct difference *d = &all->items[i];
		list = node_list_append(r->arena, list,
					node_make(r->arena, "{path: %s, before: %n, after: %n}",
						  d->path, d->before ? d->before : node_null(),
						  d->after ? d->after : node_null()));
	}
	return list_or_empty(list);
}

static const struct node *changes(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->changes.items.count; i++) {
		const struct change *c = &r->changes.items.items[i];
		list = node_list_append(
			r->arena, list,
			node_make(r->arena,
				  "{object: %n, change: %s, rolls: %b, pruned: %b, refused: %?s, "
				  "held: %b, fields: %n, place: %n}",
				  object_node(r, c->gvk.kind, c->key), change_word(c->what),
				  c->rolls, c->pruned, c->refused, c->held,
				  fields_node(r, &c->fields), place_node(r, c->object)));
	}
	return list_or_empty(list);
}

static const struct node *unschedulable(const struct rehearsal *r)
{
	const struct revision_state *last = &r->states.items[r->states.count - 1];
	const struct node *list = NULL;

	for (uint32_t i = 0; i < last->unschedulable.count; i++) {
		const struct unschedulable *u = &last->unschedulable.items[i];
		list = node_list_append(r->arena, list,
					node_make(r->arena, "{object: %n, pods: %l, message: %s}",
						  object_node(r, u->kind, u->key), (int64_t)u->pods,
						  u->message));
	}
	return list_or_empty(list);
}

static const struct node *unhealthy(const struct rehearsal *r)
{
	const struct revision_state *last = &r->states.items[r->states.count - 1];
	const struct node *list = NULL;

	for (uint32_t i = 0; i < last->unhealthy.count; i++) {
		const struct unhealthy *u = &last->unhealthy.items[i];
		list = node_list_append(r->arena, list,
					node_make(r->arena, "{object: %n, message: %s, place: %n}",
						  object_node(r, u->kind, u->key), u->message,
						  place_node(r, u->source)));
	}
	return list_or_empty(list);
}

static const struct node *scalings(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->record.events.count; i++) {
		const struct recorded_event *e = &r->record.events.items[i];
		if (!str_equal(e->kind, STR("HorizontalPodAutoscaler")))
			continue;
		list = node_list_append(
			r->arena, list,
			node_make(r->arena, "{object: %n, revision: %l, atMs: %l, message: %s}",
				  object_node(r, e->kind, e->key), (int64_t)e->revision,
				  e->at_ms - SIMULATED_EPOCH_MS, e->message));
	}
	return list_or_empty(list);
}

/* Faults */

static const struct node *moment_node(const struct rehearsal *r, int64_t at_ms)
{
	if (at_ms < 0)
		return node_null();
	return node_make(r->arena, "%l", at_ms - SIMULATED_EPOCH_MS);
}

static const struct node *faults_node(const struct rehearsal *r)
{
	const struct faults *f = playing_faults(r->playing);
	const struct node *list = NULL;

	for (uint32_t i = 0; i < f->count; i++) {
		const struct fault_span *span = &f->spans[i];
		list = node_list_append(
			r->arena, list,
			node_make(r->arena, "{kind: %s, target: %?s, fromMs: %n, toMs: %n}",
				  fault_word(span->fault->kind), span->fault->target,
				  moment_node(r, span->from_ms), moment_node(r, span->to_ms)));
	}
	return list_or_empty(list);
}

/* Invariants */

static const struct node *violations_node(const struct rehearsal *r, enum invariant_id id)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->invariants.violations.count; i++) {
		const struct violation *v = &r->invariants.violations.items[i];
		if (v->id != id)
			continue;
		list = node_list_append(
			r->arena, list,
			node_make(r->arena,
				  "{object: %n, atMs: %l, message: %s, times: %l, place: %n}",
				  object_node(r, v->kind, v->key), v->at_ms - SIMULATED_EPOCH_MS,
				  v->message, (int64_t)v->times, place_node(r, v->source)));
	}
	return list_or_empty(list);
}

static const struct node *invariants(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (enum invariant_id id = 0; id < INVARIANT_COUNT; id++) {
		const struct node *broken = violations_node(r, id);
		list = node_list_append(r->arena, list,
					node_make(r->arena,
						  "{id: %s, holds: %b, checks: %l, violations: %n}",
						  invariant_name(id), node_count(broken) == 0,
						  (int64_t)r->invariants.checks[id], broken));
	}
	return list_or_empty(list);
}

/* Measures */

static const struct node *untested(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->measures.untested.count; i++) {
		const struct untested_canary *u = &r->measures.untested.items[i];
		const struct node *object = repository_find(&r->repository, STR("Canary"), u->key);
		list = node_list_append(r->arena, list,
					node_make(r->arena, "{object: %n, message: %s, place: %n}",
						  object_node(r, STR("Canary"), u->key), u->why,
						  place_node(r, object)));
	}
	return list_or_empty(list);
}

static const struct node *traffic(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->measures.hosts.count; i++) {
		const struct host_measure *m = &r->measures.hosts.items[i];
		list = node_list_append(
			r->arena, list,
			node_make(r->arena, "{host: %s, requests: %l, failures: %l, p99Us: %l}",
				  m->host, (int64_t)m->requests, (int64_t)m->failures, m->p99_us));
	}
	return list_or_empty(list);
}

static const struct node *expectations(const struct rehearsal *r)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < r->measures.expectations.count; i++) {
		const struct expectation *e = &r->measures.expectations.items[i];
		list = node_list_append(r->arena, list,
					node_make(r->arena,
						  "{what: %s, expected: %s, found: %s, holds: %b}",
						  e->what, e->expected, e->found, e->holds));
	}
	return list_or_empty(list);
}

void report_json(const struct rehearsal *r, struct buf *out)
{
	struct str hash = str_printf(r->arena, "%016llx", (unsigned long long)r->hash);
	const struct node *report = node_make(
		r->arena,
		"{apiVersion: forge.dev/v1, kind: RehearsalReport, outcome: %s, changes: %n, "
		"unschedulable: %n, unhealthy: %n, noTraffic: %n, rollouts: %n, scalings: %n, "
		"revisions: %n, "
		"assumed: %n, "
		"traffic: %n, faults: %n, "
		"expectations: %n, invariants: %n, "
		"rollback: {shipped: %b, compared: %l, differences: %l}, virtualMs: %l, "
		"seed: %l, hash: %s, replay: %s}",
		rehearsal_verdict(r), changes(r), unschedulable(r), unhealthy(r), untested(r),
		rollouts(r), scalings(r), revisions(r), assumed(r), traffic(r), faults_node(r),
		expectations(r), invariants(r), r->rollback.shipped, (int64_t)r->rollback.compared,
		(int64_t)r->rollback.differences, r->virtual_ms, (int64_t)r->options->seed, hash,
		rehearsal_replay(r));

	json_write(out, report, JSON_INDENT);
	buf_add_char(out, '\n');
}

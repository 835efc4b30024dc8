/* reasons - why a rehearsal is not good, worst first, and what of it was so before */
#include "rehearse/reasons.h"

#include "base/arena.h"
#include "base/duration.h"
#include "rehearse/changes.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/users.h"

struct input {
	const struct rehearsal_results *r;
	struct arena *arena;
	struct reasons *ret;
};

static void add(const struct input *in, enum reason_kind kind, bool so_before, struct str text)
{
	struct reason reason = { kind, text, so_before };

	VEC_PUSH(in->arena, &in->ret->items, reason);
}

static const struct revision_state *first_of_several(const struct input *in)
{
	return in->r->states->count > 1 ? &in->r->states->items[0] : NULL;
}

/* Users */

/* "503 UH", or no answer. */
static struct str code_text(struct arena *arena, const struct mesh_cause *cause)
{
	bool plain = cause->flag[0] == '-';

	if (!cause->code)
		return STR("no connection");
	return plain ? str_printf(arena, "%d", cause->code)
		     : str_printf(arena, "%d %s", cause->code, cause->flag);
}

static struct str users_text(struct arena *arena, const struct harmed_host *h)
{
	uint64_t percent = h->failures * 100 / h->requests;
	struct str span = duration_format(arena, (h->until_ms - h->from_ms) * NS_PER_MS);

	if (!h->cause_count)
		return str_printf(arena, "%llu %% of the requests of %.*s failed for %.*s",
				  (unsigned long long)percent, STR_FMT(h->host), STR_FMT(span));
	return str_printf(arena, "%llu %% of the requests of %.*s failed for %.*s: %.*s (%.*s)",
			  (unsigned long long)percent, STR_FMT(h->host), STR_FMT(span),
			  STR_FMT(h->causes[0].why), STR_FMT(code_text(arena, &h->causes[0])));
}

static void add_users(const struct input *in)
{
	const struct users *users = in->r->users;

	for (uint32_t i = 0; i < users->harmed.count; i++)
		add(in, REASON_USERS, users->harmed.items[i].so_before,
		    users_text(in->arena, &users->harmed.items[i]));
}

/* Workloads */

static bool was_unhealthy(const struct input *in, const struct unhealthy *u)
{
	const struct revision_state *first = first_of_several(in);

	for (uint32_t i = 0; first && i < first->unhealthy.count; i++) {
		const struct unhealthy *before = &first->unhealthy.items[i];
		if (str_equal(before->kind, u->kind) && key_equal(before->key, u->key))
			return str_equal(before->message, u->message);
	}
	return false;
}

static void add_workloads(const struct input *in)
{
	const struct revision_state *last = revision_states_last(in->r->states);

	for (uint32_t i = 0; i < last->unhealthy.count; i++) {
		const struct unhealthy *u = &last->unhealthy.items[i];
		add(in, REASON_WORKLOAD, was_unhealthy(in, u),
		    str_printf(in->arena, "%.*s/%.*s/%.*s is not healthy: %.*s", STR_FMT(u->kind),
			       STR_FMT(u->key.namespace), STR_FMT(u->key.name),
			       STR_FMT(u->message)));
	}
}

/* Autoscalers */

static bool was_active(const struct input *in, struct key key)
{
	const struct revision_state *first = first_of_several(in);

	for (uint32_t i = 0; first && i < first->autoscalers.count; i++)
		if (key_equal(first->autoscalers.items[i].key, key))
			return first->autoscalers.items[i].is_active;
	return false;
}

/* Without metrics none is active: only what worked before can stop to work. */
static void add_autoscalers(const struct input *in)
{
	const struct revision_state *last = revision_states_last(in->r->states);

	for (uint32_t i = 0; i < last->autoscalers.count; i++) {
		const struct autoscaler_state *a = &last->autoscalers.items[i];
		if (!a->is_active && was_active(in, a->key))
			add(in, REASON_AUTOSCALER, /* so_before= */ false,
			    str_printf(in->arena,
				       "HorizontalPodAutoscaler/%.*s/%.*s scales no more: %.*s",
				       STR_FMT(a->key.namespace), STR_FMT(a->key.name),
				       STR_FMT(a->message)));
	}
}

/* Kustomizations */

static bool is_ready(const struct kustomization_state *k)
{
	return !k->status.len || str_equal(k->status, STR("True"));
}

static bool was_unready(const struct input *in, const struct kustomization_state *k)
{
	const struct revision_state *first = first_of_several(in);

	for (uint32_t i = 0; first && i < first->kustomizations.count; i++) {
		const struct kustomization_state *before = &first->kustomizations.items[i];
		if (key_equal(before->key, k->key))
			return !is_ready(before) && str_equal(before->reason, k->reason);
	}
	return false;
}

static void add_kustomizations(const struct input *in)
{
	const struct revision_state *last = revision_states_last(in->r->states);

	for (uint32_t i = 0; i < last->kustomizations.count; i++) {
		const struct kustomization_state *k = &last->kustomizations.items[i];
		if (!is_ready(k))
			add(in, REASON_KUSTOMIZATION, was_unready(in, k),
			    str_printf(in->arena, "Kustomization/%.*s/%.*s is not ready: %.*s",
				       STR_FMT(k->key.namespace), STR_FMT(k->key.name),
				       STR_FMT(k->message)));
	}
}

/* Changes */

static void add_dropped(const struct input *in)
{
	const struct changes *changes = in->r->changes;

	for (uint32_t i = 0; i < changes->items.count; i++) {
		const struct change *c = &changes->items.items[i];
		if (c->undeclared.len)
			add(in, REASON_DROPPED, /* so_before= */ false,
			    str_printf(in->arena,
				       "%.*s/%.*s/%.*s has fields that never arrive: %.*s",
				       STR_FMT(c->gvk.kind), STR_FMT(c->key.namespace),
				       STR_FMT(c->key.name), STR_FMT(c->undeclared)));
	}
}

static bool was_terminating(const struct input *in, const struct terminating *t)
{
	const struct revision_state *first = first_of_several(in);

	for (uint32_t i = 0; first && i < first->terminating.count; i++)
		if (str_equal(first->terminating.items[i].uid, t->uid))
			return true;
	return false;
}

static void add_terminating(const struct input *in)
{
	const struct revision_state *last = revision_states_last(in->r->states);

	for (uint32_t i = 0; i < last->terminating.count; i++) {
		const struct terminating *t = &last->terminating.items[i];
		add(in, REASON_TERMINATING, was_terminating(in, t),
		    str_printf(in->arena, "%.*s/%.*s/%.*s is deleted and stays: finalizers %.*s",
			       STR_FMT(t->kind), STR_FMT(t->key.namespace), STR_FMT(t->key.name),
			       STR_FMT(t->finalizers)));
	}
}

/* The rest */

static void add_invariants(const struct input *in)
{
	const struct invariants *v = in->r->invariants;

	for (uint32_t i = 0; i < v->violations.count; i++) {
		const struct violation *b = &v->violations.items[i];
		struct str name = invariant_name(b->id);
		add(in, REASON_INVARIANT, /* so_before= */ false,
		    str_printf(in->arena, "%.*s is violated: %.*s/%.*s/%.*s: %.*s", STR_FMT(name),
			       STR_FMT(b->kind), STR_FMT(b->key.namespace), STR_FMT(b->key.name),
			       STR_FMT(b->message)));
	}
}

/* It had not moved any more when the first revision had settled. */
static bool was_stuck(const struct input *in, const struct recorded_canary *c)
{
	const struct revision_state *first = first_of_several(in);
	int64_t moved_ms = c->states.count ? c->states.items[c->states.count - 1].at_ms : 0;

	return first && canary_outcome(c) == ROLLOUT_STUCK &&
	       moved_ms < revision_states_last(in->r->states)->shipped_ms;
}

/* The last thing that a Canary told of the last revision; NULL: nothing. */
static const struct recorded_event *last_event(const struct input *in,
					       const struct recorded_canary *c)
{
	const struct record *record = in->r->record;
	int64_t shipped_ms = revision_states_last(in->r->states)->shipped_ms;

	for (uint32_t i = record->events.count; i-- > 0;) {
		const struct recorded_event *e = &record->events.items[i];
		if (str_equal(e->kind, STR("Canary")) && key_equal(e->key, c->key))
			return e->at_ms >= shipped_ms ? e : NULL;
	}
	return NULL;
}

/* It said the same before the last revision was shipped. */
static bool said_before(const struct input *in, const struct recorded_event *last)
{
	const struct record *record = in->r->record;
	int64_t shipped_ms = revision_states_last(in->r->states)->shipped_ms;

	for (uint32_t i = 0; i < record->events.count; i++) {
		const struct recorded_event *e = &record->events.items[i];
		if (e->at_ms < shipped_ms && key_equal(e->key, last->key) &&
		    str_equal(e->message, last->message))
			return true;
	}
	return false;
}

/* A Canary that errs at every tick moves no more, whatever its phase says. */
static void add_erring(const struct input *in, const struct recorded_canary *c)
{
	const struct recorded_event *e = last_event(in, c);

	if (e && e->warning)
		add(in, REASON_CANARY, said_before(in, e),
		    str_printf(in->arena, "Canary/%.*s/%.*s errs: %.*s", STR_FMT(c->key.namespace),
			       STR_FMT(c->key.name), STR_FMT(e->message)));
}

/* Why it was rolled back: the last thing that it, and its pods, warned of before. */
static struct str why_rolled_back(const struct input *in, const struct recorded_canary *c)
{
	const struct record *record = in->r->record;
	struct str pods = record_workload_warning(record, c->key);
	int64_t shipped_ms = revision_states_last(in->r->states)->shipped_ms;

	for (uint32_t i = record->events.count; i-- > 0;) {
		const struct recorded_event *e = &record->events.items[i];
		bool is_end = str_starts(e->message, STR("Canary failed!")) ||
			      str_starts(e->message, STR("Rolling back"));
		if (e->at_ms >= shipped_ms && e->warning && !is_end &&
		    str_equal(e->kind, STR("Canary")) && key_equal(e->key, c->key))
			return str_printf(in->arena, ": %.*s%s%.*s", STR_FMT(e->message),
					  pods.len ? "; " : "", STR_FMT(pods));
	}
	return STR("");
}

static void add_canaries(const struct input *in)
{
	for (uint32_t i = 0; i < in->r->record->canaries.count; i++) {
		const struct recorded_canary *c = in->r->record->canaries.items[i];
		enum rollout_outcome outcome = canary_outcome(c);
		struct str what =
			outcome == ROLLOUT_STUCK ? STR("is stuck") : STR("was rolled back");
		if (outcome == ROLLOUT_ROLLED_BACK || outcome == ROLLOUT_STUCK)
			add(in, REASON_CANARY, was_stuck(in, c),
			    str_printf(in->arena, "Canary/%.*s/%.*s %.*s%.*s",
				       STR_FMT(c->key.namespace), STR_FMT(c->key.name),
				       STR_FMT(what), STR_FMT(why_rolled_back(in, c))));
		else
			add_erring(in, c);
	}
}

static void add_expectations(const struct input *in)
{
	const struct measures *m = in->r->measures;

	for (uint32_t i = 0; i < m->expectations.count; i++) {
		const struct expectation *e = &m->expectations.items[i];
		if (!e->holds)
			add(in, REASON_EXPECTATION, /* so_before= */ false,
			    str_printf(in->arena, "the scenario expects %.*s %.*s, not %.*s",
				       STR_FMT(e->what), STR_FMT(e->expected), STR_FMT(e->found)));
	}
}

struct reasons reasons_of(const struct rehearsal_results *results, struct arena *arena)
{
	struct reasons reasons = {};
	const struct input in = { results, arena, &reasons };

	add_workloads(&in);
	add_autoscalers(&in);
	add_kustomizations(&in);
	add_dropped(&in);
	add_terminating(&in);
	add_invariants(&in);
	add_canaries(&in);
	add_users(&in);
	add_expectations(&in);
	return reasons;
}

const struct reason *reasons_worst(const struct reasons *reasons)
{
	for (uint32_t i = 0; i < reasons->items.count; i++)
		if (!reasons->items.items[i].so_before)
			return &reasons->items.items[i];
	return NULL;
}

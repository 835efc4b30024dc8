/* text - a rehearsal's report for people */
#include "base/arena.h"
#include "base/duration.h"
#include "base/ink.h"
#include "deliver/repository.h"
#include "doc/json.h"
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

enum { VALUE_BYTES_MAX = 60, FIELDS_SHOWN = 12 };

struct text {
	const struct rehearsal_results *r;
	struct arena *arena; /* of texts on their way */
	struct ink *out;
};

static void heading(struct text *t, const char *title)
{
	ink_printf(t->out, "\n");
	ink_paint(t->out, INK_BOLD, "%s", title);
	ink_printf(t->out, "\n");
}

/* Before a line: whether it is good. */
static void write_mark(struct text *t, enum ink_color color, const char *mark)
{
	ink_printf(t->out, "  ");
	ink_paint(t->out, color, "%s", mark);
	ink_printf(t->out, " ");
}

static struct str clock_text(const struct text *t, int64_t at_ms)
{
	int64_t s = (at_ms - SIMULATED_EPOCH_MS) / 1000;

	return str_printf(t->arena, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60),
			  (int)(s % 60));
}

/* Changes */

static struct str object_text(const struct text *t, struct str kind, struct key key)
{
	return str_printf(t->arena, "%.*s/%.*s%s%.*s", STR_FMT(kind), STR_FMT(key.namespace),
			  key.namespace.len ? "/" : "", STR_FMT(key.name));
}

static struct str place_text(const struct text *t, const struct node *object)
{
	struct place place = results_place(t->r, object);

	return place.path.ptr ? str_printf(t->arena, "%.*s:%u", STR_FMT(place.path), place.line)
			      : STR("");
}

static struct str value_text(const struct text *t, const struct node *value)
{
	struct buf buf;

	if (!value)
		return STR("(none)");
	buf_init(&buf, t->arena);
	json_write(&buf, value, 0);
	struct str all = buf_str(&buf);
	size_t len = MIN(all.len, (size_t)VALUE_BYTES_MAX);
	while (len && len < all.len && ((unsigned char)all.ptr[len] & 0xc0) == 0x80)
		len--; /* not within a character */
	return len < all.len ? str_concat(t->arena, str_sub(all, 0, len), STR("…")) : all;
}

static void write_refusal(struct text *t, struct str why)
{
	ink_printf(t->out, "      ");
	ink_paint(t->out, INK_RED, "refused");
	ink_printf(t->out, ": ");
	ink_lines(t->out, why, "        ");
	ink_printf(t->out, "\n");
}

static void write_change(struct text *t, const struct change *c)
{
	static const char *const signs[] = { "+", "~", "-" };
	static const enum ink_color colors[] = { INK_GREEN, INK_YELLOW, INK_RED };
	const char *mark = c->held     ? " (not applied)"
			   : c->rolls  ? " (rolls)"
			   : c->pruned ? " (pruned)"
			   : c->taken  ? " (goes with what it is in)"
				       : "";

	ink_printf(t->out, "  ");
	ink_paint(t->out, colors[c->what], "%s", signs[c->what]);
	ink_printf(t->out, " %.*s%s  %.*s\n", STR_FMT(object_text(t, c->gvk.kind, c->key)), mark,
		   STR_FMT(place_text(t, c->object)));
	for (uint32_t i = 0; i < c->fields.count && i < FIELDS_SHOWN; i++) {
		const struct difference *d = &c->fields.items[i];
		ink_printf(t->out, "      %.*s: %.*s → %.*s  %.*s\n", STR_FMT(d->path),
			   STR_FMT(value_text(t, d->before)), STR_FMT(value_text(t, d->after)),
			   STR_FMT(place_text(t, d->after)));
	}
	if (c->fields.count > FIELDS_SHOWN)
		ink_printf(t->out, "      and %u more fields\n", c->fields.count - FIELDS_SHOWN);
	if (c->undeclared.len)
		ink_printf(t->out, "      dropped: %.*s\n", STR_FMT(c->undeclared));
	if (c->refused.len)
		write_refusal(t, c->refused);
}

/* The verdict and its reasons; what was so before comes last. */
static void write_reasons(struct text *t)
{
	struct reasons reasons = reasons_of(t->r, t->arena);
	const struct reason *worst = reasons_worst(&reasons);
	bool good = results_are_good(t->r);

	ink_paint(t->out, good ? INK_GREEN : INK_RED, "%.*s", STR_FMT(results_verdict(t->r)));
	ink_printf(t->out, ": ");
	ink_lines(t->out, worst ? worst->text : STR("nothing speaks against it"), "  ");
	ink_printf(t->out, "\n");
	for (uint32_t before = 0; before < 2; before++)
		for (uint32_t i = 0; i < reasons.items.count; i++) {
			const struct reason *r = &reasons.items.items[i];
			if (r == worst || r->so_before != before)
				continue;
			ink_printf(t->out, before ? "  so before: " : "  ");
			ink_lines(t->out, r->text, "    ");
			ink_printf(t->out, "\n");
		}
}

static void write_unhealthy(struct text *t, const struct revision_state *state)
{
	if (state->unhealthy.count)
		heading(t, "Not healthy");
	for (uint32_t i = 0; i < state->unhealthy.count; i++) {
		const struct unhealthy *u = &state->unhealthy.items[i];
		ink_printf(t->out, "  %.*s: %.*s  %.*s\n", STR_FMT(object_text(t, u->kind, u->key)),
			   STR_FMT(u->message), STR_FMT(place_text(t, u->source)));
	}
}

static void write_untested(struct text *t)
{
	const struct measures *m = t->r->measures;

	if (m->untested.count)
		heading(t, "Canaries without traffic");
	for (uint32_t i = 0; i < m->untested.count; i++) {
		const struct untested_canary *u = &m->untested.items[i];
		const struct node *object =
			repository_find(t->r->repository, STR("Canary"), u->key);
		ink_printf(t->out, "  %.*s: %.*s  %.*s\n",
			   STR_FMT(object_text(t, STR("Canary"), u->key)), STR_FMT(u->why),
			   STR_FMT(place_text(t, object)));
	}
}

static void write_assumed(struct text *t)
{
	const struct assumed *a = t->r->assumed;

	if (a->items.count)
		heading(t, "Assumed (taken as healthy without being run)");
	for (uint32_t i = 0; i < a->items.count; i++)
		ink_printf(t->out, "  %.*s\n", STR_FMT(a->items.items[i]));
}

static void write_changes(struct text *t)
{
	const struct revision_state *last = revision_states_last(t->r->states);

	if (t->r->states->count > 1) {
		heading(t, "Changes");
		for (uint32_t i = 0; i < t->r->changes->items.count; i++)
			write_change(t, &t->r->changes->items.items[i]);
		if (!t->r->changes->items.count)
			ink_printf(t->out, "  none\n");
	}
	if (last->unschedulable.count)
		heading(t, "Cannot be scheduled");
	for (uint32_t i = 0; i < last->unschedulable.count; i++) {
		const struct unschedulable *u = &last->unschedulable.items[i];
		const struct node *object = repository_find(t->r->repository, u->kind, u->key);
		ink_printf(t->out, "  %.*s, %u pod%s: %.*s  %.*s\n",
			   STR_FMT(object_text(t, u->kind, u->key)), u->pods,
			   u->pods == 1 ? "" : "s", STR_FMT(u->message),
			   STR_FMT(place_text(t, object)));
	}
	write_unhealthy(t, last);
	write_untested(t);
	write_assumed(t);
}

/* Invariants */

static void write_invariants(struct text *t)
{
	const struct invariants *v = t->r->invariants;
	uint64_t checks = 0;

	for (enum invariant_id id = 0; id < INVARIANT_COUNT; id++)
		checks += v->checks[id];
	heading(t, "Invariants");
	if (!v->violations.count) {
		write_mark(t, INK_GREEN, "●");
		ink_printf(t->out, "all hold, looked at %llu times\n", (unsigned long long)checks);
	}
	for (uint32_t i = 0; i < v->violations.count; i++) {
		const struct violation *b = &v->violations.items[i];
		write_mark(t, INK_RED, "✕");
		ink_printf(t->out, "%.*s: %.*s: %.*s (at %.*s, %u times)  %.*s\n",
			   STR_FMT(invariant_name(b->id)), STR_FMT(object_text(t, b->kind, b->key)),
			   STR_FMT(b->message), STR_FMT(clock_text(t, b->at_ms)), b->times,
			   STR_FMT(place_text(t, b->source)));
	}
	if (t->r->rollback->shipped)
		ink_printf(t->out,
			   "  the first revision shipped again: %u applied fields compared, %u "
			   "differ\n",
			   t->r->rollback->compared, t->r->rollback->differences);
}

static void write_kustomizations(struct text *t, const struct revision_state *s)
{
	for (uint32_t i = 0; i < s->kustomizations.count; i++) {
		const struct kustomization_state *k = &s->kustomizations.items[i];
		bool ready = str_equal(k->status, STR("True"));
		write_mark(t, ready ? INK_GREEN : INK_RED, ready ? "●" : "✕");
		ink_printf(t->out, "%.*s/%.*s: ", STR_FMT(k->key.namespace), STR_FMT(k->key.name));
		ink_lines(t->out, k->message, "      ");
		ink_printf(t->out, "\n");
	}
}

static void write_revision(struct text *t, const struct revision_state *s)
{
	struct str took =
		duration_format(t->arena, (s->settled_ms - s->shipped_ms) / 1000 * 1000000000);

	ink_printf(t->out, "%.*s  %.*s (%.*s), settled after %.*s\n",
		   STR_FMT(clock_text(t, s->shipped_ms)), STR_FMT(s->revision->label),
		   STR_FMT(str_sub(s->revision->hash, 0, 8)), STR_FMT(took));
	write_kustomizations(t, s);
}

/* Faults */

static void write_fault(struct text *t, const struct fault_span *span)
{
	struct str target = span->fault->target;

	if (span->from_ms < 0) {
		ink_printf(t->out, "  never     %.*s", STR_FMT(fault_word(span->fault->kind)));
	} else {
		ink_printf(t->out, "  %.*s  ", STR_FMT(clock_text(t, span->from_ms)));
		ink_paint(t->out, INK_YELLOW, "%.*s", STR_FMT(fault_word(span->fault->kind)));
	}
	ink_printf(t->out, " of %.*s", STR_FMT(target.len ? target : STR("all")));
	if (span->to_ms >= 0)
		ink_printf(t->out, ", until %.*s", STR_FMT(clock_text(t, span->to_ms)));
	ink_printf(t->out, "\n");
}

static void write_faults(struct text *t)
{
	const struct faults *f = t->r->faults;

	if (f->count)
		heading(t, "Faults");
	for (uint32_t i = 0; i < f->count; i++)
		write_fault(t, &f->spans[i]);
}

/* Rollouts */

static void write_event(struct text *t, const struct recorded_event *e)
{
	ink_printf(t->out, "  %.*s  ", STR_FMT(clock_text(t, e->at_ms)));
	if (e->warning)
		ink_paint(t->out, INK_YELLOW, "%.*s", STR_FMT(e->message));
	else
		ink_printf(t->out, "%.*s", STR_FMT(e->message));
	ink_printf(t->out, "\n");
}

static void write_verdict(struct text *t, const struct recorded_verdict *r)
{
	const struct verdict *v = &r->verdict;
	bool pass = verdict_outcome(v) == VERDICT_PASS;
	struct str limit = metric_limits_format(t->arena, &v->limits);
	struct str value = verdict_has_value(v) ? str_printf(t->arena, "%.2f", verdict_value(v))
						: STR("no value");

	ink_printf(t->out, "  %.*s  ", STR_FMT(clock_text(t, r->at_ms)));
	write_mark(t, pass ? INK_GREEN : INK_RED, pass ? "✓" : "✕");
	ink_printf(t->out, "%.*s: %.*s (%.*s) on %lld requests\n", STR_FMT(v->metric),
		   STR_FMT(value), STR_FMT(limit), (long long)r->requests);
}

/* Those up to a moment. */
static void write_verdicts(struct text *t, const struct recorded_canary *c, uint32_t *at,
			   int64_t until_ms)
{
	for (; *at < c->verdicts.count && c->verdicts.items[*at].at_ms <= until_ms; ++*at)
		write_verdict(t, &c->verdicts.items[*at]);
}

/* How a canary began with the first revision is of no interest when there is another. */
static bool is_about(const struct text *t, const struct recorded_event *e,
		     const struct recorded_canary *c)
{
	bool is_setup = !e->revision && t->r->states->count > 1;

	return !is_setup && str_equal(e->kind, STR("Canary")) && key_equal(e->key, c->key);
}

static bool has_events(const struct text *t, const struct recorded_canary *c)
{
	for (uint32_t i = 0; i < t->r->record->events.count; i++)
		if (is_about(t, &t->r->record->events.items[i], c))
			return true;
	return false;
}

/* A canary that halts says the same at every tick: once is enough, and how often. */
static void write_events(struct text *t, const struct recorded_canary *c)
{
	const struct recorded_event *last = NULL, *before = NULL;
	uint32_t repeated = 0, verdict = 0;

	for (uint32_t i = 0; i < t->r->record->events.count; i++) {
		const struct recorded_event *e = &t->r->record->events.items[i];
		if (!is_about(t, e, c))
			continue;
		if ((last && str_equal(last->message, e->message)) ||
		    (before && str_equal(before->message, e->message))) {
			repeated++;
			continue;
		}
		if (repeated)
			ink_printf(t->out, "            … repeated, %u events\n", repeated);
		repeated = 0;
		write_verdicts(t, c, &verdict, e->at_ms);
		write_event(t, e);
		before = last;
		last = e;
	}
	if (repeated)
		ink_printf(t->out, "            … repeated, %u events\n", repeated);
}

static void write_canary(struct text *t, const struct recorded_canary *c)
{
	ink_printf(t->out, "Canary/%.*s/%.*s: ", STR_FMT(c->key.namespace), STR_FMT(c->key.name));
	if (!has_events(t, c)) {
		ink_printf(t->out, "nothing to roll out\n");
		return;
	}
	ink_printf(t->out, "%.*s\n", STR_FMT(outcome_word(canary_outcome(c))));
	plot_weights(t->out, c);
	write_events(t, c);
}

/* What they do to a cluster that is only being set up is of no interest. */
static void write_scalings(struct text *t)
{
	const struct record *record = t->r->record;
	bool first = true;

	for (uint32_t i = 0; i < record->events.count; i++) {
		const struct recorded_event *e = &record->events.items[i];
		bool is_setup = !e->revision && t->r->states->count > 1;
		if (is_setup || !str_equal(e->kind, STR("HorizontalPodAutoscaler")))
			continue;
		if (first)
			heading(t, "Autoscalers");
		first = false;
		ink_printf(t->out, "  %.*s  %.*s/%.*s: %.*s\n", STR_FMT(clock_text(t, e->at_ms)),
			   STR_FMT(e->key.namespace), STR_FMT(e->key.name), STR_FMT(e->message));
	}
}

static void write_expectations(struct text *t)
{
	const struct measures *m = t->r->measures;

	if (m->expectations.count)
		heading(t, "Expectations");
	for (uint32_t i = 0; i < m->expectations.count; i++) {
		const struct expectation *e = &m->expectations.items[i];
		write_mark(t, e->holds ? INK_GREEN : INK_RED, e->holds ? "✓" : "✕");
		ink_printf(t->out, "%.*s: %.*s, expected %.*s\n", STR_FMT(e->what),
			   STR_FMT(e->found), STR_FMT(e->expected));
	}
}

void report_text(const struct rehearsal_results *r, struct ink *out)
{
	SCRATCH(scratch);
	struct text t = { r, scratch, out };

	write_reasons(&t);
	write_changes(&t);
	heading(&t, "Revisions");
	for (uint32_t i = 0; i < r->states->count; i++)
		write_revision(&t, &r->states->items[i]);
	write_faults(&t);
	if (r->record->canaries.count)
		heading(&t, "Rollouts");
	for (uint32_t i = 0; i < r->record->canaries.count; i++)
		write_canary(&t, r->record->canaries.items[i]);
	write_scalings(&t);
	if (r->record->failures.count)
		heading(&t, "Refused writes of controllers");
	for (uint32_t i = 0; i < r->record->failures.count; i++) {
		const struct recorded_failure *f = &r->record->failures.items[i];
		ink_printf(out, "  %.*s %.*s/%.*s: %.*s (%u times)\n", STR_FMT(f->reconciler),
			   STR_FMT(f->key.namespace), STR_FMT(f->key.name), STR_FMT(f->why),
			   f->count);
	}
	if (r->measures->hosts.count)
		heading(&t, "Users, while the last revision was shipped");
	plot_hosts(out, r->measures);
	if (r->measures->workloads.count)
		heading(&t, "Available pods");
	plot_workloads(out, r->measures);
	write_expectations(&t);
	write_invariants(&t);
	heading(&t, "Outcome");
	ink_printf(out, "  %.*s after %.*s of virtual time; seed %llu, hash %016llx\n",
		   STR_FMT(results_verdict(r)),
		   STR_FMT(duration_format(scratch, r->virtual_ms / 1000 * 1000000000)),
		   (unsigned long long)r->seed, (unsigned long long)r->hash);
	ink_printf(out, "  again: %.*s\n", STR_FMT(r->replay));
}

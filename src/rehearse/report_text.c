/* report_text - a rehearsal's report for people */
#include "base/arena.h"
#include "base/duration.h"
#include "rehearse/rehearsal.h"
#include "rehearse/report.h"

struct text {
	const struct rehearsal *r;
	struct buf *out;
	bool color;
};

static const char *paint(const struct text *t, const char *code)
{
	return t->color ? code : "";
}

static void heading(struct text *t, const char *title)
{
	buf_printf(t->out, "\n%s%s%s\n", paint(t, "\033[1m"), title, paint(t, "\033[0m"));
}

static struct str clock_text(const struct text *t, int64_t at_ms)
{
	int64_t s = (at_ms - SIMULATED_EPOCH_MS) / 1000;

	return str_printf(t->r->arena, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60),
			  (int)(s % 60));
}

static void write_kustomizations(struct text *t, const struct revision_state *s)
{
	for (uint32_t i = 0; i < s->kustomizations.count; i++) {
		const struct kustomization_state *k = &s->kustomizations.items[i];
		bool ready = str_equal(k->status, STR("True"));
		buf_printf(t->out, "  %s%s%s %.*s/%.*s: %.*s\n",
			   paint(t, ready ? "\033[32m" : "\033[31m"), ready ? "●" : "✕",
			   paint(t, "\033[0m"), STR_FMT(k->key.namespace), STR_FMT(k->key.name),
			   STR_FMT(k->message));
	}
}

static void write_revision(struct text *t, const struct revision_state *s)
{
	struct str took =
		duration_format(t->r->arena, (s->settled_ms - s->shipped_ms) / 1000 * 1000000000);

	buf_printf(t->out, "%.*s  %.*s (%.*s), settled after %.*s\n",
		   STR_FMT(clock_text(t, s->shipped_ms)), STR_FMT(s->revision->label),
		   STR_FMT(str_sub(s->revision->hash, 0, 8)), STR_FMT(took));
	write_kustomizations(t, s);
}

static void write_canary(struct text *t, const struct recorded_canary *c)
{
	buf_printf(t->out, "Canary/%.*s/%.*s\n", STR_FMT(c->key.namespace), STR_FMT(c->key.name));
	for (uint32_t i = 0; i < t->r->record.events.count; i++) {
		const struct recorded_event *e = &t->r->record.events.items[i];
		if (!str_equal(e->kind, STR("Canary")) || !key_equal(e->key, c->key))
			continue;
		buf_printf(t->out, "  %.*s  %s%.*s%s\n", STR_FMT(clock_text(t, e->at_ms)),
			   paint(t, e->warning ? "\033[33m" : ""), STR_FMT(e->message),
			   paint(t, e->warning ? "\033[0m" : ""));
	}
}

void report_text(const struct rehearsal *r, struct buf *out, bool color)
{
	struct text t = { r, out, color };

	heading(&t, "Revisions");
	for (uint32_t i = 0; i < r->states.count; i++)
		write_revision(&t, &r->states.items[i]);
	if (r->record.canaries.count)
		heading(&t, "Rollouts");
	for (uint32_t i = 0; i < r->record.canaries.count; i++)
		write_canary(&t, r->record.canaries.items[i]);
	if (r->sources.assumed.count)
		heading(&t, "Assumed (taken as healthy without being run)");
	for (uint32_t i = 0; i < r->sources.assumed.count; i++)
		buf_printf(out, "  %.*s\n", STR_FMT(r->sources.assumed.items[i]));
	if (r->record.failures.count)
		heading(&t, "Refused writes of controllers");
	for (uint32_t i = 0; i < r->record.failures.count; i++) {
		const struct recorded_failure *f = &r->record.failures.items[i];
		buf_printf(out, "  %.*s %.*s/%.*s: %.*s (%u times)\n", STR_FMT(f->reconciler),
			   STR_FMT(f->key.namespace), STR_FMT(f->key.name), STR_FMT(f->why),
			   f->count);
	}
	heading(&t, "Outcome");
	buf_printf(out, "  %.*s after %.*s of virtual time; seed %llu, hash %016llx\n",
		   STR_FMT(rehearsal_verdict(r)),
		   STR_FMT(duration_format(r->arena, r->virtual_ms / 1000 * 1000000000)),
		   (unsigned long long)r->options->seed, (unsigned long long)r->hash);
}

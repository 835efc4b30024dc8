/* faults - the injected faults of a scenario, read from YAML */
#include "base/arena.h"
#include "rehearse/scenario/keys.h"

enum { OVER_MAX_MS = 12 * 3600 * 1000 };

static const struct {
	const char *word;
	enum fault_kind kind;
} fault_words[] = {
	{ "errors", FAULT_ERRORS },	     { "latency", FAULT_LATENCY },
	{ "crashLoop", FAULT_CRASH_LOOP },   { "neverReady", FAULT_NEVER_READY },
	{ "metricsGap", FAULT_METRICS_GAP },
};

static int read_fault_kind(struct scenario_reader *r, const struct node *n, void *into)
{
	for (size_t i = 0; i < ARRAY_COUNT(fault_words); i++)
		if (str_equal(str_from_cstr(fault_words[i].word), node_text(n))) {
			((struct scenario_fault *)into)->kind = fault_words[i].kind;
			return 0;
		}
	return scenario_wrong(
		r, n, "a fault; there are errors, latency, crashLoop, neverReady, metricsGap");
}

static int read_after(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_duration(r, n, &((struct scenario_fault *)into)->after_ms);
}

static int read_lasts(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_duration(r, n, &((struct scenario_fault *)into)->lasts_ms);
}

/* With a slash it is a workload, else a host. */
static int read_fault_target(struct scenario_reader *r, const struct node *n, void *into)
{
	struct scenario_fault *f = into;
	struct str kind;
	struct key key;

	f->node = n;
	f->target = node_text(n);
	if (str_find_char(f->target, '/') >= 0)
		return scenario_target(r, n, &kind, &key);
	return f->target.len ? 0 : scenario_wrong(r, n, "a target");
}

static int read_fault_rate(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_share(r, n, &((struct scenario_fault *)into)->error_ppm);
}

static int read_fault_latency(struct scenario_reader *r, const struct node *n, void *into)
{
	return scenario_latency(r, n, &((struct scenario_fault *)into)->latency_ms);
}

int scenario_fault(struct scenario_reader *r, const struct node *n)
{
	static const struct scenario_key keys[] = {
		{ "kind", read_fault_kind },
		{ "after", read_after },
		{ "lasts", read_lasts },
		{ "target", read_fault_target },
		{ "errorRate", read_fault_rate },
		{ "latency", read_fault_latency },
		{},
	};
	struct scenario_fault f = { .lasts_ms = INT64_MAX,
				    .error_ppm = SCENARIO_MILLION,
				    .node = n };

	if (scenario_map(r, n, keys, &f) < 0)
		return -1;
	if (!node_get(n, STR("kind")))
		return error_set(r->err, ERROR_INPUT, n->position, "a fault needs a kind");
	if (!f.target.len && f.kind != FAULT_METRICS_GAP)
		return error_set(r->err, ERROR_INPUT, n->position, "a fault needs a target");
	if (f.kind == FAULT_LATENCY && !f.latency_ms)
		return error_set(r->err, ERROR_INPUT, n->position,
				 "a fault of latency needs a latency, like 500ms");
	bool ends = f.lasts_ms != INT64_MAX;
	if (f.after_ms + (ends ? f.lasts_ms : 0) > OVER_MAX_MS)
		return error_set(r->err, ERROR_INPUT, n->position,
				 "a fault must be over within 12h of the last revision");
	VEC_PUSH(r->arena, &r->s->faults, f);
	return 0;
}

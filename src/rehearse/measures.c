/* measures - what users and pods went through while the last revision was shipped */
#include "rehearse/measures.h"

#include "base/arena.h"
#include "base/duration.h"
#include "mesh/mesh.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal.h"

enum { PPM = 1000000 };

static const struct revision_state *last_state(const struct rehearsal *r)
{
	return &r->states.items[r->states.count - 1];
}

static uint32_t column_count(const struct revision_state *s)
{
	int64_t scrapes = (s->settled_ms - s->shipped_ms) / MESH_SCRAPE_MS;

	return (uint32_t)MIN(MAX(scrapes, (int64_t)1), (int64_t)MEASURES_COLUMNS);
}

/* -1: outside. */
static int column_of(const struct revision_state *s, int64_t at_ms)
{
	int64_t span_ms = MAX(s->settled_ms - s->shipped_ms, (int64_t)1);
	int64_t count = column_count(s);

	if (at_ms < s->shipped_ms || at_ms > s->settled_ms)
		return -1;
	return (int)MIN((at_ms - s->shipped_ms) * count / span_ms, count - 1);
}

/* Hosts */

static void take_host(const struct rehearsal *r, const struct mesh_host *host, struct measures *ret)
{
	struct host_measure m = { .host = str_copy(r->arena, host->host) };

	for (uint32_t i = 0; i < host->point_count; i++) {
		const struct mesh_point *p = &host->points[i];
		int column = column_of(last_state(r), p->at_ms);
		if (column < 0)
			continue;
		m.requests += p->requests;
		m.failures += p->failures;
		m.p99_us = MAX(m.p99_us, p->p99_us);
		m.column_requests[column] += p->requests;
		m.column_failures[column] += p->failures;
		m.column_p99_us[column] = MAX(m.column_p99_us[column], p->p99_us);
	}
	if (m.requests)
		VEC_PUSH(r->arena, &ret->hosts, m);
}

/* Workloads */

/* A size that counts in the span: it began before, or within. */
static void note_size(struct workload_measure *m, const struct workload_size *size)
{
	m->most = MAX(m->most, size->available);
	/* Growing from nothing, and wanted to be nothing, is no lack. */
	if (size->wanted > 0 && m->most > 0)
		m->least = MIN(m->least, size->available);
}

static void take_workload(const struct rehearsal *r, const struct recorded_workload *w,
			  struct measures *ret)
{
	struct workload_measure m = { .key = w->key, .least = INT64_MAX };
	const struct workload_size *now = NULL;
	uint32_t from = 0;

	for (uint32_t i = 0; i < w->sizes.count; i++) {
		const struct workload_size *s = &w->sizes.items[i];
		int column = column_of(last_state(r), s->at_ms);
		if (s->at_ms > last_state(r)->settled_ms)
			break;
		if (column >= 0 && now)
			note_size(&m, now);
		for (; column >= 0 && from < (uint32_t)column; from++)
			m.column[from] = now ? now->available : 0;
		now = s;
	}
	if (now)
		note_size(&m, now);
	for (; from < ret->columns; from++)
		m.column[from] = now ? now->available : 0;
	if (m.least == INT64_MAX)
		m.least = 0;
	if (m.most)
		VEC_PUSH(r->arena, &ret->workloads, m);
}

/* Canaries */

static bool has_progressed(const struct rehearsal *r, const struct recorded_canary *c)
{
	for (uint32_t i = 0; i < c->states.count; i++)
		if (c->states.items[i].at_ms >= last_state(r)->shipped_ms &&
		    str_equal(c->states.items[i].phase, STR("Progressing")))
			return true;
	return false;
}

/* Absent: its analysis has something to judge. */
static struct str why_untested(const struct rehearsal *r, const struct recorded_canary *c,
			       struct str target)
{
	const struct mesh *mesh = playing_mesh(r->playing);
	struct str primary = str_concat(r->arena, target, STR("-primary"));
	int64_t to_target = mesh_last_request_ms(mesh, c->key.namespace, target);
	int64_t to_primary = mesh_last_request_ms(mesh, c->key.namespace, primary);

	if (to_target < 0 && to_primary < 0)
		return str_printf(r->arena, "no request reaches %.*s.%.*s", STR_FMT(c->apex),
				  STR_FMT(c->key.namespace));
	if (has_progressed(r, c) && to_target < last_state(r)->shipped_ms)
		return str_printf(r->arena,
				  "no request reached the new revision while it was analysed");
	return STR_NONE;
}

static void take_canaries(const struct rehearsal *r, struct measures *ret)
{
	const struct cache *cache = runner_cache(r->platform->runner);

	for (uint32_t i = 0; i < r->record.canaries.count; i++) {
		const struct recorded_canary *c = r->record.canaries.items[i];
		const struct object *o = cache_get(cache, KIND_CANARY, c->key);
		if (!o || c->gone || node_bool_at(o->root, "spec.skipAnalysis", false))
			continue;
		struct str target = str_copy(r->arena, node_str_at(o->root, "spec.targetRef.name"));
		struct untested_canary untested = { c->key, why_untested(r, c, target) };
		if (untested.why.ptr)
			VEC_PUSH(r->arena, &ret->untested, untested);
	}
}

/* Expectations */

static void expect(const struct rehearsal *r, struct measures *ret, const char *what, bool holds,
		   struct str expected, struct str found)
{
	struct expectation e = { str_from_cstr(what), expected, found, holds };

	VEC_PUSH(r->arena, &ret->expectations, e);
}

/* When the last canary came to its end. */
static int64_t took_ms(const struct rehearsal *r)
{
	int64_t end_ms = last_state(r)->shipped_ms;

	for (uint32_t i = 0; i < r->record.canaries.count; i++) {
		const struct recorded_canary *c = r->record.canaries.items[i];
		if (c->states.count)
			end_ms = MAX(end_ms, c->states.items[c->states.count - 1].at_ms);
	}
	return end_ms - last_state(r)->shipped_ms;
}

static void expect_within(const struct rehearsal *r, struct measures *ret)
{
	int64_t limit_ms = r->options->scenario->expect_within_ms, took = took_ms(r);

	if (limit_ms >= 0)
		expect(r, ret, "within", took <= limit_ms,
		       duration_format(r->arena, limit_ms * NS_PER_MS),
		       duration_format(r->arena, took * NS_PER_MS));
}

static struct str percent(const struct rehearsal *r, double ppm)
{
	return str_printf(r->arena, "%.3f %%", ppm / 10000);
}

static void expect_errors(const struct rehearsal *r, struct measures *ret)
{
	uint64_t requests = 0, failures = 0;
	int64_t limit = r->options->scenario->expect_error_ppm;

	for (uint32_t i = 0; i < ret->hosts.count; i++) {
		requests += ret->hosts.items[i].requests;
		failures += ret->hosts.items[i].failures;
	}
	double ppm = requests ? (double)failures * PPM / (double)requests : 0;
	if (limit >= 0)
		expect(r, ret, "maxErrorRatio", ppm <= (double)limit, percent(r, (double)limit),
		       percent(r, ppm));
}

static void expect_available(const struct rehearsal *r, struct measures *ret)
{
	int64_t least = r->options->scenario->expect_min_available;

	for (uint32_t i = 0; least > 0 && i < ret->workloads.count; i++) {
		const struct workload_measure *w = &ret->workloads.items[i];
		expect(r, ret, "minAvailable", w->least >= least,
		       str_printf(r->arena, "%lld", (long long)least),
		       str_printf(r->arena, "%lld of %.*s/%.*s", (long long)w->least,
				  STR_FMT(w->key.namespace), STR_FMT(w->key.name)));
	}
}

void measures_take(struct rehearsal *r, struct measures *ret)
{
	uint32_t count = 0;
	const struct mesh_host *hosts = mesh_statistics(playing_mesh(r->playing), r->arena, &count);
	struct str outcome = r->options->scenario->expect_outcome;

	*ret = (struct measures){ .columns = column_count(last_state(r)) };
	for (uint32_t i = 0; i < count; i++)
		take_host(r, &hosts[i], ret);
	for (uint32_t i = 0; i < r->record.workloads.count; i++)
		take_workload(r, r->record.workloads.items[i], ret);
	take_canaries(r, ret);
	if (outcome.ptr)
		expect(r, ret, "outcome", str_equal(rehearsal_verdict(r), outcome), outcome,
		       rehearsal_verdict(r));
	expect_within(r, ret);
	expect_errors(r, ret);
	expect_available(r, ret);
}

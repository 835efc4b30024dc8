/* measures - requests and available pods during the last revision, and the scenario's
 * expectations */
#include "rehearse/measures.h"

#include "base/arena.h"
#include "base/duration.h"
#include "mesh/mesh.h"
#include "rehearse/record.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/scenario.h"

enum { PPM = 1000000 };

/* What is measured, and against what. */
struct input {
	const struct rehearsal_results *results;
	const struct scenario *scenario;
	const struct mesh *mesh;
	struct arena *arena;
};

static const struct revision_state *last(const struct input *in)
{
	return revision_states_last(in->results->states);
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

static void take_host(const struct input *in, const struct mesh_host *host, struct measures *ret)
{
	struct host_measure m = { .host = str_copy(in->arena, host->host) };

	for (uint32_t i = 0; i < host->point_count; i++) {
		const struct mesh_point *p = &host->points[i];
		int column = column_of(last(in), p->at_ms);
		if (column < 0)
			continue;
		assert(p->failures <= p->requests);
		m.requests += p->requests;
		m.failures += p->failures;
		m.p99_us = MAX(m.p99_us, p->p99_us);
		m.column_requests[column] += p->requests;
		m.column_failures[column] += p->failures;
		m.column_p99_us[column] = MAX(m.column_p99_us[column], p->p99_us);
	}
	if (m.requests)
		VEC_PUSH(in->arena, &ret->hosts, m);
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

static void take_workload(const struct input *in, const struct recorded_workload *w,
			  struct measures *ret)
{
	struct workload_measure m = { .key = w->key, .least = INT64_MAX };
	const struct workload_size *now = NULL;
	uint32_t from = 0;

	for (uint32_t i = 0; i < w->sizes.count; i++) {
		const struct workload_size *s = &w->sizes.items[i];
		int column = column_of(last(in), s->at_ms);
		if (s->at_ms > last(in)->settled_ms)
			break;
		if (column >= 0 && now)
			note_size(&m, now);
		assert(column < (int)ret->columns);
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
		VEC_PUSH(in->arena, &ret->workloads, m);
}

/* Canaries */

static bool has_progressed(const struct input *in, const struct recorded_canary *c)
{
	for (uint32_t i = 0; i < c->states.count; i++)
		if (c->states.items[i].at_ms >= last(in)->shipped_ms &&
		    str_equal(c->states.items[i].phase, STR("Progressing")))
			return true;
	return false;
}

/* Absent: its analysis has something to judge. */
static struct str why_untested(const struct input *in, const struct recorded_canary *c,
			       struct str target)
{
	const struct mesh *mesh = in->mesh;
	struct str primary = str_concat(in->arena, target, STR("-primary"));
	int64_t to_target = mesh_last_request_ms(mesh, c->key.namespace, target);
	int64_t to_primary = mesh_last_request_ms(mesh, c->key.namespace, primary);

	if (to_target < 0 && to_primary < 0)
		return str_printf(in->arena, "no request reaches %.*s.%.*s", STR_FMT(c->apex),
				  STR_FMT(c->key.namespace));
	if (has_progressed(in, c) && to_target < last(in)->shipped_ms)
		return str_printf(in->arena,
				  "no request reached the new revision while it was analysed");
	return STR_NONE;
}

static void take_canaries(const struct input *in, struct measures *ret)
{
	const struct cache *cache = in->results->cluster;

	for (uint32_t i = 0; i < in->results->record->canaries.count; i++) {
		const struct recorded_canary *c = in->results->record->canaries.items[i];
		const struct object *o = cache_get(cache, KIND_CANARY, c->key);
		if (!o || c->gone || node_bool_at(o->root, "spec.skipAnalysis", false))
			continue;
		struct str target =
			str_copy(in->arena, node_str_at(o->root, "spec.targetRef.name"));
		struct untested_canary untested = { c->key, why_untested(in, c, target) };
		if (untested.why.ptr)
			VEC_PUSH(in->arena, &ret->untested, untested);
	}
}

/* Expectations */

static void expect(const struct input *in, struct measures *ret, const char *what, bool holds,
		   struct str expected, struct str found)
{
	struct expectation e = { str_from_cstr(what), expected, found, holds };

	VEC_PUSH(in->arena, &ret->expectations, e);
}

/* When the last canary came to its end. */
static int64_t took_ms(const struct input *in)
{
	int64_t end_ms = last(in)->shipped_ms;

	for (uint32_t i = 0; i < in->results->record->canaries.count; i++) {
		const struct recorded_canary *c = in->results->record->canaries.items[i];
		if (c->states.count)
			end_ms = MAX(end_ms, c->states.items[c->states.count - 1].at_ms);
	}
	return end_ms - last(in)->shipped_ms;
}

static void expect_within(const struct input *in, struct measures *ret)
{
	int64_t limit_ms = in->scenario->expect_within_ms, took = took_ms(in);

	if (limit_ms >= 0)
		expect(in, ret, "within", took <= limit_ms,
		       duration_format(in->arena, limit_ms * NS_PER_MS),
		       duration_format(in->arena, took * NS_PER_MS));
}

static struct str percent(const struct input *in, double ppm)
{
	return str_printf(in->arena, "%.3f %%", ppm / 10000);
}

static void expect_errors(const struct input *in, struct measures *ret)
{
	uint64_t requests = 0, failures = 0;
	int64_t limit = in->scenario->expect_error_ppm;

	for (uint32_t i = 0; i < ret->hosts.count; i++) {
		requests += ret->hosts.items[i].requests;
		failures += ret->hosts.items[i].failures;
	}
	double ppm = requests ? (double)failures * PPM / (double)requests : 0;
	if (limit >= 0)
		expect(in, ret, "maxErrorRatio", ppm <= (double)limit, percent(in, (double)limit),
		       percent(in, ppm));
}

static void expect_available(const struct input *in, struct measures *ret)
{
	int64_t least = in->scenario->expect_min_available;

	if (least > 0 && !ret->workloads.count)
		expect(in, ret, "minAvailable", /* holds= */ false,
		       str_printf(in->arena, "%lld", (long long)least),
		       STR("no workload that ever had a pod"));
	for (uint32_t i = 0; least > 0 && i < ret->workloads.count; i++) {
		const struct workload_measure *w = &ret->workloads.items[i];
		expect(in, ret, "minAvailable", w->least >= least,
		       str_printf(in->arena, "%lld", (long long)least),
		       str_printf(in->arena, "%lld of %.*s/%.*s", (long long)w->least,
				  STR_FMT(w->key.namespace), STR_FMT(w->key.name)));
	}
}

void measures_take(const struct rehearsal_results *results, const struct scenario *scenario,
		   const struct mesh *mesh, struct arena *arena, struct measures *ret)
{
	const struct input in = { results, scenario, mesh, arena };
	uint32_t count = 0;
	const struct mesh_host *hosts = mesh_statistics(mesh, arena, &count);
	struct str outcome = scenario->expect_outcome;

	*ret = (struct measures){ .columns = column_count(last(&in)) };
	for (uint32_t i = 0; i < count; i++)
		take_host(&in, &hosts[i], ret);
	for (uint32_t i = 0; i < results->record->workloads.count; i++)
		take_workload(&in, results->record->workloads.items[i], ret);
	take_canaries(&in, ret);
	if (outcome.ptr)
		expect(&in, ret, "outcome", str_equal(results_verdict(results), outcome), outcome,
		       results_verdict(results));
	expect_within(&in, ret);
	expect_errors(&in, ret);
	expect_available(&in, ret);
}

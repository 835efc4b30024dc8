/* measures - what users and pods went through while the last revision was shipped */
#include "rehearse/measures.h"

#include "base/arena.h"
#include "base/duration.h"
#include "cluster/mesh.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal.h"

enum { PPM = 1000000 };

static const struct revision_state *last_state(const struct rehearsal *r)
{
	return &r->states.items[r->states.count - 1];
}

/* -1: outside. */
static int column_of(const struct revision_state *s, int64_t at_ms)
{
	int64_t span_ms = MAX(s->settled_ms - s->shipped_ms, (int64_t)1);

	if (at_ms < s->shipped_ms || at_ms > s->settled_ms)
		return -1;
	return (int)MIN((at_ms - s->shipped_ms) * MEASURES_COLUMNS / span_ms,
			(int64_t)(MEASURES_COLUMNS - 1));
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

static void take_workload(const struct rehearsal *r, const struct recorded_workload *w,
			  struct measures *ret)
{
	struct workload_measure m = { .key = w->key, .least = INT64_MAX };
	int64_t available = 0;
	int from = 0;

	for (uint32_t i = 0; i < w->sizes.count; i++) {
		const struct workload_size *s = &w->sizes.items[i];
		int column = column_of(last_state(r), s->at_ms);
		if (s->at_ms > last_state(r)->settled_ms)
			break;
		for (; from < column; from++)
			m.column[from] = available;
		available = s->available;
		m.most = MAX(m.most, available);
		/* Growing from nothing, and wanted to be nothing, is no lack. */
		if (column >= 0 && s->wanted > 0 && m.most > 0)
			m.least = MIN(m.least, available);
		else if (column < 0)
			m.least = s->wanted > 0 && available ? available : INT64_MAX;
	}
	for (; from < MEASURES_COLUMNS; from++)
		m.column[from] = available;
	if (m.least == INT64_MAX)
		m.least = 0;
	if (m.most)
		VEC_PUSH(r->arena, &ret->workloads, m);
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

	*ret = (struct measures){};
	for (uint32_t i = 0; i < count; i++)
		take_host(r, &hosts[i], ret);
	for (uint32_t i = 0; i < r->record.workloads.count; i++)
		take_workload(r, r->record.workloads.items[i], ret);
	if (outcome.ptr)
		expect(r, ret, "outcome", str_equal(rehearsal_verdict(r), outcome), outcome,
		       rehearsal_verdict(r));
	expect_within(r, ret);
	expect_errors(r, ret);
	expect_available(r, ret);
}

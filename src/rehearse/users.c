/* users - whether the last revision harms those who send requests */
#include "rehearse/users.h"

#include "base/arena.h"
#include "base/sort.h"
#include "rehearse/faults.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/scenario.h"

enum { PPM = 1000000 };

struct input {
	const struct rehearsal_results *results;
	struct arena *arena;
};

static int64_t failures_ppm(const struct mesh_point *p)
{
	return p->requests ? (int64_t)(p->failures * PPM / p->requests) : 0;
}

/* The worst that users had before the first revision was left. */
static int64_t baseline_ppm(const struct input *in, const struct mesh_host *host)
{
	const struct revision_state *first = &in->results->states->items[0];
	int64_t worst = 0;

	if (in->results->states->count < 2)
		return 0;
	for (uint32_t i = 0; i < host->point_count; i++) {
		const struct mesh_point *p = &host->points[i];
		if (p->at_ms <= first->settled_ms &&
		    p->at_ms > first->settled_ms - USERS_BASELINE_MS)
			worst = MAX(worst, failures_ppm(p));
	}
	return worst;
}

/* From when on failures count: a host that is new may need its time to start. */
static int64_t judged_from_ms(const struct input *in, const struct mesh_host *host)
{
	const struct revision_state *first = &in->results->states->items[0];
	const struct revision_state *last = revision_states_last(in->results->states);

	for (uint32_t i = 0; first != last && i < host->point_count; i++)
		if (host->points[i].at_ms <= first->settled_ms && host->points[i].requests)
			return last->shipped_ms;
	return MAX(last->shipped_ms, last->settled_ms - USERS_BASELINE_MS);
}

static bool is_under_fault(const struct input *in, int64_t at_ms)
{
	const struct faults *f = in->results->faults;

	for (uint32_t i = 0; f && i < f->count; i++) {
		const struct fault_span *span = &f->spans[i];
		bool begun = span->from_ms >= 0 && span->from_ms <= at_ms;
		if (begun && (span->to_ms < 0 || span->to_ms >= at_ms - MESH_SCRAPE_MS))
			return true;
	}
	return false;
}

static bool is_harm(const struct mesh_point *p, int64_t allowed_ppm)
{
	int64_t allowed = (int64_t)p->requests * MIN(allowed_ppm, (int64_t)PPM) / PPM;

	return (int64_t)p->failures - allowed >= USERS_FAILURES_MIN;
}

static void add_point(struct harmed_host *harmed, const struct mesh_point *p)
{
	if (!harmed->requests)
		harmed->from_ms = p->at_ms - MESH_SCRAPE_MS;
	harmed->until_ms = p->at_ms;
	harmed->requests += p->requests;
	harmed->failures += p->failures;
}

static int compare_causes(const void *a, const void *b, void *context)
{
	const struct mesh_cause *x = a, *y = b;

	(void)context;
	if (x->requests != y->requests)
		return x->requests > y->requests ? -1 : 1;
	return str_compare(x->why, y->why);
}

/* Those that were met while it was harmed. */
static void take_causes(const struct input *in, const struct mesh_host *host,
			struct harmed_host *harmed)
{
	struct mesh_cause *causes = arena_array(in->arena, struct mesh_cause, host->cause_count);

	for (uint32_t i = 0; i < host->cause_count; i++) {
		const struct mesh_cause *c = &host->causes[i];
		if (c->last_ms >= harmed->from_ms && c->first_ms <= harmed->until_ms)
			causes[harmed->cause_count++] = *c;
	}
	sort_stable(causes, harmed->cause_count, sizeof(*causes), compare_causes, NULL);
	harmed->causes = causes;
}

static void take_host(const struct input *in, const struct mesh_host *host, struct users *ret)
{
	const struct revision_state *last = revision_states_last(in->results->states);
	int64_t baseline = baseline_ppm(in, host), from_ms = judged_from_ms(in, host);
	struct harmed_host harmed = { .host = str_copy(in->arena, host->host) };
	struct harmed_host before = harmed;

	for (uint32_t i = 0; i < host->point_count; i++) {
		const struct mesh_point *p = &host->points[i];
		bool is_last = p->at_ms > from_ms && p->at_ms <= last->settled_ms;
		if (!is_last || is_under_fault(in, p->at_ms))
			continue;
		if (is_harm(p, baseline + USERS_ERROR_BUDGET_PPM))
			add_point(&harmed, p);
		else if (is_harm(p, USERS_ERROR_BUDGET_PPM))
			add_point(&before, p);
	}
	struct harmed_host *found = harmed.requests ? &harmed : &before;
	found->so_before = found == &before;
	if (!found->requests)
		return;
	take_causes(in, host, found);
	VEC_PUSH(in->arena, &ret->harmed, *found);
}

void users_take(const struct rehearsal_results *results, const struct scenario *scenario,
		const struct mesh *mesh, struct arena *arena, struct users *ret)
{
	const struct input in = { results, arena };
	uint32_t count = 0;
	const struct mesh_host *hosts = mesh_statistics(mesh, arena, &count);

	*ret = (struct users){};
	for (uint32_t i = 0; scenario->expect_error_ppm < 0 && i < count; i++)
		take_host(&in, &hosts[i], ret);
}

/* measures_test - sizes of workloads over time, and expectations of a scenario */
#include "rehearse/measures.h"

#include "mesh/mesh.h"
#include "rehearse/rehearsal_test.h"

/* The last revision was shipped a minute after the start and took ten scrapes. */
#define SHIPPED_MS ((int64_t)SIMULATED_EPOCH_MS + 60000)
#define SETTLED_MS (SHIPPED_MS + 10 * (int64_t)MESH_SCRAPE_MS)

static void begin(struct rehearsal_fixture *f)
{
	struct revision_state last = { .revision = &f->revisions[1],
				       .shipped_ms = SHIPPED_MS,
				       .settled_ms = SETTLED_MS };

	rehearsal_begin(f);
	VEC_PUSH(f->arena, &f->r.states, last);
}

struct size {
	int64_t after_ms, wanted, available; /* from the shipping */
};

static void record_sizes(struct rehearsal_fixture *f, const struct size *sizes, size_t count)
{
	struct recorded_workload *w = arena_one(f->arena, struct recorded_workload);

	w->key = (struct key){ STR("default"), STR("web") };
	for (size_t i = 0; i < count; i++) {
		struct workload_size s = { SHIPPED_MS + sizes[i].after_ms, sizes[i].wanted,
					   sizes[i].available };
		VEC_PUSH(f->arena, &w->sizes, s);
	}
	VEC_PUSH(f->arena, &f->r.record.workloads, w);
}

static void available_pods_are_measured_from_shipping_to_rest(void)
{
	static const struct {
		struct size sizes[4];
		size_t count;
		int64_t least, most, first, last; /* column */
	} cases[] = {
		{ { { -1000, 3, 3 } }, 1, 3, 3, 3, 3 },
		{ { { -9000, 3, 1 }, { -1000, 3, 3 }, { 20000, 3, 2 }, { 30000, 3, 3 } },
		  4,
		  2,
		  3,
		  3,
		  3 },
		/* It grows from nothing: no lack. */
		{ { { 0, 2, 0 }, { 20000, 2, 1 }, { 30000, 2, 2 } }, 3, 1, 2, 0, 2 },
		/* What comes after the rest does not count. */
		{ { { -1000, 2, 2 }, { 1000000000, 2, 0 } }, 2, 2, 2, 2, 2 },
		/* It is wanted to be nothing. */
		{ { { -1000, 2, 2 }, { 20000, 0, 0 } }, 2, 2, 2, 2, 0 },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct rehearsal_fixture f;
		struct measures m;

		begin(&f);
		record_sizes(&f, cases[i].sizes, cases[i].count);
		measures_take(&f.r.results, &f.scenario, f.r.platform->mesh, f.arena, &m);
		CHECK_INT(m.columns, 10);
		CHECK_INT(m.workloads.count, 1);
		CHECK_INT(m.workloads.items[0].least, cases[i].least);
		CHECK_INT(m.workloads.items[0].most, cases[i].most);
		CHECK_INT(m.workloads.items[0].column[0], cases[i].first);
		CHECK_INT(m.workloads.items[0].column[9], cases[i].last);
		rehearsal_end(&f);
	}
}

static void a_workload_that_never_had_pods_is_left_out(void)
{
	static const struct size none = { 0, 1, 0 };
	struct rehearsal_fixture f;
	struct measures m;

	begin(&f);
	record_sizes(&f, &none, 1);
	measures_take(&f.r.results, &f.scenario, f.r.platform->mesh, f.arena, &m);
	CHECK_INT(m.workloads.count, 0);
	CHECK_INT(m.hosts.count, 0);
	CHECK_INT(m.expectations.count, 0); /* the scenario has none */
	rehearsal_end(&f);
}

static void an_expectation_about_no_pods_does_not_hold(void)
{
	struct rehearsal_fixture f;
	struct measures m;

	begin(&f);
	f.scenario.expect_min_available = 1;
	measures_take(&f.r.results, &f.scenario, f.r.platform->mesh, f.arena, &m);
	if (CHECK_INT(m.expectations.count, 1)) {
		CHECK(!m.expectations.items[0].holds);
		CHECK_TEXT(m.expectations.items[0].found, "no workload that ever had a pod");
	}
	rehearsal_end(&f);
}

static void record_end(struct rehearsal_fixture *f, const char *phase, int64_t after_ms)
{
	struct recorded_canary *c = arena_one(f->arena, struct recorded_canary);
	struct canary_state s = { .at_ms = SHIPPED_MS + after_ms, .phase = str_from_cstr(phase) };

	c->key = (struct key){ STR("default"), STR("web") };
	VEC_PUSH(f->arena, &c->states, s);
	VEC_PUSH(f->arena, &f->r.record.canaries, c);
}

static void expectations_are_compared_with_what_was_found(void)
{
	static const struct size sizes[] = { { -1000, 3, 3 }, { 20000, 3, 2 } };
	static const struct {
		const char *what, *expected, *found;
		bool holds;
	} wanted[] = {
		{ "outcome", "promoted", "rolledBack", false },
		{ "within", "2m0s", "1m0s", true },
		{ "maxErrorRatio", "1.000 %", "0.000 %", true },
		{ "minAvailable", "3", "2 of default/web", false },
	};
	struct rehearsal_fixture f;
	struct measures m;

	begin(&f);
	record_sizes(&f, sizes, ARRAY_COUNT(sizes));
	record_end(&f, "Failed", 60000);
	f.scenario.expect_outcome = STR("promoted");
	f.scenario.expect_within_ms = 120000;
	f.scenario.expect_error_ppm = 10000;
	f.scenario.expect_min_available = 3;
	measures_take(&f.r.results, &f.scenario, f.r.platform->mesh, f.arena, &m);
	CHECK_INT(m.expectations.count, ARRAY_COUNT(wanted));
	for (uint32_t i = 0; i < m.expectations.count; i++) {
		CHECK_STR(m.expectations.items[i].what, str_from_cstr(wanted[i].what));
		CHECK_STR(m.expectations.items[i].expected, str_from_cstr(wanted[i].expected));
		CHECK_STR(m.expectations.items[i].found, str_from_cstr(wanted[i].found));
		CHECK_INT(m.expectations.items[i].holds, wanted[i].holds);
	}
	rehearsal_end(&f);
}

static void a_canary_that_no_request_reaches_is_untested(void)
{
	struct rehearsal_fixture f;
	struct measures m;

	begin(&f);
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	measures_take(&f.r.results, &f.scenario, f.r.platform->mesh, f.arena, &m);
	CHECK_INT(m.untested.count, 1);
	CHECK_TEXT(m.untested.items[0].why, "no request reaches web.default");
	f.r.record.canaries.items[0]->gone = true;
	measures_take(&f.r.results, &f.scenario, f.r.platform->mesh, f.arena, &m);
	CHECK_INT(m.untested.count, 0);
	rehearsal_end(&f);
}

TESTS({ "available pods are measured from shipping to rest",
	available_pods_are_measured_from_shipping_to_rest },
      { "a workload that never had pods is left out", a_workload_that_never_had_pods_is_left_out },
      { "an expectation about no pods does not hold", an_expectation_about_no_pods_does_not_hold },
      { "expectations are compared with what was found",
	expectations_are_compared_with_what_was_found },
      { "a Canary that no request reaches is untested",
	a_canary_that_no_request_reaches_is_untested })

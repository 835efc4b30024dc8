/* text_test - what went wrong stands in the report, with its place */
#include "base/ink.h"
#include "rehearse/report.h"
#include "rehearse/results_test.h"
#include "world/simulated.h"

static bool says(struct results_fixture *f, const char *line)
{
	struct buf out;

	buf_init(&out, f->arena);
	report_text(&f->results, &(struct ink){ .out = &out });
	return str_contains(buf_str(&out), str_from_cstr(line));
}

static void a_good_release_says_so(void)
{
	struct results_fixture f;

	results_begin(&f);
	f.results.replay = STR("forge rehearse shop");
	f.invariants.checks[INVARIANT_STATUS] = 12;
	CHECK(says(&f, "● all hold, looked at 12 times\n"));
	CHECK(says(&f, "  healthy after 0s of virtual time; seed 1, hash 0000000000000000\n"));
	CHECK(says(&f, "  again: forge rehearse shop\n"));
	CHECK(!says(&f, "Refused writes"));
	results_end(&f);
}

static void broken_invariants_are_listed(void)
{
	struct violation broken = { .id = INVARIANT_WEIGHT,
				    .at_ms = SIMULATED_EPOCH_MS + 61000,
				    .kind = STR("Canary"),
				    .key = { STR("default"), STR("web") },
				    .message = STR("its weight rose on a check that failed"),
				    .times = 2 };
	struct results_fixture f;

	results_begin(&f);
	VEC_PUSH(f.arena, &f.invariants.violations, broken);
	CHECK(says(&f, "✕ weight: Canary/default/web: its weight rose on a check that failed (at "
		       "00:01:01, 2 times)"));
	CHECK(says(&f, "  violated after "));
	CHECK(!says(&f, "all hold"));
	results_end(&f);
}

static void refused_writes_are_listed(void)
{
	struct recorded_failure failure = {
		.reconciler = STR("job-controller"),
		.key = { STR("default"), STR("a") },
		.why = STR("no room"),
		.count = 3,
	};
	struct results_fixture f;

	results_begin(&f);
	VEC_PUSH(f.arena, &f.record.failures, failure);
	CHECK(says(&f, "  job-controller default/a: no room (3 times)\n"));
	results_end(&f);
}

TESTS({ "a good release says so", a_good_release_says_so },
      { "broken invariants are listed", broken_invariants_are_listed },
      { "refused writes are listed", refused_writes_are_listed })

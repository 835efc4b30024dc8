/* results_test - what became of a release, and whether that is good */
#include "rehearse/results_test.h"

static void add_canary(struct results_fixture *f, const char *phase)
{
	struct recorded_canary *c = arena_one(f->arena, struct recorded_canary);
	struct canary_state s = { .phase = str_from_cstr(phase) };

	VEC_PUSH(f->arena, &c->states, s);
	VEC_PUSH(f->arena, &f->record.canaries, c);
}

/* Of several things that happened the worst is the verdict. */
static void the_verdict_is_the_worst(void)
{
	static const struct {
		const char *phases[2], *ready;
		bool violated, unhealthy;
		struct str verdict;
	} cases[] = {
		{ { NULL, NULL }, "True", false, false, STR_INIT("healthy") },
		{ { "Succeeded", NULL }, "True", false, false, STR_INIT("promoted") },
		{ { "Succeeded", "Failed" }, "True", false, false, STR_INIT("rolledBack") },
		{ { "Progressing", "Failed" }, "True", false, false, STR_INIT("stuck") },
		{ { "Succeeded", NULL }, "True", true, false, STR_INIT("violated") },
		{ { "Succeeded", NULL }, "False", true, false, STR_INIT("failed") },
		{ { "Succeeded", NULL }, "True", false, true, STR_INIT("failed") },
		{ { "Succeeded", NULL }, "", false, false, STR_INIT("promoted") }, /* deleted */
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].verdict); i++) {
		struct results_fixture f;
		struct kustomization_state k = { .status = str_from_cstr(cases[i].ready) };
		struct violation broken = {};
		struct unhealthy unhealthy = {};

		results_begin(&f);
		struct revision_state *last = &f.states.items[1];
		VEC_PUSH(f.arena, &last->kustomizations, k);
		if (cases[i].unhealthy)
			VEC_PUSH(f.arena, &last->unhealthy, unhealthy);
		if (cases[i].violated)
			VEC_PUSH(f.arena, &f.invariants.violations, broken);
		for (size_t c = 0; c < 2 && cases[i].phases[c]; c++)
			add_canary(&f, cases[i].phases[c]);
		CHECK_STR(results_verdict(&f.results), cases[i].verdict);
		results_end(&f);
	}
}

/* A scenario that expects a rollback is satisfied with one. */
static void what_is_expected_is_good(void)
{
	static const struct {
		const char *phase;
		bool expects_outcome, broken; /* an expectation does not hold */
		bool good;
	} cases[] = {
		{ NULL, false, false, true },		{ "Succeeded", false, false, true },
		{ "Failed", false, false, false },	{ "Failed", true, false, true },
		{ "Succeeded", false, true, false },	{ "Failed", true, true, false },
		{ "Progressing", false, false, false },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].phase ? cases[i].phase : "none"); i++) {
		struct results_fixture f;
		struct expectation e = { .holds = true };

		results_begin(&f);
		if (cases[i].phase)
			add_canary(&f, cases[i].phase);
		VEC_PUSH(f.arena, &f.measures.expectations, e);
		e.holds = !cases[i].broken;
		VEC_PUSH(f.arena, &f.measures.expectations, e);
		f.results.expects_outcome = cases[i].expects_outcome;
		CHECK_INT(results_are_good(&f.results), cases[i].good);
		results_end(&f);
	}
}

TESTS({ "the verdict is the worst", the_verdict_is_the_worst },
      { "a result that the scenario expects is good", what_is_expected_is_good })

/* rehearsal_test - what became of a release, and the command that runs it again */
#include "rehearse/rehearsal_test.h"

static void add_canary(struct rehearsal_fixture *f, const char *phase)
{
	struct recorded_canary *c = arena_one(f->arena, struct recorded_canary);
	struct canary_state s = { .phase = str_from_cstr(phase) };

	VEC_PUSH(f->arena, &c->states, s);
	VEC_PUSH(f->arena, &f->r.record.canaries, c);
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
		struct rehearsal_fixture f;
		struct revision_state last = {};
		struct kustomization_state k = { .status = str_from_cstr(cases[i].ready) };
		struct violation broken = {};
		struct unhealthy unhealthy = {};

		rehearsal_begin(&f);
		VEC_PUSH(f.arena, &last.kustomizations, k);
		if (cases[i].unhealthy)
			VEC_PUSH(f.arena, &last.unhealthy, unhealthy);
		VEC_PUSH(f.arena, &f.r.states, last);
		if (cases[i].violated)
			VEC_PUSH(f.arena, &f.r.invariants.violations, broken);
		for (size_t c = 0; c < 2 && cases[i].phases[c]; c++)
			add_canary(&f, cases[i].phases[c]);
		CHECK_STR(rehearsal_verdict(&f.r), cases[i].verdict);
		rehearsal_end(&f);
	}
}

static void it_is_replayed_by_commits(void)
{
	static const struct str scenario = STR_INIT("s.yaml");
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	f.options.path = STR("shop");
	f.options.seed = 7;
	CHECK_TEXT(rehearsal_replay(&f.r), "forge rehearse shop --from 1111 --to 2222 --seed 7");
	f.r.root = STR("clusters/prod");
	f.r.is_working_tree = true;
	f.options.scenario_paths = &scenario;
	f.options.scenario_path_count = 1;
	f.options.no_rollback = true;
	CHECK_TEXT(rehearsal_replay(&f.r),
		   "forge rehearse shop --cluster clusters/prod --from 1111 --scenario s.yaml "
		   "--seed 7 --no-rollback");
	rehearsal_end(&f);
}

TESTS({ "the verdict is the worst", the_verdict_is_the_worst },
      { "it is replayed by commits", it_is_replayed_by_commits })

/* playing_test - when the next revision is shipped early */
#include "rehearse/playing.h"

#include "rehearse/rehearsal_test.h"

static void the_next_revision_waits_for_its_moment(void)
{
	static const struct {
		struct scenario_ship ship;
		bool is_here; /* with a Canary Progressing at 20 */
	} cases[] = {
		{ { .step = 2, .phase = STR_INIT("Progressing"), .weight = -1 }, true },
		{ { .step = 2, .phase = STR_INIT("Progressing"), .weight = 20 }, true },
		{ { .step = 2, .phase = STR_INIT("Progressing"), .weight = 30 }, false },
		{ { .step = 2, .phase = STR_INIT("Promoting"), .weight = 20 }, false },
		{ { .step = 2, .weight = 20 }, true },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		struct rehearsal_fixture f;

		rehearsal_prepare(&f);
		VEC_PUSH(f.arena, &f.scenario.ships, cases[i].ship);
		rehearsal_start(&f);
		CHECK(!playing_moment_is_here(f.r.playing, 1)); /* there is no Canary yet */
		rehearsal_apply(&f, rehearsal_canary(&f, "web"));
		rehearsal_status(&f, KIND_CANARY, "web", "{phase: Progressing, canaryWeight: 20}");
		CHECK_INT(playing_moment_is_here(f.r.playing, 1), cases[i].is_here);
		CHECK(playing_ships_early(f.r.playing, 1));
		CHECK(!playing_ships_early(f.r.playing, 0)); /* nobody speaks of it */
		rehearsal_end(&f);
	}
}

TESTS({ "the next revision waits for its moment", the_next_revision_waits_for_its_moment })

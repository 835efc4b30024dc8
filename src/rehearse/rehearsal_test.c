/* rehearsal_test - the command that runs a release again */
#include "rehearse/rehearsal_test.h"

static void it_is_replayed_by_commits(void)
{
	static const struct str scenario = STR_INIT("s.yaml");
	struct rehearsal_fixture f;

	rehearsal_prepare(&f);
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

TESTS({ "the replay command names commits and options", it_is_replayed_by_commits })

/* color_test - which environment colours a stream, on a terminal and elsewhere */
#include "cmd/color.h"

#include "base/test.h"
#include "world/simulated.h"
#include "world/world.h"

static const struct {
	const char *env; /* separated by blanks */
	bool on_terminal, elsewhere;
} rows[] = {
	{ "", true, false },
	{ "NO_COLOR=1", false, false },
	{ "NO_COLOR=", true, false },
	{ "NO_COLOR=1 FORCE_COLOR=1", false, false },
	{ "FORCE_COLOR=1", true, true },
	{ "FORCE_COLOR=1 TERM=dumb", true, true },
	{ "CLICOLOR_FORCE=1", true, true },
	{ "CLICOLOR_FORCE=0", true, false },
	{ "CLICOLOR=0", false, false },
	{ "CLICOLOR=1", true, false },
	{ "CLICOLOR=0 CLICOLOR_FORCE=1", true, true },
	{ "TERM=dumb", false, false },
	{ "TERM=xterm", true, false },
};

static void environments(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].env); i++) {
		struct str env[4];
		uint32_t count = 0;
		for (struct str rest = str_from_cstr(rows[i].env); rest.len;)
			env[count++] = str_cut(&rest, ' ');
		struct world *w = simulated_new(
			&(struct simulated_options){ .seed = 1, .env = env, .env_count = count });

		CHECK_INT(color_wanted(w, /* is_terminal= */ true), rows[i].on_terminal);
		CHECK_INT(color_wanted(w, /* is_terminal= */ false), rows[i].elsewhere);
		world_free(w);
	}
}

TESTS({ "the environment decides, then the terminal", environments })

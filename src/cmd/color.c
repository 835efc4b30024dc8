/* color - whether a stream gets colours */
#include "cmd/color.h"

#include "world/world.h"

static bool env_is_set(struct world *w, const char *name)
{
	return world_env(w, name).len > 0;
}

static bool env_is(struct world *w, const char *name, struct str wanted)
{
	return str_equal(world_env(w, name), wanted);
}

bool color_wanted(struct world *world, bool is_terminal)
{
	if (env_is_set(world, "NO_COLOR"))
		return false;
	if (env_is_set(world, "FORCE_COLOR"))
		return true;
	if (env_is_set(world, "CLICOLOR_FORCE") && !env_is(world, "CLICOLOR_FORCE", STR("0")))
		return true;
	if (env_is(world, "CLICOLOR", STR("0")) || env_is(world, "TERM", STR("dumb")))
		return false;
	return is_terminal;
}

/* main - the process: its world, its streams, its exit status */
#include <unistd.h>

#include "base/arena.h"
#include "cmd/app.h"
#include "cmd/color.h"
#include "cmd/commands.h"
#include "cmd/dispatch.h"
#include "world/real.h"
#include "world/world.h"

/* Unwritten results must not look like success; a closed pipe ends us quietly, by SIGPIPE. */
static int finish(struct app *app, int status)
{
	if (fflush(app->out) == 0 && !ferror(app->out))
		return status;
	fprintf(app->err, "error: the output could not be written\n");
	return ERROR_OUTSIDE;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new("process");
	struct world *world = real_new(real_seed());
	struct app app = {
		.world = world,
		.arena = arena,
		.out = stdout,
		.err = stderr,
		.color_out = color_wanted(world, isatty(STDOUT_FILENO)),
		.color_err = color_wanted(world, isatty(STDERR_FILENO)),
		.verbs = commands_all(arena),
	};
	uint32_t word_count = argc > 0 ? (uint32_t)argc - 1 : 0;
	struct str *words = arena_array(arena, struct str, word_count);

	for (uint32_t i = 0; i < word_count; i++)
		words[i] = str_from_cstr(argv[i + 1]);
	int status = finish(&app, dispatch(&app, words, word_count));
	arena_free(arena);
	world_free(world);
	return status;
}

/* main - the process: its world, its streams, its exit status */
#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "cmd/app.h"
#include "cmd/color.h"
#include "cmd/commands.h"
#include "cmd/dispatch.h"
#include "cmd/print_error.h"
#include "world/interrupt.h"
#include "world/real.h"
#include "world/world.h"

static int output_lost(struct app *app, int number)
{
	struct error err;

	error_errno(&err, ERROR_OUTSIDE, number, "the output could not be written");
	if (number == EBADF)
		error_hint(&err, "it is closed; send it somewhere, like >result.txt or >/dev/null");
	else if (number == ENOSPC || number == EDQUOT)
		error_hint(&err, "what was written is not all; make room, or write elsewhere");
	else
		error_hint(&err, "what was written is not all");
	return print_error(app, &err);
}

/*
 * Unwritten results and warnings must not look like success; a closed pipe ends us quietly, by
 * SIGPIPE.
 */
static int finish(struct app *app, int status)
{
	if (fflush(app->out) != 0 && !app->out_errno)
		app->out_errno = errno;
	if (app->out_errno || ferror(app->out))
		return output_lost(app, app->out_errno ? app->out_errno : EIO);
	if ((fflush(app->err) != 0 || ferror(app->err)) && status == ERROR_NONE)
		return ERROR_OUTSIDE;
	return status;
}

int main(int argc, char **argv)
{
	real_streams_keep();
	interrupt_catch();
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

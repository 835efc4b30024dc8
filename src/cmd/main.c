/* main - the table of verbs, and from the command line to one of them */
#include <string.h>
#include <unistd.h>

#include "base/suggest.h"
#include "cmd/command.h"
#include "world/real.h"
#include "world/world.h"

/* One line each, sorted; and one in the table below. */
/* clang-format off */
extern const struct command cmd___complete;
extern const struct command cmd_build;
extern const struct command cmd_check;
extern const struct command cmd_completion;
extern const struct command cmd_help;
extern const struct command cmd_man;
extern const struct command cmd_query;
extern const struct command cmd_rehearse;
extern const struct command cmd_sandbox;
extern const struct command cmd_version;

static const struct command *const commands[] = {
	&cmd___complete,
	&cmd_build,
	&cmd_check,
	&cmd_completion,
	&cmd_help,
	&cmd_man,
	&cmd_query,
	&cmd_rehearse,
	&cmd_sandbox,
	&cmd_version,
	NULL,
};
/* clang-format on */

const struct command *command_find(const struct command *const *table, struct str name,
				   const char *group, struct error *err)
{
	struct suggest s = suggest_start(name);

	for (const struct command *const *c = table; *c; c++) {
		if (str_equal(str_from_cstr((*c)->name), name))
			return *c;
		if (!(*c)->hidden)
			suggest_offer(&s, str_from_cstr((*c)->name));
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not a verb of '%s'",
		  STR_FMT(name), group);
	if (s.best.ptr)
		error_hint(err, "did you mean '%.*s'?", STR_FMT(s.best));
	else
		error_hint(err, "'%s --help' lists the verbs", group);
	return NULL;
}

/* Goes down the tables while the words name verbs. How many words that took; -1: one is unknown. */
static int find_verb(struct app *app, const struct str *words, uint32_t word_count,
		     struct error *err)
{
	const struct command *const *table = app->commands;
	uint32_t used = 0;

	while (table && used < word_count && !str_starts(words[used], STR("-"))) {
		app->command = command_find(table, words[used++], app->path, err);
		if (!app->command)
			return -1;
		size_t len = strlen(app->path);
		snprintf(app->path + len, sizeof(app->path) - len, " %s", app->command->name);
		table = app->command->verbs;
	}
	return (int)used;
}

static int run_verb(struct app *app, const struct str *words, uint32_t word_count)
{
	struct error err;
	void *args = arena_alloc(app->arena, app->command->size);
	bool help;

	if (options_parse(app, words, word_count, args, &help, &err) < 0)
		return app_fail(app, &err);
	if (help)
		return help_print(app);
	if (app->command->verbs) {
		error_set(&err, ERROR_INPUT, ERROR_NO_POSITION, "'%s' needs a verb", app->path);
		error_hint(&err, "'%s --help' lists them", app->path);
		return app_fail(app, &err);
	}
	return app->command->run(app, args);
}

/* What may stand before the verb is what every verb takes, and --version. */
static int run_words(struct app *app, const struct str *words, uint32_t word_count)
{
	struct error err;
	static const struct command program = { .name = "forge" };

	if (word_count && str_equal(words[0], STR("--version")))
		return cmd_version.run(app, arena_alloc(app->arena, cmd_version.size));
	if (word_count && str_equal(words[0], STR("--no-color"))) {
		app->color_out = app->color_err = false;
		return run_words(app, words + 1, word_count - 1);
	}
	int used = find_verb(app, words, word_count, &err);
	if (used < 0)
		return app_fail(app, &err);
	if (used)
		return run_verb(app, words + used, word_count - (uint32_t)used);

	bool help;
	app->command = &program;
	if (options_parse(app, words, word_count, NULL, &help, &err) < 0)
		return app_fail(app, &err);
	app->command = NULL;
	return help_print(app);
}

static bool env_is_set(struct world *w, const char *name)
{
	return world_env(w, name).len > 0;
}

static bool env_is(struct world *w, const char *name, struct str wanted)
{
	return str_equal(world_env(w, name), wanted);
}

/* The rules of no-color.org and of bixense.com/clicolors, for one stream. */
static bool color_wanted(struct world *w, int descriptor)
{
	if (env_is_set(w, "NO_COLOR"))
		return false;
	if (env_is_set(w, "FORCE_COLOR"))
		return true;
	if (env_is_set(w, "CLICOLOR_FORCE") && !env_is(w, "CLICOLOR_FORCE", STR("0")))
		return true;
	if (env_is(w, "CLICOLOR", STR("0")) || env_is(w, "TERM", STR("dumb")))
		return false;
	return isatty(descriptor);
}

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
		.color_out = color_wanted(world, STDOUT_FILENO),
		.color_err = color_wanted(world, STDERR_FILENO),
		.commands = commands,
		.path = "forge",
	};
	uint32_t word_count = argc > 0 ? (uint32_t)argc - 1 : 0;
	struct str *words = arena_array(arena, struct str, word_count);

	for (uint32_t i = 0; i < word_count; i++)
		words[i] = str_from_cstr(argv[i + 1]);
	int status = finish(&app, run_words(&app, words, word_count));
	world_free(world);
	arena_free(arena);
	return status;
}

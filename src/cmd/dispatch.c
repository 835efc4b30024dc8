/* dispatch - from the words of a command line to a verb, and from its outcome to an exit status */
#include "cmd/dispatch.h"

#include "base/arena.h"
#include "base/budget.h"
#include "cmd/commands.h"
#include "cmd/help.h"
#include "cmd/options.h"
#include "cmd/print_error.h"
#include "cmd/print_outcome.h"
#include "doc/redact.h"
#include "doc/set.h"
#include "ui/progress.h"
#include "verbs/verbs.h"
#include "world/interrupt.h"

/* What is on the terminal while a verb runs. */
struct screen {
	struct app *app;
	struct progress progress;
};

static bool progress_due(void *context)
{
	return progress_is_due(&((struct screen *)context)->progress);
}

static void progress_line(void *context, struct str line)
{
	struct screen *screen = context;
	SCRATCH(arena);

	progress_show(&screen->progress, redact(docset_redactor(screen->app->docs), arena, line));
}

/* Text, unless JSON was asked for: other formats are of the end of a verb. */
static void publish(void *context, const struct outcome *outcome, const struct error *err,
		    struct docset *set)
{
	struct screen *screen = context;
	struct app app = *screen->app;

	if (!str_equal(app.format, STR("json")))
		app.format = STR("text");
	app.docs = set;
	app.output = STR_NONE;
	progress_end(&screen->progress);
	if (outcome)
		print_outcome(&app, outcome);
	else
		print_error(&app, err);
	fflush(app.out);
	screen->app->out_errno = app.out_errno;
}

/* The process ends when this returns. */
static void report_stop(void *context, const struct error *err)
{
	struct screen *screen = context;

	interrupt_undo();
	progress_end(&screen->progress);
	print_error(screen->app, err);
	fflush(screen->app->err);
}

static int call_verb(struct app *app, const void *args)
{
	struct screen screen = { .app = app };
	struct verb_watcher watcher = { .is_due = progress_due,
					.show = progress_line,
					.publish = publish,
					.context = &screen };
	struct outcome outcome;
	struct error err;

	app->docs = docset_new(app->arena);
	struct verb_context context = {
		.world = app->world, .arena = app->arena, .set = app->docs, .watcher = &watcher
	};
	progress_init(&screen.progress, app->world, app->err);
	budget_on_stop(report_stop, &screen);
	int result = verb_run(app->verb, &context, args, &outcome, &err);
	progress_end(&screen.progress);
	int status = result < 0 ? print_error(app, &err) : print_outcome(app, &outcome);
	budget_on_stop(NULL, NULL);
	return status;
}

static int run_verb(struct app *app, const struct str *words, uint32_t word_count)
{
	const struct command *own = commands_own(app->verb);
	void *args = arena_alloc(app->arena, app->verb->size);
	struct error err;
	bool help;

	if (options_parse(app, words, word_count, args, &help, &err) < 0)
		return print_error(app, &err);
	if (help)
		return help_print(app);
	if (app->verb->verbs) {
		error_set(&err, ERROR_INPUT, ERROR_NO_POSITION, "'%s' needs a verb", app->path);
		error_hint(&err, "'%s --help' lists them", app->path);
		return print_error(app, &err);
	}
	return own ? own->run(app, args) : call_verb(app, args);
}

/* Only options stand there. */
static int run_program(struct app *app, const struct str *words, uint32_t word_count)
{
	static const struct verb program = { .name = "forge" };
	struct error err;
	bool help;

	app->verb = &program;
	if (options_parse(app, words, word_count, NULL, &help, &err) < 0)
		return print_error(app, &err);
	app->verb = NULL;
	return help_print(app);
}

/* Words before the first option: they may name verbs. */
static uint32_t count_names(const struct str *words, uint32_t word_count)
{
	uint32_t count = 0;

	while (count < word_count && !str_starts(words[count], STR("-")))
		count++;
	return count;
}

/* What may stand before the verb is what every verb takes, and --version. */
int dispatch(struct app *app, const struct str *words, uint32_t word_count)
{
	struct error err;

	if (word_count && str_equal(words[0], STR("--version"))) {
		app->verb = &verb_version;
		return run_verb(app, NULL, 0);
	}
	if (word_count && str_equal(words[0], STR("--no-color"))) {
		app->color_out = app->color_err = false;
		return dispatch(app, words + 1, word_count - 1);
	}
	int used = commands_descend(app, words, count_names(words, word_count), &err);
	if (used < 0)
		return print_error(app, &err);
	if (used)
		return run_verb(app, words + used, word_count - (uint32_t)used);
	return run_program(app, words, word_count);
}

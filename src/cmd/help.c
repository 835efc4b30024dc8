/* help - forge help, forge help VERB, and --help of every verb */
#include <string.h>

#include "cmd/command.h"

enum { HELP_WIDTH = 80, COLUMN_MAX = 30 };

const struct exit_status exit_statuses[] = {
	{ 0, "done" },
	{ 1, "done, and the answer is no" },
	{ 2, "wrong usage or configuration, or input that cannot be read or built" },
	{ 3, "something outside is missing: network, cluster, program" },
	{ 4, "refused: permission, policy or approval missing" },
	{ 5, "a deadline passed before the goal was reached" },
	{ 70, "a bug in forge" },
	{ 130, "interrupted" },
	{ 143, "terminated" },
	{},
};

const char *exit_status_text(const struct command *command, int status)
{
	for (const struct exit_status *s = command ? command->exits : NULL; s && s->text; s++)
		if (s->status == status)
			return s->text;
	for (const struct exit_status *s = exit_statuses; s->text; s++)
		if (s->status == status)
			return s->text;
	return NULL;
}

static void print_title(struct app *app, const char *title)
{
	fprintf(app->out, app->color_out ? "\n\033[1m%s\033[0m\n" : "\n%s\n", title);
}

/* Words of the text from column on; further lines begin at indent. */
static void print_wrapped(FILE *out, struct str text, int column, int indent)
{
	for (struct str rest = text; rest.ptr;) {
		struct str word = str_cut(&rest, ' ');
		if (column > indent && column + 1 + (int)word.len > HELP_WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
		column += fprintf(out, "%s%.*s", column > indent ? " " : "", STR_FMT(word));
	}
	fputc('\n', out);
}

/* "  left    right", the right side wrapped in its own column. */
static void print_row(FILE *out, const char *left, int column, struct str right)
{
	int used = fprintf(out, "  %s", left);

	if (!right.len) {
		fputc('\n', out);
		return;
	}
	if (used + 2 > column) {
		fputc('\n', out);
		used = 0;
	}
	fprintf(out, "%*s", column - used, "");
	print_wrapped(out, right, column, column);
}

static void option_left(const struct option *o, char *ret, size_t size_bytes)
{
	char letter[5] = "    ";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(ret, size_bytes, "%s--%s%s%s", letter, o->name, o->value ? " " : "",
		 o->value ? o->value : "");
}

static void print_options(struct app *app, const struct option *own)
{
	const struct option *tables[] = { own, options_common };
	char left[80];
	int column = 0;

	for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
		for (const struct option *o = tables[i]; o && o->name; o++) {
			option_left(o, left, sizeof(left));
			column = MAX(column, MIN((int)strlen(left) + 4, COLUMN_MAX));
		}
	print_title(app, "Options");
	for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
		for (const struct option *o = tables[i]; o && o->name; o++) {
			option_left(o, left, sizeof(left));
			print_row(app->out, left, column, str_from_cstr(o->help));
		}
}

static void print_exits(struct app *app, const struct command *command)
{
	char left[16];

	print_title(app, "Exit status");
	for (const struct exit_status *s = exit_statuses; s->text; s++) {
		snprintf(left, sizeof(left), "%d", s->status);
		print_row(app->out, left, 8, str_from_cstr(exit_status_text(command, s->status)));
	}
}

static void print_example(struct app *app, struct str line, int column)
{
	struct str explanation = line;
	struct str command = str_cut(&explanation, '\t');
	char left[HELP_WIDTH * 2];

	snprintf(left, sizeof(left), "%.*s", STR_FMT(command));
	print_row(app->out, left, column, explanation);
}

static void print_examples(struct app *app, const char *examples)
{
	int column = 0;

	if (!examples)
		return;
	struct str text = str_trim(str_from_cstr(examples));
	for (struct str rest = text; rest.ptr;) {
		struct str line = str_cut(&rest, '\n');
		struct str command = str_cut(&line, '\t');
		column = MAX(column, (int)command.len + 4);
	}
	column = MIN(column, HELP_WIDTH / 2 + 8);
	print_title(app, "Examples");
	for (struct str rest = text; rest.ptr;)
		print_example(app, str_cut(&rest, '\n'), column);
}

static void print_verbs(struct app *app, const struct command *const *table, const char *title)
{
	int column = 0;

	for (const struct command *const *c = table; *c; c++)
		if (!(*c)->hidden)
			column = MAX(column, (int)strlen((*c)->name) + 5);
	print_title(app, title);
	for (const struct command *const *c = table; *c; c++)
		if (!(*c)->hidden)
			print_row(app->out, (*c)->name, column, str_from_cstr((*c)->summary));
}

static int help_program(struct app *app)
{
	fprintf(app->out, "forge - from a commit to a healthy production, and back again\n");
	print_examples(app, "forge check clusters/production\tevery mistake of a cluster's files\n"
			    "forge rehearse\tthe next release, before it ships\n"
			    "forge help rehearse\twhat a verb does, with examples");
	fprintf(app->out, "\nUsage: forge VERB [OPTION...] [ARGUMENT...]\n");
	print_verbs(app, app->commands, "Verbs");
	print_exits(app, NULL);
	return 0;
}

int help_print(struct app *app)
{
	const struct command *c = app->command;

	if (!c)
		return help_program(app);
	fprintf(app->out, "%s - %s\n", app->path, c->summary);
	print_examples(app, c->examples);
	fprintf(app->out, "\nUsage: %s %s%s%s\n", app->path,
		c->verbs ? "VERB [OPTION...]" : "[OPTION...]", c->args ? " " : "",
		c->args ? c->args : "");
	if (c->about) {
		fputc('\n', app->out);
		for (struct str rest = str_from_cstr(c->about); rest.ptr;)
			print_wrapped(app->out, str_cut(&rest, '\n'), 0, 0);
	}
	if (c->verbs)
		print_verbs(app, c->verbs, "Verbs");
	print_options(app, c->options);
	print_exits(app, c);
	return 0;
}

/* forge help [VERB [VERB]]: walks the tables as the words say. */
static int help_run(struct app *app, const void *args)
{
	const struct command *const *table = app->commands;
	const struct command *found = NULL;
	char path[COMMAND_PATH_BYTES] = "forge";
	struct error err;

	(void)args;
	for (uint32_t i = 0; i < app->arg_count && table; i++) {
		found = command_find(table, app->args[i], path, &err);
		if (!found)
			return app_fail(app, &err);
		snprintf(path + strlen(path), sizeof(path) - strlen(path), " %s", found->name);
		table = found->verbs;
	}
	app->command = found;
	memcpy(app->path, path, sizeof(path));
	return help_print(app);
}

const struct command cmd_help = {
	.name = "help",
	.args = "[VERB] [VERB]",
	.summary = "show help for a verb",
	.examples = "forge help\tall verbs\n"
		    "forge help version\tone verb: the same as forge version --help",
	.run = help_run,
};

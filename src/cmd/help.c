/* help - forge help, forge help VERB, and --help of every verb */
#include "cmd/help.h"

#include <string.h>

#include "base/arena.h"
#include "cmd/commands.h"
#include "cmd/options.h"
#include "cmd/print_error.h"
#include "cmd/print_outcome.h"
#include "doc/json.h"
#include "verbs/schema.h"
#include "verbs/verbs.h"

enum { HELP_WIDTH = 80, COLUMN_MAX = 30 };

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

static void option_left(const struct argument *a, char *ret, size_t size_bytes)
{
	char letter[5] = "    ";

	if (a->letter)
		snprintf(letter, sizeof(letter), "-%c, ", a->letter);
	snprintf(ret, size_bytes, "%s--%s%s%s", letter, a->name, a->value ? " " : "",
		 a->value ? a->value : "");
}

/* How wide the left sides of the options are. */
static int options_column(const struct argument *table)
{
	char left[80];
	int column = 0;

	for (const struct argument *a = table; argument_is_row(a); a++) {
		if (a->is_positional)
			continue;
		option_left(a, left, sizeof(left));
		column = MAX(column, MIN((int)strlen(left) + 4, COLUMN_MAX));
	}
	return column;
}

static void print_option_rows(FILE *out, const struct argument *table, int column)
{
	char left[80];

	for (const struct argument *a = table; argument_is_row(a); a++) {
		if (a->is_positional)
			continue;
		option_left(a, left, sizeof(left));
		print_row(out, left, column, str_from_cstr(a->help));
	}
}

static void print_options(struct app *app, const struct argument *own)
{
	int column = MAX(options_column(own), options_column(options_common));

	print_title(app, "Options");
	print_option_rows(app->out, own, column);
	print_option_rows(app->out, options_common, column);
}

static void print_exits(struct app *app, const struct verb *verb)
{
	char left[16];

	print_title(app, "Exit status");
	for (const struct exit_status *s = exit_statuses; s->text; s++) {
		snprintf(left, sizeof(left), "%d", s->status);
		print_row(app->out, left, 8, str_from_cstr(exit_status_text(verb, s->status)));
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

static int verbs_column(const struct verb *const *table)
{
	int column = 0;

	for (const struct verb *const *v = table; *v; v++)
		if (!(*v)->hidden)
			column = MAX(column, (int)strlen((*v)->name) + 5);
	return column;
}

static void print_verbs(struct app *app, const struct verb *const *table)
{
	int column = verbs_column(table);

	print_title(app, "Verbs");
	for (const struct verb *const *v = table; *v; v++)
		if (!(*v)->hidden)
			print_row(app->out, (*v)->name, column, str_from_cstr((*v)->summary));
}

/* The title comes with the first verb: a group may have none yet. */
static void print_group(struct app *app, enum verb_group group, int column)
{
	bool is_empty = true;

	for (const struct verb *const *v = app->verbs; *v; v++) {
		if ((*v)->hidden || (*v)->group != group)
			continue;
		if (is_empty)
			print_title(app, verb_groups[group]);
		is_empty = false;
		print_row(app->out, (*v)->name, column, str_from_cstr((*v)->summary));
	}
}

static int help_program(struct app *app)
{
	int column = verbs_column(app->verbs);

	fprintf(app->out, "forge - from a commit to a healthy production, and back again\n");
	print_examples(app, "forge check clusters/production\tevery mistake of a cluster's files\n"
			    "forge rehearse\tthe next release, before it ships\n"
			    "forge help rehearse\twhat a verb does, with examples");
	fprintf(app->out, "\nUsage: forge VERB [OPTION...] [ARGUMENT...]\n");
	for (enum verb_group group = 0; group < VERB_GROUP_COUNT; group++)
		print_group(app, group, column);
	print_exits(app, NULL);
	return 0;
}

int help_print(struct app *app)
{
	const struct verb *v = app->verb;

	if (!v)
		return help_program(app);
	struct str usage = verb_usage(v, app->arena);
	fprintf(app->out, "%s - %s\n", app->path, v->summary);
	print_examples(app, v->examples);
	fprintf(app->out, "\nUsage: %s %s%s%.*s\n", app->path,
		v->verbs ? "VERB [OPTION...]" : "[OPTION...]", usage.len ? " " : "",
		STR_FMT(usage));
	if (v->about) {
		fputc('\n', app->out);
		for (struct str rest = str_from_cstr(v->about); rest.ptr;)
			print_wrapped(app->out, str_cut(&rest, '\n'), 0, 0);
	}
	if (v->verbs)
		print_verbs(app, v->verbs);
	print_options(app, v->arguments);
	print_exits(app, v);
	return 0;
}

/* --- the verb -------------------------------------------------------------------------------- */

struct help_args {
	struct str verb, verb_of_group;
};

static const struct argument help_arguments[] = {
	{ 0, "verb", "VERB", ARGUMENT_STR, offsetof(struct help_args, verb), "a verb or a group",
	  .is_positional = true },
	{ 0, "verb-of-group", "VERB", ARGUMENT_STR, offsetof(struct help_args, verb_of_group),
	  "a verb of the group", .is_positional = true },
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT,
	  .help = "text (default), or json: a verb with the JSON Schema of its arguments",
	  .values = "text json" },
	{},
};

/* "sandbox run" of "forge sandbox run" */
static struct str called_name(const struct app *app)
{
	return str_strip_prefix(str_strip_prefix(str_from_cstr(app->path), STR("forge")), STR(" "));
}

static int print_document(struct app *app)
{
	struct outcome outcome = { .json_flags = JSON_INDENT };
	struct str name = called_name(app);
	const struct node *document =
		app->verb && !app->verb->verbs
			? verb_document(app->verb, name, app->arena)
			: verbs_document(app->verb ? app->verb->verbs : app->verbs, name,
					 app->arena);

	nodes_add(app->arena, &outcome.documents, document);
	return print_outcome(app, &outcome);
}

/* forge help [VERB [VERB]]: walks the tables as the words say. */
static int help_run(struct app *app, const void *args)
{
	const struct help_args *a = args;
	struct str words[] = { a->verb, a->verb_of_group };
	uint32_t count = (a->verb.ptr != NULL) + (a->verb_of_group.ptr != NULL);
	struct error err;

	if (commands_descend(app, words, count, &err) < 0)
		return print_error(app, &err);
	return str_equal(app->format, STR("json")) ? print_document(app) : help_print(app);
}

const struct command command_help = {
	.row = {
		.name = "help",
		.group = VERB_FORGE,
		.summary = "show help for a verb",
		.examples = "forge help\tall verbs\n"
			    "forge help version\tone verb: the same as forge version --help\n"
			    "forge help check -o json\tone verb, for a machine",
		.arguments = help_arguments,
		.size = sizeof(struct help_args),
		.read_only = true,
	},
	.run = help_run,
};

/* man - forge man [VERB...]: manual pages from the table of verbs, for make install */
#include "cmd/commands.h"
#include "cmd/options.h"
#include "cmd/print_error.h"

/*
 * Text of a page: backslashes, and dots and quotes at the beginning of a line, mean something to
 * roff.
 */
static void put_text(FILE *out, struct str text)
{
	bool at_start = true;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (at_start && (c == '.' || c == '\''))
			fputs("\\&", out);
		if (c == '\\')
			fputs("\\e", out);
		else if (c == '-')
			fputs("\\-", out);
		else
			fputc(c, out);
		at_start = c == '\n';
	}
	fputc('\n', out);
}

static void put_line(FILE *out, const char *text)
{
	put_text(out, str_from_cstr(text));
}

/* "forge pipeline plan" is the page forge-pipeline-plan(1). */
static void put_page_name(FILE *out, const char *path)
{
	for (; *path; path++)
		fputc(*path == ' ' ? '-' : *path, out);
}

static void put_head(const struct app *app, const char *summary)
{
	fputs(".TH \"", app->out);
	put_page_name(app->out, app->path);
	fputs("\" \"1\" \"\" \"forge\" \"Forge\"\n.SH NAME\n", app->out);
	put_page_name(app->out, app->path);
	fputs(" \\- ", app->out);
	put_line(app->out, summary);
}

static void put_examples(FILE *out, const char *examples)
{
	if (!examples)
		return;
	fputs(".SH EXAMPLES\n", out);
	for (struct str rest = str_from_cstr(examples); rest.ptr;) {
		struct str explanation = str_cut(&rest, '\n');
		struct str command = str_cut(&explanation, '\t');
		fputs(".TP\n.B ", out);
		put_text(out, command);
		put_text(out, explanation);
	}
}

static void put_options(FILE *out, const struct argument *table)
{
	for (const struct argument *a = table; argument_is_row(a); a++) {
		if (a->is_positional)
			continue;
		fputs(".TP\n", out);
		if (a->letter)
			fprintf(out, "\\fB\\-%c\\fR, ", a->letter);
		fprintf(out, "\\fB\\-\\-%s\\fR", a->name);
		if (a->value)
			fprintf(out, " \\fI%s\\fR", a->value);
		fputc('\n', out);
		put_line(out, a->help);
	}
}

static void put_verbs(FILE *out, const struct verb *const *table, const char *title)
{
	if (!table)
		return;
	fprintf(out, ".SH %s\n", title);
	for (; *table; table++)
		if (!(*table)->hidden) {
			fprintf(out, ".TP\n.B %s\n", (*table)->name);
			put_line(out, (*table)->summary);
		}
}

static void put_exits(FILE *out, const struct verb *verb)
{
	fputs(".SH EXIT STATUS\n", out);
	for (const struct exit_status *s = exit_statuses; s->text; s++) {
		fprintf(out, ".TP\n%d\n", s->status);
		put_line(out, exit_status_text(verb, s->status));
	}
}

static void put_verb(struct app *app, const struct verb *v)
{
	struct str usage = verb_usage(v, app->arena);

	put_head(app, v->summary);
	fputs(".SH SYNOPSIS\n.B ", app->out);
	put_line(app->out, app->path);
	put_line(app->out, v->verbs ? "VERB [OPTION...]" : "[OPTION...]");
	if (usage.len)
		put_text(app->out, usage);
	put_examples(app->out, v->examples);
	if (v->about) {
		fputs(".SH DESCRIPTION\n", app->out);
		put_line(app->out, v->about);
	}
	put_verbs(app->out, v->verbs, "VERBS");
	fputs(".SH OPTIONS\n", app->out);
	put_options(app->out, v->arguments);
	put_options(app->out, options_common);
	put_exits(app->out, v);
	fputs(".SH SEE ALSO\n.BR forge (1)\n", app->out);
}

static void put_program(struct app *app)
{
	put_head(app, "from a commit to a healthy production, and back again");
	fputs(".SH SYNOPSIS\n.B forge\nVERB [OPTION...] [ARGUMENT...]\n", app->out);
	put_verbs(app->out, app->verbs, "VERBS");
	put_exits(app->out, NULL);
}

struct man_args {
	struct str verb, verb_of_group;
};

static const struct argument man_arguments[] = {
	{ 0, "verb", "VERB", ARGUMENT_STR, offsetof(struct man_args, verb), "a verb or a group",
	  .is_positional = true },
	{ 0, "verb-of-group", "VERB", ARGUMENT_STR, offsetof(struct man_args, verb_of_group),
	  "a verb of the group", .is_positional = true },
	{},
};

static int man_run(struct app *app, const void *args)
{
	const struct man_args *a = args;
	struct str words[] = { a->verb, a->verb_of_group };
	uint32_t count = (a->verb.ptr != NULL) + (a->verb_of_group.ptr != NULL);
	struct error err;

	if (commands_descend(app, words, count, &err) < 0)
		return print_error(app, &err);
	if (app->verb)
		put_verb(app, app->verb);
	else
		put_program(app);
	return 0;
}

const struct command command_man = {
	.row = {
		.name = "man",
		.summary = "print a manual page in roff",
		.examples = "forge man | man -l -\tread the page of the program",
		.arguments = man_arguments,
		.size = sizeof(struct man_args),
		.hidden = true,
	},
	.run = man_run,
};

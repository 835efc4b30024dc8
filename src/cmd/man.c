/* man - forge man [VERB...]: manual pages from the table of verbs, for make install */
#include <string.h>

#include "cmd/command.h"

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

static void put_options(FILE *out, const struct option *own)
{
	const struct option *tables[] = { own, options_common };

	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
		for (const struct option *o = tables[i]; o && o->name; o++) {
			fputs(".TP\n", out);
			if (o->letter)
				fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
			fprintf(out, "\\fB\\-\\-%s\\fR", o->name);
			if (o->value)
				fprintf(out, " \\fI%s\\fR", o->value);
			fputc('\n', out);
			put_line(out, o->help);
		}
}

static void put_verbs(FILE *out, const struct command *const *table, const char *title)
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

static void put_exits(FILE *out, const struct command *command)
{
	fputs(".SH EXIT STATUS\n", out);
	for (const struct exit_status *s = exit_statuses; s->text; s++) {
		fprintf(out, ".TP\n%d\n", s->status);
		put_line(out, exit_status_text(command, s->status));
	}
}

static void put_command(struct app *app, const struct command *c)
{
	put_head(app, c->summary);
	fputs(".SH SYNOPSIS\n.B ", app->out);
	put_line(app->out, app->path);
	put_line(app->out, c->verbs ? "VERB [OPTION...]" : "[OPTION...]");
	if (c->args)
		put_line(app->out, c->args);
	put_examples(app->out, c->examples);
	if (c->about) {
		fputs(".SH DESCRIPTION\n", app->out);
		put_line(app->out, c->about);
	}
	put_verbs(app->out, c->verbs, "VERBS");
	put_options(app->out, c->options);
	put_exits(app->out, c);
	fputs(".SH SEE ALSO\n.BR forge (1)\n", app->out);
}

static void put_program(struct app *app)
{
	put_head(app, "from a commit to a healthy production, and back again");
	fputs(".SH SYNOPSIS\n.B forge\nVERB [OPTION...] [ARGUMENT...]\n", app->out);
	put_verbs(app->out, app->commands, "VERBS");
	put_exits(app->out, NULL);
}

static int man_run(struct app *app, const void *args)
{
	const struct command *const *table = app->commands;
	const struct command *found = NULL;
	struct error err;

	(void)args;
	snprintf(app->path, sizeof(app->path), "forge");
	for (uint32_t i = 0; i < app->arg_count; i++) {
		found = table ? command_find(table, app->args[i], app->path, &err) : NULL;
		if (!found)
			return app_fail(app, &err);
		size_t len = strlen(app->path);
		snprintf(app->path + len, sizeof(app->path) - len, " %s", found->name);
		table = found->verbs;
	}
	if (found)
		put_command(app, found);
	else
		put_program(app);
	return 0;
}

const struct command cmd_man = {
	.name = "man",
	.args = "[VERB] [VERB]",
	.summary = "print a manual page in roff",
	.examples = "forge man | man -l -\tread the page of the program",
	.hidden = true,
	.run = man_run,
};

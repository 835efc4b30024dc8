/* completion - forge completion SHELL: scripts that ask forge what may come next */
#include <string.h>

#include "cmd/command.h"

/* --- what may come next ---------------------------------------------------------------------- */

struct completer {
	struct app *app;
	const struct command *command; /* NULL: none yet */
	struct str prefix;	       /* of the word that is being typed */
};

static void offer(const struct completer *c, struct str word, const char *explanation)
{
	if (str_starts(word, c->prefix))
		fprintf(c->app->out, "%.*s\t%s\n", STR_FMT(word), explanation ? explanation : "");
}

static void offer_verbs(const struct completer *c, const struct command *const *table)
{
	for (; table && *table; table++)
		if (!(*table)->hidden)
			offer(c, str_from_cstr((*table)->name), (*table)->summary);
}

static void offer_options(const struct completer *c)
{
	const struct option *tables[] = { c->command ? c->command->options : NULL, options_common };
	char name[COMMAND_PATH_BYTES];

	for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
		for (const struct option *o = tables[i]; o && o->name; o++) {
			snprintf(name, sizeof(name), "--%s", o->name);
			offer(c, str_from_cstr(name), o->help);
		}
}

/* The shell completes file names itself when it reads this line. */
static void offer_files(const struct completer *c, const char *names)
{
	static const char *const kinds[] = { "PATH", "FILE", "DIR" };

	for (size_t i = 0; names && i < ARRAY_COUNT(kinds); i++)
		if (strstr(names, kinds[i])) {
			fprintf(c->app->out, ":files\n");
			return;
		}
}

static void offer_values(const struct completer *c, const struct option *o)
{
	if (!o->values) {
		offer_files(c, o->value);
		return;
	}
	for (struct str rest = str_from_cstr(o->values); rest.ptr;)
		offer(c, str_cut(&rest, ' '), NULL);
}

/* The option whose value stands in the next word, if word is one. */
static const struct option *option_waiting(const struct command *command, struct str word)
{
	if (!command || word.len < 2 || word.ptr[0] != '-' || str_find_char(word, '=') >= 0)
		return NULL;
	for (const struct option *o = command->options; o && o->name; o++) {
		bool is_long = str_equal(str_strip_prefix(word, STR("--")), str_from_cstr(o->name));
		bool is_letter = word.len == 2 && word.ptr[1] == o->letter;
		if ((is_long || is_letter) && o->value)
			return o;
	}
	return NULL;
}

/*
 * Goes down to the verb that the finished words name; returns the option that waits for its value.
 */
static const struct option *read_words(struct completer *c, const struct str *words, uint32_t count)
{
	const struct command *const *table = c->app->commands;
	const struct option *waiting = NULL;
	struct error err;

	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(words[i], STR("=")) && waiting)
			continue; /* bash cuts words at '=' */
		if (waiting) {
			waiting = NULL;
			continue;
		}
		waiting = option_waiting(c->command, words[i]);
		if (!table || str_starts(words[i], STR("-")))
			continue;
		const struct command *found = command_find(table, words[i], "forge", &err);
		if (!found)
			return NULL;
		c->command = found;
		table = found->verbs;
	}
	return waiting;
}

/* The last word is the one that is being typed. */
static int complete_run(struct app *app, const void *args)
{
	struct completer c = { .app = app };
	uint32_t count = app->arg_count ? app->arg_count - 1 : 0;

	(void)args;
	if (app->arg_count)
		c.prefix = app->args[count];
	const struct option *waiting = read_words(&c, app->args, count);
	if (str_equal(c.prefix, STR("=")) && count)
		waiting = option_waiting(c.command, app->args[count - 1]);
	if (str_equal(c.prefix, STR("=")))
		c.prefix = STR("");
	if (waiting)
		offer_values(&c, waiting);
	else if (str_starts(c.prefix, STR("-")))
		offer_options(&c);
	else if (!c.command || c.command->verbs)
		offer_verbs(&c, c.command ? c.command->verbs : app->commands);
	else if (c.command->args && strstr(c.command->args, "VERB"))
		offer_verbs(&c, app->commands);
	else
		offer_files(&c, c.command->args);
	return 0;
}

const struct command cmd___complete = {
	.name = "__complete",
	.args = "[WORD...]",
	.summary = "what may come next on a command line: candidate, tab, explanation",
	.hidden = true,
	.run = complete_run,
};

/* --- the scripts ----------------------------------------------------------------------------- */

static const char bash_script[] =
	"# bash completion of forge; load it with: source <(forge completion bash)\n"
	"_forge() {\n"
	"	local line\n"
	"	COMPREPLY=()\n"
	"	while IFS= read -r line; do\n"
	"		if [ \"$line\" = :files ]; then\n"
	"			compopt -o default 2>/dev/null\n"
	"		else\n"
	"			COMPREPLY+=(\"${line%%$'\\t'*}\")\n"
	"		fi\n"
	"	done < <(forge __complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _forge forge\n";

static const char zsh_script[] =
	"#compdef forge\n"
	"# zsh completion of forge; put it into a directory of $fpath as _forge\n"
	"_forge() {\n"
	"	local line files= tab=$'\\t'\n"
	"	local -a items\n"
	"	while IFS= read -r line; do\n"
	"		if [[ $line == :files ]]; then\n"
	"			files=1\n"
	"		else\n"
	"			items+=(\"${${line%%$tab*}//:/\\\\:}:${line#*$tab}\")\n"
	"		fi\n"
	"	done < <(forge __complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
	"	(( ${#items} )) && _describe forge items\n"
	"	[[ -n $files ]] && _files\n"
	"}\n"
	"compdef _forge forge\n";

static const char fish_script[] =
	"# fish completion of forge; load it with: forge completion fish | source\n"
	"function __forge_complete\n"
	"	set -l words (commandline -opc) (commandline -ct)\n"
	"	for line in (forge __complete -- $words[2..] 2>/dev/null)\n"
	"		if test \"$line\" = :files\n"
	"			__fish_complete_path (commandline -ct)\n"
	"		else\n"
	"			echo $line\n"
	"		end\n"
	"	end\n"
	"end\n"
	"complete -c forge -f -a '(__forge_complete)'\n";

static const struct {
	const char *name;
	const char *script;
} shells[] = {
	{ "bash", bash_script },
	{ "zsh", zsh_script },
	{ "fish", fish_script },
};

static int completion_run(struct app *app, const void *args)
{
	struct error err;

	(void)args;
	for (size_t i = 0; i < ARRAY_COUNT(shells); i++)
		if (str_equal(app->args[0], str_from_cstr(shells[i].name))) {
			fputs(shells[i].script, app->out);
			return 0;
		}
	error_set(&err, ERROR_INPUT, ERROR_NO_POSITION, "no completion for '%.*s'",
		  STR_FMT(app->args[0]));
	error_hint(&err, "there are bash, zsh and fish");
	return app_fail(app, &err);
}

const struct command cmd_completion = {
	.name = "completion",
	.args = "SHELL",
	.summary = "print a completion script for bash, zsh or fish",
	.examples = "source <(forge completion bash)\tin ~/.bashrc\n"
		    "forge completion fish | source\tin ~/.config/fish/config.fish",
	.run = completion_run,
};

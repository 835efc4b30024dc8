/* completion - forge completion SHELL: shell scripts that call forge for the next words */
#include <string.h>

#include "cmd/commands.h"
#include "cmd/options.h"
#include "cmd/print_error.h"

/* --- what may come next ---------------------------------------------------------------------- */

struct completer {
	struct app *app;
	const struct verb *verb; /* NULL: none yet */
	struct str prefix;	 /* of the word that is being typed */
};

static void offer(const struct completer *c, struct str word, const char *explanation)
{
	if (str_starts(word, c->prefix))
		fprintf(c->app->out, "%.*s\t%s\n", STR_FMT(word), explanation ? explanation : "");
}

static void offer_verbs(const struct completer *c, const struct verb *const *table)
{
	for (; table && *table; table++)
		if (!(*table)->hidden)
			offer(c, str_from_cstr((*table)->name), (*table)->summary);
}

static void offer_options(const struct completer *c, const struct argument *table)
{
	char name[APP_PATH_BYTES];

	for (const struct argument *a = table; argument_is_row(a); a++) {
		if (a->is_positional)
			continue;
		snprintf(name, sizeof(name), "--%s", a->name);
		offer(c, str_from_cstr(name), a->help);
	}
}

/* The shell completes file names itself when it reads this line. */
static void offer_files(const struct completer *c, const char *name)
{
	static const char *const kinds[] = { "PATH", "FILE", "DIR" };

	for (size_t i = 0; name && i < ARRAY_COUNT(kinds); i++)
		if (strcmp(name, kinds[i]) == 0) {
			fprintf(c->app->out, ":files\n");
			return;
		}
}

static void offer_values(const struct completer *c, const struct argument *a)
{
	if (!a->values) {
		offer_files(c, a->value);
		return;
	}
	for (struct str rest = str_from_cstr(a->values); rest.ptr;)
		offer(c, str_cut(&rest, ' '), NULL);
}

/* Verbs and files may stand there; all rows with one value name are of one kind. */
static void offer_positional(const struct completer *c)
{
	for (const struct argument *a = c->verb->arguments; argument_is_row(a); a++) {
		if (!a->is_positional)
			continue;
		if (strcmp(a->value, "VERB") == 0)
			offer_verbs(c, c->app->verbs);
		else
			offer_values(c, a);
		return;
	}
}

/* The option whose value stands in the next word, if word is one. */
static const struct argument *option_waiting(const struct verb *verb, struct str word)
{
	if (!verb || word.len < 2 || word.ptr[0] != '-' || str_find_char(word, '=') >= 0)
		return NULL;
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++) {
		bool is_long = str_equal(str_strip_prefix(word, STR("--")), str_from_cstr(a->name));
		bool is_letter = word.len == 2 && word.ptr[1] == a->letter;
		if ((is_long || is_letter) && a->value && !a->is_positional)
			return a;
	}
	return NULL;
}

/*
 * Goes down to the verb that the finished words name; returns the option that waits for its value.
 */
static const struct argument *read_words(struct completer *c, const struct str *words,
					 uint32_t count)
{
	const struct verb *const *table = c->app->verbs;
	const struct argument *waiting = NULL;
	struct error err;

	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(words[i], STR("=")) && waiting)
			continue; /* bash cuts words at '=' */
		if (waiting) {
			waiting = NULL;
			continue;
		}
		waiting = option_waiting(c->verb, words[i]);
		if (!table || str_starts(words[i], STR("-")))
			continue;
		const struct verb *found = commands_find(table, words[i], "forge", &err);
		if (!found)
			return NULL;
		c->verb = found;
		table = found->verbs;
	}
	return waiting;
}

struct complete_args {
	struct argument_list words;
};

static const struct argument complete_arguments[] = {
	{ 0, "words", "WORD", ARGUMENT_LIST, offsetof(struct complete_args, words),
	  "behind `forge`", .is_positional = true },
	{},
};

/* The last word is the one that is being typed. */
static int complete_run(struct app *app, const void *args)
{
	const struct argument_list *words = &((const struct complete_args *)args)->words;
	struct completer c = { .app = app };
	uint32_t count = words->count ? words->count - 1 : 0;

	if (words->count)
		c.prefix = words->items[count];
	const struct argument *waiting = read_words(&c, words->items, count);
	if (str_equal(c.prefix, STR("=")) && count)
		waiting = option_waiting(c.verb, words->items[count - 1]);
	if (str_equal(c.prefix, STR("=")))
		c.prefix = STR("");
	if (waiting) {
		offer_values(&c, waiting);
	} else if (str_starts(c.prefix, STR("-"))) {
		offer_options(&c, c.verb ? c.verb->arguments : NULL);
		offer_options(&c, options_common);
	} else if (!c.verb || c.verb->verbs) {
		offer_verbs(&c, c.verb ? c.verb->verbs : app->verbs);
	} else {
		offer_positional(&c);
	}
	return 0;
}

const struct command command_complete = {
	.row = {
		.name = "__complete",
		.summary = "what may come next on a command line: candidate, tab, explanation",
		.arguments = complete_arguments,
		.size = sizeof(struct complete_args),
		.hidden = true,
	},
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

struct completion_args {
	struct str shell;
};

static const struct argument completion_arguments[] = {
	{ 0, "shell", "SHELL", ARGUMENT_STR, offsetof(struct completion_args, shell),
	  "bash, zsh or fish", .is_positional = true, .is_required = true },
	{},
};

static int completion_run(struct app *app, const void *args)
{
	const struct completion_args *a = args;
	struct error err;

	for (size_t i = 0; i < ARRAY_COUNT(shells); i++)
		if (str_equal(a->shell, str_from_cstr(shells[i].name))) {
			fputs(shells[i].script, app->out);
			return 0;
		}
	error_set(&err, ERROR_INPUT, ERROR_NO_POSITION, "no completion for '%.*s'",
		  STR_FMT(a->shell));
	error_hint(&err, "there are bash, zsh and fish");
	return print_error(app, &err);
}

const struct command command_completion = {
	.row = {
		.name = "completion",
		.group = VERB_FORGE,
		.summary = "print a completion script for bash, zsh or fish",
		.examples = "source <(forge completion bash)\tin ~/.bashrc\n"
			    "forge completion fish | source\tin ~/.config/fish/config.fish",
		.arguments = completion_arguments,
		.size = sizeof(struct completion_args),
		.read_only = true,
	},
	.run = completion_run,
};

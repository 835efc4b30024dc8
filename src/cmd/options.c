/* options - from the words of a command line to the args struct of a verb */
#include "cmd/options.h"

#include "base/suggest.h"
#include "base/vec.h"
#include "world/world.h"

struct common_args {
	bool help;
	bool no_color;
};

const struct argument options_common[] = {
	{ 'h', "help", NULL, ARGUMENT_BOOL, offsetof(struct common_args, help), "show this help" },
	{ 0, "no-color", NULL, ARGUMENT_BOOL, offsetof(struct common_args, no_color),
	  "print without colour (so does NO_COLOR=1)" },
	{},
};

struct parser {
	struct app *app;
	const struct str *words;
	uint32_t word_count;
	uint32_t index; /* of the next word */
	void *args;
	struct common_args common;
	struct argument_list positional;
};

/* An option and the struct its offset points into. */
struct found {
	const struct argument *option;
	void *args;
};

static bool option_matches(const struct argument *a, char letter, struct str name)
{
	if (a->is_positional)
		return false;
	return letter ? a->letter == letter : str_equal(str_from_cstr(a->name), name);
}

static const struct argument *table_find(const struct argument *table, char letter, struct str name)
{
	for (const struct argument *a = table; argument_is_row(a); a++)
		if (option_matches(a, letter, name))
			return a;
	return NULL;
}

static struct found parser_find(struct parser *p, char letter, struct str name)
{
	const struct argument *a = table_find(p->app->verb->arguments, letter, name);

	if (a)
		return (struct found){ a, p->args };
	return (struct found){ table_find(options_common, letter, name), &p->common };
}

static int unknown_option(const struct parser *p, struct str typed, struct str name,
			  struct error *err)
{
	struct suggest s = suggest_start(name);
	const struct argument *tables[] = { p->app->verb->arguments, options_common };

	for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
		for (const struct argument *a = tables[i]; argument_is_row(a); a++)
			if (!a->is_positional)
				suggest_offer(&s, str_from_cstr(a->name));
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not an option of '%s'",
		  STR_FMT(typed), p->app->path);
	if (s.best.ptr)
		return error_hint(err, "did you mean '--%.*s'?", STR_FMT(s.best));
	return error_hint(err, "'%s --help' lists the options", p->app->path);
}

/* A word that is no format, and looks like a path, or is a folder that is there. */
static bool is_output(const struct parser *p, const struct argument *a, struct str word)
{
	struct error ignored;
	struct file_stat stat;

	if (!a->takes_path || argument_check_values(a, word, "", &ignored) == 0)
		return false;
	return str_find_char(word, '.') >= 0 || str_find_char(word, '/') >= 0 ||
	       (file_stat(p->app->world, word, &stat, &ignored) == 0 &&
		stat.kind == FILE_DIRECTORY);
}

static int set_value(struct parser *p, struct found f, struct str value, struct error *err)
{
	const struct argument *a = f.option;

	if (a->type == ARGUMENT_COUNT || (a->type == ARGUMENT_FORMAT && !a->value))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'--%s' takes no value",
				 a->name);
	if (a->type != ARGUMENT_FORMAT)
		return argument_set(a, f.args, value, p->app->arena, "--", err);
	if (is_output(p, a, value)) {
		p->app->output = value;
		return 0;
	}
	p->app->format = value;
	return argument_check_values(a, value, "--", err);
}

/* An option that takes no value. */
static void set_flag(struct parser *p, struct found f)
{
	void *field = (char *)f.args + f.option->offset;

	if (f.option->type == ARGUMENT_BOOL)
		*(bool *)field = true;
	else if (f.option->type == ARGUMENT_YES_NO)
		*(enum yes_no *)field = SAID_YES;
	else if (f.option->type == ARGUMENT_COUNT)
		++*(int64_t *)field;
	else
		p->app->format = str_from_cstr(f.option->values);
}

/* The value of the option stands in the next word. */
static int take_next(struct parser *p, struct found f, struct error *err)
{
	if (p->index == p->word_count)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'--%s' needs a value: %s",
				 f.option->name, f.option->value ? f.option->value : "VALUE");
	return set_value(p, f, p->words[p->index++], err);
}

/* --name, --name=value, --name value */
static int parse_long(struct parser *p, struct str word, struct error *err)
{
	struct str rest = str_from(word, 2);
	struct str name = str_cut(&rest, '=');
	struct found f = parser_find(p, 0, name);

	if (!f.option)
		return unknown_option(p, word, name, err);
	if (rest.ptr)
		return set_value(p, f, rest, err);
	if (argument_takes_value(f.option))
		return take_next(p, f, err);
	set_flag(p, f);
	return 0;
}

/* -v, -vq, -ofile, -o file */
static int parse_letters(struct parser *p, struct str word, struct error *err)
{
	for (size_t i = 1; i < word.len; i++) {
		struct found f = parser_find(p, word.ptr[i], STR_NONE);

		if (!f.option)
			return unknown_option(p, word, str_from(word, 1), err);
		if (!argument_takes_value(f.option)) {
			set_flag(p, f);
			continue;
		}
		struct str value = str_from(word, i + 1);
		if (!value.len)
			return take_next(p, f, err);
		return set_value(p, f, str_strip_prefix(value, STR("=")), err);
	}
	return 0;
}

/* An expression like -up or --up: the last word, where the verb allows it and no option has that
 * name. */
static bool is_signed_argument(struct parser *p, struct str word)
{
	if (!p->app->verb->signed_argument || p->index != p->word_count || word.len < 2)
		return false;
	if (str_starts(word, STR("--"))) {
		struct str rest = str_from(word, 2);
		return !parser_find(p, 0, str_cut(&rest, '=')).option;
	}
	return word.len > 2 || !parser_find(p, word.ptr[1], STR_NONE).option;
}

static int parse_word(struct parser *p, struct error *err)
{
	struct str word = p->words[p->index++];

	if (is_signed_argument(p, word)) {
		VEC_PUSH(p->app->arena, &p->positional, word);
		return 0;
	}
	if (str_equal(word, STR("--"))) {
		while (p->index < p->word_count)
			VEC_PUSH(p->app->arena, &p->positional, p->words[p->index++]);
		return 0;
	}
	if (str_starts(word, STR("--")))
		return parse_long(p, word, err);
	if (word.len > 1 && word.ptr[0] == '-')
		return parse_letters(p, word, err);
	VEC_PUSH(p->app->arena, &p->positional, word);
	return 0;
}

static int too_much(const struct parser *p, struct str word, struct error *err)
{
	struct str usage = verb_usage(p->app->verb, p->app->arena);

	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is too much: '%s' takes %.*s",
		  STR_FMT(word), p->app->path, STR_FMT(usage.ptr ? usage : STR("no arguments")));
	return error_hint(err, "'%s --help' shows the usage", p->app->path);
}

static int too_few(const struct parser *p, const struct argument *missing, struct error *err)
{
	struct str usage = verb_usage(p->app->verb, p->app->arena);

	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%s' needs %s", p->app->path,
		  missing->value);
	return error_hint(err, "usage: %s %.*s", p->app->path, STR_FMT(usage));
}

/* One word for each positional argument, all that are left for a list. */
static int set_positional(struct parser *p, struct error *err)
{
	const struct argument_list *words = &p->positional;
	uint32_t used = 0;

	for (const struct argument *a = p->app->verb->arguments; argument_is_row(a); a++) {
		if (!a->is_positional)
			continue;
		if (a->is_required && used == words->count)
			return too_few(p, a, err);
		uint32_t end =
			a->type == ARGUMENT_LIST ? words->count : MIN(used + 1, words->count);
		for (; used < end; used++)
			if (argument_set(a, p->args, words->items[used], p->app->arena, "", err) <
			    0)
				return -1;
	}
	return used < words->count ? too_much(p, words->items[used], err) : 0;
}

/* The first format of the option that names one; text where there is only --json, or nothing. */
static struct str default_format(const struct verb *verb)
{
	for (const struct argument *a = verb->arguments; argument_is_row(a); a++)
		if (a->type == ARGUMENT_FORMAT && a->value) {
			struct str rest = str_from_cstr(a->values);
			return str_cut(&rest, ' ');
		}
	return STR("text");
}

int options_parse(struct app *app, const struct str *words, uint32_t word_count, void *args,
		  bool *ret_help, struct error *err)
{
	struct parser p = { .app = app, .words = words, .word_count = word_count, .args = args };

	*ret_help = false;
	app->format = default_format(app->verb);
	arguments_init(app->verb->arguments, app->arena, args);
	while (p.index < p.word_count) {
		if (parse_word(&p, err) < 0)
			return -1;
		if (p.common.help) {
			*ret_help = true;
			return 0;
		}
	}
	app->color_out = app->color_out && !p.common.no_color;
	app->color_err = app->color_err && !p.common.no_color;
	return set_positional(&p, err);
}

/* options - from the words of a command line to the args struct of a verb */
#include <string.h>

#include "base/duration.h"
#include "base/num.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cmd/command.h"

struct common_args {
	bool help;
	bool no_color;
};

const struct option options_common[] = {
	{ 'h', "help", NULL, OPTION_BOOL, offsetof(struct common_args, help), "show this help",
	  NULL },
	{ 0, "no-color", NULL, OPTION_BOOL, offsetof(struct common_args, no_color),
	  "print without colour (so does NO_COLOR=1)", NULL },
	{},
};

struct parser {
	struct app *app;
	const struct str *words;
	uint32_t word_count;
	uint32_t index; /* of the next word */
	char *args;
	struct common_args common;
	struct option_list positional;
};

/* An option and the struct its offset points into. */
struct found {
	const struct option *option;
	char *base;
};

static bool takes_value(const struct option *o)
{
	return o->kind != OPTION_BOOL && o->kind != OPTION_COUNT && o->kind != OPTION_CONST;
}

static bool option_matches(const struct option *o, char letter, struct str name)
{
	return letter ? o->letter == letter : str_equal(str_from_cstr(o->name), name);
}

static const struct option *table_find(const struct option *table, char letter, struct str name)
{
	for (const struct option *o = table; o && o->name; o++)
		if (option_matches(o, letter, name))
			return o;
	return NULL;
}

static struct found parser_find(struct parser *p, char letter, struct str name)
{
	const struct option *o = table_find(p->app->command->options, letter, name);

	if (o)
		return (struct found){ o, p->args };
	o = table_find(options_common, letter, name);
	return (struct found){ o, (char *)&p->common };
}

static int unknown_option(const struct parser *p, struct str typed, struct str name,
			  struct error *err)
{
	struct suggest s = suggest_start(name);
	const struct option *tables[] = { p->app->command->options, options_common };

	for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
		for (const struct option *o = tables[i]; o && o->name; o++)
			suggest_offer(&s, str_from_cstr(o->name));
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not an option of '%s'",
		  STR_FMT(typed), p->app->path);
	if (s.best.ptr)
		return error_hint(err, "did you mean '--%.*s'?", STR_FMT(s.best));
	return error_hint(err, "'%s --help' lists the options", p->app->path);
}

/* One of the words of o->values. */
static int check_values(const struct option *o, struct str value, struct error *err)
{
	struct suggest s = suggest_start(value);

	if (!o->values)
		return 0;
	for (struct str rest = str_from_cstr(o->values); rest.ptr;) {
		struct str allowed = str_cut(&rest, ' ');
		if (str_equal(allowed, value))
			return 0;
		suggest_offer(&s, allowed);
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
		  "'%.*s' is not a value of '--%s'; allowed are: %s", STR_FMT(value), o->name,
		  o->values);
	if (s.best.ptr)
		error_hint(err, "did you mean '%.*s'?", STR_FMT(s.best));
	return -1;
}

static int bad_value(const struct option *o, struct str value, const char *expected,
		     struct error *err)
{
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "'%.*s' is not a value of '--%s'; write %s", STR_FMT(value), o->name,
			 expected);
}

static int set_duration(const struct option *o, int64_t *ret_ms, struct str value,
			struct error *err)
{
	int64_t ns;

	if (!duration_parse(value, &ns))
		return bad_value(o, value, "a duration like 30s or 1h15m", err);
	*ret_ms = ns / NS_PER_MS;
	return 0;
}

static int set_value(struct parser *p, struct found f, struct str value, struct error *err)
{
	void *field = f.base + f.option->offset;

	switch (f.option->kind) {
	case OPTION_STR:
		*(struct str *)field = value;
		return check_values(f.option, value, err);
	case OPTION_LIST:
		VEC_PUSH(p->app->arena, (struct option_list *)field, value);
		return check_values(f.option, value, err);
	case OPTION_INT:
		if (!num_int64(value, field))
			return bad_value(f.option, value, "a whole number", err);
		return 0;
	case OPTION_DURATION:
		return set_duration(f.option, field, value, err);
	case OPTION_BOOL:
		*(bool *)field = str_equal(value, STR("true"));
		if (!*(bool *)field && !str_equal(value, STR("false")))
			return bad_value(f.option, value, "true or false", err);
		return 0;
	case OPTION_COUNT:
	case OPTION_CONST:
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'--%s' takes no value",
				 f.option->name);
	}
	BUG("option kind %d", (int)f.option->kind);
}

static void set_flag(struct found f)
{
	void *field = f.base + f.option->offset;

	if (f.option->kind == OPTION_BOOL)
		*(bool *)field = true;
	else if (f.option->kind == OPTION_COUNT)
		++*(int64_t *)field;
	else
		*(struct str *)field = str_from_cstr(f.option->values);
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
	if (takes_value(f.option))
		return take_next(p, f, err);
	set_flag(f);
	return 0;
}

/* -v, -vq, -ofile, -o file */
static int parse_letters(struct parser *p, struct str word, struct error *err)
{
	for (size_t i = 1; i < word.len; i++) {
		struct found f = parser_find(p, word.ptr[i], STR_NONE);

		if (!f.option)
			return unknown_option(p, word, str_from(word, 1), err);
		if (!takes_value(f.option)) {
			set_flag(f);
			continue;
		}
		struct str value = str_from(word, i + 1);
		if (!value.len)
			return take_next(p, f, err);
		return set_value(p, f, str_strip_prefix(value, STR("=")), err);
	}
	return 0;
}

/*
 * An expression like -up or --up: the last word, where the verb allows it and no option is meant.
 */
static bool is_signed_arg(struct parser *p, struct str word)
{
	if (!p->app->command->signed_args || p->index != p->word_count || word.len < 2)
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

	if (is_signed_arg(p, word)) {
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

/* "NAME [PATH...]" says how many there may be, and what the missing one is called. */
static int check_count(const struct app *app, uint32_t count, struct error *err)
{
	struct str rest = str_from_cstr(app->command->args);
	uint32_t allowed = 0;

	while (rest.ptr && rest.len) {
		struct str word = str_cut(&rest, ' ');
		bool required = word.ptr[0] != '[';

		if (required && allowed >= count) {
			error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%s' needs %.*s", app->path,
				  STR_FMT(str_strip_suffix(word, STR("..."))));
			return error_hint(err, "usage: %s %s", app->path, app->command->args);
		}
		if (str_contains(word, STR("...")))
			return 0;
		allowed++;
	}
	if (count <= allowed)
		return 0;
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is too much: '%s' takes %s",
		  STR_FMT(app->args[allowed]), app->path,
		  allowed ? app->command->args : "no arguments");
	return error_hint(err, "'%s --help' shows the usage", app->path);
}

int options_parse(struct app *app, const struct str *words, uint32_t word_count, void *args,
		  bool *ret_help, struct error *err)
{
	struct parser p = { .app = app, .words = words, .word_count = word_count, .args = args };

	*ret_help = false;
	if (app->command->defaults)
		memcpy(args, app->command->defaults, app->command->size);
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
	app->args = p.positional.items;
	app->arg_count = p.positional.count;
	return check_count(app, app->arg_count, err);
}

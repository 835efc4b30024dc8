/* options_test - every kind of option in every spelling, and what is refused */
#include "cmd/options.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"

struct args {
	struct str name;
	struct argument_list paths;
	bool strict;
	int64_t count, timeout_ms, verbose, width;
	struct argument_list set;
	enum yes_no offline;
};

static const struct argument options[] = {
	{ 0, "name", "NAME", ARGUMENT_STR, offsetof(struct args, name), "", .is_positional = true,
	  .is_required = true },
	{ 0, "paths", "PATH", ARGUMENT_LIST, offsetof(struct args, paths), "",
	  .is_positional = true },
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .values = "text json sarif" },
	{ 0, "json", NULL, ARGUMENT_FORMAT, .values = "json" },
	{ 's', "strict", NULL, ARGUMENT_BOOL, offsetof(struct args, strict), "" },
	{ 'n', "count", "N", ARGUMENT_INT, offsetof(struct args, count), "", .fallback = "7" },
	{ 0, "timeout", "DURATION", ARGUMENT_DURATION, offsetof(struct args, timeout_ms), "" },
	{ 'v', "verbose", NULL, ARGUMENT_COUNT, offsetof(struct args, verbose), "" },
	{ 0, "width", "N", ARGUMENT_INT, offsetof(struct args, width), "", .minimum = -2,
	  .maximum = 80 },
	{ 0, "offline", NULL, ARGUMENT_YES_NO, offsetof(struct args, offline), "" },
	{ 0, "set", "KEY=VALUE", ARGUMENT_LIST, offsetof(struct args, set), "" },
	{},
};

static const struct verb verb = {
	.name = "verb",
	.arguments = options,
	.size = sizeof(struct args),
};

struct parsed {
	struct arena *arena;
	struct app app;
	struct args args;
	bool help;
	int status;
	struct error err;
};

/* The words are separated by blanks. */
static struct parsed parse(const struct verb *v, const char *line)
{
	struct parsed p = { .arena = arena_new("test") };
	struct str words[16];
	uint32_t count = 0;

	p.app = (struct app){
		.arena = p.arena, .verb = v, .path = "forge verb", .color_out = true
	};
	for (struct str rest = str_from_cstr(line); rest.len;)
		words[count++] = str_cut(&rest, ' ');
	p.status = options_parse(&p.app, words, count, &p.args, &p.help, &p.err);
	return p;
}

static void spellings(void)
{
	static const char *const lines[] = {
		"x -o json -s -n -3 --timeout 1m30s -vv --set a=1 --set b=2",
		"-ojson --strict --count=-3 --timeout=90s -v --verbose --set=a=1 --set b=2 x",
		"--json -svvn-3 x --timeout 1.5m --set a=1 --set=b=2 --strict=true",
	};

	for (size_t i = 0; TEST_ROW(lines, i, lines[i]); i++) {
		struct parsed p = parse(&verb, lines[i]);
		CHECK_INT(p.status, 0);
		CHECK_TEXT(p.app.format, "json");
		CHECK(p.args.strict);
		CHECK_INT(p.args.count, -3);
		CHECK_INT(p.args.timeout_ms, 90000);
		CHECK_INT(p.args.verbose, 2);
		CHECK_INT(p.args.set.count, 2);
		CHECK_TEXT(p.args.set.items[0], "a=1");
		CHECK_TEXT(p.args.set.items[1], "b=2");
		CHECK_TEXT(p.args.name, "x");
		CHECK_INT(p.args.paths.count, 0);
		arena_free(p.arena);
	}
}

static void absent(void)
{
	struct parsed p = parse(&verb, "x");

	CHECK_TEXT(p.app.format, "text");
	CHECK_INT(p.args.count, 7);
	CHECK(!p.args.strict);
	CHECK(p.app.color_out);
	arena_free(p.arena);
	p = parse(&verb, "x --strict --strict=false --no-color");
	CHECK(!p.args.strict);
	CHECK(!p.app.color_out);
	arena_free(p.arena);
}

static void what_is_not_said_is_told_from_no(void)
{
	struct parsed p = parse(&verb, "x");

	CHECK_INT(p.args.offline, NOT_SAID);
	arena_free(p.arena);
	p = parse(&verb, "--offline x");
	CHECK_INT(p.args.offline, SAID_YES);
	CHECK_TEXT(p.args.name, "x");
	arena_free(p.arena);
	p = parse(&verb, "--offline=false x");
	CHECK_INT(p.args.offline, SAID_NO);
	arena_free(p.arena);
	p = parse(&verb, "--offline=maybe x");
	CHECK_INT(p.status, -1);
	arena_free(p.arena);
}

static void positional(void)
{
	struct parsed p = parse(&verb, "a - b -- --strict -x");

	CHECK_INT(p.status, 0);
	CHECK_TEXT(p.args.name, "a");
	CHECK_INT(p.args.paths.count, 4);
	CHECK_TEXT(p.args.paths.items[0], "-");
	CHECK_TEXT(p.args.paths.items[2], "--strict");
	CHECK(!p.args.strict);
	arena_free(p.arena);
}

static void help(void)
{
	struct parsed p = parse(&verb, "-h --no-such-option");

	CHECK_INT(p.status, 0);
	CHECK(p.help);
	arena_free(p.arena);
}

static const struct {
	const char *line, *text, *hint;
} wrong[] = {
	{ "", "'forge verb' needs NAME", "usage: forge verb NAME [PATH...]" },
	{ "x --stric", "'--stric' is not an option of 'forge verb'", "did you mean '--strict'?" },
	{ "x -q", "'-q' is not an option", "'forge verb --help' lists" },
	{ "x -o", "'--output' needs a value: FORMAT", "" },
	{ "x -o jsn", "allowed are: text json sarif", "did you mean 'json'?" },
	{ "x -n 1.5", "'1.5' is not a value of '--count'; write a whole number", "" },
	{ "x -n 99999999999999999999", "is not a value of '--count'", "" },
	{ "x --timeout 5", "write a duration like 30s or 1h15m", "" },
	{ "x --strict=1", "write true or false", "" },
	{ "x --json=yes", "'--json' takes no value", "" },
	{ "x --verbose=2", "'--verbose' takes no value", "" },
	{ "x --name y", "'--name' is not an option of 'forge verb'", "lists the options" },
	{ "x --width 81", "--width must be -2 to 80", "" },
	{ "x --width=-3", "--width must be -2 to 80", "" },
};

static void refuses(void)
{
	for (size_t i = 0; TEST_ROW(wrong, i, wrong[i].line); i++) {
		struct parsed p = parse(&verb, wrong[i].line);
		CHECK_INT(p.status, -1);
		CHECK_INT(p.err.code, ERROR_INPUT);
		if (!CHECK(strstr(p.err.text, wrong[i].text) && strstr(p.err.hint, wrong[i].hint)))
			CHECK_STR(str_from_cstr(p.err.text), str_from_cstr(wrong[i].text));
		arena_free(p.arena);
	}
}

static void limits_are_allowed(void)
{
	struct parsed p = parse(&verb, "x --width -2");

	CHECK_INT(p.args.width, -2);
	arena_free(p.arena);
	p = parse(&verb, "x --width 80");
	CHECK_INT(p.args.width, 80);
	arena_free(p.arena);
}

static void counts(void)
{
	static const struct argument path[] = {
		{ 0, "path", "PATH", ARGUMENT_STR, offsetof(struct args, name), "",
		  .is_positional = true },
		{},
	};
	static const struct verb one = { .name = "verb",
					 .arguments = path,
					 .size = sizeof(struct args) },
				 none = { .name = "verb" };
	struct parsed p = parse(&one, "a b");

	CHECK_INT(p.status, -1);
	CHECK(strstr(p.err.text, "'b' is too much: 'forge verb' takes [PATH]"));
	arena_free(p.arena);
	p = parse(&one, "");
	CHECK_INT(p.status, 0);
	CHECK(!p.args.name.ptr);
	arena_free(p.arena);
	p = parse(&none, "a");
	CHECK(strstr(p.err.text, "takes no arguments"));
	arena_free(p.arena);
}

/* Of query: -up and --up are expressions, unless an option has that name. */
static void signed_arguments(void)
{
	struct verb query = verb;
	struct parsed p;

	query.signed_argument = true;
	static const char *const words[] = { "-up", "--up", "-1", "-vs" };
	for (size_t i = 0; TEST_ROW(words, i, words[i]); i++) {
		p = parse(&query, words[i]);
		CHECK_INT(p.status, 0);
		CHECK_STR(p.args.name, str_from_cstr(words[i]));
		arena_free(p.arena);
	}
	static const char *const options_of_it[] = { "--strict", "-s", "--help", "-h", "-up x" };
	for (size_t i = 0; TEST_ROW(options_of_it, i, options_of_it[i]); i++) {
		p = parse(&query, options_of_it[i]);
		CHECK(p.status < 0 || p.help);
		arena_free(p.arena);
	}
}

TESTS({ "every kind of option in every spelling", spellings },
      { "absent options keep their defaults", absent },
      { "what is not said is told from no", what_is_not_said_is_told_from_no },
      { "the rest are arguments, all behind --", positional },
      { "help is seen before mistakes behind it", help },
      { "mistakes say what is allowed", refuses }, { "limits are allowed", limits_are_allowed },
      { "the table says how many arguments there may be", counts },
      { "a last word may begin with a sign", signed_arguments })

/* options_test - every kind of option in every spelling, and what is refused */
#include <string.h>

#include "base/test.h"
#include "cmd/command.h"

struct args {
	struct str output;
	bool strict;
	int64_t count, timeout_ms, verbose;
	struct option_list set;
};

static const struct args defaults = { .count = 7 };

static const struct option options[] = {
	{ 'o', "output", "FORMAT", OPTION_STR, offsetof(struct args, output), "",
	  "text json sarif" },
	{ 0, "json", NULL, OPTION_CONST, offsetof(struct args, output), "", "json" },
	{ 's', "strict", NULL, OPTION_BOOL, offsetof(struct args, strict), "" },
	{ 'n', "count", "N", OPTION_INT, offsetof(struct args, count), "" },
	{ 0, "timeout", "DURATION", OPTION_DURATION, offsetof(struct args, timeout_ms), "" },
	{ 'v', "verbose", NULL, OPTION_COUNT, offsetof(struct args, verbose), "" },
	{ 0, "set", "KEY=VALUE", OPTION_LIST, offsetof(struct args, set), "" },
	{},
};

static const struct command command = {
	.name = "verb",
	.args = "NAME [PATH...]",
	.options = options,
	.size = sizeof(struct args),
	.defaults = &defaults,
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
static struct parsed parse(const struct command *c, const char *line)
{
	struct parsed p = { .arena = arena_new("test") };
	struct str words[16];
	uint32_t count = 0;

	p.app = (struct app){
		.arena = p.arena, .command = c, .path = "forge verb", .color_out = true
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
		struct parsed p = parse(&command, lines[i]);
		CHECK_INT(p.status, 0);
		CHECK_TEXT(p.args.output, "json");
		CHECK(p.args.strict);
		CHECK_INT(p.args.count, -3);
		CHECK_INT(p.args.timeout_ms, 90000);
		CHECK_INT(p.args.verbose, 2);
		CHECK_INT(p.args.set.count, 2);
		CHECK_TEXT(p.args.set.items[0], "a=1");
		CHECK_TEXT(p.args.set.items[1], "b=2");
		CHECK_INT(p.app.arg_count, 1);
		CHECK_TEXT(p.app.args[0], "x");
		arena_free(p.arena);
	}
}

static void absent(void)
{
	struct parsed p = parse(&command, "x");

	CHECK(!p.args.output.ptr);
	CHECK_INT(p.args.count, 7);
	CHECK(!p.args.strict);
	CHECK(p.app.color_out);
	arena_free(p.arena);
	p = parse(&command, "x --strict --strict=false --no-color");
	CHECK(!p.args.strict);
	CHECK(!p.app.color_out);
	arena_free(p.arena);
}

static void positional(void)
{
	struct parsed p = parse(&command, "a - b -- --strict -x");

	CHECK_INT(p.status, 0);
	CHECK_INT(p.app.arg_count, 5);
	CHECK_TEXT(p.app.args[1], "-");
	CHECK_TEXT(p.app.args[3], "--strict");
	CHECK(!p.args.strict);
	arena_free(p.arena);
}

static void help(void)
{
	struct parsed p = parse(&command, "-h --no-such-option");

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
};

static void refuses(void)
{
	for (size_t i = 0; TEST_ROW(wrong, i, wrong[i].line); i++) {
		struct parsed p = parse(&command, wrong[i].line);
		CHECK_INT(p.status, -1);
		CHECK_INT(p.err.code, ERROR_INPUT);
		if (!CHECK(strstr(p.err.text, wrong[i].text) && strstr(p.err.hint, wrong[i].hint)))
			CHECK_STR(str_from_cstr(p.err.text), str_from_cstr(wrong[i].text));
		arena_free(p.arena);
	}
}

static void counts(void)
{
	static const struct command one = { .name = "verb", .args = "[PATH]" },
				    none = { .name = "verb" };
	struct parsed p = parse(&one, "a b");

	CHECK_INT(p.status, -1);
	CHECK(strstr(p.err.text, "'b' is too much: 'forge verb' takes [PATH]"));
	arena_free(p.arena);
	p = parse(&none, "a");
	CHECK(strstr(p.err.text, "takes no arguments"));
	arena_free(p.arena);
}

TESTS({ "every kind of option in every spelling", spellings },
      { "absent options keep their defaults", absent },
      { "the rest are arguments, all behind --", positional },
      { "help is seen before mistakes behind it", help },
      { "mistakes say what is allowed", refuses }, { "args says how many there may be", counts })

/* verb_test - verbs are called with a JSON object of arguments, without a command line */
#include "verbs/verb.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/set.h"

/* --- arguments -------------------------------------------------------------------------------- */

struct args {
	struct str name, level;
	struct argument_list paths, kinds;
	bool strict;
	int64_t count, seed, timeout_ms, verbose;
};

static const struct argument arguments[] = {
	{ 0, "name", "NAME", ARGUMENT_STR, offsetof(struct args, name), "", .is_positional = true,
	  .is_required = true },
	{ 0, "paths", "PATH", ARGUMENT_LIST, offsetof(struct args, paths), "",
	  .is_positional = true },
	{ 0, "level", "LEVEL", ARGUMENT_ENUM, offsetof(struct args, level), "",
	  .values = "low middle high", .fallback = "middle" },
	{ 0, "kinds", "KIND", ARGUMENT_LIST, offsetof(struct args, kinds), "",
	  .values = "Pod Job" },
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT, .values = "text json" },
	{ 's', "strict", NULL, ARGUMENT_BOOL, offsetof(struct args, strict), "" },
	{ 'n', "count", "N", ARGUMENT_INT, offsetof(struct args, count), "", .fallback = "3",
	  .minimum = -1, .maximum = 9 },
	{ 0, "seed", "N", ARGUMENT_INT, offsetof(struct args, seed), "", .maximum = INT64_MAX },
	{ 0, "timeout", "DURATION", ARGUMENT_DURATION, offsetof(struct args, timeout_ms), "",
	  .fallback = "1s" },
	{ 'v', "verbose", NULL, ARGUMENT_COUNT, offsetof(struct args, verbose), "" },
	{},
};

static int run(const struct verb_context *context, const void *args, struct outcome *ret,
	       struct error *err)
{
	(void)args;
	(void)ret;
	if (verb_progress_is_due(context))
		verb_progress(context, STR("half"));
	return verb_check_cancelled(context, err);
}

static const struct verb verb = {
	.name = "verb", .arguments = arguments, .size = sizeof(struct args), .run = run
};

static int read(struct arena *arena, const char *json, struct args *ret, struct error *err)
{
	struct docset *set = docset_new(arena);
	const struct node *node = json_read(set, STR("arguments"), str_from_cstr(json), err);

	*ret = (struct args){};
	return node ? verb_arguments_read(&verb, node, arena, ret, err) : -1;
}

static void every_type(void)
{
	SCRATCH(arena);
	struct args args;
	struct error err;

	CHECK_INT(read(arena,
		       "{\"name\": \"x\", \"paths\": [\"a\", \"b\"], \"level\": \"high\", "
		       "\"kinds\": [\"Job\"], \"strict\": true, \"count\": -1.0, \"seed\": 0, "
		       "\"timeout\": \"1m30s\", \"verbose\": 2}",
		       &args, &err),
		  0);
	CHECK_TEXT(args.name, "x");
	CHECK_INT(args.paths.count, 2);
	CHECK_TEXT(args.paths.items[1], "b");
	CHECK_TEXT(args.level, "high");
	CHECK_TEXT(args.kinds.items[0], "Job");
	CHECK(args.strict);
	CHECK_INT(args.count, -1);
	CHECK_INT(args.timeout_ms, 90000);
	CHECK_INT(args.verbose, 2);
}

static void absent(void)
{
	SCRATCH(arena);
	struct args args = {};
	struct error err;

	CHECK_INT(read(arena, "{\"name\": \"\"}", &args, &err), 0);
	CHECK_TEXT(args.level, "middle");
	CHECK_INT(args.count, 3);
	CHECK_INT(args.timeout_ms, 1000);
	CHECK_INT(args.paths.count, 0);
	CHECK_INT(verb_arguments_read(&verb, NULL, arena, &args, &err), -1);
	CHECK(strstr(err.text, "'verb' needs 'name'"));
}

static const struct {
	const char *json, *text, *hint;
	uint32_t offset; /* in json */
} wrong[] = {
	{ "[]", "the arguments of 'verb' must be an object", "", 0 },
	{ "{}", "'verb' needs 'name'", "", 0 },
	{ "{\"nam\": 1}", "'nam' is not an argument of 'verb'", "did you mean 'name'?", 1 },
	{ "{\"zzzzzzz\": 1}", "'zzzzzzz' is not an argument of 'verb'",
	  "allowed are: name, paths, level, kinds, strict, count, seed, timeout, verbose", 1 },
	{ "{\"output\": \"json\"}", "'output' is not an argument of 'verb'",
	  "allowed are: name, paths, level, kinds, strict, count, seed, timeout, verbose", 1 },
	{ "{\"name\": 7}", "'name' must be a string", "", 9 },
	{ "{\"name\": null}", "'name' must be a string", "", 9 },
	{ "{\"name\": [\"x\"]}", "'name' must be a string", "", 9 },
	{ "{\"name\": \"x\", \"name\": \"y\"}", "'name' is given twice", "", 14 },
	{ "{\"paths\": \"a\"}", "'paths' must be a list of strings", "", 10 },
	{ "{\"paths\": [\"a\", 1]}", "'paths' must be a list of strings", "", 16 },
	{ "{\"level\": \"hihg\"}", "'hihg' is not a value of 'level'; allowed are: low middle high",
	  "did you mean 'high'?", 10 },
	{ "{\"level\": true}", "'level' must be a string", "", 10 },
	{ "{\"kinds\": [\"Pods\"]}", "'Pods' is not a value of 'kinds'; allowed are: Pod Job",
	  "did you mean 'Pod'?", 10 },
	{ "{\"strict\": \"true\"}", "'strict' must be true or false", "", 11 },
	{ "{\"strict\": 1}", "'strict' must be true or false", "", 11 },
	{ "{\"count\": \"3\"}", "'count' must be a whole number", "", 10 },
	{ "{\"count\": 1.5}", "'count' must be a whole number", "", 10 },
	{ "{\"count\": 99999999999999999999}", "'count' must be a whole number", "", 10 },
	{ "{\"seed\": 1e300}", "'seed' must be a whole number", "", 9 },
	{ "{\"count\": {}}", "'count' must be a whole number", "", 10 },
	{ "{\"count\": 10}", "count must be -1 to 9", "", 10 },
	{ "{\"count\": -2}", "count must be -1 to 9", "", 10 },
	{ "{\"seed\": -1}", "'seed' cannot be -1", "write seed as a whole number from 0 on", 9 },
	{ "{\"timeout\": \"5\"}",
	  "'5' is not a value of 'timeout'; write a duration like 30s or 1h15m", "", 12 },
	{ "{\"timeout\": 5}", "'timeout' must be a string with a duration like 30s or 1h15m", "",
	  12 },
	{ "{\"verbose\": -1}", "'verbose' must be a whole number from 0 on", "", 12 },
	{ "{\"verbose\": true}", "'verbose' must be a whole number from 0 on", "", 12 },
};

static void refuses(void)
{
	for (size_t i = 0; TEST_ROW(wrong, i, wrong[i].json); i++) {
		SCRATCH(arena);
		struct args args;
		struct error err = {};
		struct docset *set = docset_new(arena);
		const struct node *node =
			json_read(set, STR("arguments"), str_from_cstr(wrong[i].json), &err);

		args = (struct args){};
		CHECK_INT(verb_arguments_read(&verb, node, arena, &args, &err), -1);
		CHECK_INT(err.code, ERROR_INPUT);
		CHECK_STR(str_from_cstr(err.text), str_from_cstr(wrong[i].text));
		CHECK_STR(str_from_cstr(err.hint), str_from_cstr(wrong[i].hint));
		CHECK_INT(docset_place(set, err.position).column, wrong[i].offset + 1);
	}
}

static void no_arguments(void)
{
	static const struct verb none = { .name = "none" };

	SCRATCH(arena);
	struct error err = {};
	const struct node *node =
		json_read(docset_new(arena), STR("arguments"), STR("{\"x\": 1}"), &err);

	CHECK_INT(verb_arguments_read(&none, NULL, arena, NULL, &err), 0);
	CHECK_INT(verb_arguments_read(&none, node, arena, NULL, &err), -1);
	CHECK_STR(str_from_cstr(err.hint), STR("it takes none"));
}

static void usage(void)
{
	static const struct argument two[] = {
		{ 0, "a", "A", ARGUMENT_STR, 0, "", .is_positional = true },
		{ 0, "b", "B", ARGUMENT_LIST, 0, "", .is_positional = true, .is_required = true },
		{},
	};
	static const struct verb other = { .arguments = two }, none = {};

	SCRATCH(arena);
	CHECK_TEXT(verb_usage(&verb, arena), "NAME [PATH...]");
	CHECK_TEXT(verb_usage(&other, arena), "[A] B...");
	CHECK(!verb_usage(&none, arena).ptr);
}

/* --- watchers --------------------------------------------------------------------------------- */

struct watcher {
	bool is_due, is_cancelled;
	struct str line;
};

static bool is_due(void *context)
{
	return ((struct watcher *)context)->is_due;
}

static void show(void *context, struct str line)
{
	((struct watcher *)context)->line = line;
}

static bool is_cancelled(void *context)
{
	return ((struct watcher *)context)->is_cancelled;
}

static void watchers(void)
{
	SCRATCH(arena);
	struct watcher watcher = {};
	struct verb_watcher row = { .is_due = is_due, .show = show, .context = &watcher };
	struct verb_context context = { .arena = arena, .set = docset_new(arena) };
	struct outcome outcome;
	struct error err;

	CHECK_INT(verb_run(&verb, &context, NULL, &outcome, &err), 0);
	context.watcher = &row;
	CHECK_INT(verb_run(&verb, &context, NULL, &outcome, &err), 0);
	CHECK(!watcher.line.ptr);
	watcher = (struct watcher){ .is_due = true, .is_cancelled = true };
	CHECK_INT(verb_run(&verb, &context, NULL, &outcome, &err), 0);
	CHECK_TEXT(watcher.line, "half");
	row.is_cancelled = is_cancelled;
	CHECK_INT(verb_run(&verb, &context, NULL, &outcome, &err), -1);
	CHECK_INT(err.code, ERROR_INTERRUPTED);
	watcher.is_cancelled = false;
	CHECK_INT(verb_run(&verb, &context, NULL, &outcome, &err), 0);
}

static void statuses(void)
{
	static const struct exit_status exits[] = { { 1, "findings" }, {} };
	static const struct verb other = { .exits = exits };

	CHECK_STR(str_from_cstr(exit_status_text(&other, 1)), STR("findings"));
	CHECK_STR(str_from_cstr(exit_status_text(&other, 0)), STR("done"));
	CHECK_STR(str_from_cstr(exit_status_text(NULL, 130)), STR("interrupted"));
	CHECK(!exit_status_text(NULL, 99));
	for (size_t i = 1; exit_statuses[i].text; i++)
		CHECK(exit_statuses[i - 1].status < exit_statuses[i].status);
}

TESTS({ "every type of argument comes from a JSON object", every_type },
      { "absent arguments keep their defaults", absent },
      { "mistakes name the argument and what is allowed, at their place", refuses },
      { "a verb without arguments takes none", no_arguments },
      { "usage shows positional arguments", usage },
      { "watchers get progress lines and cancel the verb", watchers },
      { "statuses have texts of the verb, then common ones", statuses })

/* ignore_test - which paths .gitignore patterns match */
#include "base/ignore.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	struct str lines, path;
	bool ignored;
} cases[] = {
	{ STR_INIT("*.tmp"), STR_INIT("a.tmp"), true },
	{ STR_INIT("*.tmp"), STR_INIT("x/y/a.tmp"), true },
	{ STR_INIT("*.tmp"), STR_INIT("a.yaml"), false },
	{ STR_INIT("/a"), STR_INIT("a"), true },
	{ STR_INIT("/a"), STR_INIT("b/a"), false },
	{ STR_INIT("a/b"), STR_INIT("a/b/c/d"), true },
	{ STR_INIT("a/b"), STR_INIT("x/a/b"), false },
	{ STR_INIT("build/"), STR_INIT("build/x"), true },
	{ STR_INIT("build/"), STR_INIT("src/build/x"), true },
	{ STR_INIT("build/"), STR_INIT("build"), false }, /* a file of that name */
	{ STR_INIT("**/logs"), STR_INIT("a/b/logs/x"), true },
	{ STR_INIT("a/**/z"), STR_INIT("a/b/c/z"), true },
	{ STR_INIT("a/**/z"), STR_INIT("a/z"), true },
	{ STR_INIT("doc/*.txt"), STR_INIT("doc/a/b.txt"), false },
	{ STR_INIT("*\n!keep"), STR_INIT("keep"), false },
	{ STR_INIT("*\n!keep"), STR_INIT("other"), true },
	{ STR_INIT("dir/\n!dir/keep"), STR_INIT("dir/keep"), false },
	{ STR_INIT("!a\na"), STR_INIT("a"), true },
	{ STR_INIT("# a\n\n"), STR_INIT("# a"), false },
	{ STR_INIT("\\#a"), STR_INIT("#a"), true },
	{ STR_INIT("a  \r\n"), STR_INIT("a"), true },
	{ STR_INIT("a\\ "), STR_INIT("a "), true },
	{ STR_INIT("/"), STR_INIT("a"), false },
	{ STR_INIT("b"), STR_INIT("a/b/c"), true },
	{ STR_INIT("b"), STR_INIT("ab/c"), false },
	{ STR_INIT("/a/"), STR_INIT("a/b"), true },
	{ STR_INIT("/a/"), STR_INIT("b/a/c"), false },
	{ STR_INIT("a/b/"), STR_INIT("a/b/c"), true },
	{ STR_INIT("a/b/"), STR_INIT("a/b"), false },
	{ STR_INIT("*/"), STR_INIT("a"), false },
	{ STR_INIT("a\n!b"), STR_INIT("a"), true }, /* the last line that matches decides */
	{ STR_INIT("!"), STR_INIT("a"), false },
	{ STR_INIT("a\n!a\na"), STR_INIT("a"), true },
	{ STR_INIT(" "), STR_INIT(" "), false },
	{ STR_INIT("a\n"), STR_INIT(""), false },
};

static void matches(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].lines); i++) {
		struct ignore ignore = {};
		ignore_add(&ignore, arena, STR(""), cases[i].lines);
		if (ignore_match(&ignore, cases[i].path, false) != cases[i].ignored) {
			CHECK_STR(cases[i].path, cases[i].lines);
			CHECK_INT(!cases[i].ignored, cases[i].ignored);
		}
	}
}

static void of_directories(void)
{
	SCRATCH(arena);
	struct ignore ignore = {};

	ignore_add(&ignore, arena, STR(""), STR("*.md\n"));
	ignore_add(&ignore, arena, STR("apps"), STR("/x\n!*.md\n"));
	CHECK(ignore_match(&ignore, STR("README.md"), false));
	CHECK(!ignore_match(&ignore, STR("apps/README.md"), false));
	CHECK(ignore_match(&ignore, STR("apps/x"), false));
	CHECK(!ignore_match(&ignore, STR("x"), false));
	CHECK(!ignore_match(&ignore, STR("apps2/x"), false));
	ignore_add(&ignore, arena, STR(""), STR("build/\n"));
	CHECK(ignore_match(&ignore, STR("build"), true));
}

/* As git has it: what a directory is, decides nothing for what is in it. */
static void of_entries(void)
{
	static const struct {
		struct str lines, path;
		bool is_directory, ignored;
	} rows[] = {
		{ STR_INIT("build/"), STR_INIT("build"), true, true },
		{ STR_INIT("build/"), STR_INIT("build"), false, false },
		{ STR_INIT("build/"), STR_INIT("build/x"), false, false }, /* it is not entered */
		{ STR_INIT("*\n!*/\n!*.yaml"), STR_INIT("a"), true, false },
		{ STR_INIT("*\n!*/\n!*.yaml"), STR_INIT("a/x.txt"), false, true },
		{ STR_INIT("*\n!*/\n!*.yaml"), STR_INIT("a/x.yaml"), false, false },
		{ STR_INIT("*.tmp"), STR_INIT("a/b.tmp"), false, true },
		{ STR_INIT("/a/*.tmp"), STR_INIT("a/b.tmp"), false, true },
		{ STR_INIT("/a/*.tmp"), STR_INIT("b/a/b.tmp"), false, false },
		{ STR_INIT("**/logs"), STR_INIT("a/b/logs"), true, true },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++) {
		struct ignore ignore = {};
		ignore_add(&ignore, arena, STR(""), rows[i].lines);
		CHECK_INT(ignore_match_entry(&ignore, rows[i].path, rows[i].is_directory),
			  rows[i].ignored);
	}
}

TESTS({ "patterns match as in go-git", matches },
      { "patterns count below their directory, the last one decides", of_directories },
      { "ignore_match_entry matches the path alone, not its parents", of_entries })

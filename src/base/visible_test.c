/* visible_test - what steers a terminal or a CI system is escaped, the rest stays as it is */
#include "base/visible.h"

#include "base/arena.h"
#include "base/test.h"

static void escapes(void)
{
	static const struct {
		struct str text, want;
	} rows[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("plain ~ \\x1b"), STR_INIT("plain ~ \\x1b") },
		{ STR_INIT("a\033[31mb"), STR_INIT("a\\x1b[31mb") },
		{ STR_INIT("\n\t\r\a\x1f\x7f"), STR_INIT("\\n\\t\\x0d\\x07\\x1f\\x7f") },
		{ { "a\0b", 3 }, STR_INIT("a\\x00b") },
		/* C1, as runes and as bytes; the first one behind them. */
		{ STR_INIT("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"),
		  STR_INIT("\\x80\\x9b\\x9f\xc2\xa0") },
		{ STR_INIT("\x9b"
			   "31m"),
		  STR_INIT("\\x9b31m") },
		{ STR_INIT("\xe6\x97\xa5\xe6\x97"), STR_INIT("\xe6\x97\xa5\\xe6\\x97") },
		{ STR_INIT("\xef\xbf\xbd"), STR_INIT("\xef\xbf\xbd") }, /* U+FFFD itself */
		/* Right to left, and its neighbours. */
		{ STR_INIT("\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f"),
		  STR_INIT("\\u202e\\u2066\\u061c\\u200f") },
		{ STR_INIT("\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa"),
		  STR_INIT("\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa") },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		SCRATCH(arena);
		CHECK_STR(visible(arena, rows[i].text), rows[i].want);
	}
}

static void escapes_commands_of_ci(void)
{
	static const struct {
		struct str text, want;
	} rows[] = {
		{ STR_INIT("::error::x"), STR_INIT("\\x3a:error::x") },
		{ STR_INIT("  ::error::x"), STR_INIT("  \\x3a:error::x") },
		{ STR_INIT("\xc2\xa0 \xe3\x80\x80::error::x"),
		  STR_INIT("\xc2\xa0 \xe3\x80\x80\\x3a:error::x") },
		{ STR_INIT("\xc3\xa9::error::x"), STR_INIT("\xc3\xa9::error::x") },
		{ STR_INIT("\t::error::x"), STR_INIT("\\t::error::x") },
		{ STR_INIT("a ::error::x"), STR_INIT("a ::error::x") },
		{ STR_INIT(":a"), STR_INIT(":a") },
		{ STR_INIT("a ##[group]"), STR_INIT("a \\x23#[group]") },
		{ STR_INIT("###vso[a"), STR_INIT("#\\x23#vso[a") },
		{ STR_INIT("##teamcity[a"), STR_INIT("\\x23#teamcity[a") },
		{ STR_INIT("## [a"), STR_INIT("## [a") },
		{ STR_INIT(""), STR_INIT("") },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		SCRATCH(arena);
		CHECK_STR(visible_line(arena, rows[i].text), rows[i].want);
	}
}

static void a_line_is_begun_once(void)
{
	SCRATCH(arena);

	CHECK_TEXT(visible(arena, STR("::error::x")), "::error::x");
}

TESTS({ "control characters are escaped, other text is unchanged", escapes },
      { "commands of CI systems are escaped", escapes_commands_of_ci },
      { "within a line two colons are no command", a_line_is_begun_once })

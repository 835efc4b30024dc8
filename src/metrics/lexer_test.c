/* lexer_test - numbers, texts, comments and what is none of them */
#include "metrics/lexer.h"

#include "metrics/expressions_test.h"

static void check_all(const struct expectation *expectations, size_t count)
{
	check_expressions("load 1m\n", 0, expectations, count);
}

static void numbers_have_many_spellings(void)
{
	static const struct expectation expectations[] = {
		{ "0x1f", "31\n" },    { "1_000", "1000\n" }, { "017", "15\n" },
		{ "1e3", "1000\n" },   { ".5", "0.5\n" },     { "inf", "+Inf\n" },
		{ "NaN", "NaN\n" },    { "1h30m", "5400\n" }, { "500ms", "0.5\n" },
		{ "1d1h", "90000\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void texts_have_escapes_but_raw_ones(void)
{
	static const struct expectation expectations[] = {
		{ "\"\\x41\\101\\u00e9\\n\"", "AA\xc3\xa9\\n\n" },
		{ "'it\\'s'", "it's\n" },
		{ "`a\\n`", "a\\n\n" },
		{ "\"\\q\"", "PromQL, 1:3: '\\q' is not an escape" },
		{ "\"\\ud800\"", "PromQL, 1:4: 'd800' is not an escape" },
		{ "\"\\400\"", "PromQL, 1:3: '400' is not an escape" },
		{ "\"a\\", "PromQL, 1:4: '\\' is not an escape" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void comments_are_blanks(void)
{
	static const struct expectation expectations[] = {
		{ "1 # one\n+ 2", "3\n" },
		{ "1 # one", "1\n" },
		{ "1 ? 2", "PromQL, 1:3: '?' has no meaning here" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

TESTS({ "numbers have many spellings", numbers_have_many_spellings },
      { "texts have escapes, but for raw ones", texts_have_escapes_but_raw_ones },
      { "comments are blanks", comments_are_blanks })

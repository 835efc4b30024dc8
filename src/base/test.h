/*
 * test - unit tests that print TAP
 *
 * Layer: base. A test file has functions and one list; each file is one process, run by prove. A
 * failed check prints where and what, and the test goes on; names say the property.
 *
 *	static void adds(void) { CHECK_INT(1 + 1, 2); }
 *	TESTS({ "addition adds", adds })
 *
 * A table's failing row names itself:
 *
 *	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++)
 *		CHECK_INT(length_of(rows[i].text), rows[i].want);
 */
#ifndef FORGE_BASE_TEST_H
#define FORGE_BASE_TEST_H

#include <stdio.h>

#include "base/str.h"

struct test {
	const char *name;
	void (*run)(void);
};

/* Prints the plan and runs each test. argv[1] selects the tests whose name contains it. Returns the
 * exit status. */
int test_main(const struct test *tests, size_t count, int argc, char **argv);

/* Ends the current test as skipped and says what is missing. Use: return test_skip("kubectl is not
 * installed"); */
void test_skip(const char *why);

/*
 * The cases beside the project (../shared): text of a file, and the sorted names in a directory.
 * STR_NONE and no names where they are absent: skip the test then.
 */
struct str test_shared_text(struct arena *arena, const char *path);
size_t test_shared_names(struct arena *arena, const char *path, struct str **ret_names);

/*
 * The condition of a loop over a table: whether there is a row i. A check that fails in it says
 * which row it was: table, index and, where one is given, a text (C string or struct str) to tell
 * it from others. Such loops may be nested, TEST_ROWS_DEPTH_MAX deep. A loop that is left by
 * break stays named until the one around it goes on, or the test ends.
 */
#define TEST_ROW(rows, i, ...) TEST_ROW_OF(rows, ARRAY_COUNT(rows), i __VA_OPT__(, ) __VA_ARGS__)
/* The same where rows is a pointer. */
#define TEST_ROW_OF(rows, count, i, ...)                                                           \
	((i) < (count)                                                                             \
		 ? test_row(#rows "[" #i "]", (size_t)(i),                                         \
			    ((struct str[]){ __VA_OPT__(TEST_ROW_TEXT(__VA_ARGS__), ) STR_NONE })) \
		 : test_rows_end(#rows "[" #i "]"))

enum { TEST_ROWS_DEPTH_MAX = 4 };

/* Used by the macros: a row begins (true; *text is kept), the rows of a table are over (false). */
bool test_row(const char *table, size_t index, const struct str *text);
bool test_rows_end(const char *table);
struct str test_row_text(struct str text);
#define TEST_ROW_TEXT(text)                                                                        \
	_Generic((text), struct str : test_row_text, default : str_from_cstr)(text)

/* Used by the macros: each returns whether the check held. */
bool test_check(bool holds, const char *file, int line, const char *text);
bool test_check_int(long long got, long long want, const char *file, int line, const char *text);
bool test_check_str(struct str got, struct str want, const char *file, int line, const char *text);

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_INT(got, want)                                                                       \
	test_check_int((long long)(got), (long long)(want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want) test_check_str((got), (want), __FILE__, __LINE__, #got)
/* want is a literal. */
#define CHECK_TEXT(got, want) test_check_str((got), STR(want), __FILE__, __LINE__, #got)

#define TESTS(...)                                                                                 \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		static const struct test tests[] = { __VA_ARGS__ };                                \
		return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);             \
	}

#endif

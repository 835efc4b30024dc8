/*
 * test - unit tests that print TAP
 *
 * Layer: base. A test file has functions and one list; each file is one process, run by prove. A
 * failed check prints where and what, and the test goes on; names say the property.
 *
 *	static void adds(void) { CHECK_INT(1 + 1, 2); }
 *	TESTS({ "addition adds", adds })
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

/* test - unit tests that print TAP */
#include "base/test.h"

#include <string.h>

/* One test runs at a time in one process. */
static struct {
	bool failed;
	const char *skipped;
} current;

void test_skip(const char *why)
{
	current.skipped = why;
}

bool test_check(bool holds, const char *file, int line, const char *text)
{
	if (!holds) {
		current.failed = true;
		printf("# %s:%d: does not hold: %s\n", file, line, text);
	}
	return holds;
}

bool test_check_int(long long got, long long want, const char *file, int line, const char *text)
{
	if (got != want) {
		current.failed = true;
		printf("# %s:%d: %s is %lld, not %lld\n", file, line, text, got, want);
	}
	return got == want;
}

static void print_text(const char *label, struct str s)
{
	printf("# %s", label);
	for (size_t i = 0; i < s.len; i++) {
		putchar(s.ptr[i]);
		if (s.ptr[i] == '\n' && i + 1 < s.len)
			printf("#       ");
	}
	if (!s.len || s.ptr[s.len - 1] != '\n')
		putchar('\n');
}

bool test_check_str(struct str got, struct str want, const char *file, int line, const char *text)
{
	if (str_equal(got, want))
		return true;
	current.failed = true;
	printf("# %s:%d: %s differs\n", file, line, text);
	print_text("got:  ", got);
	print_text("want: ", want);
	return false;
}

static bool run_one(const struct test *test, size_t number)
{
	current.failed = false;
	current.skipped = NULL;
	test->run();
	printf("%s %zu - %s", current.failed ? "not ok" : "ok", number, test->name);
	if (current.skipped && !current.failed)
		printf(" # SKIP %s", current.skipped);
	putchar('\n');
	fflush(stdout);
	return !current.failed;
}

int test_main(const struct test *tests, size_t count, int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";
	size_t selected = 0, number = 0, failed_count = 0;

	for (size_t i = 0; i < count; i++)
		selected += strstr(tests[i].name, only) != NULL;
	printf("1..%zu\n", selected);
	fflush(stdout);
	for (size_t i = 0; i < count; i++)
		if (strstr(tests[i].name, only))
			failed_count += !run_one(&tests[i], ++number);
	return failed_count ? 1 : 0;
}

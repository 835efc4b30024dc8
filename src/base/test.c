/* test - unit tests that print TAP */
#include "base/test.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { ROW_TEXT_BYTES = 100 };

struct row {
	const char *table; /* with the name of the index: "cases[i]" */
	size_t index;
	struct str text;
};

/* One test runs at a time in one process. */
static struct {
	bool failed;
	const char *skipped;
	struct row rows[TEST_ROWS_DEPTH_MAX]; /* outer first */
	size_t row_count;
} current;

void test_skip(const char *why)
{
	current.skipped = why;
}

/* A loop that was left by break is forgotten when the one around it goes on. */
bool test_rows_end(const char *table)
{
	for (size_t i = 0; i < current.row_count; i++)
		if (strcmp(current.rows[i].table, table) == 0)
			current.row_count = i;
	return false;
}

bool test_row(const char *table, size_t index, const struct str *text)
{
	test_rows_end(table);
	if (current.row_count == TEST_ROWS_DEPTH_MAX)
		BUG("%s is nested too deep", table);
	current.rows[current.row_count++] = (struct row){ table, index, *text };
	return true;
}

struct str test_row_text(struct str text)
{
	return text;
}

/* "# in cases[2]: 1 to 3", of a text of many lines the first that says something */
static void print_row(const struct row *row)
{
	const char *bracket = strchr(row->table, '[');
	struct str text = str_trim(row->text);
	struct str line = str_cut(&text, '\n');

	printf("#   in %.*s[%zu]", (int)(bracket - row->table), row->table, row->index);
	if (line.len)
		printf(": %.*s", STR_FMT(str_sub(line, 0, ROW_TEXT_BYTES)));
	putchar('\n');
}

static void fail(void)
{
	current.failed = true;
	for (size_t i = 0; i < current.row_count; i++)
		print_row(&current.rows[i]);
}

bool test_check(bool holds, const char *file, int line, const char *text)
{
	if (!holds) {
		printf("# %s:%d: does not hold: %s\n", file, line, text);
		fail();
	}
	return holds;
}

bool test_check_int(long long got, long long want, const char *file, int line, const char *text)
{
	if (got != want) {
		printf("# %s:%d: %s is %lld, not %lld\n", file, line, text, got, want);
		fail();
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
	printf("# %s:%d: %s differs\n", file, line, text);
	fail();
	print_text("got:  ", got);
	print_text("want: ", want);
	return false;
}

static bool run_one(const struct test *test, size_t number)
{
	current.failed = false;
	current.skipped = NULL;
	current.row_count = 0;
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

static struct str shared_path(struct arena *arena, const char *path)
{
	const char *top = getenv("FORGE_TOP");

	return str_printf(arena, "%s/../shared/%s", top ? top : ".", path);
}

struct str test_shared_text(struct arena *arena, const char *path)
{
	FILE *file = fopen(shared_path(arena, path).ptr, "rb");

	if (!file)
		return STR_NONE;
	size_t size_bytes = 0;
	if (fseek(file, 0, SEEK_END) == 0)
		size_bytes = (size_t)ftell(file);
	rewind(file);
	char *text = arena_alloc(arena, size_bytes + 1);
	size_t len = fread(text, 1, size_bytes, file);
	fclose(file);
	return (struct str){ text, len };
}

static int name_order(const struct dirent **a, const struct dirent **b)
{
	return str_compare(str_from_cstr((*a)->d_name), str_from_cstr((*b)->d_name));
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

size_t test_shared_names(struct arena *arena, const char *path, struct str **ret_names)
{
	struct dirent **found = NULL;
	int count = scandir(shared_path(arena, path).ptr, &found, is_name, name_order);

	if (count < 0)
		return 0;
	*ret_names = arena_array(arena, struct str, (size_t)count);
	for (int i = 0; i < count; i++) {
		(*ret_names)[i] = str_copy(arena, str_from_cstr(found[i]->d_name));
		free(found[i]);
	}
	free(found);
	return (size_t)count;
}

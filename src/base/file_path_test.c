/* file_path_test - paths without steps, seen from a folder, and leading above one */
#include "base/file_path.h"

#include "base/arena.h"
#include "base/test.h"

static void steps_are_taken_out(void)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "/", "/" },		{ "", "/" },	   { "/a/./b//c", "/a/b/c" },
		{ "/a/../b", "/b" },	{ "/../..", "/" }, { "/a/b/../..", "/" },
		{ "/a/..b", "/a/..b" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++) {
		SCRATCH(arena);
		CHECK_STR(file_path_without_steps(arena, str_from_cstr(rows[i].path)),
			  str_from_cstr(rows[i].want));
	}
}

static void files_are_seen_from_a_folder(void)
{
	static const struct {
		const char *folder, *path, *want;
	} rows[] = {
		{ "/a", "/a/b.yaml", "b.yaml" },
		{ "/a", "/a/x/../b.yaml", "b.yaml" },
		{ "/a/b", "/a/c/d.yaml", "../c/d.yaml" },
		{ "/a/b", "/x", "../../x" },
		{ "/a/b", "/a", ".." },
		{ "/a", "/a", "." },
		{ "/", "/a/b", "a/b" },
		{ "/a", "/ab/c", "../ab/c" },
		{ "/a", "b/c", "b/c" },
		{ "/a", "./b", "b" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++) {
		SCRATCH(arena);
		CHECK_STR(file_path_seen_from(arena, str_from_cstr(rows[i].folder),
					      str_from_cstr(rows[i].path)),
			  str_from_cstr(rows[i].want));
	}
}

static void steps_may_lead_above(void)
{
	static const struct {
		const char *path;
		bool want;
	} rows[] = {
		{ "", false },	     { ".", false },	       { "a/..", false },
		{ "a/../b", false }, { "..", true },	       { "a/../../b", true },
		{ "../a", true },    { "a/b/../../..", true }, { "a/...", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++)
		CHECK(file_path_leads_above(str_from_cstr(rows[i].path)) == rows[i].want);
}

TESTS({ "steps are taken out", steps_are_taken_out },
      { "files are seen from a folder", files_are_seen_from_a_folder },
      { "steps may lead above", steps_may_lead_above }, )

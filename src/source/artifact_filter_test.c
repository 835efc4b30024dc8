/* artifact_filter_test - one path at a time, a filter leaves out what an artifact does not have */
#include "source/artifact_filter.h"

#include "base/arena.h"
#include "base/test.h"
#include "source/artifact.h"
#include "world/snapshot.h"

static const char *const paths[] = {
	"a.yaml",
	"a.png",
	"apps/b.yaml",
	"apps/left.yaml",
	"apps/deep/left.yaml",
	"apps/deep/keep.yaml",
	"apps/x/c.yaml",
	".github/d.yaml",
	"docs/e.md",
	"docs/only/f.md",
	"deploy/g.yaml",
};

static const struct {
	const char *what;
	const char *root, *apps, *deep; /* .sourceignore files; NULL: there is none */
	const char *ignore;		/* spec.ignore */
} rows[] = {
	{ "nothing is said" },
	{ "a file at the root", "left.yaml\ndocs/\n" },
	{ "files in folders", NULL, "left.yaml\n", "!left.yaml\n" },
	{ "the inner one wins", "keep.yaml\n", "!keep.yaml\nx/\n", "keep.yaml\n" },
	{ "spec.ignore comes last", NULL, "!left.yaml\n", NULL, "left.yaml\n" },
	{ "and replaces the default list", NULL, NULL, NULL, "docs\n" },
	{ "all but one folder", NULL, NULL, NULL, "/*\n!/deploy\n" },
	{ "all but a file in a folder", NULL, NULL, NULL, "/apps/\n!/apps/deep/keep.yaml\n" },
	{ "all", "*\n" },
};

static void put(struct snapshot *s, const char *path, const char *text)
{
	if (text)
		snapshot_put(s, (struct snapshot_file){ .path = str_from_cstr(path),
							.bytes = str_from_cstr(text) });
}

/* Files and folders alike are there as in the artifact that is made at once. */
static void keeps_what_an_artifact_has(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		SCRATCH(arena);
		struct snapshot all, want;
		struct files files = { .snapshot = &all, .root = STR("/") };
		struct str ignore = rows[i].ignore ? str_from_cstr(rows[i].ignore) : STR_NONE;
		struct artifact_filter filter;
		struct error err;
		snapshot_init(&all, arena);
		for (size_t p = 0; p < ARRAY_COUNT(paths); p++)
			put(&all, paths[p], "x");
		put(&all, ".sourceignore", rows[i].root);
		put(&all, "apps/.sourceignore", rows[i].apps);
		put(&all, "apps/deep/.sourceignore", rows[i].deep);
		CHECK_INT(artifact_of(&want, &(struct artifact_source){ &all, STR(""), ignore },
				      arena, &err),
			  0);
		artifact_filter_init(&filter, arena, &files, ignore);
		files.filter = &filter.filter;
		for (size_t p = 0; p < ARRAY_COUNT(paths); p++) {
			struct str path = str_from_cstr(paths[p]);
			struct str full = str_concat(arena, STR("/"), path);
			struct str folder =
				str_sub(full, 0, (size_t)MAX(str_find_last_char(full, '/'), 1));
			CHECK_INT(files_kind(&files, arena, full), snapshot_kind(&want, path));
			if (folder.len > 1)
				CHECK_INT(files_kind(&files, arena, folder),
					  snapshot_kind(&want, str_from(folder, 1)));
		}
	}
}

/* A listing has no name that a look at the path would not find. */
static void a_listing_leaves_them_out(void)
{
	SCRATCH(arena);
	struct snapshot all;
	struct files files = { .snapshot = &all, .root = STR("/") };
	struct artifact_filter filter;
	struct file_list list;
	struct error err;

	snapshot_init(&all, arena);
	put(&all, "a.yaml", "x");
	put(&all, "left/b.yaml", "x");
	put(&all, ".sourceignore", "b.yaml\n");
	artifact_filter_init(&filter, arena, &files, STR_NONE);
	files.filter = &filter.filter;
	CHECK_INT(files_list(&files, arena, STR("/"), &list, &err), 0);
	CHECK_INT(list.count, 2);
	CHECK_TEXT(list.items[0].name, ".sourceignore");
	CHECK_TEXT(list.items[1].name, "a.yaml");
}

TESTS({ "a filter keeps what an artifact has", keeps_what_an_artifact_has },
      { "a listing leaves out what it drops", a_listing_leaves_them_out })

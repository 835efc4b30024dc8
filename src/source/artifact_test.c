/* artifact_test - what of a repository gets into an artifact */
#include "source/artifact.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/make.h"

static const char *const tree[] = {
	".git/config",	  ".github/workflows/ci.yaml",
	".gitignore",	  ".sops.yaml",
	"app/.sops.yaml", "app/logo.png",
	"app/web.yaml",	  "chart.tar.gz",
	"docs/page.md",
};

static struct snapshot files_of(struct arena *arena, const char *sourceignore)
{
	struct snapshot files;

	snapshot_init(&files, arena);
	for (size_t i = 0; i < ARRAY_COUNT(tree); i++)
		snapshot_put(&files, (struct snapshot_file){ .path = str_from_cstr(tree[i]),
							     .bytes = STR("x") });
	if (sourceignore)
		snapshot_put(&files,
			     (struct snapshot_file){ .path = STR("app/.sourceignore"),
						     .bytes = str_from_cstr(sourceignore) });
	return files;
}

static const struct {
	const char *sourceignore; /* in app/ */
	const char *spec;	  /* spec.ignore */
	const char *left;
} rows[] = {
	{ NULL, NULL, "app/web.yaml docs/page.md" },
	{ "/web.yaml", NULL, "app/.sourceignore docs/page.md" },
	{ "!logo.png", NULL, "app/.sourceignore app/logo.png app/web.yaml docs/page.md" },
	/* In place of the default list. */
	{ NULL, "/docs/\n.git*\n",
	  ".sops.yaml app/.sops.yaml app/logo.png app/web.yaml chart.tar.gz" },
	/* It has the last word. */
	{ "/web.yaml", "/*\n!/app\n!app/web.yaml\n",
	  "app/.sops.yaml app/.sourceignore app/logo.png app/web.yaml" },
	{ NULL, "",
	  ".git/config .github/workflows/ci.yaml .gitignore .sops.yaml app/.sops.yaml "
	  "app/logo.png app/web.yaml chart.tar.gz docs/page.md" },
};

static void leaves_out(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].sourceignore); i++) {
		struct arena *arena = arena_new("artifact_test");
		struct snapshot files = files_of(arena, rows[i].sourceignore), artifact;
		const struct artifact_source source = { &files, STR(""),
							rows[i].spec ? str_from_cstr(rows[i].spec)
								     : STR_NONE };
		struct buf left;
		struct error err;
		buf_init(&left, arena);
		CHECK_INT(artifact_of(&artifact, &source, arena, &err), 0);
		for (uint32_t f = 0; f < artifact.files.count; f++)
			buf_printf(&left, "%s%.*s", f ? " " : "",
				   STR_FMT(artifact.files.items[f]->path));
		CHECK_STR(buf_str(&left), str_from_cstr(rows[i].left));
		arena_free(arena);
	}
}

static void begins_in_a_folder(void)
{
	struct arena *arena = arena_new("artifact_test");
	struct snapshot files = files_of(arena, NULL), artifact;
	const struct artifact_source source = { &files, STR("app"), STR("/web.yaml\n") };
	struct error err;

	CHECK_INT(artifact_of(&artifact, &source, arena, &err), 0);
	CHECK(!snapshot_find(&artifact, STR("app/web.yaml")));
	CHECK(snapshot_find(&artifact, STR("docs/page.md")));
	arena_free(arena);
}

/* source-controller's archive holds files and directories, nothing else. */
static void links_are_left_out(void)
{
	struct arena *arena = arena_new("artifact_test");
	struct snapshot files = files_of(arena, NULL), artifact;
	const struct artifact_source source = { &files, STR(""), STR_NONE };
	struct error err;

	snapshot_put(&files, (struct snapshot_file){
				     .path = STR("base"), .bytes = STR("app"), .is_link = true });
	snapshot_put(&files, (struct snapshot_file){ .path = STR("app/.sourceignore"),
						     .bytes = STR("/etc/passwd"),
						     .is_link = true });
	CHECK_INT(artifact_of(&artifact, &source, arena, &err), 0);
	CHECK_INT(snapshot_kind(&artifact, STR("base")), FILE_ABSENT);
	CHECK_INT(snapshot_kind(&artifact, STR("app/.sourceignore")), FILE_ABSENT);
	CHECK_INT(snapshot_kind(&artifact, STR("app/web.yaml")), FILE_REGULAR);
	arena_free(arena);
}

static int lost(struct snapshot_content *content, struct str *ret, struct error *err)
{
	(void)content;
	(void)ret;
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "it is gone");
}

static void what_cannot_be_read_is_an_error(void)
{
	struct arena *arena = arena_new("artifact_test");
	struct snapshot files = files_of(arena, NULL), artifact;
	struct snapshot_content content = { STR("1234"), lost };
	const struct artifact_source source = { &files, STR(""), STR_NONE };
	struct error err;

	snapshot_put(&files, (struct snapshot_file){ .path = STR("app/.sourceignore"),
						     .content = &content });
	CHECK_INT(artifact_of(&artifact, &source, arena, &err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "'app/.sourceignore': it is gone");
	arena_free(arena);
}

static void many_patterns_for_many_files_are_refused(void)
{
	static const struct {
		uint32_t files_count, patterns_count;
		bool refused;
	} loads[] = { { 1000, 1000, false },
		      { 10000, 10000, true }, /* of twelve bytes, for four parts */
		      { 10000, 1000, false },
		      { 10, 100000, false } };

	for (size_t i = 0; TEST_ROW(loads, i, "patterns"); i++) {
		struct arena *arena = arena_new("artifact_test");
		struct snapshot files, artifact;
		struct buf lines;
		struct error err;
		snapshot_init(&files, arena);
		for (uint32_t f = 0; f < loads[i].files_count; f++)
			snapshot_put(&files, (struct snapshot_file){
						     .path = str_printf(arena, "a/b/c/%u", f),
						     .bytes = STR("") });
		buf_init(&lines, arena);
		for (uint32_t p = 0; p < loads[i].patterns_count; p++)
			buf_printf(&lines, "pattern%05u\n", p);
		const struct artifact_source source = { &files, STR(""), buf_str(&lines) };
		CHECK_INT(artifact_of(&artifact, &source, arena, &err), loads[i].refused ? -1 : 0);
		if (loads[i].refused)
			CHECK(str_contains(str_from_cstr(err.text),
					   STR("too many for 10000 files")));
		arena_free(arena);
	}
}

TESTS({ "default list, .sourceignore, spec.ignore", leaves_out },
      { "patterns are those of the folder where the source begins", begins_in_a_folder },
      { "links are left out", links_are_left_out },
      { "a list of patterns that cannot be read is an error", what_cannot_be_read_is_an_error },
      { "many patterns for many files are refused", many_patterns_for_many_files_are_refused })

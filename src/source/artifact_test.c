/* artifact_test - what of a repository gets into an artifact */
#include "source/artifact.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"

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
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct arena *arena = arena_new("artifact_test");
		struct snapshot files = files_of(arena, rows[i].sourceignore), artifact;
		struct buf left;
		buf_init(&left, arena);
		artifact_of(&artifact, &files, arena, STR(""),
			    rows[i].spec ? str_from_cstr(rows[i].spec) : STR_NONE);
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

	artifact_of(&artifact, &files, arena, STR("app"), STR("/web.yaml\n"));
	CHECK(!snapshot_find(&artifact, STR("app/web.yaml")));
	CHECK(snapshot_find(&artifact, STR("docs/page.md")));
	arena_free(arena);
}

TESTS({ "default list, .sourceignore, spec.ignore", leaves_out },
      { "patterns are those of the folder where the source begins", begins_in_a_folder })

/* build_watch_test - saves of files in a simulated world, and what each changes */
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "doc/set.h"
#include "verbs/verbs.h"
#include "world/simulated.h"
#include "world/snapshot.h"

#define NO_HASH	   "options: {disableNameSuffixHash: true}"
#define MAP(value) "configMapGenerator: [{name: a, literals: [x=" value "], " NO_HASH "}]\n"

/* A save, and what is published then; absent text: the file is removed. */
static const struct save {
	const char *path, *text, *want;
} saves[] = {
	{ "base/kustomization.yaml", MAP("two"),
	  "~ ConfigMap/a\n  - data.x: one\n  + data.x: two\n\n1 changed\n" },
	{ "base/kustomization.yaml", "# a comment\n" MAP("two"), "" },
	{ "other/kustomization.yaml", MAP("none"), "" },
	{ "top/kustomization.yaml", "resources: [../base, s.yaml]\n", "error: accumulating " },
	{ "top/s.yaml",
	  "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter2-old}\n",
	  "+ Secret/s\n\n1 added\n" },
	{ "top/s.yaml",
	  "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter2-new}\n",
	  "~ Secret/s\n  ~ stringData.p: a secret in it changed\n\n1 changed\n" },
	{ "base/kustomization.yaml", NULL, "error: accumulating " },
	{ "base/kustomization.yaml", MAP("two"), "" },
	{ "base/kustomization.yaml", MAP("three"),
	  "~ ConfigMap/a\n  - data.x: two\n  + data.x: three\n\n1 changed\n" },
};

enum { SAVE_MS = 100 };

struct scene {
	struct world *world;
	struct arena *arena;
	struct buf published;
	uint32_t next;
};

static void publish(void *context, const struct outcome *outcome, const struct error *err,
		    struct docset *set)
{
	struct scene *s = context;
	struct error ignored;

	(void)set;
	if (err)
		buf_printf(&s->published, "error: %s", err->text);
	else if (outcome_write_text(outcome, &s->published, /* color= */ false, &ignored) < 0)
		buf_add(&s->published, STR("no text"));
}

static void check_published(struct scene *s)
{
	const char *want =
		s->next ? saves[s->next - 1].want : "watching: 1 object; end with Ctrl-C\n";
	struct str got = buf_str(&s->published);

	TEST_ROW(saves, s->next ? s->next - 1 : 0, want);
	if (str_starts(str_from_cstr(want), STR("error: ")))
		CHECK(str_starts(got, str_from_cstr(want)));
	else
		CHECK_STR(got, str_from_cstr(want));
	CHECK(!str_contains(got, STR("hunter2")));
	buf_init(&s->published, s->arena);
}

static void save(void *data)
{
	struct scene *s = data;
	const struct save *now = &saves[s->next];
	struct str path = str_printf(s->arena, "/%s", now->path);
	struct error err;

	check_published(s);
	s->next++;
	if (now->text)
		CHECK_INT(file_write(s->world, path, str_from_cstr(now->text), &err), 0);
	else
		CHECK_INT(file_remove(s->world, path, &err), 0);
}

static void each_save_shows_what_it_changes(void)
{
	SCRATCH(arena);
	struct snapshot files;
	struct scene s = { .arena = arena };
	struct verb_watcher watcher = { .publish = publish, .context = &s };
	struct outcome outcome;
	struct error err;

	snapshot_init(&files, arena);
	snapshot_put(&files, (struct snapshot_file){ .path = STR("base/kustomization.yaml"),
						     .bytes = STR(MAP("one")) });
	snapshot_put(&files, (struct snapshot_file){ .path = STR("top/kustomization.yaml"),
						     .bytes = STR("resources: [../base]\n") });
	s.world = simulated_new(&(struct simulated_options){ .seed = 1, .files = &files });
	buf_init(&s.published, arena);
	struct verb_context context = {
		.world = s.world, .arena = arena, .set = docset_new(arena), .watcher = &watcher
	};
	void *args = arena_alloc(arena, verb_build.size);
	for (size_t i = 0; i < ARRAY_COUNT(saves); i++)
		world_timer(s.world, SAVE_MS * (int64_t)(i + 1), save, &s);
	CHECK_INT(verb_arguments_read(&verb_build, node_make(arena, "{dir: \"/top\", watch: true}"),
				      arena, args, &err),
		  0);
	CHECK_INT(verb_run(&verb_build, &context, args, &outcome, &err), 0);
	CHECK_INT(s.next, ARRAY_COUNT(saves));
	check_published(&s);
	world_free(s.world);
}

TESTS({ "each save shows what it changes", each_save_shows_what_it_changes }, )

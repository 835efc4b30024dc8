/* revisions_test - which revisions a rehearsal ships, of a repository made on the spot */
#include "rehearse/revisions.h"

#include "base/arena.h"
#include "base/test.h"
#include "rehearse/rehearsal_inside.h"
#include "source/git_fixture.h"
#include "world/real.h"

/* Three commits: v1, v2 and v3 is HEAD. File a holds 1, 2, 3. */
static const char setup[] = GIT_FIXTURE_INIT
	"for i in 1 2 3; do printf $i >a; git add -A; git commit -qm c$i; git tag v$i; done";

struct working_copy {
	struct world *world;
	struct arena *arena;
	struct str path;
	struct rehearsal_options options;
	struct rehearsal r;
	struct error err;
};

static void begin(struct working_copy *f)
{

	*f = (struct working_copy){ .world = real_new(1), .arena = arena_new("revisions_test") };
	f->path = git_fixture_new(f->world, f->arena, setup);
	f->r = (struct rehearsal){ .arena = f->arena,
				   .options = &f->options,
				   .assumed = { .arena = f->arena } };
	CHECK_INT(git_open(&f->r.git, f->world, f->arena, f->path, &f->err), 0);
}

static void end(struct working_copy *f)
{
	git_close(&f->r.git);
	git_fixture_remove(f->world, f->path);
	world_free(f->world);
	arena_free(f->arena);
}

/* "v1=1 v3=3": labels, and what the file a holds in each. */
static struct str read_all(struct working_copy *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	f->r.revision_count = 0;
	f->r.is_working_tree = false;
	if (revisions_read(&f->r, &f->err) < 0)
		return str_copy(f->arena, str_from_cstr(f->err.text));
	for (uint32_t i = 0; i < f->r.revision_count; i++) {
		const struct revision *v = &f->r.revisions[i];
		const struct snapshot_file *a = snapshot_find(&v->files, STR("a"));
		struct str bytes = STR("?");
		CHECK(!a || snapshot_read(a, &bytes, &f->err) == 0);
		buf_printf(&out, "%s%.*s=%.*s", i ? " " : "", STR_FMT(v->label), STR_FMT(bytes));
		CHECK_INT(v->hash.len, 40);
	}
	return buf_str(&out);
}

static void from_then_to_are_read_in_this_order(void)
{
	static const struct {
		struct str from, then[2], to, read;
		uint32_t then_count;
	} cases[] = {
		{ STR_INIT("v1"), {}, STR_INIT("v3"), STR_INIT("v1=1 v3=3"), 0 },
		{ STR_INIT("v3"), {}, STR_INIT("v1"), STR_INIT("v3=3 v1=1"), 0 },
		{ STR_INIT("v1"),
		  { STR_INIT("v2") },
		  STR_INIT("v3"),
		  STR_INIT("v1=1 v2=2 v3=3"),
		  1 },
		{ STR_INIT("v1"),
		  { STR_INIT("v2"), STR_INIT("v1") },
		  STR_INIT("main"),
		  STR_INIT("v1=1 v2=2 v1=1 main=3"),
		  2 },
		/* Nothing is said: from the last commit; a clean working tree adds nothing. */
		{ { NULL, 0 }, {}, { NULL, 0 }, STR_INIT("HEAD=3"), 0 },
		{ { NULL, 0 }, {}, STR_INIT("v2"), STR_INIT("HEAD=3 v2=2"), 0 },
		/* The same revision is not shipped twice, unless something comes in between. */
		{ STR_INIT("v2"), {}, STR_INIT("v2"), STR_INIT("v2=2"), 0 },
		{ STR_INIT("v2"),
		  { STR_INIT("v3") },
		  STR_INIT("v2"),
		  STR_INIT("v2=2 v3=3 v2=2"),
		  1 },
	};
	struct working_copy f;

	begin(&f);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].from); i++) {
		f.options = (struct rehearsal_options){ .from = cases[i].from,
							.then = cases[i].then,
							.then_count = cases[i].then_count,
							.to = cases[i].to };
		CHECK_STR(read_all(&f), cases[i].read);
		CHECK(!f.r.is_working_tree);
	}
	end(&f);
}

static void a_changed_working_tree_is_shipped_last(void)
{
	struct working_copy f;

	begin(&f);
	git_fixture_sh(f.world, f.path, "printf 4 >a");
	CHECK_TEXT(read_all(&f), "HEAD=3 working tree=4");
	CHECK(f.r.is_working_tree);
	f.options.to = STR("v2"); /* unless `to` is said */
	CHECK_TEXT(read_all(&f), "HEAD=3 v2=2");
	CHECK(!f.r.is_working_tree);
	end(&f);
}

/* It has no commit: two of the same files are the same revision. */
static void the_hash_of_a_working_tree_is_one_of_its_files(void)
{
	static const char *const contents[] = { "printf 4 >a", "printf 5 >a", "printf 4 >a" };
	struct str hashes[ARRAY_COUNT(contents)] = {};
	struct working_copy f;

	begin(&f);
	for (size_t i = 0; TEST_ROW(contents, i, contents[i]); i++) {
		git_fixture_sh(f.world, f.path, contents[i]);
		read_all(&f);
		CHECK_INT(f.r.revision_count, 2);
		hashes[i] = f.r.revisions[1].hash;
	}
	CHECK(!str_equal(hashes[0], hashes[1]));
	CHECK_STR(hashes[2], hashes[0]);
	end(&f);
}

static void unknown_revisions_are_refused_by_name(void)
{
	struct working_copy f;
	struct str then = STR("v7");

	begin(&f);
	f.options = (struct rehearsal_options){ .from = STR("v8") };
	CHECK(str_contains(read_all(&f), STR("v8")));
	f.options = (struct rehearsal_options){ .to = STR("v9") };
	CHECK(str_contains(read_all(&f), STR("v9")));
	f.options = (struct rehearsal_options){ .then = &then, .then_count = 1 };
	CHECK(str_contains(read_all(&f), STR("v7")));
	end(&f);
}

static void no_more_than_the_limit_are_shipped(void)
{
	struct str many[REHEARSAL_REVISIONS_MAX];
	struct working_copy f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_COUNT(many); i++)
		many[i] = STR("v1");
	f.options = (struct rehearsal_options){ .then = many,
						.then_count = REHEARSAL_REVISIONS_MAX - 1 };
	CHECK_TEXT(read_all(&f), "63 revisions in between; a rehearsal ships at most 64");
	f.options.then_count = REHEARSAL_REVISIONS_MAX - 2;
	f.options.to = STR("v2");
	CHECK(str_ends(read_all(&f), STR(" v1=1 v2=2")));
	CHECK_INT(f.r.revision_count, REHEARSAL_REVISIONS_MAX);
	end(&f);
}

TESTS({ "from, then and to are read in this order", from_then_to_are_read_in_this_order },
      { "a changed working tree is shipped last", a_changed_working_tree_is_shipped_last },
      { "the hash of a working tree is one of its files",
	the_hash_of_a_working_tree_is_one_of_its_files },
      { "unknown revisions are refused by name", unknown_revisions_are_refused_by_name },
      { "no more than the limit are shipped", no_more_than_the_limit_are_shipped })

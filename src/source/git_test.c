/* git_test - revisions, snapshots and working trees of repositories made on the spot */
#include "source/git.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "source/git_fixture.h"
#include "world/real.h"
#include "world/snapshot.h"
#include "world/world.h"

static const char setup[] = GIT_FIXTURE_INIT
	"mkdir -p apps/base; printf 'a: 1\\n' >apps/base/a.yaml; printf '#!/bin/sh\\n' >run;"
	"chmod +x run; ln -s base apps/link; : >empty; printf '*.tmp\\n' >.gitignore;"
	"printf 'x' >'odd\tname'; git add -A; git commit -qm 'first one'; git tag v1;"
	"printf 'a: 2\\n' >apps/base/a.yaml; git commit -qam 'second one'";

struct repository {
	struct world *world;
	struct arena *arena;
	struct str path;
	struct git git;
	struct error err;
};

static struct repository repository(const char *script)
{
	struct repository r = { .world = real_new(1), .arena = arena_new("test") };

	r.path = git_fixture_new(r.world, r.arena, script);
	return r;
}

static void repository_release(struct repository *r)
{
	git_fixture_remove(r->world, r->path);
	world_free(r->world);
	arena_free(r->arena);
}

static struct str bytes_at(const struct snapshot *s, struct str path)
{
	const struct snapshot_file *file = snapshot_find(s, path);

	return file ? file->bytes : STR_NONE;
}

static void snapshots(void)
{
	struct repository r = repository(setup);
	struct snapshot now, before;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &now, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("v1"), &before, &r.err), 0);
	CHECK_INT(now.files.count, 6);
	CHECK_TEXT(now.files.items[0]->path, ".gitignore");
	CHECK_TEXT(bytes_at(&now, STR("apps/base/a.yaml")), "a: 2\n");
	CHECK_TEXT(bytes_at(&before, STR("apps/base/a.yaml")), "a: 1\n");
	CHECK_TEXT(bytes_at(&now, STR("empty")), "");
	CHECK_TEXT(bytes_at(&now, STR("odd\tname")), "x");
	CHECK(snapshot_find(&now, STR("run"))->executable);
	CHECK(snapshot_find(&now, STR("apps/link"))->is_link);
	CHECK_TEXT(snapshot_resolve(&now, r.arena, STR("apps/link/a.yaml")), "apps/base/a.yaml");
	repository_release(&r);
}

static void working_trees(void)
{
	struct repository r = repository(setup);
	struct snapshot tree, head;
	bool dirty = true;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_is_dirty(&r.git, &dirty, &r.err), 0);
	CHECK(!dirty);
	CHECK_INT(git_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &head, &r.err), 0);
	CHECK_STR(snapshot_digest(&tree, r.arena), snapshot_digest(&head, r.arena));

	git_fixture_sh(r.world, r.path,
		       "rm run; printf 'a: 3\\n' >apps/base/a.yaml; : >new; : >ignored.tmp");
	CHECK_INT(git_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK(!snapshot_find(&tree, STR("run")));
	CHECK(!snapshot_find(&tree, STR("ignored.tmp")));
	CHECK(snapshot_find(&tree, STR("new")));
	CHECK_TEXT(bytes_at(&tree, STR("apps/base/a.yaml")), "a: 3\n");
	CHECK_INT(git_is_dirty(&r.git, &dirty, &r.err), 0);
	CHECK(dirty);
	repository_release(&r);
}

/* vendor/lib is another repository; git has an empty directory there until it is fetched. */
static const char with_submodule[] =
	"mkdir other; cd other;" GIT_FIXTURE_INIT "printf 'b: 1\\n' >b.yaml; git add -A;"
	"git commit -qm other; cd ..;"
	"git -c protocol.file.allow=always submodule --quiet add \"$PWD/other\" vendor/lib;"
	"printf other >>.gitignore; git add -A; git commit -qm 'with another'";

/* Neither a revision nor the working tree has what lies in a submodule, nor does a change in it
 * make the tree dirty. */
static void submodules_are_left_out(void)
{
	static const struct {
		const char *what, *script;
		bool dirty;
	} rows[] = {
		{ "fetched", ":", false },
		{ "changed inside", "printf 'b: 2\\n' >vendor/lib/b.yaml", false },
		{ "at another commit",
		  "cd vendor/lib; git config user.name forge; git config user.email f@example.com;"
		  "git commit -qam two",
		  false },
		{ "not fetched", "git submodule --quiet deinit -f vendor/lib", false },
		{ "its repository lost",
		  "rm -rf .git/modules; mkdir -p vendor/lib;"
		  "printf 'gitdir: ../../.git/modules/vendor/lib\\n' "
		  ">vendor/lib/.git",
		  false },
		{ "changed beside it", "printf 'a: 3\\n' >apps/base/a.yaml", true },
	};
	struct repository r = repository(setup);

	git_fixture_sh(r.world, r.path, with_submodule);
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct snapshot head, tree;
		bool dirty = !rows[i].dirty;
		git_fixture_sh(r.world, r.path, rows[i].script);
		CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &head, &r.err), 0);
		CHECK_INT(git_working_tree(&r.git, r.arena, &tree, &r.err), 0);
		CHECK(snapshot_find(&head, STR(".gitmodules")) != NULL);
		CHECK(!snapshot_find(&head, STR("vendor/lib")));
		CHECK(!snapshot_find(&head, STR("vendor/lib/b.yaml")));
		CHECK_INT(head.files.count, 7);
		CHECK_INT(tree.files.count, 7);
		CHECK_INT(git_is_dirty(&r.git, &dirty, &r.err), 0);
		CHECK_INT(dirty, rows[i].dirty);
	}
	repository_release(&r);
}

static void revisions(void)
{
	struct repository r = repository(setup);
	struct str head, named, branch;
	struct git_log log;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &head, &r.err), 0);
	CHECK_INT(head.len, 40);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("main"), &named, &r.err), 0);
	CHECK_STR(named, head);
	CHECK_INT(git_resolve(&r.git, r.arena, str_sub(head, 0, 10), &named, &r.err), 0);
	CHECK_STR(named, head);
	CHECK_INT(git_branch(&r.git, r.arena, &branch, &r.err), 0);
	CHECK_TEXT(branch, "main");
	CHECK_INT(git_log(&r.git, r.arena, STR("main"), 10, &log, &r.err), 0);
	CHECK_INT(log.count, 2);
	CHECK_TEXT(log.items[0].subject, "second one");
	CHECK_STR(log.items[0].hash, head);
	CHECK_INT(git_log(&r.git, r.arena, STR("v1..main"), 10, &log, &r.err), 0);
	CHECK_INT(log.count, 1);

	CHECK_INT(git_resolve(&r.git, r.arena, STR("no-such"), &named, &r.err), -1);
	CHECK_INT(r.err.code, ERROR_INPUT);
	CHECK(strstr(r.err.text, "'no-such' is not a revision of"));
	CHECK_INT(git_resolve(&r.git, r.arena, STR("--help"), &named, &r.err), -1);
	CHECK(strstr(r.err.text, "'--help' is not a revision of"));
	git_fixture_sh(r.world, r.path, "git checkout -q v1");
	CHECK_INT(git_branch(&r.git, r.arena, &branch, &r.err), 0);
	CHECK(!branch.ptr);
	repository_release(&r);
}

static void places(void)
{
	struct repository r = repository(setup);
	struct git bare;
	struct snapshot files;
	struct str below = str_printf(r.arena, "%.*s/apps/base/a.yaml", STR_FMT(r.path));

	CHECK_INT(git_open(&r.git, r.world, r.arena, below, &r.err), 0);
	CHECK_TEXT(r.git.prefix, "apps/base/");
	CHECK(str_ends(r.git.root, r.path));
	git_fixture_sh(r.world, r.path, "git clone -q --bare . bare.git");
	struct str path = str_printf(r.arena, "%.*s/bare.git", STR_FMT(r.path));
	CHECK_INT(git_open(&bare, r.world, r.arena, path, &r.err), 0);
	CHECK(bare.is_bare);
	CHECK_INT(git_snapshot(&bare, r.arena, STR("main"), &files, &r.err), 0);
	CHECK_INT(files.files.count, 6);
	bool dirty = true;
	CHECK_INT(git_is_dirty(&bare, &dirty, &r.err), 0);
	CHECK(!dirty);
	CHECK_INT(git_working_tree(&bare, r.arena, &files, &r.err), -1);
	CHECK(strstr(r.err.hint, "name a revision"));
	repository_release(&r);
}

static void refuses(void)
{
	struct repository r = repository(": no repository");
	struct str hash;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), -1);
	CHECK_INT(r.err.code, ERROR_INPUT);
	CHECK(strstr(r.err.text, "is not in a git repository"));
	CHECK(strstr(r.err.hint, "git init"));
	git_fixture_sh(r.world, r.path, "git init -q .");
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &hash, &r.err), -1);
	CHECK(strstr(r.err.text, "has no commits yet"));
	world_fail_after(r.world, WORLD_FAULT_PROCESS, 1);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &hash, &r.err), -1);
	CHECK_INT(r.err.code, ERROR_OUTSIDE);
	CHECK_INT(git_open(&r.git, r.world, r.arena, STR("/no/such/place"), &r.err), -1);
	CHECK_INT(r.err.code, ERROR_INPUT);
	repository_release(&r);
}

static void user_configuration(void)
{
	struct repository r = repository(setup);
	struct snapshot files;

	/* What a user may have set must not change the bytes. */
	git_fixture_sh(r.world, r.path,
		       "git config core.autocrlf true; git config core.quotePath true;"
		       "git config color.ui always; git config log.showSignature true;"
		       "git replace -f HEAD v1 2>/dev/null || true");
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &files, &r.err), 0);
	CHECK_TEXT(bytes_at(&files, STR("apps/base/a.yaml")), "a: 2\n");
	repository_release(&r);
}

TESTS({ "a revision is a snapshot", snapshots }, { "a working tree is one, too", working_trees },
      { "submodules are left out", submodules_are_left_out },
      { "revisions, branches and history are found", revisions },
      { "the repository is found from below, bare ones as well", places },
      { "what is missing is an error with a hint", refuses },
      { "the user's configuration does not reach the bytes", user_configuration })

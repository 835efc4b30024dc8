/* git_test - revisions and snapshots of repositories made on the spot */
#include "source/git_test.h"

static const char setup[] = GIT_FIXTURE_INIT
	"mkdir -p apps/base; printf 'a: 1\\n' >apps/base/a.yaml; printf '#!/bin/sh\\n' >run;"
	"chmod +x run; ln -s base apps/link; : >empty; printf '*.tmp\\n' >.gitignore;"
	"printf 'x' >'odd name'; git add -A; git commit -qm 'first one'; git tag v1;"
	"printf 'a: 2\\n' >apps/base/a.yaml; git commit -qam 'second one'";

static void snapshots(void)
{
	struct repository r = repository_new(setup);
	struct snapshot now, before;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &now, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("v1"), &before, &r.err), 0);
	CHECK_INT(now.files.count, 6);
	CHECK_TEXT(now.files.items[0]->path, ".gitignore");
	CHECK_TEXT(repository_bytes(&r, &now, STR("apps/base/a.yaml")), "a: 2\n");
	CHECK_TEXT(repository_bytes(&r, &before, STR("apps/base/a.yaml")), "a: 1\n");
	CHECK_TEXT(repository_bytes(&r, &now, STR("empty")), "");
	CHECK_TEXT(repository_bytes(&r, &now, STR("odd name")), "x");
	CHECK(snapshot_find(&now, STR("run"))->executable);
	CHECK(snapshot_find(&now, STR("apps/link"))->is_link);
	CHECK_TEXT(snapshot_resolve(&now, r.arena, STR("apps/link/a.yaml")), "apps/base/a.yaml");
	repository_free(&r);
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
	struct repository r = repository_new(setup);

	git_fixture_sh(r.world, r.path, with_submodule);
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct snapshot head;
		struct git_working_tree tree;
		git_fixture_sh(r.world, r.path, rows[i].script);
		CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &head, &r.err), 0);
		CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
		CHECK(snapshot_find(&head, STR(".gitmodules")) != NULL);
		CHECK(!snapshot_find(&head, STR("vendor/lib")));
		CHECK(!snapshot_find(&head, STR("vendor/lib/b.yaml")));
		CHECK_INT(head.files.count, 7);
		CHECK_INT(tree.files.files.count, 7);
		CHECK_INT(tree.is_dirty, rows[i].dirty);
	}
	repository_free(&r);
}

static void revisions(void)
{
	struct repository r = repository_new(setup);
	struct str head, named, branch;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &head, &r.err), 0);
	CHECK_INT(head.len, 40);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("main"), &named, &r.err), 0);
	CHECK_STR(named, head);
	CHECK_INT(git_resolve(&r.git, r.arena, str_sub(head, 0, 10), &named, &r.err), 0);
	CHECK_STR(named, head);
	CHECK_INT(git_branch(&r.git, r.arena, &branch, &r.err), 0);
	CHECK_TEXT(branch, "main");
	CHECK_INT(git_resolve(&r.git, r.arena, STR("no-such"), &named, &r.err), -1);
	CHECK_INT(r.err.code, ERROR_INPUT);
	CHECK(strstr(r.err.text, "'no-such' is not a revision of"));
	CHECK_INT(git_resolve(&r.git, r.arena, STR("--help"), &named, &r.err), -1);
	CHECK(strstr(r.err.text, "'--help' is not a revision of"));
	CHECK_INT(git_resolve(&r.git, r.arena, STR("main\nHEAD"), &named, &r.err), -1);
	CHECK_INT(git_resolve(&r.git, r.arena, str_printf(r.arena, "%0*d", 100000, 0), &named,
			      &r.err),
		  -1);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("main:run"), &named, &r.err), -1);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("v1"), &named, &r.err), 0);
	CHECK(!str_equal(named, head));
	git_fixture_sh(r.world, r.path, "git checkout -q v1");
	CHECK_INT(git_branch(&r.git, r.arena, &branch, &r.err), 0);
	CHECK(!branch.ptr);
	repository_free(&r);
}

static void refuses(void)
{
	struct repository r = repository_new(": no repository");
	struct str hash;

	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), -1);
	CHECK_INT(r.err.code, ERROR_INPUT);
	CHECK(strstr(r.err.text, "is not in a git repository"));
	CHECK(strstr(r.err.hint, "git init"));
	git_fixture_sh(r.world, r.path, "git init -q .");
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &hash, &r.err), -1);
	CHECK(strstr(r.err.text, "has no commits yet"));
	git_close(&r.git);
	world_fail_after(r.world, WORLD_FAULT_PROCESS, 1);
	CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &hash, &r.err), -1);
	CHECK_INT(r.err.code, ERROR_OUTSIDE);
	CHECK_INT(git_open(&r.git, r.world, r.arena, STR("/no/such/place"), &r.err), -1);
	CHECK_INT(r.err.code, ERROR_INPUT);
	repository_free(&r);
}

static void user_configuration(void)
{
	struct repository r = repository_new(setup);
	struct snapshot files;

	/* What somebody may have set must not change the bytes. */
	git_fixture_sh(r.world, r.path,
		       "git config core.autocrlf true; git config core.quotePath true;"
		       "git config color.ui always; git config log.showSignature true;"
		       "git replace -f HEAD v1 2>/dev/null || true");
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &files, &r.err), 0);
	CHECK_TEXT(repository_bytes(&r, &files, STR("apps/base/a.yaml")), "a: 2\n");
	repository_free(&r);
}

/* What is read comes from the place that was named, whatever the caller's environment says. */
static void environment(void)
{
	static const char *const names[] = {
		"GIT_DIR",	  "GIT_WORK_TREE", "GIT_INDEX_FILE",	     "GIT_OBJECT_DIRECTORY",
		"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES"
	};
	struct repository r = repository_new(setup), other = repository_new(GIT_FIXTURE_INIT ":");
	struct str hash;

	for (size_t i = 0; TEST_ROW(names, i, names[i]); i++) {
		setenv(names[i], str_cstr(r.arena, str_concat(r.arena, other.path, STR("/.git"))),
		       1);
		CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
		CHECK_INT(git_resolve(&r.git, r.arena, STR("HEAD"), &hash, &r.err), 0);
		git_close(&r.git);
		unsetenv(names[i]);
	}
	repository_free(&other);
	repository_free(&r);
}

TESTS({ "a revision is a snapshot", snapshots },
      { "submodules are left out", submodules_are_left_out },
      { "revisions and branches are found", revisions },
      { "missing repositories and revisions are errors with a hint", refuses },
      { "the repository's configuration does not change the bytes", user_configuration },
      { "the caller's environment does not change the bytes", environment })

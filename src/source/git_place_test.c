/* git_place_test - where a repository is found, and which ones are refused */
#include "source/git_place.h"

#include <stdlib.h>
#include <unistd.h>

#include "source/git_test.h"

static const char setup[] = GIT_FIXTURE_INIT
	"mkdir -p apps/base; printf 'a: 1\\n' >apps/base/a.yaml; git add -A; git commit -qm one";

/* Opens a folder below the repository: the root from its path on and the prefix, or the error. */
static struct str opened(struct repository *r, const char *path)
{
	struct str full = str_printf(r->arena, "%.*s/%s", STR_FMT(r->path), path);
	struct git git;

	if (git_open(&git, r->world, r->arena, full, &r->err) < 0)
		return str_copy(r->arena, str_from_cstr(r->err.text));
	struct str root = str_strip_prefix(git.root, r->path);
	git_close(&git);
	return str_printf(r->arena, "%.*s:%.*s%s", STR_FMT(root), STR_FMT(git.prefix),
			  git.is_bare ? " bare" : "");
}

static void places(void)
{
	struct repository r = repository_new(setup);
	struct git bare;
	struct snapshot files;
	struct git_working_tree tree;

	CHECK_TEXT(opened(&r, ""), ":");
	CHECK_TEXT(opened(&r, "apps/base/a.yaml"), ":apps/base/");
	CHECK_TEXT(opened(&r, "apps/../apps"), ":apps/");
	git_fixture_sh(r.world, r.path, "ln -s apps/base link");
	CHECK_TEXT(opened(&r, "link"), ":apps/base/");
	git_fixture_sh(r.world, r.path, "git worktree add -q tree; git clone -q . clone");
	CHECK_TEXT(opened(&r, "tree/apps"), "/tree:apps/");
	CHECK_TEXT(opened(&r, "clone/apps"), "/clone:apps/");

	git_fixture_sh(r.world, r.path, "mv .git bare.git; git -C bare.git config core.bare true");
	CHECK_TEXT(opened(&r, "bare.git"), "/bare.git: bare");
	CHECK(str_contains(opened(&r, "apps"), STR("is not in a git repository")));
	struct str path = str_concat(r.arena, r.path, STR("/bare.git"));
	CHECK_INT(git_open(&bare, r.world, r.arena, path, &r.err), 0);
	CHECK_INT(git_snapshot(&bare, r.arena, STR("main"), &files, &r.err), 0);
	CHECK_INT(files.files.count, 1);
	CHECK_INT(git_read_working_tree(&bare, r.arena, &tree, &r.err), -1);
	CHECK(strstr(r.err.hint, "name a revision"));
	git_close(&bare);
	repository_free(&r);
}

/* Worktrees may be all that a clone has: then its `.git` is a bare repository. */
static void a_bare_repository_may_be_a_dot_git(void)
{
	struct repository r = repository_new(setup);

	git_fixture_sh(r.world, r.path,
		       "rm .git/index; git config core.bare true; git worktree add -q tree");
	CHECK_TEXT(opened(&r, ""), "/.git: bare");
	CHECK_TEXT(opened(&r, "tree"), "/tree:");
	repository_free(&r);
}

/* What a clone may bring: a folder with all that a git directory has. */
static void a_bare_repository_in_a_clone_is_a_folder_of_files(void)
{
	struct repository r = repository_new(setup);

	git_fixture_sh(r.world, r.path,
		       "cp -r .git apps/inner; git -C apps/inner config core.bare true");
	CHECK_TEXT(opened(&r, "apps/inner"), ":apps/inner/");
	CHECK_TEXT(opened(&r, "apps/inner/refs"), ":apps/inner/refs/");
	repository_free(&r);
}

/* core.worktree would have another folder read in place of the one that was named. */
static void the_working_tree_is_where_the_dot_git_stands(void)
{
	struct repository r = repository_new(setup);
	struct git_working_tree tree;

	git_fixture_sh(r.world, r.path, "mkdir other; git config core.worktree \"$PWD/other\"");
	CHECK_TEXT(opened(&r, "apps"), ":apps/");
	CHECK_INT(git_open(&r.git, r.world, r.arena, r.path, &r.err), 0);
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK(snapshot_find(&tree.files, STR("apps/base/a.yaml")));
	CHECK(!tree.is_dirty);
	repository_free(&r);
}

/* Each with a repository of its own; the files that git opens by itself. */
static void what_leads_out_of_a_repository_is_refused(void)
{
	static const struct {
		const char *what, *script, *said;
	} rows[] = {
		{ "borrowed objects",
		  "git clone -q . other; echo \"$PWD/other/.git/objects\" "
		  ">.git/objects/info/alternates",
		  "borrows objects of" },
		{ "a comment borrows nothing", "echo '# none' >.git/objects/info/alternates", "" },
		{ "objects", "mv .git/objects elsewhere; ln -s ../elsewhere .git/objects",
		  "leads out of its repository" },
		{ "refs", "mv .git/refs elsewhere; ln -s ../elsewhere .git/refs",
		  "leads out of its repository" },
		{ "packed refs", "ln -s /etc/passwd .git/packed-refs",
		  "leads out of its repository" },
		{ "the list of a shallow clone", "ln -s /etc/passwd .git/shallow",
		  "leads out of its repository" },
		{ "a pipe", "rm .git/config; mkfifo .git/config", "is a pipe" },
		{ "a link that stays inside", "mv .git/index .git/x; ln -s x .git/index", "" },
		{ "a file that names no repository", "mv .git real; echo 'gitdir: nowhere' >.git",
		  "names no repository" },
		{ "a file without the word", "mv .git real; cp /etc/passwd .git",
		  "names no repository" },
		{ "a large file", "mv .git real; head -c 100000 /dev/zero >.git",
		  "git's own have at most" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct repository r = repository_new(setup);
		struct str said = repository_said(&r, rows[i].script);
		CHECK(str_contains(said, str_from_cstr(rows[i].said)));
		CHECK(said.len == 0 || rows[i].said[0]);
		repository_free(&r);
	}
}

/* As root one can give a repository away; git's own answer to it is "dubious ownership". */
static void repositories_of_others_are_refused(void)
{
	static const struct {
		const char *what, *script;
		bool safe;
	} rows[] = {
		{ "all of it", "chown -R 12345 .", false },
		{ "its git directory", "chown 12345 .git", false },
		{ "its working tree", "chown 12345 .", false },
		{ "a file in it", "chown 12345 apps/base/a.yaml", true },
		{ "the user says it is safe",
		  "chown -R 12345 .; git config --file $HOME/.gitconfig --add safe.directory "
		  "\"$PWD\"",
		  true },
		{ "and takes it back",
		  "chown -R 12345 .; git config --file $HOME/.gitconfig --add safe.directory ''",
		  false },
		{ "all are",
		  "chown -R 12345 .; git config --file $HOME/.gitconfig --add safe.directory '*'",
		  true },
		{ "another one",
		  "chown -R 12345 .; echo '[safe] directory = /srv/x' >$HOME/.gitconfig", false },
		{ "the repository itself says so",
		  "chown -R 12345 .; git config --file .git/config safe.directory '*'", false },
	};
	struct repository home = repository_new(":");

	if (geteuid() != 0) {
		repository_free(&home);
		return;
	}
	setenv("HOME", str_cstr(home.arena, home.path), 1);
	unsetenv("XDG_CONFIG_HOME");
	setenv("GIT_CONFIG_COUNT", "1", 1); /* nor can the environment */
	setenv("GIT_CONFIG_KEY_0", "safe.directory", 1);
	setenv("GIT_CONFIG_VALUE_0", "*", 1);
	struct repository r = repository_new(setup);
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		git_fixture_sh(r.world, r.path, "chown -R 0 .");
		struct str said = repository_said(&r, rows[i].script);
		CHECK_INT(said.len == 0, rows[i].safe);
		if (!rows[i].safe)
			CHECK(str_contains(said, STR("dubious ownership")) &&
			      strstr(r.err.hint, "safe.directory"));
	}
	repository_free(&r);
	repository_free(&home);
}

TESTS({ "the repository is found from below, bare ones as well", places },
      { "a bare repository may be a .git", a_bare_repository_may_be_a_dot_git },
      { "a bare repository in a clone is a folder of files",
	a_bare_repository_in_a_clone_is_a_folder_of_files },
      { "the working tree is where the .git stands", the_working_tree_is_where_the_dot_git_stands },
      { "links out of a repository are refused", what_leads_out_of_a_repository_is_refused },
      { "repositories owned by another user are refused", repositories_of_others_are_refused })

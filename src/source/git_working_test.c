/* git_working_test - the working tree as it lies on the disk, whatever the index says of it */
#include "base/buf.h"
#include "source/git_test.h"

static const char setup[] = GIT_FIXTURE_INIT
	"mkdir -p apps/base logs; printf 'a: 1\\n' >apps/base/a.yaml; printf '#!/bin/sh\\n' >run;"
	"chmod +x run; ln -s base apps/link; printf '*.tmp\\n/logs/\\n' >.gitignore; : >logs/kept;"
	"git add -f -A; git commit -qm one";

/* "run apps/base/a.yaml": the paths that differ from what the fixture has. */
static struct str changes(struct repository *r, const struct git_working_tree *tree)
{
	struct snapshot head;
	struct buf out;

	CHECK_INT(git_snapshot(&r->git, r->arena, STR("HEAD"), &head, &r->err), 0);
	buf_init(&out, r->arena);
	for (uint32_t i = 0; i < head.files.count; i++)
		if (!snapshot_find(&tree->files, head.files.items[i]->path))
			buf_printf(&out, "-%.*s ", STR_FMT(head.files.items[i]->path));
	for (uint32_t i = 0; i < tree->files.files.count; i++) {
		const struct snapshot_file *f = tree->files.files.items[i];
		const struct snapshot_file *old = snapshot_find(&head, f->path);
		if (!old || !str_equal(old->content->id, f->content->id) ||
		    old->executable != f->executable || old->is_link != f->is_link)
			buf_printf(&out, "%s%.*s ", old ? "~" : "+", STR_FMT(f->path));
	}
	return str_trim(buf_str(&out));
}

static const struct {
	const char *what, *script, *changes;
} states[] = {
	{ "nothing", ":", "" },
	{ "touched", "touch -d 2001-01-01 run", "" },
	{ "changed", "printf 'a: 2\\n' >apps/base/a.yaml", "~apps/base/a.yaml" },
	{ "of the same size and time",
	  "touch -r apps/base/a.yaml /tmp/t.$$; printf 'a: 2\\n' >apps/base/a.yaml; touch "
	  "-r "
	  "/tmp/t.$$ apps/base/a.yaml; rm /tmp/t.$$",
	  "~apps/base/a.yaml" },
	{ "mode", "chmod -x run", "~run" },
	{ "deleted", "rm run", "-run" },
	{ "new", ": >apps/new.yaml", "+apps/new.yaml" },
	{ "ignored", ": >x.tmp; : >apps/x.tmp; : >logs/other", "" },
	{ "tracked, and in an ignored folder", "printf 1 >logs/kept", "~logs/kept" },
	{ "ignored by a file of its folder",
	  "printf '*.yaml\\n!a.yaml\\n' >apps/.gitignore; : >apps/b.yaml; : >b.yaml",
	  "+apps/.gitignore +b.yaml" },
	{ "taken back in",
	  "printf '*\\n!*/\\n!*.yaml\\n' >.gitignore; : >x; : >apps/x; : "
	  ">apps/x.yaml",
	  "~.gitignore +apps/x.yaml" },
	{ "ignored in this clone", "echo '/private' >.git/info/exclude; : >private", "" },
	{ "not shown by status", "git config status.showUntrackedFiles no; : >new.yaml",
	  "+new.yaml" },
	{ "ignored by a file of the user's",
	  "echo '*.yaml' >.git/x; git config core.excludesFile \"$PWD/.git/x\"; : "
	  ">new.yaml",
	  "+new.yaml" },
	{ "assumed unchanged", "git update-index --assume-unchanged run; printf 1 >run", "~run" },
	{ "kept from being updated", "git update-index --skip-worktree run; printf 1 >run",
	  "~run" },
	{ "line ends", "git config core.autocrlf true; printf 'a: 1\\r\\n' >apps/base/a.yaml",
	  "~apps/base/a.yaml" },
	{ "a filter that takes the change away",
	  "echo '* filter=x' >.git/info/attributes; git config filter.x.clean 'printf \"a: "
	  "1\\\\n\"'; printf 'a: 2\\n' >apps/base/a.yaml",
	  "~apps/base/a.yaml" },
	{ "what only the index has",
	  "printf 2 >run; git add run; git checkout -q HEAD -- "
	  "apps; printf '#!/bin/sh\\n' >run",
	  "" },
	{ "a link for a file", "rm run; ln -s /etc/passwd run", "~run" },
	{ "a link for a folder", "mv apps ..apps; ln -s ..apps apps",
	  "-apps/base/a.yaml -apps/link +..apps/base/a.yaml +..apps/link +apps" },
	{ "another repository", "git init -q inner; : >inner/a.yaml", "" },
	{ "a folder laid out as one",
	  "git init -q --bare inner; rm -rf inner/hooks "
	  "inner/info inner/description inner/branches",
	  "+inner/HEAD +inner/config" },
	{ "a pipe", "mkfifo pipe", "" },
	{ "a list of patterns that is a link",
	  "rm .gitignore; ln -s /etc/passwd .gitignore; "
	  ": >x.tmp",
	  "~.gitignore +x.tmp" },
	{ "odd names that are ignored", ": >\"$(printf 'a\\tb.tmp')\"", "" },
};

static void the_disk_decides(void)
{
	for (size_t i = 0; TEST_ROW(states, i, states[i].what); i++) {
		struct repository r = repository_open(setup);
		struct git_working_tree tree;
		git_fixture_sh(r.world, r.path, states[i].script);
		CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
		CHECK_STR(changes(&r, &tree), str_from_cstr(states[i].changes));
		CHECK_INT(tree.is_dirty, states[i].changes[0] != '\0');
		CHECK_INT(tree.sparse_count, 0);
		repository_free(&r);
	}
}

/* What is not checked out is not deleted, and it is told. */
static void a_sparse_checkout_is_whole(void)
{
	struct repository r = repository_open(setup);
	struct git_working_tree tree;

	git_fixture_sh(r.world, r.path, "git sparse-checkout set --no-cone /logs >/dev/null 2>&1");
	CHECK(!file_exists(r.world, str_concat(r.arena, r.path, STR("/run"))));
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK(!tree.is_dirty);
	CHECK_INT(tree.sparse_count, 4);
	CHECK_TEXT(repository_bytes(&r, &tree.files, STR("apps/base/a.yaml")), "a: 1\n");
	CHECK_TEXT(snapshot_find(&tree.files, STR("apps/link"))->bytes, "base");
	git_fixture_sh(r.world, r.path, "printf 1 >logs/kept");
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK_TEXT(changes(&r, &tree), "~logs/kept");
	CHECK_INT(tree.sparse_count, 4);
	repository_free(&r);
}

/* Between the look at a file and its use it may be written. */
static void bytes_are_those_that_were_looked_at(void)
{
	struct repository r = repository_open(setup);
	struct git_working_tree tree;

	git_fixture_sh(r.world, r.path, "printf 'a: 2\\n' >apps/base/a.yaml; printf new >new");
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK_TEXT(repository_bytes(&r, &tree.files, STR("apps/base/a.yaml")), "a: 2\n");
	CHECK_TEXT(repository_bytes(&r, &tree.files, STR("run")), "#!/bin/sh\n");
	git_fixture_sh(r.world, r.path, "printf 'a: 3\\n' >apps/base/a.yaml; printf old >new");
	CHECK_TEXT(repository_bytes(&r, &tree.files, STR("apps/base/a.yaml")), "a: 2\n");
	CHECK(!repository_bytes(&r, &tree.files, STR("new")).ptr);
	CHECK_TEXT(str_from_cstr(r.err.text),
		   "'new': it has changed since the working tree was read");
	repository_free(&r);
}

static void names_that_no_file_may_have(void)
{
	static const struct {
		const char *what, *script, *said;
	} rows[] = {
		{ "new", ": >\"$(printf 'a\\033b')\"",
		  "the working tree has a file 'a\\x1bb': a name that has a control character" },
		{ "tracked", ": >\"$(printf 'x/a\\tb' | sed 's|x/||')\"; git add -A", "'a\\tb'" },
		{ "tracked, and gone", ": >\"$(printf 'zz\\377')\"; git add -A; rm zz*",
		  "the index" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct repository r = repository_open(setup);
		struct git_working_tree tree;
		git_fixture_sh(r.world, r.path, rows[i].script);
		CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), -1);
		CHECK(strstr(r.err.text, rows[i].said));
		repository_free(&r);
	}
}

static void many_patterns_for_many_files_are_refused(void)
{
	struct repository r = repository_open(setup);
	struct git_working_tree tree;

	git_fixture_sh(
		r.world, r.path,
		"head -c 15000000 /dev/zero | tr '\\0' x >.gitignore; mkdir many; cd many;"
		"for i in 1 2 3 4 5 6 7 8 9; do for k in 1 2 3 4 5 6 7 8 9; do : >$i$k; done; "
		"done");
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), -1);
	CHECK(strstr(r.err.text, "too many patterns (15000000 bytes at 'many/"));
	repository_free(&r);
}

static void folders_have_a_limit(void)
{
	struct repository r = repository_open(setup);
	struct git_working_tree tree;

	git_fixture_sh(r.world, r.path,
		       "p=d; i=0; while [ $i -lt 200 ]; do p=$p/d i=$((i + 1)); done; mkdir -p $p");
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), -1);
	CHECK(strstr(r.err.text, "folders more than 128 deep"));
	repository_free(&r);
}

/* Files that no build reads, however large, are compared and not kept. */
static void large_files_are_not_kept(void)
{
	struct repository r = repository_open(setup);
	struct git_working_tree tree;
	struct str bytes;

	git_fixture_sh(r.world, r.path, "head -c 20000000 /dev/zero >video");
	CHECK_INT(git_read_working_tree(&r.git, r.arena, &tree, &r.err), 0);
	CHECK(tree.is_dirty);
	CHECK(arena_used_bytes(r.arena) < 1000000);
	CHECK_INT(snapshot_read(snapshot_find(&tree.files, STR("video")), &bytes, &r.err), -1);
	CHECK(strstr(r.err.text, "has 20000000 bytes; of one file at most 16777216 are read"));
	repository_free(&r);
}

TESTS({ "files of the working tree win over the index", the_disk_decides },
      { "a sparse checkout is whole", a_sparse_checkout_is_whole },
      { "bytes are those that were looked at", bytes_are_those_that_were_looked_at },
      { "names that no file may have are refused", names_that_no_file_may_have },
      { "many patterns for many files are refused", many_patterns_for_many_files_are_refused },
      { "folders have a limit", folders_have_a_limit },
      { "large files are not kept", large_files_are_not_kept })

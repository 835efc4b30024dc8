/* git_objects_test - objects are read once and when they are wanted, within limits */
#include "source/git_objects.h"

#include "source/git_test.h"
#include "world/files.h"

static const char setup[] = GIT_FIXTURE_INIT
	"mkdir -p apps; printf 'a: 1\\n' >apps/a.yaml; cp apps/a.yaml apps/b.yaml; git add -A;"
	"git commit -qm one; printf 'a: 2\\n' >apps/a.yaml; git commit -qam two";

/* A script that makes the object from the bytes that a Python expression gives, and the branch x of
 * a commit with it as its tree. o(r): the bytes of an id. */
#define TREE(python)                                                                               \
	"python3 -c \"\n"                                                                          \
	"import subprocess\n"                                                                      \
	"r = lambda *a, i=None: subprocess.run(['git', *a], input=i, capture_output=True, "        \
	"check=True).stdout.decode().strip()\n"                                                    \
	"o = lambda x: bytes.fromhex(r('rev-parse', x))\n"                                         \
	"w = lambda t, b: r('hash-object', '-t', t, '-w', '--stdin', '--literally', i=b)\n"        \
	"e = lambda mode, name, id: mode + b' ' + name + bytes(1) + id\n"                          \
	"blob, tree = o('HEAD:apps/a.yaml'), o('HEAD:apps')\n"                                     \
	"t = " python "\n"                                                                         \
	"c = w('commit', b'tree ' + w('tree', t).encode() + "                                      \
	"b'\\nauthor a <a@b> 0 +0000\\ncommitter a <a@b> 0 +0000\\n\\nx\\n')\n"                    \
	"r('update-ref', 'refs/heads/x', c)\n\""

static void shared_bytes_are_read_once(void)
{
	struct repository r = repository_open(setup);
	struct snapshot one, two;

	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD~1"), &one, &r.err), 0);
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &two, &r.err), 0);
	const struct snapshot_file *a = snapshot_find(&one, STR("apps/a.yaml"));
	const struct snapshot_file *b = snapshot_find(&two, STR("apps/b.yaml"));
	CHECK(a->content == b->content);
	CHECK(a->content != snapshot_find(&two, STR("apps/a.yaml"))->content);
	CHECK_TEXT(repository_bytes(&r, &one, STR("apps/a.yaml")), "a: 1\n");
	CHECK_TEXT(repository_bytes(&r, &two, STR("apps/a.yaml")), "a: 2\n");
	CHECK(repository_bytes(&r, &one, STR("apps/a.yaml")).ptr ==
	      repository_bytes(&r, &two, STR("apps/b.yaml")).ptr);
	repository_free(&r);
}

/* What nobody asks for costs nothing; what is too large is refused, and the next one is read. */
static void large_files_are_not_read(void)
{
	struct repository r = repository_open(setup);
	struct snapshot files;
	struct str bytes;

	git_fixture_sh(r.world, r.path,
		       "head -c 20000000 /dev/zero >video; git -c core.compression=1 add -A; git "
		       "commit -qm big");
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &files, &r.err), 0);
	CHECK(arena_used_bytes(r.arena) < 1000000);
	CHECK_INT(snapshot_read(snapshot_find(&files, STR("video")), &bytes, &r.err), -1);
	CHECK_TEXT(str_from_cstr(r.err.text),
		   "'video': a blob of 20000000 bytes; of one file at most 16777216 are read");
	CHECK_TEXT(repository_bytes(&r, &files, STR("apps/b.yaml")), "a: 1\n");
	repository_free(&r);
}

static void all_files_together_have_a_limit(void)
{
	struct repository r = repository_open(setup);

	CHECK_INT(git_objects_count_bytes(r.git.objects, GIT_BYTES_MAX, &r.err), 0);
	struct snapshot files;
	struct str bytes;
	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &files, &r.err), 0);
	CHECK_INT(snapshot_read(snapshot_find(&files, STR("apps/a.yaml")), &bytes, &r.err), -1);
	CHECK(strstr(r.err.text, "'apps/a.yaml': the files that are read"));
	CHECK(strstr(r.err.text, "more than 268435456 bytes"));
	repository_free(&r);
}

static void trees_that_nobody_could_check_out_are_refused(void)
{
	static const struct {
		const char *what, *script, *said; /* said: of the error; "": it is read */
	} rows[] = {
		{ "an ordinary one", TREE("e(b'100644', b'a', blob) + e(b'40000', b'd', tree)"),
		  "" },
		{ "old modes", TREE("e(b'100664', b'a', blob) + e(b'040000', b'd', tree)"), "" },
		{ "a file and a folder of one name",
		  TREE("e(b'100644', b'd', blob) + e(b'40000', b'd', tree)"), "" },
		{ "a slash", TREE("e(b'100644', b'/abs', blob)"),
		  "'x' has a file '/abs': a name that has a slash" },
		{ "a step", TREE("e(b'40000', b'..', tree)"), "a name that is a step" },
		{ "git's own", TREE("e(b'40000', b'.GIT', tree)"), "stands for '.git'" },
		{ "nothing", TREE("e(b'100644', b'', blob)"), "is empty" },
		{ "an escape", TREE("e(b'100644', b'a\\x1b[2Jb', blob)"), "'a\\x1b[2Jb'" },
		{ "bytes", TREE("e(b'100644', b'a\\xff', blob)"), "is not UTF-8" },
		{ "an odd mode", TREE("e(b'10644', b'a', blob)"), "'a' of the mode" },
		{ "the wrong type", TREE("e(b'40000', b'd', blob)"), "no tree" },
		{ "no tree at all", TREE("b'nonsense'"), "is no tree" },
		{ "cut off", TREE("e(b'100644', b'a', blob)[:-3]"), "is no tree" },
	};
	struct repository r = repository_open(setup);
	struct snapshot files;

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		git_fixture_sh(r.world, r.path, rows[i].script);
		r.err.text[0] = '\0';
		CHECK_INT(git_snapshot(&r.git, r.arena, STR("x"), &files, &r.err),
			  rows[i].said[0] ? -1 : 0);
		CHECK(strstr(r.err.text, rows[i].said));
	}
	repository_free(&r);
}

/* A kilobyte of objects that stands for a thousand million files. */
static void trees_that_multiply_are_refused(void)
{
	static const char *const scripts[] = {
		TREE("e(b'100644', b'f', blob)\n"
		     "for i in range(10):\n"
		     " s = bytes.fromhex(w('tree', t))\n"
		     " t = b''.join(e(b'40000', b'%d' % k, s) for k in range(10))\n"),
		TREE("b''\n" /* folders without a file */
		     "for i in range(10):\n"
		     " s = bytes.fromhex(w('tree', t))\n"
		     " t = b''.join(e(b'40000', b'%d' % k, s) for k in range(10))\n"),
		TREE("e(b'100644', b'f', blob)\n"
		     "for i in range(130):\n"
		     " t = e(b'40000', b'd', bytes.fromhex(w('tree', t)))\n"),
	};
	static const char *const said[] = { "more than 524288 files and folders",
					    "more than 524288 files and folders",
					    "folders more than 128 deep" };

	for (size_t i = 0; TEST_ROW(scripts, i, said[i]); i++) {
		struct repository r = repository_open(setup);
		struct snapshot files;
		git_fixture_sh(r.world, r.path, scripts[i]);
		CHECK_INT(git_snapshot(&r.git, r.arena, STR("x"), &files, &r.err), -1);
		CHECK(strstr(r.err.text, said[i]));
		repository_free(&r);
	}
}

/* The program may end at any time; the next question starts it again. */
static void a_lost_program_is_started_again(void)
{
	struct repository r = repository_open(setup);
	struct snapshot files;

	CHECK_INT(git_snapshot(&r.git, r.arena, STR("HEAD"), &files, &r.err), 0);
	git_close(&r.git);
	CHECK_TEXT(repository_bytes(&r, &files, STR("apps/a.yaml")), "a: 2\n");
	git_fixture_sh(r.world, r.path, "echo [nonsense >.git/config");
	git_close(&r.git);
	CHECK(!repository_bytes(&r, &files, STR("apps/b.yaml")).ptr);
	CHECK(strstr(r.err.text, "'apps/b.yaml': git cat-file: bad config line"));
	repository_free(&r);
}

TESTS({ "bytes that are shared are read once", shared_bytes_are_read_once },
      { "large files are not read", large_files_are_not_read },
      { "all files together have a limit", all_files_together_have_a_limit },
      { "trees with names that git refuses are refused",
	trees_that_nobody_could_check_out_are_refused },
      { "trees that multiply are refused", trees_that_multiply_are_refused },
      { "a lost program is started again", a_lost_program_is_started_again })

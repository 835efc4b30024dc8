/* git - a repository at a revision, or its working tree, as a snapshot of files */
#include "source/git.h"

#include "base/arena.h"
#include "source/git_objects.h"
#include "source/git_place.h"
#include "source/git_run.h"

/* --- the repository -------------------------------------------------------------------------- */

/* A `.git` that is a bare repository, beside the worktrees that were made of it, has no index. */
static int ask_whether_bare(struct git *git, struct arena *arena, struct error *err)
{
	struct git g = *git;
	struct str out;

	if (g.is_bare || file_exists(g.world, str_concat(arena, g.directory, STR("/index"))))
		return 0;
	g.root = g.directory;
	g.is_bare = true; /* so that it is not told of a working tree */
	if (git_run_checked(&g, arena, GIT_ARGS(STR("rev-parse"), STR("--is-bare-repository")),
			    &out, err) < 0)
		return -1;
	if (str_equal(str_trim(out), STR("true")))
		*git = g;
	return 0;
}

int git_open(struct git *git, struct world *world, struct arena *arena, struct str path,
	     struct error *err)
{
	struct git g = { .world = world };

	if (git_find(&g, arena, path, err) < 0 || ask_whether_bare(&g, arena, err) < 0)
		return -1;
	g.objects = git_objects_new(&g, arena);
	*git = g;
	return 0;
}

void git_open_own(struct git *git, struct world *world, struct arena *arena, struct str directory)
{
	*git = (struct git){ .world = world,
			     .root = directory,
			     .is_bare = true,
			     .directory = directory,
			     .common = directory };
	git->objects = git_objects_new(git, arena);
}

void git_close(struct git *git)
{
	if (git->objects)
		git_objects_close(git->objects);
}

/* --- revisions ------------------------------------------------------------------------------- */

static bool has_commits(const struct git *git)
{
	SCRATCH(scratch);
	struct process_result result;
	struct error err;

	return git_run(git, scratch, GIT_ARGS(STR("for-each-ref"), STR("--count=1")), &result,
		       &err) == 0 &&
	       result.out.len > 0;
}

static int resolve(const struct git *git, struct arena *arena, struct str revision,
		   const char *kind, struct str *ret, struct error *err)
{
	struct str name = str_printf(arena, "%.*s^{%s}", STR_FMT(revision), kind);

	if (git_objects_resolve(git->objects, arena, name, ret, err) < 0)
		return -1;
	if (ret->ptr)
		return 0;
	if (!has_commits(git)) {
		error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			  "the repository '%.*s' has no commits yet", STR_FMT(git->root));
		return error_hint(err, "commit something first");
	}
	error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "'%.*s' is not a revision of '%.*s'",
		  STR_FMT(revision), STR_FMT(git->root));
	return error_hint(
		err, "'git branch -a' and 'git tag' list names; a shallow clone lacks old commits");
}

int git_resolve(const struct git *git, struct arena *arena, struct str revision, struct str *ret,
		struct error *err)
{
	return resolve(git, arena, revision, "commit", ret, err);
}

int git_branch(const struct git *git, struct arena *arena, struct str *ret, struct error *err)
{
	struct process_result result;
	const struct str *args =
		GIT_ARGS(STR("symbolic-ref"), STR("--quiet"), STR("--short"), STR("HEAD"));

	if (git_run(git, arena, args, &result, err) < 0)
		return -1;
	*ret = result.status == 0 ? str_trim(result.out) : STR_NONE;
	return 0;
}

int git_snapshot(const struct git *git, struct arena *arena, struct str revision,
		 struct snapshot *ret, struct error *err)
{
	struct snapshot files;
	struct str tree, where = str_printf(arena, "'%.*s'", STR_FMT(revision));

	if (resolve(git, arena, revision, "tree", &tree, err) < 0)
		return -1;
	snapshot_init(&files, arena);
	if (git_objects_list(git->objects, tree, where, &files, err) < 0)
		return -1;
	snapshot_sort(&files);
	*ret = files;
	return 0;
}

/*
 * git - a repository at a revision, or its working tree, as a snapshot of files
 *
 * Layer: source. Runs the git program (2.30 or newer) and changes nothing: no checkout, no index,
 * no configuration is written. Configuration that could change what is read is pinned.
 *
 * Symbolic links are kept as links (world/snapshot.h follows them inside the snapshot). Submodules
 * are left out. Limits: GIT_FILES_MAX files, GIT_BYTES_MAX bytes in all.
 *
 *	struct git git;
 *	struct snapshot files;
 *	if (git_open(&git, world, arena, STR("."), &err) < 0 ||
 *	    git_snapshot(&git, arena, STR("main"), &files, &err) < 0) …
 */
#ifndef FORGE_SOURCE_GIT_H
#define FORGE_SOURCE_GIT_H

#include "base/error.h"
#include "base/str.h"

struct arena;
struct snapshot;
struct world;

enum { GIT_FILES_MAX = 1 << 20, GIT_BYTES_MAX = 1 << 30 };

struct git {
	struct world *world;
	struct str
		root; /* absolute path of the working tree; of a bare repository: its directory */
	struct str prefix; /* where the path that was opened lies in it: "apps/" or "" */
	bool is_bare;
};

/* Finds the repository that path is in. Errors with hint: no repository, no git program. */
int git_open(struct git *git, struct world *world, struct arena *arena, struct str path,
	     struct error *err) MUST_USE;

/* The full hash of the commit that a revision names. Errors: unknown revision, no commit yet. */
int git_resolve(const struct git *git, struct arena *arena, struct str revision, struct str *ret,
		struct error *err) MUST_USE;

/* The branch that is checked out; absent when HEAD is detached. A branch may have no commit yet. */
int git_branch(const struct git *git, struct arena *arena, struct str *ret,
	       struct error *err) MUST_USE;

/* Whether tracked files differ from HEAD, or untracked ones that are not ignored exist; what goes
 * on in submodules does not count. */
int git_is_dirty(const struct git *git, bool *ret, struct error *err) MUST_USE;

/* All files of a commit, sorted by path; a tree or tag does, too. */
int git_snapshot(const struct git *git, struct arena *arena, struct str revision,
		 struct snapshot *ret, struct error *err) MUST_USE;

/* The working tree as it is: tracked files that exist, and untracked ones that are not ignored. */
int git_working_tree(const struct git *git, struct arena *arena, struct snapshot *ret,
		     struct error *err) MUST_USE;

struct git_commit {
	struct str hash;
	struct str subject;
	int64_t committed_s; /* since 1970 */
};

struct git_log {
	struct git_commit *items; /* newest first */
	uint32_t count;
	uint32_t capacity;
};

/* The commits that range ("main", "a..b") has, at most count_max of them. */
int git_log(const struct git *git, struct arena *arena, struct str range, uint32_t count_max,
	    struct git_log *ret, struct error *err) MUST_USE;

#endif

/*
 * git - a repository at a revision, or its working tree, as a snapshot of files
 *
 * Layer: source. Runs the git program (2.30 or newer) and changes nothing: no checkout, no index,
 * no configuration is written. Nothing that the repository holds is run, its configuration cannot
 * change what is read, and nothing is fetched (git_run.h). A repository of another user is refused
 * as git refuses it (git_place.h).
 *
 * The bytes of a commit are read when they are asked for; what several commits share is read once.
 * So the snapshots of a repository are good until git_close().
 *
 * Symbolic links are kept as links (world/snapshot.h follows them inside the snapshot). Submodules
 * are left out. A name that no file of a repository may have (git_name.h) is an error.
 *
 *	struct git git;
 *	struct snapshot files;
 *	if (git_open(&git, world, arena, STR("."), &err) < 0 ||
 *	    git_snapshot(&git, arena, STR("main"), &files, &err) < 0) …
 *	git_close(&git);
 */
#ifndef FORGE_SOURCE_GIT_H
#define FORGE_SOURCE_GIT_H

#include "base/error.h"
#include "base/str.h"
#include "world/snapshot.h"

struct arena;
struct git_objects;
struct world;

enum {
	GIT_FILES_MAX = 1 << 19,	/* files and folders, of all snapshots of a repository */
	GIT_PATHS_BYTES_MAX = 64 << 20, /* their paths */
	GIT_BYTES_MAX = 256 << 20,	/* of all files that are read */
	GIT_DEPTH_MAX = 128,		/* folders in folders */
};

struct git {
	struct world *world;
	struct str root;   /* real path of the working tree; of a bare repository: its directory */
	struct str prefix; /* where the path that was opened lies in it: "apps/" or "" */
	bool is_bare;
	/* private */
	struct str directory; /* where its HEAD lies, a real path */
	struct str common;    /* where its objects and its configuration lie */
	struct git_objects *objects;
};

/*
 * Finds the repository that path is in: the nearest folder upward with a `.git`, else the folder
 * itself when it is a bare one. Errors with hint: no repository, another user's.
 */
int git_open(struct git *git, struct world *world, struct arena *arena, struct str path,
	     struct error *err) MUST_USE;

/*
 * The bare repository in a directory (a real path) that Forge has made itself: nothing is searched
 * and no owner is asked for, which is up to who calls.
 */
void git_open_own(struct git *git, struct world *world, struct arena *arena, struct str directory);

/* Ends the program that reads objects. Snapshots may be looked at, but not read any more. One that
 * was never opened (zeroed) is fine. */
void git_close(struct git *git);

/* The full hash of the commit that a revision names. Errors: unknown revision, no commit yet, no
 * git program. */
int git_resolve(const struct git *git, struct arena *arena, struct str revision, struct str *ret,
		struct error *err) MUST_USE;

/* The branch that is checked out; absent when HEAD is detached. A branch may have no commit yet. */
int git_branch(const struct git *git, struct arena *arena, struct str *ret,
	       struct error *err) MUST_USE;

/* All files of a commit, sorted by path; a tree or tag does, too. */
int git_snapshot(const struct git *git, struct arena *arena, struct str revision,
		 struct snapshot *ret, struct error *err) MUST_USE;

struct git_working_tree {
	struct snapshot files; /* sorted by path */
	bool is_dirty;	       /* they are not those of HEAD, byte for byte */
	uint32_t sparse_count; /* files that a sparse checkout left out: as the index has them */
};

/*
 * The working tree as it lies on the disk: tracked files that exist, and untracked ones that no
 * .gitignore names. What the index or the configuration say of them (assume-unchanged, filters,
 * line ends) does not count. Of a bare repository it is an error.
 */
int git_read_working_tree(const struct git *git, struct arena *arena, struct git_working_tree *ret,
			  struct error *err) MUST_USE;

#endif

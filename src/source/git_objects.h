/*
 * git_objects - reads objects of a repository through `git cat-file --batch`
 *
 * Layer: source. Private: its folder.
 *
 * One `git cat-file --batch` process serves all requests; it starts with the first one and ends
 * with git_objects_close(). Its answers live in the arena of git_objects_new(), blobs and trees
 * once for each id.
 *
 * Limits: FILES_BYTES_MAX for one object, GIT_BYTES_MAX for all blobs, GIT_FILES_MAX and
 * GIT_PATHS_BYTES_MAX for what is listed.
 */
#ifndef FORGE_SOURCE_GIT_OBJECTS_H
#define FORGE_SOURCE_GIT_OBJECTS_H

#include "source/git.h"

/* Borrows git; starts nothing yet. */
struct git_objects *git_objects_new(const struct git *git, struct arena *arena);
void git_objects_close(struct git_objects *o);

/* Resolves a revision ("HEAD^{commit}") to an id; *ret_id is absent when there is no such
 * object. */
int git_objects_resolve(struct git_objects *o, struct arena *arena, struct str name,
			struct str *ret_id, struct error *err) MUST_USE;

/* A blob, to be read later. */
struct snapshot_content *git_objects_blob(struct git_objects *o, struct str id);

/* The same when a list has had it before; else NULL. */
struct snapshot_content *git_objects_known(const struct git_objects *o, struct str id);

/* Adds all files of a tree; where: what error messages call it. */
int git_objects_list(struct git_objects *o, struct str tree, struct str where, struct snapshot *ret,
		     struct error *err) MUST_USE;

/* Counts one more file or folder with a path of path_bytes; bytes of a file that are read. */
int git_objects_count(struct git_objects *o, size_t path_bytes, struct error *err) MUST_USE;
int git_objects_count_bytes(struct git_objects *o, size_t size_bytes, struct error *err) MUST_USE;

#endif

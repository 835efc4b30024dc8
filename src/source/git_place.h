/*
 * git_place - where a repository lies, and whether it may be read
 *
 * Layer: source. Private: its folder.
 *
 * A repository is found by a `.git`, upward from the path: a folder, or a file that names one, as
 * `git worktree` and submodules have it. A folder of a clone that is laid out as a bare repository
 * is a folder of files; only where no `.git` is above, the path itself may be a bare repository.
 * core.worktree does not count: the working tree is where the `.git` stands.
 *
 * Refused, besides what git refuses: parts of the repository that links lead out of it, and objects
 * that are borrowed from elsewhere (objects/info/alternates).
 */
#ifndef FORGE_SOURCE_GIT_PLACE_H
#define FORGE_SOURCE_GIT_PLACE_H

#include "source/git.h"

/* Sets all but world and objects. */
int git_find(struct git *git, struct arena *arena, struct str path, struct error *err) MUST_USE;

#endif

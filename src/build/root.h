/*
 * root - the folder outside of which nothing is read: the repository that a path lies in
 *
 * Layer: build. For paths of the disk that a user names. What a repository says (a link, "..", an
 * absolute path) must not lead out of it.
 */
#ifndef FORGE_BUILD_ROOT_H
#define FORGE_BUILD_ROOT_H

#include "base/str.h"

struct arena;
struct files;

/*
 * The real path of the nearest folder upward that holds a `.git`; absent: none does. The search
 * starts at the folder of the path as it is written, before links are resolved: a file reached
 * through a link of a repository belongs to that repository.
 */
struct str root_repository(const struct files *files, struct arena *arena, struct str path);

/*
 * The same, and without a repository the nearest folder that holds `clusters`, else the folder
 * itself, or the one of the file. A path in no folder, such as /dev/stdin, belongs to the current
 * folder.
 */
struct str root_source(const struct files *files, struct arena *arena, struct str path);

#endif

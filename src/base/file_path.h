/*
 * file_path - names of files as texts: nothing is looked up
 *
 * Layer: base. Paths have '/'. What lies behind a name, links above all, only the file system knows
 * (world/files.h).
 */
#ifndef FORGE_BASE_FILE_PATH_H
#define FORGE_BASE_FILE_PATH_H

#include "base/str.h"

struct arena;

/* An absolute path as it would be without links: no ".", "..", or doubled slashes. */
struct str file_path_without_steps(struct arena *arena, struct str path);

/* The path of a file as seen from a folder, both absolute: "base/web.yaml", "../x". A relative path
 * stays as it is. */
struct str file_path_seen_from(struct arena *arena, struct str folder, struct str path);

/* Whether ".." leads above the folder that the path begins in: "a/../../b" does. */
bool file_path_leads_above(struct str path);

#endif

/*
 * git_name - which names a file of a repository may have
 *
 * Layer: source. Private: its folder.
 *
 * git itself writes no tree with such a name and checks none out: a tree that has one was made for
 * an attack.
 */
#ifndef FORGE_SOURCE_GIT_NAME_H
#define FORGE_SOURCE_GIT_NAME_H

#include "base/error.h"
#include "base/str.h"

/*
 * What is wrong with one part of a path, as "is '..'"; NULL: nothing. Refused are the empty name,
 * ".", "..", ".git" as any file system writes it, slashes, control characters, and what is no
 * UTF-8.
 */
const char *git_name_fault(struct str name);

/* The error for a path of which a part has a fault; where: a revision, or "the index". */
int git_refuse_name(struct str where, struct str path, const char *fault, struct error *err);

/* Looks at each part of a path. */
int git_check_path(struct str where, struct str path, struct error *err) MUST_USE;

#endif

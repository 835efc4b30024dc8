/*
 * shell - words of a command line as a shell reads them back
 *
 * Layer: base. For commands that a report offers for copying: whatever bytes a name has, the shell
 * reads it as one word and expands nothing. Source: POSIX.1-2017, Shell Command Language, 2.2
 * Quoting.
 */
#ifndef FORGE_BASE_SHELL_H
#define FORGE_BASE_SHELL_H

#include "base/str.h"

struct arena;

/* The word unchanged when no byte of it is special to a shell, else in single quotes. A path that
 * begins with a dash gets ./ before it, so that it is no option. */
struct str shell_word(struct arena *arena, struct str word);

#endif

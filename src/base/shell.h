/*
 * shell - words of a command line as a shell reads them back
 *
 * Layer: base. For commands that a report offers: whatever a name holds, it stays one word and runs
 * nothing. Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting.
 */
#ifndef FORGE_BASE_SHELL_H
#define FORGE_BASE_SHELL_H

#include "base/str.h"

struct arena;

/* As it is where nothing in it means anything to a shell, else in single quotes. A path that begins
 * with a dash gets ./ before it, so that it is no option. */
struct str shell_word(struct arena *arena, struct str word);

#endif

/*
 * glob - file name patterns: * ? [a-z] and, when asked for, ** and {a,b}
 *
 * Layer: base. Without flags it is Go's path.Match: * and ? stop at '/', a backslash takes the
 * next character as it is. Matching is bounded: at most GLOB_STEPS_MAX steps, then it does not
 * match.
 */
#ifndef FORGE_BASE_GLOB_H
#define FORGE_BASE_GLOB_H

#include "base/str.h"

enum { GLOB_STEPS_MAX = 1 << 20, GLOB_BRACES_DEPTH_MAX = 8 };

enum glob_flags {
	GLOB_DOUBLE_STAR =
		1 << 0, /* ** crosses slashes; as a whole part of a path also stands for no part */
	GLOB_BRACES = 1 << 1,	   /* {a,b} */
	GLOB_CROSS_SLASH = 1 << 2, /* * and ? match '/', too */
};

bool glob_match(struct str pattern, struct str name, unsigned flags);

/* Whether a pattern is well formed: brackets and braces closed, no backslash at its end. */
bool glob_valid(struct str pattern, unsigned flags);

/* Whether it has any of the special characters at all. */
bool glob_is_pattern(struct str text);

#endif

/*
 * regex_sample - a short text that a pattern matches
 *
 * Layer: lang. For clients that must satisfy the header match of a route. It follows the pattern
 * with the shortest choice at each turn, and asks the engine whether the result matches; patterns
 * that need to look further (boundaries, back to front conditions) have no sample.
 *
 *	regex_sample(arena, STR("^(.*?;)?(type=insider)(;.*)?$"), &text);	// "type=insider"
 */
#ifndef FORGE_LANG_REGEX_SAMPLE_H
#define FORGE_LANG_REGEX_SAMPLE_H

#include "base/str.h"

struct arena;

/* A text that matches as a whole; false when none was found, or the pattern is wrong. */
bool regex_sample(struct arena *arena, struct str pattern, struct str *ret);

#endif

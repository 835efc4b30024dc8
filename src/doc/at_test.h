/*
 * at_test - looking along paths that a test puts together, or has in a table
 *
 * Layer: doc, for unit tests. The program's own paths are literals (doc/tree.h); paths of tests are
 * parsed by path_parse(), as those of users are.
 */
#ifndef FORGE_DOC_AT_TEST_H
#define FORGE_DOC_AT_TEST_H

#include "doc/path.h"

static inline const struct node *test_at(struct arena *arena, const struct node *root,
					 const char *text)
{
	struct path path;
	struct error err;

	if (path_parse(arena, str_from_cstr(text), &path, &err) < 0)
		BUG("%s: %s", text, err.text);
	return path_find(root, &path);
}

#endif

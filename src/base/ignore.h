/*
 * ignore - patterns of .gitignore and .sourceignore files
 *
 * Layer: base. Semantics of go-git's gitignore package, which Flux uses: the last pattern that
 * matches a path, or a directory it is in, decides; a "!" pattern takes back in, even inside an
 * ignored directory.
 *
 *	struct ignore ignore = {};
 *	ignore_add(&ignore, arena, STR("apps"), STR("*.tmp\n!keep.tmp\n"));	// apps/.gitignore
 *	ignore_match(&ignore, STR("apps/web/x.tmp"), false);			// true
 */
#ifndef FORGE_BASE_IGNORE_H
#define FORGE_BASE_IGNORE_H

#include "base/str.h"

/* Limit for callers that match many paths: the bytes of all patterns, for each part of each
 * path. */
#define IGNORE_WORK_BYTES_MAX (UINT64_C(1) << 30)

struct ignore {
	uint64_t size_bytes; /* of all patterns */
	/* private */
	struct ignore_pattern *items;
	uint32_t count;
	uint32_t capacity;
};

/* Appends the lines of a file that lies in directory ("" is the root); borrows both texts. */
void ignore_add(struct ignore *ignore, struct arena *arena, struct str directory, struct str lines);

/* path is relative to the root, with '/'. O(patterns * path). */
bool ignore_match(const struct ignore *ignore, struct str path, bool is_directory);

/* The same with git's own rule: only the path itself is matched, because the caller walks the tree,
 * has matched the directories before, and does not enter ignored ones. */
bool ignore_match_entry(const struct ignore *ignore, struct str path, bool is_directory);

#endif

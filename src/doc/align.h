/*
 * align - which items of two sequences are the same: their longest common subsequence
 *
 * Layer: doc. Items are numbers: hashes of list items, or of lines. Same ends are cut off first;
 * the rest is Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986), so that
 * long sequences with few edits are cheap.
 *
 * Limit: ALIGN_EDITS_MAX items that only one side has, ends excluded. O((n + m) × edits).
 */
#ifndef FORGE_DOC_ALIGN_H
#define FORGE_DOC_ALIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

enum { ALIGN_EDITS_MAX = 1000 };

#define ALIGN_ALONE UINT32_MAX /* an item that has none on the other side */

struct align_items {
	uint64_t *items;
	uint32_t count;
};

/*
 * For each item of before the index of its equal in after, or ALIGN_ALONE; indices ascend. False
 * when there are more than ALIGN_EDITS_MAX edits: then only same ends are aligned.
 */
bool align(const struct align_items *before, const struct align_items *after, uint32_t *partner);

/* The lines of a text, each without its line feed, and their hashes. A text that ends with a line
 * feed has no empty line behind it. */
struct align_lines {
	struct str *lines;
	struct align_items hashes;
};
struct align_lines align_lines(struct arena *arena, struct str text);

#endif

/*
 * backlog - a FIFO buffer of bytes between a writer and a slower reader
 *
 * Layer: world. Appended at the end, taken from the beginning; O(1) per byte. The memory is on the
 * heap, follows the largest content and is given back when it is empty. It has no limit of its own:
 * the writer checks the length.
 */
#ifndef FORGE_WORLD_BACKLOG_H
#define FORGE_WORLD_BACKLOG_H

#include "base/str.h"

struct backlog {
	/* private: use the functions */
	char *bytes;
	size_t start, end, capacity_bytes;
};

void backlog_release(struct backlog *b); /* zeroed memory is a valid, empty one */

void backlog_add(struct backlog *b, struct str bytes);

/* All of it; borrowed until the next change. */
struct str backlog_str(const struct backlog *b);

static inline size_t backlog_bytes(const struct backlog *b)
{
	return b->end - b->start;
}

/* Forgets the first size_bytes bytes. */
void backlog_drop(struct backlog *b, size_t size_bytes);

#endif

/*
 * kept - values computed once from a string literal and kept for the whole run
 *
 * Layer: base. The one global state of the program. A kept value never changes, is the same for all
 * threads and in any order of use, and is never freed; so no result depends on it, and any
 * structure may hold a pointer to it.
 */
#ifndef FORGE_BASE_KEPT_H
#define FORGE_BASE_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEPT_BYTES = 4 << 20 };	     /* pages that are not used cost nothing */
extern char kept_memory[KEPT_BYTES]; /* for kept_has only */

/* Whether it lives as long as the program. */
static inline bool kept_has(const void *at)
{
	return (uintptr_t)at - (uintptr_t)kept_memory < KEPT_BYTES;
}

/* The value that make (always the same function) returned for this string literal; it is called
 * once for each literal. Any thread may call this. A text that is no string literal is a BUG. */
const void *kept_get(const char *literal, const void *(*make)(const char *literal));

/* Memory for what make returns, aligned to 16 bytes; called by make only. */
void *kept_alloc(size_t size_bytes);

#endif

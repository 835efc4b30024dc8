/*
 * kept - what follows from the program's own text: made at its first use, kept for the whole run
 *
 * Layer: base. The one state that hangs off no parameter. It may, for what is kept never changes,
 * is the same for all threads and in any order of use, and is never freed; so nothing that a run
 * does depends on it, and pointers to it may stand anywhere.
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

/* What make (always the same one) returned for this string literal, which it is called for once;
 * from any thread. Texts that are not part of the program are a BUG. */
const void *kept_get(const char *literal, const void *(*make)(const char *literal));

/* Memory for what make returns, aligned to 16 bytes; called by make only. */
void *kept_alloc(size_t size_bytes);

#endif

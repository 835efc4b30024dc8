/*
 * arena - memory that is given back all at once
 *
 * Layer: base. Arenas follow lifetimes: process, document set, render, reconcile, request. Scratch
 * is a child arena freed on the way out, or a mark that is reset. Cleanups (descriptors, heap of
 * libraries) run at the end, last added first.
 *
 * Memory is zeroed and aligned to 16 bytes. Each allocation counts against the budget of the
 * command (base/budget.h); the allocation that exceeds it ends the command. When the system has no
 * memory left, the arena ends the program with a message and status 3; nothing else does. Limits on
 * the input keep it from getting there. arena_fail_after() makes the n-th allocation fail, for
 * tests.
 *
 *	struct arena *arena = arena_new("request");
 *	int *numbers = arena_array(arena, int, 10);
 *	arena_free(arena);
 */
#ifndef FORGE_BASE_ARENA_H
#define FORGE_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct arena;

/* A new arena with a name for statistics and messages. The name is borrowed. */
struct arena *arena_new(const char *name);

/* Runs the cleanups and gives all memory back. arena_free(NULL) is fine. */
void arena_free(struct arena *arena);

/* Runs the cleanups and empties the arena but keeps its first block. */
void arena_clear(struct arena *arena);

/* size_bytes zeroed bytes, never NULL; 0 bytes give a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size_bytes);

/* The same, but the bytes are not cleared and aligned to align bytes only (1, 2, 4, 8 or 16): for
 * texts and tables that are filled at once. */
void *arena_alloc_raw(struct arena *arena, size_t size_bytes, size_t align);

/*
 * A larger copy of an allocation of this arena; in place when it was the last one. The new bytes
 * are not cleared. old may be NULL with old_size_bytes 0.
 */
void *arena_grow(struct arena *arena, void *old, size_t old_size_bytes, size_t new_size_bytes);

/* count zeroed items; the product is checked. */
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))
#define arena_one(arena, type)		arena_array(arena, type, 1)
void *arena_alloc_array(struct arena *arena, size_t item_size_bytes, size_t count);

/* A copy of size_bytes bytes. */
void *arena_copy(struct arena *arena, const void *from, size_t size_bytes);

/* Runs run(data) when the arena is cleared or freed. */
void arena_cleanup(struct arena *arena, void (*run)(void *data), void *data);

/* A mark to which the arena can be reset: scratch inside a longer lifetime. No cleanup may be added
 * in between. */
struct arena_mark {
	void *block;
	size_t used_bytes;
};
struct arena_mark arena_mark(struct arena *arena);
void arena_reset(struct arena *arena, struct arena_mark mark);

/* Bytes handed out. */
size_t arena_used_bytes(const struct arena *arena);

/* Scratch that ends with the block it is declared in: SCRATCH(scratch); … arena_alloc(scratch, …)
 */
void arena_free_scratch(struct arena **arena);
#define SCRATCH(name)                                                                              \
	__attribute__((cleanup(arena_free_scratch))) struct arena *name = arena_new(__func__)

/* Heap blocks with their own life (object versions, tables that grow): the only malloc of Forge.
 * Zeroed, never NULL. */
void *heap_alloc(size_t size_bytes);
void *heap_grow(void *old, size_t new_size_bytes);
void heap_free(void *block);

/* From now on up to 32 MiB of heap blocks lie in huge pages, so that scattered reads of many small
 * blocks miss the TLB less often. It is advice to the kernel (madvise); pages that are not used
 * cost nothing. */
void heap_in_huge_pages(void);

/* For tests: the n-th allocation from now is refused, as if memory had run out; run (may be NULL)
 * is called first and need not return. n == 0 turns it off. */
void arena_fail_after(uint64_t n, void (*run)(void));

#endif

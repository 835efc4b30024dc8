/* arena - memory that is given back all at once */
#include "base/arena.h"

#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/budget.h"

enum {
	ARENA_BYTES = 1024, /* with its first block: malloc is fastest up to this size */
	BLOCK_SECOND_BYTES = 8192,
	BLOCK_MAX_BYTES = 16 << 20,
	HUGE_PAGE_BYTES = 2 << 20, /* blocks of this size and more ask for huge pages */
	ALIGN = 16,
	OUT_OF_MEMORY_STATUS = 3, /* ERROR_OUTSIDE: the system lacks something */
};

struct block {
	struct block *before;
	size_t size_bytes; /* of data */
	size_t used_bytes;
	size_t pad;
	char data[];
};
static_assert(sizeof(struct block) % ALIGN == 0, "data must be aligned");

struct cleanup {
	struct cleanup *before;
	void (*run)(void *data);
	void *data;
};

struct arena {
	const char *name;
	struct block *block; /* the current one; older ones behind it */
	struct block *spare; /* freed last: a loop that resets to a mark takes it again */
	struct cleanup *cleanups;
	size_t used_bytes; /* in blocks before the current one */
	size_t pad;
	struct block first; /* most arenas need no other; last, for its data follows */
};
static_assert(offsetof(struct arena, first) % ALIGN == 0, "data must be aligned");

/*
 * AddressSanitizer sees blocks, not the allocations inside them. So the rest of a block is
 * poisoned, and a poisoned gap separates two allocations.
 */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
enum { GAP_BYTES = ALIGN };
#else
#define ASAN_POISON_MEMORY_REGION(at, size_bytes)   ((void)(at), (void)(size_bytes))
#define ASAN_UNPOISON_MEMORY_REGION(at, size_bytes) ((void)(at), (void)(size_bytes))
enum { GAP_BYTES = 0 };
#endif

/* The bytes from there to the end of the block are not allocated. */
static void poison_rest(struct block *block)
{
	ASAN_POISON_MEMORY_REGION(block->data + block->used_bytes,
				  block->size_bytes - block->used_bytes);
}

/* Fault injection of tests; not part of any result. */
static uint64_t fail_after;
static void (*fail_run)(void);

void arena_fail_after(uint64_t n, void (*run)(void))
{
	fail_after = n;
	fail_run = run;
}

NORETURN void bug(const char *file, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "BUG at %s:%d: ", file, line);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

/* No error value can be trusted to be made now. Files are written beside and renamed, so nothing is
 * left half done. */
static NORETURN void out_of_memory(size_t size_bytes)
{
	fprintf(stderr, "forge: out of memory: the system refused %zu bytes\n", size_bytes);
	_exit(OUT_OF_MEMORY_STATUS);
}

static void *checked(void *memory, size_t size_bytes)
{
	if (!memory)
		out_of_memory(size_bytes);
	return memory;
}

static void count_allocation(size_t size_bytes)
{
	if (!fail_after || --fail_after)
		return;
	if (fail_run)
		fail_run();
	out_of_memory(size_bytes);
}

/* As the system counts it, so that what is given back is as much as was taken. */
static int64_t heap_bytes(void *block)
{
	return (int64_t)malloc_usable_size(block);
}

void *heap_alloc(size_t size_bytes)
{
	count_allocation(size_bytes);
	void *block = checked(calloc(1, size_bytes ? size_bytes : 1), size_bytes);
	budget_take(heap_bytes(block));
	return block;
}

void *heap_grow(void *old, size_t new_size_bytes)
{
	count_allocation(new_size_bytes);
	int64_t old_bytes = heap_bytes(old);
	void *block = checked(realloc(old, new_size_bytes ? new_size_bytes : 1), new_size_bytes);
	budget_take(heap_bytes(block) - old_bytes);
	return block;
}

void heap_free(void *block)
{
	budget_take(-heap_bytes(block));
	free(block);
}

/* With default settings malloc's heap ends at most 128 KiB behind what is in use, so two blocks of
 * nearly that size make it grow now: by the pad. volatile: or the compiler leaves them out. */
static void grow_heap(void)
{
	enum { PAD_BYTES = 32 << 20, BLOCK_BYTES = 120 << 10 };

	mallopt(M_TOP_PAD, PAD_BYTES);
	mallopt(M_TRIM_THRESHOLD, 2 * PAD_BYTES);
	void *volatile first = malloc(BLOCK_BYTES);
	void *volatile second = malloc(BLOCK_BYTES);
	free(second);
	free(first);
	uintptr_t end = (uintptr_t)sbrk(0) & ~(uintptr_t)(HUGE_PAGE_BYTES - 1);
	uintptr_t begin = end - PAD_BYTES + HUGE_PAGE_BYTES;
	madvise((void *)begin, end - begin, MADV_HUGEPAGE); /* only a wish */
}

void heap_in_huge_pages(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, grow_heap);
}

/* A large block is touched page by page right away; with small pages that costs more than reading
 * a text. */
static void *take_memory(size_t total_bytes)
{
	if (total_bytes < HUGE_PAGE_BYTES)
		return malloc(total_bytes);
	void *memory;
	if (posix_memalign(&memory, HUGE_PAGE_BYTES, total_bytes) != 0)
		return NULL;
	madvise(memory, total_bytes, MADV_HUGEPAGE); /* only a wish */
	return memory;
}

static struct block *block_new(struct arena *arena, size_t size_bytes)
{
	size_t total_bytes = sizeof(struct block) + size_bytes;

	if (total_bytes < size_bytes || total_bytes > INT64_MAX)
		out_of_memory(size_bytes);
	budget_take((int64_t)total_bytes);
	struct block *block = checked(take_memory(total_bytes), total_bytes);
	*block = (struct block){ .before = arena->block, .size_bytes = size_bytes };
	poison_rest(block);
	return block;
}

struct arena *arena_new(const char *name)
{
	count_allocation(ARENA_BYTES);
	budget_take(ARENA_BYTES);
	budget_spend(1);
	struct arena *arena = checked(malloc(ARENA_BYTES), ARENA_BYTES);
	*arena = (struct arena){ .name = name,
				 .block = &arena->first,
				 .first = { .size_bytes = ARENA_BYTES - sizeof(*arena) } };
	poison_rest(&arena->first);
	return arena;
}

static void run_cleanups(struct arena *arena)
{
	while (arena->cleanups) {
		struct cleanup *cleanup = arena->cleanups;
		arena->cleanups = cleanup->before;
		cleanup->run(cleanup->data);
	}
}

static void free_block(struct block *block)
{
	if (!block)
		return;
	budget_take(-(int64_t)(sizeof(*block) + block->size_bytes));
	ASAN_UNPOISON_MEMORY_REGION(block->data, block->size_bytes);
	free(block);
}

static void drop_block(struct arena *arena)
{
	struct block *block = arena->block;

	arena->block = block->before;
	arena->used_bytes -= arena->block->used_bytes;
	if (block->size_bytes > BLOCK_MAX_BYTES) {
		free_block(block);
		return;
	}
	free_block(arena->spare);
	arena->spare = block;
	block->used_bytes = 0;
	poison_rest(block);
}

/* All but the first one, and the spare one. */
static void drop_blocks(struct arena *arena)
{
	while (arena->block != &arena->first)
		drop_block(arena);
	free_block(arena->spare);
	arena->spare = NULL;
}

void arena_clear(struct arena *arena)
{
	run_cleanups(arena);
	drop_blocks(arena);
	arena->block->used_bytes = 0;
	poison_rest(arena->block);
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	run_cleanups(arena);
	drop_blocks(arena);
	ASAN_UNPOISON_MEMORY_REGION(arena->first.data, arena->first.size_bytes);
	budget_take(-ARENA_BYTES);
	free(arena);
}

void arena_free_scratch(struct arena **arena)
{
	arena_free(*arena);
}

static size_t next_block_bytes(const struct arena *arena, size_t needed_bytes)
{
	size_t size_bytes = MAX(arena->block->size_bytes * 2, (size_t)BLOCK_SECOND_BYTES);

	return MAX(MIN(size_bytes, (size_t)BLOCK_MAX_BYTES), needed_bytes);
}

/* The spare block, where it is large enough. */
static struct block *take_spare(struct arena *arena, size_t needed_bytes)
{
	struct block *block = arena->spare;

	if (!block || block->size_bytes < needed_bytes)
		return NULL;
	arena->spare = NULL;
	block->before = arena->block;
	return block;
}

static void add_block(struct arena *arena, size_t needed_bytes)
{
	struct block *block = take_spare(arena, needed_bytes);

	budget_spend(1);
	if (!block)
		block = block_new(arena, next_block_bytes(arena, needed_bytes));
	arena->used_bytes += arena->block->used_bytes;
	arena->block = block;
}

void *arena_alloc_raw(struct arena *arena, size_t size_bytes, size_t align)
{
	assert(align && align <= ALIGN && (align & (align - 1)) == 0);
	count_allocation(size_bytes);
	budget_count(1 + size_bytes / BUDGET_STEP_BYTES);
	if (size_bytes > SIZE_MAX / 2)
		out_of_memory(size_bytes);

	struct block *block = arena->block;
	size_t start = (block->used_bytes + align - 1) & ~(align - 1);
	if (start)
		start += GAP_BYTES;
	if (start + size_bytes > block->size_bytes) {
		add_block(arena, size_bytes);
		block = arena->block;
		start = 0;
	}
	block->used_bytes = start + size_bytes;
	ASAN_UNPOISON_MEMORY_REGION(block->data + start, size_bytes);
	return block->data + start;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
	void *memory = arena_alloc_raw(arena, size_bytes, ALIGN);
	return memset(memory, 0, size_bytes);
}

void *arena_alloc_array(struct arena *arena, size_t item_size_bytes, size_t count)
{
	size_t size_bytes;

	if (__builtin_mul_overflow(item_size_bytes, count, &size_bytes))
		out_of_memory(SIZE_MAX);
	return arena_alloc(arena, size_bytes);
}

void *arena_grow(struct arena *arena, void *old, size_t old_size_bytes, size_t new_size_bytes)
{
	struct block *block = arena->block;
	char *at = old;

	assert(new_size_bytes >= old_size_bytes);
	if (at && at >= block->data && at + old_size_bytes == block->data + block->used_bytes) {
		size_t start = (size_t)(at - block->data);
		if (start + new_size_bytes <= block->size_bytes) {
			block->used_bytes = start + new_size_bytes;
			ASAN_UNPOISON_MEMORY_REGION(old, new_size_bytes);
			return old;
		}
	}
	void *grown = arena_alloc_raw(arena, new_size_bytes, ALIGN);
	if (old_size_bytes)
		memcpy(grown, old, old_size_bytes);
	return grown;
}

void *arena_copy(struct arena *arena, const void *from, size_t size_bytes)
{
	void *copy = arena_alloc_raw(arena, size_bytes, ALIGN);

	if (size_bytes)
		memcpy(copy, from, size_bytes);
	return copy;
}

void arena_cleanup(struct arena *arena, void (*run)(void *data), void *data)
{
	struct cleanup *cleanup = arena_one(arena, struct cleanup);

	*cleanup = (struct cleanup){ .before = arena->cleanups, .run = run, .data = data };
	arena->cleanups = cleanup;
}

struct arena_mark arena_mark(struct arena *arena)
{
	return (struct arena_mark){ arena->block, arena->block->used_bytes };
}

void arena_reset(struct arena *arena, struct arena_mark mark)
{
	while (arena->block != mark.block)
		drop_block(arena);
	arena->block->used_bytes = mark.used_bytes;
	poison_rest(arena->block);
}

size_t arena_used_bytes(const struct arena *arena)
{
	return arena->used_bytes + arena->block->used_bytes;
}

/*
 * pool - one piece of work for each of many items, on several threads
 *
 * Layer: base. For pure work: it reads what nobody writes meanwhile, and each item writes its own
 * result, so that results are merged in the order of the items whatever thread was first. What a
 * thread holds for itself (an arena, a document set) it finds by its worker's index.
 *
 *	pool_run(world_processors(world), folder_count, build_one, &builds);
 */
#ifndef FORGE_BASE_POOL_H
#define FORGE_BASE_POOL_H

#include <stdint.h>

enum { POOL_WORKERS_MAX = 64 };

/* worker: below the number of workers; one thread has one. */
typedef void (*pool_fn)(void *context, uint32_t worker, uint32_t item);

/* How many workers pool_run() has for a wish: at least one, at most one for each item. */
uint32_t pool_workers(uint32_t wanted, uint32_t item_count);

/*
 * Calls run once for each item and returns when all are done. The calling thread is one of the
 * workers; when the system gives no more threads, those that are there do the work.
 */
void pool_run(uint32_t wanted, uint32_t item_count, pool_fn run, void *context);

#endif

/*
 * real - the world as it is: the system's clock, descriptors, files, processes and network
 *
 * Layer: world. Only code that composes a program (cmd/, servers) needs this header; everything
 * else takes struct world.
 */
#ifndef FORGE_WORLD_REAL_H
#define FORGE_WORLD_REAL_H

#include <stdbool.h>
#include <stdint.h>

struct world;

/* The seed is where world_random() begins; take one from the command line, or real_seed(). */
struct world *real_new(uint64_t seed);

/* A number from the system's random source. */
uint64_t real_seed(void);

/*
 * Call this before any descriptor is opened: it opens /dev/null for those of the descriptors 0 to 2
 * that the parent has closed, so that no file, pipe or epoll gets their numbers; reads of stdin and
 * writes to the others still fail.
 */
void real_streams_keep(void);

/* REAL_CLOSED: the other end has closed its sending side. */
enum real_events {
	REAL_READABLE = 1 << 0,
	REAL_WRITABLE = 1 << 1,
	REAL_CLOSED = 1 << 2,
	REAL_BROKEN = 1 << 3, /* never asked for, always told: an error, or closed at both ends */
};
typedef void (*real_watch_fn)(void *data, int descriptor, unsigned events);

/*
 * Calls run from world_run() while the descriptor is ready. One watch for each descriptor;
 * watching again changes it. A background watch does not keep world_run() from ending. A descriptor
 * with an error is reported as readable and writable, too.
 */
void real_watch(struct world *w, int descriptor, unsigned events, bool background,
		real_watch_fn run, void *data);
void real_unwatch(struct world *w, int descriptor); /* before it is closed */

#endif

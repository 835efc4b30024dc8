/*
 * queue - the event queue of a world, ordered by (time, sequence)
 *
 * Layer: world. A binary heap of callbacks; equal times run in the order in which they were added.
 * Both worlds use it. The memory is on the heap and follows the largest number of waiting events.
 * O(log events) to add, take and cancel.
 */
#ifndef FORGE_WORLD_QUEUE_H
#define FORGE_WORLD_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_EVENTS_MAX = 1 << 26 };

struct event {
	int64_t time_ms;
	uint64_t sequence;
	void (*run)(void *data);
	void *data;
};

struct queue {
	/* private */
	struct queue_slot *slots; /* an id names a slot; free ones are chained */
	uint32_t *heap;		  /* slot indexes */
	uint32_t count;
	uint32_t capacity;
	uint32_t first_free; /* index + 1 */
	uint32_t slot_count;
	uint64_t sequence;
};

void queue_init(struct queue *q);
void queue_release(struct queue *q);

/* Returns an id, never 0, that is not given out again soon. */
uint64_t queue_add(struct queue *q, int64_t time_ms, void (*run)(void *data), void *data);

/* False when no such event waits. */
bool queue_cancel(struct queue *q, uint64_t id);

/* The time of the first event; INT64_MAX when there is none. */
int64_t queue_first_ms(const struct queue *q);

/* Its place in the order of adding; there must be one. */
uint64_t queue_first_sequence(const struct queue *q);

/* Removes the first event; there must be one. */
struct event queue_take(struct queue *q);

#endif

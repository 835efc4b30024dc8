/* queue - the event queue of a world, ordered by (time, sequence) */
#include "world/queue.h"

#include <string.h>

#include "base/arena.h"

struct queue_slot {
	struct event event;
	uint32_t heap_index; /* while waiting; otherwise index + 1 of the next free slot */
	uint32_t generation; /* odd while waiting */
};

void queue_init(struct queue *q)
{
	memset(q, 0, sizeof(*q));
}

void queue_release(struct queue *q)
{
	heap_free(q->slots);
	heap_free(q->heap);
	queue_init(q);
}

static bool before(const struct queue *q, uint32_t a, uint32_t b)
{
	const struct event *x = &q->slots[a].event, *y = &q->slots[b].event;

	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms;
	return x->sequence < y->sequence;
}

static void place(struct queue *q, uint32_t index, uint32_t slot)
{
	q->heap[index] = slot;
	q->slots[slot].heap_index = index;
}

static void sift_up(struct queue *q, uint32_t index, uint32_t slot)
{
	while (index > 0 && before(q, slot, q->heap[(index - 1) / 2])) {
		place(q, index, q->heap[(index - 1) / 2]);
		index = (index - 1) / 2;
	}
	place(q, index, slot);
}

static void sift_down(struct queue *q, uint32_t index, uint32_t slot)
{
	for (;;) {
		uint32_t child = index * 2 + 1;
		if (child >= q->count)
			break;
		if (child + 1 < q->count && before(q, q->heap[child + 1], q->heap[child]))
			child++;
		if (!before(q, q->heap[child], slot))
			break;
		place(q, index, q->heap[child]);
		index = child;
	}
	place(q, index, slot);
}

static uint32_t slot_take(struct queue *q)
{
	if (q->first_free) {
		uint32_t slot = q->first_free - 1;
		q->first_free = q->slots[slot].heap_index;
		return slot;
	}
	if (q->slot_count == q->capacity) {
		if (q->capacity >= QUEUE_EVENTS_MAX)
			BUG("more than %d events wait", QUEUE_EVENTS_MAX);
		q->capacity = q->capacity ? q->capacity * 2 : 64;
		q->slots = heap_grow(q->slots, q->capacity * sizeof(*q->slots));
		q->heap = heap_grow(q->heap, q->capacity * sizeof(*q->heap));
	}
	q->slots[q->slot_count].generation = 0;
	return q->slot_count++;
}

uint64_t queue_add(struct queue *q, int64_t time_ms, void (*run)(void *data), void *data)
{
	uint32_t slot = slot_take(q);
	struct queue_slot *s = &q->slots[slot];

	s->event = (struct event){ time_ms, q->sequence++, run, data };
	s->generation++;
	assert(s->generation % 2 == 1);
	sift_up(q, q->count++, slot);
	return (uint64_t)s->generation << 32 | slot;
}

static void slot_give(struct queue *q, uint32_t slot)
{
	q->slots[slot].generation++;
	q->slots[slot].heap_index = q->first_free;
	q->first_free = slot + 1;
}

static void heap_remove(struct queue *q, uint32_t index)
{
	uint32_t last = q->heap[--q->count];

	if (index == q->count)
		return;
	if (index > 0 && before(q, last, q->heap[(index - 1) / 2]))
		sift_up(q, index, last);
	else
		sift_down(q, index, last);
}

bool queue_cancel(struct queue *q, uint64_t id)
{
	uint32_t slot = (uint32_t)id, generation = (uint32_t)(id >> 32);

	if (slot >= q->slot_count || q->slots[slot].generation != generation || generation % 2 == 0)
		return false;
	heap_remove(q, q->slots[slot].heap_index);
	slot_give(q, slot);
	return true;
}

int64_t queue_first_ms(const struct queue *q)
{
	return q->count ? q->slots[q->heap[0]].event.time_ms : INT64_MAX;
}

uint64_t queue_first_sequence(const struct queue *q)
{
	assert(q->count > 0);
	return q->slots[q->heap[0]].event.sequence;
}

struct event queue_take(struct queue *q)
{
	assert(q->count > 0);
	uint32_t slot = q->heap[0];
	struct event event = q->slots[slot].event;

	heap_remove(q, 0);
	slot_give(q, slot);
	return event;
}

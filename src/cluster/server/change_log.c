/* change_log - the last writes, in order, for watches and lists of earlier versions */
#include "cluster/server/change_log.h"

#include "base/arena.h"

enum { CAPACITY_FIRST = 64 };

void change_log_init(struct change_log *log)
{
	*log = (struct change_log){};
}

static struct change *slot(const struct change_log *log, uint32_t index)
{
	return &log->ring[(log->first + index) & (log->capacity - 1)];
}

static void forget_first(struct change_log *log)
{
	struct change *oldest = slot(log, 0);

	log->forgotten = oldest->version;
	object_unref(oldest->before);
	object_unref(oldest->after);
	log->first = (log->first + 1) & (log->capacity - 1);
	log->count--;
}

void change_log_release(struct change_log *log)
{
	while (log->count)
		forget_first(log);
	heap_free(log->ring);
	*log = (struct change_log){};
}

static void grow(struct change_log *log)
{
	uint32_t capacity = log->capacity ? log->capacity * 2 : CAPACITY_FIRST;
	struct change *ring = heap_alloc(capacity * sizeof(*ring));

	for (uint32_t i = 0; i < log->count; i++)
		ring[i] = *slot(log, i);
	heap_free(log->ring);
	log->ring = ring;
	log->capacity = capacity;
	log->first = 0;
}

void change_log_append(struct change_log *log, struct change change, uint32_t unread)
{
	uint32_t kept_max = MAX(unread, (uint32_t)CHANGES_KEPT_MAX);

	assert(!log->count || slot(log, log->count - 1)->version < change.version);
	while (log->count >= kept_max)
		forget_first(log);
	if (log->count == log->capacity)
		grow(log);
	*slot(log, log->count++) = change;
}

const struct change *change_log_at(const struct change_log *log, uint32_t index)
{
	assert(index < log->count);
	return slot(log, index);
}

uint32_t change_log_after(const struct change_log *log, uint64_t version)
{
	uint32_t low = 0, high = log->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (slot(log, middle)->version > version)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool change_log_reaches(const struct change_log *log, uint64_t version)
{
	return version >= log->forgotten;
}

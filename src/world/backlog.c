/* backlog - a FIFO buffer of bytes between a writer and a slower reader */
#include "world/backlog.h"

#include "base/arena.h"

enum { BACKLOG_BYTES_MIN = 256 };

void backlog_release(struct backlog *b)
{
	heap_free(b->bytes);
	*b = (struct backlog){};
}

/* Moves what is left to the beginning, but only when that is at most what was taken. */
static void make_room(struct backlog *b, size_t size_bytes)
{
	size_t content = backlog_bytes(b);

	if (b->start >= content && content + size_bytes <= b->capacity_bytes) {
		memmove(b->bytes, b->bytes + b->start, content);
		b->start = 0;
		b->end = content;
		return;
	}
	b->capacity_bytes = MAX(b->end + size_bytes, 2 * b->capacity_bytes);
	b->capacity_bytes = MAX(b->capacity_bytes, BACKLOG_BYTES_MIN);
	b->bytes = heap_grow(b->bytes, b->capacity_bytes);
}

void backlog_add(struct backlog *b, struct str bytes)
{
	if (!bytes.len)
		return;
	if (bytes.len > b->capacity_bytes - b->end)
		make_room(b, bytes.len);
	memcpy(b->bytes + b->end, bytes.ptr, bytes.len);
	b->end += bytes.len;
}

struct str backlog_str(const struct backlog *b)
{
	return (struct str){ b->bytes ? b->bytes + b->start : "", backlog_bytes(b) };
}

void backlog_drop(struct backlog *b, size_t size_bytes)
{
	assert(size_bytes <= backlog_bytes(b));
	b->start += size_bytes;
	if (b->start == b->end)
		backlog_release(b);
}

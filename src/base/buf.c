/* buf - one text that grows */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum { BUF_FIRST_BYTES = 64 };

void buf_init(struct buf *buf, struct arena *arena)
{
	*buf = (struct buf){ .arena = arena };
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
}

char *buf_reserve(struct buf *buf, size_t size_bytes)
{
	size_t needed_bytes = buf->len + size_bytes + 1;

	if (needed_bytes > buf->capacity_bytes) {
		size_t capacity_bytes =
			MAX(MAX(needed_bytes, buf->capacity_bytes * 2), (size_t)BUF_FIRST_BYTES);
		buf->ptr = arena_grow(buf->arena, buf->ptr, buf->capacity_bytes, capacity_bytes);
		buf->capacity_bytes = capacity_bytes;
	}
	return buf->ptr + buf->len;
}

void buf_advance(struct buf *buf, size_t size_bytes)
{
	buf->len += size_bytes;
	assert(buf->len < buf->capacity_bytes);
}

struct str buf_str(struct buf *buf)
{
	*buf_reserve(buf, 0) = '\0';
	return (struct str){ buf->ptr, buf->len };
}

void buf_add(struct buf *buf, struct str s)
{
	if (s.len == 0)
		return;
	memcpy(buf_reserve(buf, s.len), s.ptr, s.len);
	buf_advance(buf, s.len);
}

void buf_add_char(struct buf *buf, char c)
{
	*buf_reserve(buf, 1) = c;
	buf_advance(buf, 1);
}

void buf_add_repeat(struct buf *buf, char c, size_t count)
{
	memset(buf_reserve(buf, count), c, count);
	buf_advance(buf, count);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(len >= 0);
	vsnprintf(buf_reserve(buf, (size_t)len), (size_t)len + 1, format, args);
	buf_advance(buf, (size_t)len);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(buf, format, args);
	va_end(args);
}

/*
 * buf - one text that grows
 *
 * Layer: base. Lives in an arena; there is nothing to free. buf_str() borrows what has been written
 * so far and is ended with a NUL that its length does not count.
 */
#ifndef FORGE_BASE_BUF_H
#define FORGE_BASE_BUF_H

#include <stdarg.h>

#include "base/str.h"

struct buf {
	/* private: use the functions */
	struct arena *arena;
	char *ptr;
	size_t len;
	size_t capacity_bytes;
};

void buf_init(struct buf *buf, struct arena *arena);
void buf_clear(struct buf *buf); /* empties it, keeps the memory */
struct str buf_str(struct buf *buf);

void buf_add(struct buf *buf, struct str s);
void buf_add_char(struct buf *buf, char c);
void buf_add_repeat(struct buf *buf, char c, size_t count);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *buf, const char *format, va_list args);

/* Room for size_bytes more bytes at the end: write there, then buf_advance() by what was written.
 */
char *buf_reserve(struct buf *buf, size_t size_bytes);
void buf_advance(struct buf *buf, size_t size_bytes);

#endif

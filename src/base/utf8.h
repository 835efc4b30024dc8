/*
 * utf8 - code points in texts: read, check, write, width on a terminal
 *
 * Layer: base. Strict: no surrogates, no overlong forms, nothing above U+10FFFF. Text from outside
 * is bytes until utf8_valid() has seen it; utf8_next() is safe on anything.
 *
 *	for (size_t at = 0; at < s.len;) { uint32_t rune = utf8_next(s, &at); … }
 */
#ifndef FORGE_BASE_UTF8_H
#define FORGE_BASE_UTF8_H

#include "base/str.h"

#define UTF8_REPLACEMENT 0xfffdu
enum { UTF8_BYTES_MAX = 4 };

/*
 * The code point at *at, and moves *at behind it. A wrong byte gives UTF8_REPLACEMENT and moves
 * one byte, as in Go.
 */
uint32_t utf8_next(struct str s, size_t *at);

/* Whether all of it is UTF-8; *ret_offset (may be NULL) is the first wrong byte. */
bool utf8_valid(struct str s, size_t *ret_offset);

/*
 * Writes 1 to 4 bytes and returns how many; what is no code point is written as UTF8_REPLACEMENT.
 */
size_t utf8_encode(uint32_t rune, char ret[UTF8_BYTES_MAX]);

size_t utf8_count(struct str s); /* code points */

/* Columns on a terminal: 2 for East Asian wide and emoji, 0 for combining marks and controls. */
size_t utf8_width(struct str s);
unsigned utf8_rune_width(uint32_t rune);

/* The longest beginning that is at most columns wide. */
struct str utf8_cut(struct str s, size_t columns);

/*
 * Where to begin showing bytes of a long line, so that an offset in it is seen with about half of
 * them before it; the start of a code point.
 */
size_t utf8_shown_from(struct str line, size_t offset, size_t bytes);

#endif

/*
 * cursor - a place in a text that is read from left to right, byte by byte
 *
 * Layer: base. Small grammars without tokens (paths, durations, quantities) are parsed with it;
 * lang/scan is built on it. The cursor_take functions return the bytes that they passed, borrowed
 * from the text; length 0 when there were none.
 *
 * Invariant: at <= text.len.
 *
 *	struct cursor c = { STR("12.5Gi") };
 *	struct cursor_decimal number = cursor_take_decimal(&c);	// 12 and 5
 *	struct str unit = cursor_rest(&c);			// Gi
 */
#ifndef FORGE_BASE_CURSOR_H
#define FORGE_BASE_CURSOR_H

#include "base/str.h"

struct cursor {
	struct str text;
	size_t at;
};

/* Bytes by value: { .has = { ['a' ... 'z'] = true, ['_'] = true } } */
struct char_set {
	bool has[256];
};

static inline bool char_set_has(const struct char_set *set, char c)
{
	return set->has[(unsigned char)c];
}

static inline bool char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- looking --------------------------------------------------------------------------------- */

static inline bool cursor_at_end(const struct cursor *c)
{
	return c->at == c->text.len;
}

/* The byte at that offset from the cursor, 0 behind the end. */
static inline char cursor_peek_at(const struct cursor *c, size_t ahead)
{
	return ahead < c->text.len - c->at ? c->text.ptr[c->at + ahead] : '\0';
}

static inline char cursor_peek(const struct cursor *c)
{
	return cursor_peek_at(c, 0);
}

static inline struct str cursor_rest(const struct cursor *c)
{
	return str_from(c->text, c->at);
}

/* --- taking ---------------------------------------------------------------------------------- */

/* Whether it stood there. */
static inline bool cursor_take_char(struct cursor *c, char wanted)
{
	bool is_there = !cursor_at_end(c) && c->text.ptr[c->at] == wanted;

	c->at += is_there;
	return is_there;
}

/* As long as bytes are of the set. */
static inline struct str cursor_take_while(struct cursor *c, const struct char_set *set)
{
	size_t from = c->at;

	while (c->at < c->text.len && char_set_has(set, c->text.ptr[c->at]))
		c->at++;
	return str_sub(c->text, from, c->at);
}

/* Up to a byte of the set, or the end. A byte behind `escape` ends nothing; '\0': there is none. */
static inline struct str cursor_take_until(struct cursor *c, const struct char_set *set,
					   char escape)
{
	size_t from = c->at, i = from;

	for (; i < c->text.len && !char_set_has(set, c->text.ptr[i]); i++)
		if (escape && c->text.ptr[i] == escape)
			i++;
	c->at = MIN(i, c->text.len);
	return str_sub(c->text, from, c->at);
}

static inline struct str cursor_take_digits(struct cursor *c)
{
	size_t from = c->at;

	while (c->at < c->text.len && char_is_digit(c->text.ptr[c->at]))
		c->at++;
	return str_sub(c->text, from, c->at);
}

/* "12.5", "12.", ".5", "12", and "." and nothing, of which neither has digits. */
struct cursor_decimal {
	struct str whole;
	struct str fraction;
};

static inline struct cursor_decimal cursor_take_decimal(struct cursor *c)
{
	struct cursor_decimal number = { .whole = cursor_take_digits(c) };

	if (cursor_take_char(c, '.'))
		number.fraction = cursor_take_digits(c);
	return number;
}

#endif

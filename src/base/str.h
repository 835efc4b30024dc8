/*
 * str - a text as pointer and length; never NUL-searched
 *
 * Layer: base. Every text in Forge is a struct str. It borrows its bytes; whoever
 * made them (an arena, a document, a literal) keeps them alive.
 *
 * A str with ptr == NULL is "absent"; STR("") is present and empty. Both have len 0.
 *
 *	struct str name = STR("api");
 *	printf("%.*s\n", STR_FMT(name));
 */
#ifndef FORGE_BASE_STR_H
#define FORGE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"

struct arena;

struct str {
	const char *ptr;
	size_t len; /* bytes */
};

#define STR(literal) ((struct str){ "" literal "", sizeof(literal) - 1 })
/* The same for tables with static storage, where a compound literal is not constant. */
#define STR_INIT(literal)                                                                          \
	{                                                                                          \
		"" literal "", sizeof(literal) - 1                                                 \
	}
#define STR_NONE ((struct str){ NULL, 0 })
/* The two arguments of a "%.*s". */
#define STR_FMT(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* Comparison. str_compare orders by bytes, as strcmp and Go do; absent equals empty. */
/* For short texts, as keys are, a call of memcmp costs more than the comparison; the second load
 * overlaps the first. */
static inline bool str_same_bytes(const char *a, const char *b, size_t len)
{
	uint64_t a8, b8;
	uint32_t a4, b4;

	if (len > 2 * sizeof(a8))
		return memcmp(a, b, len) == 0;
	if (len >= sizeof(a8)) {
		memcpy(&a8, a, sizeof(a8));
		memcpy(&b8, b, sizeof(b8));
		if (a8 != b8)
			return false;
		memcpy(&a8, a + len - sizeof(a8), sizeof(a8));
		memcpy(&b8, b + len - sizeof(b8), sizeof(b8));
		return a8 == b8;
	}
	if (len >= sizeof(a4)) {
		memcpy(&a4, a, sizeof(a4));
		memcpy(&b4, b, sizeof(b4));
		if (a4 != b4)
			return false;
		memcpy(&a4, a + len - sizeof(a4), sizeof(a4));
		memcpy(&b4, b + len - sizeof(b4), sizeof(b4));
		return a4 == b4;
	}
	while (len && a[len - 1] == b[len - 1])
		len--;
	return len == 0;
}
static inline bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || str_same_bytes(a.ptr, b.ptr, a.len));
}
int str_compare(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Search. Positions are byte offsets; -1 when absent. */
ptrdiff_t str_find(struct str s, struct str what);
ptrdiff_t str_find_char(struct str s, char c);
ptrdiff_t str_find_last_char(struct str s, char c);
bool str_contains(struct str s, struct str what);

/* Parts. All borrow from s and clamp to its ends. */
static inline struct str str_sub(struct str s, size_t from, size_t to)
{
	to = MIN(to, s.len);
	from = MIN(from, to);
	return (struct str){ s.ptr ? s.ptr + from : NULL, to - from };
}
static inline struct str str_from(struct str s, size_t from)
{
	return str_sub(s, from, s.len);
}
struct str str_trim(struct str s);			      /* ASCII blanks at both ends */
struct str str_strip_prefix(struct str s, struct str prefix); /* s itself when it has none */
struct str str_strip_suffix(struct str s, struct str suffix);

/*
 * Cuts *rest at the first separator: returns what stands before it and moves *rest behind it.
 * Without a separator returns all and makes *rest absent, so this ends after the last part:
 *
 *	for (struct str rest = path; rest.ptr;) { struct str part = str_cut(&rest, '/'); … }
 */
struct str str_cut(struct str *rest, char separator);

/* Borrows a C string; NULL gives an absent str. */
static inline struct str str_from_cstr(const char *s)
{
	return (struct str){ s, s ? strlen(s) : 0 };
}

/* Copies into the arena. str_cstr ends the copy with NUL, for libc. */
struct str str_copy(struct arena *arena, struct str s);
char *str_cstr(struct arena *arena, struct str s);
struct str str_concat(struct arena *arena, struct str a, struct str b);
struct str str_join(struct arena *arena, const struct str *parts, size_t count);
/* Texts one behind the other; much faster than str_printf(). */
#define STR_CAT(arena, ...)                                                                        \
	str_join((arena), (struct str[]){ __VA_ARGS__ },                                           \
		 ARRAY_COUNT(((struct str[]){ __VA_ARGS__ })))
struct str str_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct str str_replace(struct arena *arena, struct str s, struct str from, struct str to);
struct str str_lower(struct arena *arena, struct str s); /* ASCII */

#endif

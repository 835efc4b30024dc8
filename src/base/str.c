/* str - a text as pointer and length; never NUL-searched */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"

int str_compare(struct str a, struct str b)
{
	size_t common = MIN(a.len, b.len);
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_equal_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_equal(str_from(s, s.len - suffix.len), suffix);
}

ptrdiff_t str_find(struct str s, struct str what)
{
	if (what.len == 0)
		return 0;
	if (s.len < what.len)
		return -1;
	const char *at = memmem(s.ptr, s.len, what.ptr, what.len);
	return at ? at - s.ptr : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
	const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;
	return at ? at - s.ptr : -1;
}

ptrdiff_t str_find_last_char(struct str s, char c)
{
	const char *at = s.len ? memrchr(s.ptr, c, s.len) : NULL;
	return at ? at - s.ptr : -1;
}

bool str_contains(struct str s, struct str what)
{
	return str_find(s, what) >= 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = str_from(s, 1);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_strip_prefix(struct str s, struct str prefix)
{
	return str_starts(s, prefix) ? str_from(s, prefix.len) : s;
}

struct str str_strip_suffix(struct str s, struct str suffix)
{
	return str_ends(s, suffix) ? str_sub(s, 0, s.len - suffix.len) : s;
}

struct str str_cut(struct str *rest, char separator)
{
	struct str all = *rest;
	ptrdiff_t at = str_find_char(all, separator);

	if (at < 0) {
		*rest = STR_NONE;
		return all;
	}
	*rest = str_from(all, (size_t)at + 1);
	return str_sub(all, 0, (size_t)at);
}

char *str_cstr(struct arena *arena, struct str s)
{
	char *copy = arena_alloc_raw(arena, s.len + 1, 1);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct str str_copy(struct arena *arena, struct str s)
{
	if (!s.ptr)
		return STR_NONE;
	return (struct str){ str_cstr(arena, s), s.len };
}

struct str str_join(struct arena *arena, const struct str *parts, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	char *text = arena_alloc_raw(arena, len + 1, 1), *at = text;
	for (size_t i = 0; i < count; i++)
		if (parts[i].len)
			at = mempcpy(at, parts[i].ptr, parts[i].len);
	*at = '\0';
	return (struct str){ text, len };
}

struct str str_concat(struct arena *arena, struct str a, struct str b)
{
	return STR_CAT(arena, a, b);
}

struct str str_printf(struct arena *arena, const char *format, ...)
{
	struct buf buf;
	va_list args;

	buf_init(&buf, arena);
	va_start(args, format);
	buf_vprintf(&buf, format, args);
	va_end(args);
	return buf_str(&buf);
}

struct str str_replace(struct arena *arena, struct str s, struct str from, struct str to)
{
	struct buf buf;

	if (from.len == 0 || !str_contains(s, from))
		return s;
	buf_init(&buf, arena);
	for (ptrdiff_t at; (at = str_find(s, from)) >= 0; s = str_from(s, (size_t)at + from.len)) {
		buf_add(&buf, str_sub(s, 0, (size_t)at));
		buf_add(&buf, to);
	}
	buf_add(&buf, s);
	return buf_str(&buf);
}

struct str str_lower(struct arena *arena, struct str s)
{
	char *copy = str_cstr(arena, s);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = lower(copy[i]);
	return (struct str){ copy, s.len };
}

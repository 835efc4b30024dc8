/* utf8 - code points in texts: read, check, write, width on a terminal */
#include "base/utf8.h"

/*
 * The length that a first byte announces, what it holds, and the smallest code point that needs so
 * many bytes.
 */
static const struct lead {
	unsigned char first, last;
	unsigned char length;
	unsigned char mask;
	uint32_t rune_min;
} leads[] = {
	{ 0x00, 0x7f, 1, 0x7f, 0 },
	{ 0xc2, 0xdf, 2, 0x1f, 0x80 },
	{ 0xe0, 0xef, 3, 0x0f, 0x800 },
	{ 0xf0, 0xf4, 4, 0x07, 0x10000 },
};

/* Bytes of the code point at s, 0 when there is none. */
static size_t decode(struct str s, uint32_t *ret)
{
	unsigned char first = (unsigned char)s.ptr[0];

	for (size_t i = 0; i < ARRAY_COUNT(leads); i++) {
		const struct lead *lead = &leads[i];
		if (first < lead->first || first > lead->last)
			continue;
		if (s.len < lead->length)
			return 0;
		uint32_t rune = first & lead->mask;
		for (size_t k = 1; k < lead->length; k++) {
			unsigned char byte = (unsigned char)s.ptr[k];
			if ((byte & 0xc0) != 0x80)
				return 0;
			rune = rune << 6 | (byte & 0x3f);
		}
		if (rune < lead->rune_min || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
			return 0;
		*ret = rune;
		return lead->length;
	}
	return 0;
}

uint32_t utf8_next(struct str s, size_t *at)
{
	uint32_t rune;

	assert(*at < s.len);
	size_t length = decode(str_from(s, *at), &rune);
	*at += MAX(length, 1);
	return length ? rune : UTF8_REPLACEMENT;
}

bool utf8_valid(struct str s, size_t *ret_offset)
{
	uint32_t rune;

	for (size_t at = 0; at < s.len;) {
		if ((unsigned char)s.ptr[at] < 0x80) {
			at++;
			continue;
		}
		size_t length = decode(str_from(s, at), &rune);
		if (!length) {
			if (ret_offset)
				*ret_offset = at;
			return false;
		}
		at += length;
	}
	return true;
}

size_t utf8_encode(uint32_t rune, char ret[UTF8_BYTES_MAX])
{
	if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
		rune = UTF8_REPLACEMENT;
	if (rune < 0x80) {
		ret[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		ret[0] = (char)(0xc0 | rune >> 6);
		ret[1] = (char)(0x80 | (rune & 0x3f));
		return 2;
	}
	if (rune < 0x10000) {
		ret[0] = (char)(0xe0 | rune >> 12);
		ret[1] = (char)(0x80 | (rune >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (rune & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | rune >> 18);
	ret[1] = (char)(0x80 | (rune >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (rune >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (rune & 0x3f));
	return 4;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t at = 0; at < s.len; count++)
		if ((unsigned char)s.ptr[at] < 0x80)
			at++;
		else
			utf8_next(s, &at);
	return count;
}

/*
 * Ranges that do not take one column; from Unicode's EastAsianWidth (W, F) and its combining
 * marks, the common blocks.
 */
static const struct range {
	uint32_t first, last;
	unsigned width;
} ranges[] = {
	{ 0x0000, 0x001f, 0 },	 { 0x007f, 0x009f, 0 },	  { 0x0300, 0x036f, 0 },
	{ 0x0483, 0x0489, 0 },	 { 0x0591, 0x05bd, 0 },	  { 0x0610, 0x061a, 0 },
	{ 0x064b, 0x065f, 0 },	 { 0x0e31, 0x0e31, 0 },	  { 0x0e34, 0x0e3a, 0 },
	{ 0x1100, 0x115f, 2 },	 { 0x1ab0, 0x1aff, 0 },	  { 0x1dc0, 0x1dff, 0 },
	{ 0x200b, 0x200f, 0 },	 { 0x202a, 0x202e, 0 },	  { 0x2060, 0x2064, 0 },
	{ 0x20d0, 0x20ff, 0 },	 { 0x231a, 0x231b, 2 },	  { 0x23e9, 0x23ec, 2 },
	{ 0x2614, 0x2615, 2 },	 { 0x2648, 0x2653, 2 },	  { 0x26a1, 0x26a1, 2 },
	{ 0x26d4, 0x26d4, 2 },	 { 0x2705, 0x2705, 2 },	  { 0x2728, 0x2728, 2 },
	{ 0x274c, 0x274c, 2 },	 { 0x2753, 0x2755, 2 },	  { 0x2757, 0x2757, 2 },
	{ 0x2795, 0x2797, 2 },	 { 0x2b50, 0x2b50, 2 },	  { 0x2e80, 0x303e, 2 },
	{ 0x3041, 0x33ff, 2 },	 { 0x3400, 0x4dbf, 2 },	  { 0x4e00, 0x9fff, 2 },
	{ 0xa000, 0xa4cf, 2 },	 { 0xac00, 0xd7a3, 2 },	  { 0xf900, 0xfaff, 2 },
	{ 0xfe00, 0xfe0f, 0 },	 { 0xfe20, 0xfe2f, 0 },	  { 0xfe30, 0xfe6f, 2 },
	{ 0xfeff, 0xfeff, 0 },	 { 0xff00, 0xff60, 2 },	  { 0xffe0, 0xffe6, 2 },
	{ 0x1f300, 0x1f64f, 2 }, { 0x1f680, 0x1f6ff, 2 }, { 0x1f900, 0x1f9ff, 2 },
	{ 0x20000, 0x3fffd, 2 },
};

unsigned utf8_rune_width(uint32_t rune)
{
	size_t first = 0, end = ARRAY_COUNT(ranges);

	if (rune >= ' ' && rune < 0x7f)
		return 1;
	while (first < end) {
		size_t middle = (first + end) / 2;
		if (rune < ranges[middle].first)
			end = middle;
		else if (rune > ranges[middle].last)
			first = middle + 1;
		else
			return ranges[middle].width;
	}
	return 1;
}

size_t utf8_width(struct str s)
{
	size_t width = 0;

	for (size_t at = 0; at < s.len;)
		width += utf8_rune_width(utf8_next(s, &at));
	return width;
}

struct str utf8_cut(struct str s, size_t columns)
{
	size_t width = 0;

	for (size_t at = 0; at < s.len;) {
		size_t before = at;
		width += utf8_rune_width(utf8_next(s, &at));
		if (width > columns)
			return str_sub(s, 0, before);
	}
	return s;
}

size_t utf8_shown_from(struct str line, size_t offset, size_t bytes)
{
	size_t from = offset <= bytes / 2 ? 0 : offset - bytes / 2;

	while (from && from < offset && ((unsigned char)line.ptr[from] & 0xc0) == 0x80)
		from++;
	return from;
}

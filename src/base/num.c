/* num - checked reading of numbers, and how Go prints them */
#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

enum { NUM_DIGITS_MAX = 20 }; /* of a uint64_t */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

bool num_uint64(struct str s, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)digit_of(s.ptr[i]);
		if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

bool num_int64(struct str s, int64_t *ret)
{
	bool negative = s.len && s.ptr[0] == '-';
	uint64_t value;

	if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
		s = str_from(s, 1);
	if (!num_uint64(s, 10, &value) || value > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

/* [-+]?(digits[.digits*]|.digits)([eE][-+]?digits)? */
static bool is_decimal(struct str s)
{
	size_t i = 0, digits = 0;

	if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
		i++;
	for (; i < s.len && isdigit((unsigned char)s.ptr[i]); i++)
		digits++;
	if (i < s.len && s.ptr[i] == '.')
		for (i++; i < s.len && isdigit((unsigned char)s.ptr[i]); i++)
			digits++;
	if (!digits)
		return false;
	if (i == s.len)
		return true;
	if (s.ptr[i] != 'e' && s.ptr[i] != 'E')
		return false;
	i++;
	if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
		i++;
	size_t exponent = i;
	while (i < s.len && isdigit((unsigned char)s.ptr[i]))
		i++;
	return i == s.len && i > exponent;
}

bool num_double(struct str s, double *ret)
{
	char text[512];

	if (s.len >= sizeof(text) || !is_decimal(s))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	double value = strtod(text, NULL);
	if (!isfinite(value))
		return false;
	*ret = value;
	return true;
}

/* The fewest digits that read back as value: digits without a point, and the exponent of the first
 * one. */
static int shortest_digits(double value, char digits[32], int *ret_exponent)
{
	char text[40];

	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	int count = 0;
	char *at = text;
	for (; *at && *at != 'e'; at++)
		if (isdigit((unsigned char)*at))
			digits[count++] = *at;
	*ret_exponent = (int)strtol(at + 1, NULL, 10);
	while (count > 1 && digits[count - 1] == '0')
		count--;
	return count;
}

static void add_scientific(struct buf *buf, const char *digits, int count, int exponent)
{
	buf_add_char(buf, digits[0]);
	if (count > 1) {
		buf_add_char(buf, '.');
		buf_add(buf, (struct str){ digits + 1, (size_t)count - 1 });
	}
	buf_printf(buf, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

static void add_positional(struct buf *buf, const char *digits, int count, int exponent)
{
	if (exponent < 0) {
		buf_add(buf, STR("0."));
		buf_add_repeat(buf, '0', (size_t)(-exponent - 1));
		buf_add(buf, (struct str){ digits, (size_t)count });
		return;
	}
	int whole = exponent + 1;
	buf_add(buf, (struct str){ digits, (size_t)MIN(whole, count) });
	if (whole > count)
		buf_add_repeat(buf, '0', (size_t)(whole - count));
	if (count > whole) {
		buf_add_char(buf, '.');
		buf_add(buf, (struct str){ digits + whole, (size_t)(count - whole) });
	}
}

struct str num_format_double(struct arena *arena, double value, char format)
{
	char digits[32];
	int exponent;
	struct buf buf;

	if (isnan(value))
		return STR("NaN");
	if (isinf(value))
		return value > 0 ? STR("+Inf") : STR("-Inf");
	buf_init(&buf, arena);
	if (signbit(value))
		buf_add_char(&buf, '-');
	if (value == 0) {
		buf_add(&buf, format == 'e' ? STR("0e+00") : STR("0"));
		return buf_str(&buf);
	}
	int count = shortest_digits(fabs(value), digits, &exponent);
	/* strconv's 'g' with the shortest precision switches below exponent -4 and from 6 on. */
	bool scientific = format == 'e' || (format == 'g' && (exponent < -4 || exponent >= 6));
	if (scientific)
		add_scientific(&buf, digits, count, exponent);
	else
		add_positional(&buf, digits, count, exponent);
	return buf_str(&buf);
}

struct str num_format_uint64(struct arena *arena, uint64_t value, unsigned base,
			     unsigned min_digits)
{
	char text[NUM_DIGITS_MAX], *at = text + sizeof(text);
	unsigned digits = 0;

	assert((base == 10 || base == 16) && min_digits <= NUM_DIGITS_MAX);
	for (; value || digits < MAX(min_digits, 1); value /= base, digits++)
		*--at = "0123456789abcdef"[value % base];
	return str_copy(arena, (struct str){ at, digits });
}

struct str num_format_int64(struct arena *arena, int64_t value)
{
	if (value >= 0)
		return num_format_uint64(arena, (uint64_t)value, 10, 1);
	return str_concat(arena, STR("-"), num_format_uint64(arena, 0 - (uint64_t)value, 10, 1));
}

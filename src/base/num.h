/*
 * num - checked reading of numbers, and how Go prints them
 *
 * Layer: base. The whole text must be the number: no blanks, nothing behind it. False on anything
 * else, on overflow too; *ret is set only on success.
 */
#ifndef FORGE_BASE_NUM_H
#define FORGE_BASE_NUM_H

#include "base/str.h"

bool num_int64(struct str s, int64_t *ret); /* [-+]?[0-9]+ */
bool num_uint64(struct str s, unsigned base,
		uint64_t *ret);		    /* digits of base 2, 8, 10 or 16, no prefix */
bool num_double(struct str s, double *ret); /* decimal floating point, no hex, no inf, no nan */

/* Shortest text that reads back as the same double, as strconv.FormatFloat(v, format, -1, 64) gives
 * it; format is 'g', 'f' or 'e'. */
struct str num_format_double(struct arena *arena, double value, char format);

/* In base 10 or 16 (small letters), with zeros in front up to min_digits. */
struct str num_format_uint64(struct arena *arena, uint64_t value, unsigned base,
			     unsigned min_digits);
struct str num_format_int64(struct arena *arena, int64_t value); /* decimal */

#endif

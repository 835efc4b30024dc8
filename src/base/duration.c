/* duration - Go durations: 300ms, 1h2m3s, -1.5h */
#include "base/duration.h"

#include "base/buf.h"
#include "base/cursor.h"

/* Go counts up to 1<<63: the smallest int64 can be written, with a minus sign. */
#define MAGNITUDE_MAX (1ull << 63)

/* The common ones first. */
static const struct unit {
	struct str name;
	uint64_t ns;
} units[] = {
	{ STR_INIT("s"), NS_PER_S },
	{ STR_INIT("m"), NS_PER_MINUTE },
	{ STR_INIT("h"), NS_PER_HOUR },
	{ STR_INIT("ms"), NS_PER_MS },
	{ STR_INIT("ns"), 1 },
	{ STR_INIT("us"), NS_PER_US },
	{ STR_INIT("\xc2\xb5s"), NS_PER_US }, /* U+00B5, the micro sign */
	{ STR_INIT("\xce\xbcs"), NS_PER_US }, /* U+03BC, the Greek letter */
};

static uint64_t unit_ns(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(units); i++)
		if (str_equal(units[i].name, name))
			return units[i].ns;
	return 0;
}

/* Digits before the point. False on overflow. */
static bool read_whole(struct str digits, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (value > MAGNITUDE_MAX / 10)
			return false;
		value = value * 10 + (uint64_t)(digits.ptr[i] - '0');
		if (value > MAGNITUDE_MAX)
			return false;
	}
	*ret = value;
	return true;
}

/* Digits behind the point as value/scale. Like Go, digits that no longer fit are dropped. */
static void read_fraction(struct str digits, uint64_t *ret_value, double *ret_scale)
{
	uint64_t value = 0;
	double scale = 1;

	for (size_t i = 0; i < digits.len && value <= (MAGNITUDE_MAX - 1) / 10; i++) {
		uint64_t next = value * 10 + (uint64_t)(digits.ptr[i] - '0');
		if (next > MAGNITUDE_MAX)
			break;
		value = next;
		scale *= 10;
	}
	*ret_value = value;
	*ret_scale = scale;
}

/* One number with its unit, like 1.5h. */
static bool take_term(struct cursor *in, uint64_t *ret_ns)
{
	static const struct char_set unit_ends = { .has = { ['.'] = true, ['0' ... '9'] = true } };
	struct cursor_decimal number = cursor_take_decimal(in);
	uint64_t value = 0, fraction = 0;
	double scale = 1;

	if (!read_whole(number.whole, &value))
		return false;
	read_fraction(number.fraction, &fraction, &scale);
	uint64_t unit = unit_ns(cursor_take_until(in, &unit_ends, '\0'));
	bool has_digits = number.whole.len || number.fraction.len;
	if (!has_digits || !unit || value > MAGNITUDE_MAX / unit)
		return false;
	value = value * unit + (uint64_t)((double)fraction * ((double)unit / scale));
	if (value > MAGNITUDE_MAX)
		return false;
	*ret_ns = value;
	return true;
}

bool duration_parse(struct str s, int64_t *ret_ns)
{
	struct cursor in = { s };
	uint64_t total = 0;
	bool negative = cursor_take_char(&in, '-');

	if (!negative)
		cursor_take_char(&in, '+');
	if (cursor_at_end(&in))
		return false;
	bool is_zero = str_equal(cursor_rest(&in), STR("0"));
	while (!is_zero && !cursor_at_end(&in)) {
		uint64_t ns;
		if (!take_term(&in, &ns) || ns > MAGNITUDE_MAX - total)
			return false;
		total += ns;
	}
	if (total == MAGNITUDE_MAX && !negative)
		return false;
	*ret_ns = (int64_t)(negative ? 0 - total : total);
	return true;
}

/* value/10^digits without trailing zeros: 1500, 3 gives "1.5". */
static void add_decimal(struct buf *out, uint64_t value, unsigned digits)
{
	uint64_t scale = 1;

	for (unsigned i = 0; i < digits; i++)
		scale *= 10;
	buf_printf(out, "%llu", (unsigned long long)(value / scale));
	uint64_t fraction = value % scale;
	if (!fraction)
		return;
	while (fraction % 10 == 0) {
		fraction /= 10;
		digits--;
	}
	buf_printf(out, ".%0*llu", (int)digits, (unsigned long long)fraction);
}

static void add_below_second(struct buf *out, uint64_t ns)
{
	if (ns < NS_PER_US) {
		buf_printf(out, "%lluns", (unsigned long long)ns);
	} else if (ns < NS_PER_MS) {
		add_decimal(out, ns, 3);
		buf_add(out, STR("\xc2\xb5s"));
	} else {
		add_decimal(out, ns, 6);
		buf_add(out, STR("ms"));
	}
}

struct str duration_format(struct arena *arena, int64_t ns)
{
	struct buf out;
	uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	if (!ns)
		return STR("0s");
	buf_init(&out, arena);
	if (ns < 0)
		buf_add_char(&out, '-');
	if (magnitude < NS_PER_S) {
		add_below_second(&out, magnitude);
		return buf_str(&out);
	}
	uint64_t hours = magnitude / NS_PER_HOUR;
	uint64_t minutes = magnitude % NS_PER_HOUR / NS_PER_MINUTE;
	if (hours)
		buf_printf(&out, "%lluh", (unsigned long long)hours);
	if (hours || minutes)
		buf_printf(&out, "%llum", (unsigned long long)minutes);
	add_decimal(&out, magnitude % NS_PER_MINUTE, 9);
	buf_add_char(&out, 's');
	return buf_str(&out);
}

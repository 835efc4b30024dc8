/* time - points in time as YAML spells them, printed as RFC 3339 */
#include "doc/yaml/time.h"

#include "base/arena.h"
#include "base/buf.h"

static bool is_digit_at(struct str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* Takes least to most digits from the front of *rest. */
static bool take_number(struct str *rest, size_t least, size_t most, int *ret)
{
	int value = 0;
	size_t len = 0;

	for (; len < most && is_digit_at(*rest, len); len++)
		value = value * 10 + (rest->ptr[len] - '0');
	if (len < least)
		return false;
	*rest = str_from(*rest, len);
	*ret = value;
	return true;
}

static bool take_char(struct str *rest, char c)
{
	if (rest->len == 0 || rest->ptr[0] != c)
		return false;
	*rest = str_from(*rest, 1);
	return true;
}

/* [.,] and digits; those behind the ninth are dropped. */
static void take_fraction(struct str *rest, int *ret_nanosecond)
{
	int value = 0, unit = 100000000;
	size_t i = 1;

	if (rest->len < 2 || (rest->ptr[0] != '.' && rest->ptr[0] != ',') || !is_digit_at(*rest, 1))
		return;
	for (; is_digit_at(*rest, i); i++, unit /= 10)
		value += (rest->ptr[i] - '0') * unit;
	*ret_nanosecond = value;
	*rest = str_from(*rest, i);
}

static bool take_time(struct str *rest, struct yaml_time *t)
{
	if (!take_number(rest, 1, 2, &t->hour) || !take_char(rest, ':') ||
	    !take_number(rest, 1, 2, &t->minute) || !take_char(rest, ':') ||
	    !take_number(rest, 1, 2, &t->second))
		return false;
	take_fraction(rest, &t->nanosecond);
	return t->hour < 24 && t->minute < 60 && t->second < 60;
}

/* Z or +hh:mm. */
static bool take_zone(struct str *rest, struct yaml_time *t)
{
	int hours, minutes;

	if (take_char(rest, 'Z'))
		return true;
	bool is_west = take_char(rest, '-');
	if (!is_west && !take_char(rest, '+'))
		return false;
	if (!take_number(rest, 2, 2, &hours) || !take_char(rest, ':') ||
	    !take_number(rest, 2, 2, &minutes) || hours > 24 || minutes > 60)
		return false;
	t->zone_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool take_date(struct str *rest, struct yaml_time *t)
{
	if (!take_number(rest, 4, 4, &t->year) || !take_char(rest, '-') ||
	    !take_number(rest, 1, 2, &t->month) || !take_char(rest, '-') ||
	    !take_number(rest, 1, 2, &t->day))
		return false;
	return t->month >= 1 && t->month <= 12 && t->day >= 1 &&
	       t->day <= days_in(t->year, t->month);
}

bool yaml_time_parse(struct str text, struct yaml_time *ret)
{
	struct yaml_time t = {};
	struct str rest = text;

	/* The fast path: nearly all scalars are no timestamps. */
	if (text.len < 8 || text.ptr[4] != '-' || !take_date(&rest, &t))
		return false;
	if (rest.len && (take_char(&rest, 'T') || take_char(&rest, 't'))) {
		if (!take_time(&rest, &t) || !take_zone(&rest, &t))
			return false;
	} else if (rest.len) {
		if (!take_char(&rest, ' ') || !take_time(&rest, &t))
			return false;
	}
	if (rest.len)
		return false;
	*ret = t;
	return true;
}

struct str yaml_time_format(struct arena *arena, const struct yaml_time *t)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_printf(&buf, "%04d-%02d-%02dT%02d:%02d:%02d", t->year, t->month, t->day, t->hour,
		   t->minute, t->second);
	if (t->nanosecond) {
		char digits[16];
		int value = t->nanosecond, len = 9;
		for (; value % 10 == 0; len--)
			value /= 10;
		for (int i = len; i > 0; i--, value /= 10)
			digits[i - 1] = (char)('0' + value % 10);
		buf_add_char(&buf, '.');
		buf_add(&buf, (struct str){ digits, (size_t)len });
	}
	int zone = t->zone_minutes < 0 ? -t->zone_minutes : t->zone_minutes;
	if (zone == 0)
		buf_add_char(&buf, 'Z');
	else
		buf_printf(&buf, "%c%02d:%02d", t->zone_minutes < 0 ? '-' : '+', zone / 60,
			   zone % 60);
	return buf_str(&buf);
}

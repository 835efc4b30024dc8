/* timestamp - RFC 3339 texts and seconds since 1970, always in UTC */
#include "base/timestamp.h"

#include <string.h>

#include "base/arena.h"

#define DAY_S 86400
/*
 * The calendar repeats after 400 years; counting begins on 0000-03-01, so that a leap day is the
 * last of its year.
 */
#define ERA_DAYS     146097
#define DAYS_TO_1970 719468

/* As in "chrono-Compatible Low-Level Date Algorithms" by Howard Hinnant. */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t month_from_march = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - DAYS_TO_1970;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned civil_days_in_month(int64_t year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	assert(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

struct civil civil_at(int64_t s)
{
	int64_t days = s / DAY_S - (s % DAY_S < 0);
	unsigned rest = (unsigned)(s - days * DAY_S);
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = (shifted >= 0 ? shifted : shifted - ERA_DAYS + 1) / ERA_DAYS;
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	unsigned month =
		(unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	int64_t year = year_of_era + era * 400 + (month <= 2);

	return (struct civil){
		.year = year,
		.month = month,
		.day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60,
		.weekday = (unsigned)((days % 7 + 11) % 7), /* 1970-01-01 was a Thursday */
		.yearday = (unsigned)(days - days_of(year, 1, 1) + 1),
	};
}

int64_t civil_seconds(const struct civil *c)
{
	return days_of(c->year, c->month, c->day) * DAY_S + (int64_t)c->hour * 3600 +
	       c->minute * 60 + c->second;
}

/* Exactly count digits. */
static bool take_digits(struct str *rest, size_t count, unsigned *ret)
{
	unsigned value = 0;

	if (rest->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (rest->ptr[i] < '0' || rest->ptr[i] > '9')
			return false;
		value = value * 10 + (unsigned)(rest->ptr[i] - '0');
	}
	*rest = str_from(*rest, count);
	*ret = value;
	return true;
}

static bool take_char(struct str *rest, const char *allowed, char *ret)
{
	if (!rest->len)
		return false;
	while (*allowed && *allowed != rest->ptr[0])
		allowed++;
	if (!*allowed)
		return false;
	*ret = rest->ptr[0];
	*rest = str_from(*rest, 1);
	return true;
}

static bool take_date_and_time(struct str *rest, struct civil *c)
{
	unsigned year;
	char sign;

	if (!take_digits(rest, 4, &year) || !take_char(rest, "-", &sign) ||
	    !take_digits(rest, 2, &c->month) || !take_char(rest, "-", &sign) ||
	    !take_digits(rest, 2, &c->day) || !take_char(rest, "Tt", &sign))
		return false;
	if (!take_digits(rest, 2, &c->hour) || !take_char(rest, ":", &sign) ||
	    !take_digits(rest, 2, &c->minute) || !take_char(rest, ":", &sign) ||
	    !take_digits(rest, 2, &c->second))
		return false;
	c->year = year;
	if (c->month < 1 || c->month > 12 || c->day < 1 ||
	    c->day > civil_days_in_month(year, c->month))
		return false;
	return c->hour < 24 && c->minute < 60 && c->second < 60;
}

/* ".123": at least one digit, the first nine count. */
static bool take_fraction(struct str *rest, uint32_t *ret_ns)
{
	uint32_t ns = 0, scale = 100000000;
	unsigned digit;
	char point;

	*ret_ns = 0;
	if (!take_char(rest, ".", &point))
		return true;
	if (!take_digits(rest, 1, &digit))
		return false;
	do {
		ns += digit * scale;
		scale /= 10;
	} while (take_digits(rest, 1, &digit));
	*ret_ns = ns;
	return true;
}

static bool take_zone(struct str *rest, int64_t *ret_offset_s)
{
	unsigned hours, minutes;
	char sign;

	if (!take_char(rest, "Zz+-", &sign))
		return false;
	*ret_offset_s = 0;
	if (sign == 'Z' || sign == 'z')
		return true;
	char colon;
	if (!take_digits(rest, 2, &hours) || !take_char(rest, ":", &colon) ||
	    !take_digits(rest, 2, &minutes) || hours > 24 || minutes > 60)
		return false;
	*ret_offset_s = (int64_t)(hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return true;
}

bool timestamp_parse(struct str s, struct timestamp *ret)
{
	struct civil c = {};
	uint32_t ns;
	int64_t offset_s;

	if (!take_date_and_time(&s, &c) || !take_fraction(&s, &ns) || !take_zone(&s, &offset_s) ||
	    s.len)
		return false;
	*ret = (struct timestamp){ civil_seconds(&c) - offset_s, ns };
	return true;
}

static void put_pair(char *at, unsigned value)
{
	at[0] = (char)('0' + value / 10);
	at[1] = (char)('0' + value % 10);
}

/* By hand: an object carries several times, and each write makes some. */
static struct str format(struct arena *arena, int64_t s, struct str fraction)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	struct civil c = civil_at(s);
	size_t len = sizeof(form) - 1 + fraction.len;

	if (c.year < 0 || c.year > 9999)
		return str_printf(arena, "%04lld-%02u-%02uT%02u:%02u:%02u%.*sZ", (long long)c.year,
				  c.month, c.day, c.hour, c.minute, c.second, STR_FMT(fraction));
	char *text = arena_alloc_raw(arena, len, 1);
	memcpy(text, form, sizeof(form) - 1);
	put_pair(text, (unsigned)c.year / 100);
	put_pair(text + 2, (unsigned)c.year % 100);
	put_pair(text + 5, c.month);
	put_pair(text + 8, c.day);
	put_pair(text + 11, c.hour);
	put_pair(text + 14, c.minute);
	put_pair(text + 17, c.second);
	if (fraction.len) {
		memcpy(text + 19, fraction.ptr, fraction.len);
		text[len - 1] = 'Z';
	}
	return (struct str){ text, len };
}

struct str timestamp_format(struct arena *arena, int64_t s)
{
	return format(arena, s, STR(""));
}

struct str timestamp_format_micro(struct arena *arena, int64_t us)
{
	int64_t s = us / 1000000 - (us % 1000000 < 0);

	return format(arena, s, str_printf(arena, ".%06lld", (long long)(us - s * 1000000)));
}

struct str timestamp_format_nano(struct arena *arena, struct timestamp t)
{
	struct str fraction = str_printf(arena, ".%09u", t.ns);

	while (str_ends(fraction, STR("0")))
		fraction.len--;
	return format(arena, t.s, t.ns ? fraction : STR(""));
}

bool timestamp_seconds(struct str s, int64_t *ret_s)
{
	struct timestamp t;

	if (!timestamp_parse(s, &t))
		return false;
	*ret_s = t.s;
	return true;
}

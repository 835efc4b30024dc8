/* rfc3339 - points in time as the Kubernetes API writes them */
#include "base/rfc3339.h"

#include "base/num.h"

enum { DAY_S = 86400, ERA_DAYS = 146097, ERA_YEARS = 400 };

/* Years begin in March, so that the leap day is the last one. */
int64_t days_from_date(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - (ERA_YEARS - 1)) / ERA_YEARS;
	int64_t year_of_era = year - era * ERA_YEARS;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - 719468;
}

void date_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t day_of_era = days - era * ERA_DAYS;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153;

	*ret_day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*ret_month = (int)(shifted + (shifted < 10 ? 3 : -9));
	*ret_year = year_of_era + era * ERA_YEARS + (*ret_month <= 2);
}

/* A number of fixed width between two bounds. */
static bool field(struct str text, size_t from, size_t width, unsigned limit, unsigned *ret)
{
	uint64_t value;

	if (text.len < from + width ||
	    !num_uint64(str_sub(text, from, from + width), 10, &value) || value > limit)
		return false;
	*ret = (unsigned)value;
	return true;
}

/* Z, +hh:mm or -hh:mm, as seconds east of UTC. */
static bool zone(struct str text, int64_t *ret_s)
{
	unsigned hours, minutes;

	*ret_s = 0;
	if (str_equal(text, STR("Z")) || str_equal(text, STR("z")))
		return true;
	if (text.len != 6 || (text.ptr[0] != '+' && text.ptr[0] != '-') || text.ptr[3] != ':' ||
	    !field(text, 1, 2, 23, &hours) || !field(text, 4, 2, 59, &minutes))
		return false;
	*ret_s = (int64_t)(hours * 3600 + minutes * 60) * (text.ptr[0] == '-' ? -1 : 1);
	return true;
}

static bool has_separators(struct str text)
{
	return text.len >= 20 && text.ptr[4] == '-' && text.ptr[7] == '-' &&
	       (text.ptr[10] == 'T' || text.ptr[10] == 't') && text.ptr[13] == ':' &&
	       text.ptr[16] == ':';
}

bool rfc3339_parse(struct str text, int64_t *ret_s)
{
	unsigned year, month, day, hour, minute, second;
	int64_t offset_s;

	if (!has_separators(text) || !field(text, 0, 4, 9999, &year) ||
	    !field(text, 5, 2, 12, &month) || !field(text, 8, 2, 31, &day) ||
	    !field(text, 11, 2, 23, &hour) || !field(text, 14, 2, 59, &minute) ||
	    !field(text, 17, 2, 60, &second) || month == 0 || day == 0)
		return false;
	struct str rest = str_from(text, 19);
	if (str_starts(rest, STR("."))) {
		size_t i = 1;
		while (i < rest.len && rest.ptr[i] >= '0' && rest.ptr[i] <= '9')
			i++;
		rest = str_from(rest, i);
	}
	if (!zone(rest, &offset_s))
		return false;
	*ret_s = days_from_date(year, (int)month, (int)day) * DAY_S + hour * 3600 + minute * 60 +
		 second - offset_s;
	return true;
}

struct str rfc3339_format(struct arena *arena, int64_t s)
{
	int64_t days = s / DAY_S - (s % DAY_S < 0), rest = s - days * DAY_S, year;
	int month, day;

	date_from_days(days, &year, &month, &day);
	return str_printf(arena, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)year, month, day,
			  (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

/* dates - PromQL's functions of dates: seconds since the epoch as a day in UTC */
#include <math.h>

#include "metrics/special.h"

enum { SECONDS_PER_DAY = 24 * 3600 };

#define SECONDS_MAX 1e15 /* some 30 million years: further away no calendar is meant */

static const uint16_t days_before_month[] = { 0,   31,	59,  90,  120, 151, 181,
					      212, 243, 273, 304, 334, 365 };

struct date {
	int64_t year;
	int month; /* from 1 */
	int day;   /* from 1 */
	int day_of_year;
	int day_of_week; /* Sunday is 0 */
	int second;	 /* of the day */
};

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int64_t year, int month)
{
	return days_before_month[month] - days_before_month[month - 1] +
	       (month == 2 && is_leap(year));
}

/* Days from the epoch to the first day of a year. */
static int64_t days_before_year(int64_t year)
{
	int64_t before = year - 1;
	int64_t leaps = (before >= 0 ? before / 4 : (before - 3) / 4) -
			(before >= 0 ? before / 100 : (before - 99) / 100) +
			(before >= 0 ? before / 400 : (before - 399) / 400);
	return before * 365 + leaps - 719162;
}

static struct date date_of(double seconds)
{
	if (!(fabs(seconds) <= SECONDS_MAX))
		seconds = copysign(SECONDS_MAX, isnan(seconds) ? -1 : seconds);
	int64_t whole = (int64_t)seconds;
	int64_t second = whole % SECONDS_PER_DAY;
	int64_t days = whole / SECONDS_PER_DAY;
	if (second < 0) {
		second += SECONDS_PER_DAY;
		days--;
	}
	struct date date = { .second = (int)second,
			     .day_of_week = (int)(((days + 4) % 7 + 7) % 7) };
	/* The mean year is off by a day or two at most. */
	date.year = 1970 + (int64_t)floor((double)days / 365.2425);
	while (days_before_year(date.year) > days)
		date.year--;
	while (days_before_year(date.year + 1) <= days)
		date.year++;
	int left = (int)(days - days_before_year(date.year));
	date.day_of_year = left + 1;
	date.month = 1;
	while (left >= days_in(date.year, date.month))
		left -= days_in(date.year, date.month++);
	date.day = left + 1;
	return date;
}

#define DATE_MAPPING(name, expression)                                                             \
	double name(double value, UNUSED const double *args, UNUSED uint32_t arg_count)            \
	{                                                                                          \
		struct date date = date_of(value);                                                 \
		return (double)(expression);                                                       \
	}

DATE_MAPPING(promql_map_minute, date.second / 60 % 60)
DATE_MAPPING(promql_map_hour, date.second / 3600)
DATE_MAPPING(promql_map_day_of_week, date.day_of_week)
DATE_MAPPING(promql_map_day_of_month, date.day)
DATE_MAPPING(promql_map_day_of_year, date.day_of_year)
DATE_MAPPING(promql_map_days_in_month, days_in(date.year, date.month))
DATE_MAPPING(promql_map_month, date.month)
DATE_MAPPING(promql_map_year, date.year)

/*
 * timestamp - RFC 3339 texts and seconds since 1970, always in UTC
 *
 * Layer: base. Proleptic Gregorian calendar; no libc, no locale, no time zone files; leap seconds
 * do not exist, as in POSIX.
 *
 *	struct timestamp t;
 *	if (timestamp_parse(STR("2026-01-01T12:00:00+01:00"), &t))
 *		timestamp_format(arena, t.s);	// "2026-01-01T11:00:00Z"
 */
#ifndef FORGE_BASE_TIMESTAMP_H
#define FORGE_BASE_TIMESTAMP_H

#include "base/str.h"

struct timestamp {
	int64_t s;
	uint32_t ns; /* below 1,000,000,000 */
};

/* The parts of a moment in UTC. */
struct civil {
	int64_t year;
	unsigned month, day;	       /* from 1 */
	unsigned hour, minute, second; /* from 0 */
	unsigned weekday;	       /* 0: Sunday */
	unsigned yearday;	       /* from 1 */
};

struct civil civil_at(int64_t s);
int64_t civil_seconds(
	const struct civil
		*c); /* weekday and yearday are not looked at; a day beyond its month carries on */
unsigned civil_days_in_month(int64_t year, unsigned month);

/* Years 0000 to 9999, "T" or "t", fractions of any length (cut after ns), "Z", "z" or an offset. */
bool timestamp_parse(struct str s, struct timestamp *ret);

/* The same, whole seconds only. */
bool timestamp_seconds(struct str s, int64_t *ret_s);

/* "2026-01-01T00:00:00Z", as Kubernetes writes metav1.Time. */
struct str timestamp_format(struct arena *arena, int64_t s);

/* Six digits, as metav1.MicroTime: "2026-01-01T00:00:00.000000Z". */
struct str timestamp_format_micro(struct arena *arena, int64_t us);

/* As Go's RFC3339Nano: trailing zeros of the fraction are left out. */
struct str timestamp_format_nano(struct arena *arena, struct timestamp t);

#endif

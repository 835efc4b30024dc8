/*
 * rfc3339 - points in time as the Kubernetes API writes them
 *
 * Layer: base. Seconds since 1970-01-01 UTC in the proleptic Gregorian calendar; no libc, no zone.
 */
#ifndef FORGE_BASE_RFC3339_H
#define FORGE_BASE_RFC3339_H

#include "base/str.h"

/* "2026-01-02T03:04:05Z", with fraction (dropped) or offset (applied). False when it is none. */
bool rfc3339_parse(struct str text, int64_t *ret_s);

/* "2026-01-02T03:04:05Z" */
struct str rfc3339_format(struct arena *arena, int64_t s);

/* Days since 1970-01-01 of a date, and back. */
int64_t days_from_date(int64_t year, int month, int day);
void date_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day);

#endif

/*
 * time - points in time as YAML spells them, printed as RFC 3339
 *
 * Layer: doc/yaml. The formats are the four that go-yaml tries: 2001-12-14T21:59:43.1Z with a
 * zone, the same with a small t, 2001-12-14 21:59:43.1 without a zone, and 2001-12-14.
 */
#ifndef FORGE_DOC_YAML_TIME_H
#define FORGE_DOC_YAML_TIME_H

#include "base/str.h"

struct yaml_time {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
	int nanosecond;
	int zone_minutes; /* east of UTC */
};

/* False when the text has none of the formats, or names no day or time of day. */
bool yaml_time_parse(struct str text, struct yaml_time *ret);

/* 2001-12-14T21:59:43.1-05:00; no trailing zeros in the fraction, Z for UTC. */
struct str yaml_time_format(struct arena *arena, const struct yaml_time *t);

#endif

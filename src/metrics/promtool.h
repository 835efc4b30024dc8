/*
 * promtool - loads series written as in promtool's unit tests
 *
 * Layer: metrics. A block begins with "load <interval>"; each line below is a series and its
 * samples, the first at the epoch, each next one an interval later:
 *
 *	load 5m
 *	  http_requests{job="api"}  0+10x10 stale _ 7
 *
 * A sample is a number, NaN, Inf, stale (a stale marker) or _ (none); axN is a and N more of it,
 * a+bxN and a-bxN count on by b, _xN leaves N out. Of a series that a block has twice the last line
 * counts. '#' starts a comment line. Native histograms are not read.
 */
#ifndef FORGE_METRICS_PROMTOOL_H
#define FORGE_METRICS_PROMTOOL_H

#include <stdint.h>

#include "base/str.h"

struct error;
struct metrics;

enum { PROMTOOL_SAMPLES_MAX = 1 << 20 }; /* of one line */

/* Appends everything to the store. Errors name the line. */
int promtool_load(struct metrics *store, struct str text, struct error *err) MUST_USE;

/* A time or an interval: a duration like 1h30m, or a number of seconds. */
int promtool_time(struct str text, int64_t *ret_ms, struct error *err) MUST_USE;

#endif

/*
 * duration - Go durations: 300ms, 1h2m3s, -1.5h
 *
 * Layer: base. The grammar of time.ParseDuration and the output of Duration.String(), in signed
 * nanoseconds.
 *
 *	int64_t ns;
 *	if (duration_parse(STR("1m30s"), &ns)) duration_format(arena, ns);	// "1m30s"
 */
#ifndef FORGE_BASE_DURATION_H
#define FORGE_BASE_DURATION_H

#include "base/str.h"

#define NS_PER_US     1000ll
#define NS_PER_MS     1000000ll
#define NS_PER_S      1000000000ll
#define NS_PER_MINUTE (60 * NS_PER_S)
#define NS_PER_HOUR   (3600 * NS_PER_S)

/* False when the text is no duration or does not fit; *ret_ns is set only on success. */
bool duration_parse(struct str s, int64_t *ret_ns);

/* As Go prints it: "0s", "1.5ms", "1h0m0s", "-2m3.25s". */
struct str duration_format(struct arena *arena, int64_t ns);

#endif

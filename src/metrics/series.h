/*
 * series - a store of time series: label sets and their samples
 *
 * Layer: metrics. A scrape appends samples through a handle, which costs a few instructions; a
 * query finds series by name and matchers (promql.h). Series keep the order in which they were
 * made, samples ascend in time.
 *
 * Units: times are milliseconds since the epoch, values are doubles. A stale marker says that the
 * series has ended at that time; it is a NaN with bits of its own (SAMPLE_STALE_BITS).
 * Ownership: series live as long as the store, samples until they leave the retention; handles
 * stay valid.
 * Limits: METRICS_SERIES_MAX series, METRICS_SAMPLES_MAX samples in all.
 *
 *	struct metrics *store = metrics_new(arena, 6 * 3600 * 1000);
 *	struct label labels[] = { { LABEL_NAME, STR("up") } };
 *	struct series *up = metrics_series(store, labels, 1, err);
 *	metrics_append(up, now_ms, 1);
 */
#ifndef FORGE_METRICS_SERIES_H
#define FORGE_METRICS_SERIES_H

#include <stdint.h>
#include <string.h>

#include "metrics/labelset.h"

struct arena;
struct error;
struct metrics;
struct series;

enum {
	METRICS_SERIES_MAX = 1 << 20,
	METRICS_SAMPLES_MAX = 64 << 20,
};

#define SAMPLE_STALE_BITS 0x7ff0000000000002ull

struct sample {
	int64_t t_ms;
	double value;
};

/* A stale marker, and whether a value is one. It must never go through arithmetic. */
static inline double sample_stale(void)
{
	uint64_t bits = SAMPLE_STALE_BITS;
	double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline bool sample_is_stale(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	return bits == SAMPLE_STALE_BITS;
}

/*
 * An empty store. Samples older than retention_ms before the newest of their series are dropped;
 * 0 keeps all.
 */
struct metrics *metrics_new(struct arena *arena, int64_t retention_ms);

/*
 * The series with these labels, made when it is new; texts are copied. NULL when a name occurs
 * twice or a limit is reached. O(labels).
 */
struct series *metrics_series(struct metrics *store, const struct label *labels, uint32_t count,
			      struct error *err) MUST_USE;

/* The same with a set that is already made. */
struct series *metrics_series_of(struct metrics *store, struct labelset labels,
				 struct error *err) MUST_USE;

/*
 * Adds a sample. False when t_ms is not behind the last sample, or the store is full: then
 * nothing is changed.
 */
bool metrics_append(struct series *series, int64_t t_ms, double value);
bool metrics_append_stale(struct series *series, int64_t t_ms);

/* All series, or those of one metric, in the order in which they were made. */
uint32_t metrics_series_count(const struct metrics *store);
const struct series *metrics_series_at(const struct metrics *store, uint32_t index);
const struct series *const *metrics_series_named(const struct metrics *store, struct str name,
						 uint32_t *ret_count);

struct labelset series_labels(const struct series *series);

/*
 * The samples kept (never NULL), oldest first, stale markers among them. Valid until the next
 * append to this series.
 */
const struct sample *series_samples(const struct series *series, uint32_t *ret_count);
bool series_has_stale(const struct series *series);

/* The number of samples with t_ms <= limit_ms: where a window ends. O(log samples). */
uint32_t samples_until(const struct sample *samples, uint32_t count, int64_t limit_ms);

#endif

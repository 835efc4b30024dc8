/*
 * instrument - counters and histograms that count between scrapes
 *
 * Layer: metrics. An instrument is owned by whoever counts (a proxy, a pod). A scrape appends
 * what it holds to the series of a store at the time of the scrape; a lost instrument loses what
 * it counted since. Counts are integers. A histogram appends NAME_bucket for each bound and +Inf,
 * NAME_sum and NAME_count, as the Prometheus text format has it: buckets are cumulative.
 *
 *	struct histogram h;
 *	histogram_init(&h, store, labels, &histogram_istio, err);
 *	histogram_observe(&h, 12.5, 1);
 *	histogram_scrape(&h, now_ms);
 */
#ifndef FORGE_METRICS_INSTRUMENT_H
#define FORGE_METRICS_INSTRUMENT_H

#include <stdint.h>

#include "base/base.h"
#include "metrics/labelset.h"

struct error;
struct metrics;
struct series;

enum { HISTOGRAM_BOUNDS_MAX = 32 };

/* Upper bounds that ascend, +Inf not among them, and how each is written in the label "le". */
struct histogram_bounds {
	uint32_t count;
	double upper[HISTOGRAM_BOUNDS_MAX];
	struct str text[HISTOGRAM_BOUNDS_MAX];
};

/* Istio's bounds of durations (ms) and of request and response sizes (bytes). */
extern const struct histogram_bounds histogram_istio;

struct counter {
	struct series *series;
	uint64_t count;
};

struct histogram {
	const struct histogram_bounds *bounds;
	uint64_t counts[HISTOGRAM_BOUNDS_MAX +
			1]; /* per bucket, not cumulative; the last one is +Inf */
	double sum;
	struct series *buckets[HISTOGRAM_BOUNDS_MAX + 1];
	struct series *sum_series;
	struct series *count_series;
};

/* Makes the series. The labels are copied. Fails as metrics_series() does. */
int counter_init(struct counter *counter, struct metrics *store, const struct label *labels,
		 uint32_t count, struct error *err) MUST_USE;
int histogram_init(struct histogram *histogram, struct metrics *store, struct labelset labels,
		   const struct histogram_bounds *bounds, struct error *err) MUST_USE;

/*
 * times observations of the same value. The bucket is the first whose bound is not less than the
 * value.
 */
void histogram_observe(struct histogram *histogram, double value, uint64_t times);

/*
 * times observations straight into a bucket (bounds->count is +Inf), with their sum: for counts
 * sampled per bucket.
 */
void histogram_add(struct histogram *histogram, uint32_t bucket, uint64_t times, double sum);

/* Appends the present state at t_ms. False when a series refused it (metrics_append). */
bool counter_scrape(const struct counter *counter, int64_t t_ms);
bool histogram_scrape(const struct histogram *histogram, int64_t t_ms);

/* Marks all series as ended: the target is gone. */
void counter_stale(const struct counter *counter, int64_t t_ms);
void histogram_stale(const struct histogram *histogram, int64_t t_ms);

#endif

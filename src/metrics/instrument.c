/* instrument - counters and histograms that count between scrapes */
#include "metrics/instrument.h"

#include "base/arena.h"
#include "base/error.h"
#include "metrics/series.h"

#define ISTIO_BOUNDS(X)                                                                            \
	X(0.5)                                                                                     \
	X(1)                                                                                       \
	X(5)                                                                                       \
	X(10)                                                                                      \
	X(25)                                                                                      \
	X(50)                                                                                      \
	X(100)                                                                                     \
	X(250)                                                                                     \
	X(500)                                                                                     \
	X(1000)                                                                                    \
	X(2500)                                                                                    \
	X(5000)                                                                                    \
	X(10000)                                                                                   \
	X(30000)                                                                                   \
	X(60000)                                                                                   \
	X(300000)                                                                                  \
	X(600000)                                                                                  \
	X(1800000)                                                                                 \
	X(3600000)
#define BOUND_VALUE(value) value,
#define BOUND_TEXT(value)  STR_INIT(#value),
#define BOUND_ONE(value)   +1

const struct histogram_bounds histogram_istio = {
	.count = 0 ISTIO_BOUNDS(BOUND_ONE),
	.upper = { ISTIO_BOUNDS(BOUND_VALUE) },
	.text = { ISTIO_BOUNDS(BOUND_TEXT) },
};
static_assert((0 ISTIO_BOUNDS(BOUND_ONE)) == 19, "Istio has 19 bounds and +Inf");

int counter_init(struct counter *counter, struct metrics *store, const struct label *labels,
		 uint32_t count, struct error *err)
{
	struct series *series = metrics_series(store, labels, count, err);
	if (!series)
		return -1;
	*counter = (struct counter){ .series = series };
	return 0;
}

/* The series `name<suffix>` with the same labels, and le when it is a bucket. */
static struct series *part_series(struct metrics *store, struct labelset labels, const char *suffix,
				  struct str le, struct error *err)
{
	SCRATCH(scratch);
	struct str name =
		str_concat(scratch, labelset_get(labels, LABEL_NAME), str_from_cstr(suffix));
	labels = labelset_with(scratch, labels, LABEL_NAME, name);
	labels = labelset_with(scratch, labels, LABEL_BUCKET, le);
	return metrics_series_of(store, labels, err);
}

int histogram_init(struct histogram *histogram, struct metrics *store, struct labelset labels,
		   const struct histogram_bounds *bounds, struct error *err)
{
	struct histogram h = { .bounds = bounds };
	assert(bounds->count <= HISTOGRAM_BOUNDS_MAX);
	for (uint32_t i = 0; i <= bounds->count; i++) {
		struct str le = i < bounds->count ? bounds->text[i] : STR("+Inf");
		h.buckets[i] = part_series(store, labels, "_bucket", le, err);
		if (!h.buckets[i])
			return -1;
	}
	h.sum_series = part_series(store, labels, "_sum", STR_NONE, err);
	h.count_series = h.sum_series ? part_series(store, labels, "_count", STR_NONE, err) : NULL;
	if (!h.count_series)
		return -1;
	*histogram = h;
	return 0;
}

void histogram_observe(struct histogram *histogram, double value, uint64_t times)
{
	uint32_t bucket = 0;
	while (bucket < histogram->bounds->count && !(value <= histogram->bounds->upper[bucket]))
		bucket++;
	histogram_add(histogram, bucket, times, value * (double)times);
}

void histogram_add(struct histogram *histogram, uint32_t bucket, uint64_t times, double sum)
{
	assert(bucket <= histogram->bounds->count);
	histogram->counts[bucket] += times;
	histogram->sum += sum;
}

bool counter_scrape(const struct counter *counter, int64_t t_ms)
{
	return metrics_append(counter->series, t_ms, (double)counter->count);
}

bool histogram_scrape(const struct histogram *histogram, int64_t t_ms)
{
	uint64_t total = 0;
	bool taken = true;
	for (uint32_t i = 0; i <= histogram->bounds->count; i++) {
		total += histogram->counts[i];
		taken &= metrics_append(histogram->buckets[i], t_ms, (double)total);
	}
	taken &= metrics_append(histogram->sum_series, t_ms, histogram->sum);
	taken &= metrics_append(histogram->count_series, t_ms, (double)total);
	return taken;
}

void counter_stale(const struct counter *counter, int64_t t_ms)
{
	metrics_append_stale(counter->series, t_ms);
}

void histogram_stale(const struct histogram *histogram, int64_t t_ms)
{
	for (uint32_t i = 0; i <= histogram->bounds->count; i++)
		metrics_append_stale(histogram->buckets[i], t_ms);
	metrics_append_stale(histogram->sum_series, t_ms);
	metrics_append_stale(histogram->count_series, t_ms);
}

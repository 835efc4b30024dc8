/* series_test - the store of series, retention, and instruments that are scraped into it */
#include "metrics/series.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/test.h"
#include "metrics/instrument.h"

static struct series *series_named(struct metrics *store, struct str name, struct str job)
{
	struct label labels[] = { { LABEL_NAME, name }, { STR("job"), job } };
	struct error err = {};
	struct series *series = metrics_series(store, labels, 2, &err);
	if (!series)
		BUG("%s", err.text);
	return series;
}

static void equal_labels_are_one_series(void)
{
	SCRATCH(arena);
	struct metrics *store = metrics_new(arena, 0);
	struct series *a = series_named(store, STR("up"), STR("a"));
	struct series *b = series_named(store, STR("up"), STR("b"));
	series_named(store, STR("down"), STR("a"));
	CHECK(series_named(store, STR("up"), STR("a")) == a);
	CHECK_INT(metrics_series_count(store), 3);
	uint32_t count = 0;
	const struct series *const *named = metrics_series_named(store, STR("up"), &count);
	CHECK_INT(count, 2);
	CHECK(named[0] == a && named[1] == b);
	metrics_series_named(store, STR("none"), &count);
	CHECK_INT(count, 0);
}

static void samples_ascend_in_time(void)
{
	SCRATCH(arena);
	struct series *up = series_named(metrics_new(arena, 0), STR("up"), STR("a"));
	CHECK(metrics_append(up, 10, 1));
	CHECK(!metrics_append(up, 10, 2));
	CHECK(!metrics_append(up, 9, 2));
	CHECK(!series_has_stale(up));
	CHECK(metrics_append_stale(up, 11));
	CHECK(series_has_stale(up));
	uint32_t count = 0;
	const struct sample *samples = series_samples(up, &count);
	CHECK_INT(count, 2);
	CHECK(samples[0].value == 1 && sample_is_stale(samples[1].value));
	CHECK_INT(samples_until(samples, count, 9), 0);
	CHECK_INT(samples_until(samples, count, 10), 1);
	CHECK_INT(samples_until(samples, count, 99), 2);
}

static void old_samples_leave_and_their_memory_is_used_again(void)
{
	SCRATCH(arena);
	struct series *up = series_named(metrics_new(arena, 100), STR("up"), STR("a"));
	for (int64_t t = 0; t < 1000; t++)
		metrics_append(up, t, (double)t);
	size_t used_bytes = arena_used_bytes(arena);
	for (int64_t t = 1000; t < 100000; t++)
		metrics_append(up, t, (double)t);
	uint32_t count = 0;
	const struct sample *samples = series_samples(up, &count);
	CHECK_INT(count, 101);
	CHECK_INT(samples[0].t_ms, 99899);
	CHECK_INT(samples[100].value, 99999);
	CHECK_INT(arena_used_bytes(arena), used_bytes);
}

static double last_value(struct metrics *store, struct str name, struct str le)
{
	struct label labels[] = { { LABEL_NAME, name },
				  { STR("app"), STR("web") },
				  { LABEL_BUCKET, le } };
	struct error err = {};
	uint32_t count = 0;
	const struct sample *samples =
		series_samples(metrics_series(store, labels, 3, &err), &count);
	return count ? samples[count - 1].value : -1;
}

static void histograms_are_cumulative(void)
{
	SCRATCH(arena);
	struct metrics *store = metrics_new(arena, 0);
	struct label labels[] = { { LABEL_NAME, STR("d") }, { STR("app"), STR("web") } };
	struct labelset set;
	struct histogram h;
	struct error err = {};
	CHECK_INT(labelset_make(arena, labels, 2, &set, &err), 0);
	CHECK_INT(histogram_init(&h, store, set, &histogram_istio, &err), 0);
	CHECK_INT(metrics_series_count(store), 20 + 2);

	histogram_observe(&h, 0.5, 3); /* a bound belongs to its bucket */
	histogram_observe(&h, 0.6, 1);
	histogram_observe(&h, 4e6, 1);
	histogram_add(&h, 2, 2, 9);
	CHECK(histogram_scrape(&h, 15000));
	CHECK_INT(last_value(store, STR("d_bucket"), STR("0.5")), 3);
	CHECK_INT(last_value(store, STR("d_bucket"), STR("1")), 4);
	CHECK_INT(last_value(store, STR("d_bucket"), STR("5")), 6);
	CHECK_INT(last_value(store, STR("d_bucket"), STR("3600000")), 6);
	CHECK_INT(last_value(store, STR("d_bucket"), STR("+Inf")), 7);
	CHECK_INT(last_value(store, STR("d_count"), STR_NONE), 7);
	CHECK(last_value(store, STR("d_sum"), STR_NONE) == 3 * 0.5 + 0.6 + 4e6 + 9);
	histogram_stale(&h, 30000);
	CHECK(sample_is_stale(last_value(store, STR("d_bucket"), STR("1"))));
}

static void counters_keep_counting(void)
{
	SCRATCH(arena);
	struct metrics *store = metrics_new(arena, 0);
	struct label labels[] = { { LABEL_NAME, STR("hits") }, { STR("app"), STR("web") } };
	struct counter counter;
	struct error err = {};
	CHECK_INT(counter_init(&counter, store, labels, 2, &err), 0);
	counter.count += 5;
	CHECK(counter_scrape(&counter, 15000));
	counter.count += 2;
	CHECK(counter_scrape(&counter, 30000));
	CHECK(!counter_scrape(&counter, 30000));
	CHECK_INT(last_value(store, STR("hits"), STR_NONE), 7);
}

TESTS({ "equal labels are one series", equal_labels_are_one_series },
      { "samples ascend in time", samples_ascend_in_time },
      { "old samples leave and their memory is used again",
	old_samples_leave_and_their_memory_is_used_again },
      { "histograms are cumulative", histograms_are_cumulative },
      { "counters keep counting", counters_keep_counting })

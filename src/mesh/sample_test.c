/* sample_test - sampling of counts */
#include "mesh/sample.h"

#include "base/test.h"
#include "metrics/instrument.h"
#include "world/random.h"

static void certain_and_impossible(void)
{
	struct random r = random_stream(1, STR("a"), STR("b"));

	CHECK_INT(mesh_sample_binomial(&r, 1000, CHANCE_ONE), 1000);
	CHECK_INT(mesh_sample_binomial(&r, 1000, 0), 0);
	CHECK_INT(mesh_sample_binomial(&r, 0, CHANCE_ONE / 2), 0);
}

/* 10,000 draws of 100 trials: the mean lies within five standard errors. */
static void mean_is_right(void)
{
	static const uint32_t ppms[] = { 1, 1000, 50000, 333333, 500000, 900000 };

	for (size_t i = 0; TEST_ROW(ppms, i); i++) {
		struct random r = random_stream(i, STR("mean"), STR("test"));
		uint64_t sum = 0, trials = 1000000, ppm = ppms[i];
		for (int draw = 0; draw < 10000; draw++)
			sum += mesh_sample_binomial(&r, 100, mesh_chance_of_ppm(ppm));
		double expected = (double)trials * (double)ppm / 1e6;
		double variance = expected * (1 - (double)ppm / 1e6);
		double off = (double)sum - expected;
		CHECK(off * off <= 25 * variance + 25);
	}
}

static void variance_is_binomial(void)
{
	struct random r = random_stream(7, STR("variance"), STR("test"));
	double sum = 0, squares = 0;

	for (int draw = 0; draw < 20000; draw++) {
		double x = (double)mesh_sample_binomial(&r, 400, CHANCE_ONE / 4);
		sum += x;
		squares += x * x;
	}
	double mean = sum / 20000, variance = squares / 20000 - mean * mean;
	CHECK(variance > 72 && variance < 78); /* 400 * 1/4 * 3/4 = 75 */
}

static void arrivals_meet_the_rate(void)
{
	struct random r = random_stream(3, STR("arrivals"), STR("test"));
	uint64_t fast = 0, slow = 0;

	for (int s = 0; s < 10000; s++) {
		fast += mesh_sample_arrivals(&r, 100000);
		slow += mesh_sample_arrivals(&r, 500);
	}
	CHECK(fast > 995000 && fast < 1005000);
	CHECK(slow > 4650 && slow < 5350);
	CHECK_INT(mesh_sample_arrivals(&r, 0), 0);
}

static void median_and_p99_come_out(void)
{
	struct mesh_latency l = mesh_latency_of(20000, 80000);

	CHECK_INT(mesh_latency_below_ppm(&l, 20000), 500000);
	CHECK(mesh_latency_below_ppm(&l, 80000) >= 989900 &&
	      mesh_latency_below_ppm(&l, 80000) <= 990100);
	CHECK_INT(mesh_latency_below_ppm(&l, 1), 0);
	CHECK_INT(mesh_latency_below_ppm(&l, 10000000), 1000000);
}

static void spread_keeps_the_count(void)
{
	struct random r = random_stream(3, STR("spread"), STR("test"));
	struct mesh_latency l = mesh_latency_of(20000, 80000);
	uint64_t counts[SAMPLE_BUCKETS] = {}, total = 0;

	mesh_latency_spread(&l, &r, 100000, counts);
	for (int i = 0; i < SAMPLE_BUCKETS; i++)
		total += counts[i];
	CHECK_INT(total, 100000);
	int64_t p50 = mesh_buckets_quantile_us(counts, 500),
		p99 = mesh_buckets_quantile_us(counts, 990);
	CHECK(p50 > 15000 && p50 < 25000);
	CHECK(p99 > 60000 && p99 < 100000);
}

static void constant_latency_fills_one_bucket(void)
{
	struct random r = random_stream(3, STR("constant"), STR("test"));
	struct mesh_latency l = mesh_latency_of(2000000, 2000000);
	uint64_t counts[SAMPLE_BUCKETS] = {};

	mesh_latency_spread(&l, &r, 50, counts);
	CHECK_INT(counts[mesh_latency_bucket(2000000)], 50);
}

static void buckets_are_those_of_istio(void)
{
	CHECK_INT(histogram_istio.count, SAMPLE_BUCKETS - 1);
	for (uint32_t i = 0; i < histogram_istio.count; i++) {
		uint64_t us = (uint64_t)(histogram_istio.upper[i] * 1000);
		CHECK_INT(mesh_latency_bucket(us), i);
		CHECK_INT(mesh_latency_bucket(us + 1), i + 1);
	}
}

TESTS({ "certain and impossible chances need no luck", certain_and_impossible },
      { "the mean of binomial draws is right", mean_is_right },
      { "the variance of binomial draws is right", variance_is_binomial },
      { "arrivals meet the rate", arrivals_meet_the_rate },
      { "median and 99th percentile come out", median_and_p99_come_out },
      { "spreading keeps the count and the shape", spread_keeps_the_count },
      { "constant latency fills one bucket", constant_latency_fills_one_bucket },
      { "buckets are those of Istio", buckets_are_those_of_istio })

/*
 * sample - seeded sampling of counts with integers only
 *
 * Layer: mesh. Private: inside.h, sample.c. Chances are fixed point: CHANCE_ONE is certain. No
 * libm and no doubles take part, so that every machine counts alike.
 */
#ifndef FORGE_MESH_SAMPLE_H
#define FORGE_MESH_SAMPLE_H

#include <stdint.h>

struct random;

#define CHANCE_ONE (1ull << 32)

enum { SAMPLE_BUCKETS = 20 }; /* those of histogram_istio, +Inf included */

/* numerator / denominator, at most CHANCE_ONE. A denominator of 0 gives 0. */
uint64_t mesh_chance_of(uint64_t numerator, uint64_t denominator);
uint64_t mesh_chance_of_ppm(uint64_t ppm);

/* How many of count trials succeed: an exact binomial draw in O(count / 64 + log count). */
uint64_t mesh_sample_binomial(struct random *r, uint64_t count, uint64_t chance);

/* Arrivals in one second at that rate; the variance is close to the mean. */
uint64_t mesh_sample_arrivals(struct random *r, uint32_t milli_rps);

/*
 * Latencies are lognormal with a given median and 99th percentile; equal ones mean that all
 * requests take as long.
 */
struct mesh_latency {
	uint64_t p50_us;
	uint64_t p99_us;
	uint64_t chances[SAMPLE_BUCKETS]; /* of each bucket when no earlier one was it */
};

struct mesh_latency mesh_latency_of(uint64_t p50_us, uint64_t p99_us);

/* The share of requests that take at most so long, in parts per million. */
uint64_t mesh_latency_below_ppm(const struct mesh_latency *latency, uint64_t us);

/* Distributes count requests over the buckets. Adds to counts. */
void mesh_latency_spread(const struct mesh_latency *latency, struct random *r, uint64_t count,
			 uint64_t counts[SAMPLE_BUCKETS]);

/* The first bucket whose bound is not below. */
uint32_t mesh_latency_bucket(uint64_t us);

/* The value below which permille of 1,000 counted requests lie, interpolated in its bucket. */
int64_t mesh_buckets_quantile_us(const uint64_t counts[SAMPLE_BUCKETS], uint32_t permille);

#endif

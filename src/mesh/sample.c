/* sample - seeded sampling of counts with integers only */
#include "mesh/sample.h"

#include "base/base.h"
#include "world/random.h"

enum {
	PPM = 1000000,
	ARRIVAL_TRIALS = 16, /* trials for each expected request: variance 15/16 of the mean */
	LOG_BITS = 24,	     /* of the fraction of a logarithm */
	Z99_MILLI = 2326,    /* of the standard normal distribution */
	Z_STEP_MILLI = 100,
	Z_LAST_MILLI = 4000,
};

/* The bounds of histogram_istio in microseconds. */
static const uint64_t bound_us[SAMPLE_BUCKETS - 1] = {
	500,	  1000,	     5000,	10000,	    25000,	50000,	  100000,
	250000,	  500000,    1000000,	2500000,    5000000,	10000000, 30000000,
	60000000, 300000000, 600000000, 1800000000, 3600000000,
};

/* The standard normal distribution at 0, 0.1, … 4.0, in parts per million. */
static const uint32_t normal_ppm[Z_LAST_MILLI / Z_STEP_MILLI + 1] = {
	500000, 539828, 579260, 617911, 655422, 691462, 725747, 758036, 788145, 815940, 841345,
	864334, 884930, 903200, 919243, 933193, 945201, 955435, 964070, 971283, 977250, 982136,
	986097, 989276, 991802, 993790, 995339, 996533, 997445, 998134, 998650, 999032, 999313,
	999517, 999663, 999767, 999841, 999892, 999928, 999952, 999968,
};

uint64_t mesh_chance_of(uint64_t numerator, uint64_t denominator)
{
	if (!denominator)
		return 0;
	if (numerator >= denominator)
		return CHANCE_ONE;
	assert(numerator < 1ull << 32);
	return (numerator << 32) / denominator;
}

uint64_t mesh_chance_of_ppm(uint64_t ppm)
{
	return mesh_chance_of(ppm, PPM);
}

static uint64_t heads(struct random *r, uint64_t coins)
{
	uint64_t count = 0;

	for (; coins >= 64; coins -= 64)
		count += (uint64_t)__builtin_popcountll(random_bits(r));
	if (coins)
		count += (uint64_t)__builtin_popcountll(random_bits(r) >> (64 - coins));
	return count;
}

/*
 * Each trial is a binary fraction that is compared with the chance bit by bit; half of those
 * undecided are decided at each bit, so it ends after about log2(count) bits.
 */
uint64_t mesh_sample_binomial(struct random *r, uint64_t count, uint64_t chance)
{
	uint64_t undecided = count, hits = 0;

	if (chance >= CHANCE_ONE)
		return count;
	for (int bit = 31; bit >= 0 && undecided && (chance & ((2ull << bit) - 1)); bit--) {
		uint64_t ones = heads(r, undecided);
		if (chance >> bit & 1) {
			hits += undecided - ones;
			undecided = ones;
		} else {
			undecided -= ones;
		}
	}
	assert(hits <= count);
	return hits;
}

uint64_t mesh_sample_arrivals(struct random *r, uint32_t milli_rps)
{
	uint64_t trials = ((uint64_t)milli_rps * ARRIVAL_TRIALS + 999) / 1000;

	return mesh_sample_binomial(r, trials, mesh_chance_of(milli_rps, trials * 1000));
}

/* log2 of a positive number, with LOG_BITS bits behind the point. */
static int64_t log2_fixed(uint64_t x)
{
	int whole = 63 - __builtin_clzll(x);
	uint64_t mantissa = whole >= 31 ? x >> (whole - 31) : x << (31 - whole);
	int64_t log = whole;

	for (int i = 0; i < LOG_BITS; i++) {
		mantissa = (mantissa * mantissa) >> 31;
		log <<= 1;
		if (mantissa >= 1ull << 32) {
			log |= 1;
			mantissa >>= 1;
		}
	}
	return log;
}

static uint64_t normal_below_ppm(int64_t z_milli)
{
	int64_t z = z_milli < 0 ? -z_milli : z_milli;
	uint64_t ppm = PPM;

	if (z < Z_LAST_MILLI) {
		int64_t step = z / Z_STEP_MILLI, rest = z % Z_STEP_MILLI;
		uint64_t rise = normal_ppm[step + 1] - normal_ppm[step];
		ppm = normal_ppm[step] + rise * (uint64_t)rest / Z_STEP_MILLI;
	}
	return z_milli < 0 ? PPM - ppm : ppm;
}

uint64_t mesh_latency_below_ppm(const struct mesh_latency *latency, uint64_t us)
{
	if (latency->p99_us <= latency->p50_us)
		return us >= latency->p50_us ? PPM : 0;
	if (!us)
		return 0;
	int64_t median = log2_fixed(latency->p50_us);
	int64_t width = log2_fixed(latency->p99_us) - median;
	return normal_below_ppm((log2_fixed(us) - median) * Z99_MILLI / width);
}

struct mesh_latency mesh_latency_of(uint64_t p50_us, uint64_t p99_us)
{
	struct mesh_latency latency = { .p50_us = MAX(p50_us, 1ull), .p99_us = p99_us };
	uint64_t before = 0;

	for (uint32_t i = 0; i < SAMPLE_BUCKETS; i++) {
		uint64_t below = i < SAMPLE_BUCKETS - 1
					 ? mesh_latency_below_ppm(&latency, bound_us[i])
					 : PPM;
		latency.chances[i] = mesh_chance_of(below - before, PPM - before);
		before = below;
	}
	return latency;
}

void mesh_latency_spread(const struct mesh_latency *latency, struct random *r, uint64_t count,
			 uint64_t counts[SAMPLE_BUCKETS])
{
	for (uint32_t i = 0; i < SAMPLE_BUCKETS && count; i++) {
		if (!latency->chances[i])
			continue;
		uint64_t here = mesh_sample_binomial(r, count, latency->chances[i]);
		counts[i] += here;
		count -= here;
	}
	counts[SAMPLE_BUCKETS - 1] += count;
}

uint32_t mesh_latency_bucket(uint64_t us)
{
	uint32_t i = 0;

	while (i < SAMPLE_BUCKETS - 1 && us > bound_us[i])
		i++;
	return i;
}

int64_t mesh_buckets_quantile_us(const uint64_t counts[SAMPLE_BUCKETS], uint32_t permille)
{
	uint64_t total = 0, before = 0;

	for (uint32_t i = 0; i < SAMPLE_BUCKETS; i++)
		total += counts[i];
	if (!total)
		return 0;
	uint64_t rank_permille = total * permille;
	for (uint32_t i = 0; i < SAMPLE_BUCKETS - 1; i++) {
		if ((before + counts[i]) * 1000 < rank_permille || !counts[i]) {
			before += counts[i];
			continue;
		}
		uint64_t low = i ? bound_us[i - 1] : 0, width = bound_us[i] - low;
		uint64_t into = rank_permille - MIN(before * 1000, rank_permille);
		return (int64_t)(low + width / 1000 * into / counts[i]);
	}
	return (int64_t)bound_us[SAMPLE_BUCKETS - 2];
}

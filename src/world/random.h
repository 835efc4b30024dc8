/*
 * random - seeded streams of random numbers, one per actor and purpose
 *
 * Layer: world. A stream is a function of (seed, actor, purpose) only: what one actor draws never
 * shifts what another one gets. Integers only, the same on every machine.
 *
 *	struct random r = random_stream(seed, STR("pod/api-0"), STR("start-up time"));
 *	uint64_t ms = random_range(&r, 800, 1200);
 */
#ifndef FORGE_WORLD_RANDOM_H
#define FORGE_WORLD_RANDOM_H

#include "base/str.h"

struct random {
	/* private */
	uint64_t state[4];
};

struct random random_stream(uint64_t seed, struct str actor, struct str purpose);

uint64_t random_bits(struct random *r);

/* Uniform in [0, bound), without bias; bound > 0. */
uint64_t random_below(struct random *r, uint64_t bound);

/* Uniform in [first, last], both included; first <= last. */
int64_t random_range(struct random *r, int64_t first, int64_t last);

/* True in parts of 1,000,000 cases. */
bool random_chance(struct random *r, uint32_t parts_per_million);

/* count lower-case letters and digits without vowels, as Kubernetes appends to generated names. */
struct str random_suffix(struct random *r, struct arena *arena, uint32_t count);

#endif

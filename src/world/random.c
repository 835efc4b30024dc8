/* random - seeded streams of random numbers, one per actor and purpose */
#include "world/random.h"

#include "base/arena.h"
#include "base/hash.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

struct random random_stream(uint64_t seed, struct str actor, struct str purpose)
{
	struct random r;
	uint64_t hash = hash64(HASH64_START, actor);

	/* A byte that no text ends with keeps ("ab", "c") and ("a", "bc") apart. */
	hash = hash64(hash, STR("\xff"));
	hash = hash64(hash, purpose);
	uint64_t state = splitmix(&seed) ^ hash;
	for (size_t i = 0; i < ARRAY_COUNT(r.state); i++)
		r.state[i] = splitmix(&state);
	return r;
}

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
	return (x << bits) | (x >> (64 - bits));
}

/* xoshiro256** of Blackman and Vigna. */
uint64_t random_bits(struct random *r)
{
	uint64_t *s = r->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint64_t random_below(struct random *r, uint64_t bound)
{
	assert(bound > 0);
	/* Values below this threshold would make the first remainders more likely. */
	uint64_t threshold = (0 - bound) % bound;
	uint64_t bits;

	do
		bits = random_bits(r);
	while (bits < threshold);
	return bits % bound;
}

int64_t random_range(struct random *r, int64_t first, int64_t last)
{
	assert(first <= last);
	uint64_t span = (uint64_t)last - (uint64_t)first;

	if (span == UINT64_MAX)
		return (int64_t)random_bits(r);
	return (int64_t)((uint64_t)first + random_below(r, span + 1));
}

bool random_chance(struct random *r, uint32_t parts_per_million)
{
	return random_below(r, 1000000) < parts_per_million;
}

struct str random_suffix(struct random *r, struct arena *arena, uint32_t count)
{
	/* k8s.io/apimachinery/pkg/util/rand: no vowels, no 0, 1 and 3. */
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	char *text = arena_alloc_raw(arena, count, 1);

	for (uint32_t i = 0; i < count; i++)
		text[i] = letters[random_below(r, sizeof(letters) - 1)];
	return (struct str){ text, count };
}

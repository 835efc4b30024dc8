/*
 * hash - fast hashes for tables, SHA-256 for contents
 *
 * Layer: base. hash32/hash64 take eight bytes at a time: fixed, unseeded, the same on every
 * little-endian machine. SHA-256 is OpenSSL's low-level one: it loads no provider, which costs a
 * command a millisecond (docs/decisions).
 */
#ifndef FORGE_BASE_HASH_H
#define FORGE_BASE_HASH_H

#include "base/str.h"

enum { SHA256_SIZE_BYTES = 32 };

uint32_t hash32(struct str s);

/* One step of hash64: a word of eight bytes. */
static inline uint64_t hash64_word(uint64_t hash, uint64_t word)
{
	unsigned __int128 product =
		(unsigned __int128)(hash ^ word) * 0x9e3779b97f4a7c15ull + 0x2545f4914f6cdd1dull;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Chain by passing the previous hash as seed; start with HASH64_START. */
uint64_t hash64(uint64_t seed, struct str s);
#define HASH64_START 0xcbf29ce484222325ull

struct sha256 {
	uint8_t bytes[SHA256_SIZE_BYTES];
};
struct sha256 sha256(struct str s);

/* A hash of bytes that come in pieces. SHA-1 names objects of git, and nothing else. */
enum hasher_kind { HASHER_SHA1, HASHER_SHA256 };
struct hasher {
	/* private */
	enum hasher_kind kind;
	uint64_t state[16];
};
void hasher_init(struct hasher *h, enum hasher_kind kind);
void hasher_add(struct hasher *h, struct str bytes);
struct str hasher_hex(struct hasher *h, struct arena *arena); /* once */

/* Lower-case hexadecimal, two letters a byte. */
struct str hex_encode(struct arena *arena, struct str bytes);
struct str sha256_hex(struct arena *arena, struct str s);

#endif

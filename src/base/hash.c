/* hash - fast hashes for tables, SHA-256 for contents */
#define OPENSSL_SUPPRESS_DEPRECATED /* the low-level calls, on purpose: see hash.h */
#include "base/hash.h"

#include <openssl/sha.h>
#include <string.h>

#include "base/arena.h"

static uint64_t load(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

uint64_t hash64(uint64_t seed, struct str s)
{
	uint64_t hash = seed, other = ~seed, word;

	/* Two lanes, for a step waits for the one before it. */
	if (s.len >= 4 * sizeof(word)) {
		for (; s.len >= 2 * sizeof(word); s = str_from(s, 2 * sizeof(word))) {
			hash = hash64_word(hash, load(s.ptr));
			other = hash64_word(other, load(s.ptr + sizeof(word)));
		}
		hash = hash64_word(hash, other);
	}
	for (; s.len >= sizeof(word); s = str_from(s, sizeof(word)))
		hash = hash64_word(hash, load(s.ptr));
	if (!s.len)
		return hash;
	word = (uint64_t)s.len << 56; /* so that a NUL at the end counts */
	memcpy(&word, s.ptr, s.len);
	return hash64_word(hash, word);
}

uint32_t hash32(struct str s)
{
	uint64_t hash = hash64(HASH64_START, s);
	return (uint32_t)(hash ^ hash >> 32);
}

struct sha256 sha256(struct str s)
{
	struct sha256 digest;
	SHA256_CTX context;

	SHA256_Init(&context);
	SHA256_Update(&context, s.ptr, s.len);
	SHA256_Final(digest.bytes, &context);
	return digest;
}

struct str hex_encode(struct arena *arena, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(arena, bytes.len * 2 + 1);

	for (size_t i = 0; i < bytes.len; i++) {
		text[2 * i] = digits[(uint8_t)bytes.ptr[i] >> 4];
		text[2 * i + 1] = digits[(uint8_t)bytes.ptr[i] & 15];
	}
	return (struct str){ text, bytes.len * 2 };
}

struct str sha256_hex(struct arena *arena, struct str s)
{
	struct sha256 digest = sha256(s);
	return hex_encode(arena, (struct str){ (const char *)digest.bytes, sizeof(digest.bytes) });
}

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

static uint64_t load32(const char *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* The up to seven bytes as a word, first byte lowest; loads may overlap. */
static uint64_t load_few(const char *at, size_t len)
{
	if (len >= 4)
		return load32(at) | load32(at + len - 4) << 8 * (len - 4);
	const uint8_t *bytes = (const uint8_t *)at;
	return bytes[0] | (uint64_t)bytes[len / 2] << 8 * (len / 2) |
	       (uint64_t)bytes[len - 1] << 8 * (len - 1);
}

uint64_t hash64(uint64_t seed, struct str s)
{
	uint64_t hash = seed, other = ~seed;
	const char *at = s.ptr;
	size_t left = s.len;

	/* Two lanes, for a step waits for the one before it. */
	if (left >= 4 * sizeof(uint64_t)) {
		for (; left >= 2 * sizeof(uint64_t); left -= 2 * sizeof(uint64_t)) {
			hash = hash64_word(hash, load(at));
			other = hash64_word(other, load(at + sizeof(uint64_t)));
			at += 2 * sizeof(uint64_t);
		}
		hash = hash64_word(hash, other);
	}
	for (; left >= sizeof(uint64_t); left -= sizeof(uint64_t), at += sizeof(uint64_t))
		hash = hash64_word(hash, load(at));
	if (!left)
		return hash;
	return hash64_word(hash, load_few(at, left) | (uint64_t)left << 56); /* a NUL counts */
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

static_assert(sizeof(SHA_CTX) <= sizeof(((struct hasher *)0)->state) &&
		      sizeof(SHA256_CTX) <= sizeof(((struct hasher *)0)->state),
	      "the state of both has room");

void hasher_init(struct hasher *h, enum hasher_kind kind)
{
	h->kind = kind;
	if (kind == HASHER_SHA1)
		SHA1_Init((SHA_CTX *)h->state);
	else
		SHA256_Init((SHA256_CTX *)h->state);
}

void hasher_add(struct hasher *h, struct str bytes)
{
	if (h->kind == HASHER_SHA1)
		SHA1_Update((SHA_CTX *)h->state, bytes.ptr, bytes.len);
	else
		SHA256_Update((SHA256_CTX *)h->state, bytes.ptr, bytes.len);
}

struct str hasher_hex(struct hasher *h, struct arena *arena)
{
	unsigned char digest[SHA256_SIZE_BYTES];
	size_t len = h->kind == HASHER_SHA1 ? SHA_DIGEST_LENGTH : SHA256_SIZE_BYTES;

	if (h->kind == HASHER_SHA1)
		SHA1_Final(digest, (SHA_CTX *)h->state);
	else
		SHA256_Final(digest, (SHA256_CTX *)h->state);
	return hex_encode(arena, (struct str){ (const char *)digest, len });
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

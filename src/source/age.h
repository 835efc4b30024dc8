/*
 * age - files that the age program has encrypted for a key pair of X25519
 *
 * Layer: source. Format: C2SP, age.md (age-encryption.org/v1), binary or armored. Keys are those of
 * `age-keygen`; passphrases, SSH keys, plugins and post-quantum keys are not supported.
 *
 * Nothing of a key or of what was decrypted is in an error. Keys are overwritten when their arena
 * ends. Limits: AGE_FILE_BYTES_MAX, AGE_STANZAS_MAX recipients of a file, AGE_IDENTITIES_MAX keys.
 *
 *	struct age_keys keys = {};
 *	if (age_keys_read(arena, text, &keys, err) < 0 ||
 *	    age_decrypt(arena, &keys, file, &plain, err) < 0)
 *		return -1;
 */
#ifndef FORGE_SOURCE_AGE_H
#define FORGE_SOURCE_AGE_H

#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct arena;

enum {
	AGE_FILE_BYTES_MAX = 16 << 20,
	AGE_LINE_BYTES_MAX = 4096, /* of a header, and of a file of keys */
	AGE_STANZAS_MAX = 100,
	AGE_IDENTITIES_MAX = 100,
	AGE_KEY_BYTES = 32,
	AGE_STEPS = 1000, /* that one try of a key counts for (base/budget.h) */
};

struct age_identity {
	uint8_t secret[AGE_KEY_BYTES];
	uint8_t recipient[AGE_KEY_BYTES]; /* the public part */
};

struct age_keys {
	/* private */
	struct age_identity *items; /* in an arena, AGE_IDENTITIES_MAX of them */
	uint32_t count;
};

/*
 * Adds the keys of a text: a line each, blank lines and those that begin with # do not count.
 * Errors name the line, and not what it says: no key, a key of another kind, too many keys.
 */
MUST_USE int age_keys_read(struct arena *arena, struct str text, struct age_keys *keys,
			   struct error *err);

/* The public part of a key, as files name it: "age1…". */
struct str age_recipient(struct arena *arena, const struct age_keys *keys, uint32_t index);

/*
 * What the file held, with the first of the keys that fits. Errors have no position: none of the
 * keys fits, or the file is damaged. O(length + recipients × keys).
 */
MUST_USE int age_decrypt(struct arena *arena, const struct age_keys *keys, struct str file,
			 struct str *ret, struct error *err);

#endif

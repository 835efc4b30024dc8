/*
 * base64 - RFC 4648, as Go's encoding/base64 reads and writes it
 *
 * Layer: base. Line breaks in the input are skipped; padding is required unless BASE64_RAW.
 */
#ifndef FORGE_BASE_BASE64_H
#define FORGE_BASE_BASE64_H

#include "base/str.h"

enum base64_flags {
	BASE64_URL = 1 << 0, /* - and _ instead of + and / */
	BASE64_RAW = 1 << 1, /* no padding */
};

struct str base64_encode(struct arena *arena, struct str bytes, unsigned flags);

/*
 * False when it is not base64; *ret_offset (may be NULL) is the byte that is wrong. *ret is set
 * only on success.
 */
bool base64_decode(struct arena *arena, struct str text, unsigned flags, struct str *ret,
		   size_t *ret_offset);

#endif

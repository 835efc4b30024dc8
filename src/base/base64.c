/* base64 - RFC 4648, as Go's encoding/base64 reads and writes it */
#include "base/base64.h"

#include "base/arena.h"

static const char letters[2][65] = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

struct str base64_encode(struct arena *arena, struct str bytes, unsigned flags)
{
	const char *alphabet = letters[(flags & BASE64_URL) != 0];
	char *out = arena_alloc_raw(arena, (bytes.len + 2) / 3 * 4, 1);
	size_t len = 0;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t count = MIN(bytes.len - i, 3);
		uint32_t group = 0;
		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < count ? (unsigned char)bytes.ptr[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			if (k <= count)
				out[len++] = alphabet[group >> (18 - 6 * k) & 63];
			else if (!(flags & BASE64_RAW))
				out[len++] = '=';
	}
	return (struct str){ out, len };
}

static int value_of(char c, unsigned flags)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (flags & BASE64_URL ? '-' : '+'))
		return 62;
	return c == (flags & BASE64_URL ? '_' : '/') ? 63 : -1;
}

static void skip_breaks(struct str text, size_t *at)
{
	while (*at < text.len && (text.ptr[*at] == '\n' || text.ptr[*at] == '\r'))
		++*at;
}

/* What may follow count letters of the last group: padding, and nothing behind it. */
static bool end_is_right(struct str text, size_t *at, size_t count, unsigned flags)
{
	size_t padding = flags & BASE64_RAW || count == 0 ? 0 : 4 - count;

	if (count == 1)
		return false;
	for (; padding; padding--) {
		skip_breaks(text, at);
		if (*at == text.len || text.ptr[*at] != '=')
			return false;
		++*at;
	}
	skip_breaks(text, at);
	return *at == text.len;
}

bool base64_decode(struct arena *arena, struct str text, unsigned flags, struct str *ret,
		   size_t *ret_offset)
{
	char *out = arena_alloc_raw(arena, text.len / 4 * 3 + 3, 1);
	size_t len = 0, at = 0, count = 0;
	uint32_t group = 0;

	for (;;) {
		skip_breaks(text, &at);
		int value = at < text.len ? value_of(text.ptr[at], flags) : -1;
		if (value < 0)
			break;
		group = group << 6 | (uint32_t)value;
		at++;
		if (++count < 4)
			continue;
		for (unsigned shift = 24; shift > 0;)
			out[len++] = (char)(group >> (shift -= 8));
		count = 0;
		group = 0;
	}
	if (!end_is_right(text, &at, count, flags)) {
		if (ret_offset)
			*ret_offset = at;
		return false;
	}
	if (count >= 2)
		out[len++] = (char)(count == 2 ? group >> 4 : group >> 10);
	if (count == 3)
		out[len++] = (char)(group >> 2);
	*ret = (struct str){ out, len };
	return true;
}

/* input - the characters that a YAML text may have */
#include "doc/yaml/internal.h"

typedef signed char bytes16 __attribute__((vector_size(16)));

size_t yaml_odd_break_length(const char *p, const char *end)
{
	size_t left = (size_t)(end - p);

	if (*p == '\r')
		return left > 1 && p[1] == '\n' ? 2 : 1;
	if (*p == '\xc2')
		return left > 1 && p[1] == '\x85' ? 2 : 0;
	if (*p == '\xe2' && left > 2 && p[1] == '\x80')
		return p[2] == '\xa8' || p[2] == '\xa9' ? 3 : 0;
	return 0;
}

/* Whether all 16 bytes are printable ASCII, blanks or LF. */
static bool is_simple16(const char *p)
{
	bytes16 c;
	uint64_t halves[2];

	memcpy(&c, p, sizeof(c));
	bytes16 odd = ((c < ' ') & (c != '\n') & (c != '\t')) | (c == 0x7f);
	memcpy(halves, &odd, sizeof(halves));
	return (halves[0] | halves[1]) == 0;
}

/* The code point at p and its length; -1 with *ret_fault when the bytes are not UTF-8. */
static int32_t decode(const unsigned char *p, size_t left, size_t *ret_len, const char **ret_fault)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	*ret_fault = "is not UTF-8: invalid leading octet";
	if (len == 0 || p[0] >= 0xf8)
		return -1;
	*ret_fault = "is not UTF-8: incomplete octet sequence";
	if (len > left)
		return -1;
	uint32_t value = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		*ret_fault = "is not UTF-8: invalid trailing octet";
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		value = value << 6 | (p[i] & 0x3f);
	}
	*ret_fault = "is not UTF-8: invalid octet sequence";
	if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return -1;
	*ret_len = len;
	return (int32_t)value;
}

static bool is_allowed(int32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) || c == 0x85 ||
	       (c >= 0xa0 && c != 0xfffe && c != 0xffff);
}

static int refuse_utf16(struct str text, uint32_t base, struct error *err)
{
	if (!str_starts(text, STR("\xff\xfe")) && !str_starts(text, STR("\xfe\xff")))
		return 0;
	error_set(err, ERROR_INPUT, base, "the text is UTF-16");
	return error_hint(err, "save it as UTF-8");
}

int yaml_check_input(struct str text, uint32_t base, bool *ret_odd_breaks, struct error *err)
{
	bool odd_breaks = false;

	if (refuse_utf16(text, base, err) < 0)
		return -1;
	for (size_t i = 0; i < text.len;) {
		if (text.len - i >= 16 && is_simple16(text.ptr + i)) {
			i += 16;
			continue;
		}
		size_t len;
		const char *fault;
		int32_t c = decode((const unsigned char *)text.ptr + i, text.len - i, &len, &fault);
		if (c < 0) {
			error_set(err, ERROR_INPUT, base + (uint32_t)i, "the text %s", fault);
			return error_hint(err, "save it as UTF-8, if it is a text at all");
		}
		if (!is_allowed(c))
			return error_set(err, ERROR_INPUT, base + (uint32_t)i,
					 "control characters are not allowed: U+%04X", (unsigned)c);
		odd_breaks |= c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
		i += len;
	}
	*ret_odd_breaks = odd_breaks;
	return 0;
}

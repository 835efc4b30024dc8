/* regex_expand - stepping over all matches and filling in templates, as Go does it */
#include "lang/regex.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Bytes of the UTF-8 letter at *at: an empty match steps over a whole letter. */
static size_t letter_bytes(struct str text, size_t at)
{
	size_t end = at + 1;
	while (end < text.len && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
		end++;
	return end - at;
}

/*
 * *at is 2 * (where to look next), plus 1 when a match ended exactly there: then an empty match
 * does not count.
 */
bool regex_next(const struct regex *re, struct str text, size_t *at, struct str *groups,
		uint32_t group_count)
{
	assert(group_count >= 1);
	size_t position = *at >> 1;
	bool behind_match = *at & 1;

	while (position <= text.len) {
		if (!regex_find(re, text, position, groups, group_count))
			return false;
		size_t start = text.ptr ? (size_t)(groups[0].ptr - text.ptr) : 0;
		size_t end = start + groups[0].len;
		if (groups[0].len > 0) {
			*at = end << 1 | 1;
			return true;
		}
		size_t next = start < text.len ? start + letter_bytes(text, start) : text.len + 1;
		if (!(behind_match && start == position)) {
			*at = next << 1;
			return true;
		}
		position = next;
		behind_match = false;
	}
	return false;
}

/*
 * The name behind a '$': "1", "name" or "{name}". Returns the bytes it takes, 0 when it is
 * malformed.
 */
static size_t template_name(struct str s, struct str *ret_name)
{
	bool braced = s.len > 0 && s.ptr[0] == '{';
	size_t start = braced;
	size_t end = start;
	while (end < s.len && is_name_byte(s.ptr[end]))
		end++;
	if (end == start)
		return 0;
	if (braced && (end >= s.len || s.ptr[end] != '}'))
		return 0;
	*ret_name = str_sub(s, start, end);
	return end + braced;
}

static struct str group_named(const struct regex *re, struct str name, const struct str *groups,
			      uint32_t group_count)
{
	uint64_t index = 0;
	if (!num_uint64(name, 10, &index)) {
		int named = regex_group_index(re, name);
		if (named < 0)
			return STR_NONE;
		index = (uint64_t)named;
	}
	return index < group_count ? groups[index] : STR_NONE;
}

void regex_expand(const struct regex *re, struct str template_text, const struct str *groups,
		  uint32_t group_count, struct buf *out)
{
	struct str rest = template_text;
	while (rest.len > 0) {
		ptrdiff_t dollar = str_find_char(rest, '$');
		if (dollar < 0)
			break;
		buf_add(out, str_sub(rest, 0, (size_t)dollar));
		rest = str_from(rest, (size_t)dollar + 1);
		if (str_starts(rest, STR("$"))) {
			buf_add_char(out, '$');
			rest = str_from(rest, 1);
			continue;
		}
		struct str name = STR_NONE;
		size_t taken = template_name(rest, &name);
		if (taken == 0)
			buf_add_char(out, '$');
		else
			buf_add(out, group_named(re, name, groups, group_count));
		rest = str_from(rest, taken);
	}
	buf_add(out, rest);
}

struct str regex_replace(struct arena *arena, const struct regex *re, struct str text,
			 struct str template_text, bool literal)
{
	struct str groups[REGEX_GROUPS_MAX];
	uint32_t group_count = MIN(regex_group_count(re), (uint32_t)REGEX_GROUPS_MAX);
	struct buf out;
	buf_init(&out, arena);
	size_t copied = 0;
	if (!text.ptr)
		text = STR("");
	for (size_t at = 0; regex_next(re, text, &at, groups, group_count);) {
		size_t start = (size_t)(groups[0].ptr - text.ptr);
		buf_add(&out, str_sub(text, copied, start));
		if (literal)
			buf_add(&out, template_text);
		else
			regex_expand(re, template_text, groups, group_count, &out);
		copied = start + groups[0].len;
	}
	buf_add(&out, str_from(text, copied));
	return buf_str(&out);
}

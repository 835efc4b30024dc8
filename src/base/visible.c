/* visible - text from outside, escaped so that it cannot control a terminal or a CI log */
#include "base/visible.h"

#include "base/buf.h"
#include "base/utf8.h"

static bool is_control(uint32_t rune)
{
	return rune < ' ' || (rune >= 0x7f && rune < 0xa0);
}

/* Marks of Unicode's bidirectional algorithm: what follows them is shown in another order. */
static bool is_direction(uint32_t rune)
{
	return rune == 0x061c || rune == 0x200e || rune == 0x200f ||
	       (rune >= 0x202a && rune <= 0x202e) || (rune >= 0x2066 && rune <= 0x2069);
}

static void add_escaped(struct buf *out, uint32_t rune)
{
	if (rune == '\n')
		buf_add(out, STR("\\n"));
	else if (rune == '\t')
		buf_add(out, STR("\\t"));
	else
		buf_printf(out, rune < 0x100 ? "\\x%02x" : "\\u%04x", rune);
}

/* Behind "#": the rest of what begins a command anywhere in a line. */
static bool begins_command(struct str rest)
{
	return str_starts(rest, STR("#[")) || str_starts(rest, STR("#vso[")) ||
	       str_starts(rest, STR("#teamcity["));
}

bool visible_is_command(struct str text)
{
	return str_starts(text, STR("::")) ||
	       (str_starts(text, STR("#")) && begins_command(str_from(text, 1)));
}

struct str visible(struct arena *arena, struct str text)
{
	struct buf out;

	buf_init(&out, arena);
	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		uint32_t rune = utf8_next(text, &at);
		if (rune == UTF8_REPLACEMENT && at - from == 1)
			add_escaped(&out, (unsigned char)text.ptr[from]);
		else if (is_control(rune) || is_direction(rune) ||
			 (rune == '#' && begins_command(str_from(text, at))))
			add_escaped(&out, rune);
		else
			buf_add(&out, str_sub(text, from, at));
	}
	return buf_str(&out);
}

static bool is_blank(uint32_t rune)
{
	return rune == ' ' || rune == 0xa0 || rune == 0x1680 ||
	       (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 || rune == 0x2029 ||
	       rune == 0x202f || rune == 0x205f || rune == 0x3000 || rune == 0xfeff;
}

size_t visible_blank_bytes(struct str text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t next = at;
		if (!is_blank(utf8_next(text, &next)))
			break;
		at = next;
	}
	return at;
}

struct str visible_line(struct arena *arena, struct str text)
{
	struct str shown = visible(arena, text);
	struct str rest = str_from(shown, visible_blank_bytes(shown));

	if (!str_starts(rest, STR("::")))
		return shown;
	return STR_CAT(arena, str_sub(shown, 0, shown.len - rest.len), STR("\\x3a"),
		       str_from(rest, 1));
}

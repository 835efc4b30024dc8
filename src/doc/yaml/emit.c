/* emit - scalars and indicators of YAML output, as go-yaml v2's emitter places them */
#include "doc/yaml/emit.h"

#include <string.h>

#include "base/utf8.h"
#include "base/visible.h"
#include "doc/scalar.h"

void yaml_emit_start(struct yaml_emitter *e, struct buf *out)
{
	*e = (struct yaml_emitter){ .out = out, .is_whitespace = true, .is_indention = true };
}

static void put(struct yaml_emitter *e, char c)
{
	buf_add_char(e->out, c);
	e->column++;
}

static void put_break(struct yaml_emitter *e)
{
	buf_add_char(e->out, '\n');
	e->column = 0;
}

/* To the column indent, on a new line unless only indentation stands before it. */
static void write_indent(struct yaml_emitter *e, int indent)
{
	if (!e->is_indention || e->column > indent || (e->column == indent && !e->is_whitespace))
		put_break(e);
	if (e->column < indent) {
		buf_add_repeat(e->out, ' ', (size_t)(indent - e->column));
		e->column = indent;
	}
	e->is_whitespace = true;
	e->is_indention = true;
}

void yaml_emit_end(struct yaml_emitter *e)
{
	write_indent(e, 0);
}

/* is_indention: the indicator counts as indentation ('-', '?' and ':' of long keys). */
static void indicator(struct yaml_emitter *e, char c, bool need_blank, bool is_indention)
{
	if (need_blank && !e->is_whitespace)
		put(e, ' ');
	put(e, c);
	e->is_whitespace = false;
	e->is_indention = e->is_indention && is_indention;
}

void yaml_emit_word(struct yaml_emitter *e, struct str word)
{
	if (!e->is_whitespace)
		put(e, ' ');
	buf_add(e->out, word);
	e->column += (int)word.len;
	e->is_whitespace = false;
	e->is_indention = false;
}

void yaml_emit_dash(struct yaml_emitter *e, int indent)
{
	write_indent(e, indent);
	indicator(e, '-', /* need_blank= */ true, /* is_indention= */ true);
}

bool yaml_emit_is_indentless(const struct yaml_emitter *e, bool in_map)
{
	return in_map && !e->is_indention;
}

/* Bytes that mean nothing special anywhere in a text. */
static const bool plain_bytes[256] = {
	['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['_'] = true,
	['.'] = true,	      ['/'] = true,	    ['('] = true,	  [')'] = true,
	['+'] = true,	      ['='] = true,	    ['$'] = true,	  [';'] = true,
	['<'] = true,	      ['^'] = true,	    ['~'] = true,	  ['\\'] = true,
};

/* Behind the plain bytes at i; inside a text a dash is one, too. */
static size_t skip_plain(struct str s, size_t i)
{
	while (i < s.len && (plain_bytes[(unsigned char)s.ptr[i]] || (s.ptr[i] == '-' && i > 0)))
		i++;
	return i;
}

/* What a text holds, for the choice of its style. */
struct analysis {
	bool is_multiline;
	bool plain_allowed;
	bool single_allowed;
	bool block_allowed;
};

static bool is_break_at(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.ptr[i];

	if (c < 0x80)
		return c == '\n' || c == '\r';
	struct str rest = str_from(s, i);
	return str_starts(rest, STR("\xc2\x85")) || str_starts(rest, STR("\xe2\x80\xa8")) ||
	       str_starts(rest, STR("\xe2\x80\xa9"));
}

/* As go-yaml: LF, ASCII, and U+00A0 to U+FFFD without U+FEFF; nothing above. */
static bool is_printable(uint32_t c)
{
	return c == '\n' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xfffd && c != 0xfeff);
}

static bool is_blank_at(struct str s, size_t i)
{
	return s.ptr[i] == ' ' || s.ptr[i] == '\t';
}

/* Whether a character of a plain scalar would read as an indicator in block style. */
static bool is_indicator_at(struct str s, size_t i)
{
	char c = s.ptr[i];
	bool is_followed = i + 1 >= s.len || is_blank_at(s, i + 1);

	if (i == 0 && (strchr("#,[]{}&*!|>'\"%@`", c) != NULL && c))
		return true;
	if (i == 0 && (c == '?' || c == '-') && is_followed)
		return true;
	if (c == ':')
		return is_followed;
	return c == '#' && (is_blank_at(s, i - 1) || is_break_at(s, i - 1));
}

static bool starts_like_document_marker(struct str s)
{
	return str_starts(s, STR("---")) || str_starts(s, STR("..."));
}

struct spaces {
	bool leading, trailing, break_space, space_break, leading_break, trailing_break;
};

static struct analysis conclude(struct spaces s, bool has_indicators, bool has_special,
				bool has_breaks)
{
	struct analysis a = { .is_multiline = has_breaks };

	a.block_allowed = !s.trailing && !s.space_break && !has_special;
	a.single_allowed = !s.break_space && !s.space_break && !has_special;
	a.plain_allowed = a.single_allowed && !has_indicators && !has_breaks && !s.leading &&
			  !s.trailing && !s.leading_break && !s.trailing_break;
	return a;
}

static struct analysis analyze(struct str text)
{
	struct spaces s = {};
	bool indicators = starts_like_document_marker(text), special = false, breaks = false;
	bool was_space = false, was_break = false;

	if (text.len == 0)
		return (struct analysis){ .plain_allowed = true, .single_allowed = true };
	for (size_t i = 0, next = 0; i < text.len; i = next) {
		next = skip_plain(text, i);
		if (next > i) {
			was_space = was_break = false;
			continue;
		}
		uint32_t c = utf8_next(text, &next);
		bool is_space = c == ' ', is_break = is_break_at(text, i);
		bool is_last = next == text.len;
		indicators |= is_indicator_at(text, i);
		special |= !is_printable(c);
		breaks |= is_break;
		s.leading |= is_space && i == 0;
		s.trailing |= is_space && is_last;
		s.break_space |= is_space && was_break;
		s.leading_break |= is_break && i == 0;
		s.trailing_break |= is_break && is_last;
		s.space_break |= is_break && was_space;
		was_space = is_space;
		was_break = is_break;
	}
	return conclude(s, indicators, special, breaks);
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(.[0-9_]*)? of YAML 1.1, quoted for older readers. */
static bool is_base60(struct str s)
{
	size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
	unsigned parts = 0;

#define DIGIT_AT(at) ((at) < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
	if (!DIGIT_AT(i))
		return false;
	while (DIGIT_AT(i) || (i < s.len && s.ptr[i] == '_'))
		i++;
	for (; i < s.len && s.ptr[i] == ':' && DIGIT_AT(i + 1); parts++) {
		bool has_two = s.ptr[i + 1] <= '5' && DIGIT_AT(i + 2);
		i += has_two ? 3 : 2;
	}
	if (i < s.len && s.ptr[i] == '.' && parts)
		for (i++; DIGIT_AT(i) || (i < s.len && s.ptr[i] == '_');)
			i++;
#undef DIGIT_AT
	return parts && i == s.len;
}

/* Whether a plain text would come back as this string. */
static bool reads_as_string(struct str text)
{
	enum scalar_type type = scalar_of_plain(text, DIALECT_SIGS).type;

	return (type == SCALAR_STR || type == SCALAR_MERGE) && !is_base60(text);
}

/* The character at *i; the cursor moves behind it. */
static void copy_char(struct yaml_emitter *e, struct str s, size_t *i)
{
	size_t from = *i;

	utf8_next(s, i);
	buf_add(e->out, str_sub(s, from, *i));
	e->column++;
}

/* The plain bytes at *i, or one character. */
static void copy_run(struct yaml_emitter *e, struct str s, size_t *i)
{
	size_t end = skip_plain(s, *i);

	if (end == *i) {
		copy_char(e, s, i);
		return;
	}
	buf_add(e->out, str_sub(s, *i, end));
	e->column += (int)(end - *i);
	*i = end;
}

/* Whether to break the line instead of the blank at i. */
static bool folds_at(const struct yaml_emitter *e, bool may_fold, bool was_space)
{
	return may_fold && !was_space && e->column > YAML_WIDTH;
}

static bool is_space_at(struct str s, size_t i)
{
	return i < s.len && s.ptr[i] == ' ';
}

/* One character of a line break inside a single-quoted text. */
static void quoted_break(struct yaml_emitter *e, struct str s, size_t *i, bool was_break)
{
	if (!was_break && s.ptr[*i] == '\n')
		put_break(e);
	if (s.ptr[*i] == '\n') {
		put_break(e);
		++*i;
	} else {
		copy_char(e, s, i);
		e->column = 0;
	}
	e->is_indention = true;
}

/* Plain and single-quoted text; quote is 0 for plain. */
static void write_flow(struct yaml_emitter *e, struct str s, int indent, bool may_fold, char quote)
{
	bool was_space = false, was_break = false;

	for (size_t i = 0; i < s.len;) {
		if (s.ptr[i] == ' ') {
			bool is_edge = quote && (i == 0 || i + 1 == s.len);
			if (folds_at(e, may_fold, was_space) && !is_edge &&
			    !is_space_at(s, i + 1)) {
				write_indent(e, indent);
				i++;
			} else {
				copy_char(e, s, &i);
			}
			was_space = true;
			continue;
		}
		if (is_break_at(s, i)) {
			quoted_break(e, s, &i, was_break);
			was_break = true;
			continue;
		}
		if (was_break)
			write_indent(e, indent);
		if (quote && s.ptr[i] == quote)
			put(e, quote);
		copy_run(e, s, &i);
		e->is_indention = was_space = was_break = false;
	}
}

static void write_plain(struct yaml_emitter *e, struct str s, int indent, bool may_fold)
{
	if (!e->is_whitespace)
		put(e, ' ');
	write_flow(e, s, indent, may_fold, '\0');
	e->is_whitespace = false;
	e->is_indention = false;
}

static void write_single(struct yaml_emitter *e, struct str s, int indent, bool may_fold)
{
	indicator(e, '\'', /* need_blank= */ true, /* is_indention= */ false);
	write_flow(e, s, indent, may_fold, '\'');
	indicator(e, '\'', /* need_blank= */ false, /* is_indention= */ false);
}

static void write_escape(struct yaml_emitter *e, uint32_t c)
{
	static const struct {
		uint32_t c;
		char letter;
	} letters[] = {
		{ 0, '0' },	{ 7, 'a' },    { 8, 'b' },    { 9, 't' },      { 10, 'n' },
		{ 11, 'v' },	{ 12, 'f' },   { 13, 'r' },   { 27, 'e' },     { '"', '"' },
		{ '\\', '\\' }, { 0x85, 'N' }, { 0xa0, '_' }, { 0x2028, 'L' }, { 0x2029, 'P' },
	};
	size_t before = e->out->len;

	for (size_t i = 0; i < ARRAY_COUNT(letters); i++) {
		if (letters[i].c != c)
			continue;
		put(e, '\\');
		put(e, letters[i].letter);
		return;
	}
	buf_printf(e->out, c <= 0xff ? "\\x%02X" : c <= 0xffff ? "\\u%04X" : "\\U%08X", c);
	e->column += (int)(e->out->len - before);
}

/* "::" is one at the beginning of a line: texts of several lines have such, and folded ones. */
static bool is_command_at(const struct yaml_emitter *e, struct str s, size_t i)
{
	if (!e->hides_commands || !visible_is_command(str_from(s, i)))
		return false;
	if (s.ptr[i] == '#')
		return true;
	/* Behind a blank, which may be one of Unicode's. */
	bool begins = i == 0 || (unsigned char)s.ptr[i - 1] <= ' ' || (s.ptr[i - 1] & 0x80);
	return begins && (s.len > YAML_WIDTH / 2 || memchr(s.ptr, '\n', s.len));
}

static bool has_command(const struct yaml_emitter *e, struct str s)
{
	for (size_t i = 0; e->hides_commands && i < s.len; i++)
		if (is_command_at(e, s, i))
			return true;
	return false;
}

static void write_double(struct yaml_emitter *e, struct str s, int indent, bool may_fold)
{
	/* go-yaml looks for a byte order mark at the start, whatever character it is at. */
	bool has_bom = str_starts(s, STR("\xef\xbb\xbf")), was_space = false;

	indicator(e, '"', /* need_blank= */ true, /* is_indention= */ false);
	for (size_t i = 0, next = 0; i < s.len; i = next) {
		if (!has_bom && s.ptr[i] != '\\' && plain_bytes[(unsigned char)s.ptr[i]] &&
		    !is_command_at(e, s, i)) {
			put(e, s.ptr[i]);
			next = i + 1;
			was_space = false;
			continue;
		}
		uint32_t c = utf8_next(s, &next);
		bool is_edge = i == 0 || i + 1 == s.len;
		if (!is_printable(c) || has_bom || is_break_at(s, i) || c == '"' || c == '\\' ||
		    is_command_at(e, s, i)) {
			write_escape(e, c);
			was_space = false;
			continue;
		}
		if (c == ' ' && folds_at(e, may_fold, was_space) && !is_edge) {
			write_indent(e, indent);
			if (is_space_at(s, next))
				put(e, '\\');
		} else {
			size_t at = i;
			copy_char(e, s, &at);
		}
		was_space = c == ' ';
	}
	indicator(e, '"', /* need_blank= */ false, /* is_indention= */ false);
}

/* Where the last character before end begins. */
static size_t char_before(struct str s, size_t end)
{
	for (end--; end > 0 && (s.ptr[end] & 0xc0) == 0x80;)
		end--;
	return end;
}

/* '-' without a break at the end, '+' with several, or with nothing else. */
static char chomping_of(struct str s)
{
	size_t last = char_before(s, s.len);

	if (!is_break_at(s, last))
		return '-';
	return last == 0 || is_break_at(s, char_before(s, last)) ? '+' : '\0';
}

static void write_literal(struct yaml_emitter *e, struct str s, int indent)
{
	char chomping = chomping_of(s);
	bool is_start = true;

	indicator(e, '|', /* need_blank= */ true, /* is_indention= */ false);
	if (s.ptr[0] == ' ' || is_break_at(s, 0))
		indicator(e, '0' + YAML_INDENT, /* need_blank= */ false, false);
	if (chomping)
		indicator(e, chomping, /* need_blank= */ false, /* is_indention= */ false);
	put_break(e);
	e->is_indention = e->is_whitespace = true;
	for (size_t i = 0; i < s.len;) {
		if (is_break_at(s, i)) {
			if (s.ptr[i] == '\n') {
				put_break(e);
				i++;
			} else {
				copy_char(e, s, &i);
				e->column = 0;
			}
			e->is_indention = is_start = true;
			continue;
		}
		if (is_start)
			write_indent(e, indent);
		copy_run(e, s, &i);
		e->is_indention = is_start = false;
	}
}

enum style { PLAIN, SINGLE, DOUBLE, LITERAL };

static enum style style_of(struct str text, const struct analysis *a, bool is_key)
{
	if (memchr(text.ptr ? text.ptr : "", '\n', text.len))
		return a->block_allowed && !is_key ? LITERAL : DOUBLE;
	if (!reads_as_string(text) || (is_key && a->is_multiline))
		return DOUBLE;
	if (a->plain_allowed)
		return PLAIN;
	return a->single_allowed ? SINGLE : DOUBLE;
}

void yaml_emit_string(struct yaml_emitter *e, struct str text, int indent, bool is_key)
{
	struct analysis a = analyze(text);
	int inner = indent < 0 ? YAML_INDENT : indent + YAML_INDENT;

	switch (has_command(e, text) ? DOUBLE : style_of(text, &a, is_key)) {
	case PLAIN:
		write_plain(e, text, inner, !is_key);
		break;
	case SINGLE:
		write_single(e, text, inner, !is_key);
		break;
	case DOUBLE:
		write_double(e, text, inner, !is_key);
		break;
	case LITERAL:
		write_literal(e, text, inner);
		break;
	}
}

void yaml_emit_key(struct yaml_emitter *e, struct str key, int indent)
{
	struct analysis a = analyze(key);
	bool is_simple = key.len <= YAML_SIMPLE_KEY_BYTES_MAX && !a.is_multiline;

	write_indent(e, indent);
	if (is_simple) {
		yaml_emit_string(e, key, indent, /* is_key= */ true);
		indicator(e, ':', /* need_blank= */ false, /* is_indention= */ false);
		return;
	}
	indicator(e, '?', /* need_blank= */ true, /* is_indention= */ true);
	yaml_emit_string(e, key, indent, /* is_key= */ false);
	write_indent(e, indent);
	indicator(e, ':', /* need_blank= */ true, /* is_indention= */ true);
}

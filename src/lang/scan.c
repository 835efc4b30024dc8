/* scan - tokens of small languages: names, numbers, strings, operators, and where they stand */
#include "lang/scan.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"

enum { GROUPED_BYTES_MAX = 64 }; /* of a number with groups */

const struct char_set scan_blanks = {
	.has = { [' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true }
};
const struct char_set scan_name_start = {
	.has = { ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['_'] = true }
};
const struct char_set scan_name_part = {
	.has = { ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['_'] = true, ['0' ... '9'] = true }
};

/* Errors */

int scan_error(const struct scan *scan, uint32_t offset, const char *format, ...)
{
	char message[ERROR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	uint32_t line = 1, column = 1;
	for (uint32_t i = 0; i < offset && i < scan->in.text.len; i++) {
		column++;
		if (scan->in.text.ptr[i] == '\n') {
			line++;
			column = 1;
		}
	}
	uint32_t position = scan->position ? scan->position + offset : ERROR_NO_POSITION;
	return error_set(scan->err, ERROR_INPUT, position, "%s, %u:%u: %s", scan->language->name,
			 line, column, message);
}

int scan_unexpected(const struct scan *scan, const char *wanted)
{
	const struct scan_token *token = &scan->token;

	if (token->kind == SCAN_END)
		return scan_error(scan, token->offset, "the expression ends where %s should stand",
				  wanted);
	return scan_error(scan, token->offset, "'%.*s' stands where %s should",
			  STR_FMT(token->text), wanted);
}

/* Words */

static bool is_next(const struct cursor *in, struct str text)
{
	/* Most texts differ in their first byte. */
	return text.len && cursor_peek(in) == text.ptr[0] && str_starts(cursor_rest(in), text);
}

static uint16_t keyword_id(const struct scan_word *keywords, struct str name)
{
	for (; keywords && keywords->text.len; keywords++)
		if (str_equal(keywords->text, name))
			return keywords->id;
	return 0;
}

static void take_name(struct scan *scan)
{
	struct scan_token *token = &scan->token;

	token->kind = SCAN_NAME;
	token->text = cursor_take_while(&scan->in, scan->language->name_part);
	token->id = keyword_id(scan->language->keywords, token->text);
}

static int take_operator(struct scan *scan)
{
	const struct scan_word *longest = NULL, *o = scan->language->operators;

	for (; o && o->text.len; o++)
		if ((!longest || o->text.len > longest->text.len) && is_next(&scan->in, o->text))
			longest = o;
	if (!longest)
		return scan_error(scan, scan->token.offset, "'%c' has no meaning here",
				  cursor_peek(&scan->in));
	scan->token.kind = SCAN_OPERATOR;
	scan->token.text = longest->text;
	scan->token.id = longest->id;
	scan->in.at += longest->text.len;
	return 0;
}

/* Strings */

static const struct scan_quotes *quotes_at(const struct scan *scan)
{
	for (const struct scan_quotes *q = scan->language->quotes; q && q->open.len; q++)
		if (is_next(&scan->in, q->open))
			return q;
	return NULL;
}

static int take_escape(struct scan *scan, const struct scan_quotes *quotes, struct buf *out)
{
	struct escape_fault fault;

	if (escape_take(&scan->in, quotes->escapes, quotes->close.ptr[0], out, &fault))
		return 0;
	return scan_error(scan, (uint32_t)fault.at, "'%.*s' is not an escape", STR_FMT(fault.text));
}

static bool is_line_end(const struct scan *scan, const struct scan_quotes *quotes)
{
	return cursor_peek(&scan->in) == '\n' && !quotes->has_lines;
}

static bool is_escape(const struct scan *scan, const struct scan_quotes *quotes)
{
	return quotes->escapes && cursor_peek(&scan->in) == quotes->escapes->sign;
}

static bool is_close(const struct scan *scan, const struct scan_quotes *quotes)
{
	struct cursor behind = scan->in;

	if (!is_next(&scan->in, quotes->close))
		return false;
	behind.at += quotes->close.len;
	return !quotes->is_doubled || !is_next(&behind, quotes->close);
}

static int copy_string(struct scan *scan, const struct scan_quotes *quotes)
{
	struct cursor *in = &scan->in;
	struct buf out;

	buf_init(&out, scan->arena);
	while (!is_close(scan, quotes)) {
		if (cursor_at_end(in) || is_line_end(scan, quotes))
			return scan_error(scan, scan->token.offset, "a string that does not end");
		if (is_escape(scan, quotes)) {
			if (take_escape(scan, quotes, &out) < 0)
				return -1;
			continue;
		}
		if (quotes->is_doubled)
			in->at += is_next(in, quotes->close); /* the second one stands for itself */
		buf_add_char(&out, in->text.ptr[in->at++]);
	}
	in->at += quotes->close.len;
	scan->token.text = buf_str(&out);
	return 0;
}

/* Borrowed, unless it has an escape. */
static int take_string(struct scan *scan, const struct scan_quotes *quotes)
{
	struct cursor *in = &scan->in;
	size_t from = in->at += quotes->open.len;

	scan->token.kind = SCAN_STRING;
	scan->token.id = quotes->id;
	while (!cursor_at_end(in) && cursor_peek(in) != quotes->close.ptr[0] &&
	       !is_escape(scan, quotes) && !is_line_end(scan, quotes))
		in->at++;
	if (!is_close(scan, quotes)) {
		in->at = from;
		return copy_string(scan, quotes);
	}
	scan->token.text = str_sub(in->text, from, in->at);
	in->at += quotes->close.len;
	return 0;
}

/* Numbers */

static bool is_sign(char c)
{
	return c == '+' || c == '-';
}

static bool begins_number(const struct scan *scan)
{
	unsigned numbers = scan->language->numbers;
	size_t at = numbers & SCAN_SIGN && is_sign(cursor_peek(&scan->in));

	if (!numbers)
		return false;
	if (numbers & SCAN_POINT_FIRST && cursor_peek_at(&scan->in, at) == '.')
		at++;
	return char_is_digit(cursor_peek_at(&scan->in, at));
}

/* Letters, digits and points, and a sign behind an exponent. */
static void take_number(struct scan *scan)
{
	struct cursor *in = &scan->in;
	bool points = scan->language->numbers & SCAN_POINT_LAST;
	size_t from = in->at;

	in->at += is_sign(cursor_peek(in));
	bool hex = cursor_peek(in) == '0' && (cursor_peek_at(in, 1) | 0x20) == 'x';
	for (bool in_exponent = false;; in->at++) {
		char c = cursor_peek(in);
		bool point = c == '.' && (points || char_is_digit(cursor_peek_at(in, 1)));
		if (!char_set_has(&scan_name_part, c) && !point && !(in_exponent && is_sign(c)))
			break;
		in_exponent = !hex && (c == 'e' || c == 'E');
	}
	scan->token.kind = SCAN_NUMBER;
	scan->token.text = str_sub(in->text, from, in->at);
}

/* Takes the '_' out, each of which must stand between two digits. False when one does not. */
static bool strip_groups(struct str *text, char buffer[GROUPED_BYTES_MAX])
{
	size_t len = 0;

	if (str_find_char(*text, '_') < 0)
		return true;
	for (size_t i = 0; i < text->len; i++) {
		char c = text->ptr[i];
		if (c == '_' && (i == 0 || i + 1 == text->len || text->ptr[i + 1] == '_'))
			return false;
		if (c != '_' && len < GROUPED_BYTES_MAX)
			buffer[len++] = c;
	}
	*text = (struct str){ buffer, len };
	return len < GROUPED_BYTES_MAX;
}

/* Takes a letter (a small one) off the end, where a language has such a suffix. */
static bool strip_suffix(struct str *text, bool is_known, char suffix)
{
	bool is_there = is_known && text->len && (text->ptr[text->len - 1] | 0x20) == suffix;

	text->len -= is_there;
	return is_there;
}

/* The base that a prefix says, and the digits behind it; 10 where there is none. */
static unsigned base_of(struct str text, unsigned numbers, struct str *ret_digits)
{
	static const struct {
		char mark;
		uint8_t base;
		unsigned numbers;
	} bases[] = { { 'x', 16, SCAN_HEX }, { 'o', 8, SCAN_OCTAL }, { 'b', 2, SCAN_BINARY } };
	uint64_t ignored;

	*ret_digits = text;
	if (text.len < 2 || text.ptr[0] != '0')
		return 10;
	for (size_t i = 0; i < ARRAY_COUNT(bases); i++) {
		if (numbers & bases[i].numbers && (text.ptr[1] | 0x20) == bases[i].mark) {
			*ret_digits = str_from(text, 2);
			return bases[i].base;
		}
	}
	return numbers & SCAN_ZERO_OCTAL && num_uint64(text, 8, &ignored) ? 8 : 10;
}

bool scan_number(struct str text, unsigned numbers, struct scan_number *ret)
{
	char buffer[GROUPED_BYTES_MAX];
	struct scan_number n = {};
	struct str digits;

	if (numbers & SCAN_SIGN && text.len && is_sign(text.ptr[0])) {
		n.is_negative = text.ptr[0] == '-';
		text = str_from(text, 1);
	}
	if (!text.len || is_sign(text.ptr[0]))
		return false;
	if (numbers & SCAN_GROUPS && !strip_groups(&text, buffer))
		return false;
	n.is_unsigned = strip_suffix(&text, numbers & SCAN_UNSIGNED, 'u');
	n.is_imaginary = strip_suffix(&text, numbers & SCAN_IMAGINARY, 'i');
	unsigned base = base_of(text, numbers, &digits);
	n.is_integer = num_uint64(digits, base, &n.integer);
	n.value = (double)n.integer;
	if (!n.is_integer && (base != 10 || n.is_unsigned || !num_double(text, &n.value)))
		return false;
	if (n.is_negative)
		n.value = -n.value;
	*ret = n;
	return true;
}

/* Tokens */

static void skip_blanks(struct scan *scan)
{
	const struct scan_language *l = scan->language;
	struct cursor *in = &scan->in;

	cursor_take_while(in, l->blanks);
	while (is_next(in, l->comment)) {
		while (!cursor_at_end(in) && cursor_peek(in) != '\n')
			in->at++;
		cursor_take_while(in, l->blanks);
	}
}

int scan_next(struct scan *scan)
{
	assert(scan->in.text.len <= UINT32_MAX);
	skip_blanks(scan);
	scan->token = (struct scan_token){ .kind = SCAN_END, .offset = (uint32_t)scan->in.at };
	if (cursor_at_end(&scan->in))
		return 0;
	if (begins_number(scan)) {
		take_number(scan);
		return 0;
	}
	const struct scan_quotes *quotes = quotes_at(scan);
	if (quotes)
		return take_string(scan, quotes);
	if (char_set_has(scan->language->name_start, cursor_peek(&scan->in))) {
		take_name(scan);
		return 0;
	}
	return take_operator(scan);
}

bool scan_token_is(const struct scan_token *token, const char *text)
{
	return (token->kind == SCAN_OPERATOR || token->kind == SCAN_NAME) &&
	       str_equal(token->text, str_from_cstr(text));
}

bool scan_token_is_word(const struct scan_token *token, const char *word)
{
	return token->kind == SCAN_NAME && str_equal_nocase(token->text, str_from_cstr(word));
}

struct str scan_token_name(const struct scan_token *token)
{
	return token->kind == SCAN_END ? STR("end of the expression") : token->text;
}

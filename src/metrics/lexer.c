/* lexer - the tokens of PromQL */
#include "metrics/lexer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"
#include "base/utf8.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The byte at an offset from here, 0 behind the end. */
static char peek(const struct lexer *lexer, uint32_t ahead)
{
	size_t at = (size_t)lexer->at + ahead;
	return at < lexer->text.len ? lexer->text.ptr[at] : '\0';
}

int promql_lexer_error(struct lexer *lexer, uint32_t offset, const char *format, ...)
{
	char message[ERROR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	uint32_t line = 1;
	uint32_t column = 1;
	for (uint32_t i = 0; i < offset && i < lexer->text.len; i++) {
		column++;
		if (lexer->text.ptr[i] == '\n') {
			line++;
			column = 1;
		}
	}
	uint32_t position = lexer->position ? lexer->position + offset : ERROR_NO_POSITION;
	return error_set(lexer->err, ERROR_INPUT, position, "PromQL, %u:%u: %s", line, column,
			 message);
}

static void skip_blanks(struct lexer *lexer)
{
	for (;;) {
		char c = peek(lexer, 0);
		if (c == '#') {
			while (lexer->at < lexer->text.len && peek(lexer, 0) != '\n')
				lexer->at++;
		} else if (lexer->at < lexer->text.len &&
			   (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
			lexer->at++;
		} else {
			return;
		}
	}
}

/* --- durations and numbers ------------------------------------------------------------------- */

struct duration_unit {
	const char *text;
	int64_t ms;
};

/* Descending: a duration names each at most once, in this order. */
static const struct duration_unit duration_units[] = {
	{ "y", 365ll * 24 * 3600 * 1000 },
	{ "w", 7ll * 24 * 3600 * 1000 },
	{ "d", 24ll * 3600 * 1000 },
	{ "h", 3600ll * 1000 },
	{ "m", 60ll * 1000 },
	{ "s", 1000ll },
	{ "ms", 1ll },
};

/* Index of the unit at the start of s with its length, or -1. */
static int unit_at(struct str s, size_t *ret_len)
{
	if (str_starts(s, STR("ms"))) {
		*ret_len = 2;
		return ARRAY_COUNT(duration_units) - 1;
	}
	*ret_len = 1;
	for (size_t i = 0; i + 1 < ARRAY_COUNT(duration_units); i++)
		if (s.len > 0 && s.ptr[0] == duration_units[i].text[0])
			return (int)i;
	return -1;
}

bool promql_lexer_duration(struct str text, int64_t *ret_ms)
{
	int64_t total_ms = 0;
	int last_unit = -1;
	struct str rest = text;
	while (rest.len > 0) {
		size_t digits = 0;
		while (digits < rest.len && is_digit(rest.ptr[digits]))
			digits++;
		int64_t count = 0;
		size_t unit_len = 0;
		int unit = unit_at(str_from(rest, digits), &unit_len);
		if (!num_int64(str_sub(rest, 0, digits), &count) || unit <= last_unit)
			return false;
		int64_t part_ms = 0;
		if (__builtin_mul_overflow(count, duration_units[unit].ms, &part_ms) ||
		    __builtin_add_overflow(total_ms, part_ms, &total_ms))
			return false;
		last_unit = unit;
		rest = str_from(rest, digits + unit_len);
	}
	*ret_ms = total_ms;
	return last_unit >= 0;
}

/*
 * The bytes of a number or duration from here on: letters, digits, and a sign behind an exponent.
 */
static struct str number_text(const struct lexer *lexer)
{
	bool hex = peek(lexer, 0) == '0' && (peek(lexer, 1) == 'x' || peek(lexer, 1) == 'X');
	uint32_t len = 0;
	for (;;) {
		char c = peek(lexer, len);
		char before = len > 0 ? peek(lexer, len - 1) : '\0';
		bool sign = (c == '+' || c == '-') && !hex && (before == 'e' || before == 'E');
		if (!is_digit(c) && !is_letter(c) && c != '.' && !sign)
			return str_sub(lexer->text, lexer->at, lexer->at + len);
		len++;
	}
}

/*
 * Digits may be grouped with '_', each between two digits: taken out. False when one stands
 * elsewhere.
 */
static bool strip_groups(struct str *text, char *buffer, size_t size_bytes)
{
	if (str_find_char(*text, '_') < 0)
		return true;
	size_t len = 0;
	for (size_t i = 0; i < text->len; i++) {
		char c = text->ptr[i];
		if (c == '_' && (i + 1 == text->len || i == 0 || text->ptr[i + 1] == '_'))
			return false;
		if (c != '_' && len < size_bytes)
			buffer[len++] = c;
	}
	*text = (struct str){ buffer, len };
	return len < size_bytes;
}

/*
 * Integers may be hexadecimal (0x) or octal (a leading 0), as Go reads them; all else is a
 * decimal fraction.
 */
static bool read_number(struct str text, double *ret_number)
{
	char buffer[64];
	uint64_t integer = 0;
	if (!strip_groups(&text, buffer, sizeof(buffer)))
		return false;
	if (str_starts(text, STR("0x")) || str_starts(text, STR("0X"))) {
		if (!num_uint64(str_from(text, 2), 16, &integer))
			return false;
		*ret_number = (double)integer;
		return true;
	}
	if (text.len > 1 && text.ptr[0] == '0' && num_uint64(str_from(text, 1), 8, &integer)) {
		*ret_number = (double)integer;
		return true;
	}
	return num_double(text, ret_number);
}

static int lex_number(struct lexer *lexer)
{
	struct token *token = &lexer->token;
	struct str text = number_text(lexer);
	int64_t duration_ms = 0;
	token->kind = TOKEN_NUMBER;
	token->text = text;
	token->duration = promql_lexer_duration(text, &duration_ms);
	if (token->duration)
		token->number = (double)duration_ms / 1000;
	else if (!read_number(text, &token->number))
		return promql_lexer_error(lexer, token->offset,
					  "'%.*s' is neither a number nor a duration like 1h30m",
					  STR_FMT(text));
	lexer->at += (uint32_t)text.len;
	return 0;
}

/* --- strings --------------------------------------------------------------------------------- */

/* An escape by number: its digits and whether it names a byte or a letter. */
struct numeric_escape {
	char mark;
	uint8_t digits;
	uint8_t base;
	bool letter;
};

static const struct numeric_escape numeric_escapes[] = {
	{ 'x', 2, 16, false },
	{ 'u', 4, 16, true },
	{ 'U', 8, 16, true },
};

static int lex_numeric_escape(struct lexer *lexer, struct numeric_escape form, struct buf *out)
{
	uint64_t value = 0;
	struct str digits = str_sub(lexer->text, lexer->at, (size_t)lexer->at + form.digits);
	if (digits.len != form.digits || !num_uint64(digits, form.base, &value) ||
	    (!form.letter && value > 0xff) || value > 0x10ffff ||
	    (form.letter && value >= 0xd800 && value < 0xe000))
		return promql_lexer_error(lexer, lexer->at, "'%.*s' is not an escape",
					  STR_FMT(digits));
	lexer->at += form.digits;
	char bytes[UTF8_BYTES_MAX] = { (char)value };
	size_t count = form.letter ? utf8_encode((uint32_t)value, bytes) : 1;
	buf_add(out, (struct str){ bytes, count });
	return 0;
}

/* The escape behind a backslash, by the rules of Go. */
static int lex_escape(struct lexer *lexer, char quote, struct buf *out)
{
	static const char marks[] = "abfnrtv\\";
	static const char meanings[] = "\a\b\f\n\r\t\v\\";
	char c = peek(lexer, 0);
	for (size_t i = 0; i < ARRAY_COUNT(numeric_escapes); i++) {
		if (c == numeric_escapes[i].mark) {
			lexer->at++;
			return lex_numeric_escape(lexer, numeric_escapes[i], out);
		}
	}
	if (c >= '0' && c <= '7')
		return lex_numeric_escape(lexer, (struct numeric_escape){ 0, 3, 8, false }, out);
	lexer->at++;
	if (c == quote) {
		buf_add_char(out, c);
		return 0;
	}
	for (size_t i = 0; marks[i]; i++) {
		if (c == marks[i]) {
			buf_add_char(out, meanings[i]);
			return 0;
		}
	}
	return promql_lexer_error(lexer, lexer->at - 1, "'\\%c' is not an escape", c);
}

static int lex_string(struct lexer *lexer)
{
	struct token *token = &lexer->token;
	struct buf out;
	char quote = peek(lexer, 0);
	buf_init(&out, lexer->arena);
	lexer->at++;
	for (;;) {
		char c = peek(lexer, 0);
		if (lexer->at >= lexer->text.len || (c == '\n' && quote != '`'))
			return promql_lexer_error(lexer, token->offset,
						  "a string that does not end");
		lexer->at++;
		if (c == quote)
			break;
		if (c != '\\' || quote == '`')
			buf_add_char(&out, c);
		else if (lex_escape(lexer, quote, &out) < 0)
			return -1;
	}
	token->kind = TOKEN_STRING;
	token->text = buf_str(&out);
	return 0;
}

/* --- names and operators --------------------------------------------------------------------- */

static void lex_ident(struct lexer *lexer)
{
	uint32_t start = lexer->at;
	while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)) ||
	       (peek(lexer, 0) == ':' && lexer->bracket_depth == 0))
		lexer->at++;
	lexer->token.kind = TOKEN_IDENT;
	lexer->token.text = str_sub(lexer->text, start, lexer->at);
}

static int lex_operator(struct lexer *lexer)
{
	/* Longer ones first. */
	static const char *const operators[] = { "==", "!=", ">=", "<=", "=~", "!~", "+", "-",
						 "*",  "/",  "%",  "^",	 ">",  "<",  "=", "(",
						 ")",  "{",  "}",  "[",	 "]",  ",",  ":", "@" };
	struct str rest = str_from(lexer->text, lexer->at);
	for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
		struct str text = str_from_cstr(operators[i]);
		if (!str_starts(rest, text))
			continue;
		lexer->token.kind = TOKEN_OPERATOR;
		lexer->token.text = text;
		lexer->at += (uint32_t)text.len;
		if (text.ptr[0] == '[')
			lexer->bracket_depth++;
		else if (text.ptr[0] == ']' && lexer->bracket_depth > 0)
			lexer->bracket_depth--;
		return 0;
	}
	return promql_lexer_error(lexer, lexer->at, "'%c' has no meaning here", peek(lexer, 0));
}

int promql_lexer_next(struct lexer *lexer)
{
	skip_blanks(lexer);
	lexer->token = (struct token){ .kind = TOKEN_END, .offset = lexer->at };
	char c = peek(lexer, 0);
	if (lexer->at >= lexer->text.len)
		return 0;
	if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1))))
		return lex_number(lexer);
	if (c == '"' || c == '\'' || c == '`')
		return lex_string(lexer);
	if (is_letter(c) || (c == ':' && lexer->bracket_depth == 0)) {
		lex_ident(lexer);
		return 0;
	}
	return lex_operator(lexer);
}

int promql_lexer_init(struct lexer *lexer, struct arena *arena, struct str text, uint32_t position,
		      struct error *err)
{
	*lexer = (struct lexer){ .arena = arena, .text = text, .position = position, .err = err };
	return promql_lexer_next(lexer);
}

bool promql_token_is(const struct token *token, const char *operator_text)
{
	return token->kind == TOKEN_OPERATOR &&
	       str_equal(token->text, str_from_cstr(operator_text));
}

bool promql_token_is_word(const struct token *token, const char *word)
{
	return token->kind == TOKEN_IDENT && str_equal_nocase(token->text, str_from_cstr(word));
}

struct str promql_token_name(const struct token *token)
{
	return token->kind == TOKEN_END ? STR("end of the expression") : token->text;
}

/* lexer - the tokens of PromQL */
#include "metrics/lexer.h"

#include "base/num.h"

enum {
	PROMQL_NUMBERS = SCAN_NUMBERS | SCAN_POINT_FIRST | SCAN_POINT_LAST | SCAN_HEX |
			 SCAN_ZERO_OCTAL | SCAN_GROUPS
};

/* --- the language ---------------------------------------------------------------------------- */

static const struct char_set metric_start = {
	.has = { ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['_'] = true, [':'] = true }
};
static const struct char_set metric_part = { .has = { ['a' ... 'z'] = true,
						      ['A' ... 'Z'] = true,
						      ['_'] = true,
						      [':'] = true,
						      ['0' ... '9'] = true } };

static const struct scan_word operators[] = {
	{ STR_INIT("==") },
	{ STR_INIT("!=") },
	{ STR_INIT(">=") },
	{ STR_INIT("<=") },
	{ STR_INIT("=~") },
	{ STR_INIT("!~") },
	{ STR_INIT("+") },
	{ STR_INIT("-") },
	{ STR_INIT("*") },
	{ STR_INIT("/") },
	{ STR_INIT("%") },
	{ STR_INIT("^") },
	{ STR_INIT(">") },
	{ STR_INIT("<") },
	{ STR_INIT("=") },
	{ STR_INIT("(") },
	{ STR_INIT(")") },
	{ STR_INIT("{") },
	{ STR_INIT("}") },
	{ STR_INIT("[") },
	{ STR_INIT("]") },
	{ STR_INIT(",") },
	{ STR_INIT(":") },
	{ STR_INIT("@") },
	{},
};

/* By the rules of Go. */
static const struct escapes escapes = {
	.sign = '\\',
	.letters = "abfnrtv\\",
	.meanings = "\a\b\f\n\r\t\v\\",
	.numbers = { { 'x', 2, 16, true },
		     { 'u', 4, 16, false },
		     { 'U', 8, 16, false },
		     { '\0', 3, 8, true } },
};

static const struct scan_quotes quotes[] = {
	{ STR_INIT("\""), STR_INIT("\""), .escapes = &escapes },
	{ STR_INIT("'"), STR_INIT("'"), .escapes = &escapes },
	{ STR_INIT("`"), STR_INIT("`"), .has_lines = true },
	{},
};

#define PROMQL(start, part)                                                                        \
	{                                                                                          \
		.name = "PromQL", .blanks = &scan_blanks, .comment = STR_INIT("#"),                \
		.numbers = PROMQL_NUMBERS, .name_start = start, .name_part = part,                 \
		.operators = operators, .quotes = quotes                                           \
	}

static const struct scan_language promql = PROMQL(&metric_start, &metric_part);
static const struct scan_language promql_in_brackets = PROMQL(&scan_name_start, &scan_name_part);

/* --- durations ------------------------------------------------------------------------------- */

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
	struct cursor in = { text };
	int64_t total_ms = 0;
	int last_unit = -1;
	while (!cursor_at_end(&in)) {
		int64_t count = 0;
		size_t unit_len = 0;
		struct str digits = cursor_take_digits(&in);
		int unit = unit_at(cursor_rest(&in), &unit_len);
		if (!num_int64(digits, &count) || unit <= last_unit)
			return false;
		int64_t part_ms = 0;
		if (__builtin_mul_overflow(count, duration_units[unit].ms, &part_ms) ||
		    __builtin_add_overflow(total_ms, part_ms, &total_ms))
			return false;
		last_unit = unit;
		in.at += unit_len;
	}
	*ret_ms = total_ms;
	return last_unit >= 0;
}

/* --- tokens ---------------------------------------------------------------------------------- */

static int read_number(struct lexer *lexer)
{
	const struct scan_token *token = &lexer->scan.token;
	struct scan_number number;
	int64_t duration_ms = 0;
	if (promql_lexer_duration(token->text, &duration_ms))
		lexer->number = (double)duration_ms / 1000;
	else if (scan_number(token->text, PROMQL_NUMBERS, &number))
		lexer->number = number.value;
	else
		return scan_error(&lexer->scan, token->offset,
				  "'%.*s' is neither a number nor a duration like 1h30m",
				  STR_FMT(token->text));
	return 0;
}

int promql_lexer_next(struct lexer *lexer)
{
	struct scan *scan = &lexer->scan;
	if (scan_next(scan) < 0)
		return -1;
	if (scan_token_is(&scan->token, "["))
		lexer->bracket_depth++;
	else if (scan_token_is(&scan->token, "]") && lexer->bracket_depth > 0)
		lexer->bracket_depth--;
	scan->language = lexer->bracket_depth ? &promql_in_brackets : &promql;
	return scan->token.kind == SCAN_NUMBER ? read_number(lexer) : 0;
}

int promql_lexer_init(struct lexer *lexer, struct arena *arena, struct str text, uint32_t position,
		      struct error *err)
{
	*lexer = (struct lexer){ .scan = { &promql, { text }, arena, position, err } };
	return promql_lexer_next(lexer);
}

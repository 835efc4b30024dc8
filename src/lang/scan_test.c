/* scan_test - tokens of languages as tables, where they stand, and what is none */
#include "lang/scan_test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"

/* "name:a number:1 string:b/3" with the ids; a fault ends it. */
static struct str tokens(struct arena *arena, const struct scan_language *language, struct str text)
{
	static const char *const kinds[] = { "end", "name", "number", "string", "operator" };
	struct error err;
	struct scan scan = { language, { text }, arena, ERROR_NO_POSITION, &err };
	struct buf out;

	buf_init(&out, arena);
	for (;;) {
		if (scan_next(&scan) < 0) {
			buf_printf(&out, "%s", err.text);
			return buf_str(&out);
		}
		const struct scan_token *t = &scan.token;
		if (t->kind == SCAN_END)
			return buf_str(&out);
		buf_printf(&out, "%s%s:%.*s", out.len ? " " : "", kinds[t->kind], STR_FMT(t->text));
		if (t->id)
			buf_printf(&out, "/%d", t->id);
	}
}

static void texts_are_tokens(void)
{
	static const struct {
		const struct scan_language *language;
		struct str text;
		const char *tokens;
	} rows[] = {
		{ &cel, STR_INIT(""), "" },
		{ &cel, STR_INIT(" \t\n"), "" },
		{ &cel, STR_INIT("a<b"), "name:a operator:< name:b" },
		{ &cel, STR_INIT("a<=b&&c"), "name:a operator:<= name:b operator:&&/2 name:c" },
		{ &cel, STR_INIT("x in y"), "name:x name:in/1 name:y" },
		{ &cel, STR_INIT("inner IN"), "name:inner name:IN" },
		{ &cel, STR_INIT("a // in\n// b\n.?c"), "name:a operator:.? name:c" },
		{ &cel, STR_INIT("a//"), "name:a" },
		/* Strings. */
		{ &cel, STR_INIT("'a\"b' \"\""), "string:a\"b string:" },
		{ &cel, STR_INIT("'\\'\\x41\\u00e9\\101'"),
		  "string:'A\xc3\xa9"
		  "A" },
		{ &cel, STR_INIT("'\\xff'"), "string:\xc3\xbf" },
		{ &cel, STR_INIT("b'\\xff'"), "string:\xff/3" },
		{ &cel, STR_INIT("r'\\n' br\"\\n\""), "string:\\n string:\\n/3" },
		{ &cel, STR_INIT("'''a'\n''b'''"), "string:a'\n''b" },
		{ &cel, STR_INIT("\"\"\"\\t\"\"\""), "string:\t" },
		{ &cel, STR_INIT("r'''\\'''"), "string:\\" },
		{ &cel, STR_INIT("''''''"), "string:" },
		{ &cel, STR_INIT("raw r"), "name:raw name:r" },
		{ &cel, STR_INIT("a.`b-c`"), "name:a operator:. string:b-c/4" },
		{ &github, STR_INIT("'it''s' '' ''''"), "string:it's string: string:'" },
		{ &github, STR_INIT("'a\nb'"), "string:a\nb" },
		{ &go_template, STR_INIT("`a\\n` '\\n' \"\\n\""),
		  "string:a\\n string:\n/5 string:\n" },
		{ &go_template, STR_INIT("/* a\n* */ }}"), "string: a\n*  operator:}}" },
		/* Numbers. */
		{ &cel, STR_INIT("1-2 1.5e-3-4"),
		  "number:1 operator:- number:2 number:1.5e-3 operator:- number:4" },
		{ &cel, STR_INIT("1.size .5 a.b"),
		  "number:1 operator:. name:size number:.5 name:a operator:. name:b" },
		{ &cel, STR_INIT("0xe-1"), "number:0xe operator:- number:1" },
		{ &cel, STR_INIT("12abc"), "number:12abc" }, /* one wrong number */
		{ &github, STR_INIT("-1 +.5 a-1 5."), "number:-1 number:+.5 name:a-1 number:5." },
		{ &github, STR_INIT("steps.a-b.*"),
		  "name:steps operator:. name:a-b operator:. operator:*" },
		{ &go_template, STR_INIT("$x := 1_000i -}}"),
		  "operator:$ name:x operator::= number:1_000i operator:-}}" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text.ptr); i++)
		CHECK_STR(tokens(arena, rows[i].language, rows[i].text),
			  str_from_cstr(rows[i].tokens));
}

static void what_is_no_token_is_told_with_its_place(void)
{
	static const struct {
		const struct scan_language *language;
		struct str text;
		const char *tokens;
	} rows[] = {
		{ &cel, STR_INIT("a\n  ?"), "name:aCEL, 2:3: '?' has no meaning here" },
		{ &cel, STR_INIT("a & b"), "name:aCEL, 1:3: '&' has no meaning here" },
		{ &cel, STR_INIT(" 'a"), "CEL, 1:2: a string that does not end" },
		{ &cel, STR_INIT("'a\nb'"), "CEL, 1:1: a string that does not end" },
		{ &cel, STR_INIT("'\\'"), "CEL, 1:1: a string that does not end" },
		{ &cel, STR_INIT("'a\\"), "CEL, 1:4: '\\' is not an escape" },
		{ &cel, STR_INIT("'''a''"), "CEL, 1:1: a string that does not end" },
		{ &cel, STR_INIT("'\n\\q'"), "CEL, 1:1: a string that does not end" },
		{ &cel, STR_INIT("'''\n\\q'''"), "CEL, 2:2: '\\q' is not an escape" },
		{ &cel, STR_INIT("b'\\u0041'"), "CEL, 1:4: '\\u' is not an escape" },
		{ &cel, STR_INIT("-"), "operator:-" },
		{ &github, STR_INIT("'a''"), "expression, 1:1: a string that does not end" },
		{ &github, STR_INIT("\"a\""), "expression, 1:1: '\"' has no meaning here" },
		{ &github, STR_INIT("-a"), "expression, 1:1: '-' has no meaning here" },
		{ &go_template, STR_INIT("/* a"), "template, 1:1: a string that does not end" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text.ptr); i++)
		CHECK_STR(tokens(arena, rows[i].language, rows[i].text),
			  str_from_cstr(rows[i].tokens));
}

static const struct {
	struct str text;
	unsigned numbers;
	double value; /* -1: it is none */
	struct scan_number is;
} number_rows[] = {
	{ STR_INIT("0"), 0, 0, { .is_integer = true } },
	{ STR_INIT("18446744073709551615"),
	  0,
	  0x1p64,
	  { .is_integer = true, .integer = UINT64_MAX } },
	{ STR_INIT("18446744073709551616"), 0, 0x1p64, {} },
	{ STR_INIT("1.5"), 0, 1.5, {} },
	{ STR_INIT("1e3"), 0, 1000, {} },
	{ STR_INIT("12abc"), 0, -1, {} },
	{ STR_INIT(""), 0, -1, {} },
	{ STR_INIT("0x1F"), SCAN_HEX, 31, { .is_integer = true, .integer = 31 } },
	{ STR_INIT("0X1f"), SCAN_HEX, 31, { .is_integer = true, .integer = 31 } },
	{ STR_INIT("0x1f"), 0, -1, {} },
	{ STR_INIT("0x"), SCAN_HEX, -1, {} },
	{ STR_INIT("0xg"), SCAN_HEX, -1, {} },
	{ STR_INIT("0o17"), SCAN_OCTAL, 15, { .is_integer = true, .integer = 15 } },
	{ STR_INIT("0o8"), SCAN_OCTAL, -1, {} },
	{ STR_INIT("0b11"), SCAN_BINARY, 3, { .is_integer = true, .integer = 3 } },
	{ STR_INIT("017"), SCAN_ZERO_OCTAL, 15, { .is_integer = true, .integer = 15 } },
	{ STR_INIT("017"), 0, 17, { .is_integer = true, .integer = 17 } },
	{ STR_INIT("019"), SCAN_ZERO_OCTAL, 19, { .is_integer = true, .integer = 19 } },
	{ STR_INIT("1_000"), SCAN_GROUPS, 1000, { .is_integer = true, .integer = 1000 } },
	{ STR_INIT("1_000"), 0, -1, {} },
	{ STR_INIT("1__0"), SCAN_GROUPS, -1, {} },
	{ STR_INIT("1_"), SCAN_GROUPS, -1, {} },
	{ STR_INIT("5u"),
	  SCAN_UNSIGNED,
	  5,
	  { .is_integer = true, .integer = 5, .is_unsigned = true } },
	{ STR_INIT("0xfU"),
	  SCAN_HEX | SCAN_UNSIGNED,
	  15,
	  { .is_integer = true, .integer = 15, .is_unsigned = true } },
	{ STR_INIT("1.5u"), SCAN_UNSIGNED, -1, {} },
	{ STR_INIT("5u"), 0, -1, {} },
	{ STR_INIT("u"), SCAN_UNSIGNED, -1, {} },
	{ STR_INIT("2i"),
	  SCAN_IMAGINARY,
	  2,
	  { .is_integer = true, .integer = 2, .is_imaginary = true } },
	{ STR_INIT("-5"),
	  SCAN_SIGN,
	  -5,
	  { .is_integer = true, .integer = 5, .is_negative = true } },
	{ STR_INIT("+0x10"), SCAN_SIGN | SCAN_HEX, 16, { .is_integer = true, .integer = 16 } },
	{ STR_INIT("--5"), SCAN_SIGN, -1, {} },
	{ STR_INIT("-5"), 0, -1, {} },
	{ STR_INIT("-"), SCAN_SIGN, -1, {} },
};

static void numbers_have_the_forms_of_their_language(void)
{
	for (size_t i = 0; TEST_ROW(number_rows, i, number_rows[i].text.ptr); i++) {
		struct scan_number n = {};
		bool is_one = scan_number(number_rows[i].text, number_rows[i].numbers, &n);

		if (!CHECK_INT(is_one, number_rows[i].value != -1) || !is_one)
			continue;
		CHECK(n.value == number_rows[i].value);
		CHECK_INT(n.is_integer, number_rows[i].is.is_integer);
		CHECK(n.integer == number_rows[i].is.integer);
		CHECK_INT(n.is_negative, number_rows[i].is.is_negative);
		CHECK_INT(n.is_unsigned, number_rows[i].is.is_unsigned);
		CHECK_INT(n.is_imaginary, number_rows[i].is.is_imaginary);
	}
}

static void a_number_with_groups_has_a_limit(void)
{
	SCRATCH(arena);
	struct scan_number n;
	struct buf digits;

	buf_init(&digits, arena);
	buf_add(&digits, STR("0_"));
	for (int i = 0; i < 62; i++)
		buf_add_char(&digits, '0');
	CHECK(scan_number(buf_str(&digits), SCAN_GROUPS, &n)); /* 63 digits */
	buf_add_char(&digits, '0');
	CHECK(!scan_number(buf_str(&digits), SCAN_GROUPS, &n));
}

static void strings_are_copied_only_for_their_escapes(void)
{
	SCRATCH(arena);
	struct str text = STR("'plain' 'a\\n'");
	struct error err;
	struct scan scan = { &cel, { text }, arena, ERROR_NO_POSITION, &err };

	CHECK_INT(scan_next(&scan), 0);
	CHECK(scan.token.text.ptr == text.ptr + 1);
	CHECK_INT(scan_next(&scan), 0);
	CHECK_INT(scan.token.offset, 8);
	CHECK(scan.token.text.ptr < text.ptr || scan.token.text.ptr > text.ptr + text.len);
}

static void errors_stand_at_their_token(void)
{
	SCRATCH(arena);
	struct error err;
	struct scan scan = { &cel, { STR("a\n  b") }, arena, 100, &err };

	CHECK_INT(scan_next(&scan), 0);
	CHECK_INT(scan_next(&scan), 0);
	CHECK(scan_token_is(&scan.token, "b") && scan_token_is_word(&scan.token, "B"));
	CHECK(!scan_token_is(&scan.token, "B"));
	CHECK_INT(scan_unexpected(&scan, "a list"), -1);
	CHECK_TEXT(str_from_cstr(err.text), "CEL, 2:3: 'b' stands where a list should");
	CHECK_INT(err.position, 104);
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK_INT(scan_next(&scan), 0);
	CHECK_INT(scan_next(&scan), 0); /* behind the end is the end */
	CHECK_INT(scan.token.kind, SCAN_END);
	CHECK(!scan_token_is(&scan.token, ""));
	CHECK_INT(scan_unexpected(&scan, "a list"), -1);
	CHECK_TEXT(str_from_cstr(err.text), "CEL, 2:4: the expression ends where a list should "
					    "stand");
	CHECK_TEXT(scan_token_name(&scan.token), "end of the expression");
	scan.position = ERROR_NO_POSITION;
	CHECK_INT(scan_error(&scan, 2, "%s", "here"), -1);
	CHECK_INT(err.position, ERROR_NO_POSITION);
}

/* Brackets with words of their own: the language is another one from the next token on. */
static void the_language_may_change_between_tokens(void)
{
	SCRATCH(arena);
	struct error err;
	struct scan scan = { &github, { STR("a-b a-b") }, arena, ERROR_NO_POSITION, &err };

	CHECK_INT(scan_next(&scan), 0);
	CHECK_TEXT(scan.token.text, "a-b");
	scan.language = &cel;
	CHECK_INT(scan_next(&scan), 0);
	CHECK_TEXT(scan.token.text, "a");
}

TESTS({ "texts are tokens", texts_are_tokens },
      { "malformed tokens are errors with their place", what_is_no_token_is_told_with_its_place },
      { "numbers have the forms of their language", numbers_have_the_forms_of_their_language },
      { "a number with groups has a limit", a_number_with_groups_has_a_limit },
      { "strings are copied only for their escapes", strings_are_copied_only_for_their_escapes },
      { "errors have the position of their token", errors_stand_at_their_token },
      { "the language may change between tokens", the_language_may_change_between_tokens })

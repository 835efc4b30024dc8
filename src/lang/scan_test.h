/*
 * scan_test - small languages as tables of the scanner: CEL, GitHub expressions, Go templates
 *
 * Layer: lang, for the scanner's tests and its fuzzer. They show that the tables can carry what
 * those languages have: raw and triple quotes, bytes, doubled quotes, runes, numbers in four bases,
 * suffixes and signs.
 */
#ifndef FORGE_LANG_SCAN_TEST_H
#define FORGE_LANG_SCAN_TEST_H

#include "lang/scan.h"

enum { ID_IN = 1, ID_LOGICAL_AND, ID_BYTES, ID_NAME, ID_RUNE };

/* As CEL has them: a number is a code point. */
static const struct escapes cel_escapes = {
	.sign = '\\',
	.letters = "abfnrtv\\?\"'`",
	.meanings = "\a\b\f\n\r\t\v\\?\"'`",
	.numbers = { { 'x', 2, 16, false },
		     { 'u', 4, 16, false },
		     { 'U', 8, 16, false },
		     { '\0', 3, 8, false } },
};
static const struct escapes byte_escapes = {
	.sign = '\\',
	.letters = "abfnrtv\\?\"'`",
	.meanings = "\a\b\f\n\r\t\v\\?\"'`",
	.numbers = { { 'x', 2, 16, true }, { '\0', 3, 8, true } },
};

/* Each kind of quotes with one prefix. */
#define CEL_QUOTES(prefix, ...)                                                                    \
	{ STR_INIT(prefix "\"\"\""), STR_INIT("\"\"\""), .has_lines = true, __VA_ARGS__ },         \
		{ STR_INIT(prefix "'''"), STR_INIT("'''"), .has_lines = true, __VA_ARGS__ },       \
		{ STR_INIT(prefix "\""), STR_INIT("\""), __VA_ARGS__ },                            \
	{                                                                                          \
		STR_INIT(prefix "'"), STR_INIT("'"), __VA_ARGS__                                   \
	}

static const struct scan_quotes cel_quotes[] = {
	CEL_QUOTES("", .escapes = &cel_escapes),
	CEL_QUOTES("r", .escapes = NULL),
	CEL_QUOTES("b", .escapes = &byte_escapes, .id = ID_BYTES),
	CEL_QUOTES("br", .id = ID_BYTES),
	{ STR_INIT("`"), STR_INIT("`"), .id = ID_NAME },
	{},
};
static const struct scan_word cel_operators[] = {
	{ STR_INIT("&&"), ID_LOGICAL_AND },
	{ STR_INIT("<") },
	{ STR_INIT("<=") },
	{ STR_INIT("-") },
	{ STR_INIT(".") },
	{ STR_INIT(".?") },
	{ STR_INIT("(") },
	{ STR_INIT(")") },
	{ STR_INIT("[") },
	{ STR_INIT("[?") },
	{ STR_INIT("]") },
	{},
};
static const struct scan_word cel_keywords[] = { { STR_INIT("in"), ID_IN }, {} };
static const struct scan_language cel = {
	.name = "CEL",
	.blanks = &scan_blanks,
	.comment = STR_INIT("//"),
	.numbers = SCAN_NUMBERS | SCAN_POINT_FIRST | SCAN_HEX | SCAN_UNSIGNED,
	.name_start = &scan_name_start,
	.name_part = &scan_name_part,
	.keywords = cel_keywords,
	.operators = cel_operators,
	.quotes = cel_quotes,
};

static const struct char_set github_part = { .has = { ['a' ... 'z'] = true,
						      ['A' ... 'Z'] = true,
						      ['_'] = true,
						      ['0' ... '9'] = true,
						      ['-'] = true } };
static const struct scan_quotes github_quotes[] = {
	{ STR_INIT("'"), STR_INIT("'"), .is_doubled = true, .has_lines = true },
	{},
};
static const struct scan_word github_operators[] = {
	{ STR_INIT("!") },
	{ STR_INIT("!=") },
	{ STR_INIT(".") },
	{ STR_INIT("*") },
	{ STR_INIT("(") },
	{ STR_INIT(")") },
	{},
};
static const struct scan_language github = {
	.name = "expression",
	.blanks = &scan_blanks,
	.numbers = SCAN_NUMBERS | SCAN_POINT_FIRST | SCAN_POINT_LAST | SCAN_SIGN | SCAN_HEX |
		   SCAN_OCTAL,
	.name_start = &scan_name_start,
	.name_part = &github_part,
	.operators = github_operators,
	.quotes = github_quotes,
};

static const struct scan_quotes template_quotes[] = {
	{ STR_INIT("\""), STR_INIT("\""), .escapes = &byte_escapes },
	{ STR_INIT("`"), STR_INIT("`"), .has_lines = true },
	{ STR_INIT("'"), STR_INIT("'"), .escapes = &cel_escapes, .id = ID_RUNE },
	{ STR_INIT("/*"), STR_INIT("*/"), .has_lines = true },
	{},
};
static const struct scan_word template_operators[] = {
	{ STR_INIT(":=") },
	{ STR_INIT("=") },
	{ STR_INIT("|") },
	{ STR_INIT(".") },
	{ STR_INIT("$") },
	{ STR_INIT("(") },
	{ STR_INIT(")") },
	{ STR_INIT(",") },
	{ STR_INIT("-}}") },
	{ STR_INIT("}}") },
	{},
};
static const struct scan_language go_template = {
	.name = "template",
	.blanks = &scan_blanks,
	.numbers = SCAN_NUMBERS | SCAN_POINT_FIRST | SCAN_POINT_LAST | SCAN_SIGN | SCAN_HEX |
		   SCAN_OCTAL | SCAN_BINARY | SCAN_ZERO_OCTAL | SCAN_GROUPS | SCAN_IMAGINARY,
	.name_start = &scan_name_start,
	.name_part = &scan_name_part,
	.operators = template_operators,
	.quotes = template_quotes,
};

#endif

/*
 * scan - tokens of small languages: names, numbers, strings, operators, and where they stand
 *
 * Layer: lang. A language is a table (struct scan_language); the scanner holds one token at a time.
 * The language may be changed between tokens, where a bracket or an action has words of its own. A
 * number is taken as a whole word, so that `12abc` is one wrong number and not a number and a name;
 * what it means is asked for by scan_number(), for a language may have more (durations).
 *
 * Ownership: texts of tokens borrow from the text, or live in the arena where a string has escapes.
 * Limit: a text has at most UINT32_MAX bytes.
 * Errors: ERROR_INPUT, "LANGUAGE, line:column: …" and the position in the document set.
 *
 *	struct scan scan = { &cel, { text }, arena, position, err };
 *	if (scan_next(&scan) < 0)
 *		return -1;
 *	if (scan.token.kind == SCAN_NAME) …
 */
#ifndef FORGE_LANG_SCAN_H
#define FORGE_LANG_SCAN_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/escape.h"

struct arena;

/* --- what a language consists of ------------------------------------------------------------- */

/* A keyword or an operator. id: for the language, from 1; 0: it is told by its text. */
struct scan_word {
	struct str text;
	uint16_t id;
};

/* One way to quote. */
struct scan_quotes {
	struct str open;	       /* with a prefix: r" */
	struct str close;	       /* its first byte may stand behind the sign of an escape */
	const struct escapes *escapes; /* NULL: raw */
	bool is_doubled;	       /* close twice stands for itself, as in 'it''s' */
	bool has_lines;		       /* may go over several lines */
	uint16_t id;		       /* of its tokens: bytes, runes */
};

/* How numbers may be written, besides decimals with an exponent. */
enum scan_numbers {
	SCAN_NUMBERS = 1 << 0,	   /* there are numbers */
	SCAN_POINT_FIRST = 1 << 1, /* .5 */
	SCAN_POINT_LAST = 1 << 2,  /* 5. (else the point is a token of its own) */
	SCAN_SIGN = 1 << 3,	   /* -5, +5: where the language has no such operators */
	SCAN_HEX = 1 << 4,	   /* 0x1f */
	SCAN_OCTAL = 1 << 5,	   /* 0o17 */
	SCAN_BINARY = 1 << 6,	   /* 0b11 */
	SCAN_ZERO_OCTAL = 1 << 7,  /* 017 */
	SCAN_GROUPS = 1 << 8,	   /* 1_000 */
	SCAN_UNSIGNED = 1 << 9,	   /* 5u, 0x1fU */
	SCAN_IMAGINARY = 1 << 10,  /* 5i */
};

struct scan_language {
	const char *name; /* in messages */
	const struct char_set *blanks;
	struct str comment; /* begins one that ends with the line; absent: none */
	unsigned numbers;   /* enum scan_numbers; 0: digits are parts of names */
	const struct char_set *name_start;
	const struct char_set *name_part;
	const struct scan_word *keywords; /* each table ends with an absent text; NULL: none */
	const struct scan_word *operators;
	const struct scan_quotes *quotes; /* the first that fits counts: longer ones first */
};

extern const struct char_set scan_blanks;     /* space, tab, line feed, carriage return */
extern const struct char_set scan_name_start; /* letters and _ */
extern const struct char_set scan_name_part;  /* the same and digits */

/* --- tokens ---------------------------------------------------------------------------------- */

enum scan_kind { SCAN_END, SCAN_NAME, SCAN_NUMBER, SCAN_STRING, SCAN_OPERATOR };

struct scan_token {
	enum scan_kind kind;
	uint16_t id;	 /* of a keyword (0: a name), an operator or its quotes */
	uint32_t offset; /* of its first byte */
	struct str text; /* as written; of a string, what its quotes hold */
};

struct scan {
	const struct scan_language *language;
	struct cursor in;
	struct arena *arena;
	uint32_t position; /* of the text in the document set, or ERROR_NO_POSITION */
	struct error *err;
	struct scan_token token; /* the present one, once scan_next() was called */
};

/* Reads the next token into scan->token. Behind the end is the end. */
MUST_USE int scan_next(struct scan *scan);

/* An operator or a name with this text; _word: a name, in any case. */
bool scan_token_is(const struct scan_token *token, const char *text);
bool scan_token_is_word(const struct scan_token *token, const char *word);

/* How a message names it. */
struct str scan_token_name(const struct scan_token *token);

struct scan_number {
	double value;
	uint64_t integer; /* its size, when it is one that fits */
	bool is_integer;
	bool is_negative;
	bool is_unsigned; /* SCAN_UNSIGNED */
	bool is_imaginary;
};

/* numbers: enum scan_numbers. False when the text is no such number. */
bool scan_number(struct str text, unsigned numbers, struct scan_number *ret);

/* --- errors: return -1 ----------------------------------------------------------------------- */

int scan_error(const struct scan *scan, uint32_t offset, const char *format, ...) PRINTF_LIKE(3, 4);

/* Of the present token: "'x' stands where a name should". */
int scan_unexpected(const struct scan *scan, const char *wanted);

#endif

/*
 * lexer - the tokens of PromQL
 *
 * Layer: metrics. Private: its folder. One token at a time; each error names the line and column
 * in the expression. Inside [ ] a colon stands alone, elsewhere it is part of a metric's name.
 */
#ifndef FORGE_METRICS_LEXER_H
#define FORGE_METRICS_LEXER_H

#include <stdint.h>

#include "base/str.h"

struct arena;
struct error;

enum token_kind {
	TOKEN_END,
	TOKEN_IDENT,	/* text: names and keywords */
	TOKEN_NUMBER,	/* number: durations are numbers of seconds */
	TOKEN_STRING,	/* text: what the quotes hold */
	TOKEN_OPERATOR, /* text: one of the operators and brackets */
};

struct token {
	enum token_kind kind;
	uint32_t offset; /* of its first byte */
	struct str text;
	double number;
	bool duration; /* written with units */
};

struct lexer {
	struct arena *arena;
	struct str text;
	uint32_t position; /* of text in the document set */
	uint32_t at;
	uint32_t bracket_depth;
	struct token token; /* the present one */
	struct error *err;
};

/* Reads the first token. */
int promql_lexer_init(struct lexer *lexer, struct arena *arena, struct str text, uint32_t position,
		      struct error *err);

/* Reads the next token into lexer->token. */
int promql_lexer_next(struct lexer *lexer);

/* Sets *lexer->err with the place of a byte of the expression; returns -1. */
int promql_lexer_error(struct lexer *lexer, uint32_t offset, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* An operator with this text, or a keyword in any case. */
bool promql_token_is(const struct token *token, const char *operator_text);
bool promql_token_is_word(const struct token *token, const char *word);

/* How a message names it. */
struct str promql_token_name(const struct token *token);

/* Reads "1m30s"; false when it is none. */
bool promql_lexer_duration(struct str text, int64_t *ret_ms);

#endif

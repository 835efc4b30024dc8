/*
 * lexer - the tokens of PromQL
 *
 * Layer: metrics. Private: its folder. PromQL as a language of lang/scan, and its special tokens:
 * durations are numbers, and inside [ ] a colon stands alone, elsewhere it is part of a metric's
 * name.
 */
#ifndef FORGE_METRICS_LEXER_H
#define FORGE_METRICS_LEXER_H

#include "lang/scan.h"

struct lexer {
	struct scan scan; /* scan.token: the present one */
	double number;	  /* of a SCAN_NUMBER; a duration's seconds */
	uint32_t bracket_depth;
};

/* Reads the first token. position: of text in the document set. */
int promql_lexer_init(struct lexer *lexer, struct arena *arena, struct str text, uint32_t position,
		      struct error *err);

/* Reads the next token into lexer->scan.token. */
int promql_lexer_next(struct lexer *lexer);

/* Reads "1m30s"; false when it is none. */
bool promql_lexer_duration(struct str text, int64_t *ret_ms);

#endif

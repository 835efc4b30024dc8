/*
 * selector - reading selectors, ranges and the modifiers offset and @
 *
 * Layer: metrics. Private: parser.c, selector.c. The parts of the parser that belong to selectors.
 * All return -1 with lexer->scan.err set.
 */
#ifndef FORGE_METRICS_SELECTOR_H
#define FORGE_METRICS_SELECTOR_H

#include <stdint.h>

#include "base/str.h"

struct lexer;
struct promql;
struct promql_when;

/* Matchers in braces, if there are any, behind a name that may be absent; fills node->selector. */
int promql_selector_parse(struct lexer *lexer, struct str name, struct promql *node);

/* A duration greater than 0: 5m, or a number of seconds. */
int promql_selector_duration(struct lexer *lexer, int64_t *ret_ms);

/* One modifier, offset or @. */
int promql_selector_when(struct lexer *lexer, struct promql_when *when);

#endif

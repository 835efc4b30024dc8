/*
 * check - which types PromQL's expressions may have
 *
 * Layer: metrics. Private: check.c, parser.c. Each fills in the type of a node whose parts are
 * complete, or sets lexer->scan.err and returns -1.
 */
#ifndef FORGE_METRICS_CHECK_H
#define FORGE_METRICS_CHECK_H

struct lexer;
struct promql;

int promql_check_minus(struct lexer *lexer, struct promql *node);
int promql_check_binary(struct lexer *lexer, struct promql *node);
int promql_check_call(struct lexer *lexer, struct promql *node);
int promql_check_aggregate(struct lexer *lexer, struct promql *node);

#endif

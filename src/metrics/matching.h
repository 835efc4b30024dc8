/* matching - binary operators between scalars and vectors */
#ifndef FORGE_METRICS_MATCHING_H
#define FORGE_METRICS_MATCHING_H

struct evaluation;
struct frame;
struct promql;

/* Layer: metrics. Private: eval.c, matching.c. Evaluates a node of kind PROMQL_BINARY. */
int promql_evaluate_binary(struct evaluation *ev, const struct promql *expr, struct frame *ret);

#endif

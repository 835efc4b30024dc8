/* aggregate - sum, avg, topk and their like over the rows of a frame */
#ifndef FORGE_METRICS_AGGREGATE_H
#define FORGE_METRICS_AGGREGATE_H

struct evaluation;
struct frame;
struct promql;

/* Layer: metrics. Private: aggregate.c, eval.c. Evaluates a node of kind PROMQL_AGGREGATE. */
int promql_evaluate_aggregate(struct evaluation *ev, const struct promql *expr, struct frame *ret);

#endif

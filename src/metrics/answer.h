/*
 * answer - a value of PromQL as the document of Prometheus' HTTP API, and as lines for people
 *
 * Layer: metrics. Values are written so that they read back as the same double; times are seconds
 * with up to three decimals, as Prometheus writes them.
 */
#ifndef FORGE_METRICS_ANSWER_H
#define FORGE_METRICS_ANSWER_H

struct arena;
struct ink;
struct node;
struct promql_value;

/*
 * {status: success, data: {resultType: vector, result: […]}}. Times are spelled as Prometheus
 * spells them (1.500): write the document with JSON_SPELLED_NUMBERS. Texts are borrowed from the
 * value.
 */
const struct node *answer_document(const struct promql_value *value, struct arena *arena);

/*
 * An answer_document for people: one line per series of a vector; a series and its samples below it
 * for a matrix. Each line ends with '\n'.
 */
void answer_write_text(const struct node *answer, struct ink *out);

#endif

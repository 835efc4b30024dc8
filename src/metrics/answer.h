/*
 * answer - a value of PromQL as text: the JSON of Prometheus' HTTP API, or lines for people
 *
 * Layer: metrics. Values are written so that they read back as the same double; times are seconds
 * with up to three decimals, as Prometheus writes them.
 */
#ifndef FORGE_METRICS_ANSWER_H
#define FORGE_METRICS_ANSWER_H

struct buf;
struct error;
struct promql_value;

/* {"status":"success","data":{"resultType":"vector","result":[…]}} */
void answer_write_json(const struct promql_value *value, struct buf *out);

/*
 * One line per series of a vector; a series and its samples below it for a matrix. Each line ends
 * with '\n'.
 */
void answer_write_text(const struct promql_value *value, struct buf *out);

#endif

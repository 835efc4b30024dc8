/* answer - a value of PromQL as the document of Prometheus' HTTP API, and as lines for people */
#include "metrics/answer.h"

#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ink.h"
#include "base/num.h"
#include "doc/make.h"
#include "metrics/promql.h"

/* A number of seconds, with three decimals unless they are zeros. */
static const struct node *time_node(int64_t t_ms, struct arena *arena)
{
	uint64_t size_ms = t_ms < 0 ? -(uint64_t)t_ms : (uint64_t)t_ms;
	struct buf text;

	buf_init(&text, arena);
	buf_printf(&text, "%s%" PRIu64, t_ms < 0 ? "-" : "", size_ms / 1000);
	if (size_ms % 1000)
		buf_printf(&text, ".%03" PRIu64, size_ms % 1000);
	return node_with_text(arena, node_int(arena, 0), buf_str(&text));
}

/* A string: positional, but for very large and very small numbers. */
static const struct node *number_node(double value, struct arena *arena)
{
	double size = fabs(value);
	bool scientific = size != 0 && (size < 1e-6 || size >= 1e21);
	return node_str(arena, num_format_double(arena, value, scientific ? 'e' : 'f'));
}

static const struct node *sample_node(struct sample sample, struct arena *arena)
{
	return node_make(arena, "[%n, %n]", time_node(sample.t_ms, arena),
			 number_node(sample.value, arena));
}

static const struct node *metric_node(struct labelset labels, struct arena *arena)
{
	struct entry *entries = arena_array(arena, struct entry, labels.count);

	for (uint32_t i = 0; i < labels.count; i++)
		entries[i] = (struct entry){ node_str(arena, labels.items[i].name),
					     node_str(arena, labels.items[i].value) };
	return node_map_of(arena, entries, labels.count);
}

static const struct node *samples_node(const struct promql_series *series, struct arena *arena)
{
	const struct node **items = arena_array(arena, const struct node *, series->count);

	for (uint32_t i = 0; i < series->count; i++)
		items[i] = sample_node(series->samples[i], arena);
	return node_list_of(arena, items, series->count);
}

static const struct node *series_node(const struct promql_value *value, struct arena *arena)
{
	const struct node **items = arena_array(arena, const struct node *, value->series_count);
	bool is_vector = value->type == PROMQL_VECTOR;

	for (uint32_t i = 0; i < value->series_count; i++) {
		const struct promql_series *series = &value->series[i];
		const struct node *metric = metric_node(series->labels, arena);
		items[i] = is_vector ? node_make(arena, "{metric: %n, value: %n}", metric,
						 sample_node(series->samples[0], arena))
				     : node_make(arena, "{metric: %n, values: %n}", metric,
						 samples_node(series, arena));
	}
	return node_list_of(arena, items, value->series_count);
}

static const char *result_type(enum promql_type type)
{
	static const char *const names[] = {
		[PROMQL_NONE] = "none",	    [PROMQL_SCALAR] = "scalar", [PROMQL_VECTOR] = "vector",
		[PROMQL_MATRIX] = "matrix", [PROMQL_STRING] = "string",
	};
	return names[type];
}

static const struct node *result_node(const struct promql_value *value, struct arena *arena)
{
	if (value->type == PROMQL_SCALAR)
		return sample_node(value->scalar, arena);
	if (value->type == PROMQL_STRING)
		return node_make(arena, "[%n, %s]", time_node(value->scalar.t_ms, arena),
				 value->text);
	return series_node(value, arena);
}

const struct node *answer_document(const struct promql_value *value, struct arena *arena)
{
	return node_make(arena, "{status: success, data: {resultType: %c, result: %n}}",
			 result_type(value->type), result_node(value, arena));
}

/* --- lines for people ------------------------------------------------------------------------ */

static void write_metric(const struct node *metric, struct ink *out)
{
	SCRATCH(scratch);
	uint32_t count = node_entry_count(metric);
	struct label *labels = arena_array(scratch, struct label, count);
	struct buf text;

	for (uint32_t i = 0; i < count; i++)
		labels[i] = (struct label){ node_text(node_entry(metric, i)->key),
					    node_text(node_entry(metric, i)->value) };
	buf_init(&text, scratch);
	labelset_format((struct labelset){ .items = labels, .count = count }, &text);
	ink_printf(out, "%.*s", STR_FMT(buf_str(&text)));
}

static void write_samples(const struct node *values, struct ink *out)
{
	ink_printf(out, "\n");
	for (uint32_t i = 0; i < node_item_count(values); i++) {
		const struct node *sample = node_item(values, i);
		ink_printf(out, "  %.*s @ %.*s\n", STR_FMT(node_text(node_item(sample, 1))),
			   STR_FMT(node_text(node_item(sample, 0))));
	}
}

/* Scalars and strings are one [time, value], vectors and matrices a list of series. */
void answer_write_text(const struct node *answer, struct ink *out)
{
	const struct node *result = node_at(answer, "data.result");
	bool is_series = !node_is_scalar(node_item(result, 0));

	if (!is_series) {
		ink_printf(out, "%.*s\n", STR_FMT(node_text(node_item(result, 1))));
		return;
	}
	for (uint32_t i = 0; i < node_item_count(result); i++) {
		const struct node *series = node_item(result, i);
		const struct node *value = node_get_lit(series, "value");
		write_metric(node_get_lit(series, "metric"), out);
		if (value)
			ink_printf(out, " %.*s\n", STR_FMT(node_text(node_item(value, 1))));
		else
			write_samples(node_get_lit(series, "values"), out);
	}
}

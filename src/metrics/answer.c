/* answer - a value of PromQL as text: the JSON of Prometheus' HTTP API, or lines for people */
#include "metrics/answer.h"

#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"
#include "metrics/promql.h"

static void write_json_text(struct str s, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c == '\t')
			buf_add(out, STR("\\t"));
		else if (c < 0x20)
			buf_printf(out, "\\u%04x", c);
		else
			buf_add_char(out, (char)c);
	}
	buf_add_char(out, '"');
}

static void write_time(int64_t t_ms, struct buf *out)
{
	uint64_t size_ms = t_ms < 0 ? -(uint64_t)t_ms : (uint64_t)t_ms;
	buf_printf(out, "%s%" PRIu64, t_ms < 0 ? "-" : "", size_ms / 1000);
	if (size_ms % 1000)
		buf_printf(out, ".%03" PRIu64, size_ms % 1000);
}

/* Positional, but for very large and very small numbers. */
static void write_number(double value, struct buf *out)
{
	SCRATCH(scratch);
	double size = fabs(value);
	bool scientific = size != 0 && (size < 1e-6 || size >= 1e21);
	buf_add(out, num_format_double(scratch, value, scientific ? 'e' : 'f'));
}

static void write_json_sample(struct sample sample, struct buf *out)
{
	buf_add_char(out, '[');
	write_time(sample.t_ms, out);
	buf_add(out, STR(",\""));
	write_number(sample.value, out);
	buf_add(out, STR("\"]"));
}

static void write_json_metric(struct labelset labels, struct buf *out)
{
	buf_add(out, STR("{\"metric\":{"));
	for (uint32_t i = 0; i < labels.count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		write_json_text(labels.items[i].name, out);
		buf_add_char(out, ':');
		write_json_text(labels.items[i].value, out);
	}
	buf_add_char(out, '}');
}

static void write_json_series(const struct promql_value *value, struct buf *out)
{
	buf_add_char(out, '[');
	for (uint32_t i = 0; i < value->series_count; i++) {
		const struct promql_series *series = &value->series[i];
		if (i > 0)
			buf_add_char(out, ',');
		write_json_metric(series->labels, out);
		if (value->type == PROMQL_VECTOR) {
			buf_add(out, STR(",\"value\":"));
			write_json_sample(series->samples[0], out);
		} else {
			buf_add(out, STR(",\"values\":["));
			for (uint32_t k = 0; k < series->count; k++) {
				if (k > 0)
					buf_add_char(out, ',');
				write_json_sample(series->samples[k], out);
			}
			buf_add_char(out, ']');
		}
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static const char *result_type(enum promql_type type)
{
	static const char *const names[] = {
		[PROMQL_NONE] = "none",	    [PROMQL_SCALAR] = "scalar", [PROMQL_VECTOR] = "vector",
		[PROMQL_MATRIX] = "matrix", [PROMQL_STRING] = "string",
	};
	return names[type];
}

void answer_write_json(const struct promql_value *value, struct buf *out)
{
	buf_printf(out, "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":",
		   result_type(value->type));
	if (value->type == PROMQL_SCALAR) {
		write_json_sample(value->scalar, out);
	} else if (value->type == PROMQL_STRING) {
		buf_add_char(out, '[');
		write_time(value->scalar.t_ms, out);
		buf_add_char(out, ',');
		write_json_text(value->text, out);
		buf_add_char(out, ']');
	} else {
		write_json_series(value, out);
	}
	buf_add(out, STR("}}"));
}

static void write_text_samples(const struct promql_series *series, struct buf *out)
{
	buf_add_char(out, '\n');
	for (uint32_t i = 0; i < series->count; i++) {
		buf_add(out, STR("  "));
		write_number(series->samples[i].value, out);
		buf_add(out, STR(" @ "));
		write_time(series->samples[i].t_ms, out);
		buf_add_char(out, '\n');
	}
}

void answer_write_text(const struct promql_value *value, struct buf *out)
{
	if (value->type == PROMQL_SCALAR) {
		write_number(value->scalar.value, out);
		buf_add_char(out, '\n');
	}
	if (value->type == PROMQL_STRING) {
		buf_add(out, value->text);
		buf_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < value->series_count; i++) {
		const struct promql_series *series = &value->series[i];
		labelset_format(series->labels, out);
		if (value->type == PROMQL_MATRIX) {
			write_text_samples(series, out);
			continue;
		}
		buf_add_char(out, ' ');
		write_number(series->samples[0].value, out);
		buf_add_char(out, '\n');
	}
}

/* promtool - loads series written as in promtool's unit tests */
#include "metrics/promtool.h"

#include <math.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/num.h"
#include "base/vec.h"
#include "metrics/lexer.h"
#include "metrics/promql.h"
#include "metrics/series.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

#define TIME_SECONDS_MAX 9e12

int promtool_time(struct str text, int64_t *ret_ms, struct error *err)
{
	bool negative = str_starts(text, STR("-"));
	struct str size = negative ? str_from(text, 1) : text;
	double seconds = 0;
	int64_t ms = 0;
	if (!promql_lexer_duration(size, &ms)) {
		if (!num_double(size, &seconds) || !(fabs(seconds) <= TIME_SECONDS_MAX))
			return error_set(
				err, ERROR_INPUT, ERROR_NO_POSITION,
				"'%.*s' is neither a duration like 1h30m nor a number of seconds",
				STR_FMT(text));
		ms = (int64_t)round(seconds * 1000);
	}
	*ret_ms = negative ? -ms : ms;
	return 0;
}

/* --- samples --------------------------------------------------------------------------------- */

/* One word of samples: value, value + step, … count times; without a value only time passes. */
struct run {
	bool has_value;
	double value;
	double step;
	uint64_t count;
};

static bool read_value(struct str text, double *ret_value)
{
	struct str size =
		str_starts(text, STR("-")) || str_starts(text, STR("+")) ? str_from(text, 1) : text;
	bool negative = str_starts(text, STR("-"));
	if (str_equal_nocase(size, STR("nan")))
		*ret_value = NAN;
	else if (str_equal_nocase(size, STR("inf")))
		*ret_value = negative ? -INFINITY : INFINITY;
	else
		return num_double(text, ret_value);
	return true;
}

/*
 * The sign between value and step: not the first byte, and not that of an exponent. -1 when there
 * is none.
 */
static ptrdiff_t find_step(struct str text)
{
	for (size_t i = 1; i < text.len; i++) {
		char before = text.ptr[i - 1];
		if ((text.ptr[i] == '+' || text.ptr[i] == '-') && before != 'e' && before != 'E')
			return (ptrdiff_t)i;
	}
	return -1;
}

static bool read_run(struct str word, struct run *ret)
{
	struct run run = { .has_value = true, .count = 1 };
	struct str text = word;
	ptrdiff_t times =
		str_find_last_char(word, 'x'); /* hexadecimal is not among the numbers here */
	uint64_t more = 0;
	if (times > 0) {
		if (!num_uint64(str_from(word, (size_t)times + 1), 10, &more) ||
		    more >= PROMTOOL_SAMPLES_MAX)
			return false;
		text = str_sub(word, 0, (size_t)times);
	}
	run.has_value = !str_equal(text, STR("_"));
	run.count = run.has_value || times < 0 ? more + 1 : more;
	*ret = run;
	if (!run.has_value)
		return true;
	if (str_equal(text, STR("stale"))) {
		ret->value = sample_stale();
		return true;
	}
	ptrdiff_t sign = times > 0 ? find_step(text) : -1;
	if (sign < 0)
		return read_value(text, &ret->value);
	return read_value(str_sub(text, 0, (size_t)sign), &ret->value) &&
	       read_value(str_from(text, (size_t)sign), &ret->step);
}

static int append_run(struct series *series, const struct run *run, int64_t *t_ms,
		      int64_t interval_ms, struct error *err)
{
	for (uint64_t i = 0; i < run->count; i++, *t_ms += interval_ms) {
		/* A stale marker must not go through the addition. */
		double value =
			i == 0 || run->step == 0 ? run->value : run->value + (double)i * run->step;
		if (run->has_value && !metrics_append(series, *t_ms, value))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "the series has a sample at or behind %lld ms already",
					 (long long)*t_ms);
	}
	return 0;
}

/* --- series and blocks ----------------------------------------------------------------------- */

/* The bytes of a name and its labels in braces, quotes in them respected. */
static size_t series_length(struct str line)
{
	size_t at = 0;
	while (at < line.len && !is_blank(line.ptr[at]) && line.ptr[at] != '{')
		at++;
	size_t brace = at;
	while (brace < line.len && is_blank(line.ptr[brace]))
		brace++;
	if (brace == line.len || line.ptr[brace] != '{')
		return at;
	char quote = '\0';
	for (at = brace; at < line.len; at++) {
		char c = line.ptr[at];
		if (quote && c == '\\' && quote != '`')
			at++;
		else if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'' || c == '`')
			quote = c;
		else if (c == '}')
			return at + 1;
	}
	return line.len;
}

static struct str cut_word(struct str *rest)
{
	*rest = str_trim(*rest);
	size_t len = 0;
	while (len < rest->len && !is_blank(rest->ptr[len]))
		len++;
	struct str word = str_sub(*rest, 0, len);
	*rest = str_from(*rest, len);
	return word;
}

static int append_samples(struct series *series, struct str samples, int64_t start_ms,
			  int64_t interval_ms, struct error *err)
{
	int64_t t_ms = start_ms;
	struct str rest = samples;
	for (struct str word = cut_word(&rest); word.len > 0; word = cut_word(&rest)) {
		struct run run;
		if (!read_run(word, &run))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "'%.*s' is not a sample; write a number, NaN, Inf, stale, "
					 "_ or a+bxN",
					 STR_FMT(word));
		if (append_run(series, &run, &t_ms, interval_ms, err) < 0)
			return -1;
	}
	return 0;
}

/* One series of a block. */
struct entry {
	struct labelset labels;
	struct str samples;
	int64_t interval_ms;
	uint32_t line_number;
};

struct loading {
	struct arena *arena;
	VEC(struct entry) entries;
	int64_t interval_ms;	     /* of the present block; 0 before the first */
	uint32_t block_first;	     /* its first entry */
	struct labelset_table block; /* numbers count from there */
	uint32_t line_number;
};

static int begin_block(struct loading *loading, struct str interval, struct error *err)
{
	if (promtool_time(interval, &loading->interval_ms, err) < 0)
		return -1;
	if (loading->interval_ms <= 0)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the interval must be greater than 0");
	loading->block_first = loading->entries.count;
	labelset_table_init(&loading->block, loading->arena);
	return 0;
}

/* A series that a block has twice counts as it stands last. */
static int read_entry(struct loading *loading, struct str line, struct error *err)
{
	struct entry entry = { .interval_ms = loading->interval_ms,
			       .line_number = loading->line_number };
	size_t length = series_length(line);
	if (loading->interval_ms == 0)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a series before 'load <interval>'");
	if (promql_parse_series(loading->arena, str_sub(line, 0, length), &entry.labels, err) < 0)
		return -1;
	entry.samples = str_from(line, length);
	uint32_t index = loading->block_first + labelset_table_add(&loading->block, entry.labels);
	if (index == loading->entries.count)
		VEC_PUSH(loading->arena, &loading->entries, entry);
	else
		loading->entries.items[index] = entry;
	return 0;
}

static int read_line(struct loading *loading, struct str line, struct error *err)
{
	struct str rest = line;
	if (line.len == 0 || line.ptr[0] == '#')
		return 0;
	if (str_equal(cut_word(&rest), STR("load")))
		return begin_block(loading, str_trim(rest), err);
	return read_entry(loading, line, err);
}

int promtool_load(struct metrics *store, struct str text, struct error *err)
{
	SCRATCH(scratch);
	struct loading loading = { .arena = scratch };
	for (struct str rest = text; rest.ptr;) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		loading.line_number++;
		if (read_line(&loading, line, err) < 0)
			return error_wrap(err, "line %u", loading.line_number);
	}
	for (uint32_t i = 0; i < loading.entries.count; i++) {
		const struct entry *entry = &loading.entries.items[i];
		struct series *series = metrics_series_of(store, entry->labels, err);
		if (!series ||
		    append_samples(series, entry->samples, 0, entry->interval_ms, err) < 0)
			return error_wrap(err, "line %u", entry->line_number);
	}
	return 0;
}

/*
 * promql - the query language of Prometheus: from an expression to its value
 *
 * Layer: metrics. An expression is parsed and type-checked once (struct promql, immutable, any
 * number of evaluations may share it) and evaluated at an instant or over a range of steps. The
 * semantics are those of Prometheus 3: windows are open on the left, an instant looks back five
 * minutes, stale markers end a series at once, rates are extrapolated to the edges of the window.
 * The metric's name is dropped when the whole expression is done (delayed name removal).
 *
 * Units: times and durations are milliseconds; the language itself speaks in seconds.
 * Ownership: all that is returned lives in the arena that was passed in and borrows the texts of
 * the expression and the labels of the store. Regular expressions of matchers are compiled into
 * the arena of promql_parse(), so it must not be reset to a mark.
 * Errors: ERROR_INPUT, with line and column in the expression. Limits have names (below).
 *
 *	const struct promql *expr = promql_parse(arena, STR("rate(hits[1m])"), 0, err);
 *	struct promql_value value;
 *	if (expr && promql_instant(store, expr, now_ms, arena, &value, err) == 0) …
 */
#ifndef FORGE_METRICS_PROMQL_H
#define FORGE_METRICS_PROMQL_H

#include <stdint.h>

#include "metrics/labelset.h"
#include "metrics/series.h"

struct arena;
struct buf;
struct error;
struct function;
struct regex;

enum {
	PROMQL_TEXT_MAX = 64 << 10,    /* bytes of an expression */
	PROMQL_DEPTH_MAX = 400,	       /* nested expressions */
	PROMQL_STEPS_MAX = 11000,      /* steps of a range query, as in Prometheus */
	PROMQL_SAMPLES_MAX = 16 << 20, /* values that one evaluation may hold */
	PROMQL_READS_MAX = 1 << 30,    /* samples that its windows may cover in all */
	PROMQL_LOOKBACK_MS = 5 * 60 * 1000,
	PROMQL_SUBQUERY_STEP_MS = 60 * 1000, /* when [5m:] names none */
};

enum promql_type {
	PROMQL_NONE,
	PROMQL_SCALAR,
	PROMQL_VECTOR, /* one value per series */
	PROMQL_MATRIX, /* samples per series */
	PROMQL_STRING,
};

enum promql_kind {
	PROMQL_NUMBER,
	PROMQL_TEXT,
	PROMQL_SELECTOR, /* foo{a="b"}, foo[5m] */
	PROMQL_SUBQUERY, /* expr[5m:1m] */
	PROMQL_MINUS,
	PROMQL_BINARY,
	PROMQL_CALL,
	PROMQL_AGGREGATE,
};

enum promql_match { PROMQL_EQUAL, PROMQL_NOT_EQUAL, PROMQL_REGEX, PROMQL_NOT_REGEX };

struct promql_matcher {
	enum promql_match match;
	struct str name;
	struct str value;
	const struct regex *regex; /* of the last two */
};

/* The modifiers offset and @ of selectors and subqueries. */
enum promql_at { PROMQL_AT_STEP, PROMQL_AT_TIME, PROMQL_AT_START, PROMQL_AT_END };

struct promql_when {
	enum promql_at at;
	int64_t at_ms;
	int64_t offset_ms;
	bool has_offset;
};

/* Names and how they are meant: by/without, on/ignoring. */
struct promql_names {
	struct str *items;
	uint32_t count;
};

enum promql_card { PROMQL_ONE_TO_ONE, PROMQL_MANY_TO_ONE, PROMQL_ONE_TO_MANY };

struct promql_matching {
	bool on; /* otherwise ignoring */
	bool given;
	enum promql_card card;
	struct promql_names names;
	struct promql_names include; /* of group_left and group_right */
};

struct promql {
	enum promql_kind kind;
	enum promql_type type;
	uint32_t offset; /* byte in the expression */
	uint16_t depth;
	bool in_parens;
	union {
		double number;
		struct str text;
		struct {
			struct promql_matcher *matchers;
			uint32_t matcher_count;
			struct str name;  /* of the metric when it is matched by "=", else absent */
			int64_t range_ms; /* 0: an instant */
			struct promql_when when;
		} selector;
		struct {
			const struct promql *inner;
			int64_t range_ms;
			int64_t step_ms;
			struct promql_when when;
		} subquery;
		struct {
			const struct promql *inner;
		} minus;
		struct {
			const struct binary_operator *op;
			const struct promql *left, *right;
			bool as_bool;
			struct promql_matching matching;
		} binary;
		struct {
			const struct function *function;
			const struct promql **args;
			uint32_t arg_count;
		} call;
		struct {
			const struct aggregation *op;
			const struct promql *inner;
			const struct promql *param; /* NULL when the operator takes none */
			bool without;
			struct promql_names names;
		} aggregate;
	};
};

/*
 * position: where text stands in the document set, so that err points at the fault; with
 * ERROR_NO_POSITION err names line and column in the expression only.
 */
const struct promql *promql_parse(struct arena *arena, struct str text, uint32_t position,
				  struct error *err) MUST_USE;

/* The labels of a series written as a selector with equalities only: `up{job="a"}`, and no more. */
int promql_parse_series(struct arena *arena, struct str text, struct labelset *ret_labels,
			struct error *err) MUST_USE;

struct promql_series {
	struct labelset labels;
	struct sample *samples; /* one for a vector */
	uint32_t count;
};

struct promql_value {
	enum promql_type type;
	struct promql_series *series; /* of a vector or a matrix */
	uint32_t series_count;
	struct sample scalar;
	struct str text;
};

/* The value at one time: what /api/v1/query answers. */
int promql_instant(const struct metrics *store, const struct promql *expr, int64_t at_ms,
		   struct arena *arena, struct promql_value *ret_value, struct error *err) MUST_USE;

struct promql_range {
	int64_t from_ms;
	int64_t to_ms;
	int64_t step_ms;
};

/* A matrix of the values at each step: what /api/v1/query_range answers, sorted by labels. */
int promql_over_range(const struct metrics *store, const struct promql *expr,
		      struct promql_range range, struct arena *arena,
		      struct promql_value *ret_value, struct error *err) MUST_USE;

/* "a scalar", "an instant vector", "a range vector", "a string". */
const char *promql_type_name(enum promql_type type);

#endif

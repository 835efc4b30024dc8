/*
 * expressions_test - expressions over loaded series, and what they give as text
 *
 * Layer: metrics, for its unit tests. Series are written as promtool's input has them.
 */
#ifndef FORGE_METRICS_EXPRESSIONS_TEST_H
#define FORGE_METRICS_EXPRESSIONS_TEST_H

#include "base/arena.h"
#include "base/ink.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/test.h"
#include "metrics/answer.h"
#include "metrics/promql.h"
#include "metrics/promtool.h"

/* The answer, or the error's text. With to_ms 0 at an instant, else over a range by minutes. */
static inline struct str expression_answer(struct arena *arena, const char *loaded,
					   const char *text, int64_t at_ms, int64_t to_ms)
{
	struct metrics *store = metrics_new(arena, 0);
	struct promql_value value;
	struct error err = {};
	struct buf out;
	if (promtool_load(store, str_from_cstr(loaded), &err) < 0)
		BUG("%s", err.text);
	const struct promql *expr = promql_parse(arena, str_from_cstr(text), 0, &err);
	struct promql_range range = { at_ms, to_ms, 60000 };
	int failed = !expr   ? -1
		     : to_ms ? promql_over_range(store, expr, range, arena, &value, &err)
			     : promql_instant(store, expr, at_ms, arena, &value, &err);
	buf_init(&out, arena);
	if (failed < 0)
		buf_printf(&out, "%s", err.text);
	else
		answer_write_text(answer_document(&value, arena), &(struct ink){ .out = &out });
	return buf_str(&out);
}

struct expectation {
	const char *expr;
	const char *answer;
};

static inline void check_expressions(const char *loaded, int64_t at_ms,
				     const struct expectation *expectations, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		SCRATCH(arena);
		const struct expectation *e = &expectations[i];
		struct str got = expression_answer(arena, loaded, e->expr, at_ms, 0);
		if (!str_equal(got, str_from_cstr(e->answer)))
			CHECK_STR(str_concat(arena, str_from_cstr(e->expr), got),
				  str_concat(arena, str_from_cstr(e->expr),
					     str_from_cstr(e->answer)));
	}
	CHECK(count > 0);
}

#endif

/* eval - from a PromQL expression to its value at an instant or over a range */
#include "base/arena.h"
#include "base/error.h"
#include "base/sort.h"
#include "metrics/aggregate.h"
#include "metrics/frame.h"
#include "metrics/functions.h"
#include "metrics/matching.h"
#include "metrics/range.h"

/*
 * The latest sample that is not older than the lookback; NULL when there is none or it is a stale
 * marker.
 */
static const struct sample *sample_at(const struct sample *samples, uint32_t count, int64_t t_ms)
{
	uint32_t until = samples_until(samples, count, t_ms);
	if (until == 0)
		return NULL;
	const struct sample *sample = &samples[until - 1];
	if (sample->t_ms <= t_ms - PROMQL_LOOKBACK_MS || sample_is_stale(sample->value))
		return NULL;
	return sample;
}

int promql_selector_evaluate(struct evaluation *ev, const struct promql *expr, bool timestamps,
			     struct frame *ret)
{
	uint32_t count = 0;
	const struct series **found = promql_series_matching(ev, expr, &count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t sample_count = 0;
		const struct sample *samples = series_samples(found[i], &sample_count);
		double *values = promql_frame_add(ev, ret, series_labels(found[i]), false);
		if (!values)
			return -1;
		for (uint32_t step = 0; step < ev->grid.count; step++) {
			int64_t t_ms = promql_when_time(ev, &expr->selector.when, step);
			const struct sample *sample = sample_at(samples, sample_count, t_ms);
			if (sample)
				values[step] =
					timestamps ? (double)sample->t_ms / 1000 : sample->value;
		}
	}
	return 0;
}

static int evaluate_minus(struct evaluation *ev, const struct promql *expr, struct frame *ret)
{
	if (promql_evaluate(ev, expr->minus.inner, ret) < 0)
		return -1;
	for (uint32_t i = 0; i < ret->count; i++) {
		struct row *row = &ret->rows[i];
		row->drop_name = true;
		for (uint32_t step = 0; step < ev->grid.count; step++)
			if (is_present(row->values[step]))
				row->values[step] = -row->values[step];
	}
	return 0;
}

int promql_evaluate(struct evaluation *ev, const struct promql *expr, struct frame *ret)
{
	switch (expr->kind) {
	case PROMQL_NUMBER:
		return promql_frame_add_constant(ev, ret, LABELSET_NONE, expr->number);
	case PROMQL_SELECTOR:
		return promql_selector_evaluate(ev, expr, /* timestamps= */ false, ret);
	case PROMQL_MINUS:
		return evaluate_minus(ev, expr, ret);
	case PROMQL_BINARY:
		return promql_evaluate_binary(ev, expr, ret);
	case PROMQL_CALL:
		return expr->call.function->eval(ev, expr, ret);
	case PROMQL_AGGREGATE:
		return promql_evaluate_aggregate(ev, expr, ret);
	case PROMQL_TEXT:
	case PROMQL_SUBQUERY:
		break; /* never a vector: the parser has checked the types */
	}
	BUG("an expression of kind %d where a vector should stand", expr->kind);
}

/* --- the answer ------------------------------------------------------------------------------ */

/* Drops the names that are due, and makes equal rows one. */
static int frame_finish(struct evaluation *ev, struct frame *frame)
{
	for (uint32_t i = 0; i < frame->count; i++) {
		struct row *row = &frame->rows[i];
		if (row->drop_name)
			row->labels = labelset_drop_name(ev->arena, row->labels);
		row->drop_name = false;
	}
	return promql_frame_merge(ev, frame);
}

static int compare_series(const void *a, const void *b, void *context)
{
	(void)context;
	return labelset_compare(((const struct promql_series *)a)->labels,
				((const struct promql_series *)b)->labels);
}

/* The rows that have a value, copied into the arena of the caller. */
static void answer_rows(const struct evaluation *ev, const struct frame *frame, struct arena *arena,
			struct promql_value *value)
{
	value->series = arena_array(arena, struct promql_series, frame->count);
	for (uint32_t i = 0; i < frame->count; i++) {
		const struct row *row = &frame->rows[i];
		uint32_t count = 0;
		for (uint32_t step = 0; step < ev->grid.count; step++)
			count += is_present(row->values[step]);
		if (count == 0)
			continue;
		struct promql_series *series = &value->series[value->series_count++];
		series->labels = labelset_copy(arena, row->labels);
		series->samples = arena_array(arena, struct sample, count);
		for (uint32_t step = 0; step < ev->grid.count; step++)
			if (is_present(row->values[step]))
				series->samples[series->count++] =
					(struct sample){ grid_time(&ev->grid, step),
							 row->values[step] };
	}
}

/* The samples of a range vector as they are. */
static int answer_range(struct evaluation *ev, const struct promql *expr, struct arena *arena,
			struct promql_value *value)
{
	struct range range;
	if (promql_range_read(ev, expr, &range) < 0)
		return -1;
	value->series = arena_array(arena, struct promql_series, range.count);
	for (uint32_t i = 0; i < range.count; i++) {
		struct window window;
		if (promql_range_window(ev, &range, &range.items[i], 0, &window) < 0)
			return -1;
		if (window.count == 0)
			continue;
		struct labelset labels = range.items[i].labels;
		if (range.items[i].drop_name)
			labels = labelset_drop_name(ev->arena, labels);
		value->series[value->series_count++] = (struct promql_series){
			.labels = labelset_copy(arena, labels),
			.samples = arena_copy(arena, window.samples,
					      window.count * sizeof(struct sample)),
			.count = window.count,
		};
	}
	sort_stable(value->series, value->series_count, sizeof(*value->series), compare_series,
		    NULL);
	return 0;
}

static int instant_value(struct evaluation *ev, const struct promql *expr, struct arena *arena,
			 struct promql_value *value)
{
	struct frame frame = {};
	if (expr->type == PROMQL_STRING) {
		value->text = expr->text;
		value->scalar.t_ms = ev->grid.start_ms;
		return 0;
	}
	if (expr->type == PROMQL_MATRIX)
		return answer_range(ev, expr, arena, value);
	if (promql_evaluate(ev, expr, &frame) < 0)
		return -1;
	if (expr->type == PROMQL_SCALAR) {
		assert(frame.count == 1);
		value->scalar = (struct sample){ ev->grid.start_ms, frame.rows[0].values[0] };
		return 0;
	}
	if (frame_finish(ev, &frame) < 0)
		return -1;
	answer_rows(ev, &frame, arena, value);
	return 0;
}

int promql_instant(const struct metrics *store, const struct promql *expr, int64_t at_ms,
		   struct arena *arena, struct promql_value *ret_value, struct error *err)
{
	SCRATCH(scratch);
	struct evaluation_use use = {};
	struct evaluation ev = {
		.arena = scratch,
		.store = store,
		.grid = { .start_ms = at_ms, .step_ms = 1, .count = 1 },
		.query = { .from_ms = at_ms, .to_ms = at_ms },
		.use = &use,
		.err = err,
	};
	struct promql_value value = { .type = expr->type };
	if (instant_value(&ev, expr, arena, &value) < 0)
		return -1;
	*ret_value = value;
	return 0;
}

static int range_check(const struct promql *expr, struct promql_range range, struct error *err)
{
	if (expr->type != PROMQL_SCALAR && expr->type != PROMQL_VECTOR)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "%s over a range; it must be a scalar or an instant vector",
				 promql_type_name(expr->type));
	if (range.step_ms <= 0)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the step must be greater than 0");
	if (range.to_ms < range.from_ms)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "the range ends before it begins");
	if ((range.to_ms - range.from_ms) / range.step_ms >= PROMQL_STEPS_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a range of more than %d steps; make the step larger",
				 PROMQL_STEPS_MAX);
	return 0;
}

int promql_over_range(const struct metrics *store, const struct promql *expr,
		      struct promql_range range, struct arena *arena,
		      struct promql_value *ret_value, struct error *err)
{
	if (range_check(expr, range, err) < 0)
		return -1;
	SCRATCH(scratch);
	struct evaluation_use use = {};
	uint32_t count = (uint32_t)((range.to_ms - range.from_ms) / range.step_ms) + 1;
	struct evaluation ev = {
		.arena = scratch,
		.store = store,
		.grid = { .start_ms = range.from_ms, .step_ms = range.step_ms, .count = count },
		.query = range,
		.use = &use,
		.err = err,
	};
	struct frame frame = {};
	if (promql_evaluate(&ev, expr, &frame) < 0 || frame_finish(&ev, &frame) < 0)
		return -1;
	struct promql_value value = { .type = PROMQL_MATRIX };
	answer_rows(&ev, &frame, arena, &value);
	sort_stable(value.series, value.series_count, sizeof(*value.series), compare_series, NULL);
	*ret_value = value;
	return 0;
}

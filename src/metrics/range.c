/* range - range vectors: the samples of selectors and subqueries, and windows over them */
#include "metrics/range.h"

#include "base/arena.h"
#include "base/vec.h"
#include "lang/regex.h"

static bool matcher_holds(const struct promql_matcher *matcher, struct labelset labels)
{
	struct str value = labelset_get(labels, matcher->name);
	switch (matcher->match) {
	case PROMQL_EQUAL:
		return str_equal(value, matcher->value);
	case PROMQL_NOT_EQUAL:
		return !str_equal(value, matcher->value);
	case PROMQL_REGEX:
		return regex_match(matcher->regex, value);
	case PROMQL_NOT_REGEX:
		return !regex_match(matcher->regex, value);
	}
	return false;
}

static bool all_hold(const struct promql *selector, struct labelset labels)
{
	for (uint32_t i = 0; i < selector->selector.matcher_count; i++)
		if (!matcher_holds(&selector->selector.matchers[i], labels))
			return false;
	return true;
}

const struct series **promql_series_matching(struct evaluation *ev, const struct promql *selector,
					     uint32_t *ret_count)
{
	VEC(const struct series *) found = {};
	bool named = selector->selector.name.len > 0;
	uint32_t count = metrics_series_count(ev->store);
	const struct series *const *candidates = NULL;
	if (named)
		candidates = metrics_series_named(ev->store, selector->selector.name, &count);
	for (uint32_t i = 0; i < count; i++) {
		const struct series *series =
			named ? candidates[i] : metrics_series_at(ev->store, i);
		if (all_hold(selector, series_labels(series)))
			VEC_PUSH(ev->arena, &found, series);
	}
	*ret_count = found.count;
	return found.items;
}

/* Without the stale markers: the store's own samples when there are none. */
static struct range_series series_without_stale(struct arena *arena, const struct series *series)
{
	uint32_t count = 0;
	const struct sample *samples = series_samples(series, &count);
	struct range_series ret = { series_labels(series), false, samples, count };
	if (!series_has_stale(series))
		return ret;
	struct sample *kept = arena_array(arena, struct sample, count);
	ret.count = 0;
	for (uint32_t i = 0; i < count; i++)
		if (!sample_is_stale(samples[i].value))
			kept[ret.count++] = samples[i];
	ret.samples = kept;
	return ret;
}

static int read_selector(struct evaluation *ev, const struct promql *expr, struct range *ret)
{
	uint32_t count = 0;
	const struct series **found = promql_series_matching(ev, expr, &count);
	*ret = (struct range){ .count = count,
			       .range_ms = expr->selector.range_ms,
			       .when = &expr->selector.when };
	ret->items = arena_array(ev->arena, struct range_series, count);
	for (uint32_t i = 0; i < count; i++)
		ret->items[i] = series_without_stale(ev->arena, found[i]);
	return 0;
}

static struct range_series row_samples(const struct evaluation *ev, const struct row *row)
{
	struct sample *samples = arena_array(ev->arena, struct sample, ev->grid.count);
	uint32_t count = 0;
	for (uint32_t i = 0; i < ev->grid.count; i++)
		if (is_present(row->values[i]))
			samples[count++] =
				(struct sample){ grid_time(&ev->grid, i), row->values[i] };
	return (struct range_series){ row->labels, row->drop_name, samples, count };
}

/*
 * The steps of a subquery are multiples of its step, whatever the outer steps are: from the first
 * one inside the first window to the end of the last.
 */
static int subquery_grid(struct evaluation *ev, const struct promql *expr, struct grid *ret)
{
	const struct promql_when *when = &expr->subquery.when;
	int64_t step_ms = expr->subquery.step_ms;
	*ret = (struct grid){ .step_ms = step_ms };
	if (ev->grid.count == 0)
		return 0;
	int64_t left_ms = promql_when_time(ev, when, 0) - expr->subquery.range_ms;
	int64_t last_ms = promql_when_time(ev, when, ev->grid.count - 1);
	ret->start_ms = left_ms / step_ms * step_ms;
	if (ret->start_ms <= left_ms)
		ret->start_ms += step_ms;
	if (ret->start_ms > last_ms)
		return 0;
	int64_t count = (last_ms - ret->start_ms) / step_ms + 1;
	if (count > PROMQL_SAMPLES_MAX)
		return promql_evaluation_error(ev, "a subquery of more than %d steps",
					       PROMQL_SAMPLES_MAX);
	ret->count = (uint32_t)count;
	return 0;
}

static int read_subquery(struct evaluation *ev, const struct promql *expr, struct range *ret)
{
	struct evaluation inner = *ev;
	struct frame frame = {};
	if (subquery_grid(ev, expr, &inner.grid) < 0)
		return -1;
	if (promql_evaluate(&inner, expr->subquery.inner, &frame) < 0 ||
	    promql_frame_merge(&inner, &frame) < 0)
		return -1;
	*ret = (struct range){ .count = frame.count,
			       .range_ms = expr->subquery.range_ms,
			       .when = &expr->subquery.when };
	ret->items = arena_array(ev->arena, struct range_series, frame.count);
	for (uint32_t i = 0; i < frame.count; i++)
		ret->items[i] = row_samples(&inner, &frame.rows[i]);
	return 0;
}

int promql_range_read(struct evaluation *ev, const struct promql *expr, struct range *ret)
{
	assert(expr->type == PROMQL_MATRIX);
	return expr->kind == PROMQL_SUBQUERY ? read_subquery(ev, expr, ret)
					     : read_selector(ev, expr, ret);
}

int promql_range_window(struct evaluation *ev, const struct range *range,
			const struct range_series *series, uint32_t step, struct window *ret)
{
	int64_t end_ms = promql_when_time(ev, range->when, step);
	int64_t start_ms = end_ms - range->range_ms;
	uint32_t first = samples_until(series->samples, series->count, start_ms);
	uint32_t last = samples_until(series->samples, series->count, end_ms);
	*ret = (struct window){ .samples = series->samples + first,
				.count = last - first,
				.step_ms = grid_time(&ev->grid, step),
				.start_ms = start_ms,
				.end_ms = end_ms };
	ev->use->reads += ret->count;
	if (ev->use->reads > PROMQL_READS_MAX)
		return promql_evaluation_error(
			ev,
			"the query reads more than %d samples; ask for shorter "
			"windows or fewer steps",
			PROMQL_READS_MAX);
	return 0;
}

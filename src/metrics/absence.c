/* absence - absent and absent_over_time: a series where there is none */
#include "base/arena.h"
#include "metrics/frame.h"
#include "metrics/range.h"
#include "metrics/special.h"

/*
 * The labels that the selector demands with "=", each once: a name that occurs again, in
 * whichever matcher, says nothing. Source: Prometheus, promql/functions.go,
 * createLabelsForAbsentFunction.
 */
static struct labelset labels_demanded(struct evaluation *ev, const struct promql *expr)
{
	struct labelset labels = LABELSET_NONE;
	if (expr->kind != PROMQL_SELECTOR)
		return labels;
	const struct promql_matcher *matchers = expr->selector.matchers;
	for (uint32_t i = 0; i < expr->selector.matcher_count; i++) {
		bool again = false;
		for (uint32_t k = 0; k < i; k++)
			again |= str_equal(matchers[k].name, matchers[i].name) &&
				 matchers[k].match == PROMQL_EQUAL;
		if (str_equal(matchers[i].name, LABEL_NAME))
			continue;
		bool demanded = matchers[i].match == PROMQL_EQUAL && !again;
		labels = labelset_with(ev->arena, labels, matchers[i].name,
				       demanded ? matchers[i].value : STR_NONE);
	}
	return labels;
}

int promql_eval_absent(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	const struct promql *arg = call->call.args[0];
	struct frame frame = {};
	if (promql_evaluate(ev, arg, &frame) < 0 ||
	    promql_frame_add_constant(ev, ret, labels_demanded(ev, arg), 1) < 0)
		return -1;
	for (uint32_t i = 0; i < frame.count; i++)
		for (uint32_t step = 0; step < ev->grid.count; step++)
			if (is_present(frame.rows[i].values[step]))
				ret->rows[0].values[step] = sample_stale();
	return 0;
}

int promql_eval_absent_over_time(struct evaluation *ev, const struct promql *call,
				 struct frame *ret)
{
	const struct promql *arg = call->call.args[0];
	struct range range;
	if (promql_range_read(ev, arg, &range) < 0 ||
	    promql_frame_add_constant(ev, ret, labels_demanded(ev, arg), 1) < 0)
		return -1;
	for (uint32_t i = 0; i < range.count; i++) {
		for (uint32_t step = 0; step < ev->grid.count; step++) {
			struct window window;
			if (promql_range_window(ev, &range, &range.items[i], step, &window) < 0)
				return -1;
			if (window.count > 0)
				ret->rows[0].values[step] = sample_stale();
		}
	}
	return 0;
}

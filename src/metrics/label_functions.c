/* label_functions - label_replace, label_join and the sort functions */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/sort.h"
#include "lang/regex.h"
#include "metrics/frame.h"
#include "metrics/special.h"

static struct str text_arg(const struct promql *call, uint32_t index)
{
	assert(call->call.args[index]->kind == PROMQL_TEXT);
	return call->call.args[index]->text;
}

static int check_label(struct evaluation *ev, const struct promql *call, struct str name)
{
	if (label_name_valid(name))
		return 0;
	return promql_evaluation_error(ev, "'%s': '%.*s' is not a label name",
				       call->call.function->name, STR_FMT(name));
}

/* A name that was set on purpose stays. */
static void row_set_label(struct evaluation *ev, struct row *row, struct str name, struct str value)
{
	row->labels = labelset_with(ev->arena, row->labels, name, value);
	if (str_equal(name, LABEL_NAME))
		row->drop_name = false;
}

/* label_replace(v, dst, replacement, src, regex) */
int promql_eval_label_replace(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct str groups[REGEX_GROUPS_MAX];
	struct error why = {};
	struct str target = text_arg(call, 1);
	const struct regex *regex =
		regex_compile(ev->arena, text_arg(call, 4), REGEX_WHOLE | REGEX_DOT_NEWLINE, &why);
	if (!regex)
		return promql_evaluation_error(ev, "'%s': %s", call->call.function->name, why.text);
	if (check_label(ev, call, target) < 0 || promql_evaluate(ev, call->call.args[0], ret) < 0)
		return -1;
	uint32_t group_count = MIN(regex_group_count(regex), (uint32_t)REGEX_GROUPS_MAX);
	for (uint32_t i = 0; i < ret->count; i++) {
		struct str source = labelset_get(ret->rows[i].labels, text_arg(call, 3));
		struct buf value;
		if (!regex_find(regex, source, 0, groups, group_count))
			continue;
		buf_init(&value, ev->arena);
		regex_expand(regex, text_arg(call, 2), groups, group_count, &value);
		row_set_label(ev, &ret->rows[i], target, buf_str(&value));
	}
	return promql_frame_merge(ev, ret);
}

/* label_join(v, dst, separator, src…) */
int promql_eval_label_join(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	struct str target = text_arg(call, 1);
	if (check_label(ev, call, target) < 0)
		return -1;
	for (uint32_t k = 3; k < call->call.arg_count; k++)
		if (check_label(ev, call, text_arg(call, k)) < 0)
			return -1;
	if (promql_evaluate(ev, call->call.args[0], ret) < 0)
		return -1;
	for (uint32_t i = 0; i < ret->count; i++) {
		struct buf value;
		buf_init(&value, ev->arena);
		for (uint32_t k = 3; k < call->call.arg_count; k++) {
			if (k > 3)
				buf_add(&value, text_arg(call, 2));
			buf_add(&value, labelset_get(ret->rows[i].labels, text_arg(call, k)));
		}
		row_set_label(ev, &ret->rows[i], target, buf_str(&value));
	}
	return promql_frame_merge(ev, ret);
}

/* --- sorting: it shows at an instant only ---------------------------------------------------- */

/* What a comparison needs besides the rows. */
struct order {
	const struct promql *call;
	bool descending;
};

/* NaN behind all numbers, whichever way. */
static int compare_values(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	double left = ((const struct row *)a)->values[0];
	double right = ((const struct row *)b)->values[0];
	bool left_nan = left != left;
	bool right_nan = right != right;
	if (left_nan || right_nan)
		return left_nan - right_nan;
	int by_value = (left > right) - (left < right);
	return order->descending ? -by_value : by_value;
}

static int sort_frame(struct evaluation *ev, const struct promql *call, bool descending,
		      sort_compare_fn compare, struct frame *ret)
{
	struct order order = { call, descending };
	if (promql_evaluate(ev, call->call.args[0], ret) < 0)
		return -1;
	if (ev->grid.count == 1)
		sort_stable(ret->rows, ret->count, sizeof(*ret->rows), compare, &order);
	return 0;
}

int promql_eval_sort(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	return sort_frame(ev, call, /* descending= */ false, compare_values, ret);
}

int promql_eval_sort_desc(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	return sort_frame(ev, call, /* descending= */ true, compare_values, ret);
}

static bool digit_at(struct str s)
{
	return s.len > 0 && s.ptr[0] >= '0' && s.ptr[0] <= '9';
}

/* Cuts the leading run of digits, or of other bytes, off *rest. */
static struct str cut_run(struct str *rest)
{
	bool digits = digit_at(*rest);
	size_t len = 0;
	while (len < rest->len && digit_at(str_from(*rest, len)) == digits)
		len++;
	struct str run = str_sub(*rest, 0, len);
	*rest = str_from(*rest, len);
	return run;
}

static int compare_numbers(struct str a, struct str b)
{
	while (a.len > 1 && a.ptr[0] == '0')
		a = str_from(a, 1);
	while (b.len > 1 && b.ptr[0] == '0')
		b = str_from(b, 1);
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return str_compare(a, b);
}

/* "node2" before "node10": runs of digits compare as numbers. */
static int compare_natural(struct str a, struct str b)
{
	while (a.len > 0 && b.len > 0) {
		bool numbers = digit_at(a) && digit_at(b);
		struct str left = cut_run(&a);
		struct str right = cut_run(&b);
		int order = numbers ? compare_numbers(left, right) : str_compare(left, right);
		if (order != 0)
			return order;
	}
	return (a.len > 0) - (b.len > 0);
}

static int compare_labels(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	struct labelset left = ((const struct row *)a)->labels;
	struct labelset right = ((const struct row *)b)->labels;
	int by_label = 0;
	for (uint32_t i = 1; by_label == 0 && i < order->call->call.arg_count; i++) {
		struct str name = text_arg(order->call, i);
		by_label = compare_natural(labelset_get(left, name), labelset_get(right, name));
	}
	if (by_label == 0)
		by_label = labelset_compare(left, right);
	return order->descending ? -by_label : by_label;
}

int promql_eval_sort_by_label(struct evaluation *ev, const struct promql *call, struct frame *ret)
{
	return sort_frame(ev, call, /* descending= */ false, compare_labels, ret);
}

int promql_eval_sort_by_label_desc(struct evaluation *ev, const struct promql *call,
				   struct frame *ret)
{
	return sort_frame(ev, call, /* descending= */ true, compare_labels, ret);
}

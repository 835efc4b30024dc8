/* aggregate - sum, avg, topk and their like over the rows of a frame */
#include "metrics/aggregate.h"

#include <math.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "metrics/frame.h"
#include "metrics/operators.h"
#include "metrics/reduce.h"

/* What one aggregation works on. */
struct aggregating {
	struct evaluation *ev;
	const struct promql *expr;
	struct frame in;
	struct labelset_table labels; /* of the groups */
	struct groups groups;
	const double *param; /* per step; NULL when there is none */
};

static struct labelset group_labels(const struct aggregating *a, struct labelset labels)
{
	struct promql_names names = a->expr->aggregate.names;
	struct arena *arena = a->ev->arena;
	if (!a->expr->aggregate.without)
		return labelset_keep(arena, labels, names.items, names.count);
	return labelset_drop(arena, labelset_drop_name(arena, labels), names.items, names.count);
}

static void group_rows(struct aggregating *a)
{
	uint32_t *group_of_row = arena_array(a->ev->arena, uint32_t, a->in.count);
	labelset_table_init(&a->labels, a->ev->arena);
	for (uint32_t i = 0; i < a->in.count; i++)
		group_of_row[i] =
			labelset_table_add(&a->labels, group_labels(a, a->in.rows[i].labels));
	a->groups = promql_groups_make(a->ev->arena, group_of_row, a->in.count, a->labels.count);
}

/* --- one value per group --------------------------------------------------------------------- */

static reduce_fn reduction(enum aggregation_id id)
{
	static const reduce_fn reductions[] = {
		[AGGREGATE_AVG] = reduce_average,      [AGGREGATE_COUNT] = reduce_count,
		[AGGREGATE_GROUP] = reduce_one,	       [AGGREGATE_MAX] = reduce_max,
		[AGGREGATE_MIN] = reduce_min,	       [AGGREGATE_QUANTILE] = reduce_quantile,
		[AGGREGATE_STDDEV] = reduce_deviation, [AGGREGATE_STDVAR] = reduce_variance,
		[AGGREGATE_SUM] = reduce_sum,	       [AGGREGATE_TOPK] = NULL,
	};
	return reductions[id];
}

/* The values of a group at a step; *drop_name is set when one of them wants it. */
static uint32_t gather(const struct aggregating *a, uint32_t group, uint32_t step, double *values,
		       bool *drop_name)
{
	uint32_t count = 0;
	for (uint32_t i = a->groups.first[group]; i < a->groups.first[group + 1]; i++) {
		const struct row *row = &a->in.rows[a->groups.members[i]];
		if (!is_present(row->values[step]))
			continue;
		values[count++] = row->values[step];
		*drop_name |= row->drop_name;
	}
	return count;
}

static int reduce_groups(struct aggregating *a, reduce_fn reduce, struct frame *ret)
{
	double *gathered = arena_array(a->ev->arena, double, a->in.count);
	for (uint32_t group = 0; group < a->groups.count; group++) {
		double *values = promql_frame_add(a->ev, ret, a->labels.items[group], false);
		if (!values)
			return -1;
		struct row *row = &ret->rows[ret->count - 1];
		for (uint32_t step = 0; step < a->ev->grid.count; step++) {
			uint32_t count = gather(a, group, step, gathered, &row->drop_name);
			if (count > 0)
				values[step] =
					reduce(gathered, count, a->param ? a->param[step] : 0);
		}
	}
	return 0;
}

/* --- some rows of each group ----------------------------------------------------------------- */

struct candidate {
	double value;
	uint32_t row;
};

/* Smallest first; NaN behind all numbers, whichever end is asked for. */
static int compare_ascending(const void *a, const void *b, void *context)
{
	double left = ((const struct candidate *)a)->value;
	double right = ((const struct candidate *)b)->value;
	(void)context;
	if (isnan(left) || isnan(right))
		return isnan(left) - isnan(right);
	return (left > right) - (left < right);
}

static int compare_descending(const void *a, const void *b, void *context)
{
	double left = ((const struct candidate *)a)->value;
	double right = ((const struct candidate *)b)->value;
	(void)context;
	if (isnan(left) || isnan(right))
		return isnan(left) - isnan(right);
	return (left < right) - (left > right);
}

static int check_k(struct aggregating *a)
{
	const char *name = a->expr->aggregate.op->name;
	for (uint32_t step = 0; step < a->ev->grid.count; step++) {
		if (isnan(a->param[step]))
			return promql_evaluation_error(a->ev, "the parameter of '%s' is NaN", name);
		if (!(fabs(a->param[step]) < 0x1p63))
			return promql_evaluation_error(
				a->ev, "the parameter of '%s' is out of range", name);
	}
	return 0;
}

/* Sorted as the operator picks them. */
static uint32_t candidates_of(const struct aggregating *a, uint32_t group, uint32_t step,
			      struct candidate *ret)
{
	uint32_t count = 0;
	for (uint32_t i = a->groups.first[group]; i < a->groups.first[group + 1]; i++) {
		uint32_t row = a->groups.members[i];
		if (is_present(a->in.rows[row].values[step]))
			ret[count++] = (struct candidate){ a->in.rows[row].values[step], row };
	}
	enum aggregation_id id = a->expr->aggregate.op->id;
	if (id != AGGREGATE_LIMITK)
		sort_stable(ret, count, sizeof(*ret),
			    id == AGGREGATE_TOPK ? compare_descending : compare_ascending, NULL);
	return count;
}

/*
 * topk, bottomk and limitk: the first k rows of each group as they are, in the order in which
 * they are picked.
 */
static int pick_rows(struct aggregating *a, struct frame *ret)
{
	struct candidate *candidates = arena_array(a->ev->arena, struct candidate, a->in.count);
	double **picked = arena_array(a->ev->arena, double *, a->in.count);
	if (check_k(a) < 0)
		return -1;
	for (uint64_t i = 0; i < (uint64_t)a->groups.count * a->ev->grid.count; i++) {
		uint32_t step = (uint32_t)(i % a->ev->grid.count);
		uint32_t count =
			candidates_of(a, (uint32_t)(i / a->ev->grid.count), step, candidates);
		for (uint32_t k = 0; k < count && (double)k + 1 <= a->param[step]; k++) {
			const struct row *row = &a->in.rows[candidates[k].row];
			double **values = &picked[candidates[k].row];
			if (!*values)
				*values = promql_frame_add(a->ev, ret, row->labels, row->drop_name);
			if (!*values)
				return -1;
			(*values)[step] = candidates[k].value;
		}
	}
	return 0;
}

/* --- count_values ---------------------------------------------------------------------------- */

static int count_value(struct aggregating *a, struct labelset_table *table, struct frame *ret,
		       uint32_t group, uint32_t step, double value)
{
	struct arena *arena = a->ev->arena;
	struct str text = num_format_double(arena, value, 'f');
	struct labelset labels =
		labelset_with(arena, a->labels.items[group], a->expr->aggregate.param->text, text);
	uint32_t number = labelset_table_add(table, labels);
	if (number == ret->count && !promql_frame_add(a->ev, ret, labels, false))
		return -1;
	double *count = &ret->rows[number].values[step];
	*count = is_present(*count) ? *count + 1 : 1;
	return 0;
}

static int count_values(struct aggregating *a, struct frame *ret)
{
	struct labelset_table table;
	struct str label = a->expr->aggregate.param->text;
	if (!label_name_valid(label))
		return promql_evaluation_error(a->ev, "'%.*s' is not a label name", STR_FMT(label));
	labelset_table_init(&table, a->ev->arena);
	double *gathered = arena_array(a->ev->arena, double, a->in.count);
	for (uint64_t i = 0; i < (uint64_t)a->groups.count * a->ev->grid.count; i++) {
		uint32_t group = (uint32_t)(i / a->ev->grid.count);
		uint32_t step = (uint32_t)(i % a->ev->grid.count);
		bool drop_name = false;
		uint32_t count = gather(a, group, step, gathered, &drop_name);
		for (uint32_t k = 0; k < count; k++)
			if (count_value(a, &table, ret, group, step, gathered[k]) < 0)
				return -1;
	}
	return 0;
}

int promql_evaluate_aggregate(struct evaluation *ev, const struct promql *expr, struct frame *ret)
{
	struct aggregating a = { .ev = ev, .expr = expr };
	const struct aggregation *op = expr->aggregate.op;
	if (op->param == PROMQL_SCALAR) {
		struct frame param = {};
		if (promql_evaluate(ev, expr->aggregate.param, &param) < 0)
			return -1;
		assert(param.count == 1);
		a.param = param.rows[0].values;
	}
	if (promql_evaluate(ev, expr->aggregate.inner, &a.in) < 0)
		return -1;
	group_rows(&a);
	switch (op->id) {
	case AGGREGATE_TOPK:
	case AGGREGATE_BOTTOMK:
	case AGGREGATE_LIMITK:
		return pick_rows(&a, ret);
	case AGGREGATE_LIMIT_RATIO:
		return promql_evaluation_error(ev, "'limit_ratio' is not supported");
	case AGGREGATE_COUNT_VALUES:
		return count_values(&a, ret);
	default:
		return reduce_groups(&a, reduction(op->id), ret);
	}
}

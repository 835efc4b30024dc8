/* matching - binary operators between scalars and vectors */
#include "metrics/matching.h"

#include "base/arena.h"
#include "base/buf.h"
#include "metrics/frame.h"
#include "metrics/operators.h"

/* --- scalars --------------------------------------------------------------------------------- */

/*
 * The value of an operator and whether the pair stays: a comparison keeps or drops the value that
 * is kept.
 */
static double apply(const struct promql *expr, double left, double right, double kept,
		    bool *ret_keep)
{
	const struct binary_operator *op = expr->binary.op;
	double value = op->apply(left, right);
	*ret_keep = true;
	if (op->family != OPERATOR_COMPARISON || expr->binary.as_bool)
		return value;
	*ret_keep = value != 0;
	return kept;
}

static bool loses_name(const struct promql *expr)
{
	return expr->binary.op->family == OPERATOR_ARITHMETIC || expr->binary.as_bool;
}

static void scalar_with_scalar(struct evaluation *ev, const struct promql *expr, struct frame *left,
			       const struct frame *right, struct frame *ret)
{
	double *values = left->rows[0].values;
	for (uint32_t step = 0; step < ev->grid.count; step++)
		values[step] = expr->binary.op->apply(values[step], right->rows[0].values[step]);
	*ret = *left;
}

/* Changes the vector in place. */
static void vector_with_scalar(struct evaluation *ev, const struct promql *expr,
			       struct frame *vector, const double *scalar, bool scalar_is_left)
{
	for (uint32_t i = 0; i < vector->count; i++) {
		struct row *row = &vector->rows[i];
		row->drop_name |= loses_name(expr);
		for (uint32_t step = 0; step < ev->grid.count; step++) {
			double value = row->values[step];
			bool keep = true;
			if (!is_present(value))
				continue;
			double left = scalar_is_left ? scalar[step] : value;
			double right = scalar_is_left ? value : scalar[step];
			double result = apply(expr, left, right, value, &keep);
			row->values[step] = keep ? result : sample_stale();
		}
	}
}

/* --- signatures: the labels by which rows match ---------------------------------------------- */

static struct labelset signature(struct evaluation *ev, const struct promql_matching *matching,
				 struct labelset labels)
{
	struct promql_names names = matching->names;
	if (matching->on)
		return labelset_keep(ev->arena, labels, names.items, names.count);
	labels = labelset_drop_name(ev->arena, labels);
	return labelset_drop(ev->arena, labels, names.items, names.count);
}

/* The number of each row's signature. */
static uint32_t *signatures(struct evaluation *ev, const struct promql_matching *matching,
			    const struct frame *frame, struct labelset_table *table)
{
	uint32_t *numbers = arena_array(ev->arena, uint32_t, frame->count);
	for (uint32_t i = 0; i < frame->count; i++)
		numbers[i] =
			labelset_table_add(table, signature(ev, matching, frame->rows[i].labels));
	return numbers;
}

/* Two vectors on their way to one. */
struct pairing {
	struct evaluation *ev;
	const struct promql *expr;
	struct frame many; /* the left side, or the right one with group_right */
	struct frame one;
	bool swapped;
	struct labelset_table signatures;
	const uint32_t *many_signatures; /* per row its number in signatures */
	const uint32_t *one_signatures;

	/* Per signature. */
	int64_t *one_row;	/* the row of the one side at this step, or -1 */
	uint32_t *matched_step; /* step + 1 of its last match */

	/* Per row of the many side: the same pairs come again at each step. */
	uint32_t *last_one;    /* row of the one side + 1 of its last match */
	uint32_t *last_result; /* and the result it led to */

	/* Per row of the result. */
	struct frame out;
	struct labelset_table results;
	uint32_t *result_step; /* step + 1 of its last match */
	uint32_t result_capacity;
};

/* --- and, or, unless ------------------------------------------------------------------------- */

/* Keeps what the other side has, or has not, at the same step. */
static void filter_by_presence(struct pairing *p, bool wanted)
{
	bool *present = arena_array(p->ev->arena, bool, p->signatures.count);
	for (uint32_t step = 0; step < p->ev->grid.count; step++) {
		memset(present, 0, p->signatures.count * sizeof(*present));
		for (uint32_t i = 0; i < p->one.count; i++)
			present[p->one_signatures[i]] |= is_present(p->one.rows[i].values[step]);
		for (uint32_t i = 0; i < p->many.count; i++)
			if (present[p->many_signatures[i]] != wanted)
				p->many.rows[i].values[step] = sample_stale();
	}
}

/* The left side, and of the right side what has no match there. */
static int unite(struct pairing *p, struct frame *ret)
{
	struct pairing swapped = *p;
	swapped.many = p->one;
	swapped.many_signatures = p->one_signatures;
	swapped.one = p->many;
	swapped.one_signatures = p->many_signatures;
	filter_by_presence(&swapped, /* wanted= */ false);
	struct frame both = { .count = p->many.count + p->one.count };
	both.capacity = both.count;
	both.rows = arena_array(p->ev->arena, struct row, both.count);
	for (uint32_t i = 0; i < both.count; i++)
		both.rows[i] = i < p->many.count ? p->many.rows[i] : p->one.rows[i - p->many.count];
	*ret = both;
	return promql_frame_merge(p->ev, ret);
}

static int set_operation(struct pairing *p, struct frame *ret)
{
	switch (p->expr->binary.op->set) {
	case SET_OR:
		return unite(p, ret);
	case SET_AND:
	case SET_UNLESS:
		filter_by_presence(p, p->expr->binary.op->set == SET_AND);
		*ret = p->many;
		return 0;
	}
	return 0;
}

/* --- pairs ----------------------------------------------------------------------------------- */

static int duplicate_error(struct pairing *p, uint32_t a, uint32_t b)
{
	struct buf texts[2];
	for (int i = 0; i < 2; i++) {
		buf_init(&texts[i], p->ev->arena);
		labelset_format(p->one.rows[i ? b : a].labels, &texts[i]);
	}
	struct str first = buf_str(&texts[0]);
	struct str second = buf_str(&texts[1]);
	bool ordered = str_compare(first, second) <= 0;
	return promql_evaluation_error(
		p->ev,
		"'%s': %.*s and %.*s on the %s side match the same series; labels to match by "
		"must be unique on one side",
		p->expr->binary.op->text, STR_FMT(ordered ? first : second),
		STR_FMT(ordered ? second : first), p->swapped ? "left" : "right");
}

/* Notes the rows of the one side at this step. */
static int index_one_side(struct pairing *p, uint32_t step)
{
	for (uint32_t i = 0; i < p->signatures.count; i++)
		p->one_row[i] = -1;
	for (uint32_t i = 0; i < p->one.count; i++) {
		int64_t *row = &p->one_row[p->one_signatures[i]];
		if (!is_present(p->one.rows[i].values[step]))
			continue;
		if (*row >= 0)
			return duplicate_error(p, (uint32_t)*row, i);
		*row = i;
	}
	return 0;
}

static struct labelset result_labels(const struct pairing *p, const struct row *many,
				     const struct row *one)
{
	const struct promql_matching *matching = &p->expr->binary.matching;
	struct arena *arena = p->ev->arena;
	struct labelset labels = many->labels;
	struct promql_names names = matching->names;
	if (p->expr->binary.op->family == OPERATOR_ARITHMETIC)
		labels = labelset_drop_name(arena, labels);
	if (matching->card == PROMQL_ONE_TO_ONE && matching->on)
		labels = labelset_keep(arena, labels, names.items, names.count);
	else if (matching->card == PROMQL_ONE_TO_ONE)
		labels = labelset_drop(arena, labels, names.items, names.count);
	for (uint32_t i = 0; i < matching->include.count; i++) {
		struct str name = matching->include.items[i];
		labels = labelset_with(arena, labels, name, labelset_get(one->labels, name));
	}
	return labels;
}

/* The row of the result for a pair of rows; -1 on failure. */
static int64_t result_row(struct pairing *p, uint32_t many, uint32_t one)
{
	if (p->last_one[many] == one + 1)
		return p->last_result[many];
	const struct row *many_row = &p->many.rows[many];
	struct labelset labels = result_labels(p, many_row, &p->one.rows[one]);
	uint32_t number = labelset_table_add(&p->results, labels);
	bool drop_name = many_row->drop_name || p->expr->binary.as_bool;
	if (number == p->out.count && !promql_frame_add(p->ev, &p->out, labels, drop_name))
		return -1;
	if (p->out.capacity > p->result_capacity) {
		p->result_step = arena_grow(p->ev->arena, p->result_step,
					    p->result_capacity * sizeof(uint32_t),
					    p->out.capacity * sizeof(uint32_t));
		memset(p->result_step + p->result_capacity, 0,
		       (p->out.capacity - p->result_capacity) * sizeof(uint32_t));
		p->result_capacity = p->out.capacity;
	}
	p->last_one[many] = one + 1;
	p->last_result[many] = number;
	return number;
}

/*
 * Two matches of one signature, or two pairs that lead to the same labels, make the operation
 * ambiguous.
 */
static int check_unique(struct pairing *p, uint32_t signature_number, uint32_t result,
			uint32_t step)
{
	const char *text = p->expr->binary.op->text;
	bool one_to_one = p->expr->binary.matching.card == PROMQL_ONE_TO_ONE;
	if (one_to_one && p->matched_step[signature_number] == step + 1)
		return promql_evaluation_error(
			p->ev,
			"'%s': several series on the left side match one on the right; say so "
			"with group_left or group_right",
			text);
	if (p->result_step[result] == step + 1)
		return promql_evaluation_error(
			p->ev,
			"'%s': two pairs of series give the same labels; group labels must "
			"keep them apart",
			text);
	p->matched_step[signature_number] = step + 1;
	p->result_step[result] = step + 1;
	return 0;
}

static int pair_rows(struct pairing *p, uint32_t many, uint32_t one, uint32_t step)
{
	double many_value = p->many.rows[many].values[step];
	double one_value = p->one.rows[one].values[step];
	double left = p->swapped ? one_value : many_value;
	double right = p->swapped ? many_value : one_value;
	int64_t result = result_row(p, many, one);
	if (result < 0 || check_unique(p, p->many_signatures[many], (uint32_t)result, step) < 0)
		return -1;
	bool keep = true;
	double value = apply(p->expr, left, right, left, &keep);
	if (keep)
		p->out.rows[result].values[step] = value;
	return 0;
}

static bool has_values(const struct frame *frame, uint32_t step)
{
	for (uint32_t i = 0; i < frame->count; i++)
		if (is_present(frame->rows[i].values[step]))
			return true;
	return false;
}

static int pair_step(struct pairing *p, uint32_t step)
{
	if (!has_values(&p->many, step) || !has_values(&p->one, step))
		return 0;
	if (index_one_side(p, step) < 0)
		return -1;
	for (uint32_t i = 0; i < p->many.count; i++) {
		int64_t one = p->one_row[p->many_signatures[i]];
		if (one >= 0 && is_present(p->many.rows[i].values[step]) &&
		    pair_rows(p, i, (uint32_t)one, step) < 0)
			return -1;
	}
	return 0;
}

static int pair_all(struct pairing *p, struct frame *ret)
{
	struct arena *arena = p->ev->arena;
	p->one_row = arena_array(arena, int64_t, p->signatures.count);
	p->matched_step = arena_array(arena, uint32_t, p->signatures.count);
	p->last_one = arena_array(arena, uint32_t, p->many.count);
	p->last_result = arena_array(arena, uint32_t, p->many.count);
	labelset_table_init(&p->results, arena);
	for (uint32_t step = 0; step < p->ev->grid.count; step++)
		if (pair_step(p, step) < 0)
			return -1;
	*ret = p->out;
	return 0;
}

static int vector_with_vector(struct evaluation *ev, const struct promql *expr, struct frame left,
			      struct frame right, struct frame *ret)
{
	const struct promql_matching *matching = &expr->binary.matching;
	bool swapped = matching->card == PROMQL_ONE_TO_MANY;
	struct pairing p = { .ev = ev,
			     .expr = expr,
			     .swapped = swapped,
			     .many = swapped ? right : left,
			     .one = swapped ? left : right };
	labelset_table_init(&p.signatures, ev->arena);
	p.many_signatures = signatures(ev, matching, &p.many, &p.signatures);
	p.one_signatures = signatures(ev, matching, &p.one, &p.signatures);
	if (expr->binary.op->family == OPERATOR_SET)
		return set_operation(&p, ret);
	return pair_all(&p, ret);
}

int promql_evaluate_binary(struct evaluation *ev, const struct promql *expr, struct frame *ret)
{
	struct frame left = {};
	struct frame right = {};
	if (promql_evaluate(ev, expr->binary.left, &left) < 0 ||
	    promql_evaluate(ev, expr->binary.right, &right) < 0)
		return -1;
	bool left_scalar = expr->binary.left->type == PROMQL_SCALAR;
	bool right_scalar = expr->binary.right->type == PROMQL_SCALAR;
	if (!left_scalar && !right_scalar)
		return vector_with_vector(ev, expr, left, right, ret);
	if (left_scalar && right_scalar) {
		scalar_with_scalar(ev, expr, &left, &right, ret);
		return 0;
	}
	*ret = left_scalar ? right : left;
	vector_with_scalar(ev, expr, ret, left_scalar ? left.rows[0].values : right.rows[0].values,
			   left_scalar);
	return 0;
}

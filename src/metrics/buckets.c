/* buckets - quantiles and fractions of classic histograms: series with a label "le" */
#include <math.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "metrics/frame.h"
#include "metrics/special.h"

/* Counts that differ by less than this share are equal: what is left of sums of rates. */
#define COUNT_TOLERANCE 1e-12

struct bucket {
	double upper;
	double count; /* of all observations up to upper */
};

/* The bucket rows of a frame, one group per histogram. */
struct histograms {
	struct frame frame;
	double *upper; /* of each row */
	struct labelset_table labels;
	struct groups groups;
	struct bucket *buckets; /* room for those of one histogram at one step */
};

static bool read_bound(struct str text, double *ret_upper)
{
	if (num_double(text, ret_upper))
		return true;
	struct str unsigned_text = str_strip_prefix(text, STR("+"));
	bool negative = str_starts(text, STR("-"));
	if (negative)
		unsigned_text = str_from(text, 1);
	*ret_upper = negative ? -INFINITY : INFINITY;
	return str_equal_nocase(unsigned_text, STR("inf")) ||
	       str_equal_nocase(unsigned_text, STR("infinity"));
}

/* Rows without a readable "le" are left out. */
static int histograms_read(struct evaluation *ev, const struct promql *expr, struct histograms *h)
{
	if (promql_evaluate(ev, expr, &h->frame) < 0)
		return -1;
	uint32_t count = h->frame.count;
	struct str le = LABEL_BUCKET;
	uint32_t *group_of_row = arena_array(ev->arena, uint32_t, count);
	h->upper = arena_array(ev->arena, double, count);
	h->buckets = arena_array(ev->arena, struct bucket, count);
	labelset_table_init(&h->labels, ev->arena);
	for (uint32_t i = 0; i < count; i++) {
		struct labelset labels = h->frame.rows[i].labels;
		group_of_row[i] = GROUP_NONE;
		if (read_bound(labelset_get(labels, le), &h->upper[i]))
			group_of_row[i] = labelset_table_add(
				&h->labels, labelset_drop(ev->arena, labels, &le, 1));
	}
	h->groups = promql_groups_make(ev->arena, group_of_row, count, h->labels.count);
	return 0;
}

static int compare_buckets(const void *a, const void *b, void *context)
{
	double left = ((const struct bucket *)a)->upper;
	double right = ((const struct bucket *)b)->upper;
	(void)context;
	return (left > right) - (left < right);
}

/* The buckets of a histogram at a step, by bound, those with equal bounds added up. */
static uint32_t buckets_at(struct histograms *h, uint32_t group, uint32_t step)
{
	uint32_t count = 0;
	for (uint32_t i = h->groups.first[group]; i < h->groups.first[group + 1]; i++) {
		uint32_t row = h->groups.members[i];
		double value = h->frame.rows[row].values[step];
		if (is_present(value))
			h->buckets[count++] = (struct bucket){ h->upper[row], value };
	}
	sort_stable(h->buckets, count, sizeof(*h->buckets), compare_buckets, NULL);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (kept > 0 && h->buckets[kept - 1].upper == h->buckets[i].upper)
			h->buckets[kept - 1].count += h->buckets[i].count;
		else
			h->buckets[kept++] = h->buckets[i];
	}
	return kept;
}

static bool nearly_equal(double a, double b)
{
	return a == b || fabs(a - b) <= COUNT_TOLERANCE * (fabs(a) + fabs(b));
}

/*
 * A cumulative count never falls: where it does, or differs by rounding only, the one before
 * stands.
 */
static void make_monotonic(struct bucket *buckets, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		double before = buckets[i - 1].count;
		if (buckets[i].count < before || nearly_equal(before, buckets[i].count))
			buckets[i].count = before;
	}
}

/*
 * Linear inside the bucket in which the rank falls; the last finite bound when that is +Inf; the
 * first bound when it is not positive, because the lower end of that bucket is unknown. Source:
 * Prometheus, promql/quantile.go, BucketQuantile.
 */
static double bucket_quantile(struct bucket *buckets, uint32_t count, double q)
{
	if (isnan(q))
		return NAN;
	if (q < 0 || q > 1)
		return q < 0 ? -INFINITY : INFINITY;
	if (count < 2 || buckets[count - 1].upper != (double)INFINITY)
		return NAN;
	make_monotonic(buckets, count);
	double observations = buckets[count - 1].count;
	if (observations == 0)
		return NAN;
	double rank = q * observations;
	uint32_t at = 0;
	while (at < count - 1 && !(buckets[at].count >= rank))
		at++;
	if (at == count - 1)
		return buckets[count - 2].upper;
	if (at == 0 && buckets[0].upper <= 0)
		return buckets[0].upper;
	double start = at > 0 ? buckets[at - 1].upper : 0;
	double below = at > 0 ? buckets[at - 1].count : 0;
	return start + (buckets[at].upper - start) * ((rank - below) / (buckets[at].count - below));
}

/*
 * Observations up to a value, linear inside its bucket; buckets without a finite width count at
 * their end.
 */
static double rank_of(const struct bucket *buckets, uint32_t count, double value)
{
	double lower = buckets[0].upper <= 0 ? -INFINITY : 0;
	double below = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (lower >= value)
			return below;
		if (buckets[i].upper > value && isinf(lower))
			return buckets[i].count;
		if (buckets[i].upper > value)
			return below + (buckets[i].count - below) * (value - lower) /
					       (buckets[i].upper - lower);
		lower = buckets[i].upper;
		below = buckets[i].count;
	}
	return buckets[count - 1].count;
}

/* Source: Prometheus, promql/quantile.go, BucketFraction. */
static double bucket_fraction(const struct bucket *buckets, uint32_t count, double lower,
			      double upper)
{
	if (buckets[count - 1].upper != (double)INFINITY)
		return NAN;
	double observations = buckets[count - 1].count;
	if (observations == 0 || isnan(lower) || isnan(upper))
		return NAN;
	if (lower >= upper)
		return 0;
	double upper_rank = fmin(rank_of(buckets, count, upper), observations);
	double lower_rank = fmin(rank_of(buckets, count, lower), observations);
	return (upper_rank - lower_rank) / observations;
}

/* The name goes with the histogram's rows. */
static double *add_histogram(struct evaluation *ev, struct frame *ret, struct labelset labels)
{
	return promql_frame_add(ev, ret, labels, /* drop_name= */ true);
}

typedef double (*histogram_value_fn)(struct bucket *buckets, uint32_t count, const double *bounds);

/* A row for each histogram: its value under the scalar arguments that come before it. */
static int eval_histograms(struct evaluation *ev, const struct promql *call, uint32_t bound_count,
			   histogram_value_fn value_of, struct frame *ret)
{
	struct histograms h = {};
	struct scalars scalars;
	if (promql_scalars_read(ev, call->call.args, bound_count, &scalars) < 0 ||
	    histograms_read(ev, call->call.args[bound_count], &h) < 0)
		return -1;
	for (uint32_t group = 0; group < h.groups.count; group++) {
		double *values = add_histogram(ev, ret, h.labels.items[group]);
		if (!values)
			return -1;
		for (uint32_t step = 0; step < ev->grid.count; step++) {
			uint32_t count = buckets_at(&h, group, step);
			if (count > 0)
				values[step] = value_of(h.buckets, count,
							promql_scalars_at(&scalars, step));
		}
	}
	return 0;
}

static double quantile_value(struct bucket *buckets, uint32_t count, const double *bounds)
{
	return bucket_quantile(buckets, count, bounds[0]);
}

int promql_eval_histogram_quantile(struct evaluation *ev, const struct promql *call,
				   struct frame *ret)
{
	return eval_histograms(ev, call, 1, quantile_value, ret);
}

static double fraction_value(struct bucket *buckets, uint32_t count, const double *bounds)
{
	return bucket_fraction(buckets, count, bounds[0], bounds[1]);
}

int promql_eval_histogram_fraction(struct evaluation *ev, const struct promql *call,
				   struct frame *ret)
{
	return eval_histograms(ev, call, 2, fraction_value, ret);
}

/* How a quantile is written in a label: "0.9", "1.0", "+Inf". */
static struct str quantile_text(struct arena *arena, double q)
{
	struct str text = num_format_double(arena, q, 'g');
	bool plain = isfinite(q) && str_find_char(text, '.') < 0 && str_find_char(text, 'e') < 0;
	return plain ? str_concat(arena, text, STR(".0")) : text;
}

static double *add_quantile(struct evaluation *ev, struct frame *ret, struct labelset labels,
			    struct str label, double q)
{
	return add_histogram(ev, ret,
			     labelset_with(ev->arena, labels, label, quantile_text(ev->arena, q)));
}

/* The rows of one histogram and one quantile argument: a new row wherever the argument changes. */
static int quantile_rows(struct evaluation *ev, struct histograms *h, uint32_t group,
			 const double *quantiles, struct str label, struct frame *ret)
{
	double *values = NULL;
	for (uint32_t step = 0; step < ev->grid.count; step++) {
		double q = quantiles[step];
		bool same = values &&
			    (q == quantiles[step - 1] || (isnan(q) && isnan(quantiles[step - 1])));
		if (!same)
			values = add_quantile(ev, ret, h->labels.items[group], label, q);
		if (!values)
			return -1;
		uint32_t count = buckets_at(h, group, step);
		if (count > 0)
			values[step] = bucket_quantile(h->buckets, count, q);
	}
	return 0;
}

/* histogram_quantiles(v, label, q…): a row per histogram and quantile. */
int promql_eval_histogram_quantiles(struct evaluation *ev, const struct promql *call,
				    struct frame *ret)
{
	struct histograms h = {};
	struct scalars scalars;
	struct str label = call->call.args[1]->text;
	if (!label_name_valid(label))
		return promql_evaluation_error(ev, "'%.*s' is not a label name", STR_FMT(label));
	if (promql_scalars_read(ev, call->call.args + 2, call->call.arg_count - 2, &scalars) < 0 ||
	    histograms_read(ev, call->call.args[0], &h) < 0)
		return -1;
	for (uint32_t k = 0; k < scalars.count; k++)
		for (uint32_t group = 0; group < h.groups.count; group++)
			if (quantile_rows(ev, &h, group, scalars.values[k], label, ret) < 0)
				return -1;
	return 0;
}

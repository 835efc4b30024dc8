/* reduce - from many values to one: what aggregations and *_over_time functions have in common */
#include "metrics/reduce.h"

#include <math.h>

#include "base/base.h"
#include "base/sort.h"

struct accurate accurate_add(struct accurate a, double value)
{
	double sum = a.sum + value;
	if (isinf(sum))
		return (struct accurate){ sum, 0 };
	if (fabs(a.sum) >= fabs(value))
		return (struct accurate){ sum, a.lost + ((a.sum - sum) + value) };
	return (struct accurate){ sum, a.lost + ((value - sum) + a.sum) };
}

double reduce_sum(double *values, uint32_t count, UNUSED double param)
{
	struct accurate total = { values[0], 0 };
	for (uint32_t i = 1; i < count; i++)
		total = accurate_add(total, values[i]);
	return total.sum + total.lost;
}

/* The sum divided at the end; from the value on that would overflow it, a running mean. */
double reduce_average(double *values, uint32_t count, UNUSED double param)
{
	struct accurate total = { values[0], 0 };
	uint32_t i = 1;
	for (; i < count; i++) {
		struct accurate next = accurate_add(total, values[i]);
		if (isinf(next.sum))
			break;
		total = next;
	}
	if (i == count)
		return total.sum / count + total.lost / count;
	struct accurate mean = { total.sum / i, total.lost / i };
	for (; i < count; i++) {
		double seen = (double)i + 1;
		double share = (seen - 1) / seen;
		mean = accurate_add((struct accurate){ share * mean.sum, share * mean.lost },
				    values[i] / seen);
	}
	return mean.sum + mean.lost;
}

double reduce_count(UNUSED double *values, uint32_t count, UNUSED double param)
{
	return count;
}

double reduce_one(UNUSED double *values, UNUSED uint32_t count, UNUSED double param)
{
	return 1;
}

double reduce_max(double *values, uint32_t count, UNUSED double param)
{
	double max = values[0];
	for (uint32_t i = 1; i < count; i++)
		if (values[i] > max || isnan(max))
			max = values[i];
	return max;
}

double reduce_min(double *values, uint32_t count, UNUSED double param)
{
	double min = values[0];
	for (uint32_t i = 1; i < count; i++)
		if (values[i] < min || isnan(min))
			min = values[i];
	return min;
}

/* Welford's method with compensated sums. */
double reduce_variance(double *values, uint32_t count, UNUSED double param)
{
	struct accurate mean = {};
	struct accurate squares = {};
	for (uint32_t i = 0; i < count; i++) {
		double delta = values[i] - (mean.sum + mean.lost);
		mean = accurate_add(mean, delta / ((double)i + 1));
		squares = accurate_add(squares, delta * (values[i] - (mean.sum + mean.lost)));
	}
	return (squares.sum + squares.lost) / count;
}

double reduce_deviation(double *values, uint32_t count, double param)
{
	return sqrt(reduce_variance(values, count, param));
}

/* NaN stands before all numbers. */
static int compare_values(const void *a, const void *b, void *context)
{
	double left = *(const double *)a;
	double right = *(const double *)b;
	(void)context;
	if (isnan(left) || isnan(right))
		return isnan(right) - isnan(left);
	return (left > right) - (left < right);
}

/* Between two values the weighted average of both. */
double reduce_quantile(double *values, uint32_t count, double param)
{
	if (isnan(param))
		return NAN;
	if (param < 0 || param > 1)
		return param < 0 ? -INFINITY : INFINITY;
	sort_stable(values, count, sizeof(*values), compare_values, NULL);
	double rank = param * ((double)count - 1);
	uint32_t lower = (uint32_t)rank;
	uint32_t upper = MIN(lower + 1, count - 1);
	double weight = rank - lower;
	return values[lower] * (1 - weight) + values[upper] * weight;
}

double reduce_median_deviation(double *values, uint32_t count, UNUSED double param)
{
	for (uint32_t i = 0; i < count; i++)
		if (isnan(values[i]))
			return NAN;
	double median = reduce_quantile(values, count, 0.5);
	for (uint32_t i = 0; i < count; i++)
		values[i] = fabs(values[i] - median);
	return reduce_quantile(values, count, 0.5);
}

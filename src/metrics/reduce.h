/*
 * reduce - from many values to one: what aggregations and *_over_time functions have in common
 *
 * Layer: metrics. Private: aggregate.c, functions.h, reduce.c. Sums are compensated (Neumaier), as
 * in Prometheus. values has at least one entry and may be reordered; param is the quantile and
 * unused elsewhere.
 */
#ifndef FORGE_METRICS_REDUCE_H
#define FORGE_METRICS_REDUCE_H

#include <stdint.h>

typedef double (*reduce_fn)(double *values, uint32_t count, double param);

double reduce_sum(double *values, uint32_t count, double param);
double reduce_average(double *values, uint32_t count, double param);
double reduce_count(double *values, uint32_t count, double param);
double reduce_one(double *values, uint32_t count, double param);
double reduce_max(double *values, uint32_t count, double param);
double reduce_min(double *values, uint32_t count, double param);
double reduce_variance(double *values, uint32_t count, double param);
double reduce_deviation(double *values, uint32_t count, double param);
double reduce_quantile(double *values, uint32_t count, double param);
double reduce_median_deviation(double *values, uint32_t count, double param);

/* A sum and what rounding has lost from it. */
struct accurate {
	double sum;
	double lost;
};
struct accurate accurate_add(struct accurate a, double value);

#endif

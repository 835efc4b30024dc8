/* buckets_test - quantiles and fractions of histograms with le buckets */
#include "metrics/expressions_test.h"

static const char loaded[] = "load 1m\n"
			     "  a_bucket{le=\"1\"} 1\n"
			     "  a_bucket{le=\"2\"} 3\n"
			     "  a_bucket{le=\"+Inf\"} 4\n"
			     "  empty_bucket{le=\"1\"} 0\n"
			     "  empty_bucket{le=\"+Inf\"} 0\n"
			     "  below_bucket{le=\"-1\"} 2\n"
			     "  below_bucket{le=\"+Inf\"} 2\n"
			     "  open_bucket{le=\"1\"} 1\n"
			     "  open_bucket{le=\"2\"} 3\n"
			     "  twice_bucket{le=\"1\"} 1\n"
			     "  twice_bucket{le=\"1.0\"} 1\n"
			     "  twice_bucket{le=\"+Inf\"} 4\n"
			     "  none{le=\"x\"} 1\n";

static void check_all(const struct expectation *expectations, size_t count)
{
	check_expressions(loaded, 0, expectations, count);
}

static void quantiles_lie_within_their_bucket(void)
{
	static const struct expectation expectations[] = {
		{ "histogram_quantile(0.25, a_bucket)", "{} 1\n" },
		{ "histogram_quantile(0.125, a_bucket)", "{} 0.5\n" },
		{ "histogram_quantile(0.5, a_bucket)", "{} 1.5\n" },
		{ "histogram_quantile(1, a_bucket)", "{} 2\n" }, /* of +Inf the one below */
		{ "histogram_quantile(1.1, a_bucket)", "{} +Inf\n" },
		{ "histogram_quantile(-1, a_bucket)", "{} -Inf\n" },
		{ "histogram_quantile(NaN, a_bucket)", "{} NaN\n" },
		{ "histogram_quantile(0.5, empty_bucket)", "{} NaN\n" },
		{ "histogram_quantile(0.5, open_bucket)", "{} NaN\n" },	  /* without +Inf */
		{ "histogram_quantile(0.5, below_bucket)", "{} -1\n" },	  /* no lower bound */
		{ "histogram_quantile(0.25, twice_bucket)", "{} 0.5\n" }, /* 2 of 4 are below 1 */
		{ "histogram_quantile(0.5, none)", "" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void fractions_are_between_two_values(void)
{
	static const struct expectation expectations[] = {
		{ "histogram_fraction(0, 1, a_bucket)", "{} 0.25\n" },
		{ "histogram_fraction(1, 1.5, a_bucket)", "{} 0.25\n" },
		{ "histogram_fraction(-Inf, +Inf, a_bucket)", "{} 1\n" },
		{ "histogram_fraction(2, 1, a_bucket)", "{} 0\n" },
		{ "histogram_fraction(NaN, 1, a_bucket)", "{} NaN\n" },
		{ "histogram_fraction(0, 1, empty_bucket)", "{} NaN\n" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

static void several_quantiles_have_a_label_each(void)
{
	static const struct expectation expectations[] = {
		{ "histogram_quantiles(a_bucket, \"q\", 0.25, 1)",
		  "{q=\"0.25\"} 1\n{q=\"1.0\"} 2\n" },
		{ "histogram_quantiles(a_bucket, \"\", 0.25)", "PromQL: '' is not a label name" },
	};
	check_all(expectations, ARRAY_COUNT(expectations));
}

TESTS({ "quantiles lie within their bucket", quantiles_lie_within_their_bucket },
      { "fractions are between two values", fractions_are_between_two_values },
      { "several quantiles have a label each", several_quantiles_have_a_label_each })

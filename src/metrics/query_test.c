/* query_test - instant and range queries of the store through the table, and errors as values */
#include "metrics/query.h"

#include <math.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/test.h"
#include "metrics/promtool.h"
#include "metrics/series.h"
#include "world/simulated.h"

struct seen {
	uint32_t answers;
	bool has_number;
	double number;
	uint32_t samples; /* of the first series */
	enum error_code code;
};

static void see(void *context, const struct promql_value *value, const struct error *err)
{
	struct seen *seen = context;

	CHECK(!value == !!err);
	seen->answers++;
	if (err)
		seen->code = err->code;
	else
		seen->has_number = query_number(value, &seen->number);
	if (value && value->series_count)
		seen->samples = value->series[0].count;
}

static struct seen ask(struct query_request request)
{
	SCRATCH(arena);
	struct metrics *store = metrics_new(arena, 0);
	struct query_embedded query;
	struct error err = {};
	struct seen seen = {};

	CHECK_INT(promtool_load(store, STR("load 1m\n  hits 0+60x10\n"), &err), 0);
	query_embedded_init(&query, store, NULL);
	CHECK_INT(query_ask(&query.api, &request, see, &seen), 0);
	CHECK_INT(seen.answers, 1);
	query_cancel(&query.api, 0); /* it is answered already */
	return seen;
}

static void numbers_are_found_or_not(void)
{
	static const struct {
		struct str expression;
		double number; /* NAN: none */
	} rows[] = {
		{ STR_INIT("sum(hits)"), 600 },
		{ STR_INIT("1 + 1"), 2 },
		{ STR_INIT("sum(nothing)"), NAN },
		{ STR_INIT("0 / 0"), NAN },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].expression.ptr); i++) {
		struct seen seen = ask((struct query_request){ .expression = rows[i].expression,
							       .at_ms = 600000 });
		CHECK_INT(seen.has_number, !isnan(rows[i].number));
		CHECK(!seen.has_number || seen.number == rows[i].number);
	}
}

static void a_range_has_a_value_per_step(void)
{
	struct seen seen = ask(
		(struct query_request){ .expression = STR("hits"), .range = { 0, 600000, 60000 } });
	CHECK_INT(seen.samples, 11);
}

static void a_wrong_expression_is_an_error(void)
{
	struct seen seen = ask((struct query_request){ .expression = STR("sum(") });
	CHECK_INT(seen.code, ERROR_INPUT);
}

static void now_is_the_worlds(void)
{
	SCRATCH(arena);
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });
	struct query_embedded query;
	struct seen seen = {};

	query_embedded_init(&query, metrics_new(arena, 0), world);
	query_ask(&query.api,
		  &(struct query_request){ .expression = STR("time()"), .at_ms = QUERY_NOW }, see,
		  &seen);
	CHECK(seen.number == (double)world_now_ms(world) / 1000);
	world_free(world);
}

/* A server somewhere that has not answered. */
struct server {
	struct query_api api; /* first */
	uint64_t cancelled;
};

static uint64_t ask_server(struct query_api *api, const struct query_request *request,
			   query_fn done, void *context)
{
	(void)api;
	(void)request;
	(void)done;
	(void)context;
	return 7;
}

static void cancel_server(struct query_api *api, uint64_t id)
{
	((struct server *)api)->cancelled = id;
}

static void only_what_is_under_way_is_cancelled(void)
{
	static const struct query_table table = { ask_server, cancel_server };
	struct server server = { { &table }, 0 };
	struct seen seen = {};

	uint64_t id = query_ask(&server.api, &(struct query_request){}, see, &seen);
	query_cancel(&server.api, 0);
	CHECK_INT(server.cancelled, 0);
	query_cancel(&server.api, id);
	CHECK_INT(server.cancelled, 7);
	CHECK_INT(seen.answers, 0);
}

TESTS({ "numbers are found, or not", numbers_are_found_or_not },
      { "a range has a value per step", a_range_has_a_value_per_step },
      { "a wrong expression is an error", a_wrong_expression_is_an_error },
      { "now is the world's", now_is_the_worlds },
      { "only pending queries are cancelled", only_what_is_under_way_is_cancelled })

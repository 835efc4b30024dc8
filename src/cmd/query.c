/* query - forge query: evaluate a PromQL expression over series of a file */
#include "base/buf.h"
#include "cmd/command.h"
#include "doc/json.h"
#include "metrics/answer.h"
#include "metrics/promql.h"
#include "metrics/promtool.h"
#include "world/world.h"

struct query_args {
	struct option_list load;
	struct str at, from, to, step;
	struct str output;
};

static const struct query_args query_defaults = {
	.at = STR_INIT("0"),
	.step = STR_INIT("1m"),
	.output = STR_INIT("text"),
};

static const struct option query_options[] = {
	{ 0, "load", "FILE", OPTION_LIST, offsetof(struct query_args, load),
	  "series in the notation of promtool's unit tests; may be given many times", NULL },
	{ 0, "at", "TIME", OPTION_STR, offsetof(struct query_args, at),
	  "evaluate at this time since the epoch, like 1h30m or a number of seconds (default 0)",
	  NULL },
	{ 0, "from", "TIME", OPTION_STR, offsetof(struct query_args, from),
	  "evaluate over a range that begins here", NULL },
	{ 0, "to", "TIME", OPTION_STR, offsetof(struct query_args, to), "and ends here", NULL },
	{ 0, "step", "TIME", OPTION_STR, offsetof(struct query_args, step),
	  "between two evaluations of a range (default 1m)", NULL },
	{ 'o', "output", "FORMAT", OPTION_STR, offsetof(struct query_args, output),
	  "text (default), or json as Prometheus' HTTP API answers", "text json" },
	{},
};

static int load_all(struct app *app, const struct option_list *files, struct metrics *store,
		    struct error *err)
{
	for (uint32_t i = 0; i < files->count; i++) {
		struct str text;
		if (file_read(app->world, app->arena, files->items[i], &text, err) < 0)
			return -1;
		if (promtool_load(store, text, err) < 0)
			return error_wrap(err, "'%.*s'", STR_FMT(files->items[i]));
	}
	return 0;
}

static int evaluate_range(struct app *app, const struct query_args *a, const struct metrics *store,
			  const struct promql *expr, struct promql_value *value, struct error *err)
{
	struct promql_range range;
	if (!a->from.ptr || !a->to.ptr)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a range needs both --from and --to");
	if (promtool_time(a->from, &range.from_ms, err) < 0 ||
	    promtool_time(a->to, &range.to_ms, err) < 0 ||
	    promtool_time(a->step, &range.step_ms, err) < 0)
		return -1;
	return promql_over_range(store, expr, range, app->arena, value, err);
}

static int evaluate(struct app *app, const struct query_args *a, struct promql_value *value,
		    struct error *err)
{
	struct metrics *store = metrics_new(app->arena, /* retention_ms= */ 0);
	int64_t at_ms = 0;
	const struct promql *expr = promql_parse(app->arena, app->args[0], ERROR_NO_POSITION, err);
	if (!expr || load_all(app, &a->load, store, err) < 0)
		return -1;
	if (a->from.ptr || a->to.ptr)
		return evaluate_range(app, a, store, expr, value, err);
	if (promtool_time(a->at, &at_ms, err) < 0)
		return -1;
	return promql_instant(store, expr, at_ms, app->arena, value, err);
}

static int query_run(struct app *app, const void *args)
{
	const struct query_args *a = args;
	struct promql_value value;
	struct error err = {};
	struct buf out;

	if (evaluate(app, a, &value, &err) < 0)
		return app_fail(app, &err);
	buf_init(&out, app->arena);
	if (str_equal(a->output, STR("json"))) {
		json_write(&out, answer_document(&value, app->arena), JSON_SPELLED_NUMBERS);
		buf_add_char(&out, '\n');
	} else {
		answer_write_text(answer_document(&value, app->arena), &out);
	}
	app_write(app, buf_str(&out));
	return 0;
}

const struct command cmd_query = {
	.name = "query",
	.args = "EXPRESSION",
	.summary = "evaluate a PromQL expression",
	.about = "The series come from files; the answer is what Prometheus 3 would give for "
		 "them. An expression that is wrong, or asks for too much, ends with status 2.",
	.examples = "forge query '1 + 1'\n"
		    "forge query --load series --at 10m 'sum by (job) (rate(requests_total[5m]))'\n"
		    "forge query --load series --from 0 --to 1h --step 5m -o json up",
	.options = query_options,
	.size = sizeof(struct query_args),
	.defaults = &query_defaults,
	.signed_args = true,
	.run = query_run,
};

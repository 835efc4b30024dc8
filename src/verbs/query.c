/* query - evaluate a PromQL expression over series of a file */
#include "doc/json.h"
#include "metrics/answer.h"
#include "metrics/promql.h"
#include "metrics/promtool.h"
#include "verbs/verbs.h"
#include "world/world.h"

struct query_args {
	struct str expression;
	struct argument_list load;
	struct str at, from, to, step;
};

static const struct argument query_arguments[] = {
	{ 0, "expression", "EXPRESSION", ARGUMENT_STR, offsetof(struct query_args, expression),
	  "in PromQL", .is_positional = true, .is_required = true },
	{ 0, "load", "FILE", ARGUMENT_LIST, offsetof(struct query_args, load),
	  "series in the notation of promtool's unit tests; may be given many times" },
	{ 0, "at", "TIME", ARGUMENT_STR, offsetof(struct query_args, at),
	  "evaluate at this time since the epoch, like 1h30m or a number of seconds (default 0)",
	  .fallback = "0" },
	{ 0, "from", "TIME", ARGUMENT_STR, offsetof(struct query_args, from),
	  "evaluate over a range that begins here" },
	{ 0, "to", "TIME", ARGUMENT_STR, offsetof(struct query_args, to), "and ends here" },
	{ 0, "step", "TIME", ARGUMENT_STR, offsetof(struct query_args, step),
	  "between two evaluations of a range (default 1m)", .fallback = "1m" },
	{ 'o', "output", "FORMAT", ARGUMENT_FORMAT,
	  .help = "text (default), or json as Prometheus' HTTP API answers",
	  .values = "text json" },
	{},
};

static int load_all(const struct verb_context *context, const struct argument_list *files,
		    struct metrics *store, struct error *err)
{
	for (uint32_t i = 0; i < files->count; i++) {
		struct str text;
		if (verb_read_file(context, files->items[i], &text, err) < 0)
			return -1;
		if (promtool_load(store, text, err) < 0)
			return error_wrap(err, "'%.*s'", STR_FMT(files->items[i]));
	}
	return 0;
}

static int evaluate_range(struct arena *arena, const struct query_args *a,
			  const struct metrics *store, const struct promql *expr,
			  struct promql_value *value, struct error *err)
{
	struct promql_range range;
	if (!a->from.ptr || !a->to.ptr)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "a range needs both --from and --to");
	if (promtool_time(a->from, &range.from_ms, err) < 0 ||
	    promtool_time(a->to, &range.to_ms, err) < 0 ||
	    promtool_time(a->step, &range.step_ms, err) < 0)
		return -1;
	return promql_over_range(store, expr, range, arena, value, err);
}

static int evaluate(const struct verb_context *context, const struct query_args *a,
		    struct promql_value *value, struct error *err)
{
	struct arena *arena = context->arena;
	struct metrics *store = metrics_new(arena, /* retention_ms= */ 0);
	int64_t at_ms = 0;
	const struct promql *expr = promql_parse(arena, a->expression, ERROR_NO_POSITION, err);
	if (!expr || load_all(context, &a->load, store, err) < 0)
		return -1;
	if (a->from.ptr || a->to.ptr)
		return evaluate_range(arena, a, store, expr, value, err);
	if (promtool_time(a->at, &at_ms, err) < 0)
		return -1;
	return promql_instant(store, expr, at_ms, arena, value, err);
}

static void query_text(const struct outcome *outcome, struct ink *out)
{
	answer_write_text(outcome->documents.items[0], out);
}

static int query_run(const struct verb_context *context, const void *args, struct outcome *ret,
		     struct error *err)
{
	struct promql_value value;

	if (evaluate(context, args, &value, err) < 0)
		return -1;
	nodes_add(context->arena, &ret->documents, answer_document(&value, context->arena));
	ret->json_flags = JSON_SPELLED_NUMBERS;
	ret->text = query_text;
	return 0;
}

const struct verb verb_query = {
	.name = "query",
	.group = VERB_LANGUAGES,
	.summary = "evaluate a PromQL expression",
	.about = "The series come from files; the answer is what Prometheus 3 would give for "
		 "them. An expression that is wrong, or asks for too much, ends with status 2.",
	.examples = "forge query '1 + 1'\n"
		    "forge query --load series --at 10m 'sum by (job) (rate(requests_total[5m]))'\n"
		    "forge query --load series --from 0 --to 1h --step 5m -o json up",
	.arguments = query_arguments,
	.size = sizeof(struct query_args),
	.read_only = true,
	.signed_argument = true,
	.run = query_run,
};

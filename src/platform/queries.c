/* queries - the requests of kind "query" answered from a query table */
#include "platform/queries.h"

#include "base/arena.h"
#include "metrics/query.h"

enum { MICRO = 1000000 };

/* Beyond these a number has no millionths in an int64: it counts as none. */
#define NUMBER_MAX 9e12

/* A query under way. */
struct asked {
	const struct queries *queries;
	struct key canary;
	struct request_ticket *ticket;
};

static bool finds_nothing(const struct asked *a)
{
	return a->queries->is_hidden && a->queries->is_hidden(a->queries->context, a->canary);
}

static void on_answer(void *context, const struct promql_value *value, const struct error *err)
{
	const struct asked *a = context;
	struct answer answer = { .code = 200 };
	double number;

	if (err) {
		answer.code = err->code == ERROR_INPUT ? 400 : 503;
		answer.text = str_from_cstr(err->text);
	} else if (query_number(value, &number) && number < NUMBER_MAX && number > -NUMBER_MAX &&
		   !finds_nothing(a)) {
		answer.has_value = true;
		answer.value_micro = (int64_t)(number * MICRO + (number < 0 ? -0.5 : 0.5));
	}
	runner_answer(a->ticket, &answer);
}

void queries_handle(void *context, struct str reconciler, struct key key,
		    const struct plan_request *request, struct request_ticket *ticket)
{
	const struct queries *queries = context;
	struct asked *a = arena_one(request_ticket_arena(ticket), struct asked);

	(void)reconciler;
	*a = (struct asked){ queries, key, ticket };
	query_ask(queries->api,
		  &(struct query_request){ .expression = node_str_at(request->arguments, "query"),
					   .address = node_str_at(request->arguments, "address"),
					   .at_ms = QUERY_NOW },
		  on_answer, a);
}

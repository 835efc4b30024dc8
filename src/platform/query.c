/* query - metric queries of reconcilers, answered from a query table */
#include "platform/query.h"

#include "base/arena.h"
#include "metrics/promql.h"
#include "metrics/query.h"

#define NUMBER_MAX 9e12 /* in millionths it fits into 64 bits */

enum { MICRO = 1000000 };

struct answer query_answer(const struct query_api *query, int64_t now_ms,
			   const struct plan_request *request, struct arena *arena,
			   double *ret_number)
{
	struct str text = node_str_at(request->arguments, "query");
	struct answer answer = { .code = 200 };
	struct promql_value value;
	struct error err;
	double number;

	if (query->query(query->context, text, now_ms, arena, &value, &err) < 0) {
		answer.code = 400;
		answer.text = str_copy(arena, str_from_cstr(err.text));
	} else if (query_number(&value, &number) && number < NUMBER_MAX && number > -NUMBER_MAX) {
		answer.has_value = true;
		answer.value_micro = (int64_t)(number * MICRO + (number < 0 ? -0.5 : 0.5));
		*ret_number = number;
	}
	return answer;
}

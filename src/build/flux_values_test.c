/* flux_values_test - names and line breaks of variables */
#include "build/flux_values.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/secret.h"

static void variables_have_names(void)
{
	static const struct {
		const char *variables, *want;
	} rows[] = {
		{ "{}", "{}" },
		{ "{a: b, _c1: d}", "{\"_c1\":\"d\",\"a\":\"b\"}" },
		{ "{a: b, tls.crt: c}", "'tls.crt' var name is invalid, must match "
					"'^[_[:alpha:]][_[:alpha:][:digit:]]*$'" },
		{ "{my-key: c}", "'my-key' var name is invalid, must match "
				 "'^[_[:alpha:]][_[:alpha:][:digit:]]*$'" },
		{ "{1st: c}", "'1st' var name is invalid, must match "
			      "'^[_[:alpha:]][_[:alpha:][:digit:]]*$'" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].variables); i++) {
		SCRATCH(arena);
		const struct node *ret;
		struct error err;
		int result = flux_variables(arena, node_make(arena, rows[i].variables), &ret, &err);
		CHECK_STR(result < 0 ? str_from_cstr(err.text)
				     : json_text(arena, ret, JSON_SORT_KEYS),
			  str_from_cstr(rows[i].want));
	}
}

static void line_breaks_go_and_marks_stay(void)
{
	SCRATCH(arena);
	const struct node *marked = node_marked_secret(arena, node_str(arena, STR("a\nb\n\n"))),
			  *ret;
	struct error err;

	CHECK_INT(flux_variables(arena, node_make(arena, "{a: %n}", marked), &ret, &err), 0);
	CHECK_TEXT(node_str_at(ret, "a"), "ab");
	CHECK(node_is_secret(node_get_lit(ret, "a")));
}

TESTS({ "variables have names", variables_have_names },
      { "line breaks go, and marks of secrets stay", line_breaks_go_and_marks_stay })

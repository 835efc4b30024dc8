/* labels_test - selectors: maps, expressions, texts; what they print and refuse */
#include "kube/labels.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/label_selector.h"

static const struct node *labels(struct arena *arena)
{
	return node_make(arena, "{app: web, env: prod, n: \"5\", empty: \"\"}");
}

static void maps_match_when_all_their_labels_are_there(void)
{
	SCRATCH(arena);

	CHECK(labels_match_map(node_make(arena, "{app: web, env: prod}"), labels(arena)));
	CHECK(!labels_match_map(node_make(arena, "{app: web, env: dev}"), labels(arena)));
	CHECK(labels_match_map(node_make(arena, "{}"), labels(arena)));
	CHECK(!labels_match_map(NULL, labels(arena)));
	CHECK(!labels_match_map(node_make(arena, "{app: web}"), NULL));
}

static bool matches(struct arena *arena, const char *selector)
{
	return labels_match(node_make(arena, selector), labels(arena));
}

static void expressions_match(void)
{
	SCRATCH(arena);

	CHECK(matches(arena,
		      "{matchExpressions: [{key: env, operator: In, values: [dev, prod]}]}"));
	CHECK(!matches(arena, "{matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}"));
	CHECK(matches(arena, "{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}"));
	CHECK(matches(arena, "{matchExpressions: [{key: app, operator: Exists}]}"));
	CHECK(matches(arena, "{matchExpressions: [{key: zone, operator: DoesNotExist}]}"));
	CHECK(!matches(arena, "{matchLabels: {app: api}, matchExpressions: [{key: app, operator: "
			      "Exists}]}"));
	CHECK(matches(arena, "{}"));
	CHECK(!labels_match(NULL, labels(arena)));
}

/* "yes", "no", or why the text is no selector. */
static struct str text_matches(struct arena *arena, struct str selector)
{
	struct label_selector compiled;
	struct error err;

	if (label_selector_parse(arena, selector, &compiled, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return label_selector_matches(&compiled, labels(arena)) ? STR("yes") : STR("no");
}

static void texts_match(void)
{
	SCRATCH(arena);
	static const struct {
		struct str selector, want;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("yes") },
		{ STR_INIT("app=web"), STR_INIT("yes") },
		{ STR_INIT(" app == web , env != dev "), STR_INIT("yes") },
		{ STR_INIT("app"), STR_INIT("yes") },
		{ STR_INIT("!zone,app"), STR_INIT("yes") },
		{ STR_INIT("! app"), STR_INIT("no") },
		{ STR_INIT("env in (dev,prod)"), STR_INIT("yes") },
		{ STR_INIT("env in(dev)"), STR_INIT("no") },
		{ STR_INIT("env notin (dev, qa)"), STR_INIT("yes") },
		{ STR_INIT("zone notin (a)"), STR_INIT("yes") },
		{ STR_INIT("n>4,n<6"), STR_INIT("yes") },
		{ STR_INIT("n>5"), STR_INIT("no") },
		{ STR_INIT("app>1"), STR_INIT("no") },
		{ STR_INIT("empty="), STR_INIT("yes") },
		{ STR_INIT("empty in ()"), STR_INIT("yes") },
		{ STR_INIT("empty in (a,)"), STR_INIT("yes") },
		{ STR_INIT("app in (in, web)"), STR_INIT("yes") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].selector); i++)
		CHECK_STR(text_matches(arena, cases[i].selector), cases[i].want);
}

static void wrong_texts_are_refused_in_the_servers_words(void)
{
	SCRATCH(arena);

	CHECK_TEXT(text_matches(arena, STR("=")),
		   "found '=', expected: !, identifier, or 'end of string'");
	CHECK_TEXT(text_matches(arena, STR("a,")), "found '', expected: identifier after ','");
	CHECK_TEXT(text_matches(arena, STR("!a=b")), "found '=', expected: ',' or 'end of string'");
	CHECK_TEXT(
		text_matches(arena, STR("a b")),
		"unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
	CHECK_TEXT(text_matches(arena, STR("a=(x")),
		   "unable to parse requirement: found '(', expected: identifier");
	CHECK_TEXT(text_matches(arena, STR("a in x")),
		   "unable to parse requirement: found 'x' expected: '('");
	CHECK_TEXT(text_matches(arena, STR("a in (x")),
		   "unable to parse requirement: found '', expected: ',' or ')'");
	CHECK_TEXT(text_matches(arena, STR("a>x")),
		   "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' "
		   "operators, the value must be an integer");
}

static void selectors_print_sorted_by_key(void)
{
	SCRATCH(arena);

	CHECK_TEXT(
		labels_selector_text(
			arena, node_make(arena, "{matchLabels: {c: y, a: x}, matchExpressions: "
						"[{key: c, operator: NotIn, values: [z, y]}, {key: "
						"b, operator: DoesNotExist}, {key: d, operator: "
						"Exists}, {key: a, operator: In, values: [q]}]}")),
		"a=x,a in (q),!b,c=y,c notin (y,z),d");
	CHECK_TEXT(labels_selector_text(arena, node_make(arena, "{}")), "<none>");
	CHECK_TEXT(labels_selector_text(arena, NULL), "<none>");
	CHECK_TEXT(labels_map_text(arena, node_make(arena, "{b: x, a: y}")), "a=y,b=x");
}

static void values_are_checked(void)
{
	CHECK_TEXT(labels_check_value(STR("")), "");
	CHECK_TEXT(labels_check_value(STR("a-b_c.D")), "");
	CHECK(labels_check_value(STR("-a")).len > 0);
	CHECK(labels_check_value(STR("a/b")).len > 0);
	CHECK_TEXT(labels_check_value(
			   STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
		   "must be no more than 63 bytes");
}

TESTS({ "maps match when all their labels are there", maps_match_when_all_their_labels_are_there },
      { "expressions match", expressions_match }, { "texts match", texts_match },
      { "wrong texts are refused in the server's words",
	wrong_texts_are_refused_in_the_servers_words },
      { "selectors print sorted by key", selectors_print_sorted_by_key },
      { "values are checked", values_are_checked })

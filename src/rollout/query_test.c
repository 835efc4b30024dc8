/* query_test - templates of queries as Go renders them, and the built-in ones */
#include "rollout/tick_test.h"

static void begin(struct tick_fixture *x, struct fixture *f, const char *spec)
{
	*f = fixture_begin();
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {selector: {matchLabels: {app: web}}}}"));
	CHECK(!tick_begin(x, f, spec).ptr);
}

static const struct {
	const char *text, *metric;
	struct str rendered, fault;
} actions[] = {
	{ "up", "{}", STR_INIT("up"), { NULL, 0 } },
	{ "", "{}", STR_INIT(""), { NULL, 0 } },
	{ "{{ name }}/{{namespace}}/{{  target  }}",
	  "{}",
	  STR_INIT("web/default/web"),
	  { NULL, 0 } },
	{ "{{ service }} {{ ingress }} {{ route }}", "{}", STR_INIT("web in web"), { NULL, 0 } },
	{ "[{{ interval }}]", "{}", STR_INIT("[1m]"), { NULL, 0 } },
	{ "[{{ interval }}]", "{interval: 30s}", STR_INIT("[30s]"), { NULL, 0 } },
	{ "{{ variables.a }}", "{templateVariables: {a: x, b: y}}", STR_INIT("x"), { NULL, 0 } },
	{ "{{ index variables \"a-b\" }}",
	  "{templateVariables: {a-b: x}}",
	  STR_INIT("x"),
	  { NULL, 0 } },
	{ "<{{ index variables \"gone\" }}>",
	  "{templateVariables: {a: x}}",
	  STR_INIT("<>"),
	  { NULL, 0 } },
	/* Other keys of index are no words of the language. */
	{ "{{ index variables gone }}",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: function \"index variables "
		   "gone\" not defined") },
	{ "{{ index variables \"gone }}",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: function \"index variables "
		   "\"gone\" not defined") },
	{ "{{ index variables gone\" }}",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: function \"index variables "
		   "gone\"\" not defined") },
	{ "{{ index variables \" }}",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: function \"index variables "
		   "\"\" not defined") },
	{ "{{ index variables \"\" }}.", "{}", STR_INIT("."), { NULL, 0 } },
	{ "{{ index other \"a\" }}",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: function \"index other "
		   "\"a\"\" not defined") },
	{ "{{ variables.a }}{{ variables.b }}",
	  "{templateVariables: {a: x, b: y}}",
	  STR_INIT("xy"),
	  { NULL, 0 } },
	/* A dash eats the blanks on its side. */
	{ "a \n{{- target }} b", "{}", STR_INIT("aweb b"), { NULL, 0 } },
	{ "a {{ target -}} \n b", "{}", STR_INIT("a webb"), { NULL, 0 } },
	{ "a {{- target -}} b", "{}", STR_INIT("awebb"), { NULL, 0 } },
	/* What Go refuses. */
	{ "{{ variables.gone }}",
	  "{templateVariables: {a: x}}",
	  { NULL, 0 },
	  STR_INIT("template excution failed: template: tmpl: map has no entry for key "
		   "\"gone\"") },
	{ "{{ nonsense }}",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: function \"nonsense\" not "
		   "defined") },
	{ "a {{ target",
	  "{}",
	  { NULL, 0 },
	  STR_INIT("template parsing failed: template: tmpl: unclosed action") },
};

static void actions_are_replaced(void)
{
	for (size_t i = 0; TEST_ROW(actions, i, actions[i].text); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct str rendered = STR_NONE;

		begin(&x, &f, "{targetRef: {kind: Deployment, name: web}, ingressRef: {name: in}}");
		CHECK_STR(query_render(&x.tick, str_from_cstr(actions[i].text),
				       node_make(f.arena, actions[i].metric), &rendered),
			  actions[i].fault);
		CHECK_STR(rendered, actions[i].rendered);
		fixture_end(&f);
	}
}

/* 32 names of 4 KiB each are more than a query may have. */
static void a_query_has_a_limit(void)
{
	struct fixture f;
	struct tick_fixture x;
	struct str rendered;
	struct buf text, variables;

	begin(&x, &f, "{targetRef: {kind: Deployment, name: web}}");
	for (size_t over = 0; over < 2; over++) { /* "web" ends it at 64 KiB, or one byte later */
		struct buf most;
		buf_init(&most, f.arena);
		while (most.len < (64 << 10) - STR("web").len + over)
			buf_add_char(&most, 'x');
		buf_add(&most, STR("{{ name }}"));
		CHECK_INT(query_render(&x.tick, buf_str(&most), NULL, &rendered).ptr != NULL, over);
	}
	buf_init(&text, f.arena);
	buf_init(&variables, f.arena);
	for (int i = 0; i < 32; i++)
		buf_add(&text, STR("{{ variables.a }}"));
	for (int i = 0; i < 4096; i++)
		buf_add_char(&variables, 'x');
	const struct node *metric =
		node_make(f.arena, "{templateVariables: {a: %s}}", buf_str(&variables));
	CHECK_TEXT(query_render(&x.tick, buf_str(&text), metric, &rendered),
		   "template excution failed: the query is too long");
	fixture_end(&f);
}

static void built_in_queries_are_those_of_the_provider(void)
{
	static const struct {
		const char *provider;
		bool duration;
		struct str part;
	} cases[] = {
		{ "istio", false, STR_INIT("istio_requests_total") },
		{ "istio", true, STR_INIT("istio_request_duration_milliseconds_bucket") },
		{ "kubernetes", false, STR_INIT("http_request_duration_seconds_count") },
		{ "kubernetes", true, STR_INIT("1000 * histogram_quantile(0.99") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].provider); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct str rendered;

		begin(&x, &f, "{targetRef: {kind: Deployment, name: web}}");
		x.tick.provider = str_from_cstr(cases[i].provider);
		struct str query = query_builtin(&x.tick, cases[i].duration);
		CHECK(str_contains(query, cases[i].part));
		/* Only the first two have services of their own. */
		x.tick.kind = &target_service;
		CHECK(str_contains(query_builtin(&x.tick, cases[i].duration), STR("istio_")));
		/* Whatever it is, it can be rendered. */
		CHECK(!query_render(&x.tick, query, node_make(f.arena, "{interval: 2m}"), &rendered)
			       .ptr);
		CHECK(str_contains(rendered, STR("[2m]")) && !str_contains(rendered, STR("{{")));
		fixture_end(&f);
	}
}

TESTS({ "actions are replaced", actions_are_replaced },
      { "a query has a limit", a_query_has_a_limit },
      { "built-in queries are those of the provider", built_in_queries_are_those_of_the_provider })

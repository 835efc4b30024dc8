/* metrics_test - queries of a Canary's analysis: what is asked, and what an answer means */
#include "rollout/tick_test.h"
#include "rollout/verdict.h"

static void begin(struct tick_fixture *x, struct fixture *f, const char *metric)
{
	struct str spec;

	*f = fixture_begin();
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
				 "spec: {selector: {matchLabels: {app: web}}}}"));
	spec = str_printf(f->arena,
			  "{targetRef: {kind: Deployment, name: web}, service: {port: 80}, "
			  "analysis: {metrics: [%s]}}",
			  metric);
	CHECK(!tick_begin(x, f, str_cstr(f->arena, spec)).ptr);
}

static const struct {
	const char *metric;
	struct answer answer;
	struct str told; /* absent: it is good */
} answered[] = {
	{ "{name: m, query: up, thresholdRange: {min: 1, max: 2}}",
	  { .code = 200, .has_value = true, .value_micro = 1500000 },
	  { NULL, 0 } },
	{ "{name: m, query: up, thresholdRange: {min: 1, max: 2}}",
	  { .code = 200, .has_value = true, .value_micro = 999999 },
	  STR_INIT("Halt web.default advancement m 1.00 < 1") },
	{ "{name: m, query: up, thresholdRange: {min: 1, max: 2}}",
	  { .code = 200, .has_value = true, .value_micro = 2500000 },
	  STR_INIT("Halt web.default advancement m 2.50 > 2") },
	/* The limits themselves are good, and may be less than nothing. */
	{ "{name: m, query: up, thresholdRange: {min: 1, max: 2}}",
	  { .code = 200, .has_value = true, .value_micro = 1000000 },
	  { NULL, 0 } },
	{ "{name: m, query: up, thresholdRange: {min: 1, max: 2}}",
	  { .code = 200, .has_value = true, .value_micro = 2000000 },
	  { NULL, 0 } },
	{ "{name: m, query: up, thresholdRange: {min: -1.5}}",
	  { .code = 200, .has_value = true, .value_micro = -1500000 },
	  { NULL, 0 } },
	{ "{name: m, query: up, thresholdRange: {min: -1.5}}",
	  { .code = 200, .has_value = true, .value_micro = -1500001 },
	  STR_INIT("Halt web.default advancement m -1.50 < -1.5") },
	{ "{name: m, query: up, thresholdRange: {max: -0.5}}",
	  { .code = 200, .has_value = true, .value_micro = -499999 },
	  STR_INIT("Halt web.default advancement m -0.50 > -0.5") },
	{ "{name: m, query: up, thresholdRange: {max: 0.1}}",
	  { .code = 200, .has_value = true, .value_micro = 100000 },
	  { NULL, 0 } },
	{ "{name: m, query: up, threshold: 2}",
	  { .code = 200, .has_value = true, .value_micro = 2000000 },
	  { NULL, 0 } },
	{ "{name: m, query: up, threshold: 2}",
	  { .code = 200, .has_value = true, .value_micro = 3000000 },
	  STR_INIT("Halt web.default advancement m 3.00 > 2") },
	{ "{name: request-success-rate, threshold: 99}",
	  { .code = 200, .has_value = true, .value_micro = 98500000 },
	  STR_INIT("Halt web.default advancement success rate 98.50% < 99%") },
	{ "{name: request-duration, threshold: 500}",
	  { .code = 200, .has_value = true, .value_micro = 500900000 },
	  { NULL, 0 } }, /* whole milliseconds */
	{ "{name: request-duration, threshold: 500}",
	  { .code = 200, .has_value = true, .value_micro = 1501000000 },
	  STR_INIT("Halt web.default advancement request duration 1.501s > 500ms") },
	{ "{name: m, query: up, threshold: 2}",
	  { .code = 200 },
	  STR_INIT("Halt advancement no values found for metric: m") },
	{ "{name: m, query: up, threshold: 2}",
	  { .code = 503, .text = STR_INIT("down") },
	  STR_INIT("Prometheus query failed for m: down") },
	{ "{name: request-duration, threshold: 5}",
	  { .code = 200 },
	  STR_INIT("Halt advancement no values found for istio metric request-duration "
		   "probably web.default is not receiving traffic") },
};

static void answers_are_compared_with_limits(void)
{
	for (size_t i = 0; TEST_ROW(answered, i, answered[i].metric); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct answer answer = answered[i].answer;

		begin(&x, &f, answered[i].metric);
		CHECK(!metrics_check(&x.tick)); /* it asks */
		CHECK(x.tick.pending);
		CHECK_TEXT(x.tick.question.name, "query/0");
		answer.name = STR("query/0");
		fixture_answer(&f, answer);
		CHECK_INT(metrics_check(&x.tick), !answered[i].told.ptr);
		CHECK_STR(fixture_event(&f, 0), answered[i].told);
		fixture_end(&f);
	}
}

/* Before an analysis: the server of each metric, where the metric says which. */
static void providers_must_answer(void)
{
	static const struct {
		const char *metric, *template;
		struct answer answer; /* code -1: nobody is asked */
		struct str told;
	} cases[] = {
		{ "{name: m, query: up}",
		  NULL,
		  { .code = -1 },
		  STR_INIT("all the metrics providers are available!") },
		{ "{name: request-duration}",
		  NULL,
		  { .code = 200, .has_value = true, .value_micro = 1000000 },
		  STR_INIT("all the metrics providers are available!") },
		{ "{name: m, templateRef: {name: t}}",
		  NULL,
		  { .code = -1 },
		  STR_INIT("Error checking metric providers: metric template t.default error: "
			   "metrictemplate.flagger.app \"t\" not found") },
		{ "{name: m, templateRef: {name: t}}",
		  "{provider: {type: prometheus, address: far}, query: up}",
		  { .code = 299, .has_value = true, .value_micro = 1000000 },
		  STR_INIT("all the metrics providers are available!") },
		{ "{name: m, templateRef: {name: t}}",
		  "{provider: {type: prometheus, address: far}, query: up}",
		  { .code = 200, .has_value = true, .value_micro = 2000000 },
		  STR_INIT("Error checking metric providers: prometheus in metric template "
			   "t.default not avaiable: running query failed: no values found") },
		{ "{name: m, templateRef: {name: t}}",
		  "{provider: {type: prometheus, address: far}, query: up}",
		  { .code = 200, .value_micro = 1000000 },
		  STR_INIT("Error checking metric providers: prometheus in metric template "
			   "t.default not avaiable: running query failed: no values found") },
		{ "{name: m, templateRef: {name: t}}",
		  "{provider: {type: prometheus, address: far}, query: up}",
		  { .code = 300, .has_value = true, .value_micro = 1000000, .text = STR_INIT("x") },
		  STR_INIT("Error checking metric providers: prometheus in metric template "
			   "t.default not avaiable: running query failed: x") },
		{ "{name: m, templateRef: {name: t}}",
		  "{provider: {type: prometheus, secretRef: {name: s}}, query: up}",
		  { .code = -1 },
		  STR_INIT("Error checking metric providers: metric template t.default secret s "
			   "error: secrets \"s\" not found") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].metric); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct answer answer = cases[i].answer;

		begin(&x, &f, cases[i].metric);
		if (cases[i].template)
			fixture_put(&f, node_make(f.arena,
						  "{apiVersion: flagger.app/v1beta1, kind: "
						  "MetricTemplate, metadata: {name: t}, spec: %n}",
						  node_make(f.arena, cases[i].template)));
		metrics_check_online(&x.tick);
		CHECK_INT(x.tick.pending, answer.code != -1);
		if (x.tick.pending) {
			CHECK_TEXT(x.tick.question.name, "online/0");
			CHECK_STR(node_str_at(x.tick.question.arguments, "address"),
				  cases[i].template ? STR("far") : STR_NONE);
			x.tick.pending = false;
			answer.name = STR("online/0");
			fixture_answer(&f, answer);
			plan_init(&f.plan, f.arena);
			metrics_check_online(&x.tick);
		}
		CHECK_STR(fixture_event(&f, 0), cases[i].told);
		fixture_end(&f);
	}
}

static void what_cannot_be_asked_is_told(void)
{
	static const struct {
		const char *metric;
		struct str told;
	} cases[] = {
		{ "{name: m}", STR_INIT("Metric query failed for no usable metrics template and "
					"query were configured") },
		{ "{name: m, templateRef: {name: t, namespace: other}}",
		  STR_INIT("Metric template t.other error: metrictemplate.flagger.app \"t\" not "
			   "found") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].metric); i++) {
		struct fixture f;
		struct tick_fixture x;

		begin(&x, &f, cases[i].metric);
		CHECK(!metrics_check(&x.tick));
		CHECK(!x.tick.pending);
		CHECK_STR(fixture_event(&f, 0), cases[i].told);
		fixture_end(&f);
	}
}

static void a_templates_secret_must_be_there(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{name: m, templateRef: {name: t}}");
	fixture_put(&f,
		    node_make(f.arena,
			      "{apiVersion: flagger.app/v1beta1, kind: MetricTemplate, metadata: "
			      "{name: t}, spec: {provider: {type: prometheus, secretRef: {name: "
			      "s}}, query: up}}"));
	CHECK(!metrics_check(&x.tick));
	CHECK_TEXT(fixture_event(&f, 0),
		   "Metric template t.default secret s error: secrets \"s\" not found");
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: s}}"));
	CHECK(!metrics_check(&x.tick));
	CHECK(x.tick.pending);
	fixture_end(&f);
}

static void templates_are_rendered_or_told_why_not(void)
{
	static const struct {
		struct str text, rendered, fault;
	} cases[] = {
		{ STR_INIT("up{a=\"{{ name }}\",b=\"{{target}}\"}[{{ interval }}]"),
		  STR_INIT("up{a=\"web\",b=\"web\"}[1m]"),
		  { NULL, 0 } },
		{ STR_INIT("a {{- service -}} b"), STR_INIT("awebb"), { NULL, 0 } },
		{ STR_INIT("{{ variables.x }}{{ index variables \"x\" }}"),
		  STR_INIT("oneone"),
		  { NULL, 0 } },
		{ STR_INIT("{{ variables.y }}"),
		  { NULL, 0 },
		  STR_INIT("template excution failed: template: tmpl: map has no entry for key "
			   "\"y\"") },
		{ STR_INIT("{{ name"),
		  { NULL, 0 },
		  STR_INIT("template parsing failed: template: tmpl: unclosed action") },
		{ STR_INIT("{{ nobody }}"),
		  { NULL, 0 },
		  STR_INIT("template parsing failed: template: tmpl: function \"nobody\" not "
			   "defined") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		struct fixture f;
		struct tick_fixture x;
		struct str rendered = STR_NONE;

		begin(&x, &f, "{name: m}");
		const struct node *metric = node_make(f.arena, "{templateVariables: {x: one}}");
		CHECK_STR(query_render(&x.tick, cases[i].text, metric, &rendered), cases[i].fault);
		CHECK_STR(rendered, cases[i].rendered);
		fixture_end(&f);
	}
}

/* The verdict of the last run, for who looks on. */
static void a_verdict_is_noted_once_the_answer_is_there(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{name: m, query: up, thresholdRange: {min: 1, max: 2.5}}");
	CHECK(!metrics_check(&x.tick));
	CHECK_INT(f.plan.notes.count, 0);
	const struct node *arguments = x.tick.question.arguments;
	CHECK_TEXT(node_str_at(arguments, "query"), "up"); /* whoever answers can show the limits */
	CHECK_TEXT(node_str_at(arguments, "min"), "1");
	CHECK_TEXT(node_str_at(arguments, "max"), "2.5");
	fixture_answer(&f, (struct answer){ .name = STR("query/0"),
					    .code = 200,
					    .has_value = true,
					    .value_micro = 3000000 });
	CHECK(!metrics_check(&x.tick));
	CHECK_INT(f.plan.notes.count, 1);
	const struct plan_note *note = f.plan.notes.items;
	const struct verdict *v = note->data;
	CHECK(note->object == x.tick.object);
	CHECK_TEXT(note->kind, "verdict");
	CHECK_TEXT(v->metric, "m");
	CHECK_INT(v->reason, VERDICT_ABOVE_MAX);
	fixture_end(&f);
}

/* Where there is one limit, the other one is not named. */
static void a_limit_that_is_not_there_does_not_travel(void)
{
	struct fixture f;
	struct tick_fixture x;

	begin(&x, &f, "{name: request-success-rate, threshold: 99}");
	CHECK(!metrics_check(&x.tick));
	CHECK_TEXT(node_str_at(x.tick.question.arguments, "min"), "99");
	CHECK(!node_at(x.tick.question.arguments, "max"));
	fixture_end(&f);
}

TESTS({ "a verdict is noted once answered", a_verdict_is_noted_once_the_answer_is_there },
      { "a limit that is not there does not travel", a_limit_that_is_not_there_does_not_travel },
      { "providers must answer", providers_must_answer },
      { "answers are compared with limits", answers_are_compared_with_limits },
      { "a metric that cannot be queried is reported", what_cannot_be_asked_is_told },
      { "a template's Secret must be there", a_templates_secret_must_be_there },
      { "templates are rendered, or told why not", templates_are_rendered_or_told_why_not })

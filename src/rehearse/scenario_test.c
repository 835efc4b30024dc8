/* scenario_test - what a scenario says, and what it must not say */
#include "rehearse/scenario.h"

#include "base/arena.h"
#include "base/test.h"

#define HEAD "{apiVersion: forge.dev/v1alpha1, kind: Scenario, metadata: {name: s}, spec: "

static int read(struct docset *set, struct scenario *s, const char *spec, struct error *err)
{
	struct str text = str_printf(docset_arena(set), HEAD "%s}\n", spec);

	return scenario_read(s, set, STR("s.yaml"), text, err);
}

/* Workloads */

static const struct {
	const char *spec;
	int64_t from_us, to_us, memory; /* of the only workload; -1: unknown */
	uint32_t to_ppm;
} behaviors[] = {
	{ "{target: Deployment/a/b}", -1, -1, -1, 0 },
	{ "{target: Deployment/a/b, to: {errorRate: 0.2}}", -1, -1, -1, 200000 },
	{ "{target: Deployment/a/b, from: {cpuPerRequest: 2m}}", 2000, 2000, -1, 0 },
	{ "{target: Deployment/a/b, to: {cpuPerRequest: 0.25m}}", 250, 250, -1, 0 },
	{ "{target: Deployment/a/b, from: {cpuPerRequest: 2m}, to: {cpuPerRequest: \"0\"}}", 2000,
	  0, -1, 0 },
	{ "{target: Deployment/a/b, to: {memory: 1Mi}}", -1, -1, 1048576, 0 },
};

static void reads_behaviour(void)
{
	for (size_t i = 0; TEST_ROW(behaviors, i, behaviors[i].spec); i++) {
		struct arena *arena = arena_new("scenario_test");
		struct docset *set = docset_new(arena);
		struct scenario s;
		struct error err;
		char spec[200];
		scenario_init(&s);
		snprintf(spec, sizeof(spec), "{workloads: [%s]}", behaviors[i].spec);
		if (CHECK_INT(read(set, &s, spec, &err), 0)) {
			const struct scenario_workload *w = &s.workloads.items[0];
			CHECK_INT(w->from.cpu_us_per_request, behaviors[i].from_us);
			CHECK_INT(w->to.cpu_us_per_request, behaviors[i].to_us);
			CHECK_INT(w->to.memory_bytes, behaviors[i].memory);
			CHECK_INT(w->to.error_ppm, behaviors[i].to_ppm);
			CHECK_INT(w->from.p50_ms, 20);
			CHECK_INT(scenario_tells_usage(&s),
				  behaviors[i].to_us >= 0 || behaviors[i].memory >= 0);
		}
		arena_free(arena);
	}
}

static void knows_behaviour_by_revision(void)
{
	struct arena *arena = arena_new("scenario_test");
	struct docset *set = docset_new(arena);
	struct key key = { STR("a"), STR("b") }, other = { STR("a"), STR("c") };
	struct scenario s;
	struct error err;

	scenario_init(&s);
	CHECK_INT(read(set, &s,
		       "{workloads: [{target: Deployment/a/b, from: {latency: {p50: 5ms}}, to: "
		       "{ready: never}}]}",
		       &err),
		  0);
	CHECK_INT(scenario_behavior(&s, STR("Deployment"), key, /* is_new= */ false)->p50_ms, 5);
	CHECK(scenario_behavior(&s, STR("Deployment"), key, /* is_new= */ true)->never_ready);
	CHECK(!scenario_behavior(&s, STR("Deployment"), other, /* is_new= */ true)->never_ready);
	CHECK(!scenario_behavior(&s, STR("DaemonSet"), key, /* is_new= */ true)->never_ready);
	arena_free(arena);
}

/* Several files */

static void adds_up(void)
{
	struct arena *arena = arena_new("scenario_test");
	struct docset *set = docset_new(arena);
	struct scenario s;
	struct error err;

	scenario_init(&s);
	CHECK_INT(s.expect_within_ms, -1);
	CHECK_INT(read(set, &s,
		       "{topology: {zones: 2, nodes: 4}, traffic: [{host: a.b, rps: 7}], expect: "
		       "{outcome: promoted, within: 1m}}",
		       &err),
		  0);
	CHECK_INT(read(set, &s,
		       "{topology: {nodes: 5, node: {cpu: 2}}, traffic: [{host: c.d}], expect: "
		       "{outcome: rolledBack, maxErrorRatio: 0.01}}",
		       &err),
		  0);
	CHECK_INT(s.zone_count, 2);
	CHECK_INT(s.node_count, 5);
	CHECK_INT(s.node_cpu_milli, 2000);
	CHECK_INT(s.traffic.count, 2);
	CHECK_INT(s.traffic.items[0].requests_per_s, 7);
	CHECK_INT(s.traffic.items[1].requests_per_s, 20);
	CHECK_TEXT(s.expect_outcome, "rolledBack");
	CHECK_INT(s.expect_within_ms, 60000);
	CHECK_INT(s.expect_error_ppm, 10000);
	arena_free(arena);
}

static void reads_traffic_and_acts(void)
{
	struct arena *arena = arena_new("scenario_test");
	struct docset *set = docset_new(arena);
	struct scenario s;
	struct error err;

	scenario_init(&s);
	CHECK_INT(
		read(set, &s,
		     "{topology: {node: {memory: 64Gi}}, traffic: [{host: a.b, headers: {x: 1}}], "
		     "ship: [{step: 2, when: {phase: Progressing, weight: 20}}], others: [{before: "
		     "abc, manager: kubectl, delete: 'kind: Pod'}], webhooks: [{name: gate, "
		     "answers: [500, {code: 200, body: ok}]}], expect: {minAvailable: 2}}",
		     &err),
		0);
	CHECK_INT(s.node_memory_bytes, 64ll << 30);
	CHECK_TEXT(node_str_at(s.traffic.items[0].headers, "x"), "1");
	CHECK_INT(s.ships.items[0].step, 2);
	CHECK_TEXT(s.ships.items[0].phase, "Progressing");
	CHECK_INT(s.ships.items[0].weight, 20);
	CHECK_TEXT(s.others.items[0].manager, "kubectl");
	CHECK_TEXT(s.others.items[0].delete, "kind: Pod");
	CHECK_INT(node_item_count(s.webhooks.items[0].answers), 2);
	CHECK_INT(s.expect_min_available, 2);
	arena_free(arena);
}

/* Mistakes */

static const struct {
	const char *spec, *text, *hint;
} mistakes[] = {
	{ "{worloads: []}", "'worloads' is not a key of a scenario here",
	  "did you mean 'workloads'?" },
	{ "{topology: {zones: 0}}", "'0' is not a number between 1 and 5000", "" },
	{ "{topology: {zones: 1, zones: 2}}", "'zones' stands here twice", "" },
	{ "{topology: 3}", "'3' is not a map", "" },
	{ "{workloads: {}}", "this is not a list", "" },
	{ "{workloads: [{}]}", "a workload needs a target", "" },
	{ "{workloads: [{target: backend}]}",
	  "'backend' is not a target like Deployment/prod/backend", "" },
	{ "{workloads: [{target: Deployment/a/b, to: {errorRate: 2}}]}",
	  "'2' is not a share between 0 and 1", "" },
	{ "{workloads: [{target: Deployment/a/b, to: {latency: {p50: 2s, p99: 1s}}}]}",
	  "'1s' is not a latency of at least p50", "" },
	{ "{workloads: [{target: Deployment/a/b, to: {cpuPerRequest: -1m}}]}",
	  "'-1m' is not a quantity of cpu like 2m, at most 1k", "" },
	{ "{workloads: [{target: Deployment/a/b, to: {memory: much}}]}",
	  "'much' is not a quantity of memory like 200Mi", "" },
	{ "{workloads: [{target: Deployment/a/b, to: {startTime: 25h}}]}",
	  "'25h' is not a duration between 0s and 24h", "" },
	{ "{traffic: [{rps: 1}]}", "traffic needs a host", "" },
	{ "{traffic: [{host: a, headers: 3}]}", "'3' is not a map of headers", "" },
	{ "{traffic: [{host: a, rps: 1000001}]}", "'1000001' is not a count of at most 1000000",
	  "" },
	{ "{topology: {node: {memory: 0}}}", "'0' is not a quantity of memory like 64Gi", "" },
	{ "{webhooks: [{name: gate, answers: [900]}]}", "'900' is not a status between 100 and 599",
	  "" },
	{ "{ship: [{step: 0}]}", "ship needs a step, counted from 1", "" },
	{ "{others: [{before: abc}]}", "others need a commit in 'before', and 'change' or 'delete'",
	  "" },
	{ "{faults: [{kind: errors}]}", "a fault needs a target", "" },
	{ "{faults: [{kind: metricsGap, after: 11h, lasts: 2h}]}",
	  "a fault must be over within 12h of the last revision", "" },
	{ "{expect: {outcome: fine}}",
	  "'fine' is not an outcome; there are promoted and rolledBack", "" },
};

static void refuses_mistakes(void)
{
	for (size_t i = 0; TEST_ROW(mistakes, i, mistakes[i].spec); i++) {
		struct arena *arena = arena_new("scenario_test");
		struct docset *set = docset_new(arena);
		struct scenario s;
		struct error err = {};
		scenario_init(&s);
		CHECK_INT(read(set, &s, mistakes[i].spec, &err), -1);
		CHECK_STR(str_from_cstr(err.text), str_from_cstr(mistakes[i].text));
		CHECK_STR(str_from_cstr(err.hint), str_from_cstr(mistakes[i].hint));
		CHECK_INT(docset_place(set, err.position).line, 1);
		arena_free(arena);
	}
}

TESTS({ "behaviour of pods; what is known of one revision holds for the other", reads_behaviour },
      { "behaviour is of a workload and a revision", knows_behaviour_by_revision },
      { "files add up, later values win", adds_up },
      { "traffic, shipping, others and webhooks", reads_traffic_and_acts },
      { "mistakes are named, with their place", refuses_mistakes })

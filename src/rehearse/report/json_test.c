/* json_test - the report for machines has the fields that docs/rehearse.md promises */
#include "doc/at_test.h"
#include "doc/json.h"
#include "rehearse/report.h"
#include "rehearse/results_test.h"
#include "world/simulated.h"

#define AT_MS(ms) ((int64_t)SIMULATED_EPOCH_MS + (ms))

static const struct key web = { STR_INIT("default"), STR_INIT("web") };

/* Both revisions have settled; more may be put in before the report is made. */
static void begin(struct results_fixture *f)
{
	results_begin(f);
	for (uint32_t i = 0; i < f->states.count; i++) {
		f->states.items[i].shipped_ms = AT_MS(1000);
		f->states.items[i].settled_ms = AT_MS(66000);
	}
	f->results.replay = STR("forge rehearse shop");
}

static struct str report(struct results_fixture *f)
{
	struct buf out;

	buf_init(&out, f->arena);
	json_write(&out, report_document(&f->results, f->arena), JSON_INDENT);
	return buf_str(&out);
}

/* What the report has at the path, as JSON in one line. */
static struct str at(struct results_fixture *f, const char *path)
{
	struct error err;
	const struct node *root = json_read(docset_new(f->arena), STR("report"), report(f), &err);
	const struct node *n = root ? test_at(f->arena, root, path) : NULL;

	CHECK(root != NULL);
	return n ? json_text(f->arena, n, 0) : STR_NONE;
}

static void every_field_is_there_even_when_nothing_happened(void)
{
	static const struct {
		const char *path;
		struct str json;
	} cases[] = {
		{ "apiVersion", STR_INIT("\"forge.dev/v1\"") },
		{ "kind", STR_INIT("\"RehearsalReport\"") },
		{ "outcome", STR_INIT("\"healthy\"") },
		{ "changes", STR_INIT("[]") },
		{ "unschedulable", STR_INIT("[]") },
		{ "unhealthy", STR_INIT("[]") },
		{ "noTraffic", STR_INIT("[]") },
		{ "rollouts", STR_INIT("[]") },
		{ "scalings", STR_INIT("[]") },
		{ "assumed", STR_INIT("[]") },
		{ "traffic", STR_INIT("[]") },
		{ "faults", STR_INIT("[]") },
		{ "expectations", STR_INIT("[]") },
		{ "rollback", STR_INIT("{\"shipped\":false,\"compared\":0,\"differences\":0}") },
		{ "virtualMs", STR_INIT("0") },
		{ "seed", STR_INIT("1") },
		{ "hash", STR_INIT("\"0000000000000000\"") },
		{ "replay", STR_INIT("\"forge rehearse shop\"") },
		{ "revisions[1]",
		  STR_INIT("{\"revision\":\"2222\",\"label\":\"two\",\"settled\":true,\"tookMs\":"
			   "65000,\"kustomizations\":[]}") },
		{ "invariants[0]", STR_INIT("{\"id\":\"availability\",\"holds\":true,\"checks\":0,"
					    "\"violations\":[]}") },
	};
	struct results_fixture f;

	begin(&f);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].path); i++)
		CHECK_STR(at(&f, cases[i].path), cases[i].json);
	results_end(&f);
}

static void events_stand_by_their_object_and_revision(void)
{
	struct results_fixture f;
	struct recorded_canary canary = { .key = web };
	struct kustomization_state apps = { .key = { STR("default"), STR("apps") },
					    .status = STR("True"),
					    .reason = STR("ReconciliationSucceeded"),
					    .message = STR("Applied"),
					    .applied = true };
	struct recorded_event told = { .kind = STR("Canary"),
				       .key = web,
				       .warning = true,
				       .reason = STR("Synced"),
				       .message = STR("Halt") };
	struct recorded_event built = { .revision = 1,
					.kind = STR("Kustomization"),
					.key = apps.key,
					.reason = STR("Progressing"),
					.message = STR("built") };

	begin(&f);
	apps.inventory = node_make(f.arena, "[{id: default_web_apps_Deployment, v: v1}]");
	for (uint32_t i = 0; i < 2; i++)
		VEC_PUSH(f.arena, &f.states.items[i].kustomizations, apps);
	VEC_PUSH(f.arena, &f.record.canaries, &canary);
	VEC_PUSH(f.arena, &f.record.events, told);
	VEC_PUSH(f.arena, &f.record.events, built);
	CHECK_TEXT(at(&f, "rollouts[0].events"),
		   "[{\"type\":\"Warning\",\"reason\":\"Synced\",\"message\":\"Halt\"}]");
	CHECK_TEXT(at(&f, "revisions[0].kustomizations[0]"),
		   "{\"namespace\":\"default\",\"name\":\"apps\",\"ready\":{\"status\":\"True\","
		   "\"reason\":\"ReconciliationSucceeded\",\"message\":\"Applied\"},\"applied\":"
		   "true,\"inventory\":[\"default_web_apps_Deployment\"],\"events\":[]}");
	CHECK(!at(&f, "revisions[1].kustomizations[1]").ptr);
	CHECK_TEXT(at(&f, "revisions[1].kustomizations[0].events"),
		   "[{\"type\":\"Normal\",\"reason\":\"Progressing\",\"message\":\"built\"}]");
	results_end(&f);
}

/* Its last events are of the revision that took it away. */
static void a_deleted_kustomization_is_listed_where_it_went(void)
{
	struct results_fixture f;
	struct kustomization_state apps = { .key = { STR("default"), STR("apps") },
					    .status = STR("True"),
					    .applied = true };

	begin(&f);
	VEC_PUSH(f.arena, &f.states.items[0].kustomizations, apps);
	CHECK_TEXT(at(&f, "revisions[1].kustomizations"),
		   "[{\"namespace\":\"default\",\"name\":\"apps\",\"ready\":null,\"applied\":false,"
		   "\"inventory\":[],\"events\":[]}]");
	results_end(&f);
}

static void a_rollout_tells_its_steps_routes_and_checks(void)
{
	struct results_fixture f;
	struct recorded_canary canary = { .key = web };
	struct canary_state state = { AT_MS(5000), STR("Failed"), 0, 2, 3 };
	struct canary_route route = { AT_MS(6000), 80, 20, 10 };
	struct recorded_verdict checks[] = {
		{ .at_ms = AT_MS(7000),
		  .verdict = { .metric = STR("latency"),
			       .value_micro = 99500000,
			       .limits.max = { true, 500, 500000000 } },
		  .requests = 12 },
		{ .at_ms = AT_MS(7000),
		  .verdict = { .metric = STR("errors"), .reason = VERDICT_NO_VALUES } },
	};

	begin(&f);
	VEC_PUSH(f.arena, &canary.states, state);
	VEC_PUSH(f.arena, &canary.routes, route);
	for (size_t i = 0; i < ARRAY_COUNT(checks); i++)
		VEC_PUSH(f.arena, &canary.verdicts, checks[i]);
	VEC_PUSH(f.arena, &f.record.canaries, &canary);
	CHECK_TEXT(at(&f, "rollouts[0].object"),
		   "{\"kind\":\"Canary\",\"namespace\":\"default\",\"name\":\"web\"}");
	CHECK_TEXT(at(&f, "rollouts[0].outcome"), "\"rolledBack\"");
	CHECK_TEXT(at(&f, "rollouts[0].steps"),
		   "[{\"phase\":\"Failed\",\"weight\":0,\"failedChecks\":2,\"iterations\":3,"
		   "\"atMs\":5000}]");
	CHECK_TEXT(at(&f, "rollouts[0].routes"),
		   "[{\"primary\":80,\"canary\":20,\"mirror\":10,\"atMs\":6000}]");
	CHECK_TEXT(
		at(&f, "rollouts[0].checks[0]"),
		"{\"metric\":\"latency\",\"value\":99.5,\"limit\":\"≤ 500\",\"verdict\":\"pass\","
		"\"requests\":12,\"atMs\":7000}");
	CHECK_TEXT(at(&f, "rollouts[0].checks[1].value"), "null"); /* no value was found */
	CHECK_TEXT(at(&f, "rollouts[0].checks[1].verdict"), "\"inconclusive\"");
	results_end(&f);
}

#define WEB(kind) "{\"kind\":\"" kind "\",\"namespace\":\"default\",\"name\":\"web\"}"

static void what_is_wrong_names_its_object(void)
{
	struct results_fixture f;
	struct unschedulable full = { STR("Deployment"), web, 3, STR("no room") };
	struct unhealthy ill = { STR("DaemonSet"), web, STR("0 of 2"), NULL };
	struct untested_canary idle = { web, STR("no request") };
	struct violation broken = { .id = INVARIANT_SURGE,
				    .at_ms = AT_MS(9000),
				    .kind = STR("Deployment"),
				    .key = web,
				    .message = STR("4 of 3"),
				    .times = 2 };

	begin(&f);
	VEC_PUSH(f.arena, &f.states.items[0].unhealthy, ill); /* of an earlier revision */
	VEC_PUSH(f.arena, &f.states.items[1].unschedulable, full);
	VEC_PUSH(f.arena, &f.states.items[1].unhealthy, ill);
	VEC_PUSH(f.arena, &f.measures.untested, idle);
	VEC_PUSH(f.arena, &f.invariants.violations, broken);
	f.invariants.checks[INVARIANT_SURGE] = 7;
	CHECK_TEXT(at(&f, "unschedulable"),
		   "[{\"object\":" WEB("Deployment") ",\"pods\":3,\"message\":\"no room\"}]");
	CHECK_TEXT(at(&f, "unhealthy"), "[{\"object\":" WEB("DaemonSet") ",\"message\":\"0 of 2\","
									 "\"place\":null}]");
	CHECK_TEXT(at(&f, "noTraffic"), "[{\"object\":" WEB("Canary") ",\"message\":\"no request\","
								      "\"place\":null}]");
	CHECK_TEXT(
		at(&f, "invariants[1]"),
		"{\"id\":\"surge\",\"holds\":false,\"checks\":7,\"violations\":[{\"object\":" WEB(
			"Deployment") ",\"atMs\":9000,\"message\":\"4 of 3\",\"times\":2,"
				      "\"place\":null}]}");
	CHECK_TEXT(at(&f, "invariants[0].holds"), "true");
	results_end(&f);
}

static void scalings_traffic_and_expectations_have_their_numbers(void)
{
	struct results_fixture f;
	struct recorded_event scaled = { .at_ms = AT_MS(3000),
					 .revision = 1,
					 .kind = STR("HorizontalPodAutoscaler"),
					 .key = web,
					 .message = STR("New size: 4") };
	struct host_measure host = {
		.host = STR("web.default"), .requests = 100, .failures = 3, .p99_us = 25000
	};
	struct expectation late = { STR("within"), STR("5m"), STR("6m"), false };

	begin(&f);
	VEC_PUSH(f.arena, &f.record.events, scaled);
	VEC_PUSH(f.arena, &f.measures.hosts, host);
	VEC_PUSH(f.arena, &f.measures.expectations, late);
	CHECK_TEXT(at(&f, "scalings"),
		   "[{\"object\":" WEB("HorizontalPodAutoscaler") ",\"revision\":1,\"atMs\""
								  ":3000,\"message\":\"New "
								  "size: 4\"}]");
	CHECK_TEXT(at(&f, "traffic"), "[{\"host\":\"web.default\",\"requests\":100,\"failures\":3,"
				      "\"p99Us\":25000}]");
	CHECK_TEXT(at(&f, "expectations"), "[{\"what\":\"within\",\"expected\":\"5m\",\"found\":"
					   "\"6m\",\"holds\":false}]");
	results_end(&f);
}

/* null: it never began, or has not ended. */
static void faults_tell_when_they_were_there(void)
{
	static const struct {
		int64_t from_ms, to_ms;
		struct str target, json;
	} cases[] = {
		{ -1, -1, STR_INIT("Deployment/default/web"),
		  STR_INIT("[{\"kind\":\"errors\",\"target\":\"Deployment/default/web\",\"fromMs\":"
			   "null,\"toMs\":null}]") },
		{ AT_MS(4000),
		  AT_MS(9000),
		  { NULL, 0 },
		  STR_INIT("[{\"kind\":\"errors\",\"fromMs\":4000,\"toMs\":9000}]") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].target); i++) {
		struct results_fixture f;
		struct scenario_fault fault = { .kind = FAULT_ERRORS, .target = cases[i].target };

		begin(&f);
		struct fault_span span = { .fault = &fault,
					   .from_ms = cases[i].from_ms,
					   .to_ms = cases[i].to_ms };
		f.faults.count = 1;
		f.faults.spans = &span;
		CHECK_STR(at(&f, "faults"), cases[i].json);
		results_end(&f);
	}
}

static void odd_texts_are_escaped_and_come_back(void)
{
	static const struct {
		struct str text, json;
	} cases[] = {
		{ STR_INIT("say \"no\"\\"), STR_INIT("\"say \\\"no\\\"\\\\\"") },
		{ STR_INIT("one\ntwo\ttab"), STR_INIT("\"one\\ntwo\\ttab\"") },
		{ STR_INIT("\x1b[31mred\x01"), STR_INIT("\"\\u001b[31mred\\u0001\"") },
		{ STR_INIT("größer → 5 🚀"), STR_INIT("\"größer → 5 🚀\"") },
		{ STR_INIT(""), STR_INIT("\"\"") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		struct results_fixture f;
		struct unschedulable u = { STR("Deployment"), web, 1, cases[i].text };

		begin(&f);
		VEC_PUSH(f.arena, &f.states.items[1].unschedulable, u);
		CHECK(str_contains(report(&f), cases[i].json)); /* as it is written */
		CHECK_STR(at(&f, "unschedulable[0].message"), cases[i].json);
		results_end(&f);
	}
}

static void its_kind_has_a_version(void)
{
	struct results_fixture f;

	begin(&f);
	CHECK_TEXT(at(&f, "apiVersion"), "\"forge.dev/v1\"");
	CHECK_TEXT(at(&f, "kind"), "\"RehearsalReport\"");
	results_end(&f);
}

TESTS({ "every field is there even when nothing happened",
	every_field_is_there_even_when_nothing_happened },
      { "events stand by their object and revision", events_stand_by_their_object_and_revision },
      { "a deleted Kustomization is listed where it went",
	a_deleted_kustomization_is_listed_where_it_went },
      { "a rollout tells its steps, routes and checks",
	a_rollout_tells_its_steps_routes_and_checks },
      { "what is wrong names its object", what_is_wrong_names_its_object },
      { "scalings, traffic and expectations have their numbers",
	scalings_traffic_and_expectations_have_their_numbers },
      { "faults tell when they were there", faults_tell_when_they_were_there },
      { "odd texts are escaped and come back", odd_texts_are_escaped_and_come_back },
      { "its kind has a version", its_kind_has_a_version })

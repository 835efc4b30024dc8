/* record_test - what is recorded of canaries, routes, workloads and failures, and what is not */
#include "rehearse/rehearsal_test.h"

static void begin(struct rehearsal_fixture *f)
{
	rehearsal_begin(f);
}

static const struct recorded_canary *web(const struct rehearsal_fixture *f)
{
	return record_canary(&f->r.record, (struct key){ STR("default"), STR("web") });
}

static void a_state_is_recorded_when_it_changes(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	CHECK(!web(&f));
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	CHECK_INT(web(&f)->states.count, 0); /* no phase yet */
	rehearsal_status(&f, KIND_CANARY, "web", "{phase: Progressing, canaryWeight: 10}");
	rehearsal_status(&f, KIND_CANARY, "web", "{lastAppliedSpec: abc}");
	rehearsal_status(&f, KIND_CANARY, "web", "{failedChecks: 1}");
	CHECK_INT(web(&f)->states.count, 2);
	CHECK_TEXT(web(&f)->states.items[1].phase, "Progressing");
	CHECK_INT(web(&f)->states.items[1].weight, 10);
	CHECK_INT(web(&f)->states.items[0].failed_checks, 0);
	CHECK_INT(web(&f)->states.items[1].failed_checks, 1);
	CHECK_TEXT(web(&f)->apex, "web");
	rehearsal_delete(&f, KIND_CANARY, "web");
	CHECK(web(&f)->gone);
	rehearsal_end(&f);
}

static void apply_routes(struct rehearsal_fixture *f, const char *http)
{
	rehearsal_apply(f,
			node_make(f->arena,
				  "{apiVersion: networking.istio.io/v1, kind: VirtualService, "
				  "metadata: {name: web, namespace: default}, spec: {hosts: [web], "
				  "http: %n}}",
				  node_make(f->arena, http)));
}

#define ROUTE(primary, canary)                                                                     \
	"{route: [{destination: {host: web-primary}, weight: " primary                             \
	"}, {destination: {host: web-canary}, weight: " canary "}]}"

static void routes_are_those_of_the_last_rule_that_names_the_canary(void)
{
	static const struct {
		const char *http;
		int64_t primary, canary, mirror;
		uint32_t count; /* of routes recorded so far */
	} steps[] = {
		{ "[{route: [{destination: {host: web-primary}}]}]", 0, 0, 0, 0 },
		{ "[" ROUTE("100", "0") "]", 100, 0, 0, 1 },
		{ "[" ROUTE("90", "10") "]", 90, 10, 0, 2 },
		{ "[" ROUTE("90", "10") "]", 90, 10, 0, 2 }, /* the same again */
		{ "[" ROUTE("50", "50") ", " ROUTE("80", "20") "]", 80, 20, 0, 3 },
		{ "[{route: [{destination: {host: web-primary}}], mirror: {host: web-canary}, "
		  "mirrorPercentage: {value: 30}}]",
		  100, 0, 30, 4 },
	};
	struct rehearsal_fixture f;

	begin(&f);
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	for (size_t i = 0; TEST_ROW(steps, i, steps[i].http); i++) {
		apply_routes(&f, steps[i].http);
		uint32_t count = web(&f)->routes.count;
		CHECK_INT(count, steps[i].count);
		if (!count)
			continue;
		const struct canary_route *last = &web(&f)->routes.items[count - 1];
		CHECK_INT(last->primary, steps[i].primary);
		CHECK_INT(last->canary, steps[i].canary);
		CHECK_INT(last->mirror, steps[i].mirror);
	}
	rehearsal_end(&f);
}

static void sizes_of_deployments_are_recorded_until_they_go(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 2));
	rehearsal_run_s(&f, 30);
	CHECK_INT(f.r.record.workloads.count, 1);
	const struct recorded_workload *w = f.r.record.workloads.items[0];
	CHECK_TEXT(w->key.name, "web");
	CHECK_INT(w->sizes.items[0].available, 0);
	CHECK_INT(w->sizes.items[w->sizes.count - 1].wanted, 2);
	CHECK_INT(w->sizes.items[w->sizes.count - 1].available, 2);
	rehearsal_delete(&f, KIND_DEPLOYMENT, "web");
	CHECK_INT(w->sizes.items[w->sizes.count - 1].wanted, 0);
	CHECK_INT(w->sizes.items[w->sizes.count - 1].available, 0);
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 1));
	CHECK_INT(f.r.record.workloads.count, 2); /* another one of that name */
	rehearsal_end(&f);
}

static void sizes_of_other_workloads_are_recorded(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	rehearsal_apply(&f,
			node_make(f.arena,
				  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, "
				  "namespace: default}, spec: {serviceName: db, selector: "
				  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, "
				  "spec: {containers: [{name: c, image: x}]}}}}"));
	rehearsal_apply(&f,
			node_make(f.arena,
				  "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: log, "
				  "namespace: default}, spec: {selector: {matchLabels: {a: c}}, "
				  "template: {metadata: {labels: {a: c}}, spec: {containers: "
				  "[{name: c, image: x}]}}}}"));
	rehearsal_run_s(&f, 60);
	CHECK_INT(f.r.record.workloads.count, 2);
	for (uint32_t i = 0; i < f.r.record.workloads.count; i++) {
		const struct recorded_workload *w = f.r.record.workloads.items[i];
		CHECK(w->sizes.items[w->sizes.count - 1].wanted > 0);
		CHECK_INT(w->sizes.items[w->sizes.count - 1].available,
			  w->sizes.items[w->sizes.count - 1].wanted);
	}
	rehearsal_end(&f);
}

static void nothing_is_recorded_after_the_end(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	f.r.record.ended = true;
	rehearsal_status(&f, KIND_CANARY, "web", "{phase: Progressing}");
	rehearsal_apply(&f, rehearsal_deployment(&f, "web", "web:1", 1));
	CHECK_INT(web(&f)->states.count, 0);
	CHECK_INT(f.r.record.workloads.count, 0);
	rehearsal_end(&f);
}

/* A reconciler that tells of Canaries and Deployments, and fails for one that says why. */
static int tell(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	static const kind_id kinds[] = { KIND_CANARY, KIND_DEPLOYMENT };
	struct str why = STR_NONE;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		const struct object *o = view_get(view, kinds[i], key);
		if (!o)
			continue;
		plan_event(plan, o, /* warning= */ true, STR("Synced"), "told");
		why = object_annotation(o->root, STR("why"));
	}
	return why.len ? error_set(err, ERROR_INPUT, ERROR_NO_POSITION, "%.*s", STR_FMT(why)) : 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_CANARY, map_self },
	{ KIND_DEPLOYMENT, map_self },
	{},
};

static const struct reconciler teller = {
	.name = "teller",
	.manager = "teller",
	.reconcile = tell,
	.watches = watches,
};

static void events_of_canaries_are_kept(void)
{
	struct rehearsal_fixture f;

	begin(&f);
	runner_add(f.r.platform->runner, &teller);
	f.r.record.revision = 1;
	rehearsal_apply(&f, rehearsal_deployment(&f, "other", "web:1", 1));
	CHECK_INT(f.r.record.events.count, 0);
	rehearsal_apply(&f, rehearsal_canary(&f, "web"));
	CHECK_INT(f.r.record.events.count, 1);
	const struct recorded_event *e = f.r.record.events.items;
	CHECK_TEXT(e->kind, "Canary");
	CHECK_TEXT(e->key.name, "web");
	CHECK_TEXT(e->message, "told");
	CHECK(e->warning);
	CHECK_INT(e->revision, 1);
	rehearsal_end(&f);
}

static void failures_are_counted_but_races_are_none(void)
{
	static const struct {
		const char *why;
		uint32_t count;
	} cases[] = {
		{ "the disk is full", 1 },
		{ "Operation cannot be fulfilled: the object has been modified; please apply", 0 },
		{ "services web already exists", 0 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].why); i++) {
		struct rehearsal_fixture f;

		begin(&f);
		runner_add(f.r.platform->runner, &teller);
		rehearsal_apply(&f, node_set(f.arena, rehearsal_canary(&f, "web"),
					     "metadata.annotations",
					     node_make(f.arena, "{why: %c}", cases[i].why)));
		rehearsal_run_s(&f, 10);
		CHECK_INT(f.r.record.failures.count, cases[i].count);
		if (cases[i].count) {
			CHECK_TEXT(f.r.record.failures.items[0].reconciler, "teller");
			CHECK_STR(f.r.record.failures.items[0].why, str_from_cstr(cases[i].why));
			CHECK(f.r.record.failures.items[0].count > 1); /* it is tried again */
		}
		rehearsal_end(&f);
	}
}

TESTS({ "a state is recorded when it changes", a_state_is_recorded_when_it_changes },
      { "routes are those of the last rule that names the canary",
	routes_are_those_of_the_last_rule_that_names_the_canary },
      { "sizes of Deployments are recorded until they go",
	sizes_of_deployments_are_recorded_until_they_go },
      { "sizes of other workloads are recorded", sizes_of_other_workloads_are_recorded },
      { "nothing is recorded after the end", nothing_is_recorded_after_the_end },
      { "events of Canaries are kept", events_of_canaries_are_kept },
      { "failures are counted, but races are none", failures_are_counted_but_races_are_none })

/* live_test - pods that take time: starting, probes, crashes, ends, stopping */
#include "api/controller_test.h"
#include "cluster/kubelet/kubelet.h"
#include "kube/health.h"

/* Pod p on node n, with more of its metadata and spec. */
static struct fixture begin(const char *metadata, const char *spec)
{
	struct fixture f = fixture_begin();
	const struct node *pod =
		node_make(f.arena,
			  "{apiVersion: v1, kind: Pod, metadata: %n, spec: %n, status: {phase: "
			  "Pending, qosClass: BestEffort}}",
			  node_make(f.arena, metadata), node_make(f.arena, spec));

	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Node, metadata: {name: n}}"));
	pod = node_set(f.arena, pod, "metadata.name", node_cstr(f.arena, "p"));
	fixture_put(&f, node_set(f.arena, pod, "spec.nodeName", node_cstr(f.arena, "n")));
	return f;
}

/* One run that many milliseconds later; what it writes as the status is stored. */
static void run_after(struct fixture *f, int64_t ms)
{
	const struct object *pod =
		cache_get(f->cache, KIND_POD, (struct key){ STR("default"), STR("p") });

	f->now_ms += ms;
	fixture_run(f, &kubelet_reconciler, "default", "p");
	const struct node *status = fixture_written(f, "p", "status");
	if (status)
		fixture_put(f, node_with(f->arena, pod->root, STR("status"), status));
}

/* "Running ready": phase and readiness as stored, and the state of the first container. */
static struct str state_of(struct fixture *f)
{
	const struct object *pod =
		cache_get(f->cache, KIND_POD, (struct key){ STR("default"), STR("p") });
	const struct node *state = node_at(pod->root, "status.containerStatuses[0].state");
	bool ready = condition_is_true(pod->root, "Ready") &&
		     node_bool_at(pod->root, "status.containerStatuses[0].ready", false);

	return str_printf(
		f->arena, "%.*s%s %.*s", STR_FMT(node_str_at(pod->root, "status.phase")),
		ready ? " ready" : "",
		STR_FMT(node_entry_count(state) ? node_text(node_entry(state, 0)->key) : STR("")));
}

#define AT_ONCE "{annotations: {forge.dev/start-ms: \"0\"}}"

/* Starting */

static void a_pod_starts_in_its_time(void)
{
	struct fixture f = begin("{annotations: {forge.dev/start-ms: \"1500\"}}",
				 "{containers: [{name: a, image: x}, {name: b, image: y}]}");

	run_after(&f, 0);
	CHECK_TEXT(state_of(&f), "Pending waiting");
	CHECK_INT(f.plan.requeue_after_ms, 1500);
	CHECK_INT(f.plan.events.count, 2);
	CHECK_TEXT(fixture_event(&f, 1), "Container image already present on machine: y");
	CHECK(!fixture_written(&f, "p", "status.podIP"));
	run_after(&f, 1499);
	CHECK_TEXT(state_of(&f), "Pending waiting");
	CHECK_INT(f.plan.requeue_after_ms, 1);
	run_after(&f, 1);
	CHECK_TEXT(state_of(&f), "Running ready running");
	CHECK_TEXT(fixture_event(&f, 0), "Container created");
	CHECK_TEXT(fixture_event(&f, 3), "Container started");
	CHECK_INT(f.plan.events.count, 4);
	CHECK(fixture_written(&f, "p", "status.podIP"));
	CHECK(fixture_written(&f, "p", "status.podIPs[0].ip"));
	CHECK_TEXT(node_text(fixture_written(&f, "p", "status.startTime")), "2027-01-15T08:00:00Z");
	CHECK_TEXT(node_text(fixture_written(&f, "p", "status.qosClass")), "BestEffort");
	const struct node *o =
		node_make(f.arena, "{status: %n}", fixture_written(&f, "p", "status"));
	CHECK(condition_is_true(o, "PodReadyToStartContainers"));
	CHECK(condition_is_true(o, "ContainersReady") && condition_is_true(o, "Initialized"));
	CHECK(node_bool_at(o, "status.containerStatuses[1].started", false));
	run_after(&f, 60000);
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

/* Between one second and three, by chance. */
static void the_time_to_start_has_limits(void)
{
	struct fixture f = begin("{}", "{containers: [{name: a}]}");

	run_after(&f, 0);
	CHECK(f.plan.requeue_after_ms >= 1000 && f.plan.requeue_after_ms <= 3000);
	fixture_end(&f);
}

/* When the slowest container's probes have passed. */
static void probes_say_when_a_pod_is_ready(void)
{
	static const struct {
		const char *spec;
		int64_t ready_ms; /* after it runs */
	} rows[] = {
		{ "{containers: [{name: a}]}", 0 },
		{ "{containers: [{name: a, readinessProbe: {}}]}", 0 },
		{ "{containers: [{name: a, readinessProbe: {initialDelaySeconds: 7}}]}", 7000 },
		{ "{containers: [{name: a, startupProbe: {initialDelaySeconds: 2}, readinessProbe: "
		  "{initialDelaySeconds: 7}}]}",
		  7000 },
		{ "{containers: [{name: a, startupProbe: {initialDelaySeconds: 8}, readinessProbe: "
		  "{initialDelaySeconds: 7}}]}",
		  8000 },
		{ "{containers: [{name: a, readinessProbe: {successThreshold: 1}}]}", 0 },
		{ "{containers: [{name: a, readinessProbe: {successThreshold: 3}}]}", 20000 },
		{ "{containers: [{name: a, readinessProbe: {successThreshold: 3, periodSeconds: "
		  "2, initialDelaySeconds: 1}}]}",
		  5000 },
		{ "{containers: [{name: a, readinessProbe: {initialDelaySeconds: 7}}, {name: b, "
		  "readinessProbe: {initialDelaySeconds: 9}}, {name: c}]}",
		  9000 },
		{ "{containers: [{name: a, readinessProbe: {initialDelaySeconds: -5}}]}", 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = begin(AT_ONCE, rows[i].spec);
		run_after(&f, 0);
		run_after(&f, 0);
		CHECK_STR(state_of(&f),
			  rows[i].ready_ms ? STR("Running running") : STR("Running ready running"));
		if (rows[i].ready_ms) {
			run_after(&f, rows[i].ready_ms - 1);
			CHECK_TEXT(state_of(&f), "Running running");
			CHECK_INT(f.plan.requeue_after_ms, 1);
			run_after(&f, 1);
			CHECK_TEXT(state_of(&f), "Running ready running");
		}
		fixture_end(&f);
	}
}

/* Ends */

static void what_ends_is_not_started_again(void)
{
	static const struct {
		const char *metadata, *spec;
		int64_t after_ms;
		struct str end, reason; /* of Ready; the end "": it runs on */
	} rows[] = {
		{ AT_ONCE, "{restartPolicy: Never, containers: [{name: a}]}", 5000,
		  STR_INIT("Succeeded terminated"), STR_INIT("PodCompleted") },
		{ AT_ONCE, "{restartPolicy: OnFailure, containers: [{name: a}]}", 5000,
		  STR_INIT("Succeeded terminated"), STR_INIT("PodCompleted") },
		{ AT_ONCE, "{restartPolicy: Always, containers: [{name: a}]}", 5000,
		  STR_INIT("Running ready running"), STR_INIT("") },
		{ AT_ONCE, "{containers: [{name: a}]}", 5000, STR_INIT("Running ready running"),
		  STR_INIT("") },
		{ "{annotations: {forge.dev/start-ms: \"0\", forge.dev/crash-after-ms: \"700\"}}",
		  "{restartPolicy: Never, containers: [{name: a}]}", 700,
		  STR_INIT("Failed terminated"), STR_INIT("PodFailed") },
		{ "{annotations: {forge.dev/start-ms: \"0\", forge.dev/crash-after-ms: \"700\"}}",
		  "{restartPolicy: OnFailure, containers: [{name: a}]}", 700,
		  STR_INIT("Running waiting"), STR_INIT("ContainersNotReady") },
		{ "{annotations: {forge.dev/start-ms: \"0\", forge.dev/crash-after-ms: \"700\"}}",
		  "{containers: [{name: a}]}", 700, STR_INIT("Running waiting"),
		  STR_INIT("ContainersNotReady") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = begin(rows[i].metadata, rows[i].spec);
		run_after(&f, 0);
		run_after(&f, 0);
		run_after(&f, rows[i].after_ms - 1);
		CHECK_TEXT(state_of(&f), "Running ready running");
		run_after(&f, 1);
		CHECK_STR(state_of(&f), rows[i].end);
		const struct node *status = fixture_written(&f, "p", "status");
		const struct node *o = node_make(f.arena, "{status: %?n}", status);
		CHECK_STR(node_str_at(condition_get(o, "Ready"), "reason"), rows[i].reason);
		CHECK_INT(node_int_at(status, "containerStatuses[0].state.terminated.exitCode", -1),
			  str_starts(rows[i].end, STR("Failed"))      ? 1
			  : str_starts(rows[i].end, STR("Succeeded")) ? 0
								      : -1);
		if (!str_starts(rows[i].end, STR("Running"))) {
			run_after(&f, 60000);
			CHECK_INT(f.plan.writes.count, 0);
		}
		fixture_end(&f);
	}
}

/* At once, then after 10 s, doubling to 300. */
static void crashes_back_off(void)
{
	static const struct {
		int64_t wait_s;
		struct str message;
	} rows[] = {
		{ 0, STR_INIT("back-off 0s restarting failed container=a pod=p_default(uid-p)") },
		{ 10, STR_INIT("back-off 10s restarting failed container=a pod=p_default(uid-p)") },
		{ 20, STR_INIT("back-off 20s restarting failed container=a pod=p_default(uid-p)") },
		{ 40, STR_INIT("back-off 40s restarting failed container=a pod=p_default(uid-p)") },
		{ 80, STR_INIT("back-off 80s restarting failed container=a pod=p_default(uid-p)") },
		{ 160,
		  STR_INIT("back-off 160s restarting failed container=a pod=p_default(uid-p)") },
		{ 300,
		  STR_INIT("back-off 300s restarting failed container=a pod=p_default(uid-p)") },
		{ 300,
		  STR_INIT("back-off 300s restarting failed container=a pod=p_default(uid-p)") },
	};
	struct fixture f = begin("{annotations: {forge.dev/start-ms: \"0\", "
				 "forge.dev/crash-after-ms: \"700\"}}",
				 "{containers: [{name: a}]}");

	run_after(&f, 0);
	run_after(&f, 0);
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].message); i++) {
		run_after(&f, 700);
		CHECK_TEXT(state_of(&f), "Running waiting");
		CHECK_STR(node_text(fixture_written(
				  &f, "p", "status.containerStatuses[0].state.waiting.message")),
			  rows[i].message);
		CHECK_INT(node_int_at(fixture_written(&f, "p", "status"),
				      "containerStatuses[0].restartCount", -1),
			  (int)i + 1);
		CHECK_INT(node_bool_at(fixture_written(&f, "p", "status"),
				       "containerStatuses[0].ready", true),
			  false);
		CHECK_INT(node_bool_at(fixture_written(&f, "p", "status"),
				       "containerStatuses[0].started", true),
			  false);
		CHECK_TEXT(fixture_event(&f, 0), "Back-off restarting failed container a");
		CHECK(f.plan.events.items[0].warning);
		CHECK_INT(f.plan.requeue_after_ms, rows[i].wait_s * 1000 + 100);
		run_after(&f, rows[i].wait_s * 1000 + 99);
		CHECK_TEXT(state_of(&f), "Running waiting");
		run_after(&f, 1);
		CHECK_TEXT(state_of(&f), "Running ready running");
	}
	fixture_end(&f);
}

/* Probes that pass again begin a new count of failures. */
static void readiness_is_lost_after_failures_in_a_row(void)
{
	struct fixture f = begin(AT_ONCE, "{containers: [{name: a, readinessProbe: {periodSeconds: "
					  "2, failureThreshold: 3}}, {name: b, readinessProbe: "
					  "{failureThreshold: 9}}]}");
	const struct node *fine, *failing;

	run_after(&f, 0);
	run_after(&f, 0);
	const struct object *pod =
		cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("p") });
	fine = node_copy(f.arena, pod->root, /* bare= */ true);
	failing = node_set(f.arena, fine, "metadata.annotations[forge.dev/ready]",
			   node_cstr(f.arena, "never"));
	fixture_put(&f, failing);
	run_after(&f, 1000);
	CHECK_TEXT(fixture_event(&f, 0),
		   "Readiness probe failed: HTTP probe failed with statuscode: 503");
	CHECK(f.plan.events.items[0].warning);
	CHECK_INT(f.plan.requeue_after_ms, 2000);
	fixture_put(&f, fine);
	run_after(&f, 2000);
	fixture_put(&f, failing);
	run_after(&f, 2000);
	run_after(&f, 3999);
	CHECK_TEXT(state_of(&f), "Running ready running");
	run_after(&f, 1);
	CHECK_TEXT(state_of(&f), "Running running");
	fixture_end(&f);
}

/* Stopping */

/* A second after SIGTERM, after preStop, and at most the grace. */
static void a_pod_stops_within_its_grace(void)
{
	static const struct {
		const char *spec;
		int grace_s;
		int64_t stop_ms;
	} rows[] = {
		{ "{containers: [{name: a}]}", 30, 1000 },
		{ "{containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 5}}}}]}", 30,
		  6000 },
		{ "{containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 5}}}}]}", 6,
		  6000 },
		{ "{containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 5}}}}]}", 5,
		  5000 },
		{ "{containers: [{name: a}]}", 1, 1000 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = begin(AT_ONCE, rows[i].spec);
		run_after(&f, 0);
		run_after(&f, 0);
		const struct object *pod =
			cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("p") });
		const struct node *root = node_set(f.arena, pod->root, "metadata.deletionTimestamp",
						   node_cstr(f.arena, "2027-01-15T08:00:30Z"));
		fixture_put(&f, node_set(f.arena, root, "metadata.deletionGracePeriodSeconds",
					 node_int(f.arena, rows[i].grace_s)));
		run_after(&f, 0);
		CHECK_TEXT(fixture_event(&f, 0), "Stopping container a");
		CHECK_INT(f.plan.requeue_after_ms, rows[i].stop_ms);
		run_after(&f, rows[i].stop_ms - 1);
		CHECK_INT(f.plan.events.count + f.plan.writes.count, 0);
		run_after(&f, 1);
		if (CHECK_INT(f.plan.writes.count, 1)) {
			CHECK_INT(f.plan.writes.items[0].request.verb, API_DELETE);
			CHECK_INT(f.plan.writes.items[0].request.grace_s, 0);
		}
		fixture_end(&f);
	}
}

static void pods_without_a_node_are_left_alone(void)
{
	struct fixture f = fixture_begin();

	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: "
					   "{containers: [{name: a}]}}"));
	fixture_run(&f, &kubelet_reconciler, "default", "p");
	CHECK_INT(f.plan.writes.count + f.plan.events.count, 0);
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: "
					   "{nodeName: gone, containers: [{name: a}]}}"));
	fixture_run(&f, &kubelet_reconciler, "default", "p");
	CHECK_INT(f.plan.writes.count + f.plan.events.count, 0);
	fixture_end(&f);
}

TESTS({ "a pod starts in its time", a_pod_starts_in_its_time },
      { "the time to start has limits", the_time_to_start_has_limits },
      { "probes say when a pod is ready", probes_say_when_a_pod_is_ready },
      { "a finished pod is not started again", what_ends_is_not_started_again },
      { "crashes back off", crashes_back_off },
      { "readiness is lost after failures in a row", readiness_is_lost_after_failures_in_a_row },
      { "a pod stops within its grace", a_pod_stops_within_its_grace },
      { "pods without a node are left alone", pods_without_a_node_are_left_alone })

/* play_test - pods as their label forge.dev/play says, at once */
#include "api/controller_test.h"
#include "cluster/kubelet/kubelet.h"
#include "kube/health.h"

static void put_node(struct fixture *f, const char *kubelet)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Node, metadata: {name: n, annotations: "
				 "{forge.dev/kubelet: %c}}}",
				 kubelet));
}

static void put_pod(struct fixture *f, const char *metadata, const char *status)
{
	const struct node *pod = node_make(
		f->arena,
		"{apiVersion: v1, kind: Pod, metadata: %n, spec: {nodeName: n, readinessGates: "
		"[{conditionType: example.org/gate}], containers: [{name: a, image: x}]}, status: "
		"%n}",
		node_make(f->arena, metadata), node_make(f->arena, status));

	fixture_put(f, node_set(f->arena, pod, "metadata.name", node_cstr(f->arena, "p")));
}

static void run(struct fixture *f)
{
	fixture_run(f, &kubelet_reconciler, "default", "p");
}

static void labels_say_what_becomes_of_a_pod(void)
{
	static const struct {
		const char *labels;
		const char *phase, *state;
		bool ready;
		const char *reason; /* of Ready False */
		int restarts;
	} rows[] = {
		{ "{}", "Running", "running", true, "", 0 },
		{ "{forge.dev/play: run}", "Running", "running", true, "", 0 },
		{ "{forge.dev/play: linger}", "Running", "running", true, "", 0 },
		{ "{forge.dev/play: unheard-of}", "Running", "running", true, "", 0 },
		{ "{forge.dev/play: never-ready}", "Running", "running", false,
		  "ContainersNotReady", 0 },
		{ "{forge.dev/play: crash}", "Running", "waiting", false, "ContainersNotReady", 1 },
		{ "{forge.dev/play: fail}", "Failed", "terminated", false, "PodFailed", 0 },
		{ "{forge.dev/play: succeed}", "Succeeded", "terminated", false, "PodCompleted",
		  0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].labels); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "played");
		put_pod(&f, "{}", "{}");
		const struct object *pod =
			cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("p") });
		fixture_put(&f, node_set(f.arena, pod->root, "metadata.labels",
					 node_make(f.arena, rows[i].labels)));
		run(&f);
		const struct node *status = fixture_written(&f, "p", "status");
		const struct node *o = node_make(f.arena, "{status: %?n}", status);
		const struct node *c = node_at(status, "containerStatuses[0]");
		CHECK_STR(node_str_at(status, "phase"), str_from_cstr(rows[i].phase));
		CHECK(node_get(node_get_lit(c, "state"), str_from_cstr(rows[i].state)));
		CHECK_INT(node_bool_at(c, "ready", !rows[i].ready), rows[i].ready);
		CHECK_INT(condition_is_true(o, "Ready"), rows[i].ready);
		CHECK_INT(condition_is_true(o, "ContainersReady"), rows[i].ready);
		CHECK_STR(node_str_at(condition_get(o, "Ready"), "reason"),
			  str_from_cstr(rows[i].reason));
		CHECK(condition_is_true(o, "Initialized"));
		CHECK(condition_is_true(o, "example.org/gate"));
		CHECK_INT(node_int_at(c, "restartCount", -1), rows[i].restarts);
		CHECK(node_str_at(status, "podIP").len > 0);
		CHECK_STR(node_str_at(status, "podIPs[0].ip"), node_str_at(status, "podIP"));
		CHECK_TEXT(node_str_at(status, "startTime"), "2027-01-15T08:00:00Z");
		fixture_end(&f);
	}
}

/* What has started stays as it is, but a pod of a Job succeeds then. */
static void the_next_act_is_that_of_a_job(void)
{
	static const struct {
		const char *metadata, *status;
		const char *phase; /* as written; "": nothing is */
	} rows[] = {
		{ "{}", "{phase: Running, podIP: 1.2.3.4}", "" },
		{ "{ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: u, "
		  "controller: true}]}",
		  "{phase: Running, podIP: 1.2.3.4}", "Succeeded" },
		{ "{ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: u, "
		  "controller: true}]}",
		  "{phase: Succeeded, podIP: 1.2.3.4}", "" },
		{ "{ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: u, "
		  "controller: true}]}",
		  "{phase: Pending}", "Running" },
		{ "{labels: {forge.dev/play: run}, ownerReferences: [{apiVersion: batch/v1, kind: "
		  "Job, name: j, uid: u, controller: true}]}",
		  "{phase: Running, podIP: 1.2.3.4}", "" },
		{ "{ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: j, uid: u, "
		  "controller: true}]}",
		  "{phase: Running, podIP: 1.2.3.4}", "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "played");
		put_pod(&f, rows[i].metadata, rows[i].status);
		run(&f);
		CHECK_STR(node_text(fixture_written(&f, "p", "status.phase")),
			  str_from_cstr(rows[i].phase));
		fixture_end(&f);
	}
}

/* On a played node all pods, elsewhere those with the label. */
static void nodes_and_labels_ask_for_it(void)
{
	static const struct {
		const char *kubelet, *metadata;
		bool played;
	} rows[] = {
		{ "played", "{}", true },
		{ "live", "{}", false },
		{ "live", "{labels: {forge.dev/play: run}}", true },
		{ "live", "{labels: {forge.dev/play: \"\"}}", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, rows[i].kubelet);
		put_pod(&f, rows[i].metadata, "{phase: Pending}");
		run(&f);
		CHECK_STR(node_text(fixture_written(&f, "p", "status.phase")),
			  rows[i].played ? STR("Running") : STR("Pending"));
		fixture_end(&f);
	}
}

static void what_goes_is_gone_at_once_unless_it_lingers(void)
{
	static const struct {
		const char *metadata;
		bool gone;
	} rows[] = {
		{ "{deletionTimestamp: \"2027-01-15T08:00:30Z\"}", true },
		{ "{deletionTimestamp: \"2027-01-15T08:00:30Z\", labels: {forge.dev/play: run}}",
		  true },
		{ "{deletionTimestamp: \"2027-01-15T08:00:30Z\", labels: {forge.dev/play: "
		  "linger}}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "played");
		put_pod(&f, rows[i].metadata, "{phase: Running, podIP: 1.2.3.4}");
		run(&f);
		CHECK_INT(f.plan.writes.count, rows[i].gone);
		if (rows[i].gone && f.plan.writes.count) {
			CHECK_INT(f.plan.writes.items[0].request.verb, API_DELETE);
			CHECK_INT(f.plan.writes.items[0].request.grace_s, 0);
		}
		fixture_end(&f);
	}
}

TESTS({ "labels say what becomes of a pod", labels_say_what_becomes_of_a_pod },
      { "the next act is that of a Job", the_next_act_is_that_of_a_job },
      { "nodes and labels ask for it", nodes_and_labels_ask_for_it },
      { "a deleted pod is removed at once, unless it lingers",
	what_goes_is_gone_at_once_unless_it_lingers })

/* statefulset_test - pods in order, one at a time, from the last to the partition */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

enum { PODS_MAX = 4 };

/* A pod of the set, by ordinal. */
struct pod {
	const char *revision; /* NULL: it is not there */
	bool unready, terminating, failed;
};

#define OLD                                                                                        \
	{                                                                                          \
		"web-old"                                                                          \
	}
#define NEW                                                                                        \
	{                                                                                          \
		"web-new"                                                                          \
	}
#define UNREADY                                                                                    \
	{                                                                                          \
		"web-new", .unready = true                                                         \
	}
#define GOING                                                                                      \
	{                                                                                          \
		"web-new", .terminating = true                                                     \
	}
#define FAILED                                                                                     \
	{                                                                                          \
		"web-new", .failed = true                                                          \
	}
#define NONE                                                                                       \
	{                                                                                          \
		NULL                                                                               \
	}

static void put_set(struct fixture *f, int replicas, const char *more)
{
	const struct node *spec = node_make(f->arena,
					    "{replicas: %d, serviceName: web, selector: "
					    "{matchLabels: {app: web}}, updateStrategy: {type: "
					    "RollingUpdate}, template: {metadata: {labels: {app: "
					    "web}}, spec: {containers: [{name: c, image: web}]}}}",
					    replicas);

	spec = fixture_over(f, spec, more);
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web}, "
				 "spec: %n, status: {currentRevision: web-old}}",
				 spec));
	fixture_put_revision(f, "StatefulSet", "web", "controller.kubernetes.io/hash",
			     node_get(spec, STR("template")));
}

static void put_pod(struct fixture *f, int ordinal, const struct pod *pod)
{
	const struct node *deleted =
		pod->terminating ? node_cstr(f->arena, "2027-01-15T08:00:00Z") : NULL;

	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: %s, "
				 "deletionTimestamp: %?n, labels: {controller-revision-hash: %c}, "
				 "ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: "
				 "web, uid: uid-web, controller: true}]}, status: {phase: %c, "
				 "conditions: [{type: Ready, status: %c}]}}",
				 str_printf(f->arena, "web-%d", ordinal), deleted, pod->revision,
				 pod->failed ? "Failed" : "Running",
				 pod->unready || pod->failed ? "False" : "True"));
}

/* "+1 -2": pods that are made and deleted. */
static struct str done(struct fixture *f)
{
	struct str text = STR("");

	for (uint32_t i = 0; i < f->plan.requests.count; i++)
		text = str_printf(f->arena, "%.*s%s+%.*s", STR_FMT(text), text.len ? " " : "",
				  STR_FMT(str_from(f->plan.requests.items[i].name, 4)));
	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (f->plan.writes.items[i].request.verb == API_DELETE)
			text = str_printf(
				f->arena, "%.*s%s-%.*s", STR_FMT(text), text.len ? " " : "",
				STR_FMT(str_from(f->plan.writes.items[i].request.key.name, 4)));
	return text;
}

static const struct {
	int replicas;
	const char *more;
	struct pod pods[PODS_MAX];
	const char *done;
} rows[] = {
	{ 3, "{}", { NONE }, "+0" },
	{ 3, "{}", { NEW }, "+1" },
	{ 3, "{}", { UNREADY }, "" }, /* it waits for the first one */
	{ 3, "{}", { NEW, GOING }, "" },
	{ 3, "{}", { NEW, FAILED, NEW }, "-1" },
	{ 3, "{podManagementPolicy: Parallel}", { UNREADY }, "+1 +2" },
	{ 1, "{}", { NEW, NEW, NEW }, "-2" }, /* the last one first */
	{ 1, "{}", { NEW, NEW, UNREADY }, "-2" },
	{ 1, "{}", { UNREADY, NEW, NEW }, "" },
	{ 1, "{podManagementPolicy: Parallel}", { NEW, NEW, NEW }, "-2 -1" },
	{ 3, "{}", { OLD, OLD, OLD }, "-2" },
	{ 3, "{}", { OLD, OLD, NEW }, "-1" },
	{ 3, "{}", { OLD, OLD, UNREADY }, "" },
	{ 3,
	  "{updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}}",
	  { OLD, OLD, NEW },
	  "" },
	{ 3,
	  "{updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}}",
	  { OLD, OLD, OLD },
	  "-2" },
	{ 3,
	  "{updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 3}}}",
	  { OLD, OLD, OLD },
	  "" },
	{ 3, "{updateStrategy: {type: OnDelete}}", { OLD, OLD, OLD }, "" },
	{ 2, "{}", { NEW, NEW }, "" },
};

static void goes_in_order(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].more); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, rows[i].replicas, rows[i].more);
		for (int p = 0; p < PODS_MAX; p++)
			if (rows[i].pods[p].revision)
				put_pod(&f, p, &rows[i].pods[p]);
		fixture_run(&f, &statefulset_reconciler, "default", "web");
		CHECK_STR(done(&f), str_from_cstr(rows[i].done));
		fixture_end(&f);
	}
}

/* Below the partition a pod comes back as it was, from there on as it is to be. */
static void the_partition_says_what_comes_back(void)
{
	static const struct {
		const char *strategy;
		struct pod pods[PODS_MAX];
		const char *image; /* of the pod that is made */
	} cases[] = {
		{ "{updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}}",
		  { NONE, NEW, NEW },
		  "before" },
		{ "{updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}}",
		  { OLD, NONE, NEW },
		  "web" },
		{ "{updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}}",
		  { OLD, NONE, NEW },
		  "before" },
		{ "{updateStrategy: {type: RollingUpdate}}", { NONE, NEW, NEW }, "web" },
		{ "{updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}}",
		  { NONE, NEW, NEW },
		  "web" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].strategy); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, 3, cases[i].strategy);
		fixture_put(
			&f,
			node_make(f.arena,
				  "{apiVersion: apps/v1, kind: ControllerRevision, metadata: "
				  "{name: web-old, labels: {controller.kubernetes.io/hash: old}, "
				  "ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, "
				  "name: web, uid: uid-web, controller: true}]}, revision: 1, "
				  "data: {spec: {template: {$patch: replace, metadata: {labels: "
				  "{app: web}}, spec: {containers: [{name: c, image: "
				  "before}]}}}}}"));
		for (int p = 0; p < PODS_MAX; p++)
			if (cases[i].pods[p].revision)
				put_pod(&f, p, &cases[i].pods[p]);
		fixture_run(&f, &statefulset_reconciler, "default", "web");
		if (CHECK_INT(f.plan.requests.count, 1))
			CHECK_STR(node_str_at(f.plan.requests.items[0].write->request.body,
					      "spec.containers[0].image"),
				  str_from_cstr(cases[i].image));
		fixture_end(&f);
	}
}

/* Three replicas; pods are ready for an hour. */
static void the_status_counts_pods(void)
{
	static const struct {
		const char *what, *more;
		struct pod pods[PODS_MAX];
		int pods_count, ready, available, current, updated;
		const char *revision; /* the current one */
	} cases[] = {
		{ "all are new", "{}", { NEW, NEW, NEW }, 3, 3, 3, 3, 3, "web-new" },
		{ "by hand they stay new",
		  "{updateStrategy: {type: OnDelete}}",
		  { NEW, NEW, NEW },
		  3,
		  3,
		  3,
		  0,
		  3,
		  "web-old" },
		{ "one is old", "{}", { OLD, NEW, NEW }, 3, 3, 3, 1, 2, "web-old" },
		{ "one is not ready", "{}", { NEW, NEW, UNREADY }, 3, 2, 2, 0, 3, "web-old" },
		{ "one goes", "{}", { NEW, NEW, GOING }, 3, 3, 3, 0, 2, "web-old" },
		{ "one is too many", "{}", { NEW, NEW, NEW, OLD }, 4, 4, 4, 1, 3, "web-old" },
		{ "ready for long enough",
		  "{minReadySeconds: 3600}",
		  { NEW, NEW, NEW },
		  3,
		  3,
		  3,
		  3,
		  3,
		  "web-new" },
		{ "not for long enough",
		  "{minReadySeconds: 3601}",
		  { NEW, NEW, NEW },
		  3,
		  3,
		  0,
		  3,
		  3,
		  "web-new" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, 3, cases[i].more);
		for (int p = 0; p < PODS_MAX; p++) {
			if (!cases[i].pods[p].revision)
				continue;
			put_pod(&f, p, &cases[i].pods[p]);
			const struct object *pod = cache_get(
				f.cache, KIND_POD,
				(struct key){ STR("default"), str_printf(f.arena, "web-%d", p) });
			fixture_put(&f, node_set(f.arena, pod->root,
						 "status.conditions[0].lastTransitionTime",
						 node_cstr(f.arena, "2027-01-15T07:00:00Z")));
		}
		fixture_run(&f, &statefulset_reconciler, "default", "web");
		const struct node *status = fixture_written(&f, "web", "status");
		CHECK_INT(node_int_at(status, "replicas", -1), cases[i].pods_count);
		CHECK_INT(node_int_at(status, "readyReplicas", 0), cases[i].ready);
		CHECK_INT(node_int_at(status, "availableReplicas", -1), cases[i].available);
		CHECK_INT(node_int_at(status, "currentReplicas", 0), cases[i].current);
		CHECK_INT(node_int_at(status, "updatedReplicas", 0), cases[i].updated);
		CHECK_STR(node_str_at(status, "currentRevision"), str_from_cstr(cases[i].revision));
		CHECK_TEXT(node_str_at(status, "updateRevision"), "web-new");
		fixture_end(&f);
	}
}

#define CLAIMS "{volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]}"

static void claims_come_before_their_pod(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, 1, CLAIMS);
	fixture_run(&f, &statefulset_reconciler, "default", "web");
	CHECK_INT(f.plan.requests.count, 1);
	const struct node *claim = f.plan.requests.items[0].write->request.body;
	CHECK_TEXT(object_name(claim), "data-web-0");
	fixture_put(&f, claim);
	fixture_run(&f, &statefulset_reconciler, "default", "web");
	CHECK_TEXT(done(&f), "+0");
	const struct node *pod = f.plan.requests.items[0].write->request.body;
	CHECK_TEXT(node_str_at(pod, "spec.volumes[0].persistentVolumeClaim.claimName"),
		   "data-web-0");
	CHECK_TEXT(node_str_at(pod, "spec.hostname"), "web-0");
	CHECK_TEXT(node_str_at(pod, "spec.subdomain"), "web");
	fixture_end(&f);
}

static void tells_of_claims(void)
{
	struct fixture f = fixture_begin();
	struct answer answer = { .name = STR("web-0"), .number = 1, .code = 201 };

	put_set(&f, 1, CLAIMS);
	fixture_answer(&f, answer);
	fixture_run(&f, &statefulset_reconciler, "default", "web");
	CHECK_TEXT(fixture_event(&f, 0), "Create Claim data-web-0 Pod web-0 in StatefulSet web "
					 "success");
	CHECK(!f.plan.events.items[0].warning);
	CHECK_INT(f.plan.events.count, 1); /* of the pod later */
	CHECK_INT(f.plan.requeue_after_ms, 0);
	f.answers.items[0].code = 403;
	f.answers.items[0].text = STR("no room");
	fixture_run(&f, &statefulset_reconciler, "default", "web");
	CHECK_TEXT(fixture_event(&f, 0), "Create Claim data-web-0 for Pod web-0 in StatefulSet web "
					 "failed error: no room");
	CHECK_TEXT(fixture_event(&f, 1), "Create Pod web-0 in StatefulSet web failed error: failed "
					 "to create PVC data-web-0: no room");
	CHECK(f.plan.events.items[0].warning && f.plan.events.items[1].warning);
	fixture_end(&f);
}

TESTS({ "pods are made, deleted and replaced in order", goes_in_order },
      { "the partition decides the revision of a new pod", the_partition_says_what_comes_back },
      { "the status counts pods", the_status_counts_pods },
      { "a pod waits for its claims", claims_come_before_their_pod },
      { "creates of claims emit events", tells_of_claims })

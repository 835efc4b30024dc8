/* replicaset_test - which pods a ReplicaSet makes, takes and gives up */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static void put_set(struct fixture *f, int replicas)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web, "
				 "generation: 1}, spec: {replicas: %d, selector: {matchLabels: "
				 "{app: web}}, template: {metadata: {labels: {app: web}}, spec: "
				 "{containers: [{name: a, image: \"web:1\"}]}}}}",
				 replicas));
}

/* owner NULL: an orphan. */
static void put_pod(struct fixture *f, const char *name, const char *owner, const char *app,
		    const char *node, const char *status)
{
	const struct node *reference =
		owner ? node_make(f->arena,
				  "[{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: %c, "
				  "controller: true}]",
				  owner)
		      : NULL;

	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: %c, labels: {app: "
				 "%c}, ownerReferences: %?n}, spec: {nodeName: %?c}, status: %n}",
				 name, app, reference, node, node_make(f->arena, status)));
}

static void run(struct fixture *f)
{
	fixture_run(f, &replicaset_reconciler, "default", "web");
}

static uint32_t writes_of(const struct fixture *f, enum api_verb verb, const char *name)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		count += f->plan.writes.items[i].request.verb == verb &&
			 (!name ||
			  str_equal(f->plan.writes.items[i].request.key.name, str_from_cstr(name)));
	return count;
}

static const char running[] = "{phase: Running, conditions: [{type: Ready, status: \"True\", "
			      "lastTransitionTime: 2027-01-15T07:00:00Z}]}";

static void makes_what_is_missing(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, 5);
	put_pod(&f, "runs", "uid-web", "web", "n1", running);
	put_pod(&f, "failed", "uid-web", "web", "n1", "{phase: Failed}");
	put_pod(&f, "stranger", "uid-other", "web", "n1", running);
	run(&f);
	CHECK_INT(f.plan.requests.count, 4);
	const struct node *pod = f.plan.requests.items[0].write->request.body;
	CHECK_TEXT(node_str_at(pod, "metadata.generateName"), "web-");
	CHECK_TEXT(node_str_at(pod, "metadata.ownerReferences[0].uid"), "uid-web");
	CHECK(node_bool_at(pod, "metadata.ownerReferences[0].controller", false));
	CHECK(node_bool_at(pod, "metadata.ownerReferences[0].blockOwnerDeletion", false));
	CHECK_TEXT(node_str_at(pod, "spec.containers[0].image"), "web:1");
	fixture_end(&f);
}

static void adopts_and_releases(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, 1);
	put_pod(&f, "mine-no-more", "uid-web", "api", "n1", running);
	put_pod(&f, "orphan", NULL, "web", "n1", running);
	run(&f);
	CHECK_INT(f.plan.requests.count, 0);
	CHECK_INT(writes_of(&f, API_UPDATE, "mine-no-more"), 1);
	CHECK_TEXT(node_text(fixture_written(&f, "orphan", "metadata.ownerReferences[0].uid")),
		   "uid-web");
	fixture_end(&f);
}

static void not_every_orphan_is_adopted(void)
{
	static const struct {
		const char *app, *status, *deleted;
		bool adopted;
	} rows[] = {
		{ "web", "{phase: Running}", NULL, true },
		{ "web", "{phase: Pending}", NULL, true },
		{ "api", "{phase: Running}", NULL, false },
		{ "web", "{phase: Running}", "2027-01-15T08:00:00Z", false },
		{ "web", "{phase: Failed}", NULL, false },
		{ "web", "{phase: Succeeded}", NULL, false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].status); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, 1);
		put_pod(&f, "orphan", NULL, rows[i].app, "n1", rows[i].status);
		const struct object *pod =
			cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("orphan") });
		if (rows[i].deleted)
			fixture_put(&f, node_set(f.arena, pod->root, "metadata.deletionTimestamp",
						 node_cstr(f.arena, rows[i].deleted)));
		run(&f);
		CHECK_INT(writes_of(&f, API_UPDATE, "orphan"), rows[i].adopted);
		CHECK_INT(f.plan.requests.count, !rows[i].adopted);
		fixture_end(&f);
	}
}

/* One of two pods has to go. */
static const struct {
	const char *what;
	const char *stays_node, *stays, *goes_node, *goes;
} victims[] = {
	{ "not scheduled before scheduled", "n1", running, NULL, "{phase: Pending}" },
	{ "pending before running", "n1", "{phase: Running}", "n1", "{phase: Pending}" },
	{ "not ready before ready", "n1", running, "n2", "{phase: Running}" },
	{ "shorter ready before longer", "n1", running, "n2",
	  "{phase: Running, conditions: [{type: Ready, status: \"True\", lastTransitionTime: "
	  "2027-01-15T07:30:00Z}]}" },
	{ "more restarts before fewer", "n1", running, "n2",
	  "{phase: Running, containerStatuses: [{restartCount: 3}], conditions: [{type: Ready, "
	  "status: \"True\", lastTransitionTime: 2027-01-15T07:00:00Z}]}" },
};

static void deletes_the_least_useful(void)
{
	for (size_t i = 0; TEST_ROW(victims, i, victims[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, 1);
		put_pod(&f, "a-stays", "uid-web", "web", victims[i].stays_node, victims[i].stays);
		put_pod(&f, "b-goes", "uid-web", "web", victims[i].goes_node, victims[i].goes);
		run(&f);
		CHECK_INT(writes_of(&f, API_DELETE, NULL), 1);
		CHECK_INT(writes_of(&f, API_DELETE, "b-goes"), 1);
		CHECK_TEXT(fixture_event(&f, 0), "Deleted pod: b-goes");
		fixture_end(&f);
	}
}

/* Two pods on n1 and one on n2: of equals, a crowded node gives one up. */
static void keeps_nodes_even(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, 2);
	put_pod(&f, "alone", "uid-web", "web", "n2", running);
	put_pod(&f, "first", "uid-web", "web", "n1", running);
	put_pod(&f, "second", "uid-web", "web", "n1", running);
	run(&f);
	CHECK_INT(writes_of(&f, API_DELETE, NULL), 1);
	CHECK_INT(writes_of(&f, API_DELETE, "alone"), 0);
	fixture_end(&f);
}

/* Of five pods three go, in the order of their use; of equals the one that came first. */
static void deletes_in_order(void)
{
	static const char *const order[] = { "waits", "pulls", "pulls-too" };
	struct fixture f = fixture_begin();

	put_set(&f, 2);
	put_pod(&f, "pulls", "uid-web", "web", "n1", "{phase: Pending}");
	put_pod(&f, "serves", "uid-web", "web", "n2", running);
	put_pod(&f, "pulls-too", "uid-web", "web", "n3", "{phase: Pending}");
	put_pod(&f, "waits", "uid-web", "web", NULL, "{phase: Pending}");
	put_pod(&f, "starts", "uid-web", "web", "n4", "{phase: Running}");
	run(&f);
	CHECK_INT(writes_of(&f, API_DELETE, NULL), 3);
	for (size_t i = 0; TEST_ROW(order, i, order[i]); i++)
		CHECK_STR(f.plan.writes.items[i].request.key.name, str_from_cstr(order[i]));
	fixture_end(&f);
}

/* More labels than a run keeps verdicts on. */
static void tells_many_labels_apart(void)
{
	enum { STRANGERS = 100 };
	struct fixture f = fixture_begin();

	put_set(&f, 2);
	put_pod(&f, "a", "uid-web", "web", "n1", running);
	for (int i = 0; i < STRANGERS; i++) {
		const char *name = str_printf(f.arena, "stranger-%d", i).ptr;
		put_pod(&f, name, "uid-web", name, "n1", running);
	}
	put_pod(&f, "b", "uid-web", "web", "n1", running);
	run(&f);
	CHECK_INT(f.plan.requests.count, 0);
	CHECK_INT(writes_of(&f, API_DELETE, NULL), 0);
	CHECK_INT(writes_of(&f, API_UPDATE, NULL), STRANGERS + 1); /* and the set's status */
	fixture_end(&f);
}

static void counts_pods(void)
{
	struct fixture f = fixture_begin();
	int64_t ready = -1;

	put_set(&f, 2);
	put_pod(&f, "a", "uid-web", "web", "n1", running);
	put_pod(&f, "b", "uid-web", "web", "n1", "{phase: Running}");
	run(&f);
	CHECK(node_int64(fixture_written(&f, "web", "status.readyReplicas"), &ready));
	CHECK_INT(ready, 1);
	fixture_end(&f);
}

/* What came of the creates: each that came, the first that was refused, and the condition. */
static void creates_are_told(void)
{
	static const struct {
		int code;
		const char *event;
		bool warning;
	} codes[] = {
		{ 201, "Created pod: a", false },
		{ 299, "Created pod: a", false },
		{ 300, "Error creating: exceeded quota", true },
		{ 403, "Error creating: exceeded quota", true },
	};

	for (size_t i = 0; TEST_ROW(codes, i, codes[i].event); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, 3);
		put_pod(&f, "a", "uid-web", "web", "n1", running);
		const struct object *a =
			cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("a") });
		for (uint32_t n = 0; n < 2; n++)
			fixture_answer(&f, (struct answer){ .number = n,
							    .code = codes[i].code,
							    .text = STR("exceeded quota"),
							    .object = a,
							    .node = a->root });
		run(&f);
		CHECK_INT(f.plan.requests.count, 0);
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(codes[i].event));
		CHECK_INT(f.plan.events.items[0].warning, codes[i].warning);
		CHECK_INT(f.plan.events.count, codes[i].warning ? 1 : 2);
		CHECK_STR(node_text(fixture_written(&f, "web", "status.conditions[0].message")),
			  codes[i].warning ? STR("exceeded quota") : STR_NONE);
		CHECK_INT(f.plan.requeue_after_ms >= 0, codes[i].warning);
		fixture_end(&f);
	}
}

/* One that goes makes and deletes nothing. */
static void one_that_goes_leaves_its_pods(void)
{
	static const int replicas[] = { 0, 1, 2 };

	for (size_t i = 0; TEST_ROW(replicas, i); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, replicas[i]);
		put_pod(&f, "a", "uid-web", "web", "n1", running);
		const struct object *set = cache_get(f.cache, KIND_REPLICASET,
						     (struct key){ STR("default"), STR("web") });
		fixture_put(&f, node_set(f.arena, set->root, "metadata.deletionTimestamp",
					 node_cstr(f.arena, "2027-01-15T08:00:00Z")));
		run(&f);
		CHECK_INT(f.plan.requests.count, 0);
		CHECK_INT(writes_of(&f, API_DELETE, NULL), 0);
		fixture_end(&f);
	}
}

/* A pod that has been ready for an hour. */
static void available_is_ready_for_long_enough(void)
{
	static const struct {
		int min_ready_s, available;
	} rows[] = { { 0, 1 }, { 3599, 1 }, { 3600, 1 }, { 3601, 0 } };

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, 1);
		const struct object *set = cache_get(f.cache, KIND_REPLICASET,
						     (struct key){ STR("default"), STR("web") });
		fixture_put(&f, node_set(f.arena, set->root, "spec.minReadySeconds",
					 node_int(f.arena, rows[i].min_ready_s)));
		put_pod(&f, "a", "uid-web", "web", "n1", running);
		run(&f);
		const struct node *status = fixture_written(&f, "web", "status");
		CHECK_INT(node_int_at(status, "availableReplicas", 0), rows[i].available);
		CHECK_INT(node_int_at(status, "readyReplicas", 0), 1);
		CHECK_INT(node_int_at(status, "fullyLabeledReplicas", 0), 1);
		CHECK_INT(node_int_at(status, "observedGeneration", 0), 1);
		fixture_end(&f);
	}
}

TESTS({ "creates emit events", creates_are_told },
      { "not every orphan is adopted", not_every_orphan_is_adopted },
      { "a deleted ReplicaSet leaves its pods alone", one_that_goes_leaves_its_pods },
      { "available is ready for long enough", available_is_ready_for_long_enough },
      { "missing pods are created from the template", makes_what_is_missing },
      { "orphans are adopted, pods that no longer match released", adopts_and_releases },
      { "the least useful pod goes first", deletes_the_least_useful },
      { "a crowded node gives up a pod first", keeps_nodes_even },
      { "several pods are deleted in the order of their rank", deletes_in_order },
      { "many labels are told apart", tells_many_labels_apart },
      { "the status counts ready pods", counts_pods })

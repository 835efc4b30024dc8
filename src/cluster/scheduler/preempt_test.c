/* preempt_test - who goes for a pod of higher priority, and when nobody does */
#include "api/controller_test.h"
#include "cluster/scheduler/scheduler.h"

static void put(struct fixture *f, const char *text)
{
	fixture_put(f, node_make(f->arena, text));
}

/* A running pod on a node, or a waiting one (node NULL). */
static void put_pod(struct fixture *f, const char *name, const char *node, int cpu, int priority)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: %c, labels: {app: "
				 "%c}}, spec: {schedulerName: default-scheduler, nodeName: %?c, "
				 "priority: %d, containers: [{name: a, resources: {requests: {cpu: "
				 "%d}}}]}, status: {phase: %c, startTime: "
				 "\"2027-01-15T07:00:00Z\"}}",
				 name, name, node, priority, cpu, node ? "Running" : "Pending"));
}

static struct fixture begin(void)
{
	struct fixture f = fixture_begin();

	put(&f, "{apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {cpu: 8, "
		"memory: 9Gi, pods: 9}}}");
	put(&f, "{apiVersion: v1, kind: Node, metadata: {name: b}, status: {allocatable: {cpu: 8, "
		"memory: 9Gi, pods: 9}}}");
	return f;
}

static void schedule(struct fixture *f)
{
	fixture_run(f, &scheduler_reconciler, "", "queue");
}

/* Names of the pods that the plan deletes, one after the other. */
static struct str evicted(const struct fixture *f)
{
	struct str names = STR("");

	for (uint32_t i = 0; i < f->plan.writes.count; i++) {
		const struct api_request *w = &f->plan.writes.items[i].request;
		if (w->verb == API_DELETE)
			names = STR_CAT(f->arena, names, names.len ? STR(" ") : STR(""),
					w->key.name);
	}
	return names;
}

/* Pods on nodes a and b, and a waiter of priority 100 that asks for 6 of 8. */
static const struct {
	const char *what;
	struct {
		const char *name, *node;
		int cpu, priority;
	} pods[5];
	const char *want, *nominated;
} rows[] = {
	{ "the lower priority goes", { { "x", "a", 8, 50 }, { "y", "b", 8, 10 } }, "y", "b" },
	{ "of equal ones the fewer",
	  { { "x1", "a", 3, 10 }, { "x2", "a", 4, 10 }, { "y", "b", 8, 10 } },
	  "y",
	  "b" },
	{ "who need not go stays, the most important first",
	  { { "x1", "a", 2, 10 },
	    { "x2", "a", 2, 20 },
	    { "x3", "a", 4, 10 },
	    { "y", "b", 8, 100 } },
	  "x1 x3",
	  "a" },
	{ "of equal sums the fewer", /* 10 + 20, or 30 with another highest */
	  { { "x1", "a", 4, 20 }, { "x2", "a", 4, 10 }, { "y", "b", 8, 20 } },
	  "y",
	  "b" },
	{ "of one highest the lower sum, though they are as many",
	  { { "x1", "a", 4, 20 }, { "x2", "a", 4, 10 }, { "y1", "b", 4, 20 }, { "y2", "b", 4, 5 } },
	  "y1 y2",
	  "b" },
	{ "a priority of the lowest kind weighs nothing", /* then the fewer decide */
	  { { "x1", "a", 4, 20 }, { "x2", "a", 4, INT32_MIN }, { "y", "b", 8, 20 } },
	  "y",
	  "b" },
	{ "one above the lowest weighs",
	  { { "x1", "a", 4, 20 }, { "x2", "a", 4, INT32_MIN + 1 }, { "y", "b", 8, 20 } },
	  "y",
	  "b" },
	{ "what fits beside all goes beside all",
	  { { "x", "a", 2, 10 }, { "y", "b", 8, 10 } },
	  "",
	  NULL },
	{ "one below is a victim", { { "x", "a", 8, 99 }, { "y", "b", 8, 101 } }, "x", "a" },
	{ "equals are no victims", { { "x", "a", 8, 100 }, { "y", "b", 8, 100 } }, "", NULL },
	{ "those above stay, and then there is no room",
	  { { "x", "a", 4, 200 }, { "x2", "a", 1, 10 }, { "y", "b", 8, 100 } },
	  "",
	  NULL },
};

static void chooses(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = begin();
		for (size_t p = 0; p < ARRAY_COUNT(rows[i].pods) && rows[i].pods[p].name; p++)
			put_pod(&f, rows[i].pods[p].name, rows[i].pods[p].node, rows[i].pods[p].cpu,
				rows[i].pods[p].priority);
		put_pod(&f, "waiter", NULL, 6, 100);
		schedule(&f);
		CHECK_STR(evicted(&f), str_from_cstr(rows[i].want));
		CHECK_STR(node_text(fixture_written(&f, "waiter", "status.nominatedNodeName")),
			  str_from_cstr(rows[i].nominated));
		fixture_end(&f);
	}
}

/* The lower one is guarded by a budget: then the other goes. */
static void spares_budgets(void)
{
	static const struct {
		const char *budget;
		const char *evicted;
	} budgets[] = {
		{ "{spec: {selector: {matchLabels: {app: guarded}}}, status: {disruptionsAllowed: "
		  "0}}",
		  "other" },
		{ "{spec: {selector: {matchLabels: {app: guarded}}}}", "other" },
		{ "{spec: {selector: {matchLabels: {app: guarded}}}, status: {disruptionsAllowed: "
		  "1}}",
		  "guarded" },
		{ "{spec: {selector: {matchLabels: {app: x}}}, status: {disruptionsAllowed: 0}}",
		  "guarded" },
		{ "{spec: {selector: {}}, status: {disruptionsAllowed: 0}}", "guarded" },
		{ "{spec: {selector: {matchLabels: {app: guarded}}}, status: {disruptionsAllowed: "
		  "0, disruptedPods: {guarded: now}}}",
		  "guarded" },
	};

	for (size_t i = 0; TEST_ROW(budgets, i, budgets[i].budget); i++) {
		struct fixture f = begin();
		const struct node *more = node_make(f.arena, budgets[i].budget);
		put_pod(&f, "guarded", "a", 8, 10);
		put_pod(&f, "other", "b", 8, 50);
		put_pod(&f, "waiter", NULL, 6, 100);
		fixture_put(&f,
			    node_make(f.arena,
				      "{apiVersion: policy/v1, kind: PodDisruptionBudget, "
				      "metadata: {name: x}, spec: %n, status: %?n}",
				      node_get_lit(more, "spec"), node_get_lit(more, "status")));
		schedule(&f);
		CHECK_STR(evicted(&f), str_from_cstr(budgets[i].evicted));
		fixture_end(&f);
	}
}

/* Of pods of one priority those that came last. */
static void the_latest_goes_first(void)
{
	static const struct {
		const char *x, *y; /* when they started */
		const char *evicted;
	} times[] = {
		{ "2027-01-15T07:00:00Z", "2027-01-15T07:00:01Z", "y" },
		{ "2027-01-15T07:00:01Z", "2027-01-15T07:00:00Z", "x" },
		{ "2027-01-15T07:00:01Z", "never", "y" }, /* just now */
	};

	for (size_t i = 0; TEST_ROW(times, i, times[i].y); i++) {
		struct fixture f = begin();
		static const char *const names[] = { "x", "y" };
		for (int p = 0; p < 2; p++)
			fixture_put(&f,
				    node_make(f.arena,
					      "{apiVersion: v1, kind: Pod, metadata: {name: %c}, "
					      "spec: {nodeName: %c, priority: 10, containers: "
					      "[{name: a, resources: {requests: {cpu: 8}}}]}, "
					      "status: {phase: Running, startTime: %c}}",
					      names[p], p ? "b" : "a",
					      p ? times[i].y : times[i].x));
		put_pod(&f, "waiter", NULL, 6, 100);
		schedule(&f);
		CHECK_STR(evicted(&f), str_from_cstr(times[i].evicted));
		fixture_end(&f);
	}
}

static void tells(void)
{
	struct fixture f = begin();

	put_pod(&f, "x", "a", 8, 10);
	put_pod(&f, "y", "b", 8, 200);
	put_pod(&f, "waiter", NULL, 6, 100);
	schedule(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Preempted by pod uid-waiter on node a");
	CHECK_TEXT(fixture_event(&f, 1), "0/2 nodes are available: 2 Insufficient cpu.");
	const struct node *conditions = fixture_written(&f, "x", "status.conditions");
	CHECK_TEXT(node_str_at(conditions, "[type=DisruptionTarget].reason"),
		   "PreemptionByScheduler");
	fixture_end(&f);
}

static void explains(const char *status, const char *spec, const char *message)
{
	struct fixture f = begin();
	struct key key = { STR("default"), STR("waiter") };
	bool woken = true;

	memcpy(f.memory, &woken, sizeof(woken)); /* one victim is gone, others are going */
	put_pod(&f, "y", "b", 8, 200);
	fixture_put(&f,
		    node_make(f.arena,
			      "{apiVersion: v1, kind: Pod, metadata: {name: x, "
			      "deletionTimestamp: \"2027-01-15T08:00:30Z\"}, spec: {nodeName: a, "
			      "priority: 10, containers: [{name: a, resources: {requests: {cpu: "
			      "8}}}]}, status: {phase: Running, conditions: [{type: "
			      "DisruptionTarget, reason: PreemptionByScheduler}]}}"));
	put_pod(&f, "waiter", NULL, 6, 100);
	const struct node *root = cache_get(f.cache, KIND_POD, key)->root;
	root = node_set(f.arena, root, "status.nominatedNodeName",
			node_str(f.arena, str_from_cstr(status)));
	fixture_put(&f, node_set(f.arena, root, "spec.preemptionPolicy", node_cstr(f.arena, spec)));
	schedule(&f);
	CHECK_TEXT(evicted(&f), "");
	CHECK_STR(fixture_event(&f, 0), str_from_cstr(message));
	fixture_end(&f);
}

static void waits(void)
{
	explains("a", "PreemptLowerPriority",
		 "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, "
		 "preemption: not eligible due to a terminating pod on the nominated node.");
	explains("", "Never",
		 "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, "
		 "preemption: not eligible due to preemptionPolicy=Never.");
}

/* The room that victims leave is for the pod that they went for. */
static void keeps_the_room(void)
{
	struct fixture f = begin();

	put_pod(&f, "x", "a", 8, 10);
	put_pod(&f, "y", "b", 8, 200);
	put_pod(&f, "first", NULL, 6, 100);
	put_pod(&f, "second", NULL, 6, 90);
	schedule(&f);
	CHECK_TEXT(evicted(&f), "x");
	CHECK_TEXT(node_text(fixture_written(&f, "first", "status.nominatedNodeName")), "a");
	CHECK(!fixture_written(&f, "second", "status.nominatedNodeName"));
	fixture_end(&f);
}

TESTS({ "the pod that started last is evicted first", the_latest_goes_first },
      { "the fewest and least important pods are victims", chooses },
      { "victims that violate no PodDisruptionBudget are preferred", spares_budgets },
      { "preemption writes victims, nomination and events", tells },
      { "a pod that may not or need not preempt says why", waits },
      { "freed resources are kept for the nominated pod", keeps_the_room })

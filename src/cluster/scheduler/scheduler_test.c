/* scheduler_test - where a pod goes, and what is told of one that fits nowhere */
#include "api/controller_test.h"
#include "cluster/scheduler/scheduler.h"

static void put_node(struct fixture *f, const char *name, const char *zone, const char *spec)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Node, metadata: {name: %c, labels: "
				 "{kubernetes.io/hostname: %c, topology.kubernetes.io/zone: %c}}, "
				 "spec: %n, status: {allocatable: {cpu: \"2\", memory: 4Gi, pods: "
				 "\"3\"}}}",
				 name, name, zone, node_make(f->arena, spec)));
}

/* A pod of ReplicaSet "set"; node NULL: it waits. spec: what it has besides. */
static void put_pod(struct fixture *f, const char *name, const char *node, const char *spec)
{
	const struct node *pod = node_make(
		f->arena,
		"{apiVersion: v1, kind: Pod, metadata: {name: %c, labels: {app: web}, "
		"ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: set, uid: "
		"uid-set, controller: true}]}, spec: %n, status: {phase: Pending}}",
		name, node_make(f->arena, spec));

	pod = node_set(f->arena, pod, "spec.schedulerName",
		       node_cstr(f->arena, "default-scheduler"));
	if (node)
		pod = node_set(f->arena, pod, "spec.nodeName", node_cstr(f->arena, node));
	fixture_put(f, pod);
}

static void schedule(struct fixture *f)
{
	fixture_run(f, &scheduler_reconciler, "", "queue");
}

static struct str place_of(const struct fixture *f, const char *pod)
{
	return node_text(fixture_written(f, pod, "target.name"));
}

#define ASKS(cpu) "{containers: [{name: a, resources: {requests: {cpu: " cpu "}}}]}"
#define SPREAD(when)                                                                               \
	"{containers: [{name: a}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: "         \
	"topology.kubernetes.io/zone, whenUnsatisfiable: " when                                    \
	", labelSelector: {matchLabels: {app: web}}}]}"

/* Two nodes, a in zone 1 and b in zone 2; `other` is a pod on a. */
static const struct {
	const char *what;
	const char *a, *b;  /* spec of the nodes */
	const char *other;  /* spec of the pod on a; NULL: none */
	const char *waiter; /* spec of the pod to be placed */
	struct str want;    /* the node */
} placements[] = {
	{ "a cordoned node takes nothing", "{unschedulable: true}", "{}", NULL, ASKS("1"),
	  STR_INIT("b") },
	{ "room decides", "{}", "{}", ASKS("1500m"), ASKS("1"), STR_INIT("b") },
	{ "what just fits fits", "{}", "{unschedulable: true}", ASKS("1500m"), ASKS("500m"),
	  STR_INIT("a") },
	{ "an untolerated taint keeps away", "{taints: [{key: gpu, effect: NoSchedule}]}", "{}",
	  NULL, ASKS("1"), STR_INIT("b") },
	{ "a tolerated taint does not", "{taints: [{key: gpu, effect: NoSchedule}]}",
	  "{unschedulable: true}", NULL,
	  "{containers: [{name: a}], tolerations: [{key: gpu, operator: Exists}]}", STR_INIT("a") },
	{ "a taint that is only preferred costs score",
	  "{taints: [{key: gpu, effect: PreferNoSchedule}]}", "{}", NULL, ASKS("1"),
	  STR_INIT("b") },
	{ "nodeSelector", "{}", "{}", NULL,
	  "{containers: [{name: a}], nodeSelector: {topology.kubernetes.io/zone: z2}}",
	  STR_INIT("b") },
	{ "siblings are spread over nodes and zones", "{}", "{}", ASKS("10m"), ASKS("10m"),
	  STR_INIT("b") },
	{ "a spread constraint forbids", "{}", "{}", ASKS("10m"), SPREAD("DoNotSchedule"),
	  STR_INIT("b") },
	{ "a spread constraint prefers", "{}", "{}", ASKS("10m"), SPREAD("ScheduleAnyway"),
	  STR_INIT("b") },
	{ "a host port is taken once", "{}", "{}",
	  "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, protocol: TCP}]}]}",
	  "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, protocol: TCP}]}]}",
	  STR_INIT("b") },
};

static void places(void)
{
	for (size_t i = 0; TEST_ROW(placements, i, placements[i].what); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "a", "z1", placements[i].a);
		put_node(&f, "b", "z2", placements[i].b);
		if (placements[i].other)
			put_pod(&f, "other", "a", placements[i].other);
		put_pod(&f, "waiter", NULL, placements[i].waiter);
		schedule(&f);
		CHECK_STR(place_of(&f, "waiter"), placements[i].want);
		fixture_end(&f);
	}
}

/* Terms of preferred node affinity: the zone, and the weight (1 to 100) that is wished for it. */
#define PREFERS(terms)                                                                             \
	"{containers: [{name: a}], affinity: {nodeAffinity: "                                      \
	"{preferredDuringSchedulingIgnoredDuringExecution: [" terms "]}}}"
#define TERM(zone, weight)                                                                         \
	"{weight: " weight ", preference: {matchExpressions: [{key: topology.kubernetes.io/zone, " \
	"operator: In, values: [" zone "]}]}}"

/* Two nodes alike, a in zone 1 and b in zone 2; b may be cordoned. */
static void preferences_weigh(void)
{
	static const struct {
		const char *what, *b, *waiter;
		struct str want;
	} rows[] = {
		{ "the first zone", "{}", PREFERS(TERM("z1", "1")), STR_INIT("a") },
		{ "the second zone", "{}", PREFERS(TERM("z2", "1")), STR_INIT("b") },
		{ "the larger weight wins", "{}", PREFERS(TERM("z1", "2") ", " TERM("z2", "3")),
		  STR_INIT("b") },
		{ "whichever comes first", "{}", PREFERS(TERM("z1", "3") ", " TERM("z2", "2")),
		  STR_INIT("a") },
		{ "weights of a node add up", "{}",
		  PREFERS(TERM("z1", "3") ", " TERM("z2", "2") ", " TERM("z2", "2")),
		  STR_INIT("b") },
		{ "a wish forbids nothing", "{unschedulable: true}", PREFERS(TERM("z2", "100")),
		  STR_INIT("a") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "a", "z1", "{}");
		put_node(&f, "b", "z2", rows[i].b);
		put_pod(&f, "waiter", NULL, rows[i].waiter);
		schedule(&f);
		CHECK_STR(place_of(&f, "waiter"), rows[i].want);
		fixture_end(&f);
	}
}

static void binds_and_tells(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	put_pod(&f, "waiter", NULL, ASKS("1"));
	schedule(&f);
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_TEXT(f.plan.writes.items[0].request.subresource, "binding");
	CHECK_TEXT(fixture_event(&f, 0), "Successfully assigned default/waiter to a");
	fixture_end(&f);
}

/* One run's own placements count for its next pods. */
static void counts_its_own(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	put_node(&f, "b", "z2", "{}");
	put_pod(&f, "p1", NULL, ASKS("1500m"));
	put_pod(&f, "p2", NULL, ASKS("1500m"));
	put_pod(&f, "p3", NULL, ASKS("1500m"));
	schedule(&f);
	CHECK(!str_equal(place_of(&f, "p1"), place_of(&f, "p2")));
	CHECK(!place_of(&f, "p3").len);
	CHECK_TEXT(fixture_event(&f, 2),
		   "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, "
		   "preemption: 0/2 nodes are available: 2 No preemption victims found for "
		   "incoming pod.");
	fixture_end(&f);
}

/* Reasons are counted over the nodes and sorted as texts. */
static void tells_why_not(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{unschedulable: true}");
	put_node(&f, "b", "z2", "{taints: [{key: gpu, effect: NoSchedule}]}");
	put_node(&f, "c", "z3", "{}");
	put_pod(&f, "other", "c", ASKS("1500m"));
	put_pod(&f, "waiter", NULL, ASKS("1"));
	schedule(&f);
	CHECK_INT(f.plan.events.count, 1);
	CHECK(f.plan.events.items[0].warning);
	CHECK_TEXT(f.plan.events.items[0].reason, "FailedScheduling");
	CHECK_TEXT(fixture_event(&f, 0),
		   "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated "
		   "taint(s), 1 node(s) were unschedulable. no new claims to deallocate, "
		   "preemption: 0/3 nodes are available: 1 No preemption victims found for "
		   "incoming pod, 2 Preemption is not helpful for scheduling.");
	CHECK_TEXT(node_text(fixture_written(&f, "waiter", "status.conditions[0].reason")),
		   "Unschedulable");
	fixture_end(&f);
}

/* More than a node has at all: evicting would not help. */
static void never_fits(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	put_pod(&f, "waiter", NULL, ASKS("3"));
	schedule(&f);
	CHECK_TEXT(fixture_event(&f, 0),
		   "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, "
		   "preemption: 0/1 nodes are available: 1 Preemption is not helpful for "
		   "scheduling.");
	fixture_end(&f);
}

static void no_nodes(void)
{
	struct fixture f = fixture_begin();

	put_pod(&f, "waiter", NULL, ASKS("1"));
	schedule(&f);
	CHECK_TEXT(fixture_event(&f, 0), "no nodes available to schedule pods");
	fixture_end(&f);
}

static void priority_first(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	put_pod(&f, "early", NULL, ASKS("1500m"));
	put_pod(&f, "urgent", NULL,
		"{priority: 1000, containers: [{name: a, resources: {requests: {cpu: 1500m}}}]}");
	schedule(&f);
	CHECK_TEXT(place_of(&f, "urgent"), "a");
	CHECK(!place_of(&f, "early").len);
	fixture_end(&f);
}

static void others_scheduler(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	put_pod(&f, "waiter", NULL, ASKS("1"));
	fixture_put(&f, node_set(f.arena,
				 cache_get(f.cache, KIND_POD,
					   (struct key){ STR("default"), STR("waiter") })
					 ->root,
				 "spec.schedulerName", node_cstr(f.arena, "mine")));
	schedule(&f);
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

TESTS({ "a pod goes where it fits best", places },
      { "preferred node affinity weighs", preferences_weigh },
      { "a placement is a binding and an event", binds_and_tells },
      { "placements of one run count for its next pods", counts_its_own },
      { "a refusal counts the reasons of all nodes", tells_why_not },
      { "what no node can hold is told so", never_fits },
      { "a cluster without nodes says so", no_nodes },
      { "priority goes before age", priority_first },
      { "pods of another scheduler are left alone", others_scheduler })

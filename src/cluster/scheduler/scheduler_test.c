/* scheduler_test - where a pod goes, and what is told of one that fits nowhere */
#include "api/controller_test.h"
#include "cluster/scheduler/scheduler.h"
#include "doc/set.h"
#include "doc/yaml.h"

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

#define TOGETHER(app)                                                                              \
	"{containers: [{name: a}], affinity: {podAffinity: "                                       \
	"{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "                         \
	"topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: " app "}}}]}}}"

#define MIN_DOMAINS(count)                                                                         \
	"{containers: [{name: a}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: "         \
	"topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, minDomains: " count        \
	", labelSelector: {matchLabels: {app: web}}}]}"

#define APART(key, app)                                                                            \
	"{containers: [{name: a}], affinity: {podAntiAffinity: "                                   \
	"{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: " key                     \
	", labelSelector: {matchLabels: {app: " app "}}}]}}}"

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
	{ "a host port is taken once for each protocol", "{}", "{unschedulable: true}",
	  "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, protocol: TCP}]}]}",
	  "{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, protocol: UDP}]}]}",
	  STR_INIT("a") },
	{ "ports that are not the host's are free", "{}", "{unschedulable: true}",
	  "{containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}]}]}",
	  "{containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}]}]}", STR_INIT("a") },
	{ "required node affinity", "{}", "{}", NULL,
	  "{containers: [{name: a}], affinity: {nodeAffinity: "
	  "{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
	  "[{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: "
	  "[z2]}]}]}}}}",
	  STR_INIT("b") },
	{ "anti-affinity", "{}", "{}", ASKS("10m"), APART("kubernetes.io/hostname", "web"),
	  STR_INIT("b") },
	{ "anti-affinity to others only", "{}", "{unschedulable: true}", ASKS("10m"),
	  APART("kubernetes.io/hostname", "db"), STR_INIT("a") },
	{ "anti-affinity in no domain", "{}", "{unschedulable: true}", ASKS("10m"),
	  APART("no/label", "web"), STR_INIT("a") },
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

/* A pod without a controller: it is spread from no others. labels: app: web. */
static void put_alone(struct fixture *f, const char *name, const char *node, const char *spec)
{
	fixture_put(
		f, node_make(f->arena,
			     "{apiVersion: v1, kind: Pod, metadata: {name: %c, labels: {app: "
			     "web}}, spec: %n, status: {phase: %c}}",
			     name,
			     node_set(f->arena,
				      node_set(f->arena, node_make(f->arena, spec), "schedulerName",
					       node_cstr(f->arena, "default-scheduler")),
				      "nodeName", node ? node_cstr(f->arena, node) : NULL),
			     node ? "Running" : "Pending"));
}

#define PREFERS(terms)                                                                             \
	"{containers: [{name: a}], affinity: {nodeAffinity: "                                      \
	"{preferredDuringSchedulingIgnoredDuringExecution: [" terms "]}}}"
#define ZONE(weight, zone)                                                                         \
	"{weight: " weight ", preference: {matchExpressions: [{key: topology.kubernetes.io/zone, " \
	"operator: In, values: [" zone "]}]}}"
#define AVOIDED "{taints: [{key: gpu, effect: PreferNoSchedule}]}"

/* Of two nodes that fit. A taint that is only preferred costs 150 points (three times the half of
 * 100), a preference gives twice its weight, room the mean share that is free. */
static void the_best_node_is_chosen(void)
{
	static const struct {
		const char *what;
		const char *a, *b;	 /* specs of the nodes, in zones z1 and z2 */
		const char *on_a, *on_b; /* a pod on each; NULL: none */
		const char *waiter;
		struct str want;
	} rows[] = {
		{ "a preference decides", "{}", "{}", NULL, NULL, PREFERS(ZONE("1", "z1")),
		  STR_INIT("a") },
		{ "of two preferences the heavier one", "{}", "{}", NULL, NULL,
		  PREFERS(ZONE("9", "z1") ", " ZONE("10", "z2")), STR_INIT("b") },
		{ "weights add up", "{}", "{}", NULL, NULL,
		  PREFERS(ZONE("6", "z1") ", " ZONE("10", "z2") ", " ZONE("5", "z1")),
		  STR_INIT("a") },
		{ "a weight of 74 is less than a taint", AVOIDED, "{}", NULL, NULL,
		  PREFERS(ZONE("74", "z1")), STR_INIT("b") },
		{ "a weight of 76 is more", AVOIDED, "{}", NULL, NULL, PREFERS(ZONE("76", "z1")),
		  STR_INIT("a") },
		{ "of two taints each costs",
		  "{taints: [{key: x, effect: PreferNoSchedule}, {key: y, effect: "
		  "PreferNoSchedule}]}",
		  AVOIDED, NULL, NULL, ASKS("10m"), STR_INIT("b") },
		{ "a preferred taint that is tolerated costs nothing", AVOIDED, "{}", NULL,
		  ASKS("1"),
		  "{containers: [{name: a}], tolerations: [{key: gpu, operator: Exists}]}",
		  STR_INIT("a") },
		{ "more free cpu", "{}", "{}", ASKS("100m"), ASKS("200m"), ASKS("10m"),
		  STR_INIT("a") },
		{ "more free memory", "{}", "{}",
		  "{containers: [{name: a, resources: {requests: {memory: 1Gi}}}]}",
		  "{containers: [{name: a, resources: {requests: {memory: 512Mi}}}]}", ASKS("10m"),
		  STR_INIT("b") },
		{ "both count alike", "{}", "{}",
		  "{containers: [{name: a, resources: {requests: {memory: 1Gi}}}]}", ASKS("400m"),
		  ASKS("10m"), STR_INIT("b") },
		{ "a spread that is only preferred", "{}", "{}", "{containers: [{name: a}]}", NULL,
		  SPREAD("ScheduleAnyway"), STR_INIT("b") },
		{ "a spread that is required gives no points", "{}", "{}",
		  "{containers: [{name: a}]}", ASKS("100m"),
		  "{containers: [{name: a}], topologySpreadConstraints: [{maxSkew: 9, topologyKey: "
		  "topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: "
		  "{matchLabels: {app: web}}}]}",
		  STR_INIT("a") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "a", "z1", rows[i].a);
		put_node(&f, "b", "z2", rows[i].b);
		if (rows[i].on_a)
			put_alone(&f, "x", "a", rows[i].on_a);
		if (rows[i].on_b)
			put_alone(&f, "y", "b", rows[i].on_b);
		put_alone(&f, "waiter", NULL, rows[i].waiter);
		schedule(&f);
		CHECK_STR(place_of(&f, "waiter"), rows[i].want);
		fixture_end(&f);
	}
}

/* Siblings keep away from nodes first, then from zones; those that the run has placed count. */
static void siblings_are_spread(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	put_node(&f, "b", "z1", "{}");
	put_node(&f, "c", "z2", "{}");
	put_pod(&f, "p0", "a", "{}");
	put_pod(&f, "p1", NULL, "{}");
	put_pod(&f, "p2", NULL, "{}");
	schedule(&f);
	CHECK_TEXT(place_of(&f, "p1"), "c");
	CHECK_TEXT(place_of(&f, "p2"), "b");
	fixture_end(&f);
}

/* The node that victims were sent away from is taken when it fits, whatever others score. */
static void the_nominated_node_comes_first(void)
{
	static const struct {
		const char *b;
		struct str want;
	} rows[] = { { "{}", STR_INIT("b") }, { "{unschedulable: true}", STR_INIT("a") } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].b); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "a", "z1", "{}");
		put_node(&f, "b", "z2", rows[i].b);
		put_alone(&f, "y", "b", ASKS("1"));
		put_alone(&f, "waiter", NULL, ASKS("500m"));
		fixture_put(&f, node_set(f.arena,
					 cache_get(f.cache, KIND_POD,
						   (struct key){ STR("default"), STR("waiter") })
						 ->root,
					 "status.nominatedNodeName", node_cstr(f.arena, "b")));
		schedule(&f);
		CHECK_STR(place_of(&f, "waiter"), rows[i].want);
		fixture_end(&f);
	}
}

/* On one node with room for two cpus, 4 Gi and three pods. */
static void what_stands_against_a_node_is_told(void)
{
	static const struct {
		const char *on_a, *waiter;
		const char *why; /* NULL: it fits */
	} rows[] = {
		{ ASKS("1500m"), ASKS("500m"), NULL },
		{ ASKS("1500m"), ASKS("501m"), "1 Insufficient cpu" },
		{ "{containers: [{name: a, resources: {requests: {memory: 3Gi}}}]}",
		  "{containers: [{name: a, resources: {requests: {memory: 1Gi}}}]}", NULL },
		{ "{containers: [{name: a, resources: {requests: {memory: 3Gi}}}]}",
		  "{containers: [{name: a, resources: {requests: {memory: 1025Mi}}}]}",
		  "1 Insufficient memory" },
		{ ASKS("2"),
		  "{containers: [{name: a, resources: {requests: {cpu: 1, memory: 5Gi}}}]}",
		  "1 Insufficient cpu, 1 Insufficient memory" },
		{ ASKS("2"), "{containers: [{name: a}]}", NULL },
		{ "{}", "{containers: [{name: a, resources: {requests: {example.com/gpu: 1}}}]}",
		  "1 Insufficient example.com/gpu" },
		{ "{}",
		  "{containers: [{name: a}], nodeSelector: {topology.kubernetes.io/zone: z2}}",
		  "1 node(s) didn't match Pod's node affinity/selector" },
		{ "{containers: [{name: a, ports: [{hostPort: 80, protocol: TCP}]}]}",
		  "{containers: [{name: b}, {name: a, ports: [{hostPort: 81, protocol: TCP}, "
		  "{hostPort: 80, protocol: TCP}]}]}",
		  "1 node(s) didn't have free ports for the requested pod ports" },
		{ "{}", APART("topology.kubernetes.io/zone", "web"),
		  "1 node(s) didn't match pod anti-affinity rules" },
		{ "{}", TOGETHER("web"), NULL },
		{ "{}", TOGETHER("db"), "1 node(s) didn't match pod affinity rules" },
		{ "{}", MIN_DOMAINS("1"), NULL },
		{ "{}", MIN_DOMAINS("2"),
		  "1 node(s) didn't match pod topology spread constraints" },
		{ "{}",
		  "{containers: [{name: a}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: "
		  "no/label, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}]}",
		  "1 node(s) didn't match pod topology spread constraints (missing required "
		  "label)" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].waiter); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "a", "z1", "{}");
		put_alone(&f, "x", "a", rows[i].on_a);
		put_alone(&f, "waiter", NULL, rows[i].waiter);
		schedule(&f);
		struct str told = str_printf(f.arena, "0/1 nodes are available: %s. ",
					     rows[i].why ? rows[i].why : "");
		CHECK_STR(place_of(&f, "waiter"), rows[i].why ? STR_NONE : STR("a"));
		if (rows[i].why)
			CHECK_STR(str_sub(fixture_event(&f, 0), 0, told.len), told);
		fixture_end(&f);
	}
}

/* Three at most; those that have ended leave their place. */
static void a_node_takes_so_many_pods(void)
{
	struct fixture f = fixture_begin();

	put_node(&f, "a", "z1", "{}");
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: over}, "
					   "spec: {nodeName: a}, status: {phase: Succeeded}}"));
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Pod, metadata: {name: failed}, "
					   "spec: {nodeName: a}, status: {phase: Failed}}"));
	put_alone(&f, "x", "a", "{}");
	put_alone(&f, "y", "a", "{}");
	put_alone(&f, "third", NULL, "{}");
	put_alone(&f, "wait", NULL, "{}");
	schedule(&f);
	CHECK_TEXT(place_of(&f, "third"), "a");
	CHECK(!place_of(&f, "wait").len);
	CHECK(str_starts(fixture_event(&f, 1), STR("0/1 nodes are available: 1 Too many pods. ")));
	fixture_end(&f);
}

/* Zone z1 has a pod, node b in z2 is cordoned: the skew would be two. */
static void a_spread_allows_its_skew(void)
{
	static const struct {
		const char *constraint;
		bool placed;
	} rows[] = {
		{ "maxSkew: 1, labelSelector: {matchLabels: {app: web}}", false },
		{ "maxSkew: 2, labelSelector: {matchLabels: {app: web}}", true },
		{ "labelSelector: {matchLabels: {app: web}}", false },
		{ "maxSkew: 1, labelSelector: {matchLabels: {app: db}}", true },
		/* the own value of a label that others have not */
		{ "maxSkew: 1, matchLabelKeys: [hash], labelSelector: {matchLabels: {app: web}}",
		  true },
		{ "maxSkew: 1, matchLabelKeys: [none], labelSelector: {matchLabels: {app: web}}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].constraint); i++) {
		struct fixture f = fixture_begin();
		struct error err;
		struct str text = str_printf(f.arena,
					     "{topologyKey: topology.kubernetes.io/zone, "
					     "whenUnsatisfiable: DoNotSchedule, %s}",
					     rows[i].constraint);
		put_node(&f, "a", "z1", "{}");
		put_node(&f, "b", "z2", "{unschedulable: true}");
		put_alone(&f, "x", "a", "{}");
		fixture_put(
			&f,
			node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: waiter, labels: "
				  "{app: web, hash: h}}, spec: {schedulerName: "
				  "default-scheduler, containers: [{name: a}], "
				  "topologySpreadConstraints: [%n]}, status: {phase: Pending}}",
				  yaml_read_one(docset_new(f.arena), STR("constraint"), text,
						DIALECT_GO_V3, &err)));
		schedule(&f);
		CHECK_INT(place_of(&f, "waiter").len > 0, rows[i].placed);
		fixture_end(&f);
	}
}

/* Older ones first, of one second the one that was written first. */
static void the_queue_goes_by_age(void)
{
	static const struct {
		const char *first, *second; /* when "first" and "second" were made */
		struct str want;
	} rows[] = {
		{ "2027-01-15T07:00:00Z", "2027-01-15T07:00:01Z", STR_INIT("first") },
		{ "2027-01-15T07:00:01Z", "2027-01-15T07:00:00Z", STR_INIT("second") },
		{ "2027-01-15T07:00:00Z", "2027-01-15T07:00:00Z", STR_INIT("first") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].second); i++) {
		struct fixture f = fixture_begin();
		static const char *const names[] = { "first", "second" };
		put_node(&f, "a", "z1", "{}");
		for (int p = 0; p < 2; p++)
			fixture_put(
				&f,
				node_make(f.arena,
					  "{apiVersion: v1, kind: Pod, metadata: {name: %c, "
					  "creationTimestamp: %c}, spec: {schedulerName: "
					  "default-scheduler, containers: [{name: a, resources: "
					  "{requests: {cpu: 1500m}}}]}}",
					  names[p], p ? rows[i].second : rows[i].first));
		schedule(&f);
		CHECK_INT(place_of(&f, "first").len > 0, str_equal(rows[i].want, STR("first")));
		CHECK_INT(place_of(&f, "second").len > 0, str_equal(rows[i].want, STR("second")));
		fixture_end(&f);
	}
}

static void only_pods_that_wait_are_placed(void)
{
	static const struct {
		const char *metadata, *spec, *phase;
		bool placed;
		const char *reason; /* of PodScheduled */
	} rows[] = {
		{ "{name: p}", "{schedulerName: default-scheduler}", "Pending", true, "" },
		{ "{name: p}", "{schedulerName: default-scheduler}", "Succeeded", false, "" },
		{ "{name: p}", "{schedulerName: default-scheduler}", "Failed", false, "" },
		{ "{name: p, deletionTimestamp: \"2027-01-15T08:00:00Z\"}",
		  "{schedulerName: default-scheduler}", "Pending", false, "" },
		{ "{name: p}", "{schedulerName: default-scheduler, nodeName: b}", "Pending", false,
		  "" },
		{ "{name: p}", "{schedulerName: default-scheduler, schedulingGates: []}", "Pending",
		  true, "" },
		{ "{name: p}", "{schedulerName: default-scheduler, schedulingGates: [{name: g}]}",
		  "Pending", false, "SchedulingGated" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_node(&f, "a", "z1", "{}");
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Pod, metadata: %n, spec: %n, "
					  "status: {phase: %c}}",
					  node_make(f.arena, rows[i].metadata),
					  node_make(f.arena, rows[i].spec), rows[i].phase));
		schedule(&f);
		CHECK_INT(place_of(&f, "p").len > 0, rows[i].placed);
		CHECK_STR(node_text(fixture_written(&f, "p", "status.conditions[0].reason")),
			  str_from_cstr(rows[i].reason));
		fixture_end(&f);
	}
}

/* What may make room, or a new pod; not what runs on, and not its own verdict. */
static void changes_wake_the_queue(void)
{
	static const struct {
		const char *before, *after; /* pods; NULL: not there */
		bool wakes;
	} rows[] = {
		{ NULL, "{spec: {}, status: {phase: Pending}}", true },
		{ "{spec: {nodeName: a}, status: {phase: Running}}", NULL, true },
		{ "{spec: {}, status: {phase: Pending}}",
		  "{spec: {nodeName: a}, status: {phase: Pending}}", false },
		{ "{spec: {nodeName: a}, status: {phase: Running}}",
		  "{spec: {nodeName: a}, status: {phase: Succeeded}}", true },
		{ "{spec: {nodeName: a}, status: {phase: Running}}",
		  "{spec: {nodeName: a}, status: {phase: Failed}}", true },
		{ "{spec: {}, status: {phase: Pending}}",
		  "{spec: {}, status: {phase: Pending, conditions: [{type: PodScheduled}]}}",
		  false },
		{ "{spec: {schedulingGates: [{name: g}]}, status: {phase: Pending}}",
		  "{spec: {}, status: {phase: Pending}}", true },
		{ "{spec: {}, status: {phase: Pending}}",
		  "{metadata: {deletionTimestamp: \"2027-01-15T08:00:00Z\"}, spec: {}, status: "
		  "{phase: Pending}}",
		  true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].after); i++) {
		struct fixture f = fixture_begin();
		const char *const texts[] = { rows[i].before, rows[i].after };
		const struct object *pods[2] = {};
		for (int v = 0; v < 2; v++)
			if (texts[v])
				pods[v] = object_new(schemas_kind_by_id(f.schemas, KIND_POD),
						     node_make(f.arena, texts[v]), NULL, NULL, 0);
		struct keys keys = { .arena = f.arena };
		scheduler_reconciler.watches[0].map(NULL, pods[0], pods[1], &keys);
		CHECK_INT(keys.items.count, rows[i].wakes);
		object_unref(pods[0]);
		object_unref(pods[1]);
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
	CHECK_TEXT(f.plan.events.items[0].reason, "Scheduled");
	CHECK(!f.plan.events.items[0].warning);
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

TESTS({ "the best node is chosen", the_best_node_is_chosen },
      { "siblings are spread", siblings_are_spread },
      { "the nominated node comes first", the_nominated_node_comes_first },
      { "the reasons of a node are reported", what_stands_against_a_node_is_told },
      { "a node takes so many pods", a_node_takes_so_many_pods },
      { "a spread allows its skew", a_spread_allows_its_skew },
      { "the queue goes by age", the_queue_goes_by_age },
      { "only pods that wait are placed", only_pods_that_wait_are_placed },
      { "changes enqueue the scheduling queue", changes_wake_the_queue },
      { "a pod goes where it fits best", places },
      { "a placement is a binding and an event", binds_and_tells },
      { "placements of one run count for its next pods", counts_its_own },
      { "a refusal counts the reasons of all nodes", tells_why_not },
      { "a pod that fits no node gets FailedScheduling", never_fits },
      { "a cluster without nodes says so", no_nodes },
      { "priority goes before age", priority_first },
      { "pods of another scheduler are left alone", others_scheduler })

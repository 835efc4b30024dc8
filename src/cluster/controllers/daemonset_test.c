/* daemonset_test - on which nodes a DaemonSet has pods, how they roll, and its status */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

enum { NODES_MAX = 4, PODS_MAX = 6 };

struct pod {
	const char *name, *node;
	const char *hash;  /* of its template: the present one is "new" */
	const char *phase; /* NULL: Running */
	bool unready, going;
};

/* Revision "new" of DaemonSet agent is there. More of its spec is laid over. */
static void put_set(struct fixture *f, const char *more)
{
	const struct node *spec = node_make(
		f->arena, "{selector: {matchLabels: {app: agent}}, template: {metadata: {labels: "
			  "{app: agent}}, spec: {containers: [{name: app, image: agent}]}}}");

	spec = fixture_over(f, spec, more);
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent, "
				 "generation: 7}, spec: %n}",
				 spec));
	fixture_put_revision(f, "DaemonSet", "agent", "controller-revision-hash",
			     node_get(spec, STR("template")));
}

static void put_node(struct fixture *f, const char *name, const char *labels, const char *spec)
{
	fixture_put(
		f, node_make(f->arena,
			     "{apiVersion: v1, kind: Node, metadata: {name: %c, labels: %n}, spec: "
			     "%n}",
			     name, node_make(f->arena, labels), node_make(f->arena, spec)));
}

static void put_nodes(struct fixture *f, int count)
{
	static const char *const names[NODES_MAX] = { "n1", "n2", "n3", "n4" };

	for (int i = 0; i < count; i++)
		put_node(f, names[i], "{}", "{}");
}

/* Ready since 07:59:50 where it is ready; created in the order in which it is put. */
static void put_pod(struct fixture *f, const struct pod *pod)
{
	const struct node *root = node_make(
		f->arena,
		"{apiVersion: v1, kind: Pod, metadata: {name: %c, creationTimestamp: %s, labels: "
		"{controller-revision-hash: %c}, ownerReferences: [{apiVersion: apps/v1, kind: "
		"DaemonSet, name: agent, uid: uid-agent, controller: true}]}, spec: {nodeName: "
		"%c}, status: {phase: %c, conditions: [{type: Ready, status: %c, "
		"lastTransitionTime: %c}]}}",
		pod->name, str_printf(f->arena, "2027-01-15T07:00:%02dZ", (int)f->version),
		pod->hash ? pod->hash : "new", pod->node, pod->phase ? pod->phase : "Running",
		pod->unready ? "False" : "True", "2027-01-15T07:59:50Z");

	if (pod->going)
		root = node_set(f->arena, root, "metadata.deletionTimestamp",
				node_cstr(f->arena, "2027-01-15T08:00:00Z"));
	fixture_put(f, root);
}

static void put_pods(struct fixture *f, const struct pod *pods)
{
	for (int i = 0; i < PODS_MAX && pods[i].name; i++)
		put_pod(f, &pods[i]);
}

static void run(struct fixture *f)
{
	fixture_run(f, &daemonset_reconciler, "default", "agent");
}

/* "create n1, delete a": what the last run wants of pods. */
static struct str wants(const struct fixture *f)
{
	struct str text = STR("");

	for (uint32_t i = 0; i < f->plan.requests.count; i++) {
		const struct node *pod = f->plan.requests.items[i].write->request.body;
		text = str_printf(
			f->arena, "%.*s%screate %.*s", STR_FMT(text), text.len ? ", " : "",
			STR_FMT(node_str_at(pod, "spec.affinity.nodeAffinity."
						 "requiredDuringSchedulingIgnoredDuringExecution."
						 "nodeSelectorTerms[0].matchFields[0].values[0]")));
	}
	for (uint32_t i = 0; i < f->plan.writes.count; i++) {
		const struct api_request *w = &f->plan.writes.items[i].request;
		if (w->verb == API_DELETE)
			text = str_printf(f->arena, "%.*s%sdelete %.*s", STR_FMT(text),
					  text.len ? ", " : "", STR_FMT(w->key.name));
	}
	return text;
}

/* Which nodes */

static void each_node_that_fits_has_one(void)
{
	static const struct {
		const char *labels, *node; /* of node n1 */
		const char *spec;	   /* of the DaemonSet's pods */
		bool created, stays;	   /* without a pod; with one */
	} rows[] = {
		{ "{}", "{}", "{}", true, true },
		{ "{disk: ssd}", "{}", "{nodeSelector: {disk: ssd}}", true, true },
		{ "{disk: hdd}", "{}", "{nodeSelector: {disk: ssd}}", false, false },
		{ "{}", "{taints: [{key: a, effect: NoSchedule}]}", "{}", false, true },
		{ "{}", "{taints: [{key: a, effect: NoExecute}]}", "{}", false, false },
		{ "{}", "{taints: [{key: a, effect: NoExecute}]}",
		  "{tolerations: [{key: a, operator: Exists}]}", true, true },
		{ "{}", "{taints: [{key: a, effect: PreferNoSchedule}]}", "{}", true, true },
		/* trouble of a node does not keep it away */
		{ "{}", "{taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]}", "{}",
		  true, true },
		{ "{}", "{taints: [{key: node.kubernetes.io/not-ready, effect: NoSchedule}]}", "{}",
		  false, true },
		{ "{}", "{taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}]}",
		  "{}", true, true },
		{ "{}", "{taints: [{key: node.kubernetes.io/disk-pressure, effect: NoSchedule}]}",
		  "{}", true, true },
		{ "{}", "{taints: [{key: node.kubernetes.io/memory-pressure, effect: NoSchedule}]}",
		  "{}", true, true },
		{ "{}", "{taints: [{key: node.kubernetes.io/pid-pressure, effect: NoSchedule}]}",
		  "{}", true, true },
		{ "{}", "{taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]}",
		  "{}", true, true },
		/* the network matters unless it is the node's own */
		{ "{}",
		  "{taints: [{key: node.kubernetes.io/network-unavailable, effect: NoSchedule}]}",
		  "{}", false, true },
		{ "{}",
		  "{taints: [{key: node.kubernetes.io/network-unavailable, effect: NoSchedule}]}",
		  "{hostNetwork: true}", true, true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].node); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, "{}");
		const struct object *set = cache_get(f.cache, KIND_DAEMONSET,
						     (struct key){ STR("default"), STR("agent") });
		const struct node *root = node_copy(f.arena, set->root, /* bare= */ true);
		root = node_set(f.arena, root, "spec.template.spec",
				node_make(f.arena, rows[i].spec));
		fixture_put(&f, root);
		put_node(&f, "n1", rows[i].labels, rows[i].node);
		run(&f);
		CHECK_STR(wants(&f), rows[i].created ? STR("create n1") : STR(""));
		put_pod(&f, &(struct pod){ "a", "n1" });
		root = node_set(f.arena, root, "spec.updateStrategy.type",
				node_cstr(f.arena, "OnDelete"));
		fixture_put(&f, root);
		run(&f);
		CHECK_STR(wants(&f), rows[i].stays ? STR("") : STR("delete a"));
		fixture_end(&f);
	}
}

static void a_node_has_one_pod_that_works(void)
{
	static const struct {
		const char *what;
		struct pod pods[PODS_MAX];
		const char *wants;
		const char *event;
	} rows[] = {
		{ "one on each", { { "a", "n1" }, { "b", "n2" } }, "", "" },
		{ "one is missing", { { "a", "n1" } }, "create n2", "" },
		{ "the oldest of three stays",
		  { { "c", "n1" }, { "a", "n1" }, { "b", "n1" }, { "d", "n2" } },
		  "delete a, delete b",
		  "Deleted pod: a" },
		{ "one that goes already does not count",
		  { { "a", "n1", .going = true }, { "b", "n1" }, { "c", "n2" } },
		  "",
		  "" },
		{ "and keeps its node", { { "a", "n1", .going = true }, { "c", "n2" } }, "", "" },
		{ "one that failed goes",
		  { { "a", "n1", .phase = "Failed" }, { "b", "n2" } },
		  "delete a",
		  "Found failed daemon pod default/a on node n1, will try to kill it" },
		{ "one that ended goes",
		  { { "a", "n1", .phase = "Succeeded" }, { "b", "n2" } },
		  "delete a",
		  "Found succeeded daemon pod default/a on node n1, will try to delete it" },
		{ "one whose node is gone goes",
		  { { "a", "n1" }, { "b", "n2" }, { "c", "n9" } },
		  "delete c",
		  "Deleted pod: c" },
		{ "unless it goes already",
		  { { "a", "n1" }, { "b", "n2" }, { "c", "n9", .going = true } },
		  "",
		  "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, "{updateStrategy: {type: OnDelete}}");
		put_nodes(&f, 2);
		put_pods(&f, rows[i].pods);
		run(&f);
		CHECK_STR(wants(&f), str_from_cstr(rows[i].wants));
		if (!f.plan.requests.count)
			CHECK_STR(fixture_event(&f, 0),
				  *rows[i].event ? str_from_cstr(rows[i].event) : STR_NONE);
		fixture_end(&f);
	}
}

/* Those of the last run may not be there yet; the first that was refused is told of. */
static void creates_are_asked_for_once(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, "{}");
	put_nodes(&f, 3);
	run(&f);
	CHECK_TEXT(wants(&f), "create n1, create n2, create n3");
	const struct node *pod = f.plan.requests.items[0].write->request.body;
	CHECK_TEXT(node_str_at(pod, "metadata.generateName"), "agent-");
	CHECK_TEXT(object_label(pod, STR("controller-revision-hash")), "new");
	CHECK_TEXT(object_label(pod, STR("app")), "agent");
	fixture_answer(&f, (struct answer){ .code = 299,
					    .node = node_make(f.arena, "{metadata: {name: x}}") });
	fixture_answer(&f,
		       (struct answer){ .number = 1, .code = 300, .text = STR("exceeded quota") });
	fixture_answer(&f, (struct answer){ .number = 2, .code = 403, .text = STR("other") });
	run(&f);
	CHECK_TEXT(wants(&f), "");
	CHECK_TEXT(fixture_event(&f, 0), "Created pod: x");
	CHECK_TEXT(fixture_event(&f, 1), "Error creating: exceeded quota");
	CHECK_INT(f.plan.events.count, 2);
	CHECK(!f.plan.events.items[0].warning && f.plan.events.items[1].warning);
	CHECK_INT(f.plan.requeue_after_ms, 1000);
	fixture_end(&f);
}

/* So many in one run; the others in the next. */
static void creates_come_in_bursts(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, "{}");
	for (int i = 0; i < 251; i++)
		put_node(&f, str_printf(f.arena, "n%03d", i).ptr, "{}", "{}");
	run(&f);
	CHECK_INT(f.plan.requests.count, 250);
	fixture_end(&f);
}

static void one_that_selects_all_pods_does_nothing(void)
{
	static const struct {
		const char *selector;
		bool all;
	} rows[] = {
		{ "{selector: {}}", true },
		{ "{selector: {matchLabels: {}}}", true },
		{ "{selector: {matchLabels: {app: agent}}}", false },
		{ "{selector: {matchExpressions: [{key: app, operator: Exists}]}}", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].selector); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, rows[i].selector);
		put_nodes(&f, 1);
		run(&f);
		CHECK_STR(wants(&f), rows[i].all ? STR("") : STR("create n1"));
		CHECK_STR(fixture_event(&f, 0),
			  rows[i].all ? STR("This daemon set is selecting all pods. A non-empty "
					    "selector is required.")
				      : STR_NONE);
		fixture_end(&f);
	}
}

static void one_that_goes_does_nothing(void)
{
	struct fixture f = fixture_begin();

	put_set(&f, "{}");
	put_nodes(&f, 1);
	const struct object *set =
		cache_get(f.cache, KIND_DAEMONSET, (struct key){ STR("default"), STR("agent") });
	fixture_put(&f, node_set(f.arena, set->root, "metadata.deletionTimestamp",
				 node_cstr(f.arena, "2027-01-15T08:00:00Z")));
	run(&f);
	CHECK_INT(f.plan.requests.count + f.plan.writes.count, 0);
	fixture_run(&f, &daemonset_reconciler, "default", "nobody");
	CHECK_INT(f.plan.requests.count + f.plan.writes.count, 0);
	fixture_end(&f);
}

/* Status */

/* Four nodes: a ready pod of now, one of before, one that is not ready, none; a fifth has one that
 * it should not have. */
static void the_status_counts_nodes(void)
{
	static const struct pod pods[PODS_MAX] = {
		{ "a", "n1" },
		{ "b", "n2", .hash = "old" },
		{ "c", "n3", .unready = true },
		{ "d", "n5" },
	};
	struct fixture f = fixture_begin();

	put_set(&f, "{updateStrategy: {type: OnDelete}}");
	put_nodes(&f, 4);
	put_node(&f, "n5", "{}", "{taints: [{key: a, effect: NoSchedule}]}");
	put_pods(&f, pods);
	fixture_answer(&f, (struct answer){ .code = 201, .node = node_empty_map() });
	run(&f);
	const struct node *status = fixture_written(&f, "agent", "status");
	CHECK_INT(node_int_at(status, "desiredNumberScheduled", -1), 4);
	CHECK_INT(node_int_at(status, "currentNumberScheduled", -1), 3);
	CHECK_INT(node_int_at(status, "numberMisscheduled", -1), 1);
	CHECK_INT(node_int_at(status, "numberReady", -1), 2);
	CHECK_INT(node_int_at(status, "numberAvailable", -1), 2);
	CHECK_INT(node_int_at(status, "numberUnavailable", -1), 2);
	CHECK_INT(node_int_at(status, "updatedNumberScheduled", -1), 2);
	CHECK_INT(node_int_at(status, "observedGeneration", -1), 7);
	fixture_end(&f);
}

/* A pod that is ready for ten seconds. */
static void available_is_ready_for_long_enough(void)
{
	static const struct {
		const char *more;
		bool available;
		int64_t again_ms;
	} rows[] = {
		{ "{minReadySeconds: 0}", true, -1 },
		{ "{minReadySeconds: 9}", true, -1 },
		{ "{minReadySeconds: 10}", true, -1 },
		{ "{minReadySeconds: 11}", false, 1000 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].more); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, rows[i].more);
		put_nodes(&f, 1);
		put_pod(&f, &(struct pod){ "a", "n1" });
		run(&f);
		const struct node *status = fixture_written(&f, "agent", "status");
		CHECK_INT(node_int_at(status, "numberAvailable", 0), rows[i].available);
		CHECK_INT(node_int_at(status, "numberUnavailable", 0), !rows[i].available);
		CHECK_INT(f.plan.requeue_after_ms, rows[i].again_ms);
		fixture_end(&f);
	}
}

/* Rolling */

#define ROLL(limits) "{updateStrategy: {type: RollingUpdate, rollingUpdate: {" limits "}}}"
#define OLD(name, node)                                                                            \
	{                                                                                          \
		name, node, .hash = "old"                                                          \
	}

/* On four nodes. */
static void old_pods_go_within_the_limits(void)
{
	static const struct {
		const char *what, *more;
		struct pod pods[PODS_MAX];
		const char *wants;
	} rows[] = {
		{ "one at a time by default",
		  "{}",
		  { OLD("a", "n1"), OLD("b", "n2"), OLD("c", "n3"), OLD("d", "n4") },
		  "delete a" },
		{ "as many as may be unavailable",
		  ROLL("maxUnavailable: 2"),
		  { OLD("a", "n1"), OLD("b", "n2"), OLD("c", "n3"), OLD("d", "n4") },
		  "delete a, delete b" },
		{ "a share is rounded up",
		  ROLL("maxUnavailable: 26%"),
		  { OLD("a", "n1"), OLD("b", "n2"), OLD("c", "n3"), OLD("d", "n4") },
		  "delete a, delete b" },
		{ "those that are new stay",
		  ROLL("maxUnavailable: 4"),
		  { { "a", "n1" }, OLD("b", "n2"), { "c", "n3" }, OLD("d", "n4") },
		  "delete b, delete d" },
		{ "a new one that is not ready counts",
		  ROLL("maxUnavailable: 2"),
		  { { "a", "n1", .unready = true },
		    OLD("b", "n2"),
		    OLD("c", "n3"),
		    OLD("d", "n4") },
		  "delete b" },
		{ "one that goes counts",
		  ROLL("maxUnavailable: 1"),
		  { { "a", "n1", .going = true }, OLD("b", "n2"), OLD("c", "n3"), OLD("d", "n4") },
		  "" },
		{ "old ones that nobody misses go at once",
		  ROLL("maxUnavailable: 1"),
		  { OLD("a", "n1"),
		    { "b", "n2", .hash = "old", .unready = true },
		    { "c", "n3", .hash = "old", .unready = true },
		    OLD("d", "n4") },
		  "delete b, delete c, delete a" },
		{ "one that goes already does not hide another of its node",
		  ROLL("maxUnavailable: 1"),
		  { { "a", "n1", .hash = "old", .going = true },
		    OLD("b", "n1"),
		    { "c", "n2" },
		    { "d", "n3" },
		    { "e", "n4" } },
		  "delete b" },
		{ "by hand nothing goes",
		  "{updateStrategy: {type: OnDelete}}",
		  { OLD("a", "n1"), OLD("b", "n2"), OLD("c", "n3"), OLD("d", "n4") },
		  "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, rows[i].more);
		put_nodes(&f, 4);
		put_pods(&f, rows[i].pods);
		run(&f);
		CHECK_STR(wants(&f), str_from_cstr(rows[i].wants));
		fixture_end(&f);
	}
}

/* On three nodes: a new pod comes beside the old one, which goes when the new one is available. */
static void surging_pods_come_first(void)
{
	static const struct {
		const char *what, *more;
		struct pod pods[PODS_MAX];
		const char *wants;
	} rows[] = {
		{ "as many as may surge",
		  ROLL("maxSurge: 2, maxUnavailable: 0"),
		  { OLD("a", "n1"), OLD("b", "n2"), OLD("c", "n3") },
		  "create n1, create n2" },
		{ "those that surge count",
		  ROLL("maxSurge: 2, maxUnavailable: 0"),
		  { OLD("a", "n1"),
		    { "a2", "n1", .unready = true },
		    OLD("b", "n2"),
		    OLD("c", "n3") },
		  "create n2" },
		{ "the old one goes after the new one is there",
		  ROLL("maxSurge: 1, maxUnavailable: 0"),
		  { OLD("a", "n1"), { "a2", "n1" }, OLD("b", "n2"), OLD("c", "n3") },
		  "delete a" },
		{ "an old one that is not available goes at once",
		  ROLL("maxSurge: 1, maxUnavailable: 0"),
		  { { "a", "n1", .hash = "old", .unready = true }, OLD("b", "n2"), { "c", "n3" } },
		  "create n2, delete a" },
		{ "where all is new nothing happens",
		  ROLL("maxSurge: 3, maxUnavailable: 0"),
		  { { "a", "n1" }, { "b", "n2" }, { "c", "n3" } },
		  "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		put_set(&f, rows[i].more);
		put_nodes(&f, 3);
		put_pods(&f, rows[i].pods);
		run(&f);
		CHECK_STR(wants(&f), str_from_cstr(rows[i].wants));
		fixture_end(&f);
	}
}

/* Watches */

static void nodes_matter_by_labels_and_taints(void)
{
	static const struct {
		const char *before, *after; /* NULL: not there */
		bool wakes;
	} rows[] = {
		{ NULL, "{}", true },
		{ "{}", NULL, true },
		{ "{}", "{}", false },
		{ "{metadata: {labels: {a: b}}}", "{metadata: {labels: {a: b}}}", false },
		{ "{metadata: {labels: {a: b}}}", "{metadata: {labels: {a: c}}}", true },
		{ "{}", "{metadata: {labels: {a: c}}}", true },
		{ "{metadata: {labels: {a: c}}}", "{}", true },
		{ "{spec: {taints: [{key: a}]}}", "{spec: {taints: [{key: b}]}}", true },
		{ "{spec: {taints: [{key: a}]}}", "{}", true },
		{ "{spec: {unschedulable: true}}", "{spec: {unschedulable: false}}", false },
		{ "{status: {a: 1}}", "{status: {a: 2}}", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].after); i++) {
		struct fixture f = fixture_begin();
		const struct kind *kind = schemas_kind_by_id(f.schemas, KIND_NODE);
		const char *const texts[] = { rows[i].before, rows[i].after };
		struct object *nodes[2] = {};
		for (int n = 0; n < 2; n++)
			if (texts[n])
				nodes[n] = object_new(kind, node_make(f.arena, texts[n]), NULL,
						      NULL, 0);
		put_set(&f, "{}");
		const struct view view = { .cache = f.cache, .arena = f.arena };
		struct keys keys = { .arena = f.arena };
		daemonset_reconciler.watches[2].map(&view, nodes[0], nodes[1], &keys);
		CHECK_INT(keys.items.count, rows[i].wakes);
		for (int n = 0; n < 2; n++)
			object_unref(nodes[n]);
		fixture_end(&f);
	}
}

TESTS({ "creates come in bursts", creates_come_in_bursts },
      { "each node that fits has one", each_node_that_fits_has_one },
      { "a node keeps one unfinished pod", a_node_has_one_pod_that_works },
      { "creates are asked for once", creates_are_asked_for_once },
      { "a selector of all pods does nothing", one_that_selects_all_pods_does_nothing },
      { "a deleted DaemonSet creates no pods", one_that_goes_does_nothing },
      { "the status counts nodes", the_status_counts_nodes },
      { "available is ready for long enough", available_is_ready_for_long_enough },
      { "old pods are deleted within maxUnavailable", old_pods_go_within_the_limits },
      { "surging pods come first", surging_pods_come_first },
      { "labels and taints of a node enqueue DaemonSets", nodes_matter_by_labels_and_taints })

/* daemonset - one pod on each node that its template fits */
#include "cluster/controllers/daemonset.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/sort.h"
#include "cluster/controllers/controllers.h"
#include "cluster/controllers/history.h"

#include "doc/make.h"
#include "kube/labels.h"
#include "kube/node_selector.h"
#include "kube/workload.h"

enum { RETRY_MS = 1000 };

/* Pods */

/* Tolerations of the node conditions' taints, which the controller adds to each daemon pod. */
static const struct node *with_tolerations(const struct daemon *d, const struct node *spec)
{
	static const struct {
		const char *key, *effect;
	} taints[] = {
		{ "node.kubernetes.io/not-ready", "NoExecute" },
		{ "node.kubernetes.io/unreachable", "NoExecute" },
		{ "node.kubernetes.io/disk-pressure", "NoSchedule" },
		{ "node.kubernetes.io/memory-pressure", "NoSchedule" },
		{ "node.kubernetes.io/pid-pressure", "NoSchedule" },
		{ "node.kubernetes.io/unschedulable", "NoSchedule" },
		{ "node.kubernetes.io/network-unavailable", "NoSchedule" },
	};
	const struct node *list = node_get(spec, STR("tolerations"));
	size_t count = ARRAY_COUNT(taints) - !node_bool_at(spec, "hostNetwork", false);

	for (size_t i = 0; i < count; i++)
		list = node_list_append(d->arena, list,
					node_make(d->arena,
						  "{key: %c, operator: Exists, effect: %c}",
						  taints[i].key, taints[i].effect));
	return node_with(d->arena, spec, STR("tolerations"), list);
}

/* A node affinity on metadata.name leaves the scheduler only this node. */
static const struct node *bound_to(const struct daemon *d, const struct node *spec, struct str node)
{
	return node_set(d->arena, spec,
			"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
			node_make(d->arena,
				  "{nodeSelectorTerms: [{matchFields: [{key: metadata.name, "
				  "operator: In, values: [%s]}]}]}",
				  node));
}

static const struct node *pod_for(const struct daemon *d, struct str node)
{
	const struct node *template = node_at(d->set->root, "spec.template");
	const struct node *metadata = node_get(template, STR("metadata"));
	const struct node *labels = node_get(metadata, STR("labels"));
	const struct node *spec = with_tolerations(d, node_get(template, STR("spec")));
	struct str generation = object_annotation(d->set->root, STR(DAEMONSET_GENERATION));

	labels = node_with(d->arena, labels, STR(DAEMON_HASH), node_str(d->arena, d->hash));
	if (generation.len)
		labels = node_with(d->arena, labels, STR("pod-template-generation"),
				   node_str(d->arena, generation));
	return node_make(d->arena,
			 "{apiVersion: v1, kind: Pod, metadata: {generateName: %s, namespace: %s, "
			 "labels: %n, annotations: %?n, ownerReferences: [%n]}, spec: %n}",
			 str_printf(d->arena, "%.*s-", STR_FMT(d->set->key.name)),
			 d->set->key.namespace, labels, node_get(metadata, STR("annotations")),
			 object_owner_reference(d->arena, d->set->root, /* controller= */ true),
			 bound_to(d, spec, node));
}

static void create_pods(const struct daemon *d)
{
	for (uint32_t i = 0; i < d->bare.count; i++) {
		struct api_request write = { .verb = API_CREATE,
					     .body = pod_for(d, d->bare.items[i]->key.name),
					     .grace_s = -1 };
		plan_request_write(d->plan, STR("create"), i, &write);
	}
}

/* Emits the events of the last run's creates. */
static void report_creates(struct daemon *d)
{
	for (uint32_t i = 0; i < d->view->answers->count; i++) {
		const struct answer *a = &d->view->answers->items[i];
		if (a->code < 300) {
			plan_event(d->plan, d->set, /* warning= */ false, STR("SuccessfulCreate"),
				   "Created pod: %.*s", STR_FMT(object_name(a->node)));
		} else if (!d->refused) {
			d->refused = true;
			plan_event(d->plan, d->set, /* warning= */ true, STR("FailedCreate"),
				   "Error creating: %.*s", STR_FMT(a->text));
		}
	}
	if (d->refused)
		plan_requeue(d->plan, RETRY_MS);
}

/* Nodes */

static void decide_node(struct daemon *d, struct daemon_node *n)
{
	const struct node *spec = with_tolerations(d, node_at(d->set->root, "spec.template.spec"));
	const struct node *tolerations = node_get(spec, STR("tolerations"));
	const struct node *taints = node_at(n->node->root, "spec.taints");
	const struct node *terms = node_at(spec, NODE_SELECTOR_TERMS);
	bool fits = node_selector_allows(node_get(spec, STR("nodeSelector")), terms, n->node->root);
	bool no_execute = !taints_untolerated(taints, tolerations, STR("NoExecute"));
	bool no_schedule = !taints_untolerated(taints, tolerations, STR("NoSchedule"));

	n->should_run = fits && no_execute && no_schedule;
	n->may_stay = fits && no_execute;
	d->desired += n->should_run;
}

static int compare_age(const void *a, const void *b, void *context)
{
	const struct object *const *x = a, *const *y = b;
	int64_t p = (*x)->facts.created_s, q = (*y)->facts.created_s;

	(void)context;
	return (p > q) - (p < q);
}

/* Where a pod runs, or is meant to. */
static struct str node_of(const struct object *pod)
{
	if (pod->facts.node_name.len)
		return pod->facts.node_name;
	return node_text(node_at(pod->root, "spec.affinity.nodeAffinity."
					    "requiredDuringSchedulingIgnoredDuringExecution."
					    "nodeSelectorTerms[0].matchFields[0].values[0]"));
}

static void place_pods(struct daemon *d, const struct map *by_name)
{
	struct objects owned = view_owned(d->view, KIND_POD, d->set);

	for (uint32_t i = 0; i < owned.count; i++) {
		struct daemon_node *n = map_get(by_name, node_of(owned.items[i]));
		if (n)
			VEC_PUSH(d->arena, &n->pods, owned.items[i]);
		else if (!owned.items[i]->facts.deletion_s && !d->set->facts.deletion_s)
			daemonset_delete(d, owned.items[i]); /* its node is gone */
	}
}

static void read_nodes(struct daemon *d)
{
	struct objects nodes = view_list(d->view, KIND_NODE, STR_NONE);
	struct map by_name;

	map_init(&by_name, d->arena);
	d->nodes = arena_array(d->arena, struct daemon_node, nodes.count);
	d->node_count = nodes.count;
	for (uint32_t i = 0; i < nodes.count; i++) {
		d->nodes[i].node = nodes.items[i];
		decide_node(d, &d->nodes[i]);
		map_put(&by_name, nodes.items[i]->key.name, &d->nodes[i]);
	}
	place_pods(d, &by_name);
	for (uint32_t i = 0; i < nodes.count; i++)
		sort_stable(d->nodes[i].pods.items, d->nodes[i].pods.count,
			    sizeof(*d->nodes[i].pods.items), compare_age, NULL);
}

/* Creating and deleting: one pod on each node that should run one, none where none may stay */

/* Deletes a finished pod: a later run creates it again. Returns whether the pod counts. */
static bool keep_pod(struct daemon *d, const struct daemon_node *n, const struct object *pod)
{
	bool failed = pod->facts.phase == PHASE_FAILED;

	if (pod->facts.deletion_s)
		return false;
	if (!failed && pod->facts.phase != PHASE_SUCCEEDED)
		return true;
	plan_event(d->plan, d->set, failed,
		   failed ? STR("FailedDaemonPod") : STR("SucceededDaemonPod"),
		   failed ? "Found failed daemon pod %.*s/%.*s on node %.*s, will try to kill it"
			  : "Found succeeded daemon pod %.*s/%.*s on node %.*s, will try to "
			    "delete it",
		   STR_FMT(pod->key.namespace), STR_FMT(pod->key.name), STR_FMT(n->node->key.name));
	daemonset_delete(d, pod);
	return false;
}

static bool surges(const struct daemon *d)
{
	const struct node *surge =
		node_at(d->set->root, "spec.updateStrategy.rollingUpdate.maxSurge");

	return surge && !str_equal(node_text(surge), STR("0"));
}

static void manage_node(struct daemon *d, struct daemon_node *n)
{
	uint32_t kept = 0, present = n->pods.count;

	for (uint32_t i = 0; i < n->pods.count; i++) {
		const struct object *pod = n->pods.items[i];
		bool counts = n->may_stay ? keep_pod(d, n, pod) : !pod->facts.deletion_s;
		if (!counts)
			continue;
		if (!n->may_stay || (kept && !surges(d)))
			daemonset_delete(d, pod);
		kept++;
	}
	if (n->should_run && !present && !d->view->answers->count)
		daemonset_create(d, n->node);
}

/* Status */

static const struct node *positive(struct arena *arena, int64_t count)
{
	return count > 0 ? node_int(arena, count) : NULL;
}

static void write_status(struct daemon *d)
{
	int64_t current = 0, misplaced = 0, ready = 0, available = 0, updated = 0;

	for (uint32_t i = 0; i < d->node_count; i++) {
		const struct daemon_node *n = &d->nodes[i];
		if (!n->pods.count)
			continue;
		misplaced += !n->should_run;
		if (!n->should_run)
			continue;
		current++;
		ready += n->pods.items[0]->facts.ready;
		available += daemonset_is_available(d, n->pods.items[0]);
		updated += daemonset_is_updated(d, n->pods.items[0]);
	}
	plan_status(d->plan, d->set,
		    node_make(d->arena,
			      "{currentNumberScheduled: %l, numberMisscheduled: %l, "
			      "desiredNumberScheduled: %l, numberReady: %l, observedGeneration: "
			      "%l, updatedNumberScheduled: %?n, numberAvailable: %?n, "
			      "numberUnavailable: %?n}",
			      current, misplaced, d->desired, ready, d->set->facts.generation,
			      positive(d->arena, updated), positive(d->arena, available),
			      positive(d->arena, d->desired - available)));
}

static bool selects_all(const struct daemon *d)
{
	return node_is_empty(node_at(d->set->root, "spec.selector.matchLabels")) &&
	       node_is_empty(node_at(d->set->root, "spec.selector.matchExpressions"));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct daemon d = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	d.set = view_get(view, KIND_DAEMONSET, key);
	if (!d.set || d.set->facts.deletion_s)
		return 0; /* its pods go by owner reference */
	if (selects_all(&d)) {
		plan_event(plan, d.set, /* warning= */ true, STR("SelectingAll"),
			   "This daemon set is selecting all pods. A non-empty selector is "
			   "required.");
		return 0;
	}
	const struct history history = { view, plan, d.set, STR(DAEMON_HASH), false };
	d.hash = history_keep(&history).hash;
	report_creates(&d);
	read_nodes(&d);
	for (uint32_t i = 0; i < d.node_count; i++)
		manage_node(&d, &d.nodes[i]);
	daemonset_roll(&d);
	if (d.bare.count)
		create_pods(&d);
	else
		write_status(&d);
	return 0;
}

/* A node event runs the DaemonSets only when labels or taints changed. */
static void map_node(const struct view *view, const struct object *before,
		     const struct object *after, struct keys *keys)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("metadata.labels"),
						     TRUSTED_PATH_INIT("spec.taints") };
	bool differs = !before || !after;

	for (size_t i = 0; !differs && i < ARRAY_COUNT(paths); i++) {
		const struct node *a = node_find(before->root, paths[i]);
		const struct node *b = node_find(after->root, paths[i]);
		differs = a && b ? !node_equal(a, b) : a != b;
	}
	if (!differs)
		return;
	struct objects sets = view_list(view, KIND_DAEMONSET, STR_NONE);
	for (uint32_t i = 0; i < sets.count; i++)
		keys_add(keys, sets.items[i]->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_DAEMONSET, map_self },
	{ KIND_POD, map_controller, "DaemonSet" },
	{ KIND_NODE, map_node },
	{},
};

const struct reconciler daemonset_reconciler = {
	.name = "daemonset-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

/* replicaset - as many pods as spec.replicas says */
#include "base/arena.h"
#include "base/map.h"
#include "base/sort.h"
#include "base/timestamp.h"
#include "base/vec.h"
#include "cluster/controllers.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/labels.h"
#include "kube/quantity.h"

enum {
	BURST_MAX = 500,	 /* creates or deletes of one run */
	REFUSED_RETRY_MS = 1000, /* after a pod was refused */
};

/* One run over one ReplicaSet. Source: Kubernetes pkg/controller/replicaset, syncReplicaSet. */
struct run {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *set;
	const struct node *selector;
	VEC(const struct object *) active; /* not finished, not going */
	int64_t terminating;
};

/* Verdicts on labels: the pods of a set have the same ones but for their zone. */
enum { VERDICTS = 32 };

struct verdict {
	uint64_t labels_hash;
	bool known;
	bool matches;
};

/* Which pods are its own */

static bool is_finished(const struct object *pod)
{
	return pod->facts.phase == PHASE_SUCCEEDED || pod->facts.phase == PHASE_FAILED;
}

static void take(struct run *r, const struct object *pod)
{
	if (is_finished(pod))
		return;
	if (pod->facts.deletion_s)
		r->terminating++;
	else
		VEC_PUSH(r->arena, &r->active, pod);
}

/* A pod that no longer matches loses its owner. */
static void release(struct run *r, const struct object *pod)
{
	const struct node *owners = pod->facts.owners;
	const struct node *kept = NULL;

	for (uint32_t i = 0; i < node_count(owners); i++)
		if (!str_equal(node_str_at(node_item(owners, i), "uid"), r->set->uid))
			kept = node_list_append(r->arena, kept, node_item(owners, i));
	plan_update(r->plan, pod, node_set(r->arena, pod->root, "metadata.ownerReferences", kept));
}

static void adopt(struct run *r, const struct object *pod)
{
	const struct node *owners = pod->facts.owners;
	const struct node *ours =
		object_owner_reference(r->arena, r->set->root, /* controller= */ true);

	plan_update(r->plan, pod,
		    node_set(r->arena, pod->root, "metadata.ownerReferences",
			     node_list_append(r->arena, owners, ours)));
	VEC_PUSH(r->arena, &r->active, pod);
}

static struct verdict *verdict_on(struct verdict verdicts[VERDICTS], const struct object *pod)
{
	struct verdict *v = &verdicts[pod->facts.labels_hash % VERDICTS];

	if (v->labels_hash != pod->facts.labels_hash)
		*v = (struct verdict){ .labels_hash = pod->facts.labels_hash };
	return v;
}

static bool selects(const struct run *r, struct verdict verdicts[VERDICTS],
		    const struct object *pod)
{
	struct verdict *v = verdict_on(verdicts, pod);

	if (!v->known)
		v->matches = labels_match(r->selector, pod->facts.labels);
	v->known = true;
	return v->matches;
}

static void find_orphans(struct run *r)
{
	struct objects pods = cache_orphans(r->view->cache, r->arena);

	for (uint32_t i = 0; i < pods.count; i++) {
		const struct object *pod = pods.items[i];
		if (str_equal(pod->key.namespace, r->set->key.namespace) &&
		    !pod->facts.deletion_s && !is_finished(pod) &&
		    labels_match(r->selector, pod->facts.labels))
			adopt(r, pod);
	}
}

static void find_pods(struct run *r)
{
	struct objects owned = view_owned(r->view, KIND_POD, r->set);
	struct verdict verdicts[VERDICTS] = {};

	for (uint32_t i = 0; i < owned.count; i++) {
		const struct object *pod = owned.items[i];
		if (selects(r, verdicts, pod))
			take(r, pod);
		else if (!pod->facts.deletion_s)
			release(r, pod);
	}
	if (!r->set->facts.deletion_s)
		find_orphans(r);
}

/* Creating */

static const struct node *pod_of(const struct run *r)
{
	const struct node *template = node_at(r->set->root, "spec.template");
	const struct node *metadata = node_get(template, STR("metadata"));
	struct str base = str_printf(r->arena, "%.*s-", STR_FMT(r->set->key.name));

	return node_make(r->arena,
			 "{apiVersion: v1, kind: Pod, metadata: {generateName: %s, namespace: %s, "
			 "labels: %?n, annotations: %?n, finalizers: %?n, ownerReferences: [%n]}, "
			 "spec: %n}",
			 base, r->set->key.namespace, node_get(metadata, STR("labels")),
			 node_get(metadata, STR("annotations")),
			 node_get(metadata, STR("finalizers")),
			 object_owner_reference(r->arena, r->set->root, /* controller= */ true),
			 node_get(template, STR("spec")));
}

/* Pods are asked for by name, so that the next run knows which were refused and why. */
static void create_pods(struct run *r, int64_t count)
{
	const struct node *pod = pod_of(r);

	for (int64_t i = 0; i < MIN(count, (int64_t)BURST_MAX); i++) {
		struct api_request write = {
			.verb = API_CREATE, .body = pod, .typed = true, .grace_s = -1
		};
		plan_request_write(r->plan, str_printf(r->arena, "create-%lld", (long long)i),
				   &write);
	}
}

/* Deleting: who goes first */

struct candidate {
	const struct object *pod;
	uint32_t neighbours; /* active pods of the set on its node */
	int64_t cost;
};

static int64_t compare_cost(const struct candidate *x, const struct candidate *y)
{
	return x->cost - y->cost;
}

static int64_t compare_scheduled(const struct candidate *x, const struct candidate *y)
{
	return (x->pod->facts.node_name.len > 0) - (y->pod->facts.node_name.len > 0);
}

static int phase_order(const struct object *pod)
{
	switch (pod->facts.phase) {
	case PHASE_UNKNOWN:
		return 1;
	case PHASE_RUNNING:
		return 2;
	case PHASE_NONE:
	case PHASE_PENDING:
	case PHASE_SUCCEEDED:
	case PHASE_FAILED:
		break;
	}
	return 0;
}

static int64_t compare_phase(const struct candidate *x, const struct candidate *y)
{
	return phase_order(x->pod) - phase_order(y->pod);
}

static int64_t compare_ready(const struct candidate *x, const struct candidate *y)
{
	return x->pod->facts.ready - y->pod->facts.ready;
}

static int64_t compare_neighbours(const struct candidate *x, const struct candidate *y)
{
	return (int64_t)y->neighbours - x->neighbours;
}

/* Shorter ready first, in buckets of powers of two, so that the choice is not always the newest. */
static int64_t compare_ready_time(const struct candidate *x, const struct candidate *y)
{
	if (!x->pod->facts.ready || !y->pod->facts.ready)
		return 0;
	return y->pod->facts.ready_s - x->pod->facts.ready_s;
}

static int64_t compare_restarts(const struct candidate *x, const struct candidate *y)
{
	return y->pod->facts.restarts - x->pod->facts.restarts;
}

static int64_t compare_age(const struct candidate *x, const struct candidate *y)
{
	return y->pod->facts.created_s - x->pod->facts.created_s;
}

/* The first criterion that tells two pods apart decides; negative: x goes first. */
static int compare_candidates(const void *a, const void *b, void *context)
{
	static int64_t (*const criteria[])(const struct candidate *x, const struct candidate *y) = {
		compare_scheduled,  compare_phase,	compare_ready,	  compare_cost,
		compare_neighbours, compare_ready_time, compare_restarts, compare_age,
	};

	(void)context;
	for (size_t i = 0; i < ARRAY_COUNT(criteria); i++) {
		int64_t order = criteria[i](a, b);
		if (order)
			return order < 0 ? -1 : 1;
	}
	return 0;
}

static struct candidate candidate_of(const struct object *pod)
{
	const struct node *cost = node_get(object_annotations(pod->root),
					   STR("controller.kubernetes.io/pod-deletion-cost"));
	return (struct candidate){ .pod = pod, .cost = quantity_value(cost, 0) };
}

static void count_neighbours(const struct run *r, struct candidate *candidates)
{
	struct map by_node;

	map_init(&by_node, r->arena);
	for (uint32_t i = 0; i < r->active.count; i++) {
		struct str node_name = candidates[i].pod->facts.node_name;
		uint32_t *count = node_name.len ? map_get(&by_node, node_name) : NULL;
		if (!count && node_name.len)
			map_put(&by_node, node_name, count = arena_one(r->arena, uint32_t));
		if (count)
			++*count;
	}
	for (uint32_t i = 0; i < r->active.count; i++) {
		struct str node_name = candidates[i].pod->facts.node_name;
		if (node_name.len)
			candidates[i].neighbours = *(uint32_t *)map_get(&by_node, node_name);
	}
}

static void delete_pods(struct run *r, int64_t count)
{
	struct candidate *candidates = arena_array(r->arena, struct candidate, r->active.count);

	for (uint32_t i = 0; i < r->active.count; i++)
		candidates[i] = candidate_of(r->active.items[i]);
	count_neighbours(r, candidates);
	sort_stable(candidates, r->active.count, sizeof(*candidates), compare_candidates, NULL);
	for (int64_t i = 0; i < MIN(count, (int64_t)BURST_MAX); i++) {
		plan_delete(r->plan, candidates[i].pod);
		plan_event(r->plan, r->set, /* warning= */ false, STR("SuccessfulDelete"),
			   "Deleted pod: %.*s", STR_FMT(candidates[i].pod->key.name));
	}
}

/* What came of the creates of the last run; returns the first refusal, or NULL. */
static const struct answer *report_creates(struct run *r)
{
	const struct answer *refused = NULL;

	for (uint32_t i = 0; i < r->view->answer_count; i++) {
		const struct answer *a = &r->view->answers[i];
		if (a->code < 300) {
			plan_event(r->plan, r->set, /* warning= */ false, STR("SuccessfulCreate"),
				   "Created pod: %.*s", STR_FMT(object_name(a->node)));
		} else if (!refused) {
			refused = a;
			plan_event(r->plan, r->set, /* warning= */ true, STR("FailedCreate"),
				   "Error creating: %.*s", STR_FMT(a->text));
		}
	}
	return refused;
}

/* Status */

static bool is_available(const struct run *r, const struct object *pod, int64_t min_ready_s)
{
	if (!pod->facts.ready)
		return false;
	int64_t left_s = pod->facts.ready_s + min_ready_s - r->view->now_ms / 1000;
	if (min_ready_s == 0 || left_s <= 0)
		return true;
	plan_requeue(r->plan, left_s * 1000);
	return false;
}

/* One that is there stays, although the next refusal names another pod: so does
 * calculateStatus() of Kubernetes' replica_set_utils.go. */
static const struct node *failure_condition(const struct run *r, const struct answer *refused,
					    const char *reason)
{
	if (condition_get(r->set->root, "ReplicaFailure"))
		return node_at(r->set->root, "status.conditions");
	return node_make(r->arena,
			 "[{type: ReplicaFailure, status: \"True\", lastTransitionTime: %s, "
			 "reason: %c, message: %s}]",
			 view_now(r->view), reason, refused->text);
}

static const struct node *positive(struct arena *arena, int64_t count)
{
	return count ? node_int(arena, count) : NULL;
}

static bool has_labels(const struct node *labels, struct verdict verdicts[VERDICTS],
		       const struct object *pod)
{
	struct verdict *v = verdict_on(verdicts, pod);

	if (!v->known)
		v->matches =
			labels_match_map(labels ? labels : node_empty_map(), pod->facts.labels);
	v->known = true;
	return v->matches;
}

static void write_status(struct run *r, const struct node *failure)
{
	const struct node *labels = node_at(r->set->root, "spec.template.metadata.labels");
	int64_t min_ready_s = node_int_at(r->set->root, "spec.minReadySeconds", 0);
	int64_t labelled = 0, ready = 0, available = 0;
	struct verdict verdicts[VERDICTS] = {};

	for (uint32_t i = 0; i < r->active.count; i++) {
		const struct object *pod = r->active.items[i];
		labelled += has_labels(labels, verdicts, pod);
		ready += pod->facts.ready;
		available += is_available(r, pod, min_ready_s);
	}
	plan_status(r->plan, r->set,
		    node_make(r->arena,
			      "{replicas: %l, fullyLabeledReplicas: %?n, readyReplicas: %?n, "
			      "availableReplicas: %?n, terminatingReplicas: %l, "
			      "observedGeneration: %l, conditions: %?n}",
			      (int64_t)r->active.count, positive(r->arena, labelled),
			      positive(r->arena, ready), positive(r->arena, available),
			      r->terminating, r->set->facts.generation, failure));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct run r = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	r.set = view_get(view, KIND_REPLICASET, key);
	if (!r.set)
		return 0; /* deleted; its pods go by owner reference */
	r.selector = node_at(r.set->root, "spec.selector");
	find_pods(&r);
	int64_t missing = MAX(r.set->facts.replicas_wanted, 0) - (int64_t)r.active.count;
	const struct answer *refused = report_creates(&r);
	if (view->answer_count == 0 && !r.set->facts.deletion_s) {
		if (missing > 0)
			create_pods(&r, missing);
		else if (missing < 0)
			delete_pods(&r, -missing);
	}
	/* While creates are under way nobody knows better: what the last ones came to stays, or the
	 * status would change at every try and be a reason for the next one. */
	const struct node *failure = node_at(r.set->root, "status.conditions");
	if (view->answer_count > 0 || missing <= 0)
		failure = refused ? failure_condition(&r, refused, "FailedCreate") : NULL;
	write_status(&r, failure);
	if (refused && missing > 0)
		plan_requeue(plan, REFUSED_RETRY_MS);
	return 0;
}

/* A pod without an owner may be adopted by any set of its namespace that selects it. */
static void map_pod(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys)
{
	map_controller(view, before, after, keys);
	if (!after || after->facts.owner_uid.len)
		return;
	struct objects sets = view_list(view, KIND_REPLICASET, after->key.namespace);
	for (uint32_t i = 0; i < sets.count; i++)
		if (labels_match(node_at(sets.items[i]->root, "spec.selector"),
				 after->facts.labels))
			keys_add(keys, sets.items[i]->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_REPLICASET, map_self },
	{ KIND_POD, map_pod },
	{},
};

const struct reconciler replicaset_reconciler = {
	.name = "replicaset-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

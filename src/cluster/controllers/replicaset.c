/* replicaset - as many pods as spec.replicas says */
#include "base/arena.h"
#include "base/map.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "base/vec.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/labels.h"
#include "kube/quantity.h"

enum {
	BURST_MAX = 500, /* creates or deletes of one run */
	/* After refusals, as workqueues do: doubled from one to the next. */
	REFUSED_RETRY_MIN_MS = 5,
	REFUSED_RETRY_MAX_MS = 1000000,
};

/* Whether the selector and the template match a set of labels, remembered by its hash: most pods of
 * a ReplicaSet have the same labels. */
enum { VERDICTS = 32, PROBES = 4 };

struct verdict {
	uint64_t labels_hash;
	bool known;
	bool selected; /* by its selector */
	bool labelled; /* as its template says */
};

/* One run over one ReplicaSet. Source: Kubernetes pkg/controller/replicaset, syncReplicaSet. */
struct run {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *set;
	const struct node *selector;
	const struct node *labels; /* of its template */
	int64_t min_ready_s;
	VEC(const struct object *) active; /* not finished, not going */
	int64_t terminating;
	/* of the active ones */
	int64_t labelled, ready, available;
	struct verdict verdicts[VERDICTS];
};

/* Which pods are its own */

/* Labels that are not in the table yet are matched and put into it; on a hash collision the next
 * slots are tried. */
static const struct verdict *find_verdict(struct run *r, const struct facts *facts)
{
	uint64_t hash = facts->labels_hash;
	struct verdict *v = &r->verdicts[hash % VERDICTS];

	for (uint64_t i = 1; i < PROBES && v->known && v->labels_hash != hash; i++)
		v = &r->verdicts[(hash + i) % VERDICTS];
	if (!v->known || v->labels_hash != hash)
		*v = (struct verdict){ .labels_hash = hash,
				       .known = true,
				       .selected = labels_match(r->selector, facts->labels),
				       .labelled = labels_match_map(r->labels, facts->labels) };
	return v;
}

static const struct verdict *verdict_on(struct run *r, const struct object *pod)
{
	const struct verdict *v = &r->verdicts[pod->facts.labels_hash % VERDICTS];

	if (v->known && v->labels_hash == pod->facts.labels_hash)
		return v; /* mostly */
	return find_verdict(r, &pod->facts);
}

static bool is_finished(const struct object *pod)
{
	return pod->facts.phase == PHASE_SUCCEEDED || pod->facts.phase == PHASE_FAILED;
}

/* Of one that is ready. */
static bool is_available(const struct run *r, const struct object *pod)
{
	int64_t left_s = pod->facts.ready_s + r->min_ready_s - r->view->now_ms / 1000;
	if (left_s <= 0)
		return true;
	plan_requeue(r->plan, left_s * 1000);
	return false;
}

static void take(struct run *r, const struct object *pod, const struct verdict *v)
{
	VEC_PUSH(r->arena, &r->active, pod);
	r->labelled += v->labelled;
	if (!pod->facts.ready)
		return;
	r->ready++;
	r->available += r->min_ready_s == 0 || is_available(r, pod);
}

/* The ReplicaSet releases a pod that its selector no longer matches. */
static void release(struct run *r, const struct object *pod)
{
	plan_update(r->plan, pod, object_without_owner(r->arena, pod->root, r->set->uid));
}

static void adopt(struct run *r, const struct object *pod)
{
	const struct node *ours =
		object_owner_reference(r->arena, r->set->root, /* controller= */ true);

	plan_update(r->plan, pod, object_with_owner(r->arena, pod->root, ours));
	take(r, pod, verdict_on(r, pod));
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

	for (uint32_t i = 0; i < owned.count; i++) {
		const struct object *pod = owned.items[i];
		const struct verdict *v = verdict_on(r, pod);
		if (!v->selected && !pod->facts.deletion_s)
			release(r, pod);
		if (!v->selected || is_finished(pod))
			continue;
		if (pod->facts.deletion_s)
			r->terminating++;
		else
			take(r, pod, v);
	}
	if (!r->set->facts.deletion_s)
		find_orphans(r);
}

/* Creating */

static const struct node *pod_of(const struct run *r)
{
	const struct node *template = node_at(r->set->root, "spec.template");
	const struct node *metadata = node_get(template, STR("metadata"));
	struct str base = STR_CAT(r->arena, r->set->key.name, STR("-"));

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

/* Pods are asked for by number, so that the next run knows which were refused and why. */
static void create_pods(struct run *r, int64_t count)
{
	const struct node *pod = pod_of(r);

	for (int64_t i = 0; i < MIN(count, (int64_t)BURST_MAX); i++) {
		struct api_request write = { .verb = API_CREATE, .body = pod, .grace_s = -1 };
		plan_request_typed(r->plan, STR("create"), (uint32_t)i, &write);
	}
}

/* Deleting: who goes first */

enum { RANKS = 8 };

struct candidate {
	const struct object *pod;
	int64_t ranks[RANKS]; /* the first one that tells two pods apart decides: the lower goes */
};

/* Whether x goes before y, which came later. */
static bool goes_first(const struct candidate *x, const struct candidate *y)
{
	for (int i = 0; i < RANKS; i++)
		if (x->ranks[i] != y->ranks[i])
			return x->ranks[i] < y->ranks[i];
	return true;
}

static int phase_rank(enum pod_phase phase)
{
	return phase == PHASE_RUNNING ? 2 : phase == PHASE_UNKNOWN;
}

/* neighbours: active pods of the set on its node. */
static struct candidate candidate_of(const struct object *pod, uint32_t neighbours)
{
	const struct facts *f = &pod->facts;
	const struct node *cost = node_get(object_annotations(pod->root),
					   STR("controller.kubernetes.io/pod-deletion-cost"));

	return (struct candidate){
		pod,
		{ f->node_name.len > 0, phase_rank(f->phase), f->ready, quantity_value(cost, 0),
		  -(int64_t)neighbours, f->ready ? -f->ready_s : 0, -f->restarts, -f->created_s },
	};
}

/* For each active pod the count of active pods on its node; pods of one node share one count. */
static const uint32_t **count_neighbours(const struct run *r)
{
	const uint32_t **counts = arena_array(r->arena, const uint32_t *, r->active.count);
	struct map by_node;

	map_init(&by_node, r->arena);
	for (uint32_t i = 0; i < r->active.count; i++) {
		void **count = map_slot(&by_node, r->active.items[i]->facts.node_name);
		if (!*count)
			*count = arena_one(r->arena, uint32_t);
		++*(uint32_t *)*count;
		counts[i] = *count;
	}
	return counts;
}

/* The first `limit` to go, in order: mostly few of many, so that not all are sorted. Looks from the
 * newest on, for these are mostly the first. */
static const struct candidate *choose(const struct run *r, uint32_t limit)
{
	struct candidate *chosen = arena_array(r->arena, struct candidate, limit + 1);
	const uint32_t **neighbours = count_neighbours(r);
	uint32_t count = 0;

	for (uint32_t i = r->active.count; i-- > 0;) {
		struct candidate c = candidate_of(r->active.items[i], *neighbours[i]);
		uint32_t at = count;
		while (at > 0 && goes_first(&c, &chosen[at - 1]))
			at--;
		memmove(&chosen[at + 1], &chosen[at], (count - at) * sizeof(c));
		chosen[at] = c;
		count = MIN(count + 1, limit);
	}
	return chosen;
}

static void delete_pods(struct run *r, int64_t surplus)
{
	uint32_t count = (uint32_t)MIN(surplus, (int64_t)BURST_MAX);
	const struct candidate *chosen = choose(r, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct object *pod = chosen[i].pod;
		plan_delete(r->plan, pod);
		plan_event_text(r->plan, r->set, /* warning= */ false, STR("SuccessfulDelete"),
				STR_CAT(r->arena, STR("Deleted pod: "), pod->key.name));
	}
}

/* Emits the events of the last run's creates; returns the first refusal, or NULL. */
static const struct answer *report_creates(struct run *r)
{
	const struct answer *refused = NULL;

	for (uint32_t i = 0; i < r->view->answers->count; i++) {
		const struct answer *a = &r->view->answers->items[i];
		if (a->code < 300) {
			plan_event_text(
				r->plan, r->set, /* warning= */ false, STR("SuccessfulCreate"),
				STR_CAT(r->arena, STR("Created pod: "), a->object->key.name));
		} else if (!refused) {
			refused = a;
			plan_event(r->plan, r->set, /* warning= */ true, STR("FailedCreate"),
				   "Error creating: %.*s", STR_FMT(a->text));
		}
	}
	return refused;
}

/* Status */

/* A condition ReplicaFailure that is there stays as it is, although the next refusal names another
 * pod: so does calculateStatus() of Kubernetes' replica_set_utils.go. */
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

static void write_status(struct run *r, const struct node *failure)
{
	plan_status(r->plan, r->set,
		    node_make(r->arena,
			      "{replicas: %l, fullyLabeledReplicas: %?n, readyReplicas: %?n, "
			      "availableReplicas: %?n, terminatingReplicas: %l, "
			      "observedGeneration: %l, conditions: %?n}",
			      (int64_t)r->active.count, positive(r->arena, r->labelled),
			      positive(r->arena, r->ready), positive(r->arena, r->available),
			      r->terminating, r->set->facts.generation, failure));
}

/* The status of the ReplicaSet. */
static void read_set(struct run *r)
{
	const struct node *spec = node_get(r->set->root, STR("spec"));
	const struct node *labels = node_at(spec, "template.metadata.labels");

	r->selector = node_get(spec, STR("selector"));
	r->labels = labels ? labels : node_empty_map();
	r->min_ready_s = node_int_at(spec, "minReadySeconds", 0);
}

/* The memory of a ReplicaSet: its last back-off. */
static int64_t refused_retry_ms(const struct run *r)
{
	int64_t *last_ms = plan_memory(r->plan, r->view, r->set);

	*last_ms = *last_ms ? MIN(*last_ms * 2, (int64_t)REFUSED_RETRY_MAX_MS)
			    : (int64_t)REFUSED_RETRY_MIN_MS;
	return *last_ms;
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct run r = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	r.set = view_get(view, KIND_REPLICASET, key);
	if (!r.set)
		return 0; /* deleted; its pods go by owner reference */
	read_set(&r);
	find_pods(&r);
	int64_t missing = MAX(r.set->facts.replicas_wanted, 0) - (int64_t)r.active.count;
	const struct answer *refused = report_creates(&r);
	if (view->answers->count == 0 && !r.set->facts.deletion_s) {
		if (missing > 0)
			create_pods(&r, missing);
		else if (missing < 0)
			delete_pods(&r, -missing);
	}
	if (plan->requests.count)
		return 0;
	/* While creates are under way nobody knows better: what the last ones came to stays, or the
	 * status would change at every try and be a reason for the next one. */
	const struct node *failure = node_at(r.set->root, "status.conditions");
	if (view->answers->count > 0 || missing <= 0)
		failure = refused ? failure_condition(&r, refused, "FailedCreate") : NULL;
	write_status(&r, failure);
	if (refused && missing > 0)
		plan_requeue(plan, refused_retry_ms(&r));
	else if (view->answers->count > 0)
		*(int64_t *)plan_memory(plan, view, r.set) = 0;
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

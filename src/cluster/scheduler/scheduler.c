/* scheduler - finds a node for each pod that has none */
#include "cluster/scheduler/placing.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/scheduler/reasons.h"
#include "cluster/scheduler/scheduler.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/quantity.h"
#include "world/random.h"

/* Counts the pod on the node as if it ran there. */
static void put_on(struct place_node *n, const struct object *pod)
{
	scheduler_count_pod(n, pod, 1);
	n->lowest_priority = MIN(n->lowest_priority, pod->facts.priority);
	n->pods_on[n->pods_on_count++] = pod;
}

static struct place_node place_of(const struct placing *p, const struct object *node,
				  uint32_t waiting_count)
{
	struct objects pods = cache_on_node(p->view->cache, p->arena, node->key.name);
	const struct node *spec = node_get(node->root, STR("spec"));
	struct place_node n = { .node = node, .lowest_priority = INT64_MAX };

	n.taints = node_get(spec, STR("taints"));
	n.cordoned = node_bool_at(spec, "unschedulable", false);
	n.cpu_milli = node->facts.cpu_milli;
	n.memory_bytes = node->facts.memory_bytes;
	n.pods = quantity_value(node_at(node->root, "status.allocatable.pods"), 110);
	n.pods_on = arena_array(p->arena, const struct object *, pods.count + waiting_count);
	for (uint32_t i = 0; i < pods.count; i++) {
		enum pod_phase phase = pods.items[i]->facts.phase;
		if (phase == PHASE_SUCCEEDED || phase == PHASE_FAILED)
			continue;
		put_on(&n, pods.items[i]);
	}
	return n;
}

/* The count that all nodes of a zone share; those without one are a zone, too. */
static int64_t *zone_count(struct arena *arena, struct map *zones, const struct object *node)
{
	const struct node *zone = node_get(node->facts.labels, STR("topology.kubernetes.io/zone"));
	void **count = map_slot(zones, node_text(zone));

	if (!*count)
		*count = arena_one(arena, int64_t);
	return *count;
}

static void read_nodes(struct placing *p, uint32_t waiting_count)
{
	struct objects nodes = cache_list(p->view->cache, p->arena, KIND_NODE, STR_NONE);
	struct map zones;

	map_init(&zones, p->arena);
	map_init(&p->by_name, p->arena);
	p->nodes = arena_array(p->arena, struct place_node, nodes.count);
	p->node_count = nodes.count;
	for (uint32_t i = 0; i < nodes.count; i++) {
		p->nodes[i] = place_of(p, nodes.items[i], waiting_count);
		p->nodes[i].siblings_in_zone = zone_count(p->arena, &zones, nodes.items[i]);
		map_put(&p->by_name, nodes.items[i]->key.name, &p->nodes[i]);
	}
}

/* The scheduling queue: by priority, then by age. */

static int compare_waiting(const void *a, const void *b, void *context)
{
	const struct object *x = *(const struct object *const *)a;
	const struct object *y = *(const struct object *const *)b;

	(void)context;
	if (x->facts.priority != y->facts.priority)
		return x->facts.priority > y->facts.priority ? -1 : 1;
	if (x->facts.created_s != y->facts.created_s)
		return x->facts.created_s < y->facts.created_s ? -1 : 1;
	return (x->version > y->version) - (x->version < y->version);
}

static bool is_waiting(const struct object *pod)
{
	enum pod_phase phase = pod->facts.phase;

	return !pod->facts.node_name.len && !pod->facts.deletion_s && phase != PHASE_SUCCEEDED &&
	       phase != PHASE_FAILED &&
	       str_equal(node_str_at(pod->root, "spec.schedulerName"), STR("default-scheduler"));
}

static struct objects waiting_pods(const struct view *view)
{
	struct objects all = cache_on_node(view->cache, view->arena, STR(""));
	uint32_t count = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (is_waiting(all.items[i]))
			all.items[count++] = all.items[i];
	all.count = count;
	sort_stable(all.items, count, sizeof(*all.items), compare_waiting, NULL);
	return all;
}

/* Refusing */

/* Before any node was looked at. */
static struct str refusal_of_all(const struct placing *p, struct str why)
{
	if (!p->node_count)
		return STR("no nodes available to schedule pods");
	return str_printf(p->arena, "0/%u nodes are available: %.*s. not found", p->node_count,
			  STR_FMT(why));
}

/* nominated: the node that the pod waits for; absent: as before; empty: none any more. */
static void report(struct plan *plan, const struct placing *p, const struct object *pod,
		   const struct condition *unschedulable, struct str nominated)
{
	const struct node *old = node_get(pod->root, STR("status"));
	const struct node *conditions = node_get(old, STR("conditions")), *status = old;
	struct str message = node_str_at(condition_in(conditions, unschedulable->type), "message");

	if (!str_equal(message, unschedulable->message))
		status = node_with(
			p->arena, status, STR("conditions"),
			condition_set(p->arena, conditions, unschedulable, view_now(p->view)));
	if (nominated.len)
		status = node_with(p->arena, status, STR("nominatedNodeName"),
				   node_str(p->arena, nominated));
	else if (nominated.ptr && node_get(old, STR("nominatedNodeName")))
		status = node_without(p->arena, status, STR("nominatedNodeName"));
	if (status != old)
		plan_status(plan, pod, status);
}

/* Whether preemption could make the pod fit the node. */
static bool all_resolvable(const struct misfit *misfits, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!misfits[i].resolvable)
			return false;
	return count > 0;
}

/* The one node that the pod names, when it fits: no other one needs to be looked at. Topology
 * counts the pods of all nodes, so it goes the long way. */
static struct place_node *choose_named(const struct placing *p, const struct wishes *wishes)
{
	struct place_node *named = scheduler_named(p, wishes);
	struct misfit misfits[MISFITS_MAX];

	if (!named || node_item_count(wishes->spread) || node_item_count(wishes->affinity) ||
	    node_item_count(wishes->anti_affinity))
		return NULL;
	return scheduler_misfits(p, wishes, named, misfits) ? NULL : named;
}

/* The best node; of equals one by chance. NULL: none fits, and reasons says why. */
static struct place_node *choose(struct placing *p, struct wishes *wishes, struct reasons *reasons)
{
	struct place_node *named = choose_named(p, wishes);
	struct place_node *best = NULL, *nominated = scheduler_nominated(p, wishes->pod);
	int64_t best_score = -1;
	uint64_t equals = 0;

	if (named)
		return named;
	SCRATCH(scratch);
	scheduler_count_siblings(p, wishes->pod);
	scheduler_count_domains(p, wishes, scratch);
	for (uint32_t i = 0; i < p->node_count; i++) {
		struct misfit misfits[MISFITS_MAX];
		uint32_t count = scheduler_misfits(p, wishes, &p->nodes[i], misfits);
		p->nodes[i].resolvable = all_resolvable(misfits, count);
		if (count) {
			reasons_count_misfits(reasons, misfits, count);
			continue;
		}
		if (&p->nodes[i] == nominated)
			return nominated;
		int64_t score = scheduler_score(p, wishes, &p->nodes[i]);
		equals = score == best_score ? equals + 1 : 1;
		if (score < best_score ||
		    (score == best_score && random_below(p->view->random, equals) != 0))
			continue;
		best = &p->nodes[i];
		best_score = score;
	}
	return best;
}

static void bind(struct plan *plan, struct placing *p, const struct object *pod,
		 struct place_node *node)
{
	struct api_request *write = plan_write(plan, API_CREATE);

	write->kind = pod->kind;
	write->key = pod->key;
	write->subresource = STR("binding");
	write->body = node_make(p->arena, "{target: {kind: Node, name: %s}}", node->node->key.name);
	put_on(node, pod);
	scheduler_add_sibling(p, pod, node);
	plan_event_text(plan, pod, /* warning= */ false, STR("Scheduled"),
			STR_CAT(p->arena, STR("Successfully assigned "), pod->key.namespace,
				STR("/"), pod->key.name, STR(" to "), node->node->key.name));
}

static void refuse(struct plan *plan, const struct placing *p, const struct object *pod,
		   struct str message, struct str nominated)
{
	struct condition unschedulable = { .type = STR("PodScheduled"),
					   .status = STR("False"),
					   .reason = STR("Unschedulable"),
					   .message = message,
					   .observed_generation = pod->facts.generation };

	report(plan, p, pod, &unschedulable, nominated);
	plan_event_text(plan, pod, /* warning= */ true, STR("FailedScheduling"), message);
}

/* No node fits: preemption may evict pods from one. */
static void make_room(struct plan *plan, struct placing *p, struct wishes *wishes,
		      const struct reasons *reasons)
{
	struct buf message;

	if (!p->node_count) {
		refuse(plan, p, wishes->pod, STR("no nodes available to schedule pods"), STR_NONE);
		return;
	}
	struct preemption preemption = scheduler_preempt(plan, p, wishes);
	struct str nominated = preemption.node ? preemption.node->node->key.name : STR("");
	bool waits = preemption.node && preemption.text.ptr;
	buf_init(&message, p->arena);
	reasons_format(reasons, p->node_count, &message);
	if (preemption.text.ptr)
		buf_printf(&message, " no new claims to deallocate, preemption: %.*s",
			   STR_FMT(preemption.text));
	if (!waits || p->woken)
		refuse(plan, p, wishes->pod, buf_str(&message), nominated);
	if (preemption.node)
		put_on(preemption.node, wishes->pod); /* nobody behind it gets the room */
}

static void hold(struct plan *plan, const struct placing *p, const struct object *pod)
{
	struct condition gated = { .type = STR("PodScheduled"),
				   .status = STR("False"),
				   .reason = STR("SchedulingGated"),
				   .message = STR("Scheduling is blocked due to non-empty "
						  "scheduling gates"),
				   .observed_generation = pod->facts.generation };

	report(plan, p, pod, &gated, STR_NONE);
}

static void place(struct plan *plan, struct placing *p, const struct object *pod)
{
	struct reasons reasons = { .arena = p->arena };

	if (node_item_count(node_at(pod->root, "spec.schedulingGates"))) {
		hold(plan, p, pod);
		return;
	}
	struct wishes wishes = scheduler_wishes(pod);
	struct str why;
	if (!scheduler_read_volumes(p, &wishes, &why)) {
		if (why.ptr)
			refuse(plan, p, pod, refusal_of_all(p, why), STR_NONE);
		return;
	}
	struct place_node *node = choose(p, &wishes, &reasons);
	if (!node)
		make_room(plan, p, &wishes, &reasons);
	else if (wishes.claims.count)
		scheduler_claim_volumes(plan, p, &wishes, node->node);
	else
		bind(plan, p, pod, node);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct objects waiting = waiting_pods(view);
	bool *wake = plan_memory(plan, view, NULL);
	struct placing p = { .view = view, .arena = plan->arena, .woken = *wake };

	(void)key;
	(void)err;
	*wake = false;
	if (!waiting.count)
		return 0;
	read_nodes(&p, waiting.count);
	for (uint32_t i = 0; i < waiting.count; i++)
		place(plan, &p, waiting.items[i]);
	/* The victim that is gone first wakes all, also those whose victims are going yet. */
	*wake = p.preemptor_count > 1;
	if (*wake)
		plan_requeue(plan, 0);
	return 0;
}

/* The queue has one key: a new pod enqueues it, and so does every event that may free resources. */
static void map_queue(const struct view *view, const struct object *before,
		      const struct object *after, struct keys *keys)
{
	const struct object *o = after ? after : before;
	bool is_pod = o->kind->id == KIND_POD;

	(void)view;
	/* A pod that runs on changes nothing for those that wait. */
	if (is_pod && after && after->facts.node_name.len &&
	    after->facts.phase != PHASE_SUCCEEDED && after->facts.phase != PHASE_FAILED)
		return;
	/* Its own verdict on a pod is no news. */
	if (is_pod && before && after && before->facts.deletion_s == after->facts.deletion_s &&
	    before->facts.phase == after->facts.phase &&
	    node_equal(node_get(before->root, STR("spec")), node_get(after->root, STR("spec"))))
		return;
	keys_add(keys, (struct key){ STR(""), STR("queue") });
}

static const struct reconciler_watch watches[] = {
	{ KIND_POD, map_queue },
	{ KIND_NODE, map_queue },
	{ KIND_PERSISTENTVOLUME, map_queue },
	{ KIND_PERSISTENTVOLUMECLAIM, map_queue },
	{ KIND_STORAGECLASS, map_queue },
	{},
};

const struct reconciler scheduler_reconciler = {
	.name = "default-scheduler",
	.manager = "kube-scheduler",
	.reconcile = reconcile,
	.watches = watches,
};

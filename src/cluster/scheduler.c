/* scheduler - finds a node for each pod that has none */
#include "cluster/scheduler.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/sort.h"
#include "base/vec.h"
#include "cluster/controllers.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/quantity.h"
#include "world/random.h"

/* The picture of the nodes */

static void count_pod(struct place_node *n, const struct object *pod)
{
	n->cpu_used += pod->facts.cpu_milli;
	n->memory_used += pod->facts.memory_bytes;
	n->pods_used++;
}

static struct place_node place_of(const struct placing *p, const struct object *node,
				  uint32_t waiting_count)
{
	struct objects pods = cache_on_node(p->view->cache, p->arena, node->key.name);
	const struct node *spec = node_get(node->root, STR("spec"));
	struct place_node n = { .node = node };

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
		count_pod(&n, pods.items[i]);
		n.pods_on[n.pods_on_count++] = pods.items[i];
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
	p->nodes = arena_array(p->arena, struct place_node, nodes.count);
	p->node_count = nodes.count;
	for (uint32_t i = 0; i < nodes.count; i++) {
		p->nodes[i] = place_of(p, nodes.items[i], waiting_count);
		p->nodes[i].siblings_in_zone = zone_count(p->arena, &zones, nodes.items[i]);
	}
}

/* The queue: priority, then age. */

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

/* "3 Insufficient cpu", counted over the nodes. */
struct reason {
	struct str text;
	uint32_t count;
};

struct reasons {
	VEC(struct reason) items;
	uint32_t resolvable; /* nodes on which evicting could help */
};

static void count_reason(struct arena *arena, struct reasons *reasons, struct str text)
{
	for (uint32_t i = 0; i < reasons->items.count; i++) {
		if (!str_equal(reasons->items.items[i].text, text))
			continue;
		reasons->items.items[i].count++;
		return;
	}
	VEC_PUSH(arena, &reasons->items, (struct reason){ text, 1 });
}

static int compare_texts(const void *a, const void *b, void *context)
{
	(void)context;
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void add_reasons(struct arena *arena, struct buf *out, const struct reasons *reasons)
{
	uint32_t count = reasons->items.count;
	struct str *texts = arena_array(arena, struct str, count);

	for (uint32_t i = 0; i < count; i++)
		texts[i] = str_printf(arena, "%u %.*s", reasons->items.items[i].count,
				      STR_FMT(reasons->items.items[i].text));
	sort_stable(texts, count, sizeof(*texts), compare_texts, NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_add(out, STR(", "));
		buf_add(out, texts[i]);
	}
	buf_add_char(out, '.');
}

static void add_preemption(struct buf *out, const struct placing *p, const struct reasons *reasons)
{
	uint32_t helpless = p->node_count - reasons->resolvable;

	buf_printf(out, " no new claims to deallocate, preemption: 0/%u nodes are available: ",
		   p->node_count);
	if (reasons->resolvable)
		buf_printf(out, "%u No preemption victims found for incoming pod",
			   reasons->resolvable);
	if (helpless)
		buf_printf(out, "%s%u Preemption is not helpful for scheduling",
			   reasons->resolvable ? ", " : "", helpless);
	buf_add_char(out, '.');
}

static struct str refusal(const struct placing *p, const struct reasons *reasons)
{
	struct buf out;

	if (!p->node_count)
		return STR("no nodes available to schedule pods");
	buf_init(&out, p->arena);
	buf_printf(&out, "0/%u nodes are available: ", p->node_count);
	add_reasons(p->arena, &out, reasons);
	add_preemption(&out, p, reasons);
	return buf_str(&out);
}

/* Before any node was looked at. */
static struct str refusal_of_all(const struct placing *p, struct str why)
{
	if (!p->node_count)
		return STR("no nodes available to schedule pods");
	return str_printf(p->arena, "0/%u nodes are available: %.*s. not found", p->node_count,
			  STR_FMT(why));
}

static void report(struct plan *plan, const struct placing *p, const struct object *pod,
		   const char *reason, struct str message)
{
	const struct node *old = condition_get(pod->root, "PodScheduled");
	struct condition unschedulable = { .type = STR("PodScheduled"),
					   .status = STR("False"),
					   .reason = str_from_cstr(reason),
					   .message = message,
					   .observed_generation = pod->facts.generation };

	if (str_equal(node_str_at(old, "message"), message))
		return;
	const struct node *conditions =
		condition_set(p->arena, node_at(pod->root, "status.conditions"), &unschedulable,
			      view_now(p->view));
	plan_status(plan, pod,
		    node_with(p->arena, node_get(pod->root, STR("status")), STR("conditions"),
			      conditions));
}

/* Placing */

static void note_misfits(const struct placing *p, const struct misfit *misfits, uint32_t count,
			 struct reasons *reasons)
{
	for (uint32_t i = 0; i < count; i++) {
		struct str text = str_from_cstr(misfits[i].message);
		if (misfits[i].resource.ptr)
			text = str_printf(p->arena, "Insufficient %.*s",
					  STR_FMT(misfits[i].resource));
		count_reason(p->arena, reasons, text);
	}
	reasons->resolvable += misfits[0].resolvable;
}

/* The best node; of equals one by chance. NULL: none fits, and reasons says why. */
static struct place_node *choose(struct placing *p, struct wishes *wishes, struct reasons *reasons)
{
	struct place_node *best = NULL;
	int64_t best_score = -1;
	uint64_t equals = 0;

	SCRATCH(scratch);
	scheduler_count_siblings(p, wishes->pod);
	scheduler_count_domains(p, wishes, scratch);
	for (uint32_t i = 0; i < p->node_count; i++) {
		struct misfit misfits[MISFITS_MAX];
		uint32_t count = scheduler_misfits(p, wishes, &p->nodes[i], misfits);
		if (count) {
			note_misfits(p, misfits, count, reasons);
			continue;
		}
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
	count_pod(node, pod);
	node->siblings_on_node++;
	++*node->siblings_in_zone;
	node->pods_on[node->pods_on_count++] = pod;
	plan_event_text(plan, pod, /* warning= */ false, STR("Scheduled"),
			STR_CAT(p->arena, STR("Successfully assigned "), pod->key.namespace,
				STR("/"), pod->key.name, STR(" to "), node->node->key.name));
}

static void fail(struct plan *plan, const struct placing *p, const struct object *pod,
		 struct str message)
{
	report(plan, p, pod, "Unschedulable", message);
	plan_event_text(plan, pod, /* warning= */ true, STR("FailedScheduling"), message);
}

static void place(struct plan *plan, struct placing *p, const struct object *pod)
{
	struct reasons reasons = {};

	if (node_count(node_at(pod->root, "spec.schedulingGates"))) {
		report(plan, p, pod, "SchedulingGated",
		       STR("Scheduling is blocked due to non-empty scheduling gates"));
		return;
	}
	struct wishes wishes = scheduler_wishes(pod);
	struct str why;
	if (!scheduler_read_volumes(p, &wishes, &why)) {
		if (why.ptr)
			fail(plan, p, pod, refusal_of_all(p, why));
		return;
	}
	struct place_node *node = choose(p, &wishes, &reasons);
	if (!node)
		fail(plan, p, pod, refusal(p, &reasons));
	else if (wishes.claims.count)
		scheduler_claim_volumes(plan, p, &wishes, node->node);
	else
		bind(plan, p, pod, node);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct objects waiting = waiting_pods(view);
	struct placing p = { .view = view, .arena = plan->arena };

	(void)key;
	(void)err;
	if (!waiting.count)
		return 0;
	read_nodes(&p, waiting.count);
	for (uint32_t i = 0; i < waiting.count; i++)
		place(plan, &p, waiting.items[i]);
	return 0;
}

/* One key for the whole queue: a new pod, or anything that may make room. */
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

/* preempt - preemption: evicts pods of lower priority so that a pod fits a node */
#include "base/arena.h"
#include "base/sort.h"
#include "base/timestamp.h"
#include "cluster/scheduler/placing.h"
#include "cluster/scheduler/reasons.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/labels.h"

/* Source: Kubernetes pkg/scheduler/framework/preemption, plugins/defaultpreemption. */

#define VICTIM_REASON "PreemptionByScheduler"

enum { CANDIDATES_MAX = 100 }; /* nodes that would do; more are not looked for */

/* A candidate node, and the victims that must be evicted for the pod to fit. */
struct candidate {
	struct place_node *node;
	VEC(const struct object *) victims; /* the most important one first */
	int64_t violations;		    /* of disruption budgets */
};

struct attempt {
	struct placing *p;
	struct wishes *wishes;
	struct arena *arena;
	struct objects budgets; /* PodDisruptionBudgets */
	struct reasons reasons; /* of nodes that would not do */
};

/* Potential victims */

static int64_t start_s(const struct attempt *a, const struct object *pod)
{
	int64_t s;

	if (!timestamp_seconds(node_str_at(pod->root, "status.startTime"), &s))
		return a->p->view->now_ms / 1000;
	return s;
}

static int compare_importance(const void *x, const void *y, void *context)
{
	const struct attempt *a = context;
	const struct object *p = *(const struct object *const *)x;
	const struct object *q = *(const struct object *const *)y;
	int64_t p_s = start_s(a, p), q_s = start_s(a, q);

	if (p->facts.priority != q->facts.priority)
		return p->facts.priority > q->facts.priority ? -1 : 1;
	return (p_s > q_s) - (p_s < q_s);
}

static bool is_disrupted_already(const struct object *budget, const struct object *pod)
{
	return node_get(node_at(budget->root, "status.disruptedPods"), pod->key.name) != NULL;
}

/* Takes the pod from the budgets' allowances; true when one of them is overdrawn. */
static bool overdraws(const struct attempt *a, int64_t *allowed, const struct object *pod)
{
	bool overdrawn = false;

	for (uint32_t i = 0; i < a->budgets.count; i++) {
		const struct object *b = a->budgets.items[i];
		const struct node *selector = node_at(b->root, "spec.selector");
		bool selects = str_equal(b->key.namespace, pod->key.namespace) &&
			       node_entry_count(pod->facts.labels) && node_entry_count(selector) &&
			       labels_match(selector, pod->facts.labels);
		if (selects && !is_disrupted_already(b, pod))
			overdrawn = --allowed[i] < 0 || overdrawn;
	}
	return overdrawn;
}

/* Moves victims whose eviction violates a PodDisruptionBudget to the front; returns how many. */
static uint32_t split_by_budgets(const struct attempt *a, struct objects *pods)
{
	const struct object **sorted = arena_array(a->arena, const struct object *, pods->count);
	int64_t *allowed = arena_array(a->arena, int64_t, a->budgets.count);
	bool *breaks = arena_array(a->arena, bool, pods->count);
	uint32_t count = 0, violating;

	for (uint32_t i = 0; i < a->budgets.count; i++)
		allowed[i] = node_int_at(a->budgets.items[i]->root, "status.disruptionsAllowed", 0);
	for (uint32_t i = 0; i < pods->count; i++) {
		breaks[i] = overdraws(a, allowed, pods->items[i]);
		if (breaks[i])
			sorted[count++] = pods->items[i];
	}
	violating = count;
	for (uint32_t i = 0; i < pods->count; i++)
		if (!breaks[i])
			sorted[count++] = pods->items[i];
	pods->items = sorted;
	return violating;
}

/* Trying: the node as it would be without some of its pods */

static bool fits(const struct attempt *a, const struct place_node *n,
		 struct misfit misfits[MISFITS_MAX], uint32_t *ret_count)
{
	SCRATCH(scratch);

	scheduler_count_domains(a->p, a->wishes, scratch);
	*ret_count = scheduler_misfits(a->p, a->wishes, n, misfits);
	return *ret_count == 0;
}

static struct objects take_lower_pods(const struct attempt *a, struct place_node *n)
{
	const struct object **all = n->pods_on;
	struct objects lower = { arena_array(a->arena, const struct object *, n->pods_on_count),
				 0 };
	uint32_t count = n->pods_on_count;

	/* Room for all: pods that may stay come back. */
	n->pods_on = arena_array(a->arena, const struct object *, count);
	n->pods_on_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (all[i]->facts.priority >= a->wishes->pod->facts.priority) {
			n->pods_on[n->pods_on_count++] = all[i];
			continue;
		}
		scheduler_count_pod(n, all[i], -1);
		lower.items[lower.count++] = all[i];
	}
	return lower;
}

/* Whether the pod may stay; if not, it is a victim. */
static bool stays(const struct attempt *a, struct candidate *c, const struct object *pod)
{
	struct misfit misfits[MISFITS_MAX];
	struct place_node *n = c->node;
	uint32_t count;

	scheduler_count_pod(n, pod, 1);
	n->pods_on[n->pods_on_count++] = pod;
	if (fits(a, n, misfits, &count))
		return true;
	scheduler_count_pod(n, pod, -1);
	n->pods_on_count--;
	VEC_PUSH(a->arena, &c->victims, pod);
	return false;
}

/* Finds the fewest victims: removes all pods of lower priority, then reprieves those that still
 * fit, the most important first. */
static bool find_victims(struct attempt *a, struct candidate *c)
{
	struct place_node before = *c->node;
	struct objects lower = take_lower_pods(a, c->node);
	struct misfit misfits[MISFITS_MAX];
	uint32_t count;

	bool possible = fits(a, c->node, misfits, &count);
	if (!possible)
		reasons_count_misfits(&a->reasons, misfits, count);
	if (possible) {
		sort_stable(lower.items, lower.count, sizeof(*lower.items), compare_importance, a);
		uint32_t violating = split_by_budgets(a, &lower);
		for (uint32_t i = 0; i < lower.count; i++)
			c->violations += !stays(a, c, lower.items[i]) && i < violating;
		sort_stable(c->victims.items, c->victims.count, sizeof(*c->victims.items),
			    compare_importance, a);
	}
	*c->node = before;
	return possible && c->victims.count > 0;
}

/* Choosing */

enum { RANKS = 5 };

/* In the order in which they decide; the lower one is better. */
static void rank(const struct attempt *a, const struct candidate *c, int64_t ranks[RANKS])
{
	int64_t highest = c->victims.items[0]->facts.priority, earliest_s = INT64_MAX;
	int64_t sum = 0;

	for (uint32_t i = 0; i < c->victims.count; i++) {
		const struct object *pod = c->victims.items[i];
		sum += pod->facts.priority + INT32_MAX + 1ll;
		if (pod->facts.priority == highest)
			earliest_s = MIN(earliest_s, start_s(a, pod));
	}
	ranks[0] = c->violations;
	ranks[1] = highest;
	ranks[2] = sum;
	ranks[3] = c->victims.count;
	ranks[4] = -earliest_s; /* who came last goes first */
}

static bool is_better(const struct attempt *a, const struct candidate *x, const struct candidate *y)
{
	int64_t ranks_x[RANKS], ranks_y[RANKS];

	rank(a, x, ranks_x);
	rank(a, y, ranks_y);
	for (int i = 0; i < RANKS; i++)
		if (ranks_x[i] != ranks_y[i])
			return ranks_x[i] < ranks_y[i];
	return false;
}

static struct candidate find_best(struct attempt *a)
{
	static const struct str helpless = STR_INIT("Preemption is not helpful for scheduling");
	static const struct str nobody = STR_INIT("No preemption victims found for incoming pod");
	struct candidate best = {};
	uint32_t found = 0;

	for (uint32_t i = 0; i < a->p->node_count && found < CANDIDATES_MAX; i++) {
		struct place_node *n = &a->p->nodes[i];
		struct candidate c = { .node = n };
		bool has_lower = n->lowest_priority < a->wishes->pod->facts.priority;
		if (!n->resolvable || !has_lower) {
			reasons_count(&a->reasons, n->resolvable ? nobody : helpless, 1);
			continue;
		}
		if (!find_victims(a, &c))
			continue;
		found++;
		if (!best.node || is_better(a, &c, &best))
			best = c;
	}
	return best;
}

/* Evicting */

static void evict(const struct attempt *a, struct plan *plan, const struct object *pod,
		  const struct place_node *n)
{
	struct condition target = {
		.type = STR("DisruptionTarget"),
		.status = STR("True"),
		.reason = STR(VICTIM_REASON),
		.message = STR("default-scheduler: preempting to accommodate a higher priority "
			       "pod"),
		.observed_generation = pod->facts.generation,
	};
	const struct node *status = node_get(pod->root, STR("status"));
	const struct node *conditions = condition_set(a->arena, node_get(status, STR("conditions")),
						      &target, view_now(a->p->view));

	if (pod->facts.deletion_s)
		return; /* it went for another pod, or by itself */
	plan_event(plan, pod, /* warning= */ false, STR("Preempted"),
		   "Preempted by pod %.*s on node %.*s", STR_FMT(a->wishes->pod->uid),
		   STR_FMT(n->node->key.name));
	plan_status_always(plan, pod, node_with(a->arena, status, STR("conditions"), conditions));
	plan_delete(plan, pod);
}

static bool is_going_for_others(const struct object *pod)
{
	const struct node *target = condition_get(pod->root, "DisruptionTarget");

	return pod->facts.deletion_s &&
	       str_equal(node_str_at(target, "reason"), STR(VICTIM_REASON));
}

/* Whether victims on the pod's nominated node are still terminating. */
static bool waits_for_victims(const struct placing *p, const struct object *pod)
{
	const struct place_node *n = scheduler_nominated(p, pod);

	if (!n || !n->resolvable)
		return false;
	for (uint32_t i = 0; i < n->pods_on_count; i++)
		if (n->pods_on[i]->facts.priority < pod->facts.priority &&
		    is_going_for_others(n->pods_on[i]))
			return true;
	return false;
}

static struct preemption not_eligible(const struct placing *p, const struct object *pod)
{
	if (str_equal(node_str_at(pod->root, "spec.preemptionPolicy"), STR("Never")))
		return (struct preemption){
			.text = STR("not eligible due to preemptionPolicy=Never.")
		};
	if (waits_for_victims(p, pod))
		return (struct preemption){ .node = scheduler_nominated(p, pod),
					    .text = STR("not eligible due to a terminating pod on "
							"the nominated node.") };
	return (struct preemption){};
}

struct preemption scheduler_preempt(struct plan *plan, struct placing *p, struct wishes *wishes)
{
	struct attempt a = {
		.p = p, .wishes = wishes, .arena = p->arena, .reasons = { .arena = p->arena }
	};
	struct preemption result = not_eligible(p, wishes->pod);
	struct buf text;

	if (result.text.ptr)
		return result;
	a.budgets = view_list(p->view, KIND_PODDISRUPTIONBUDGET, STR_NONE);
	struct candidate best = find_best(&a);
	if (best.node) {
		for (uint32_t i = 0; i < best.victims.count; i++)
			evict(&a, plan, best.victims.items[i], best.node);
		p->preemptor_count++;
		return (struct preemption){ .node = best.node };
	}
	buf_init(&text, p->arena);
	reasons_format(&a.reasons, p->node_count, &text);
	result.text = buf_str(&text);
	return result;
}

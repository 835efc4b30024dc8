/* score - which of the nodes that fit is the best */
#include "cluster/scheduler/placing.h"

#include "kube/node_selector.h"

/* Pods without requests count as this much, for scoring only. */
enum { DEFAULT_CPU_MILLI = 100, SCORE_MAX = 100 };
#define DEFAULT_MEMORY_BYTES (200ll << 20)

static int64_t free_share(int64_t total, int64_t used)
{
	return total > 0 && used < total ? (total - used) * SCORE_MAX / total : 0;
}

/* Least allocated: the mean share of cpu and memory that stays free. */
static int64_t score_room(const struct object *pod, const struct place_node *n)
{
	int64_t cpu = pod->facts.cpu_milli, memory = pod->facts.memory_bytes;

	return (free_share(n->cpu_milli, n->cpu_used + (cpu ? cpu : DEFAULT_CPU_MILLI)) +
		free_share(n->memory_bytes,
			   n->memory_used + (memory ? memory : DEFAULT_MEMORY_BYTES))) /
	       2;
}

/* Preferred node affinity: the weights of the terms that match. */
static int64_t score_affinity(const struct wishes *w, const struct place_node *n)
{
	int64_t score = 0;

	for (uint32_t i = 0; i < node_item_count(w->preferred); i++) {
		const struct node *term = node_item(w->preferred, i);
		if (node_selector_term_matches(node_get(term, STR("preference")), n->node->root))
			score += node_int_at(term, "weight", 0);
	}
	return score;
}

static int64_t score_taints(const struct wishes *w, const struct place_node *n)
{
	return SCORE_MAX /
	       (1 + taints_untolerated(n->taints, w->tolerations, STR("PreferNoSchedule")));
}

/* The nodes of the pods of one controller, one for each pod. */
struct siblings {
	VEC(struct place_node *) nodes;
};

static void note_sibling(struct placing *p, const struct object *pod, struct place_node *node)
{
	void **slot = map_slot(&p->by_owner, pod->facts.owner_uid);

	if (!*slot)
		*slot = arena_one(p->arena, struct siblings);
	struct siblings *siblings = *slot;
	VEC_PUSH(p->arena, &siblings->nodes, node);
}

static void index_owners(struct placing *p)
{
	map_init(&p->by_owner, p->arena);
	for (uint32_t i = 0; i < p->node_count; i++)
		for (uint32_t x = 0; x < p->nodes[i].pods_on_count; x++)
			note_sibling(p, p->nodes[i].pods_on[x], &p->nodes[i]);
}

static void count_sibling(struct place_node *node)
{
	node->siblings_on_node++;
	++*node->siblings_in_zone;
}

void scheduler_count_siblings(struct placing *p, const struct object *pod)
{
	if (p->siblings_of.ptr && str_equal(p->siblings_of, pod->facts.owner_uid))
		return; /* counted, those that were bound since as well */
	if (!p->by_owner.arena)
		index_owners(p);
	p->siblings_of = pod->facts.owner_uid;
	for (uint32_t i = 0; i < p->node_count; i++)
		p->nodes[i].siblings_on_node = *p->nodes[i].siblings_in_zone = 0;
	const struct siblings *siblings = map_get(&p->by_owner, pod->facts.owner_uid);
	for (uint32_t i = 0; siblings && i < siblings->nodes.count; i++)
		count_sibling(siblings->nodes.items[i]);
}

void scheduler_add_sibling(struct placing *p, const struct object *pod, struct place_node *node)
{
	if (p->by_owner.arena)
		note_sibling(p, pod, node);
	if (p->siblings_of.ptr && str_equal(p->siblings_of, pod->facts.owner_uid))
		count_sibling(node);
}

/* Pods with the same controller on the node, and in its zone: fewer is better. */
static int64_t score_default_spread(const struct place_node *n)
{
	return SCORE_MAX / (1 + 2 * n->siblings_on_node + *n->siblings_in_zone);
}

/* ScheduleAnyway constraints of the pod itself. */
static int64_t score_spread(const struct placing *p, const struct wishes *w,
			    const struct place_node *n)
{
	int64_t score = 0;

	if (!node_item_count(w->spread))
		return w->pod->facts.owner_uid.len ? score_default_spread(n) : 0;
	for (uint32_t i = 0; i < node_item_count(w->spread); i++) {
		const struct node *c = node_item(w->spread, i);
		const int64_t *count = w->spread_domains[i].on_node[n - p->nodes];
		if (count && str_equal(node_str_at(c, "whenUnsatisfiable"), STR("ScheduleAnyway")))
			score += SCORE_MAX / (1 + *count);
	}
	return score;
}

int64_t scheduler_score(const struct placing *p, const struct wishes *w, const struct place_node *n)
{
	return 3 * score_taints(w, n) + 2 * score_affinity(w, n) + 2 * score_spread(p, w, n) +
	       score_room(w->pod, n);
}

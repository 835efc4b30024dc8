/* domains - pods by topology domain: spread constraints and anti-affinity */
#include "base/arena.h"
#include "base/map.h"
#include "cluster/scheduler/placing.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/node_selector.h"

static int64_t matching_pods(const struct place_node *n, const struct object *pod,
			     const struct node *selector)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < n->pods_on_count; i++) {
		const struct object *other = n->pods_on[i];
		count += !other->facts.deletion_s &&
			 str_equal(other->key.namespace, pod->key.namespace) &&
			 labels_match(selector, other->facts.labels);
	}
	return count;
}

static struct domains count_domains(const struct placing *p, const struct wishes *w, struct str key,
				    const struct node *selector, struct arena *arena)
{
	struct domains d = { .on_node = arena_array(arena, int64_t *, p->node_count) };
	bool any = false;
	struct map counts;

	map_init(&counts, arena);
	for (uint32_t i = 0; i < p->node_count; i++) {
		const struct place_node *n = &p->nodes[i];
		struct str domain = object_label(n->node->root, key);
		if (!domain.len)
			continue;
		void **count = map_slot(&counts, domain);
		if (!*count)
			*count = arena_one(arena, int64_t);
		d.on_node[i] = *count;
		*d.on_node[i] += matching_pods(n, w->pod, selector);
	}
	for (uint32_t i = 0; i < p->node_count; i++) {
		const int64_t *count = d.on_node[i];
		if (!count || (any && *count >= d.fewest) ||
		    !node_selector_allows(w->selector, w->required, p->nodes[i].node->root))
			continue;
		d.fewest = *count;
		any = true;
	}
	return d;
}

/* The selector with the pod's own values of matchLabelKeys. */
static const struct node *spread_selector(struct arena *arena, const struct object *pod,
					  const struct node *constraint)
{
	const struct node *selector = node_get(constraint, STR("labelSelector"));
	const struct node *keys = node_get(constraint, STR("matchLabelKeys"));
	const struct node *labels = node_get(selector, STR("matchLabels"));

	for (uint32_t i = 0; i < node_item_count(keys); i++) {
		struct str key = node_text(node_item(keys, i));
		const struct node *value = node_get(pod->facts.labels, key);
		if (value)
			labels = node_with(arena, labels, key, value);
	}
	return labels ? node_set(arena, selector, "matchLabels", labels) : selector;
}

void scheduler_count_domains(const struct placing *p, struct wishes *w, struct arena *arena)
{
	w->spread_domains = arena_array(arena, struct domains, node_item_count(w->spread));
	w->anti_domains = arena_array(arena, struct domains, node_item_count(w->anti_affinity));
	for (uint32_t i = 0; i < node_item_count(w->spread); i++) {
		const struct node *c = node_item(w->spread, i);
		w->spread_domains[i] = count_domains(p, w, node_str_at(c, "topologyKey"),
						     spread_selector(arena, w->pod, c), arena);
		w->spread_domains[i].self =
			labels_match(spread_selector(arena, w->pod, c), w->pod->facts.labels);
	}
	for (uint32_t i = 0; i < node_item_count(w->anti_affinity); i++) {
		const struct node *term = node_item(w->anti_affinity, i);
		w->anti_domains[i] = count_domains(p, w, node_str_at(term, "topologyKey"),
						   node_get(term, STR("labelSelector")), arena);
	}
}

const char *scheduler_check_spread(const struct placing *p, const struct wishes *w,
				   const struct place_node *n)
{
	for (uint32_t i = 0; i < node_item_count(w->spread); i++) {
		const struct node *c = node_item(w->spread, i);
		const struct domains *d = &w->spread_domains[i];
		const int64_t *count = d->on_node[n - p->nodes];
		if (!str_equal(node_str_at(c, "whenUnsatisfiable"), STR("DoNotSchedule")))
			continue;
		if (!count)
			return "node(s) didn't match pod topology spread constraints (missing "
			       "required label)";
		if (*count + d->self - d->fewest > node_int_at(c, "maxSkew", 1))
			return "node(s) didn't match pod topology spread constraints";
	}
	return NULL;
}

bool scheduler_violates_anti_affinity(const struct placing *p, const struct wishes *w,
				      const struct place_node *n)
{
	for (uint32_t i = 0; i < node_item_count(w->anti_affinity); i++) {
		const int64_t *count = w->anti_domains[i].on_node[n - p->nodes];
		if (count && *count > 0)
			return true;
	}
	return false;
}

/* domains - pods by topology domain: spread constraints and anti-affinity */
#include "base/arena.h"
#include "base/map.h"
#include "cluster/scheduler/placing.h"
#include "doc/make.h"
#include "kube/labels.h"
#include "kube/node_selector.h"

/* The namespaces of a term of affinity: those that it names, else the pod's own. A selector of
 * namespaces takes all of them. */
static bool is_in_namespaces(const struct node *term, const struct object *pod,
			     const struct object *other)
{
	const struct node *names = node_get(term, STR("namespaces"));

	for (uint32_t i = 0; i < node_item_count(names); i++)
		if (str_equal(node_text(node_item(names, i)), other->key.namespace))
			return true;
	if (node_get(term, STR("namespaceSelector")))
		return true;
	return !node_item_count(names) && str_equal(other->key.namespace, pod->key.namespace);
}

static int64_t matching_pods(const struct place_node *n, const struct object *pod,
			     const struct node *term, const struct node *selector)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < n->pods_on_count; i++) {
		const struct object *other = n->pods_on[i];
		count += !other->facts.deletion_s && is_in_namespaces(term, pod, other) &&
			 labels_match(selector, other->facts.labels);
	}
	return count;
}

/* term: a constraint or a term of affinity, with its topologyKey. */
static struct domains count_domains(const struct placing *p, const struct wishes *w,
				    const struct node *term, const struct node *selector,
				    struct arena *arena)
{
	struct str key = node_str_at(term, "topologyKey");
	struct domains d = { .on_node = arena_array(arena, int64_t *, p->node_count) };
	bool any = false;
	struct map counts, eligible;

	map_init(&counts, arena);
	map_init(&eligible, arena);
	for (uint32_t i = 0; i < p->node_count; i++) {
		const struct place_node *n = &p->nodes[i];
		struct str domain = object_label(n->node->root, key);
		if (!domain.len)
			continue;
		void **count = map_slot(&counts, domain);
		if (!*count)
			*count = arena_one(arena, int64_t);
		d.on_node[i] = *count;
		*d.on_node[i] += matching_pods(n, w->pod, term, selector);
	}
	for (uint32_t i = 0; i < p->node_count; i++) {
		const int64_t *count = d.on_node[i];
		if (!count ||
		    !node_selector_allows(w->selector, w->required, p->nodes[i].node->root))
			continue;
		if (!map_get(&eligible, object_label(p->nodes[i].node->root, key)))
			map_put(&eligible, object_label(p->nodes[i].node->root, key), d.on_node[i]);
		d.fewest = any ? MIN(d.fewest, *count) : *count;
		any = true;
	}
	d.eligible = eligible.count;
	for (uint32_t i = 0; i < counts.count; i++)
		d.all += *(const int64_t *)counts.entries[i].value;
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

static void count_terms(const struct placing *p, struct wishes *w, const struct node *terms,
			struct domains *ret, struct arena *arena)
{
	for (uint32_t i = 0; i < node_item_count(terms); i++) {
		const struct node *term = node_item(terms, i);
		const struct node *selector = node_get(term, STR("labelSelector"));
		ret[i] = count_domains(p, w, term, selector, arena);
		ret[i].self = labels_match(selector, w->pod->facts.labels) &&
			      is_in_namespaces(term, w->pod, w->pod);
	}
}

void scheduler_count_domains(const struct placing *p, struct wishes *w, struct arena *arena)
{
	w->spread_domains = arena_array(arena, struct domains, node_item_count(w->spread));
	w->near_domains = arena_array(arena, struct domains, node_item_count(w->affinity));
	w->anti_domains = arena_array(arena, struct domains, node_item_count(w->anti_affinity));
	for (uint32_t i = 0; i < node_item_count(w->spread); i++) {
		const struct node *c = node_item(w->spread, i);
		w->spread_domains[i] =
			count_domains(p, w, c, spread_selector(arena, w->pod, c), arena);
		w->spread_domains[i].self =
			labels_match(spread_selector(arena, w->pod, c), w->pod->facts.labels);
	}
	count_terms(p, w, w->affinity, w->near_domains, arena);
	count_terms(p, w, w->anti_affinity, w->anti_domains, arena);
}

/* With fewer domains than minDomains, the fewest are 0. Source: Kubernetes,
 * plugins/podtopologyspread/filtering.go, minMatchNum. */
static int64_t fewest_of(const struct domains *d, const struct node *constraint)
{
	return d->eligible < node_int_at(constraint, "minDomains", 1) ? 0 : d->fewest;
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
		if (*count + d->self - fewest_of(d, c) > node_int_at(c, "maxSkew", 1))
			return "node(s) didn't match pod topology spread constraints";
	}
	return NULL;
}

/* The first pod of a group that wants to be together may go anywhere. Source: Kubernetes,
 * plugins/interpodaffinity/filtering.go, satisfyPodAffinity. */
bool scheduler_violates_affinity(const struct placing *p, const struct wishes *w,
				 const struct place_node *n)
{
	uint32_t count = node_item_count(w->affinity);
	bool is_first = true;

	for (uint32_t i = 0; i < count; i++)
		is_first = is_first && !w->near_domains[i].all && w->near_domains[i].self;
	for (uint32_t i = 0; i < count; i++) {
		const int64_t *near = w->near_domains[i].on_node[n - p->nodes];
		if (!near || (!*near && !is_first))
			return true;
	}
	return false;
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

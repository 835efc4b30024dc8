/* pod_resources - what a pod asks for as a whole */
#include "kube/pod_resources.h"

#include "base/arena.h"
#include "doc/map_edit.h"
#include "kube/quantity.h"

struct totals {
	struct arena *arena;
	const struct node *staying; /* of containers that run side by side */
	const struct node *most;    /* of those that run to an end before them */
};

/* The map with at least that much of the resource, written as `like` is. */
static const struct node *larger(struct arena *arena, const struct node *map, struct str key,
				 int64_t milli, struct str like)
{
	bool binary = str_ends(like, STR("i"));

	if (quantity_milli(node_get(map, key), -1) >= milli)
		return map;
	return node_with(arena, map, key, node_str(arena, quantity_format(arena, milli, binary)));
}

static int64_t together(const struct node *a, const struct node *b)
{
	int64_t sum;

	if (__builtin_add_overflow(quantity_milli(a, 0), quantity_milli(b, 0), &sum))
		return INT64_MAX;
	return sum;
}

static void add_container(struct totals *t, const struct node *map, bool stays)
{
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		struct str key = node_text(node_entry(map, i)->key);
		struct str text = node_text(node_entry(map, i)->value);
		int64_t sum = together(node_get(t->staying, key), node_entry(map, i)->value);
		if (stays)
			t->staying = larger(t->arena, t->staying, key, sum, text);
		else
			t->most = larger(t->arena, t->most, key, sum, text);
	}
}

static bool is_sidecar(const struct node *container)
{
	return str_equal(node_str_at(container, "restartPolicy"), STR("Always"));
}

static void add_containers(struct totals *t, const struct node *spec, struct str part)
{
	const struct node *containers = node_get(spec, STR("containers"));
	const struct node *init = node_get(spec, STR("initContainers"));

	for (uint32_t i = 0; i < node_item_count(init); i++) {
		const struct node *c = node_item(init, i);
		add_container(t, node_get(node_get(c, STR("resources")), part), is_sidecar(c));
	}
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		add_container(t, node_get(node_get(c, STR("resources")), part), /* stays= */ true);
	}
}

/* The overhead is added to a limit only where there is one. */
static void add_overhead(struct totals *t, const struct node *overhead, bool only_present)
{
	for (uint32_t i = 0; i < node_entry_count(overhead); i++) {
		struct str key = node_text(node_entry(overhead, i)->key);
		const struct node *have = node_get(t->staying, key);
		if (!have && only_present)
			continue;
		t->staying = larger(t->arena, t->staying, key,
				    together(have, node_entry(overhead, i)->value),
				    node_text(node_entry(overhead, i)->value));
	}
}

const struct node *pod_resources(struct arena *arena, const struct node *spec, struct str part)
{
	const struct node *own = node_get(node_get(spec, STR("resources")), part);
	struct totals t = { .arena = arena };

	add_containers(&t, spec, part);
	for (uint32_t i = 0; i < node_entry_count(t.most); i++)
		t.staying = larger(arena, t.staying, node_text(node_entry(t.most, i)->key),
				   quantity_milli(node_entry(t.most, i)->value, 0),
				   node_text(node_entry(t.most, i)->value));
	t.staying = map_edit_merged(arena, t.staying, own);
	add_overhead(&t, node_get(spec, STR("overhead")), str_equal(part, STR("limits")));
	return t.staying;
}

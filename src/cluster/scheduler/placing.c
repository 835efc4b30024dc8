/* placing - one run of the scheduler: what a pod asks for, what is left on each node */
#include "cluster/scheduler/placing.h"

/* The picture of the nodes */

void scheduler_count_pod(struct place_node *n, const struct object *pod, int times)
{
	n->cpu_used += times * pod->facts.cpu_milli;
	n->memory_used += times * pod->facts.memory_bytes;
	n->pods_used += times;
}

/* Placing */

struct place_node *scheduler_nominated(const struct placing *p, const struct object *pod)
{
	const struct node *status = node_get(pod->root, STR("status"));
	struct str name = node_text(node_get(status, STR("nominatedNodeName")));

	return name.len ? map_get(&p->by_name, name) : NULL;
}

/* metadata.name In [NODE] */
static struct str name_asked(const struct node *field)
{
	const struct node *values = node_get(field, STR("values"));

	if (!str_equal(node_str_at(field, "key"), STR("metadata.name")) ||
	    !str_equal(node_str_at(field, "operator"), STR("In")) || node_item_count(values) != 1)
		return STR_NONE;
	return node_text(node_item(values, 0));
}

struct place_node *scheduler_named(const struct placing *p, const struct wishes *wishes)
{
	const struct node *fields = node_get(node_item(wishes->required, 0), STR("matchFields"));

	if (node_item_count(wishes->required) != 1)
		return NULL;
	for (uint32_t i = 0; i < node_item_count(fields); i++) {
		struct str name = name_asked(node_item(fields, i));
		if (name.len)
			return map_get(&p->by_name, name);
	}
	return NULL;
}

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

	for (uint32_t i = 0; name.len && i < p->node_count; i++)
		if (str_equal(p->nodes[i].node->key.name, name))
			return &p->nodes[i];
	return NULL;
}

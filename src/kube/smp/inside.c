/* inside - what the two ways of strategic merging share */
#include "kube/smp/inside.h"

const struct node *smp_brought(const struct smp *s, const struct node *node,
			       const struct node *before)
{
	uint32_t step = s->options->step;

	if (!step || !s->options->set)
		return node;
	if (before)
		step = origin_add_before(s->options->set, step, before);
	return node_with_step(s->arena, node, step);
}

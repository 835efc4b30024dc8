/* inside - what the two ways of strategic merging share */
#include "kube/smp/inside.h"

const struct node *smp_brought(const struct smp *s, const struct node *node,
			       const struct node *before)
{
	uint32_t step = s->options->step;

	if (!step || !s->options->set)
		return node;
	if (before) {
		struct origin_step own = origin_get(s->options->set, step);
		step = origin_step(s->options->set, own.kind, own.instruction, before);
	}
	return node_with_step(s->arena, node, step);
}

/* compose_clusters - parts that are applied to another cluster, apart from those of this one */
#include "build/compose_inside.h"

/* Where a part goes, by its kubeConfig; NULL: to the cluster of Flux itself. */
static const struct node *cluster_of(const struct compose_part *part)
{
	return part->state == COMPOSE_ELSEWHERE ? node_at(part->kustomization, "spec.kubeConfig")
						: NULL;
}

static void take_part(struct composer *c, struct composition *into, struct object_list *objects,
		      const struct composition *from, const struct compose_part *part)
{
	struct compose_part own = *part;

	own.first = objects->items.count;
	for (uint32_t i = 0; i < part->count; i++)
		VEC_PUSH(c->arena, &objects->items, from->render.objects[part->first + i]);
	VEC_PUSH(c->arena, &into->parts, own);
}

/* The parts of one cluster, without the faults: these stay with the Kustomizations. */
static struct composition only_cluster(struct composer *c, const struct composition *x,
				       const struct node *cluster)
{
	struct composition only = { .path = x->path };
	struct object_list objects = {};

	for (uint32_t i = 0; i < x->parts.count; i++) {
		const struct node *own = cluster_of(&x->parts.items[i]);
		if (own == cluster || (own && cluster && node_equal(own, cluster)))
			take_part(c, &only, &objects, x, &x->parts.items[i]);
	}
	only.render = x->render;
	only.render.objects = objects.items.items;
	only.render.count = objects.items.count;
	return only;
}

static bool is_first_of_cluster(const struct composition *x, uint32_t index)
{
	const struct node *cluster = cluster_of(&x->parts.items[index]);

	for (uint32_t i = 0; cluster && i < index; i++) {
		const struct node *before = cluster_of(&x->parts.items[i]);
		if (before && node_equal(before, cluster))
			return false;
	}
	return cluster;
}

void compose_split_clusters(struct composer *c, struct compositions *all)
{
	for (uint32_t i = 0, count = all->items.count; i < count; i++) {
		struct composition whole = all->items.items[i];
		bool has_others = false;
		for (uint32_t p = 0; p < whole.parts.count; p++) {
			if (!is_first_of_cluster(&whole, p))
				continue;
			struct composition other =
				only_cluster(c, &whole, cluster_of(&whole.parts.items[p]));
			VEC_PUSH(c->arena, &all->items, other);
			has_others = true;
		}
		if (!has_others)
			continue;
		struct composition own = only_cluster(c, &whole, NULL);
		own.faults = whole.faults;
		all->items.items[i] = own;
	}
}

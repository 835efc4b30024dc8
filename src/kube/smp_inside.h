/*
 * smp_inside - what the two ways of strategic merging share
 *
 * Layer: kube, private to smp.
 */
#ifndef FORGE_KUBE_SMP_INSIDE_H
#define FORGE_KUBE_SMP_INSIDE_H

#include "doc/origin.h"
#include "kube/smp.h"

struct smp {
	struct arena *arena;
	const struct smp_options *options;
	struct error *err;
};

/* A node of the patch that takes the place of `before` (NULL: is added), with its origin. */
const struct node *smp_brought(const struct smp *s, const struct node *node,
			       const struct node *before);

/* The members of a map without those whose key begins with '$'. */
const struct node *smp_without_directives(const struct smp *s, const struct node *map);

int smp_apply_server(const struct smp *s, struct schema schema, const struct node *target,
		     const struct node *patch, const struct node **ret);
int smp_apply_kustomize(const struct smp *s, struct schema schema, const struct node *target,
			const struct node *patch, const struct node **ret);

#endif

/*
 * inside - what the two ways of strategic merging share
 *
 * Layer: kube/smp. Private: its folder.
 */
#ifndef FORGE_KUBE_SMP_INSIDE_H
#define FORGE_KUBE_SMP_INSIDE_H

#include "doc/origin.h"
#include "kube/smp/smp.h"

struct smp {
	struct arena *arena;
	const struct smp_options *options;
	struct error *err;
};

/* A node of the patch that takes the place of `before` (NULL: is added), with its origin. */
const struct node *smp_brought(const struct smp *s, const struct node *node,
			       const struct node *before);

int smp_apply_server(const struct smp *s, struct schema schema, const struct node *target,
		     const struct node *patch, const struct node **ret);
int smp_apply_kustomize(const struct smp *s, struct schema schema, const struct node *target,
			const struct node *patch, const struct node **ret);

/* kustomize's walk over a value of the object and one of the patch; each may be NULL. */
struct smp_walked {
	const struct node *node; /* NULL: nothing is left */
	bool is_patch;		 /* the patch's value took the place of the object's */
};
int smp_walk(const struct smp *s, struct schema schema, const struct node *dest,
	     const struct node *src, struct smp_walked *ret);

/* A map of the patch without its $patch, when that is one the peer knows. */
const struct node *smp_without_directive(const struct smp *s, const struct node *item);

/* Two lists that merge by key. Not NULL; the same list twice tidies it. */
int smp_walk_list(const struct smp *s, struct schema schema, const struct node *dest,
		  const struct node *src, struct smp_walked *ret);

/* "wrong node kind: expected … but got …", at the node. */
int smp_wrong_kind(const struct smp *s, enum node_kind expected, const struct node *node);

#endif

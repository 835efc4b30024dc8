/*
 * smp - strategic merge patch
 *
 * Layer: kube/smp. Merge keys and strategies come from the schema tables; types without facts
 * merge as JSON merge patches do, lists replaced. Directives: $patch, $retainKeys,
 * $setElementOrder, $deleteFromPrimitiveList. Two users with small differences, chosen by flags:
 * the API server (apimachinery) and kustomize (kyaml merge2: order of new list elements, $patch:
 * delete of the whole object). Kustomize knows the types of Kubernetes 1.21, whatever the tables
 * know: newer lists are replaced.
 */
#ifndef FORGE_KUBE_SMP_SMP_H
#define FORGE_KUBE_SMP_SMP_H

#include "base/error.h"
#include "doc/set.h"
#include "kube/schema/schemas.h"

enum smp_flags {
	SMP_KUSTOMIZE = 1 << 0, /* kyaml's merge2 in place of the API server's */
	SMP_NEW_LISTS = 1 << 1, /* with it: merges lists that Kubernetes 1.21 did not have, too */
};

struct smp_options {
	struct schema schema; /* may be none */
	unsigned flags;
	struct docset *set; /* with a step: origins; may be NULL */
	uint32_t step;	    /* given to every node that the patch brings */
};

/* *ret is NULL when the patch deletes the object. */
MUST_USE int smp_apply(struct arena *arena, const struct node *target, const struct node *patch,
		       const struct smp_options *options, const struct node **ret,
		       struct error *err);

/* Whether kustomize's own schema, of Kubernetes 1.21, has a built-in type. */
bool smp_is_known(struct gvk gvk);

#endif

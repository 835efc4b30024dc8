/*
 * defaults - the values the API server fills in
 *
 * Layer: kube/schema. Defaults of CRD schemas, and the hand-written ones of built-in kinds
 * (Kubernetes pkg/apis/.../v1/defaults.go) as a table of kind, path, value or function. What needs
 * other objects (service account, priority, cluster IP) is admission's, in cluster/.
 */
#ifndef FORGE_KUBE_SCHEMA_DEFAULTS_H
#define FORGE_KUBE_SCHEMA_DEFAULTS_H

#include "kube/schema/schemas.h"

/* The defaulted object; shares what did not change. */
const struct node *defaults_apply(const struct schemas *schemas, struct arena *arena,
				  const struct node *object);

/* Of a built-in kind that the caller knows already. */
const struct node *defaults_of_kind(const struct kind *kind, struct arena *arena,
				    const struct node *object);

/* The same, when the object's pod spec has its defaults: it is that of an admitted template. */
const struct node *defaults_of_typed(const struct kind *kind, struct arena *arena,
				     const struct node *object);

#endif

/*
 * template_hash - the hash of a pod template, by which Deployments name their ReplicaSets
 *
 * Layer: kube. The same as the Deployment controller's, so that names are those of production: 32
 * bits of FNV-1a over what Go's spew prints of the template with %#v, each field and type of it.
 * Source: Kubernetes, pkg/controller, ComputeHash, and go-spew format.go.
 */
#ifndef FORGE_KUBE_TEMPLATE_HASH_H
#define FORGE_KUBE_TEMPLATE_HASH_H

#include "doc/tree.h"

/* The template with its defaults, without pod-template-hash. collisions NULL: there was none. */
struct str template_hash(struct arena *arena, const struct node *template,
			 const uint32_t *collisions);

/* What is hashed. */
struct str template_hash_text(struct arena *arena, const struct node *template);

#endif

/*
 * node_selector - which nodes a pod or a volume may be on: labels, affinity terms, taints
 *
 * Layer: kube. Everything is a document: a Node, the spec of a pod, a list of taints. All accept
 * nodes of any kind and NULL, and then match nothing unless said otherwise.
 * Source: Kubernetes component-helpers/scheduling/corev1 (nodeaffinity, helpers.go).
 */
#ifndef FORGE_KUBE_NODE_SELECTOR_H
#define FORGE_KUBE_NODE_SELECTOR_H

#include "doc/tree.h"

/* Where the spec of a pod has its required terms. */
#define NODE_SELECTOR_TERMS                                                                        \
	"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

/* One NodeSelectorTerm: all its matchExpressions and matchFields. An empty term matches nothing. */
bool node_selector_term_matches(const struct node *term, const struct node *node);

/* A list of terms: one of them is enough; an empty list matches nothing. */
bool node_selector_matches(const struct node *terms, const struct node *node);

/* Whether spec.nodeSelector of a pod and the required terms of its node affinity (each may be
 * NULL) allow the node. */
bool node_selector_allows(const struct node *selector, const struct node *terms,
			  const struct node *node);

/* Taints of one effect that none of the tolerations covers. */
uint32_t taints_untolerated(const struct node *taints, const struct node *tolerations,
			    struct str effect);

#endif

/*
 * labels - label selectors over objects
 *
 * Layer: kube. A selector is {matchLabels, matchExpressions}, or a plain map (Service,
 * ReplicationController); those written as text are kube/label_selector.h. An empty selector
 * matches everything, an absent one nothing. Source: Kubernetes, apimachinery
 * pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector).
 */
#ifndef FORGE_KUBE_LABELS_H
#define FORGE_KUBE_LABELS_H

#include "doc/tree.h"

/* labels may be NULL. */
bool labels_match(const struct node *selector, const struct node *labels);
bool labels_match_map(const struct node *map, const struct node *labels);

/* metav1.FormatLabelSelector: "app=x,env in (a,b)", keys sorted. */
struct str labels_selector_text(struct arena *arena, const struct node *selector);
/* A plain map as "a=b,c=d", sorted. */
struct str labels_map_text(struct arena *arena, const struct node *map);

/* Empty when it is one, else why not, in the API server's words. */
struct str labels_check_value(struct str value);
struct str labels_check_key(struct str key);

#endif

/*
 * default_rules - the hand-written defaults of built-in kinds, as tables
 *
 * Layer: kube/schema. Private: default_apply.c, default_kinds.c, default_rules.c, defaults.c.
 * Source: Kubernetes pkg/apis/.../v1/defaults.go.
 */
#ifndef FORGE_KUBE_SCHEMA_DEFAULT_RULES_H
#define FORGE_KUBE_SCHEMA_DEFAULT_RULES_H

#include "doc/tree.h"
#include "kube/kind.h"

struct default_rule {
	const char *path;    /* from the object or pod spec; x[] is every item of x */
	const char *literal; /* as node_make reads it; set when there is nothing, or null */
	bool (*when)(const struct node *root); /* NULL: always */
};

struct default_kind {
	kind_id kind; /* KIND_NONE ends the table */
	const struct default_rule *rules;
	struct trusted_path pod_spec; /* where a pod spec stands; NULL: nowhere */
	/* what a rule cannot say; NULL: nothing */
	const struct node *(*hand_written)(struct arena *arena, const struct node *object);
};

/* The node with everything set that the rules say and that is not there yet. */
const struct node *default_apply(struct arena *arena, const struct node *n,
				 const struct default_rule *rules);

extern const struct default_kind default_kinds[];
extern const struct default_rule default_pod_rules[];

/* Hand-written ones of a kind (default_kinds.c). */
const struct node *default_pod_requests(struct arena *arena, const struct node *object);
const struct node *default_replication_controller(struct arena *arena, const struct node *object);
const struct node *default_policy_types(struct arena *arena, const struct node *object);
const struct node *default_binding(struct arena *arena, const struct node *object);
const struct node *default_limit_range(struct arena *arena, const struct node *object);
const struct node *default_definition(struct arena *arena, const struct node *object);

/* What a rule cannot say: pull policies, ports of the host, volumes without a source. */
const struct node *default_pod_hand_written(struct arena *arena, const struct node *spec);

#endif

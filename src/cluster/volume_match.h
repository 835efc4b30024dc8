/*
 * volume_match - which PersistentVolume fits a claim, and who is bound to whom
 *
 * Layer: cluster, private to the volume binder and the scheduler. The binder looks for the volume
 * with the fewest access modes, then the smallest; the scheduler, who knows the node, for the
 * smallest. One that names the claim comes before all. Source: Kubernetes
 * component-helpers/storage/volume, FindMatchingVolume; controller/volume/persistentvolume.
 */
#ifndef FORGE_CLUSTER_VOLUME_MATCH_H
#define FORGE_CLUSTER_VOLUME_MATCH_H

#include "api/view.h"

#define VOLUME_BOUND_BY_CONTROLLER "pv.kubernetes.io/bound-by-controller"
#define VOLUME_BIND_COMPLETED	   "pv.kubernetes.io/bind-completed"
#define VOLUME_SELECTED_NODE	   "volume.kubernetes.io/selected-node"

struct volume_search {
	const struct object *claim;
	const struct object *node;   /* NULL: the binder asks */
	bool waits;		     /* for its first consumer: the binder leaves it alone */
	const struct objects *taken; /* not these; may be NULL */
};

/* NULL: none fits. */
const struct object *volume_match(const struct view *view, const struct volume_search *search);

/* Why a volume that the claim names does not do; NULL: it does. */
const char *volume_misfit(const struct object *volume, const struct object *claim);

/* The volume names the claim, with its uid or without one. */
bool volume_is_bound_to(const struct object *volume, const struct object *claim);

/* The volume's tree with the claim in it. */
const struct node *volume_claimed(struct arena *arena, const struct object *volume,
				  const struct object *claim);

/* The node affinity of the volume allows the node. */
bool volume_reaches(const struct object *volume, const struct object *node);

bool volume_has_other_mode(const struct object *volume, const struct object *claim);

/* Both sides are settled. */
bool claim_is_bound(const struct object *claim);

/* Of a claim or a volume; absent: it says nothing. */
struct str claim_class_name(const struct node *claim);
const struct object *claim_class(const struct view *view, const struct object *claim);

/* Its class binds only when a pod needs it. */
bool claim_waits_for_consumer(const struct view *view, const struct object *claim);

/* The claim behind one entry of a pod's volumes, made for it or not; absent: there is none. */
struct str volume_claim_name(struct arena *arena, const struct object *pod,
			     const struct node *volume);

/* Whether one of the pod's volumes is the claim. */
bool claim_is_used_by(struct arena *arena, const struct object *claim, const struct object *pod);

#endif

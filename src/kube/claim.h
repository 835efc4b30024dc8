/*
 * claim - which PersistentVolume fits a claim, which is bound to it, and which pods use it
 *
 * Layer: kube. All are documents. The binder looks for the volume with the fewest access modes,
 * then the smallest; the scheduler, which knows the node, for the smallest. A volume whose claimRef
 * names the claim comes before all. Source: Kubernetes component-helpers/storage/volume,
 * FindMatchingVolume; pkg/controller/volume/persistentvolume.
 */
#ifndef FORGE_KUBE_CLAIM_H
#define FORGE_KUBE_CLAIM_H

#include "doc/nodes.h"

#define VOLUME_BOUND_BY_CONTROLLER "pv.kubernetes.io/bound-by-controller"
#define VOLUME_BIND_COMPLETED	   "pv.kubernetes.io/bind-completed"
#define VOLUME_SELECTED_NODE	   "volume.kubernetes.io/selected-node"

struct volume_search {
	const struct node *claim;
	const struct node *node;   /* NULL: the binder asks */
	bool waits;		   /* for its first consumer: the binder leaves it alone */
	const struct nodes *taken; /* not these very nodes; may be NULL */
};

/* One of the volumes; NULL: none fits. O(volumes). */
const struct node *volume_match(const struct nodes *volumes, const struct volume_search *search);

/* Why the volume that spec.volumeName of the claim names does not fit; NULL: it fits. */
const char *volume_misfit(const struct node *volume, const struct node *claim);

/* Whether claimRef of the volume names the claim, with its uid or without one. */
bool volume_is_bound_to(const struct node *volume, const struct node *claim);

/* The volume with claimRef set to the claim. */
const struct node *volume_claimed(struct arena *arena, const struct node *volume,
				  const struct node *claim);

/* The node affinity of the volume allows the node. */
bool volume_reaches(const struct node *volume, const struct node *node);

bool volume_has_other_mode(const struct node *volume, const struct node *claim);

/* Whether the claim names a volume and the binder has completed the binding. */
bool claim_is_bound(const struct node *claim);

/* The storage class of a claim or a volume; absent: it names none. */
struct str claim_class_name(const struct node *claim);

/* The class that claims get when they name none: of several defaults the newest, then the first;
 * NULL: there is none. */
const struct node *claim_default_class(const struct nodes *classes);

/* The class (or NULL) binds only when a pod needs it. */
bool claim_class_waits(const struct node *class);

/* The claim behind one entry of a pod's volumes, made for it or not; absent: there is none. */
struct str claim_name_of(struct arena *arena, const struct node *pod, const struct node *volume);

/* Whether one of the pod's volumes is the claim. */
bool claim_is_used_by(struct arena *arena, const struct node *claim, const struct node *pod);

#endif

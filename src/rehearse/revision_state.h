/*
 * revision_state - the state of a cluster when a revision has settled
 *
 * Layer: rehearse. Kustomizations as Flux sees them, pods that no node takes, and Deployments whose
 * status differs from their spec.
 */
#ifndef FORGE_REHEARSE_REVISION_STATE_H
#define FORGE_REHEARSE_REVISION_STATE_H

#include "base/vec.h"
#include "kube/object.h"

struct rehearsal;
struct revision;

/* The state of a Kustomization when a revision had settled. */
struct kustomization_state {
	struct key key;
	struct str status, reason, message; /* of Ready; absent: it was deleted */
	bool applied;
	const struct node *inventory; /* list of {id, v} */
};

/* Pods of one owner that no node takes. */
struct unschedulable {
	struct str kind; /* of the owner */
	struct key key;
	uint32_t pods;
	struct str message; /* of the condition PodScheduled */
};

/* A Deployment or DaemonSet whose status differs from its spec. */
struct unhealthy {
	struct str kind;
	struct key key;
	struct str message;	   /* what is missing; why */
	const struct node *source; /* where it is written, or NULL */
};

/* A HorizontalPodAutoscaler, and whether it could compute a size. */
struct autoscaler_state {
	struct key key;
	bool is_active; /* ScalingActive */
	struct str message;
};

/* An object that was deleted, and stays for its finalizers. */
struct terminating {
	struct str kind, uid, finalizers;
	struct key key;
};

struct revision_state {
	const struct revision *revision;
	int64_t shipped_ms, settled_ms;
	bool unsettled; /* something still changed when the time was up */
	VEC(struct kustomization_state) kustomizations;
	VEC(struct unschedulable) unschedulable;
	VEC(struct unhealthy) unhealthy;
	VEC(struct autoscaler_state) autoscalers;
	VEC(struct terminating) terminating;
};

/* In the order of shipping. */
struct revision_states {
	struct revision_state *items;
	uint32_t count, capacity;
};

/* There is one at least. */
static inline const struct revision_state *
revision_states_last(const struct revision_states *states)
{
	return &states->items[states->count - 1];
}

void revision_state_take(struct rehearsal *r, struct revision_state *state);

#endif

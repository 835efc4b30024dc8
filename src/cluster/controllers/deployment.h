/*
 * deployment - what the files of the Deployment controller share
 *
 * Layer: cluster/controllers. Private: deployment.c, deployment_sets.c, deployment_status.c. A
 * rollout is one run over one Deployment: its ReplicaSets with the size each shall have;
 * deployment_flush() turns that into writes. Source: Kubernetes
 * pkg/controller/deployment, rolling.go, sync.go and progress.go.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_DEPLOYMENT_H
#define FORGE_CLUSTER_CONTROLLERS_DEPLOYMENT_H

#include "api/plan.h"

enum { NO_DEADLINE = INT32_MAX };

/* One ReplicaSet of the Deployment. */
struct set {
	const struct object *object; /* NULL: to be created */
	const struct node *root;     /* with the annotations it shall have */
	struct str name;
	int64_t replicas;  /* spec.replicas it shall have */
	int64_t had;	   /* and had */
	int64_t available; /* of its status */
	int64_t pods;
	int64_t ready;
	int64_t terminating;
	int64_t revision;
	bool touched; /* its annotations of sizes must be written */
};

struct rollout {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *object;
	const struct node *root; /* of the Deployment */
	struct set *sets;	 /* oldest first */
	uint32_t set_count;
	struct set *newest; /* that of the template; NULL: none yet */
	int64_t replicas;   /* wanted */
	int64_t surge;	    /* pods */
	int64_t unavailable;
	int64_t deadline_s; /* of progress; NO_DEADLINE: none */
	bool recreate;
	bool paused;
};

/* Reads everything; adopts ReplicaSets that have no controller. */
void deployment_read(struct rollout *r);

/* Makes sure that the template has a ReplicaSet with the right revision; create: also when it has
 * none. */
void deployment_sync_newest(struct rollout *r, bool create);

void deployment_resize(struct rollout *r, struct set *set, int64_t replicas);
int64_t deployment_newest_size(const struct rollout *r); /* NewRSNewReplicas */
int64_t deployment_total(const struct rollout *r);	 /* sum of sizes */
int64_t deployment_available(const struct rollout *r);

/* Scales all ReplicaSets in proportion when spec.replicas changes in the middle of a rollout. */
void deployment_scale(struct rollout *r);
bool deployment_must_scale(const struct rollout *r);

/* Deletes old ReplicaSets beyond spec.revisionHistoryLimit. */
void deployment_clean_up(struct rollout *r);

void deployment_flush(struct rollout *r);

/* The status after this run; progress counts unless `scaling_only`. */
void deployment_status(struct rollout *r, bool scaling_only);
bool deployment_is_complete(const struct rollout *r);

#endif

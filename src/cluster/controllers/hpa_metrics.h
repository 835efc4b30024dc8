/*
 * hpa_metrics - what each metric of an autoscaler proposes, or why it proposes nothing
 *
 * Layer: cluster/controllers. Private: hpa.c, hpa_metrics.c. Resource and ContainerResource are
 * computed from PodMetrics; nothing serves custom and external metrics here, and they fail as in a
 * cluster without an adapter.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_HPA_METRICS_H
#define FORGE_CLUSTER_CONTROLLERS_HPA_METRICS_H

#include "api/view.h"

struct hpa_scene {
	struct arena *arena;
	const struct object *hpa;
	struct objects pods;	      /* that the target's selector finds */
	const struct answer *metrics; /* may be NULL when no metric wants it */
	int64_t now_s;
	int64_t current;
};

struct hpa_proposal {
	bool valid;
	int64_t size;
	struct str name;	   /* as the reason of a rescale names it */
	const struct node *status; /* its entry of currentMetrics */
	/* otherwise: */
	const char *reason; /* of the condition and the event */
	struct str fault;   /* what the event says */
	struct str what;    /* what stands before that in the summary */
};

/* Whether it is computed from PodMetrics. */
bool hpa_metric_is_resource(const struct node *metric);

struct hpa_proposal hpa_metric_propose(const struct hpa_scene *scene, const struct node *metric);

#endif

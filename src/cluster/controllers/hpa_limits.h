/*
 * hpa_limits - how fast an autoscaler follows its metrics: stabilization, policies, bounds
 *
 * Layer: cluster/controllers. Private: hpa.c, hpa_limits.c. Source: Kubernetes,
 * normalizeDesiredReplicas and normalizeDesiredReplicasWithBehaviors of
 * pkg/controller/podautoscaler/horizontal.go.
 *
 * What must be remembered stands in the memory of the autoscaler's key. Of earlier recommendations
 * only those are kept that some window could still choose: the others are answered by a later one.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_HPA_LIMITS_H
#define FORGE_CLUSTER_CONTROLLERS_HPA_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct node;

enum {
	HPA_RECOMMENDATIONS_MAX = 24, /* then the oldest one goes */
	HPA_RESCALES_MAX = 14,	      /* of a direction; then the oldest two count as one */
};

struct hpa_moment {
	uint32_t at_s; /* since the epoch */
	int32_t count; /* recommended, or changed by */
};

struct hpa_memory {
	int64_t next_ms; /* of the next look */
	struct hpa_moment recommendations[HPA_RECOMMENDATIONS_MAX];
	struct hpa_moment ups[HPA_RESCALES_MAX], downs[HPA_RESCALES_MAX];
	uint32_t recommendation_count, up_count, down_count;
};

struct hpa_limits {
	struct hpa_memory *memory;
	const struct node *behavior; /* NULL: the rules without one */
	int64_t now_s, current, least, most;
};

/* Reason and message of a condition. */
struct hpa_reason {
	const char *reason, *message;
};

struct hpa_allowed {
	int64_t size;
	struct hpa_reason able;	   /* of AbleToScale */
	struct hpa_reason limited; /* of ScalingLimited */
	bool is_limited;
};

/* Takes the size of the workload as a recommendation when the autoscaler first sees it. */
void hpa_limits_begin(struct hpa_limits *l);

struct hpa_allowed hpa_limits_allow(struct hpa_limits *l, int64_t desired);

/* Records a rescale; only the policies of spec.behavior count it. */
void hpa_limits_rescaled(struct hpa_limits *l, int64_t size);

#endif

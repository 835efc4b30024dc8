/*
 * hpa_replicas - computes the desired number of replicas from the metrics of pods
 *
 * Layer: cluster/controllers. Private: hpa_metrics.c, hpa_replicas.c. Ratios are doubles, as in
 * the controller, so that rounding up ends at the same numbers; only the four operations that IEEE
 * 754 fixes are used. Source: Kubernetes, pkg/controller/podautoscaler/replica_calculator.go.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_HPA_REPLICAS_H
#define FORGE_CLUSTER_CONTROLLERS_HPA_REPLICAS_H

#include "api/view.h"

struct hpa_ask {
	struct arena *arena;
	const struct objects *pods; /* that the target's selector finds */
	const struct answer
		*metrics; /* 200 and {items: list of PodMetrics}, or why there are none */
	int64_t now_s;
	struct str resource;  /* cpu, memory, … */
	struct str container; /* absent: all of a pod */
	bool is_share;	      /* target is a percentage of requests; else milli-units a pod */
	int64_t target;
	double tolerance_up, tolerance_down; /* a ratio so near to 1 changes nothing */
	int64_t current;
};

struct hpa_found {
	int64_t size;
	int64_t percent; /* of requests, when it was asked for */
	int64_t average_milli;
};

/* False: *ret_fault says why nothing can be computed. */
bool hpa_replicas(const struct hpa_ask *ask, struct hpa_found *ret, struct str *ret_fault);

#endif

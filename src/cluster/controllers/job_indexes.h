/*
 * job_indexes - which indexes of an Indexed Job its pods have taken
 *
 * Layer: cluster/controllers. The set grows with the number of pods, not with spec.completions,
 * which may be two thousand millions. Invariants: items ascend, none twice.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_JOB_INDEXES_H
#define FORGE_CLUSTER_CONTROLLERS_JOB_INDEXES_H

#include "api/cache.h"

#define JOB_INDEX "batch.kubernetes.io/job-completion-index"

struct job_indexes {
	int64_t *items;
	uint32_t count;
	uint32_t next; /* private to job_indexes_skip */
};

enum job_index_use {
	JOB_INDEX_SUCCEEDED,
	JOB_INDEX_TAKEN, /* succeeded, or a pod is at work on it */
};

/* Those below completions. */
struct job_indexes job_indexes_of(struct arena *arena, const struct objects *pods,
				  int64_t completions, enum job_index_use use);

/* The first index from this one on that is not in the set. Asked for ascending ones. */
int64_t job_indexes_skip(struct job_indexes *set, int64_t index);

/* "0-2,4" */
struct str job_indexes_format(struct arena *arena, const struct job_indexes *set);

#endif

/*
 * reasons - why nodes do not fit, counted
 *
 * Layer: cluster/scheduler. Private: preempt.c, reasons.c, scheduler.c.
 */
#ifndef FORGE_CLUSTER_SCHEDULER_REASONS_H
#define FORGE_CLUSTER_SCHEDULER_REASONS_H

#include "base/buf.h"
#include "base/vec.h"
#include "cluster/scheduler/placing.h"

struct reason {
	struct str text;
	uint32_t count; /* nodes */
};

struct reasons {
	struct arena *arena;
	VEC(struct reason) items;
};

void reasons_count(struct reasons *reasons, struct str text, uint32_t count);
void reasons_count_misfits(struct reasons *reasons, const struct misfit *misfits, uint32_t count);

/* "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable." in order of text. */
void reasons_format(const struct reasons *reasons, uint32_t node_count, struct buf *out);

#endif

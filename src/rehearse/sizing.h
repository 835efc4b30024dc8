/*
 * sizing - the size of nodes, from the requests of the repository's pods
 *
 * Layer: rehearse. When the scenario does not say how large nodes are, all of them together hold
 * twice the requests of the last revision: a canary and its primary, or a rolling update, run side
 * by side. No node is larger than the largest that cloud providers offer, so that a pod that fits
 * none of those stays unschedulable.
 */
#ifndef FORGE_REHEARSE_SIZING_H
#define FORGE_REHEARSE_SIZING_H

#include "cluster/bootstrap.h"

struct rehearsal;

struct node_size sizing_nodes(struct rehearsal *r, int node_count);

#endif

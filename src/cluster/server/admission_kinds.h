/*
 * admission_kinds - the mutations of single kinds
 *
 * Layer: cluster/server. Private: its folder. Each changes write->object, or refuses with -1.
 */
#ifndef FORGE_CLUSTER_SERVER_ADMISSION_KINDS_H
#define FORGE_CLUSTER_SERVER_ADMISSION_KINDS_H

#include "cluster/server/admission.h"

struct str admission_now(const struct admission *a, struct arena *arena);

/* Service account and its token, priority, tolerations, first status. */
int admission_mutate_pod(struct admission *a, struct write *w);

/* Defaults and bounds of the namespace's LimitRanges. */
int admission_limit_pod(struct admission *a, struct write *w);

/* Bounds of the namespace's LimitRanges. */
int admission_limit_claim(struct admission *a, struct write *w);

/* Finalizers; the default class of a claim, and its bounds. */
int admission_mutate_claim(struct admission *a, struct write *w);
int admission_mutate_volume(struct admission *a, struct write *w);

/* Refuses what is beyond the namespace's ResourceQuotas, and counts the rest in them. */
int admission_quota(const struct admission *a, struct write *w);

/* Cluster addresses and node ports. */
int admission_mutate_service(struct admission *a, struct write *w);

enum {
	NODE_PORT_FIRST = 30000,
	NODE_PORT_LAST = 32767,
	NODE_PORT_COUNT = NODE_PORT_LAST - NODE_PORT_FIRST + 1,
};

/* A set of node ports. */
struct node_ports {
	bool has[NODE_PORT_COUNT];
};

/* The node ports of all Services but `own` (may be NULL), health check ports included: O(all their
 * ports). */
void node_ports_taken(const struct admission *a, const struct key *own, struct node_ports *ret);
void node_ports_add(struct node_ports *set, const struct node *service);
bool node_ports_has(const struct node_ports *set, int64_t number);

/* The next free cluster IP and node port; NULL: no port is free. The port is added to `taken`. */
struct str admission_next_address(struct admission *a, struct arena *arena);
const struct node *admission_next_node_port(struct admission *a, struct arena *arena,
					    struct node_ports *taken);

/* Refuses an address or node port that the write names and another Service has. */
int admission_claim_service(struct admission *a, struct write *w);

/* stringData into data. */
int admission_mutate_secret(struct admission *a, struct write *w);

/* The generation of the template. */
int admission_mutate_daemonset(struct admission *a, struct write *w);

/* Selector and labels. */
int admission_mutate_job(struct admission *a, struct write *w);

#endif

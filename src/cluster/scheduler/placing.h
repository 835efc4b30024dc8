/*
 * placing - one run of the scheduler: what a pod asks for, what is left on each node
 *
 * Layer: cluster/scheduler. Private: its folder. One run places all pods that wait, by priority
 * and age, over one picture of the nodes that it keeps up to date as it binds. Source: Kubernetes
 * pkg/scheduler/schedule_one.go and framework/plugins, whose messages these are.
 */
#ifndef FORGE_CLUSTER_SCHEDULER_PLACING_H
#define FORGE_CLUSTER_SCHEDULER_PLACING_H

#include "api/plan.h"
#include "base/map.h"
#include "base/vec.h"

/* Pods that a constraint counts, by domain of its topology key. */
struct domains {
	int64_t **on_node; /* of each node's domain; NULL: it has no such label */
	int64_t fewest;	   /* in a domain with a node that the pod selects */
	int64_t eligible;  /* domains with such a node */
	int64_t all;	   /* pods in all domains */
	int64_t self;	   /* 1: the pod itself would count */
};

/* What a pod asks of its node, read once. */
struct wishes {
	const struct object *pod;
	struct str node_name; /* spec.nodeName */
	const struct node *containers;
	const struct node *tolerations;
	const struct node *selector;	  /* spec.nodeSelector */
	const struct node *required;	  /* terms of its node affinity */
	const struct node *preferred;	  /* likewise, with weights */
	const struct node *affinity;	  /* required terms: beside other pods */
	const struct node *anti_affinity; /* likewise: not beside them */
	const struct node *spread;	  /* topologySpreadConstraints */
	struct domains *spread_domains, *near_domains,
		*anti_domains; /* by scheduler_count_domains */
	bool has_host_ports;
	bool has_extended; /* requests other than cpu and memory */
	/* by scheduler_read_volumes */
	struct objects volumes;	  /* of its bound claims; NULL: gone */
	struct objects claims;	  /* that are bound once the pod's node is known */
	struct objects exclusive; /* claims that only one pod may have at a time */
};

struct wishes scheduler_wishes(const struct object *pod);

/* A node and what is left on it. */
struct place_node {
	const struct object *node;
	const struct node *taints;
	bool cordoned;
	int64_t cpu_milli, memory_bytes, pods; /* allocatable */
	int64_t cpu_used, memory_used, pods_used;
	const struct object **pods_on; /* bound there, this run's included */
	uint32_t pods_on_count;
	/* of the pod that is being placed: pods with the same controller */
	int64_t siblings_on_node;
	int64_t *siblings_in_zone; /* one count for all nodes of the zone */
	bool resolvable;	   /* does not fit, but might without some of its pods */
	int64_t lowest_priority;   /* of pods_on */
};

struct placing {
	const struct view *view;
	struct arena *arena;
	struct place_node *nodes;
	uint32_t node_count;
	struct map by_name;	/* to one of nodes */
	struct map by_owner;	/* where pods of a controller are: by scheduler_count_siblings */
	struct str siblings_of; /* the controller whose pods are counted */
	VEC(const struct node *) taken; /* volumes that this run binds to claims */
	uint32_t preemptor_count;	/* pods for which this run evicts victims */
	bool woken; /* by the victim of one pod: those that wait for theirs say so */
};

/* Why a node does not fit: the message, and whether evicting pods could help. */
struct misfit {
	const char *message; /* NULL: it fits */
	struct str resource; /* of "Insufficient %s" */
	bool resolvable;
};

enum { MISFITS_MAX = 4 }; /* reasons of one node: several resources may lack at once */

/* Fills the reasons why the pod does not fit the node; returns how many. */
uint32_t scheduler_misfits(const struct placing *p, const struct wishes *wishes,
			   const struct place_node *node, struct misfit misfits[MISFITS_MAX]);

/* Fills the nodes' counts of siblings; before the first scheduler_score() for the pod. O(nodes +
 * siblings), and once O(pods). */
void scheduler_count_siblings(struct placing *p, const struct object *pod);
/* The pod goes to the node: its siblings that come after count it. */
void scheduler_add_sibling(struct placing *p, const struct object *pod, struct place_node *node);

/* 0 and more; higher is better. */
int64_t scheduler_score(const struct placing *p, const struct wishes *wishes,
			const struct place_node *node);

/*
 * Volumes. Reads the pod's claims. False: the pod cannot be placed, and *ret_why says why; absent:
 * the volumes that an earlier run asked for are still being bound.
 */
bool scheduler_read_volumes(const struct placing *p, struct wishes *wishes, struct str *ret_why);
uint32_t scheduler_check_volumes(const struct placing *p, const struct wishes *wishes,
				 const struct object *node, struct misfit misfits[MISFITS_MAX]);
/* Asks for the volumes of the claims that waited for the node. */
void scheduler_claim_volumes(struct plan *plan, struct placing *p, const struct wishes *wishes,
			     const struct object *node);

/* Adds the pod's requests to the node's usage; times -1: subtracts them. */
void scheduler_count_pod(struct place_node *node, const struct object *pod, int times);

/* The pod's nominated node, where an earlier run evicted victims for it, or NULL. */
struct place_node *scheduler_nominated(const struct placing *p, const struct object *pod);

/* The node that the pod's affinity names, as that of a DaemonSet's pod does, or NULL. */
struct place_node *scheduler_named(const struct placing *p, const struct wishes *wishes);

/* The result of preemption for a pod that fits no node. */
struct preemption {
	struct place_node *node; /* the nominated node; NULL: none */
	struct str text;	 /* why not; absent: victims are terminating */
};
struct preemption scheduler_preempt(struct plan *plan, struct placing *p, struct wishes *wishes);

/* Topology: counted once for a pod, before the first scheduler_misfits() for it. */
void scheduler_count_domains(const struct placing *p, struct wishes *wishes, struct arena *arena);
const char *scheduler_check_spread(const struct placing *p, const struct wishes *wishes,
				   const struct place_node *node);
bool scheduler_violates_affinity(const struct placing *p, const struct wishes *wishes,
				 const struct place_node *node);
bool scheduler_violates_anti_affinity(const struct placing *p, const struct wishes *wishes,
				      const struct place_node *node);

#endif

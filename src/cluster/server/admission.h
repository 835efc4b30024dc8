/*
 * admission - what the API server does to an object on its way into the store
 *
 * Layer: cluster/server. Private: its folder. Between decoding and storing: namespace life cycle,
 * the hand-written mutations of kinds (a table by kind), and what a stored write brings with it (a
 * CRD registers its kind). Schema defaults and validation, which come between admission_mutate()
 * and admission_validate(), are kube/'s. Order: Kubernetes pkg/kubeapiserver/options, plugins.go.
 */
#ifndef FORGE_CLUSTER_SERVER_ADMISSION_H
#define FORGE_CLUSTER_SERVER_ADMISSION_H

#include "api/api.h"
#include "cluster/server/store.h"

struct admission {
	struct store *store;
	struct schemas *schemas;
	struct world *world;
	/* the next free address of the service network, and node port */
	uint32_t next_service_ip;
	uint32_t next_node_port;
	bool addresses_are_chosen; /* a write named one: the next free one may be taken */
	uint64_t seed;
};

/* One write on its way. */
struct write {
	const struct api_request *request;
	struct arena *arena;
	const struct kind *kind;
	struct key key;
	const struct object *old; /* NULL: create */
	const struct node *object;
	struct api_answer *answer; /* filled when refused */
	bool typed;		   /* object has its type: neither decoded nor validated */
};

/* Checks that the namespace exists and is not terminating. Returns -1 with write->answer filled
 * when not. */
int admission_namespace(const struct admission *a, struct write *write);

/* Changes write->object as the plugins of its kind do; before defaults. -1: refused. */
int admission_mutate(struct admission *a, struct write *write);

/* Refusals after validation: quota, limit ranges. */
int admission_validate(const struct admission *a, struct write *write);

/* After the object is stored, or removed (after NULL). */
void admission_stored(struct admission *a, const struct object *before, const struct object *after);

#endif

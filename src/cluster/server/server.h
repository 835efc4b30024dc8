/*
 * server - the API server: answers requests from the store of this process
 *
 * Layer: cluster/server. The whole path of a request: decoding, admission, defaults, validation,
 * ownership of fields, the store. Every call answers before it returns; watchers see the write in
 * a later turn. Semantics: docs/parity.md, "Cluster".
 *
 * Ownership: lives in the caller's memory, what it makes in the arena.
 */
#ifndef FORGE_CLUSTER_SERVER_SERVER_H
#define FORGE_CLUSTER_SERVER_SERVER_H

#include "cluster/server/admission.h"

struct server {
	struct world *world;
	struct schemas *schemas; /* CRDs that are created extend them */
	struct store *store;
	struct admission admission;
};

void server_init(struct server *server, struct world *world, struct schemas *schemas,
		 struct arena *arena);

/* Fills *answer, which begins empty; its texts live in the request's arena. */
void server_call(struct server *server, const struct api_request *request,
		 struct api_answer *answer);

/* The same for an object that this program made of its type: see api_call_typed(). */
void server_call_typed(struct server *server, const struct api_request *request,
		       struct api_answer *answer);

#endif

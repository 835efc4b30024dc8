/*
 * fields - the parts of an object that only the API server writes
 *
 * Layer: cluster/server. Private: fields.c, write.c. Source: Kubernetes apiserver
 * pkg/registry/rest (BeforeCreate, BeforeUpdate) and the strategies of the built-in kinds.
 */
#ifndef FORGE_CLUSTER_SERVER_FIELDS_H
#define FORGE_CLUSTER_SERVER_FIELDS_H

#include "cluster/server/admission.h"

/* Sets the server's metadata of a new object in place of the client's. Drops its status, which
 * controllers write, where the kind has /status. */
void server_fields_stamp(struct write *w, struct str uid, struct str now);

/* The object of an update with what it cannot change as it stands in the stored one: a write
 * through the main resource never changes status, one through /status nothing else. */
const struct node *server_fields_keep(const struct write *w);

/* Whether metadata.generation rises: everything counts but metadata and status. */
bool server_fields_raise_generation(const struct write *w);

#endif

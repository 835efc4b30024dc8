/*
 * calls - what the files that answer one verb share
 *
 * Layer: cluster/server. Private: its folder.
 *
 * A call gets the write with its kind, key and stored version; it answers into w->answer and
 * returns -1 when it refused. read.c has get, list.c lists and collections, write.c what becomes
 * of a body until it is stored, apply.c server-side apply.
 */
#ifndef FORGE_CLUSTER_SERVER_CALLS_H
#define FORGE_CLUSTER_SERVER_CALLS_H

#include "cluster/server/server.h"
#include "kube/ssa/ssa.h"

int server_get(struct server *server, struct write *w);
int server_list(struct server *server, struct write *w);
int server_create(struct server *server, struct write *w);
int server_update(struct server *server, struct write *w);
int server_patch(struct server *server, struct write *w);
int server_apply(struct server *server, struct write *w);
int server_delete(struct server *server, struct write *w);
int server_delete_collection(struct server *server, struct write *w);

/* The uid and the version that the request names. */
int server_check_preconditions(struct write *w);

/* The rest of a create, once w->object is decoded. */
int server_create_object(struct server *server, struct write *w, const struct node *managed);

/* The rest of an update, once w->object is what the client wants. managed NULL: recorded as an
 * Update. */
int server_update_object(struct server *server, struct write *w, const struct node *managed);

struct str server_now(const struct server *server, struct arena *arena); /* RFC 3339 */

/* For server-side apply: what is stored, and who writes now. */
struct ssa_stored server_stored(const struct server *server, const struct write *w);
struct ssa_writer server_writer(const struct server *server, const struct write *w);

struct schema server_schema(const struct server *server, const struct kind *kind);

void server_answer(struct write *w, int code, enum api_outcome outcome,
		   const struct object *object);

/* An object that is answered but not stored (a dry run, a subresource), owned by the request's
 * arena. */
const struct object *server_unstored(struct write *w, const struct node *managed);

#endif

/*
 * embedded_inside - what the files of the embedded api share
 *
 * Layer: cluster, private to embedded*.c: embedded.c has the table, embedded_write.c what becomes
 * of a body until it is stored, embedded_apply.c server-side apply, embedded_read.c get and list.
 *
 * A call gets the write with its kind, key and stored version; it answers into w->answer and
 * returns -1 when it refused.
 */
#ifndef FORGE_CLUSTER_EMBEDDED_INSIDE_H
#define FORGE_CLUSTER_EMBEDDED_INSIDE_H

#include "cluster/admission.h"
#include "cluster/embedded.h"
#include "kube/ssa.h"

struct embedded {
	struct api api; /* first: the table's functions get a pointer to it */
	struct arena *arena;
	struct store *store;
	struct admission admission;
};

int embedded_get(struct embedded *e, struct write *w);
int embedded_list(struct embedded *e, struct write *w);
int embedded_create(struct embedded *e, struct write *w);
int embedded_update(struct embedded *e, struct write *w);
int embedded_patch(struct embedded *e, struct write *w);
int embedded_apply(struct embedded *e, struct write *w);
int embedded_delete(struct embedded *e, struct write *w);

/* The uid and the version that the request names. */
int embedded_check_preconditions(struct write *w);

/* The rest of a create, once w->object is decoded. */
int embedded_create_object(struct embedded *e, struct write *w, const struct node *managed);

/* The rest of an update, once w->object is what the client wants. managed NULL: recorded as an
 * Update. */
int embedded_update_object(struct embedded *e, struct write *w, const struct node *managed);

struct str embedded_now(const struct embedded *e, struct arena *arena); /* RFC 3339 */

/* For server-side apply: what is stored, and who writes now. */
struct ssa_stored embedded_stored(const struct embedded *e, const struct write *w);
struct ssa_writer embedded_writer(const struct embedded *e, const struct write *w);

struct schema embedded_schema(const struct embedded *e, const struct kind *kind);

void embedded_answer(struct write *w, int code, enum api_outcome outcome,
		     const struct object *object);

/* An object that is only shown (a dry run, a subresource), owned by the request's arena. */
const struct object *embedded_unstored(struct write *w, const struct node *managed);

#endif

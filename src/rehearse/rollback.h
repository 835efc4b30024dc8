/*
 * rollback - the proof that shipping `from` again restores what it had
 *
 * Layer: rehearse. Keeps the applied objects of the first state; after `from` was shipped again,
 * compares the inventories and every field that a render applies. Replicas that an autoscaler or a
 * Canary owns are left out.
 */
#ifndef FORGE_REHEARSE_ROLLBACK_H
#define FORGE_REHEARSE_ROLLBACK_H

#include "api/object.h"
#include "base/vec.h"

struct rehearsal;

struct kept_object {
	const struct object *object; /* a reference of ours */
	const struct node *applied;  /* as rendered */
};

struct rollback {
	VEC(struct kept_object) objects;
	bool shipped;	      /* `from` was shipped again */
	uint32_t compared;    /* applied fields */
	uint32_t differences; /* of them, each told to the invariants */
};

/* When the first revision has settled. */
void rollback_keep(struct rehearsal *r);

/* When it has settled again. */
void rollback_compare(struct rehearsal *r);

void rollback_release(struct rehearsal *r);

#endif

/*
 * reasons - why a rehearsal is not good, worst first, and what of it was so before
 *
 * Layer: rehearse. The verdict is about users, pods and what is delivered, compared with the first
 * revision: what failed there and fails now is listed and does not fail the change.
 */
#ifndef FORGE_REHEARSE_REASONS_H
#define FORGE_REHEARSE_REASONS_H

#include "base/vec.h"
#include "kube/object.h"

struct rehearsal_results;

/* In this order: requests that fail while a Canary is rolled back are what it is for. */
enum reason_kind {
	REASON_WORKLOAD,      /* not as its spec asks */
	REASON_AUTOSCALER,    /* worked, and scales no more */
	REASON_KUSTOMIZATION, /* not ready */
	REASON_DROPPED,	      /* a field that does not arrive */
	REASON_TERMINATING,   /* deleted, and stays */
	REASON_INVARIANT,
	REASON_CANARY, /* rolled back, or stuck */
	REASON_USERS,  /* requests fail */
	REASON_EXPECTATION,
};

struct reason {
	enum reason_kind kind;
	struct str text; /* one sentence */
	bool so_before;
};

struct reasons {
	VEC(struct reason) items;
};

/* In the arena, from what the results hold. */
struct reasons reasons_of(const struct rehearsal_results *results, struct arena *arena);

/* The first that was not so before; NULL: there is none. */
const struct reason *reasons_worst(const struct reasons *reasons);

#endif

/*
 * invariants - what must hold at every step of a rehearsal
 *
 * Layer: rehearse. Checks every write to the cluster, and the whole cluster when a revision has
 * settled. The rules are listed in docs/rehearse.md. A fault that the scenario injects suspends
 * `availability`.
 */
#ifndef FORGE_REHEARSE_INVARIANTS_H
#define FORGE_REHEARSE_INVARIANTS_H

#include "api/api.h"
#include "base/map.h"
#include "base/vec.h"

struct cache;
struct embedded;
struct record;
struct repository;
struct scenario;

enum invariant_id {
	INVARIANT_AVAILABILITY,
	INVARIANT_SURGE,
	INVARIANT_BUDGET,
	INVARIANT_WEIGHT,
	INVARIANT_ROLLBACK,
	INVARIANT_PROMOTION,
	INVARIANT_VERSION,
	INVARIANT_OWNERSHIP,
	INVARIANT_FINALIZER,
	INVARIANT_CONVERGENCE,
	INVARIANT_STATUS,
	INVARIANT_ORDER,
	INVARIANT_SECRET,
	INVARIANT_COUNT,
};

/* The first time that an object broke it, and how often it did. */
struct violation {
	enum invariant_id id;
	int64_t at_ms;
	struct str kind;
	struct key key;
	struct str message;
	const struct node *source; /* where it is written; NULL: nowhere */
	uint32_t times;
};

struct invariants_options {
	struct arena *arena;
	struct world *world;
	struct embedded *embedded;	     /* whose writes are watched */
	const struct cache *cluster;	     /* as its controllers see it */
	const struct repository *repository; /* where its objects come from */
	const struct scenario *scenario;
	const struct record *record;
	struct str root; /* names the whole, when that breaks one */
};

struct invariants {
	struct invariants_options options;
	uint64_t version;		  /* of the last write */
	uint64_t listed;		  /* what was there before comes in any order */
	uint64_t checks[INVARIANT_COUNT]; /* how often each was looked at */
	VEC(struct violation) violations;
	struct map settled; /* uid of a Deployment → replicas it once had available */
};

void invariants_attach(struct invariants *v, const struct invariants_options *options);

/* When a revision has come to rest. */
void invariants_at_rest(struct invariants *v, bool unsettled);

/* After `from` was shipped again: reports each difference to the first state. */
void invariants_break_rollback(struct invariants *v, struct str kind, struct key key,
			       struct str message);

struct str invariant_name(enum invariant_id id);

#endif

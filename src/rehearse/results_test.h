/*
 * results_test - results of a rehearsal that never ran: what a test puts in
 *
 * Layer: rehearse, for the unit tests of readers. Two revisions, 1… and 2…, were shipped; all else
 * is empty.
 *
 *	struct results_fixture f;
 *	results_begin(&f);
 *	VEC_PUSH(f.arena, &f.record.canaries, &canary);
 *	report_json(&f.results, &out);
 *	results_end(&f);
 */
#ifndef FORGE_REHEARSE_RESULTS_TEST_H
#define FORGE_REHEARSE_RESULTS_TEST_H

#include "base/arena.h"
#include "base/test.h"
#include "deliver/repository.h"
#include "doc/make.h"
#include "rehearse/assumed.h"
#include "rehearse/changes.h"
#include "rehearse/faults.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/rollback.h"
#include "rehearse/users.h"

struct results_fixture {
	struct arena *arena;
	struct revision revisions[2];
	struct repository repository;
	struct revision_states states;
	struct record record;
	struct faults faults;
	struct invariants invariants;
	struct rollback rollback;
	struct changes changes;
	struct measures measures;
	struct users users;
	struct assumed assumed;
	struct rehearsal_results results;
};

static inline void results_begin(struct results_fixture *f)
{
	*f = (struct results_fixture){ .arena = arena_new("results_test"),
				       .revisions = { { STR("1111"), STR("one"), {} },
						      { STR("2222"), STR("two"), {} } } };
	f->assumed.arena = f->arena;
	f->results = (struct rehearsal_results){ .set = docset_new(f->arena),
						 .repository = &f->repository,
						 .current = &f->revisions[1],
						 .states = &f->states,
						 .record = &f->record,
						 .faults = &f->faults,
						 .invariants = &f->invariants,
						 .rollback = &f->rollback,
						 .changes = &f->changes,
						 .measures = &f->measures,
						 .users = &f->users,
						 .assumed = &f->assumed,
						 .seed = 1 };
	for (size_t i = 0; i < ARRAY_COUNT(f->revisions); i++) {
		struct revision_state state = { .revision = &f->revisions[i] };
		VEC_PUSH(f->arena, &f->states, state);
	}
}

static inline void results_end(struct results_fixture *f)
{
	arena_free(f->arena);
}

#endif

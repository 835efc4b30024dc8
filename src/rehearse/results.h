/*
 * results - the results of a rehearsal, for reports, measures and changes
 *
 * Layer: rehearse. Reports, measures and changes read this and nothing else of a rehearsal. It
 * exists from the first step on, for the progress line, and is complete at the end.
 *
 * Ownership: borrows all; lives as long as the rehearsal does.
 */
#ifndef FORGE_REHEARSE_RESULTS_H
#define FORGE_REHEARSE_RESULTS_H

#include "doc/set.h"

struct assumed;
struct cache;
struct changes;
struct faults;
struct invariants;
struct measures;
struct node;
struct record;
struct recorded_canary;
struct repository;
struct revision;
struct revision_states;
struct rollback;
struct users;

struct rehearsal_results {
	struct docset *set;		      /* of the texts behind all nodes */
	const struct repository *repository;  /* what was shipped, and rendered of it */
	const struct revision *current;	      /* the revision being shipped; NULL: none yet */
	const struct cache *cluster;	      /* as it stands; NULL: there is none yet */
	const struct revision_states *states; /* of each revision, in the order of shipping */
	const struct record *record;
	const struct faults *faults;
	const struct invariants *invariants;
	const struct rollback *rollback;
	const struct changes *changes;
	const struct measures *measures;
	const struct users *users;
	const struct assumed *assumed;
	bool expects_outcome; /* the scenario says how it ends: an expectation like others */
	uint64_t seed;
	int64_t virtual_ms; /* since the start */
	/* At the end: */
	uint64_t hash;
	struct str replay; /* the command that runs it again */
};

/* "promoted", "rolledBack", "stuck", "failed", "violated" or "healthy": the whole, which is its
 * worst part. */
struct str results_verdict(const struct rehearsal_results *r);

/* Whether the result is good: promoted or healthy, or what the scenario expects. */
bool results_are_good(const struct rehearsal_results *r);

/* Where in the repository a node was written; without a path when it was not. */
struct place results_place(const struct rehearsal_results *r, const struct node *n);

#endif

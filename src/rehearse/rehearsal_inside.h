/*
 * rehearsal_inside - the struct that the files of a rehearsal share
 *
 * Layer: rehearse. Private: its folder. Code that reads the results (report, measures, changes)
 * takes struct rehearsal_results.
 */
#ifndef FORGE_REHEARSE_REHEARSAL_INSIDE_H
#define FORGE_REHEARSE_REHEARSAL_INSIDE_H

#include "deliver/repository.h"
#include "platform/platform.h"
#include "rehearse/assumed.h"
#include "rehearse/changes.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/rehearsal.h"
#include "rehearse/results.h"
#include "rehearse/revision_state.h"
#include "rehearse/rollback.h"
#include "rehearse/scenario.h"
#include "rehearse/users.h"
#include "source/git.h"

struct rehearsal {
	struct arena *arena;
	struct docset *set;
	const struct rehearsal_options *options;
	struct git git;		    /* open while its files are read */
	struct revision *revisions; /* from, then…, to */
	uint32_t revision_count;
	bool is_working_tree; /* the last one */
	struct str root;      /* the cluster's path in the repository */
	struct str base;      /* where its source begins: "", or a folder above the root */
	bool is_plain;	      /* the root holds no object of Flux: as `kubectl apply -k` has it */
	struct platform *platform;
	struct repository repository;
	struct assumed assumed;
	struct record record;
	struct playing *playing;
	struct invariants invariants;
	struct rollback rollback;
	struct changes changes;
	struct measures measures;
	struct users users;
	struct revision_states states;
	struct rehearsal_results results; /* what readers see of all this */
};

void rehearsal_init(struct rehearsal *r, const struct rehearsal_options *options);

/* Makes the cluster, the recorder, the invariants and the scenario's actors. controllers: see
 * platform_parts. */
void rehearsal_open(struct rehearsal *r, const struct reconciler *const *const *controllers,
		    int node_count, struct node_size node_size);

/* Gives up the cluster. */
void rehearsal_release(struct rehearsal *r);

/* The command that runs it again. */
struct str rehearsal_replay(const struct rehearsal *r);

#endif

/*
 * rehearsal - a release run in an embedded cluster, in virtual time
 *
 * Layer: rehearse. Brings the cluster to `from`, ships what comes after it one by one, lets the
 * canaries run under the scenario's traffic, and unless told otherwise ships `from` again. Git and
 * files are read in the real world; everything else happens in a simulated one.
 *
 *	struct rehearsal r;
 *	if (rehearsal_run(&r, &options, &err) < 0) …
 *	report_json(&r, &buf);
 *	rehearsal_release(&r);
 */
#ifndef FORGE_REHEARSE_REHEARSAL_H
#define FORGE_REHEARSE_REHEARSAL_H

#include "deliver/repository.h"
#include "platform/platform.h"
#include "rehearse/assumed.h"
#include "rehearse/changes.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/rollback.h"
#include "rehearse/scenario.h"

enum {
	REHEARSAL_REVISIONS_MAX = 64,
	REHEARSAL_PODS_MAX = 5000, /* that workloads want */
};

struct rehearsal;

struct rehearsal_options {
	struct world *world; /* the real one */
	struct arena *arena;
	struct docset *set;
	const struct str *scenario_paths; /* for the command that replays */
	uint32_t scenario_path_count;
	struct str path;    /* of the repository, or of a plain kustomization in it */
	struct str cluster; /* absent: found */
	struct str from;    /* absent: HEAD */
	struct str to;	    /* absent: the working tree */
	const struct str *then;
	uint32_t then_count;
	const struct scenario *scenario;
	uint64_t seed;
	bool no_rollback;
	/* Called often while it runs, for somebody who watches; may be NULL. */
	void (*progress)(void *context, const struct rehearsal *r);
	void *progress_context;
};

/* How a Kustomization stood when a revision had settled. */
struct kustomization_state {
	struct key key;
	struct str status, reason, message; /* of Ready; absent: it was deleted */
	bool applied;
	const struct node *inventory; /* list of {id, v} */
};

/* Pods of one owner that no node takes. */
struct unschedulable {
	struct str kind; /* of the owner */
	struct key key;
	uint32_t pods;
	struct str message; /* of the condition PodScheduled */
};

/* A Deployment or DaemonSet that is not what it should be. */
struct unhealthy {
	struct str kind;
	struct key key;
	struct str message;	   /* what is missing; why */
	const struct node *source; /* where it is written, or NULL */
};

struct revision_state {
	const struct revision *revision;
	int64_t shipped_ms, settled_ms;
	bool unsettled; /* something still changed when the time was up */
	VEC(struct kustomization_state) kustomizations;
	VEC(struct unschedulable) unschedulable;
	VEC(struct unhealthy) unhealthy;
};

enum rollout_outcome { ROLLOUT_NONE, ROLLOUT_PROMOTED, ROLLOUT_ROLLED_BACK, ROLLOUT_STUCK };

struct rehearsal {
	struct arena *arena;
	struct docset *set;
	const struct rehearsal_options *options;
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
	int64_t second_shipped_ms; /* when the first new revision was shipped; 0: not yet */
	struct invariants invariants;
	struct rollback rollback;
	struct changes changes;
	struct measures measures;
	VEC(struct revision_state) states; /* of each revision, in the order of shipping */
	uint64_t hash;
	int64_t virtual_ms;
};

MUST_USE int rehearsal_run(struct rehearsal *r, const struct rehearsal_options *options,
			   struct error *err);
void rehearsal_release(struct rehearsal *r);

/* The command that runs it again. */
struct str rehearsal_replay(const struct rehearsal *r);

/* What became of a Canary when the last revision had settled. */
enum rollout_outcome rehearsal_outcome(const struct rehearsal *r, const struct recorded_canary *c);

/* "promoted", "rolledBack" or "stuck" */
struct str outcome_word(enum rollout_outcome outcome);

/* "promoted", "rolledBack", "stuck", "failed", "violated" or "healthy": the whole. */
struct str rehearsal_verdict(const struct rehearsal *r);

#endif

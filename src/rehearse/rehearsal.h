/*
 * rehearsal - a release run in an embedded cluster, in virtual time
 *
 * Layer: rehearse. Brings the cluster to `from`, ships what comes after it one by one, lets the
 * canaries run under the scenario's traffic, and unless told otherwise ships `from` again. Git and
 * files are read in the real world; everything else happens in a simulated one.
 *
 * Ownership: lives in the arena of the options, which are borrowed; the results live as long as
 * the rehearsal.
 *
 *	struct rehearsal *r = rehearsal_new(&options);
 *	const struct rehearsal_results *results;
 *	if (rehearsal_run(r, &results, &err) < 0) …
 *	json_write(&out, report_document(results, arena), JSON_INDENT);
 *	rehearsal_free(r);
 */
#ifndef FORGE_REHEARSE_REHEARSAL_H
#define FORGE_REHEARSE_REHEARSAL_H

#include "base/base.h"
#include "base/error.h"
#include "base/str.h"
#include "source/age.h"

struct arena;
struct docset;
struct rehearsal;
struct rehearsal_results;
struct scenario;
struct world;

enum {
	REHEARSAL_REVISIONS_MAX = 64,
	REHEARSAL_PODS_MAX = 5000, /* that workloads want */
};

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
	struct age_keys keys;	 /* for what SOPS has encrypted */
	struct str age_key_file; /* that they are of, for the command that replays; or absent */
	const char *offline;	 /* why no remote base is fetched; NULL: it may be */
	/* Called often while the rehearsal runs, to show progress; -1 cancels the run. May be
	 * NULL. */
	int (*watch)(void *context, const struct rehearsal_results *results, struct error *err);
	void *watch_context;
};

struct rehearsal *rehearsal_new(const struct rehearsal_options *options);

/* Once. */
MUST_USE int rehearsal_run(struct rehearsal *r, const struct rehearsal_results **ret_results,
			   struct error *err);

/* Gives up the cluster, and with it the results. */
void rehearsal_free(struct rehearsal *r);

#endif

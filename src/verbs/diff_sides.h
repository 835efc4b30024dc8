/*
 * diff_sides - what `forge diff` compares: two folders, revisions, or one and the working tree
 *
 * Layer: verbs. Private: build_watch.c, diff.c, diff_failed.c, diff_sides.c.
 *
 *	forge diff OLD NEW		two folders of the disk
 *	forge diff REV..REV [PATH]	two revisions; HEAD where one is left out
 *	forge diff REV [PATH]		a revision and the working tree
 */
#ifndef FORGE_VERBS_DIFF_SIDES_H
#define FORGE_VERBS_DIFF_SIDES_H

#include "build/compose.h"
#include "build/difference.h"
#include "doc/nodes.h"
#include "source/git.h"
#include "verbs/verb.h"
#include "world/files.h"

struct build_cluster_args;

struct diff_input {
	struct str first, second; /* the words of the command line; absent: not given */
	const struct build_cluster_args *cluster; /* its path is absent: none */
	bool leaves_root;
	enum yes_no offline;
};

struct diff_side {
	struct files files;
	struct str name; /* as the user has it, or "the working tree" */
	struct str path; /* of what is built */
	struct compose_options options;
	struct composition composition; /* of a cluster that was built */
	struct placed_objects objects;
};

struct diff_sides {
	struct diff_side before, after;
	bool is_cluster;
	bool are_revisions;
	struct git git; /* its snapshots are read while the sides are built */
	struct snapshot before_files, after_files;
	struct files disk;     /* for sources that no revision has */
	struct nodes left_out; /* labels of Kustomizations that are not compared, as texts */
};

/* Errors: no such revision or path, a word that is neither. *ret is to be released in any case. */
MUST_USE int diff_sides_find(const struct verb_context *context, const struct diff_input *input,
			     struct diff_sides *ret, struct error *err);

/* Fills in the objects of a side; none when the path is in the other revision alone. Errors: it
 * does not build. warnings: NULL drops them. */
MUST_USE int diff_side_build(const struct verb_context *context, const struct diff_sides *sides,
			     struct diff_side *side, struct findings *warnings, struct error *err);

/*
 * Of a cluster: what a Kustomization makes is in neither side when it does not build on one of
 * them, with all that it brings; else it would look as if it were removed, or new. Each failure is
 * a finding.
 */
void diff_leave_out_failed(const struct verb_context *context, struct diff_sides *sides,
			   struct findings *findings);

void diff_sides_release(struct diff_sides *sides);

/* -1 when a part does not build: it has no objects, which would look as if they were removed. */
MUST_USE int diff_refuse_faults(const struct composition *composition, struct arena *arena,
				struct error *err);

#endif

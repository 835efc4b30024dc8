/*
 * changes - what a release changes, as a reviewer wants to know it
 *
 * Layer: rehearse. Compares the renders of the first and the last revision, Kustomization by
 * Kustomization: objects added, changed field by field, and removed; which workloads roll, what
 * prune deletes, what the cluster refuses, and what goes though nobody removed it.
 */
#ifndef FORGE_REHEARSE_CHANGES_H
#define FORGE_REHEARSE_CHANGES_H

#include "base/vec.h"
#include "doc/diff.h"
#include "kube/object.h"

struct api;
struct rehearsal_results;

enum change_kind { CHANGE_ADDED, CHANGE_CHANGED, CHANGE_REMOVED };

struct change {
	enum change_kind what;
	struct gvk gvk;
	struct key key;
	bool rolls;		   /* pods are replaced */
	bool pruned;		   /* removed, and its Kustomization prunes */
	struct str refused;	   /* why the cluster does not take it; absent when it does */
	bool held;		   /* not applied, because of another one that is refused */
	bool taken;		   /* removed though no Kustomization asked for it: with its
				      Namespace, its definition or its owner */
	struct str undeclared;	   /* fields that its type does not have, which are dropped */
	struct differences fields; /* of a changed one; secrets are marked */
	const struct node *object; /* as rendered last: where it is written */
};

struct changes {
	VEC(struct change) items;
};

/* From the states and the renders of all revisions. Objects of a Kustomization that failed are sent
 * to the cluster's API as a dry run, for the error of each. */
void changes_find(const struct rehearsal_results *results, struct api *api, struct arena *arena,
		  struct changes *ret);

/* "added", "changed", "removed" */
struct str change_word(enum change_kind what);

#endif

/*
 * history - the ControllerRevisions of a DaemonSet or StatefulSet
 *
 * Layer: cluster/controllers. Each template that a set has had is kept as a revision with a
 * number; the present one has the highest. Revisions without pods go when there are more than
 * spec.revisionHistoryLimit beside the present one. Source: Kubernetes pkg/controller/history.
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_HISTORY_H
#define FORGE_CLUSTER_CONTROLLERS_HISTORY_H

#include "api/plan.h"

struct history {
	const struct view *view;
	struct plan *plan;
	const struct object *set;
	struct str label;    /* of a revision, with the hash of its template */
	bool pods_have_name; /* their controller-revision-hash is a revision's name, not its hash */
};

/* The ControllerRevision of the present template; it is created when there is none. */
struct revision_name {
	struct str name, hash;
};
struct revision_name history_keep(const struct history *h);

/* A revision of the set by its name; NULL when it is not there (yet). */
const struct object *history_find(const struct history *h, struct str name);

#endif

/*
 * cluster_root - which folder of the repository is the cluster, and where its source begins
 *
 * Layer: rehearse. The cluster is what --cluster names, or the only folder of `clusters` in PATH,
 * or PATH itself. The source of its Kustomizations is the repository. But a project in a folder of
 * a larger repository may be written as if it were one of its own: when the paths of its
 * Kustomizations are nowhere in the repository, yet below the folder that holds `clusters`, the
 * source begins there.
 */
#ifndef FORGE_REHEARSE_CLUSTER_ROOT_H
#define FORGE_REHEARSE_CLUSTER_ROOT_H

#include "base/error.h"

struct rehearsal;

/* Sets root, base and is_plain of the rehearsal. Errors with hint: many clusters, no such folder,
 * nothing that says what is applied. */
MUST_USE int cluster_root_find(struct rehearsal *r, struct error *err);

#endif

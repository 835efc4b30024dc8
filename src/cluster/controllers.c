/* controllers - the reconcilers that make a cluster out of a store */
#include "cluster/controllers.h"

#include "cluster/controllers/controllers.h"
#include "cluster/kubelet/kubelet.h"
#include "cluster/scheduler/scheduler.h"

/* The quota controller comes first: a controller that sees the same event may create what the freed
 * quota allows. */
const struct reconciler *const cluster_reconcilers[] = {
	&quota_reconciler,
	&namespace_reconciler,
	&definition_reconciler,
	&serviceaccount_reconciler,
	&deployment_reconciler,
	&replicaset_reconciler,
	&daemonset_reconciler,
	&statefulset_reconciler,
	&job_reconciler,
	&endpointslice_reconciler,
	&endpoints_reconciler,
	&endpointslice_mirroring_reconciler,
	&hpa_reconciler,
	&pdb_reconciler,
	&volume_ephemeral_reconciler,
	&volume_binder_reconciler,
	&volume_protection_reconciler,
	&garbage_reconciler,
	&scheduler_reconciler,
	&kubelet_reconciler,
	NULL,
};

/* health_test - is an object what its spec asks for? */
#include "kube/health.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/yaml.h"

/* 1000 seconds after the epoch. */
static const struct {
	const char *object, *want;
} rows[] = {
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}, status: {replicas: 2, "
	  "updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "Current, , Deployment is available" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}, status: {replicas: 1, "
	  "updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "InProgress, LessReplicas, replicas: 1/2" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}, status: {replicas: 2, "
	  "updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "InProgress, LessUpdated, Updated: 1/2" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}, status: {replicas: 3, "
	  "updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "InProgress, ExtraPods, Pending termination: 1" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}, status: {replicas: 2, "
	  "updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "InProgress, LessAvailable, Available: 1/2" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}, status: {replicas: 2, "
	  "updatedReplicas: 2, readyReplicas: 1, availableReplicas: 2, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "InProgress, LessReady, Ready: 1/2" },
	{ "apiVersion: apps/v1, kind: Deployment, status: {replicas: 1, updatedReplicas: 1, "
	  "readyReplicas: 1, availableReplicas: 1, conditions: [{type: Available, status: "
	  "\"True\"}, {type: Progressing, status: \"True\", reason: NewReplicaSetAvailable}]}",
	  "Current, , Deployment is available" },
	{ "apiVersion: apps/v1, kind: Deployment, status: {replicas: 0, updatedReplicas: 0, "
	  "readyReplicas: 0, availableReplicas: 0, conditions: [{type: Available, status: "
	  "\"True\"}, {type: Progressing, status: \"True\", reason: NewReplicaSetAvailable}]}",
	  "InProgress, LessReplicas, replicas: 0/1" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {replicas: 0}, status: {replicas: 0, "
	  "updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, conditions: [{type: "
	  "Available, status: \"True\"}, {type: Progressing, status: \"True\", reason: "
	  "NewReplicaSetAvailable}]}",
	  "Current, , Deployment is available" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {progressDeadlineSeconds: 600}, status: "
	  "{replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: "
	  "[{type: Available, status: \"True\"}]}",
	  "InProgress, ReplicaSetNotAvailable, ReplicaSet not Available" },
	{ "apiVersion: apps/v1, kind: Deployment, spec: {progressDeadlineSeconds: 2147483647}, "
	  "status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, "
	  "conditions: [{type: Available, status: \"True\"}]}",
	  "Current, , Deployment is available" },
	{ "apiVersion: apps/v1, kind: Deployment, status: {replicas: 1, updatedReplicas: 1, "
	  "readyReplicas: 1, availableReplicas: 1, conditions: [{type: Available, status: "
	  "\"False\"}]}",
	  "InProgress, DeploymentNotAvailable, Deployment not Available" },
	{ "apiVersion: apps/v1, kind: Deployment, status: {replicas: 1, updatedReplicas: 1, "
	  "readyReplicas: 1, availableReplicas: 1, conditions: [{type: Progressing, status: "
	  "\"False\", reason: ProgressDeadlineExceeded}]}",
	  "Failed, ProgressDeadlineExceeded, Progress deadline exceeded" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "readyReplicas: 2, currentReplicas: 2, currentRevision: a, updateRevision: a}",
	  "Current, , All replicas scheduled as expected" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {replicas: 1, "
	  "readyReplicas: 1, currentReplicas: 1}",
	  "InProgress, LessReplicas, Replicas: 1/2" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "readyReplicas: 1, currentReplicas: 2}",
	  "InProgress, LessReady, Ready: 1/2" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {replicas: 3, "
	  "readyReplicas: 2, currentReplicas: 2}",
	  "InProgress, ExtraPods, Pending termination" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "readyReplicas: 2, currentReplicas: 1}",
	  "InProgress, LessCurrent, current: 1/2" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "readyReplicas: 2, currentReplicas: 2, currentRevision: a, updateRevision: b}",
	  "InProgress, RevisionMismatch, Waiting for updated revision to match current" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {updateStrategy: {type: OnDelete}}",
	  "Current, , StatefulSet is using the ondelete update strategy" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 3, updateStrategy: "
	  "{rollingUpdate: {partition: 1}}}, status: {replicas: 3, readyReplicas: 3, "
	  "updatedReplicas: 2}",
	  "Current, , Partition rollout complete" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 3, updateStrategy: "
	  "{rollingUpdate: {partition: 1}}}, status: {replicas: 3, readyReplicas: 3, "
	  "updatedReplicas: 1}",
	  "InProgress, PartitionRollout, updated: 1/2" },
	{ "apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 1, updateStrategy: "
	  "{rollingUpdate: {partition: 0}}}, status: {replicas: 1, readyReplicas: 1}",
	  "InProgress, LessCurrent, current: 0/1" },
	{ "apiVersion: apps/v1, kind: StatefulSet, status: {replicas: 0}",
	  "InProgress, LessReplicas, Replicas: 0/1" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 1, "
	  "desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, "
	  "numberAvailable: 2, numberReady: 2}",
	  "Current, , All replicas scheduled as expected" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 1, "
	  "desiredNumberScheduled: 2, currentNumberScheduled: 1, updatedNumberScheduled: 2, "
	  "numberAvailable: 2, numberReady: 2}",
	  "InProgress, LessCurrent, Current: 1/2" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 1, "
	  "desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 1, "
	  "numberAvailable: 2, numberReady: 2}",
	  "InProgress, LessUpdated, Updated: 1/2" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 1, "
	  "desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, "
	  "numberAvailable: 1, numberReady: 2}",
	  "InProgress, LessAvailable, Available: 1/2" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 1, "
	  "desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, "
	  "numberAvailable: 2, numberReady: 1}",
	  "InProgress, LessReady, Ready: 1/2" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {desiredNumberScheduled: 0}",
	  "InProgress, NoObservedGeneration, DaemonSet generation is not observed yet" },
	{ "apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 0}",
	  "Current, , All replicas scheduled as expected" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "fullyLabeledReplicas: 2, availableReplicas: 2, readyReplicas: 2}",
	  "Current, , ReplicaSet is available" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "fullyLabeledReplicas: 1, availableReplicas: 2, readyReplicas: 2}",
	  "InProgress, LessLabelled, Labelled: 1/2" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "fullyLabeledReplicas: 2, availableReplicas: 1, readyReplicas: 2}",
	  "InProgress, LessAvailable, Available: 1/2" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {replicas: 2, "
	  "fullyLabeledReplicas: 2, availableReplicas: 2, readyReplicas: 1}",
	  "InProgress, LessReady, Ready: 1/2" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {replicas: 3, "
	  "fullyLabeledReplicas: 2, availableReplicas: 2, readyReplicas: 2}",
	  "InProgress, ExtraPods, Pending termination" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 0}, status: {conditions: "
	  "[{type: ReplicaFailure, status: \"True\"}]}",
	  "InProgress, ReplicaFailure, Replica Failure condition" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 0}, status: {conditions: "
	  "[{type: ReplicaFailure, status: \"False\"}]}",
	  "Current, , ReplicaSet is available" },
	{ "apiVersion: apps/v1, kind: ReplicaSet, status: {}",
	  "InProgress, LessLabelled, Labelled: 0/1" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Succeeded}",
	  "Current, , Pod has completed successfully" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Failed}",
	  "Current, , Pod has completed, but not successfully" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Running}",
	  "InProgress, PodRunningNotReady, Pod is running but is not Ready" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Pending}",
	  "InProgress, PodPending, Pod is in the Pending phase" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Other}",
	  "InProgress, PodPending, Pod is in the Pending phase" },
	{ "apiVersion: v1, kind: Pod", "InProgress, PodPending, Pod is in the Pending phase" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Running, conditions: [{type: Ready, status: "
	  "\"True\"}]}",
	  "Current, , Pod is Ready" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Running, containerStatuses: [{state: "
	  "{waiting: {reason: CrashLoopBackOff}}}]}",
	  "Failed, ContainerCrashLooping, Containers in CrashLoop state" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Running, containerStatuses: [{state: "
	  "{running: {}}}, {state: {waiting: {reason: CrashLoopBackOff}}}], conditions: [{type: "
	  "Ready, status: \"True\"}]}",
	  "Current, , Pod is Ready" },
	{ "apiVersion: v1, kind: Pod, status: {phase: Failed, containerStatuses: [{state: "
	  "{waiting: {reason: CrashLoopBackOff}}}]}",
	  "Current, , Pod has completed, but not successfully" },
	{ "apiVersion: v1, kind: Pod, metadata: {creationTimestamp: \"1970-01-01T00:16:25Z\"}, "
	  "status: {phase: Pending, conditions: [{type: PodScheduled, status: \"False\", reason: "
	  "Unschedulable}]}",
	  "InProgress, PodNotScheduled, Pod has not been scheduled" },
	{ "apiVersion: v1, kind: Pod, metadata: {creationTimestamp: \"1970-01-01T00:16:24Z\"}, "
	  "status: {phase: Pending, conditions: [{type: PodScheduled, status: \"False\", reason: "
	  "Unschedulable}]}",
	  "Failed, PodUnschedulable, Pod could not be scheduled" },
	{ "apiVersion: batch/v1, kind: Job, status: {}",
	  "InProgress, JobInProgress, Job in progress" },
	{ "apiVersion: batch/v1, kind: Job, spec: {completions: 2, parallelism: 1}, status: "
	  "{startTime: x, succeeded: 1, active: 1, failed: 0}",
	  "InProgress, JobInProgress, Job in progress" },
	{ "apiVersion: batch/v1, kind: Job, status: {startTime: x, conditions: [{type: Complete, "
	  "status: \"True\"}]}",
	  "Current, , Job Completed" },
	{ "apiVersion: batch/v1, kind: Job, status: {startTime: x, conditions: [{type: Failed, "
	  "status: \"True\", message: m, reason: r}]}",
	  "Failed, JobFailed, m" },
	{ "apiVersion: batch/v1, kind: Job, status: {startTime: x, conditions: [{type: Failed, "
	  "status: \"False\"}]}",
	  "InProgress, JobInProgress, Job in progress" },
	{ "apiVersion: batch/v1, kind: Job, status: {startTime: x, conditions: [{type: Suspended, "
	  "status: \"True\"}]}",
	  "InProgress, JobInProgress, Job in progress" },
	{ "apiVersion: batch/v1, kind: Job, spec: {completions: 2}, status: {startTime: x, "
	  "succeeded: 2}",
	  "InProgress, JobInProgress, Job in progress" },
	{ "apiVersion: batch/v1, kind: Job, spec: {suspend: true}", "Current, , Job is suspended" },
	{ "apiVersion: batch/v1, kind: CronJob", "Current, , Resource is always ready" },
	{ "apiVersion: v1, kind: ConfigMap", "Current, , Resource is always ready" },
	{ "apiVersion: v1, kind: Secret", "Current, , Resource is always ready" },
	{ "apiVersion: policy/v1, kind: PodDisruptionBudget",
	  "Current, , Resource is always ready" },
	{ "apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Bound}",
	  "Current, , PVC is Bound" },
	{ "apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}",
	  "InProgress, NotBound, PVC is not Bound" },
	{ "apiVersion: v1, kind: PersistentVolumeClaim", "InProgress, NotBound, PVC is not Bound" },
	{ "apiVersion: v1, kind: Service, spec: {type: LoadBalancer}",
	  "InProgress, NoIPAssigned, ClusterIP not set. Service type: LoadBalancer" },
	{ "apiVersion: v1, kind: Service, spec: {type: LoadBalancer, clusterIP: 10.0.0.1}",
	  "Current, , Service is ready" },
	{ "apiVersion: v1, kind: Service, spec: {type: LoadBalancer, clusterIP: 10.0.0.1}, status: "
	  "{loadBalancer: {ingress: [{ip: 1.2.3.4}]}}",
	  "Current, , Service is ready" },
	{ "apiVersion: v1, kind: Service, spec: {type: ClusterIP}", "Current, , Service is ready" },
	{ "apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: "
	  "{conditions: [{type: NamesAccepted, status: \"True\", reason: r, message: m}]}",
	  "InProgress, Installing, Install in progress" },
	{ "apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: "
	  "{conditions: [{type: NamesAccepted, status: \"False\", reason: r, message: m}]}",
	  "Failed, NameConflict, m" },
	{ "apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: "
	  "{conditions: [{type: Established, status: \"True\", reason: r, message: m}]}",
	  "Current, , CRD is established" },
	{ "apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: "
	  "{conditions: [{type: Established, status: \"False\", reason: r, message: m}]}",
	  "Failed, NotEstablished, m" },
	{ "apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition",
	  "InProgress, Installing, Install in progress" },
	{ "apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: "
	  "{conditions: [{type: Established, status: \"False\", reason: Installing, message: m}]}",
	  "InProgress, Installing, Install in progress" },
	{ "apiVersion: x.io/v1, kind: X", "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: Deployment", "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Ready, status: \"True\"}]}",
	  "Current, , Resource is Ready" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Ready, status: \"False\", "
	  "reason: r, message: m}]}",
	  "InProgress, r, m" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Ready, status: \"Unknown\", "
	  "reason: r, message: m}]}",
	  "InProgress, r, m" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Reconciling, status: "
	  "\"True\", message: m}]}",
	  "InProgress, Reconciling, m" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Reconciling, status: "
	  "\"False\", message: m}]}",
	  "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Stalled, status: \"True\", "
	  "message: m}]}",
	  "Failed, Stalled, m" },
	{ "apiVersion: x.io/v1, kind: X, status: {conditions: [{type: Stalled, status: \"False\", "
	  "message: m}]}",
	  "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: X, metadata: {generation: 2}, status: {observedGeneration: "
	  "2}",
	  "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: X, metadata: {generation: 2}, status: {observedGeneration: "
	  "1}",
	  "InProgress, LatestGenerationNotObserved, X generation is 2, but latest observed "
	  "generation is 1" },
	{ "apiVersion: x.io/v1, kind: X, metadata: {generation: 2}",
	  "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: X, status: {observedGeneration: 1}",
	  "Current, , Resource is current" },
	{ "apiVersion: x.io/v1, kind: X, metadata: {generation: 0}, status: {observedGeneration: "
	  "1}",
	  "InProgress, LatestGenerationNotObserved, X generation is 0, but latest observed "
	  "generation is 1" },
	{ "apiVersion: x.io/v1, kind: X, metadata: {deletionTimestamp: \"2024-01-01T00:00:00Z\", "
	  "generation: 2}, status: {observedGeneration: 1}",
	  "Terminating, , Resource scheduled for deletion" },
};

static struct str health_text(struct arena *arena, const struct node *object)
{
	enum { NOW_S = 1000 };
	struct health health = health_of(arena, object, NOW_S);

	return str_printf(arena, "%.*s, %.*s, %.*s", STR_FMT(health_word(health.status)),
			  STR_FMT(health.reason), STR_FMT(health.message));
}

static void objects_are_as_their_status_says(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct error err;
		const struct node *object = yaml_read_one(docset_new(arena), STR("object.yaml"),
							  str_printf(arena, "{%s}", rows[i].object),
							  DIALECT_GO_V3, &err);
		CHECK_STR(health_text(arena, object), str_from_cstr(rows[i].want));
	}
	CHECK_TEXT(health_text(arena, NULL), "NotFound, , Resource not found");
}

TESTS({ "statuses of objects give their health", objects_are_as_their_status_says })

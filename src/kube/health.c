/* health - whether an object has reached the state that its spec asks for (kstatus) */
#include "kube/health.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "kube/object.h"

enum { UNSCHEDULABLE_GRACE_S = 15 };

struct check {
	struct arena *arena;
	const struct node *object;
	int64_t now_s;
};

static struct health made(enum health_status status, const char *reason, struct str message)
{
	return (struct health){ status, str_from_cstr(reason), message };
}

static struct health current(const char *message)
{
	return made(HEALTH_CURRENT, "", str_from_cstr(message));
}

static int64_t status_int(const struct check *c, struct trusted_path field)
{
	return node_find_int(node_get(c->object, STR("status")), field, 0);
}

/* "Updated: 1/3" */
static struct health counting(const struct check *c, const char *reason, const char *word,
			      int64_t have, int64_t want)
{
	return made(HEALTH_IN_PROGRESS, reason,
		    str_printf(c->arena, "%s: %lld/%lld", word, (long long)have, (long long)want));
}

static bool condition_reason_is(const struct node *condition, struct str reason)
{
	return str_equal(node_str_at(condition, "reason"), reason);
}

static struct health deployment(const struct check *c)
{
	const struct node *progressing = condition_get(c->object, "Progressing");
	int64_t want = node_int_at(c->object, "spec.replicas", 1);
	int64_t replicas = status_int(c, TRUSTED_PATH("replicas")),
		updated = status_int(c, TRUSTED_PATH("updatedReplicas"));
	int64_t ready = status_int(c, TRUSTED_PATH("readyReplicas"));
	int64_t available = status_int(c, TRUSTED_PATH("availableReplicas"));

	if (condition_reason_is(progressing, STR("ProgressDeadlineExceeded")))
		return made(HEALTH_FAILED, "ProgressDeadlineExceeded",
			    STR("Progress deadline exceeded"));
	if (replicas < want)
		return counting(c, "LessReplicas", "replicas", replicas, want);
	if (updated < want)
		return counting(c, "LessUpdated", "Updated", updated, want);
	if (replicas > want)
		return made(HEALTH_IN_PROGRESS, "ExtraPods",
			    str_printf(c->arena, "Pending termination: %lld",
				       (long long)(replicas - want)));
	if (updated > available)
		return counting(c, "LessAvailable", "Available", available, updated);
	if (ready < want)
		return counting(c, "LessReady", "Ready", ready, want);
	if (node_int_at(c->object, "spec.progressDeadlineSeconds", INT32_MAX) != INT32_MAX &&
	    !condition_reason_is(progressing, STR("NewReplicaSetAvailable")))
		return made(HEALTH_IN_PROGRESS, "ReplicaSetNotAvailable",
			    STR("ReplicaSet not Available"));
	if (!condition_is_true(c->object, "Available"))
		return made(HEALTH_IN_PROGRESS, "DeploymentNotAvailable",
			    STR("Deployment not Available"));
	return current("Deployment is available");
}

static struct health statefulset(const struct check *c)
{
	const struct node *status = node_get(c->object, STR("status"));
	int64_t want = node_int_at(c->object, "spec.replicas", 1);
	int64_t replicas = status_int(c, TRUSTED_PATH("replicas")),
		ready = status_int(c, TRUSTED_PATH("readyReplicas"));
	int64_t partition =
		node_int_at(c->object, "spec.updateStrategy.rollingUpdate.partition", -1);

	if (str_equal(node_str_at(c->object, "spec.updateStrategy.type"), STR("OnDelete")))
		return current("StatefulSet is using the ondelete update strategy");
	if (replicas < want)
		return counting(c, "LessReplicas", "Replicas", replicas, want);
	if (ready < want)
		return counting(c, "LessReady", "Ready", ready, want);
	if (replicas > want)
		return made(HEALTH_IN_PROGRESS, "ExtraPods", STR("Pending termination"));
	if (partition > 0) {
		int64_t updated = status_int(c, TRUSTED_PATH("updatedReplicas"));
		if (updated < want - partition)
			return counting(c, "PartitionRollout", "updated", updated,
					want - partition);
		return current("Partition rollout complete");
	}
	if (status_int(c, TRUSTED_PATH("currentReplicas")) < want)
		return counting(c, "LessCurrent", "current",
				status_int(c, TRUSTED_PATH("currentReplicas")), want);
	if (!str_equal(node_str_at(status, "currentRevision"),
		       node_str_at(status, "updateRevision")))
		return made(HEALTH_IN_PROGRESS, "RevisionMismatch",
			    STR("Waiting for updated revision to match current"));
	return current("All replicas scheduled as expected");
}

static struct health daemonset(const struct check *c)
{
	static const struct {
		struct trusted_path field;
		const char *reason, *word;
	} counts[] = {
		{ TRUSTED_PATH_INIT("currentNumberScheduled"), "LessCurrent", "Current" },
		{ TRUSTED_PATH_INIT("updatedNumberScheduled"), "LessUpdated", "Updated" },
		{ TRUSTED_PATH_INIT("numberAvailable"), "LessAvailable", "Available" },
		{ TRUSTED_PATH_INIT("numberReady"), "LessReady", "Ready" },
	};
	int64_t want = status_int(c, TRUSTED_PATH("desiredNumberScheduled"));

	if (node_int_at(c->object, "status.observedGeneration", -1) < 0)
		return made(HEALTH_IN_PROGRESS, "NoObservedGeneration",
			    STR("DaemonSet generation is not observed yet"));
	for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
		int64_t have = status_int(c, counts[i].field);
		if (have < want)
			return counting(c, counts[i].reason, counts[i].word, have, want);
	}
	return current("All replicas scheduled as expected");
}

static struct health replicaset(const struct check *c)
{
	int64_t want = node_int_at(c->object, "spec.replicas", 1);

	if (condition_is_true(c->object, "ReplicaFailure"))
		return made(HEALTH_IN_PROGRESS, "ReplicaFailure", STR("Replica Failure condition"));
	if (status_int(c, TRUSTED_PATH("fullyLabeledReplicas")) < want)
		return counting(c, "LessLabelled", "Labelled",
				status_int(c, TRUSTED_PATH("fullyLabeledReplicas")), want);
	if (status_int(c, TRUSTED_PATH("availableReplicas")) < want)
		return counting(c, "LessAvailable", "Available",
				status_int(c, TRUSTED_PATH("availableReplicas")), want);
	if (status_int(c, TRUSTED_PATH("readyReplicas")) < want)
		return counting(c, "LessReady", "Ready",
				status_int(c, TRUSTED_PATH("readyReplicas")), want);
	if (status_int(c, TRUSTED_PATH("replicas")) > want)
		return made(HEALTH_IN_PROGRESS, "ExtraPods", STR("Pending termination"));
	return current("ReplicaSet is available");
}

static bool container_waits_for(const struct node *pod, struct str reason)
{
	const struct node *statuses = node_at(pod, "status.containerStatuses");

	for (uint32_t i = 0; i < node_item_count(statuses); i++)
		if (str_equal(node_str_at(node_item(statuses, i), "state.waiting.reason"), reason))
			return true;
	return false;
}

static struct health pending_pod(const struct check *c)
{
	const struct node *scheduled = condition_get(c->object, "PodScheduled");
	int64_t created_s = c->now_s;

	timestamp_seconds(node_str_at(c->object, "metadata.creationTimestamp"), &created_s);
	if (condition_reason_is(scheduled, STR("Unschedulable"))) {
		if (c->now_s - created_s > UNSCHEDULABLE_GRACE_S)
			return made(HEALTH_FAILED, "PodUnschedulable",
				    STR("Pod could not be scheduled"));
		return made(HEALTH_IN_PROGRESS, "PodNotScheduled",
			    STR("Pod has not been scheduled"));
	}
	return made(HEALTH_IN_PROGRESS, "PodPending", STR("Pod is in the Pending phase"));
}

static struct health pod(const struct check *c)
{
	struct str phase = node_str_at(c->object, "status.phase");

	if (str_equal(phase, STR("Succeeded")))
		return current("Pod has completed successfully");
	if (str_equal(phase, STR("Failed")))
		return current("Pod has completed, but not successfully");
	if (!str_equal(phase, STR("Running")))
		return pending_pod(c);
	if (condition_is_true(c->object, "Ready"))
		return current("Pod is Ready");
	if (container_waits_for(c->object, STR("CrashLoopBackOff")))
		return made(HEALTH_FAILED, "ContainerCrashLooping",
			    STR("Containers in CrashLoop state"));
	return made(HEALTH_IN_PROGRESS, "PodRunningNotReady",
		    STR("Pod is running but is not Ready"));
}

/* Flux's own rule: a started Job is not Current until it has finished. */
static struct health job(const struct check *c)
{
	if (node_bool_at(c->object, "spec.suspend", false))
		return current("Job is suspended");
	if (condition_is_true(c->object, "Complete"))
		return current("Job Completed");
	if (condition_is_true(c->object, "Failed"))
		return made(HEALTH_FAILED, "JobFailed",
			    node_str_at(condition_get(c->object, "Failed"), "message"));
	return made(HEALTH_IN_PROGRESS, "JobInProgress", STR("Job in progress"));
}

static struct health claim(const struct check *c)
{
	if (str_equal(node_str_at(c->object, "status.phase"), STR("Bound")))
		return current("PVC is Bound");
	return made(HEALTH_IN_PROGRESS, "NotBound", STR("PVC is not Bound"));
}

static struct health service(const struct check *c)
{
	if (str_equal(node_str_at(c->object, "spec.type"), STR("LoadBalancer")) &&
	    !node_str_at(c->object, "spec.clusterIP").len)
		return made(HEALTH_IN_PROGRESS, "NoIPAssigned",
			    STR("ClusterIP not set. Service type: LoadBalancer"));
	return current("Service is ready");
}

static struct health definition(const struct check *c)
{
	const struct node *names = condition_get(c->object, "NamesAccepted");
	const struct node *established = condition_get(c->object, "Established");

	if (str_equal(node_str_at(names, "status"), STR("False")))
		return made(HEALTH_FAILED, "NameConflict", node_str_at(names, "message"));
	if (condition_is_true(c->object, "Established"))
		return current("CRD is established");
	if (established && !condition_reason_is(established, STR("Installing")))
		return made(HEALTH_FAILED, "NotEstablished", node_str_at(established, "message"));
	return made(HEALTH_IN_PROGRESS, "Installing", STR("Install in progress"));
}

static struct health always(const struct check *c)
{
	(void)c;
	return current("Resource is always ready");
}

static const struct {
	struct str group, kind;
	struct health (*rule)(const struct check *c);
} rules[] = {
	{ STR_INIT("apps"), STR_INIT("Deployment"), deployment },
	{ STR_INIT("apps"), STR_INIT("StatefulSet"), statefulset },
	{ STR_INIT("apps"), STR_INIT("DaemonSet"), daemonset },
	{ STR_INIT("apps"), STR_INIT("ReplicaSet"), replicaset },
	{ STR_INIT(""), STR_INIT("Pod"), pod },
	{ STR_INIT("batch"), STR_INIT("Job"), job },
	{ STR_INIT("batch"), STR_INIT("CronJob"), always },
	{ STR_INIT(""), STR_INIT("ConfigMap"), always },
	{ STR_INIT(""), STR_INIT("Secret"), always },
	{ STR_INIT("policy"), STR_INIT("PodDisruptionBudget"), always },
	{ STR_INIT(""), STR_INIT("PersistentVolumeClaim"), claim },
	{ STR_INIT(""), STR_INIT("Service"), service },
	{ STR_INIT("apiextensions.k8s.io"), STR_INIT("CustomResourceDefinition"), definition },
};

/* The generic rules of all kinds: generation and conditions; false when none of them decides. */
static bool generic(const struct check *c, struct health *ret)
{
	const struct node *reconciling = condition_get(c->object, "Reconciling");
	const struct node *stalled = condition_get(c->object, "Stalled");
	int64_t generation = node_int_at(c->object, "metadata.generation", -1);
	int64_t observed = node_int_at(c->object, "status.observedGeneration", INT64_MIN);

	if (object_is_deleting(c->object))
		*ret = made(HEALTH_TERMINATING, "", STR("Resource scheduled for deletion"));
	else if (observed != INT64_MIN && generation >= 0 && observed != generation)
		*ret = made(HEALTH_IN_PROGRESS, "LatestGenerationNotObserved",
			    str_printf(c->arena,
				       "%.*s generation is %lld, but latest observed generation "
				       "is %lld",
				       STR_FMT(object_kind(c->object)), (long long)generation,
				       (long long)observed));
	else if (condition_is_true(c->object, "Reconciling"))
		*ret = made(HEALTH_IN_PROGRESS, "Reconciling", node_str_at(reconciling, "message"));
	else if (condition_is_true(c->object, "Stalled"))
		*ret = made(HEALTH_FAILED, "Stalled", node_str_at(stalled, "message"));
	else
		return false;
	return true;
}

static struct health by_ready_condition(const struct check *c)
{
	const struct node *ready = condition_get(c->object, "Ready");

	if (ready && !condition_is_true(c->object, "Ready"))
		return (struct health){ HEALTH_IN_PROGRESS, node_str_at(ready, "reason"),
					node_str_at(ready, "message") };
	return current(ready ? "Resource is Ready" : "Resource is current");
}

struct health health_of(struct arena *arena, const struct node *object, int64_t now_s)
{
	struct check c = { arena, object, now_s };
	struct gvk gvk = object_gvk(object);
	struct health health;

	if (!object)
		return made(HEALTH_NOT_FOUND, "", STR("Resource not found"));
	if (generic(&c, &health))
		return health;
	for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
		if (str_equal(rules[i].kind, gvk.kind) && str_equal(rules[i].group, gvk.group))
			return rules[i].rule(&c);
	return by_ready_condition(&c);
}

struct str health_word(enum health_status status)
{
	static const struct str words[] = {
		[HEALTH_CURRENT] = STR_INIT("Current"),
		[HEALTH_IN_PROGRESS] = STR_INIT("InProgress"),
		[HEALTH_FAILED] = STR_INIT("Failed"),
		[HEALTH_TERMINATING] = STR_INIT("Terminating"),
		[HEALTH_NOT_FOUND] = STR_INIT("NotFound"),
		[HEALTH_UNKNOWN] = STR_INIT("Unknown"),
	};
	return words[status];
}

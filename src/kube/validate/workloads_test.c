/* workloads_test - the rules of controllers of pods, on both sides */
#include "kube/validate/faults_fixture.h"

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define NO_INT32(number) "json: cannot unmarshal number " number " into Go value of type int32"

static const struct fault_row deployments[] = {
	{ "replicas: 0", "" },
	{ "replicas: 2147483647", "" },
	{ "replicas: 2147483648",
	  "spec.replicas: Invalid value: 2147483648: " NO_INT32("2147483648") },
	{ "replicas: 9223372036854775808",
	  "spec.replicas: Invalid value: \"number\": spec.replicas in body must be of type "
	  "integer: \"number\"" },
	{ "template: {spec: {terminationGracePeriodSeconds: 2147483648}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: 2147483647}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: 99999999999}}",
	  "spec.strategy.rollingUpdate.maxSurge: Invalid value: 99999999999: " NO_INT32(
		  "99999999999") },
	{ "strategy: {rollingUpdate: {maxSurge: 2147483647%}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: 2147483648%}}",
	  "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"2147483648%\": must be no more "
	  "than 2147483647%" },
	{ "strategy: {rollingUpdate: {maxSurge: 99999999999999999999%}}",
	  "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"99999999999999999999%\": must be "
	  "no more than 2147483647%" },
	{ "replicas: -1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0" },
	{ "minReadySeconds: 0", "" },
	{ "minReadySeconds: -1",
	  "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0" },
	{ "revisionHistoryLimit: 0", "" },
	{ "revisionHistoryLimit: -1",
	  "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0" },
	{ "progressDeadlineSeconds: 11, minReadySeconds: 10", "" },
	{ "progressDeadlineSeconds: 10, minReadySeconds: 10",
	  "spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds" },
	{ "progressDeadlineSeconds: 1", "" },
	{ "progressDeadlineSeconds: 0",
	  "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds" },
	{ "progressDeadlineSeconds: -1",
	  "[spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0, "
	  "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than "
	  "minReadySeconds]" },
	{ "strategy: {type: Recreate}", "" },
	{ "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
	  "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is "
	  "'Recreate'" },
	{ "strategy: {type: Other}",
	  "spec.strategy: Unsupported value: {\"Type\":\"Other\",\"RollingUpdate\":null}: "
	  "supported values: \"Recreate\", \"RollingUpdate\"" },
	{ "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 0%}}",
	  "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when "
	  "`maxSurge` is 0" },
	{ "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1%}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: -1, maxUnavailable: 1}}",
	  "spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal "
	  "to 0" },
	{ "strategy: {rollingUpdate: {maxUnavailable: -1}}",
	  "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or "
	  "equal to 0" },
	{ "strategy: {rollingUpdate: {maxUnavailable: 100%}}", "" },
	{ "strategy: {rollingUpdate: {maxUnavailable: 101%}}",
	  "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be "
	  "greater than 100%" },
	{ "strategy: {rollingUpdate: {maxUnavailable: 1000%}}",
	  "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"1000%\": must not be "
	  "greater than 100%" },
	{ "strategy: {rollingUpdate: {maxUnavailable: 99%}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: 101%}}", "" },
	{ "strategy: {rollingUpdate: {maxSurge: '%'}}",
	  "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"%\": " NOT_PERCENT },
	{ "strategy: {rollingUpdate: {maxSurge: a%}}",
	  "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"a%\": " NOT_PERCENT },
	{ "strategy: {rollingUpdate: {maxSurge: 5}}", "" },
};

static void check_deployments(void)
{
	CHECK_FAULTS("{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: "
		     "{selector: {matchLabels: {a: b}}, ",
		     deployments,
		     ", template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, "
		     "image: i}]}}}}");
}

static const struct fault_row selectors[] = {
	{ "selector: {matchLabels: {a: b}}", "" },
	{ "selector: {matchExpressions: [{key: a, operator: In, values: [b]}]}", "" },
	{ "selector: {}",
	  "spec.selector: Invalid value: {}: empty selector is invalid for deployment" },
	{ "selector: {matchLabels: {a: c}}",
	  "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match "
	  "template `labels`" },
	{ "selector: {matchLabels: {a: b, c: d}}",
	  "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match "
	  "template `labels`" },
	{ "selector: {matchLabels: {a: b c}}",
	  "[spec.selector.matchLabels: Invalid value: \"b c\": " NOT_LABEL_VALUE
	  ", spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b c\"}}: invalid label "
	  "selector]" },
	{ "replicas: 1", "[spec.selector: Required value, spec.template.metadata.labels: Invalid "
			 "value: {\"a\":\"b\"}: `selector` does not match template `labels`]" },
	{ "selector: {matchExpressions: [{key: a, operator: In}]}",
	  "[spec.selector.matchExpressions[0].values: Required value: must be specified when "
	  "`operator` is 'In' or 'NotIn', spec.selector: Invalid value: "
	  "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}: invalid label selector]" },
	{ "selector: {matchExpressions: [{key: a, operator: NotIn, values: []}]}",
	  "[spec.selector.matchExpressions[0].values: Required value: must be specified when "
	  "`operator` is 'In' or 'NotIn', spec.selector: Invalid value: "
	  "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"NotIn\",\"values\":[]}]}: invalid "
	  "label selector]" },
	{ "selector: {matchExpressions: [{key: a, operator: Exists}]}", "" },
	{ "selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}",
	  "[spec.selector.matchExpressions[0].values: Forbidden: may not be specified when "
	  "`operator` is 'Exists' or 'DoesNotExist', spec.selector: Invalid value: "
	  "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"b\"]}]}: "
	  "invalid label selector]" },
	{ "selector: {matchExpressions: [{key: c, operator: DoesNotExist}]}", "" },
	{ "selector: {matchExpressions: [{key: c, operator: DoesNotExist, values: [b]}]}",
	  "[spec.selector.matchExpressions[0].values: Forbidden: may not be specified when "
	  "`operator` is 'Exists' or 'DoesNotExist', spec.selector: Invalid value: "
	  "{\"matchExpressions\":[{\"key\":\"c\",\"operator\":\"DoesNotExist\",\"values\":[\"b\"]}]"
	  "}: invalid label selector]" },
	{ "selector: {matchExpressions: [{key: c, operator: NotIn, values: [b]}]}", "" },
	{ "selector: {matchExpressions: [{key: a, operator: Is}]}",
	  "[spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid "
	  "selector operator, spec.selector: Invalid value: "
	  "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Is\"}]}: invalid label selector]" },
	{ "selector: {matchExpressions: [{key: a b, operator: Exists}]}",
	  "[spec.selector.matchExpressions[0].key: Invalid value: \"a b\": " NOT_NAME_PART
	  ", spec.selector: Invalid value: {\"matchExpressions\":[{\"key\":\"a "
	  "b\",\"operator\":\"Exists\"}]}: invalid label selector]" },
	{ "selector: {matchExpressions: [{key: a, operator: In, values: [b c]}]}",
	  "[spec.selector.matchExpressions[0].values[0]: Invalid value: \"b c\": " NOT_LABEL_VALUE
	  ", spec.selector: Invalid value: "
	  "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b c\"]}]}: "
	  "invalid label selector]" },
};

static void check_selectors(void)
{
	CHECK_FAULTS("{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {",
		     selectors,
		     ", template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, "
		     "image: i}]}}}}");
}

static const struct fault_row templates[] = {
	{ "{metadata: {labels: {a: b}}}", "spec.template.spec.containers: Required value" },
	{ "{metadata: {labels: {a: b, c: d e}}, spec: {containers: [{name: c, image: i}]}}",
	  "spec.template.labels: Invalid value: \"d e\": " NOT_LABEL_VALUE },
	{ "{metadata: {labels: {a: b}, annotations: {C/d: e}}, spec: {containers: [{name: c, "
	  "image: i}]}}",
	  "" },
	{ "{metadata: {labels: {a: b}, annotations: {c d: e}}, spec: {containers: [{name: c, "
	  "image: i}]}}",
	  "spec.template.annotations: Invalid value: \"c d\": " NOT_NAME_PART },
	{ "{spec: {containers: [{name: c, image: i}]}}",
	  "spec.template.metadata.labels: Invalid value: null: `selector` does not match template "
	  "`labels`" },
	{ "{metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: c, image: "
	  "i}]}}",
	  "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: "
	  "\"Always\"" },
	{ "{metadata: {labels: {a: b}}, spec: {activeDeadlineSeconds: 1, containers: [{name: c, "
	  "image: i}]}}",
	  "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in "
	  "ReplicaSet is not Supported" },
	{ "{metadata: {labels: {a: b}}, spec: {ephemeralContainers: [{name: d, image: i}], "
	  "containers: [{name: c, image: i}]}}",
	  "spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in "
	  "pod template" },
};

static void check_templates(void)
{
	CHECK_FAULTS("{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: "
		     "{selector: {matchLabels: {a: b}}, template: ",
		     templates, "}}");
}

static const struct fault_row replica_sets[] = {
	{ "selector: {matchLabels: {a: b}}, replicas: 0", "" },
	{ "selector: {matchLabels: {a: b}}, replicas: -1",
	  "spec.replicas: Invalid value: -1: must be greater than or equal to 0" },
	{ "selector: {matchLabels: {a: b}}, minReadySeconds: -1",
	  "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0" },
	{ "selector: {}",
	  "spec.selector: Invalid value: {}: empty selector is invalid for deployment" },
	{ "replicas: 1", "[spec.selector: Required value, spec.template.metadata.labels: Invalid "
			 "value: {\"a\":\"b\"}: `selector` does not match template `labels`]" },
	{ "selector: {matchLabels: {a: c}}",
	  "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match "
	  "template `labels`" },
};

static void check_replica_sets(void)
{
	CHECK_FAULTS("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {",
		     replica_sets,
		     ", template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, "
		     "image: i}]}}}}");
}

static const struct fault_row daemon_sets[] = {
	{ "selector: {matchLabels: {a: b}}, minReadySeconds: 0", "" },
	{ "selector: {matchLabels: {a: b}}, minReadySeconds: -1",
	  "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0" },
	{ "selector: {matchLabels: {a: b}}, revisionHistoryLimit: 0", "" },
	{ "selector: {matchLabels: {a: b}}, revisionHistoryLimit: -1",
	  "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0" },
	{ "selector: {}",
	  "spec.selector: Invalid value: {}: empty selector is invalid for daemonset" },
	{ "selector: {matchLabels: {a: c}}",
	  "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match "
	  "template `labels`" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {type: OnDelete}", "" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {type: OnDelete, rollingUpdate: "
	  "{maxSurge: -1}}",
	  "" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {type: Other}",
	  "spec.updateStrategy: Unsupported value: {\"Type\":\"Other\",\"RollingUpdate\":null}: "
	  "supported values: \"RollingUpdate\", \"OnDelete\"" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 1}}",
	  "" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 0}}",
	  "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when "
	  "maxSurge is 0" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 0, "
	  "maxSurge: 1}}",
	  "" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 1, "
	  "maxSurge: 1}}",
	  "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when "
	  "maxUnavailable is non-zero" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 1, "
	  "maxSurge: 0}}",
	  "" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: -1}}",
	  "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater "
	  "than or equal to 0" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: "
	  "100%}}",
	  "" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: "
	  "101%}}",
	  "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be "
	  "greater than 100%" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 0, "
	  "maxSurge: -1}}",
	  "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or "
	  "equal to 0" },
	{ "selector: {matchLabels: {a: b}}, updateStrategy: {rollingUpdate: {maxUnavailable: 0, "
	  "maxSurge: 100%}}",
	  "" },
};

static void check_daemon_sets(void)
{
	CHECK_FAULTS("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {",
		     daemon_sets,
		     ", template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, "
		     "image: i}]}}}}");
}

static const struct fault_row stateful_sets[] = {
	{ "replicas: 0", "" },
	{ "replicas: -1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0" },
	{ "minReadySeconds: -1",
	  "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0" },
	{ "podManagementPolicy: OrderedReady", "" },
	{ "podManagementPolicy: Parallel", "" },
	{ "podManagementPolicy: Other", "spec.podManagementPolicy: Invalid value: \"Other\": must "
					"be 'OrderedReady' or 'Parallel'" },
	{ "ordinals: {start: 0}", "" },
	{ "ordinals: {start: -1}",
	  "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0" },
	{ "serviceName: a", "" },
	{ "serviceName: A", "spec.serviceName: Invalid value: \"A\": " NOT_DNS_LABEL },
	{ "serviceName: a.b", "spec.serviceName: Invalid value: \"a.b\": must not contain dots" },
	{ "updateStrategy: {type: OnDelete}", "" },
	{ "updateStrategy: {type: OnDelete, rollingUpdate: {partition: 2}}",
	  "spec.updateStrategy.rollingUpdate: Invalid value: "
	  "{\"Partition\":2,\"MaxUnavailable\":null}: only allowed for updateStrategy "
	  "'RollingUpdate'" },
	{ "updateStrategy: {type: OnDelete, rollingUpdate: {}}",
	  "spec.updateStrategy.rollingUpdate: Invalid value: "
	  "{\"Partition\":0,\"MaxUnavailable\":null}: only allowed for updateStrategy "
	  "'RollingUpdate'" },
	{ "updateStrategy: {rollingUpdate: {partition: 0}}", "" },
	{ "updateStrategy: {rollingUpdate: {partition: -1}}",
	  "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or "
	  "equal to 0" },
	{ "updateStrategy: {type: Other}",
	  "spec.updateStrategy: Invalid value: {\"Type\":\"Other\",\"RollingUpdate\":null}: must "
	  "be 'RollingUpdate' or 'OnDelete'" },
};

static void check_stateful_sets(void)
{
	CHECK_FAULTS("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: "
		     "{selector: {matchLabels: {a: b}}, ",
		     stateful_sets,
		     ", template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, "
		     "image: i}]}}}}");
}

static const struct fault_row jobs[] = {
	{ "parallelism: 0", "" },
	{ "parallelism: -1",
	  "spec.parallelism: Invalid value: -1: must be greater than or equal to 0" },
	{ "completions: 0", "" },
	{ "completions: -1",
	  "spec.completions: Invalid value: -1: must be greater than or equal to 0" },
	{ "activeDeadlineSeconds: 0", "" },
	{ "activeDeadlineSeconds: -1",
	  "spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0" },
	{ "backoffLimit: 0", "" },
	{ "backoffLimit: -1",
	  "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0" },
	{ "ttlSecondsAfterFinished: 0", "" },
	{ "ttlSecondsAfterFinished: -1",
	  "spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0" },
	{ "completionMode: Indexed, completions: 1", "" },
	{ "completionMode: Indexed", "" },
	{ "completionMode: Indexed, parallelism: 1",
	  "spec.completions: Required value: when completion mode is Indexed" },
	{ "completionMode: Indexed, completions: 1, parallelism: 100000", "" },
	{ "completionMode: Indexed, completions: 1, parallelism: 100001",
	  "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when "
	  "completion mode is Indexed" },
	{ "completions: 1, parallelism: 100001", "" },
	{ "completionMode: Indexed, completions: 1, backoffLimitPerIndex: 0", "" },
	{ "completionMode: Indexed, completions: 1, backoffLimitPerIndex: -1",
	  "spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0" },
	{ "backoffLimitPerIndex: 1",
	  "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode" },
	{ "completionMode: Indexed, completions: 1, backoffLimitPerIndex: 1, maxFailedIndexes: 0",
	  "" },
	{ "completionMode: Indexed, completions: 1, backoffLimitPerIndex: 1, maxFailedIndexes: -1",
	  "spec.maxFailedIndexes: Invalid value: -1: must be greater than or equal to 0" },
	{ "completionMode: Indexed, completions: 1, maxFailedIndexes: 1",
	  "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified" },
	{ "maxFailedIndexes: 1, backoffLimitPerIndex: 1",
	  "[spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode, "
	  "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode]" },
};

static void check_jobs(void)
{
	CHECK_FAULTS(
		"{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {", jobs,
		", template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}");
}

static const struct fault_row restarts[] = {
	{ "restartPolicy: Never}}", "" },
	{ "restartPolicy: OnFailure}}", "" },
	{ "restartPolicy: Always}}", "spec.template.spec.restartPolicy: Required value: valid "
				     "values: \"OnFailure\", \"Never\"" },
	{ "}}", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
		"\"Never\"" },
	{ "restartPolicy: Never}}, podFailurePolicy: {rules: []}", "" },
	{ "restartPolicy: OnFailure}}, podFailurePolicy: {rules: []}",
	  "spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is "
	  "supported when podFailurePolicy is specified" },
};

static void check_restarts(void)
{
	CHECK_FAULTS("{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: "
		     "{spec: {containers: [{name: c, image: i}], ",
		     restarts, "}}");
}

static const struct fault_row cron_jobs[] = {
	{ "schedule: '* * * * *'", "" },
	{ "", "spec.schedule: Required value" },
	{ "schedule: ''", "spec.schedule: Required value" },
	{ "schedule: '* * * * *', startingDeadlineSeconds: 0", "" },
	{ "schedule: '* * * * *', startingDeadlineSeconds: -1",
	  "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0" },
	{ "schedule: '* * * * *', timeZone: UTC", "" },
	{ "schedule: '* * * * *', timeZone: ''",
	  "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string" },
	{ "schedule: '* * * * *', successfulJobsHistoryLimit: 0", "" },
	{ "schedule: '* * * * *', successfulJobsHistoryLimit: -1",
	  "spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to "
	  "0" },
	{ "schedule: '* * * * *', failedJobsHistoryLimit: -1",
	  "spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0" },
};

static void check_cron_jobs(void)
{
	CHECK_FAULTS("{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: "
		     "{jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: "
		     "[{name: c, image: i}]}}}}, ",
		     cron_jobs, "}}");
}

static const struct fault_row schedules[] = {
	{ "0 0 1 1 0", "" },
	{ "59 23 31 12 6", "" },
	{ "60 0 1 1 0", "spec.schedule: Invalid value: \"60 0 1 1 0\": end of range (60) above "
			"maximum (59): 60" },
	{ "0 24 1 1 0", "spec.schedule: Invalid value: \"0 24 1 1 0\": end of range (24) above "
			"maximum (23): 24" },
	{ "0 0 0 1 0", "spec.schedule: Invalid value: \"0 0 0 1 0\": beginning of range (0) below "
		       "minimum (1): 0" },
	{ "0 0 32 1 0", "spec.schedule: Invalid value: \"0 0 32 1 0\": end of range (32) above "
			"maximum (31): 32" },
	{ "0 0 1 0 0", "spec.schedule: Invalid value: \"0 0 1 0 0\": beginning of range (0) below "
		       "minimum (1): 0" },
	{ "0 0 1 13 0", "spec.schedule: Invalid value: \"0 0 1 13 0\": end of range (13) above "
			"maximum (12): 13" },
	{ "0 0 1 1 7",
	  "spec.schedule: Invalid value: \"0 0 1 1 7\": end of range (7) above maximum (6): 7" },
	{ "0 0 1 JAN sat", "" },
	{ "0 0 1 dec SUN", "" },
	{ "0 0 1 sun 0", "spec.schedule: Invalid value: \"0 0 1 sun 0\": failed to parse int from "
			 "sun: strconv.Atoi: parsing \"sun\": invalid syntax" },
	{ "-1 * * * *", "spec.schedule: Invalid value: \"-1 * * * *\": failed to parse int from : "
			"strconv.Atoi: parsing \"\": invalid syntax" },
	{ "5-5 * * * *", "" },
	{ "5-4 * * * *", "spec.schedule: Invalid value: \"5-4 * * * *\": beginning of range (5) "
			 "beyond end of range (4): 5-4" },
	{ "1-2-3 * * * *",
	  "spec.schedule: Invalid value: \"1-2-3 * * * *\": too many hyphens: 1-2-3" },
	{ "*/1/2 * * * *",
	  "spec.schedule: Invalid value: \"*/1/2 * * * *\": too many slashes: */1/2" },
	{ "*/0 * * * *", "spec.schedule: Invalid value: \"*/0 * * * *\": step of range should be a "
			 "positive number: */0" },
	{ "*/-1 * * * *",
	  "spec.schedule: Invalid value: \"*/-1 * * * *\": negative number (-1) not allowed: -1" },
	{ "*/x * * * *", "spec.schedule: Invalid value: \"*/x * * * *\": failed to parse int from "
			 "x: strconv.Atoi: parsing \"x\": invalid syntax" },
	{ "* * * */mon *", "spec.schedule: Invalid value: \"* * * */mon *\": failed to parse int "
			   "from mon: strconv.Atoi: parsing \"mon\": invalid syntax" },
	{ "* * * jan/mon *", "spec.schedule: Invalid value: \"* * * jan/mon *\": failed to parse "
			     "int from mon: strconv.Atoi: parsing \"mon\": invalid syntax" },
	{ "*-1-2 * * * *", "" },
	{ "1,,2, * * * *", "" },
	{ "-,1 * * * *", "spec.schedule: Invalid value: \"-,1 * * * *\": failed to parse int from "
			 ": strconv.Atoi: parsing \"\": invalid syntax" },
	{ "58/2 * * * *", "" },
	{ "60/2 * * * *", "spec.schedule: Invalid value: \"60/2 * * * *\": beginning of range (60) "
			  "beyond end of range (59): 60/2" },
	{ "1-x * * * *", "spec.schedule: Invalid value: \"1-x * * * *\": failed to parse int from "
			 "x: strconv.Atoi: parsing \"x\": invalid syntax" },
	{ "1,60 * * * *", "spec.schedule: Invalid value: \"1,60 * * * *\": end of range (60) above "
			  "maximum (59): 60" },
	{ "60,1 * * * *", "spec.schedule: Invalid value: \"60,1 * * * *\": end of range (60) above "
			  "maximum (59): 60" },
	{ "? * * * *", "" },
	{ "  1 1 1 1 1  ", "" },
	{ "1 1 1 1 1 1", "spec.schedule: Invalid value: \"1 1 1 1 1 1\": expected exactly 5 "
			 "fields, found 6: [1 1 1 1 1 1]" },
	{ "1 1 1 1", "spec.schedule: Invalid value: \"1 1 1 1\": expected exactly 5 fields, found "
		     "4: [1 1 1 1]" },
	{ "TZ=UTC * * * * *", "spec.schedule: Invalid value: \"TZ=UTC * * * * *\": cannot use TZ "
			      "or CRON_TZ in schedule, use timeZone field instead" },
	{ "@yearly", "" },
	{ "@annually", "" },
	{ "@monthly", "" },
	{ "@weekly", "" },
	{ "@daily", "" },
	{ "@midnight", "" },
	{ "@every 1h", "" },
	{ "@every", "spec.schedule: Invalid value: \"@every\": unrecognized descriptor: @every" },
	{ "@reboot",
	  "spec.schedule: Invalid value: \"@reboot\": unrecognized descriptor: @reboot" },
};

static void check_schedules(void)
{
	CHECK_FAULTS("{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: "
		     "{jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: "
		     "[{name: c, image: i}]}}}}, schedule: '",
		     schedules, "'}}");
}

static const struct fault_row cron_names[] = {
	{ A50 "aa", "" },
	{ A50 "aaa",
	  "metadata.name: Invalid value: \"" A50 "aaa\": must be no more than 52 characters" },
};

static void check_cron_names(void)
{
	CHECK_FAULTS("{apiVersion: batch/v1, kind: CronJob, metadata: {name: ", cron_names,
		     "}, spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: "
		     "{restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}");
}

static const struct fault_row bare_pods[] = {
	{ "", "spec.containers: Required value" },
	{ ", spec: {}", "spec.containers: Required value" },
	{ ", spec: {ephemeralContainers: [{name: d, image: i}], containers: [{name: c, image: i}]}",
	  "spec.ephemeralContainers: Forbidden: cannot be set on create" },
};

static void check_bare_pods(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}", bare_pods, "}");
}

TESTS({ "Deployments: counts, strategies, deadlines", check_deployments },
      { "selectors of controllers match their templates", check_selectors },
      { "templates of controllers run for ever", check_templates },
      { "ReplicaSets", check_replica_sets },
      { "DaemonSets: strategies and limits", check_daemon_sets },
      { "StatefulSets: strategies, policies, names", check_stateful_sets },
      { "Jobs: counts, indexes, restart policies", check_jobs },
      { "pods of Jobs end", check_restarts }, { "CronJobs: limits, zones", check_cron_jobs },
      { "schedules: the bounds of each field", check_schedules },
      { "names of CronJobs leave room for those of their Jobs", check_cron_names },
      { "a pod has a spec", check_bare_pods })

/* scale_test - the rules of autoscalers and budgets, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row bounds[] = {
	{ "minReplicas: 0, maxReplicas: 1, metrics: [{type: Resource, resource: {name: cpu, "
	  "target: {type: Utilization, averageUtilization: 1}}}, {type: External, external: "
	  "{metric: {name: m}, target: {type: Value, value: 1}}}]",
	  "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1" },
	{ "minReplicas: 0, maxReplicas: 1, metrics: [{type: Object, object: {describedObject: "
	  "{kind: A, name: b}, metric: {name: m}, target: {type: Value, value: 1}}}]",
	  "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1" },
	{ "minReplicas: 1, maxReplicas: 1", "" },
	{ "minReplicas: 0, maxReplicas: 1",
	  "[spec.minReplicas: Invalid value: 0: must be greater than or equal to 1, spec.metrics: "
	  "Forbidden: must specify at least one Object or External metric to support scaling to "
	  "zero replicas]" },
	{ "maxReplicas: 0",
	  "[spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid "
	  "value: 0: must be greater than or equal to `minReplicas`]" },
	{ "minReplicas: 2, maxReplicas: 1",
	  "spec.maxReplicas: Invalid value: 1: must be greater than or equal to `minReplicas`" },
	{ "maxReplicas: 1", "" },
};

static void check_bounds(void)
{
	CHECK_FAULTS(
		"{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x}, "
		"spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, ",
		bounds, "}}");
}

static const struct fault_row targets[] = {
	{ "apiVersion: apps/v1, kind: Deployment, name: a", "" },
	{ "apiVersion: v1, kind: ReplicationController, name: a", "" },
	{ "apiVersion: v1, kind: Deployment, name: a",
	  "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API "
	  "group" },
	{ "kind: Deployment, name: a", "spec.scaleTargetRef.apiVersion: Invalid value: \"\": "
				       "apiVersion must specify API group" },
	{ "apiVersion: a/b/c, kind: Deployment, name: a",
	  "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion "
	  "string: a/b/c" },
	{ "apiVersion: apps/v1, name: a", "spec.scaleTargetRef.kind: Required value" },
	{ "apiVersion: apps/v1, kind: Deployment", "spec.scaleTargetRef.name: Required value" },
	{ "apiVersion: apps/v1, kind: A/b, name: a",
	  "spec.scaleTargetRef.kind: Invalid value: \"A/b\": may not contain '/'" },
	{ "apiVersion: apps/v1, kind: A, name: a%b",
	  "spec.scaleTargetRef.name: Invalid value: \"a%b\": may not contain '%'" },
};

static void check_targets(void)
{
	CHECK_FAULTS("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		     "x}, spec: {maxReplicas: 1, scaleTargetRef: {",
		     targets, "}}}");
}

static const struct fault_row metrics[] = {
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, "
	  "averageUtilization: 1}}}]",
	  "" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, "
	  "averageUtilization: 0}}}]",
	  "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater "
	  "than 0" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: AverageValue, "
	  "averageValue: 1}}}]",
	  "" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: AverageValue, "
	  "averageValue: 0}}}]",
	  "spec.metrics[0].resource.target.averageValue: Invalid value: \"0\": must be positive" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: Value, value: 1}}}]",
	  "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a "
	  "target raw value or a target utilization" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, "
	  "averageUtilization: 1, averageValue: 1}}}]",
	  "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw "
	  "value and a target utilization" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {averageUtilization: 1}}}]",
	  "[spec.metrics[0].resource.target.type: Required value: must specify a metric target "
	  "type, spec.metrics[0].resource.target.type: Invalid value: \"\": must be either "
	  "Utilization, Value, or AverageValue]" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: Other, "
	  "averageUtilization: 1}}}]",
	  "spec.metrics[0].resource.target.type: Invalid value: \"Other\": must be either "
	  "Utilization, Value, or AverageValue" },
	{ "metrics: [{type: Resource, resource: {target: {type: Utilization, averageUtilization: "
	  "1}}}]",
	  "spec.metrics[0].resource.name: Required value: must specify a resource name" },
	{ "metrics: [{type: ContainerResource, containerResource: {name: cpu, container: a, "
	  "target: {type: Utilization, averageUtilization: 1}}}]",
	  "" },
	{ "metrics: [{type: ContainerResource, containerResource: {name: cpu, container: '', "
	  "target: {type: Utilization, averageUtilization: 1}}}]",
	  "spec.metrics[0].containerResource.container: Required value: must specify a container" },
	{ "metrics: [{type: Resource}]", "spec.metrics[0].resource: Required value: must populate "
					 "information for the given metric source" },
	{ "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, "
	  "averageUtilization: 1}}, pods: {metric: {name: m}, target: {type: AverageValue, "
	  "averageValue: 1}}}]",
	  "spec.metrics[0].pods: Forbidden: must populate the given metric source only" },
	{ "metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, "
	  "averageValue: 1}}}]",
	  "" },
	{ "metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: Value, value: 1}}}]",
	  "spec.metrics[0].pods.target.averageValue: Required value: must specify a positive "
	  "target averageValue" },
	{ "metrics: [{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, "
	  "averageValue: -1}}}]",
	  "spec.metrics[0].pods.target.averageValue: Invalid value: \"-1\": must be positive" },
	{ "metrics: [{type: Pods, pods: {metric: {}, target: {type: AverageValue, averageValue: "
	  "1}}}]",
	  "spec.metrics[0].pods.metric.name: Required value: must specify a metric name" },
	{ "metrics: [{type: Object, object: {describedObject: {kind: A, name: b}, metric: {name: "
	  "m}, target: {type: Value, value: 1}}}]",
	  "" },
	{ "metrics: [{type: Object, object: {describedObject: {kind: A, name: b}, metric: {name: "
	  "m}, target: {type: AverageValue, averageValue: 1}}}]",
	  "" },
	{ "metrics: [{type: Object, object: {describedObject: {kind: A, name: b}, metric: {name: "
	  "m}, target: {type: Value}}}]",
	  "spec.metrics[0].object.target.averageValue: Required value: must set either a target "
	  "value or averageValue" },
	{ "metrics: [{type: Object, object: {describedObject: {kind: A, name: b}, metric: {name: "
	  "m}, target: {type: Value, value: 0}}}]",
	  "spec.metrics[0].object.target.value: Invalid value: \"0\": must be positive" },
	{ "metrics: [{type: Object, object: {describedObject: {kind: A}, metric: {name: m}, "
	  "target: {type: Value, value: 1}}}]",
	  "spec.metrics[0].object.describedObject.name: Required value" },
	{ "metrics: [{type: External, external: {metric: {name: m}, target: {type: Value, value: "
	  "1}}}]",
	  "" },
	{ "metrics: [{type: External, external: {metric: {name: m}, target: {type: AverageValue, "
	  "averageValue: 1}}}]",
	  "" },
	{ "metrics: [{type: External, external: {metric: {name: m}, target: {type: Value}}}]",
	  "spec.metrics[0].external.target.averageValue: Required value: must set either a target "
	  "value for metric or a per-pod target" },
	{ "metrics: [{type: External, external: {target: {type: Value, value: 1}}}]",
	  "spec.metrics[0].external.metric.name: Required value: must specify a metric name" },
};

static void check_metrics(void)
{
	CHECK_FAULTS("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		     "x}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, "
		     "maxReplicas: 1, ",
		     metrics, "}}");
}

static const struct fault_row behaviors[] = {
	{ "scaleUp: {stabilizationWindowSeconds: 0}", "" },
	{ "scaleUp: {stabilizationWindowSeconds: 3600}", "" },
	{ "scaleUp: {stabilizationWindowSeconds: -1}",
	  "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater "
	  "than or equal to zero" },
	{ "scaleUp: {stabilizationWindowSeconds: 3601}",
	  "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less "
	  "than or equal to 3600" },
	{ "scaleUp: {policies: []}",
	  "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy" },
	{ "scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 1}]}", "" },
	{ "scaleUp: {policies: [{type: Percent, value: 1, periodSeconds: 1800}]}", "" },
	{ "scaleUp: {policies: [{type: Other, value: 1, periodSeconds: 1}]}",
	  "spec.behavior.scaleUp.policies[0].type: Unsupported value: \"Other\": supported values: "
	  "\"Percent\", \"Pods\"" },
	{ "scaleUp: {policies: [{type: Pods, value: 0, periodSeconds: 1}]}",
	  "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero" },
	{ "scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 0}]}",
	  "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be greater than "
	  "zero" },
	{ "scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 1801}]}",
	  "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than "
	  "or equal to 1800" },
	{ "scaleDown: {stabilizationWindowSeconds: 3601}",
	  "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less "
	  "than or equal to 3600" },
	{ "scaleDown: {policies: [{type: Pods, value: 0, periodSeconds: 1}]}",
	  "spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than "
	  "zero" },
};

static void check_behaviors(void)
{
	CHECK_FAULTS("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: "
		     "x}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, "
		     "maxReplicas: 1, behavior: {",
		     behaviors, "}}}");
}

static const struct fault_row budgets[] = {
	{ "minAvailable: 0", "" },
	{ "minAvailable: -1",
	  "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0" },
	{ "minAvailable: 100%", "" },
	{ "minAvailable: 101%",
	  "spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%" },
	{ "minAvailable: a", "spec.minAvailable: Invalid value: \"a\": " NOT_PERCENT },
	{ "maxUnavailable: 0", "" },
	{ "maxUnavailable: -1",
	  "spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0" },
	{ "maxUnavailable: 100%", "" },
	{ "minAvailable: 1, maxUnavailable: 50%",
	  "spec: Invalid value: "
	  "{\"MinAvailable\":1,\"Selector\":null,\"MaxUnavailable\":\"50%\","
	  "\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both "
	  "set" },
	{ "minAvailable: 1, maxUnavailable: 1, selector: {matchLabels: {a: b}}, "
	  "unhealthyPodEvictionPolicy: AlwaysAllow",
	  "spec: Invalid value: "
	  "{\"MinAvailable\":1,\"Selector\":{\"matchLabels\":{\"a\":\"b\"}},\"MaxUnavailable\":1,"
	  "\"UnhealthyPodEvictionPolicy\":\"AlwaysAllow\"}: minAvailable and maxUnavailable cannot "
	  "be both set" },
	{ "minAvailable: 1, selector: {matchLabels: {a: b c}}",
	  "spec.selector.matchLabels: Invalid value: \"b c\": " NOT_LABEL_VALUE },
};

static void check_budgets(void)
{
	CHECK_FAULTS(
		"{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: x}, spec: {",
		budgets, "}}");
}

TESTS({ "replicas of autoscalers", check_bounds },
      { "what is scaled has a group, a kind and a name", check_targets },
      { "metrics have one source, and a target that fits", check_metrics },
      { "windows and policies of autoscalers", check_behaviors },
      { "budgets have one limit", check_budgets })

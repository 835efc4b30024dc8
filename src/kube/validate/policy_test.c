/* policy_test - the rules of priorities, quotas and limit ranges, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row priorities[] = {
	{ "a}, value: 1000000000", "" },
	{ "a}, value: 1000000001",
	  "value: Forbidden: maximum allowed value of a user defined priority is 1000000000" },
	{ "a}, value: -2147483648", "" },
	{ "system-a}, value: 1",
	  "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for "
	  "system use only. error: system-a is not a known system priority class" },
	{ "system-cluster-critical}, value: 2000000000", "" },
	{ "system-node-critical}, value: 2000001000", "" },
};

static void check_priorities(void)
{
	CHECK_FAULTS("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: ",
		     priorities, "}");
}

static const struct fault_row quotas[] = {
	{ "pods: 1", "" },
	{ "pods: 0", "" },
	{ "pods: -1",
	  "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0" },
	{ "pods: 1500m", "spec.hard[pods]: Invalid value: \"1500m\": must be an integer" },
	{ "cpu: 1500m", "" },
	{ "cpu: -1", "spec.hard[cpu]: Invalid value: \"-1\": must be greater than or equal to 0" },
	{ "memory: 1Gi", "" },
	{ "requests.cpu: 1", "" },
	{ "limits.memory: 1Gi", "" },
	{ "hugepages-2Mi: 2Mi", "" },
	{ "services.nodeports: 1500m",
	  "spec.hard[services.nodeports]: Invalid value: \"1500m\": must be an integer" },
	{ "count/pods: 1", "" },
	{ "count/pods: 1500m",
	  "spec.hard[count/pods]: Invalid value: \"1500m\": must be an integer" },
	{ "a.b/c: 1", "" },
	{ "disk: 1", "[spec.hard[disk]: Invalid value: \"disk\": must be a standard resource type "
		     "or fully qualified, spec.hard[disk]: Invalid value: \"disk\": must be a "
		     "standard resource for quota]" },
	{ "a b: 1",
	  "[spec.hard[a b]: Invalid value: \"a b\": " NOT_NAME_PART
	  ", spec.hard[a b]: Invalid value: \"a b\": must be a standard resource for quota]" },
};

static void check_quotas(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ResourceQuota, metadata: {name: x}, spec: {hard: {",
		     quotas, "}}}");
}

static const struct fault_row scopes[] = {
	{ "hard: {pods: 1}, scopes: [BestEffort]", "" },
	{ "hard: {cpu: 1}, scopes: [BestEffort]",
	  "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource" },
	{ "hard: {cpu: 1}, scopes: [NotBestEffort]", "" },
	{ "hard: {services: 1}, scopes: [NotBestEffort]",
	  "spec.scopes: Invalid value: [\"NotBestEffort\"]: unsupported scope applied to "
	  "resource" },
	{ "hard: {count/pods: 1}, scopes: [BestEffort]", "" },
	{ "hard: {cpu: 1}, scopes: [Other]",
	  "spec.scopes: Invalid value: [\"Other\"]: unsupported scope" },
	{ "hard: {pods: 1}, scopes: [BestEffort, NotBestEffort]",
	  "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\"]: conflicting scopes" },
	{ "hard: {pods: 1}, scopes: [Terminating, NotTerminating]",
	  "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes" },
	{ "hard: {pods: 1}, scopes: [Terminating, BestEffort]", "" },
	{ "hard: {persistentvolumeclaims: 1}, scopes: [VolumeAttributesClass]", "" },
	{ "hard: {pods: 1}, scopes: [VolumeAttributesClass]",
	  "spec.scopes: Invalid value: [\"VolumeAttributesClass\"]: unsupported scope applied to "
	  "resource" },
	{ "hard: {memory: 1}, scopes: [PriorityClass]", "" },
	{ "hard: {requests.cpu: 1}, scopes: [PriorityClass]", "" },
	{ "hard: {limits.memory: 1}, scopes: [PriorityClass]", "" },
	{ "hard: {requests.storage: 1}, scopes: [PriorityClass]",
	  "spec.scopes: Invalid value: [\"PriorityClass\"]: unsupported scope applied to "
	  "resource" },
};

static void check_scopes(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: ResourceQuota, metadata: {name: x}, spec: {", scopes,
		     "}}");
}

static const struct fault_row limits[] = {
	{ "{type: Container, min: {cpu: 1}, max: {cpu: 1}}", "" },
	{ "{type: Container, min: {cpu: 2}, max: {cpu: 1}}",
	  "[spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value "
	  "1, spec.limits[0].defaultRequest[cpu]: Invalid value: \"1\": min value 2 is greater "
	  "than default request value 1, spec.limits[0].default[cpu]: Invalid value: \"2\": min "
	  "value 2 is greater than default value 1]" },
	{ "{type: Container, min: {cpu: 2}, max: {memory: 1}}", "" },
	{ "{type: Container, min: {cpu: 2}, defaultRequest: {cpu: 1}}",
	  "spec.limits[0].defaultRequest[cpu]: Invalid value: \"1\": min value 2 is greater than "
	  "default request value 1" },
	{ "{type: Container, defaultRequest: {cpu: 2}, max: {cpu: 1}}",
	  "[spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is "
	  "greater than max value 1, spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": "
	  "default request value 2 is greater than default limit value 1]" },
	{ "{type: Container, defaultRequest: {cpu: 2}, default: {cpu: 1}}",
	  "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is "
	  "greater than default limit value 1" },
	{ "{type: Container, min: {cpu: 2}, default: {cpu: 1}}",
	  "[spec.limits[0].defaultRequest[cpu]: Invalid value: \"1\": min value 2 is greater than "
	  "default request value 1, spec.limits[0].default[cpu]: Invalid value: \"2\": min value 2 "
	  "is greater than default value 1]" },
	{ "{type: Container, default: {cpu: 2}, max: {cpu: 1}}",
	  "[spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is "
	  "greater than max value 1, spec.limits[0].default[cpu]: Invalid value: \"1\": default "
	  "value 2 is greater than max value 1]" },
	{ "{type: Pod, max: {cpu: 1}}", "" },
	{ "{type: Pod, default: {cpu: 1}}",
	  "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'" },
	{ "{type: Pod, defaultRequest: {cpu: 1}}",
	  "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'" },
	{ "{type: Pod, max: {cpu: 1}}, {type: Pod, max: {cpu: 1}}",
	  "spec.limits[1].type: Duplicate value: \"Pod\"" },
	{ "{type: Pod, max: {cpu: 1}}, {type: Container, max: {cpu: 1}}", "" },
};

static void check_limits(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: LimitRange, metadata: {name: x}, spec: {limits: [",
		     limits, "]}}");
}

TESTS({ "priorities: bounds and reserved names", check_priorities },
      { "quotas: names and amounts", check_quotas },
      { "scopes of quotas: known, without contradiction, about pods", check_scopes },
      { "limit ranges: min, default request, default and max in this order", check_limits })

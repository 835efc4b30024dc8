/* scheduling_test - the rules of where pods may go, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row node_affinity[] = {
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: []}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms: Required value: must have at least one node selector term" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{}]}}}",
	  "" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}]}}}",
	  "" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt}]}]}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified "
	  "single value when `operator` is 'Lt' or 'Gt'" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Lt, values: ['1', "
	  "'2']}]}]}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified "
	  "single value when `operator` is 'Lt' or 'Gt'" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}}",
	  "" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: NotIn}]}]}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when "
	  "`operator` is 'In' or 'NotIn'" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists, values: [b]}]}]}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].values: Forbidden: may not be specified when "
	  "`operator` is 'Exists' or 'DoesNotExist'" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: DoesNotExist}]}]}}}",
	  "" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Is}]}]}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: \"Is\": not a valid "
	  "selector operator" },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{key: a b, operator: Exists}]}]}}}",
	  "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].key: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "{nodeSelectorTerms: [{matchExpressions: [{operator: Exists}]}]}}}",
	  "[spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].key: Invalid value: \"\": name part must be "
	  "non-empty, spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
	  "nodeSelectorTerms[0].matchExpressions[0].key: Invalid value: \"\": " NOT_NAME_PART "]" },
	{ "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, "
	  "preference: {}}]}}",
	  "" },
	{ "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: "
	  "100, preference: {}}]}}",
	  "" },
	{ "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, "
	  "preference: {}}]}}",
	  "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: "
	  "Invalid value: 0: must be in the range 1-100" },
	{ "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: "
	  "101, preference: {}}]}}",
	  "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: "
	  "Invalid value: 101: must be in the range 1-100" },
	{ "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, "
	  "preference: {matchExpressions: [{key: a, operator: In}]}}]}}",
	  "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]."
	  "preference.matchExpressions[0].values: Required value: must be specified when "
	  "`operator` is 'In' or 'NotIn'" },
};

static void check_node_affinity(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], ",
		     node_affinity, "}}");
}

static const struct fault_row pod_affinity[] = {
	{ "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
	  "a}]}}",
	  "" },
	{ "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "[{labelSelector: {}}]}}",
	  "[spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]."
	  "topologyKey: Required value: can not be empty, "
	  "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey:"
	  " Invalid value: \"\": name part must be non-empty, "
	  "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey:"
	  " Invalid value: \"\": " NOT_NAME_PART "]" },
	{ "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
	  "a b}]}}",
	  "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey:"
	  " Invalid value: \"a b\": " NOT_NAME_PART },
	{ "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
	  "a, labelSelector: {matchLabels: {a: b c}}}]}}",
	  "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]."
	  "labelSelector.matchLabels: Invalid value: \"b c\": " NOT_LABEL_VALUE },
	{ "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
	  "a, namespaceSelector: {matchLabels: {a: b c}}}]}}",
	  "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]."
	  "namespaceSelector.matchLabels: Invalid value: \"b c\": " NOT_LABEL_VALUE },
	{ "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
	  "[{topologyKey: a b}]}}",
	  "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]."
	  "topologyKey: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: "
	  "1, podAffinityTerm: {topologyKey: a}}]}}",
	  "" },
	{ "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: "
	  "0, podAffinityTerm: {topologyKey: a}}]}}",
	  "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight:"
	  " Invalid value: 0: must be in the range 1-100" },
	{ "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: "
	  "101, podAffinityTerm: {topologyKey: a}}]}}",
	  "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight:"
	  " Invalid value: 101: must be in the range 1-100" },
	{ "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: "
	  "100, podAffinityTerm: {topologyKey: a b}}]}}",
	  "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]."
	  "podAffinityTerm.topologyKey: Invalid value: \"a b\": " NOT_NAME_PART },
};

static void check_pod_affinity(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], ",
		     pod_affinity, "}}");
}

static const struct fault_row spread[] = {
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}", "" },
	{ "{maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule}",
	  "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than "
	  "zero" },
	{ "{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}",
	  "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 1, "
	  "topologyKey: a, whenUnsatisfiable: DoNotSchedule}",
	  "[spec.topologySpreadConstraints[1]: Duplicate value: "
	  "{\"topologyKey\":\"a\",\"whenUnsatisfiable\":\"DoNotSchedule\"}, "
	  "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "
	  "\"{a, DoNotSchedule}\"]" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 1, "
	  "topologyKey: a, whenUnsatisfiable: ScheduleAnyway}",
	  "" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 1, "
	  "topologyKey: b, whenUnsatisfiable: DoNotSchedule}",
	  "" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, minDomains: 1}", "" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, minDomains: 0}",
	  "spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than "
	  "zero" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 1}",
	  "spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains "
	  "if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a]}",
	  "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when "
	  "labelSelector is not set" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a], "
	  "labelSelector: {}}",
	  "" },
	{ "{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, labelSelector: "
	  "{matchLabels: {a: b c}}}",
	  "spec.topologySpreadConstraints[0].labelSelector.matchLabels: Invalid value: \"b "
	  "c\": " NOT_LABEL_VALUE },
};

static void check_spread(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], topologySpreadConstraints: [",
		     spread, "]}}");
}

static const struct fault_row tolerations[] = {
	{ "operator: Exists", "" },
	{ "key: a", "" },
	{ "key: a, operator: Equal, value: b", "" },
	{ "operator: Equal",
	  "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when "
	  "`key` is empty, which means \"match all values and all keys\"" },
	{ "value: b", "spec.tolerations[0].operator: Invalid value: \"\": operator must be Exists "
		      "when `key` is empty, which means \"match all values and all keys\"" },
	{ "key: a b", "spec.tolerations[0].key: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "key: a, operator: Exists, value: b",
	  "spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` "
	  "is 'Exists'" },
	{ "key: a, operator: Is", "spec.tolerations[0].operator: Unsupported value: \"Is\": "
				  "supported values: \"Equal\", \"Exists\"" },
	{ "key: a, effect: NoSchedule", "" },
	{ "key: a, effect: Never",
	  "spec.tolerations[0].effect: Unsupported value: \"Never\": supported values: "
	  "\"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"" },
	{ "key: a, effect: NoExecute, tolerationSeconds: 1", "" },
	{ "key: a, effect: NoSchedule, tolerationSeconds: 1",
	  "spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' "
	  "when `tolerationSeconds` is set" },
	{ "key: a, tolerationSeconds: 1", "spec.tolerations[0].effect: Invalid value: \"\": effect "
					  "must be 'NoExecute' when `tolerationSeconds` is set" },
};

static void check_tolerations(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], tolerations: [{",
		     tolerations, "}]}}");
}

TESTS({ "node affinity: terms, operators, weights", check_node_affinity },
      { "pod affinity: selectors, topologies, weights", check_pod_affinity },
      { "spread: skews, domains, pairs that are there once", check_spread },
      { "tolerations: keys, operators, effects", check_tolerations })

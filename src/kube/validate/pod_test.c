/* pod_test - the rules of pod specs, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row specs[] = {
	{ "dnsPolicy: None",
	  "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None" },
	{ "dnsPolicy: None, dnsConfig: {}",
	  "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver "
	  "when `dnsPolicy` is None" },
	{ "dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.1]}", "" },
	{ "dnsConfig: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3]}", "" },
	{ "dnsConfig: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}",
	  "spec.dnsConfig.nameservers: Invalid value: "
	  "[\"10.0.0.1\",\"10.0.0.2\",\"10.0.0.3\",\"10.0.0.4\"]: must not have more than 3 "
	  "nameservers" },
	{ "dnsConfig: {nameservers: [10.0.0.1, x]}",
	  "spec.dnsConfig.nameservers[1]: Invalid value: \"x\": " NOT_IP },
	{ "serviceAccountName: a.b", "" },
	{ "serviceAccountName: A",
	  "spec.serviceAccountName: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "nodeName: a.b", "" },
	{ "nodeName: A", "spec.nodeName: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "hostname: a", "" },
	{ "hostname: a.b", "spec.hostname: Invalid value: \"a.b\": must not contain dots" },
	{ "subdomain: a", "" },
	{ "subdomain: a.b", "spec.subdomain: Invalid value: \"a.b\": must not contain dots" },
	{ "activeDeadlineSeconds: 1", "" },
	{ "activeDeadlineSeconds: 0", "spec.activeDeadlineSeconds: Invalid value: 0: must be "
				      "between 1 and 2147483647, inclusive" },
	{ "activeDeadlineSeconds: 2147483647", "" },
	{ "activeDeadlineSeconds: 2147483648",
	  "spec.activeDeadlineSeconds: Invalid value: 2147483648: must be between 1 and "
	  "2147483647, inclusive" },
	{ "hostAliases: [{ip: 10.0.0.1, hostnames: [a.b]}]", "" },
	{ "hostAliases: [{ip: x, hostnames: [a.b]}]",
	  "spec.hostAliases[0].ip: Invalid value: \"x\": " NOT_IP },
	{ "hostAliases: [{ip: 10.0.0.1, hostnames: [a.b, A]}]",
	  "spec.hostAliases[0].hostnames[1]: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "readinessGates: [{conditionType: a/b}]", "" },
	{ "readinessGates: [{conditionType: a b}]",
	  "spec.readinessGates[0].conditionType: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "schedulingGates: [{name: a}, {name: b}]", "" },
	{ "schedulingGates: [{name: a}, {name: a}]",
	  "[spec.schedulingGates[1]: Duplicate value: {\"name\":\"a\"}, spec.schedulingGates[1]: "
	  "Duplicate value: \"a\"]" },
	{ "schedulingGates: [{name: a b}]",
	  "spec.schedulingGates[0]: Invalid value: \"a b\": " NOT_NAME_PART },
	{ "overhead: {cpu: 0}", "" },
	{ "overhead: {cpu: -1}",
	  "spec.overhead.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0" },
	{ "os: {name: linux}", "" },
	{ "os: {name: other}",
	  "spec.os: Unsupported value: \"other\": supported values: \"linux\", \"windows\"" },
	{ "nodeSelector: {a: b}", "" },
	{ "nodeSelector: {a: b c}", "spec.nodeSelector: Invalid value: \"b c\": " NOT_LABEL_VALUE },
};

static void check_specs(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], ",
		     specs, "}}");
}

TESTS({ "names, addresses and gates of pods", check_specs })

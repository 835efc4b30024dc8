/* containers_test - the rules of containers, their probes and resources, on both sides */
#include "kube/validate/faults_fixture.h"

static const struct fault_row ports[] = {
	{ "ports: [{containerPort: 1}]", "" },
	{ "ports: [{containerPort: 65535}]", "" },
	{ "ports: [{containerPort: 65536}]",
	  "spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and "
	  "65535, inclusive" },
	{ "ports: [{containerPort: -1}]", "spec.containers[0].ports[0].containerPort: Invalid "
					  "value: -1: must be between 1 and 65535, inclusive" },
	{ "ports: [{containerPort: 0}]",
	  "spec.containers[0].ports[0].containerPort: Required value" },
	{ "ports: [{name: a}]", "spec.containers[0].ports[0].containerPort: Required value" },
	{ "ports: [{containerPort: 1, hostPort: 1}]", "" },
	{ "ports: [{containerPort: 1, hostPort: 65535}]", "" },
	{ "ports: [{containerPort: 1, hostPort: 65536}]",
	  "spec.containers[0].ports[0].hostPort: Invalid value: 65536: must be between 1 and "
	  "65535, inclusive" },
	{ "ports: [{containerPort: 1, hostPort: -1}]",
	  "spec.containers[0].ports[0].hostPort: Invalid value: -1: must be between 1 and 65535, "
	  "inclusive" },
	{ "ports: [{containerPort: 1, hostPort: 0}]", "" },
	{ "ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]",
	  "spec.containers[0].ports[1].name: Duplicate value: \"a\"" },
	{ "ports: [{containerPort: 1, name: a}, {containerPort: 2, name: b}]", "" },
	{ "ports: [{containerPort: 1, hostPort: 9}, {containerPort: 2, hostPort: 9}]",
	  "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//9\"" },
	{ "ports: [{containerPort: 3}, {containerPort: 1, hostPort: 9}, {containerPort: 2, "
	  "hostPort: 9}]",
	  "spec.containers[0].ports[2].hostPort: Duplicate value: \"TCP//9\"" },
	{ "ports: [{containerPort: 1, hostPort: 9, hostIP: 10.0.0.1}, {containerPort: 2, hostPort: "
	  "9}]",
	  "" },
	{ "ports: [{containerPort: 1, hostPort: 9, protocol: UDP}, {containerPort: 2, hostPort: "
	  "9}]",
	  "" },
	{ "ports: [{containerPort: 1, name: abcdefghijklmno}]", "" },
	{ "ports: [{containerPort: 1, name: abcdefghijklmnop}]",
	  "spec.containers[0].ports[0].name: Invalid value: \"abcdefghijklmnop\": must be no more "
	  "than 15 characters" },
	{ "ports: [{containerPort: 1, name: '123'}]",
	  "spec.containers[0].ports[0].name: Invalid value: \"123\": must contain at least one "
	  "letter (a-z)" },
	{ "ports: [{containerPort: 1, name: a--b}]",
	  "spec.containers[0].ports[0].name: Invalid value: \"a--b\": must not contain consecutive "
	  "hyphens" },
	{ "ports: [{containerPort: 1, name: -a}]",
	  "spec.containers[0].ports[0].name: Invalid value: \"-a\": must not begin or end with a "
	  "hyphen" },
	{ "ports: [{containerPort: 1, name: a-}]",
	  "spec.containers[0].ports[0].name: Invalid value: \"a-\": must not begin or end with a "
	  "hyphen" },
	{ "ports: [{containerPort: 1, name: a1-z9}]", "" },
	{ "ports: [{containerPort: 1, name: A}]",
	  "[spec.containers[0].ports[0].name: Invalid value: \"A\": must contain only "
	  "alpha-numeric characters (a-z, 0-9), and hyphens (-), spec.containers[0].ports[0].name: "
	  "Invalid value: \"A\": must contain at least one letter (a-z)]" },
	{ "ports: [{containerPort: 1, name: '-________________--'}]",
	  "[spec.containers[0].ports[0].name: Invalid value: \"-________________--\": must be no "
	  "more than 15 characters, spec.containers[0].ports[0].name: Invalid value: "
	  "\"-________________--\": must contain only alpha-numeric characters (a-z, 0-9), and "
	  "hyphens (-), spec.containers[0].ports[0].name: Invalid value: \"-________________--\": "
	  "must contain at least one letter (a-z), spec.containers[0].ports[0].name: Invalid "
	  "value: \"-________________--\": must not contain consecutive hyphens, "
	  "spec.containers[0].ports[0].name: Invalid value: \"-________________--\": must not "
	  "begin or end with a hyphen]" },
};

static void check_ports(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i, ",
		     ports, "}]}}");
}

static const struct fault_row variables[] = {
	{ "env: [{name: A}]", "" },
	{ "env: [{value: a}]", "spec.containers[0].env[0].name: Required value" },
	{ "env: [{name: 'A=B'}]",
	  "spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable "
	  "name must consist only of printable ASCII characters other than '='" },
	{ "env: [{name: ' ~!'}]", "" },
	{ "env: [{name: \"a\\tb\"}]",
	  "spec.containers[0].env[0].name: Invalid value: \"a\\tb\": a valid environment variable "
	  "name must consist only of printable ASCII characters other than '='" },
	{ "env: [{name: é}]",
	  "spec.containers[0].env[0].name: Invalid value: \"é\": a valid environment variable name "
	  "must consist only of printable ASCII characters other than '='" },
	{ "env: [{name: A, valueFrom: {}}]",
	  "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: "
	  "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`" },
	{ "env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]", "" },
	{ "env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}]",
	  "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "
	  "\"metadata.labels\": supported values: \"metadata.name\", \"metadata.namespace\", "
	  "\"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", "
	  "\"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\"" },
	{ "env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a']\"}}}]", "" },
	{ "env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['a']\"}}}]",
	  "" },
	{ "env: [{name: A, valueFrom: {fieldRef: {}}}]",
	  "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Required value" },
	{ "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]", "" },
	{ "env: [{name: A, valueFrom: {resourceFieldRef: {resource: requests.hugepages-2Mi}}}]",
	  "" },
	{ "env: [{name: A, valueFrom: {resourceFieldRef: {resource: cpu}}}]",
	  "spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "
	  "\"cpu\": supported values: \"limits.cpu\", \"limits.ephemeral-storage\", "
	  "\"limits.memory\", \"requests.cpu\", \"requests.ephemeral-storage\", "
	  "\"requests.memory\"" },
	{ "env: [{name: A, valueFrom: {resourceFieldRef: {}}}]",
	  "spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Required value" },
	{ "env: [{name: A, valueFrom: {configMapKeyRef: {name: a, key: b}}}]", "" },
	{ "env: [{name: A, valueFrom: {configMapKeyRef: {name: A, key: b}}}]",
	  "spec.containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value: "
	  "\"A\": " NOT_SUBDOMAIN },
	{ "env: [{name: A, valueFrom: {configMapKeyRef: {name: a}}}]",
	  "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value" },
	{ "env: [{name: A, valueFrom: {configMapKeyRef: {name: a, key: b c}}}]",
	  "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: \"b "
	  "c\": " NOT_CONFIG_KEY },
	{ "env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: '..'}}}]",
	  "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Invalid value: \"..\": must not "
	  "be '..'" },
	{ "env: [{name: A, valueFrom: {secretKeyRef: {key: a}}}]",
	  "spec.containers[0].env[0].valueFrom.secretKeyRef.name: Invalid value: "
	  "\"\": " NOT_SUBDOMAIN },
	{ "env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}, configMapKeyRef: {name: a, "
	  "key: b}}}]",
	  "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not have more than one "
	  "field specified at a time" },
	{ "env: [{name: A, value: '', valueFrom: {secretKeyRef: {name: a, key: b}}}]", "" },
	{ "env: [{name: A, value: a, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
	  "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when "
	  "`value` is not empty" },
	{ "envFrom: [{configMapRef: {name: a}}]", "" },
	{ "envFrom: [{secretRef: {name: a}}]", "" },
	{ "envFrom: [{secretRef: {name: A}}]",
	  "spec.containers[0].envFrom[0].secretRef.name: Invalid value: \"A\": " NOT_SUBDOMAIN },
	{ "envFrom: [{secretRef: {}}]",
	  "spec.containers[0].envFrom[0].secretRef.name: Required value" },
	{ "envFrom: [{}]", "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: "
			   "`configMapRef` or `secretRef`" },
	{ "envFrom: [{configMapRef: {name: a}, secretRef: {name: a}}]",
	  "spec.containers[0].envFrom: Invalid value: \"\": may not have more than one field "
	  "specified at a time" },
	{ "envFrom: [{prefix: A_, secretRef: {name: a}}]", "" },
	{ "envFrom: [{prefix: 'A=', secretRef: {name: a}}]",
	  "spec.containers[0].envFrom[0].prefix: Invalid value: \"A=\": a valid environment "
	  "variable name must consist only of printable ASCII characters other than '='" },
};

static void check_variables(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i, ",
		     variables, "}]}}");
}

static const struct fault_row mounts[] = {
	{ "volumeMounts: [{name: v, mountPath: /a}]", "" },
	{ "volumeMounts: [{name: w, mountPath: /a}]",
	  "spec.containers[0].volumeMounts[0].name: Not found: \"w\"" },
	{ "volumeMounts: [{mountPath: /a}]",
	  "[spec.containers[0].volumeMounts[0].name: Required value, "
	  "spec.containers[0].volumeMounts[0].name: Not found: \"\"]" },
	{ "volumeMounts: [{name: v}]",
	  "spec.containers[0].volumeMounts[0].mountPath: Required value" },
	{ "volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]",
	  "[spec.containers[0].volumeMounts[1]: Duplicate value: {\"mountPath\":\"/a\"}, "
	  "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique]" },
	{ "volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]", "" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: b/c}]", "" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: /b}]",
	  "spec.containers[0].volumeMounts.subPath: Invalid value: \"/b\": must be a relative "
	  "path" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: b/../c}]",
	  "spec.containers[0].volumeMounts.subPath: Invalid value: \"b/../c\": must not contain "
	  "'..'" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: b..c}]", "" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPathExpr: $(A)}]", "" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPathExpr: /b}]",
	  "spec.containers[0].volumeMounts.subPathExpr: Invalid value: \"/b\": must be a relative "
	  "path" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: a, subPathExpr: b}]",
	  "spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: \"b\": subPathExpr and "
	  "subPath are mutually exclusive" },
	{ "volumeMounts: [{name: v, mountPath: /a, mountPropagation: HostToContainer}]", "" },
	{ "volumeMounts: [{name: v, mountPath: /a, mountPropagation: Other}]",
	  "spec.containers[0].volumeMounts.mountPropagation: Unsupported value: \"Other\": "
	  "supported values: \"Bidirectional\", \"HostToContainer\", \"None\"" },
	{ "volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]",
	  "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount "
	  "propagation is available only to privileged containers" },
	{ "securityContext: {privileged: true}, volumeMounts: [{name: v, mountPath: /a, "
	  "mountPropagation: Bidirectional}]",
	  "" },
};

static void check_mounts(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {volumes: [{name: v, "
		     "emptyDir: {}}], containers: [{name: c, image: i, ",
		     mounts, "}]}}");
}

static const struct fault_row names[] = {
	{ "", "spec.containers: Required value" },
	{ "{name: A, image: i}", "spec.containers[0].name: Invalid value: \"A\": " NOT_DNS_LABEL },
	{ "{name: a.b, image: i}",
	  "spec.containers[0].name: Invalid value: \"a.b\": must not contain dots" },
	{ "{name: a, image: ' i'}", "spec.containers[0].image: Invalid value: \" i\": must not "
				    "have leading or trailing whitespace" },
	{ "{name: a, image: \"i\\n\"}", "spec.containers[0].image: Invalid value: \"i\\n\": must "
					"not have leading or trailing whitespace" },
	{ "{name: a, image: \"i\\t\"}", "spec.containers[0].image: Invalid value: \"i\\t\": must "
					"not have leading or trailing whitespace" },
	{ "{name: a, image: \"\\ri\"}", "spec.containers[0].image: Invalid value: \"\\ri\": must "
					"not have leading or trailing whitespace" },
	{ "{name: a, image: i}, {name: a, image: i}",
	  "[spec.containers[1]: Duplicate value: {\"name\":\"a\"}, spec.containers[1].name: "
	  "Duplicate value: \"a\"]" },
	{ "{name: a, image: i}, {name: b, image: i}", "" },
	{ "{name: a, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}",
	  "" },
	{ "{name: a, image: i, resizePolicy: [{resourceName: disk, restartPolicy: Always}]}",
	  "[spec.containers[0].resizePolicy: Unsupported value: \"disk\": supported values: "
	  "\"cpu\", \"memory\", spec.containers[0].resizePolicy: Unsupported value: \"Always\": "
	  "supported values: \"NotRequired\", \"RestartContainer\"]" },
};

static void check_names(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [", names,
		     "]}}");
}

static const struct fault_row inits[] = {
	{ "lifecycle: {preStop: {exec: {command: [a]}}}",
	  "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without "
	  "restartPolicy=Always" },
	{ "livenessProbe: {exec: {command: [a]}}",
	  "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers "
	  "without restartPolicy=Always" },
	{ "readinessProbe: {exec: {command: [a]}}",
	  "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers "
	  "without restartPolicy=Always" },
	{ "startupProbe: {exec: {command: [a]}}",
	  "spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers "
	  "without restartPolicy=Always" },
	{ "restartPolicy: Always, livenessProbe: {exec: {command: [a]}}", "" },
	{ "restartPolicy: Always, livenessProbe: {}",
	  "spec.initContainers[0].livenessProbe: Required value: must specify a handler type" },
	{ "ports: [{containerPort: 0}]",
	  "spec.initContainers[0].ports[0].containerPort: Required value" },
};

static void check_inits(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i}], initContainers: [{name: d, image: i, ",
		     inits, "}]}}");
}

static const struct fault_row probes[] = {
	{ "livenessProbe: {exec: {}}",
	  "spec.containers[0].livenessProbe.exec.command: Required value" },
	{ "livenessProbe: {exec: {command: []}}",
	  "spec.containers[0].livenessProbe.exec.command: Required value" },
	{ "livenessProbe: {exec: {command: [a]}, tcpSocket: {port: 1}}",
	  "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 "
	  "handler type" },
	{ "livenessProbe: {tcpSocket: {port: 1}}", "" },
	{ "livenessProbe: {tcpSocket: {port: 0}}",
	  "spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 "
	  "and 65535, inclusive" },
	{ "livenessProbe: {tcpSocket: {port: 65535}}", "" },
	{ "livenessProbe: {tcpSocket: {port: 65536}}",
	  "spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 65536: must be between "
	  "1 and 65535, inclusive" },
	{ "livenessProbe: {grpc: {port: 0}}", "spec.containers[0].livenessProbe.grpc.port: Invalid "
					      "value: 0: must be between 1 and 65535, inclusive" },
	{ "livenessProbe: {httpGet: {port: web}}", "" },
	{ "livenessProbe: {httpGet: {port: Web}}",
	  "spec.containers[0].livenessProbe.httpGet.port: Invalid value: \"Web\": must contain "
	  "only alpha-numeric characters (a-z, 0-9), and hyphens (-)" },
	{ "livenessProbe: {httpGet: {port: 1, httpHeaders: [{name: X-9zA, value: b}]}}", "" },
	{ "livenessProbe: {httpGet: {port: 1, httpHeaders: [{name: a_b, value: b}]}}",
	  "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"a_b\": a valid "
	  "HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex "
	  "used for validation is '[-A-Za-z0-9]+')" },
	{ "livenessProbe: {httpGet: {port: 1, httpHeaders: [{name: '', value: b}]}}",
	  "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"\": a valid HTTP "
	  "header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used "
	  "for validation is '[-A-Za-z0-9]+')" },
	{ "livenessProbe: {exec: {command: [a]}, initialDelaySeconds: -1}",
	  "spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be "
	  "greater than or equal to 0" },
	{ "livenessProbe: {exec: {command: [a]}, timeoutSeconds: -1}",
	  "spec.containers[0].livenessProbe.timeoutSeconds: Invalid value: -1: must be greater "
	  "than or equal to 0" },
	{ "livenessProbe: {exec: {command: [a]}, periodSeconds: -1}",
	  "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than "
	  "or equal to 0" },
	{ "livenessProbe: {exec: {command: [a]}, failureThreshold: -1}",
	  "spec.containers[0].livenessProbe.failureThreshold: Invalid value: -1: must be greater "
	  "than or equal to 0" },
	{ "livenessProbe: {exec: {command: [a]}, initialDelaySeconds: 0}", "" },
	{ "livenessProbe: {exec: {command: [a]}, successThreshold: 1}", "" },
	{ "startupProbe: {exec: {command: [a]}, successThreshold: 2}",
	  "spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1" },
	{ "readinessProbe: {exec: {command: [a]}, successThreshold: 2}", "" },
	{ "readinessProbe: {exec: {command: [a]}, successThreshold: -1}",
	  "spec.containers[0].readinessProbe.successThreshold: Invalid value: -1: must be greater "
	  "than or equal to 0" },
	{ "livenessProbe: {exec: {command: [a]}, terminationGracePeriodSeconds: 1}", "" },
	{ "livenessProbe: {exec: {command: [a]}, terminationGracePeriodSeconds: 0}",
	  "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must "
	  "be greater than 0" },
	{ "readinessProbe: {exec: {command: [a]}, terminationGracePeriodSeconds: 1}",
	  "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must "
	  "not be set for readinessProbes" },
	{ "lifecycle: {postStart: {}}",
	  "spec.containers[0].lifecycle.postStart: Required value: must specify a handler type" },
	{ "lifecycle: {postStart: {exec: {command: [a]}, sleep: {seconds: 1}}}",
	  "spec.containers[0].lifecycle.postStart.sleep: Forbidden: may not specify more than 1 "
	  "handler type" },
	{ "lifecycle: {preStop: {sleep: {seconds: 0}}}", "" },
	{ "lifecycle: {preStop: {sleep: {seconds: 30}}}", "" },
	{ "lifecycle: {preStop: {sleep: {seconds: 31}}}",
	  "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and "
	  "less than terminationGracePeriodSeconds (30)" },
	{ "lifecycle: {preStop: {sleep: {seconds: -1}}}",
	  "spec.containers[0].lifecycle.preStop.sleep: Invalid value: -1: must be non-negative and "
	  "less than terminationGracePeriodSeconds (30)" },
};

static void check_probes(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i, ",
		     probes, "}]}}");
}

static const struct fault_row resources[] = {
	{ "limits: {cpu: 1}", "" },
	{ "limits: {cpu: 0}", "" },
	{ "limits: {cpu: -1}",
	  "[spec.containers[0].resources.limits[cpu]: Invalid value: \"-1\": must be greater than "
	  "or equal to 0, spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must "
	  "be greater than or equal to 0]" },
	{ "limits: {memory: 1Gi}, requests: {memory: 1Gi}", "" },
	{ "limits: {memory: 1Gi}, requests: {memory: 1025Mi}",
	  "spec.containers[0].resources.requests: Invalid value: \"1025Mi\": must be less than or "
	  "equal to memory limit of 1Gi" },
	{ "requests: {ephemeral-storage: 1Gi}", "" },
	{ "limits: {disk: 1}",
	  "[spec.containers[0].resources.limits[disk]: Invalid value: \"disk\": must be a standard "
	  "resource type or fully qualified, spec.containers[0].resources.limits[disk]: Invalid "
	  "value: \"disk\": must be a standard resource for containers, "
	  "spec.containers[0].resources.requests[disk]: Invalid value: \"disk\": must be a "
	  "standard resource type or fully qualified, spec.containers[0].resources.requests[disk]: "
	  "Invalid value: \"disk\": must be a standard resource for containers]" },
	{ "limits: {storage: 1}",
	  "[spec.containers[0].resources.limits[storage]: Invalid value: \"storage\": must be a "
	  "standard resource for containers, spec.containers[0].resources.requests[storage]: "
	  "Invalid value: \"storage\": must be a standard resource for containers]" },
	{ "limits: {pods: 1}",
	  "[spec.containers[0].resources.limits[pods]: Invalid value: \"pods\": must be a standard "
	  "resource for containers, spec.containers[0].resources.requests[pods]: Invalid value: "
	  "\"pods\": must be a standard resource for containers]" },
	{ "limits: {a b: 1}",
	  "[spec.containers[0].resources.limits[a b]: Invalid value: \"a b\": " NOT_NAME_PART
	  ", spec.containers[0].resources.limits[a b]: Invalid value: \"a b\": must be a standard "
	  "resource for containers, spec.containers[0].resources.requests[a b]: Invalid value: \"a "
	  "b\": " NOT_NAME_PART ", spec.containers[0].resources.requests[a b]: Invalid value: \"a "
	  "b\": must be a standard resource for containers]" },
	{ "limits: {requests.a/b: 1}",
	  "[spec.containers[0].resources.limits[requests.a/b]: Invalid value: \"requests.a/b\": "
	  "doesn't follow extended resource name standard, "
	  "spec.containers[0].resources.requests[requests.a/b]: Invalid value: \"requests.a/b\": "
	  "doesn't follow extended resource name standard]" },
	{ "limits: {a.b/c: 1}", "" },
	{ "limits: {a.b/c: 1500m}",
	  "[spec.containers[0].resources.limits[a.b/c]: Invalid value: \"1500m\": must be an "
	  "integer, spec.containers[0].resources.requests[a.b/c]: Invalid value: \"1500m\": must "
	  "be an integer]" },
	{ "limits: {a.b/c: 1}, requests: {a.b/c: 1}", "" },
	{ "limits: {a.b/c: 2}, requests: {a.b/c: 1}",
	  "spec.containers[0].resources.requests: Invalid value: \"1\": must be equal to a.b/c "
	  "limit of 2" },
	{ "requests: {a.b/c: 1}", "spec.containers[0].resources.limits: Required value: Limit must "
				  "be set for non overcommitable resources" },
	{ "requests: {kubernetes.io/c: 1}", "" },
	{ "limits: {hugepages-2Mi: 2Mi}, requests: {hugepages-2Mi: 2Mi}",
	  "spec.containers[0].resources: Forbidden: HugePages require cpu or memory" },
	{ "limits: {hugepages-2Mi: 2Mi, memory: 1Mi}, requests: {hugepages-2Mi: 2Mi}", "" },
	{ "limits: {hugepages-2Mi: 2Mi, cpu: 1}, requests: {hugepages-2Mi: 2Mi}", "" },
	{ "limits: {hugepages-2Mi: 4Mi, cpu: 1}, requests: {hugepages-2Mi: 2Mi}",
	  "spec.containers[0].resources.requests: Invalid value: \"2Mi\": must be equal to "
	  "hugepages-2Mi limit of 4Mi" },
	{ "limits: {cpu: 1}, requests: {hugepages-2Mi: 2Mi}",
	  "spec.containers[0].resources.limits: Required value: Limit must be set for non "
	  "overcommitable resources" },
};

static void check_resources(void)
{
	CHECK_FAULTS("{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: "
		     "c, image: i, resources: {",
		     resources, "}}]}}");
}

TESTS({ "ports of containers", check_ports },
      { "variables and where their values come from", check_variables },
      { "mounts of volumes", check_mounts }, { "names and images of containers", check_names },
      { "init containers run to their end, or all the time", check_inits },
      { "probes: one handler, counts", check_probes },
      { "resources: names, amounts, limits", check_resources })

/* changes_test - what of an object may change once it is there */
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/validate/validate.h"

#define CLAIM(members)                                                                             \
	"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, " members "}"
#define SIZED(storage, more)                                                                       \
	"spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: " storage "}}" more  \
	"}"
#define BOUND(capacity) ", status: {phase: Bound, capacity: {storage: " capacity "}}"
#define JOB(members)                                                                               \
	"{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {" members                   \
	"template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}"
#define BINDING(name)                                                                              \
	"{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x}, "      \
	"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: " name "}}"
#define BALANCER(members)                                                                          \
	"{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: LoadBalancer, "         \
	"externalTrafficPolicy: Local, ports: [{port: 80}]" members "}}"
#define POD(members, image)                                                                        \
	"{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {" members                         \
	"containers: [{name: a, image: " image "}]}}"
#define POD_FIXED                                                                                  \
	"spec: Forbidden: pod updates may not change fields other than "                           \
	"`spec.containers[*].image`,`spec.initContainers[*].image`,"                               \
	"`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "             \
	"tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "    \
	"previously negative)"
#define FIXED                                                                                      \
	"spec: Forbidden: spec is immutable after creation except resources.requests and "         \
	"volumeAttributesClassName for bound claims"

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define STATEFUL_FIXED                                                                             \
	"spec: Forbidden: updates to statefulset spec for fields other than 'replicas', "          \
	"'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "                       \
	"'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

static const struct {
	const char *old, *new;
	struct str faults;
} cases[] = {
	/* Claims: a class and a volume come once, a bound one may grow. */
	{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("1Gi", "")), STR_INIT("") },
	{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("2Gi", "")), STR_INIT(FIXED) },
	{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("1Gi", ", storageClassName: a")), STR_INIT("") },
	{ CLAIM(SIZED("1Gi", ", storageClassName: a")),
	  CLAIM(SIZED("1Gi", ", storageClassName: b")), STR_INIT(FIXED) },
	{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("1Gi", ", volumeName: a")), STR_INIT("") },
	{ CLAIM(SIZED("1Gi", ", volumeName: a")), CLAIM(SIZED("1Gi", "")), STR_INIT(FIXED) },
	{ CLAIM(SIZED("1Gi", "") BOUND("1Gi")), CLAIM(SIZED("2Gi", "")), STR_INIT("") },
	{ CLAIM(SIZED("1Gi", "") BOUND("1Gi")),
	  CLAIM(SIZED("1Gi", ", volumeAttributesClassName: a")), STR_INIT("") },
	{ CLAIM(SIZED("2Gi", "") BOUND("2Gi")), CLAIM(SIZED("1Gi", "")),
	  STR_INIT("spec.resources.requests.storage: Forbidden: field can not be less "
		   "than status.capacity") },
	/* One that never came to its size may be given up. */
	{ CLAIM(SIZED("9Gi", "") BOUND("1Gi")), CLAIM(SIZED("5Gi", "")), STR_INIT("") },
	/* Pods: images, a deadline that comes or shrinks, a node before there is one. */
	{ POD("", "a"), POD("", "b"), STR_INIT("") },
	{ POD("nodeName: n, ", "a"), POD("nodeName: m, ", "a"), STR_INIT(POD_FIXED) },
	{ POD("", "a"), POD("nodeSelector: {a: b}, ", "a"), STR_INIT(POD_FIXED) },
	{ POD("schedulingGates: [{name: a}], ", "a"), POD("nodeSelector: {a: b}, ", "a"),
	  STR_INIT("") },
	{ POD("", "a"), POD("activeDeadlineSeconds: 9, ", "a"), STR_INIT("") },
	{ POD("activeDeadlineSeconds: 9, ", "a"), POD("", "a"),
	  STR_INIT("spec.activeDeadlineSeconds: Invalid value: null: must not update from "
		   "a positive integer to nil value") },
	{ POD("activeDeadlineSeconds: 9, ", "a"), POD("activeDeadlineSeconds: 10, ", "a"),
	  STR_INIT("spec.activeDeadlineSeconds: Invalid value: 10: must be less than or "
		   "equal to previous value") },
	{ POD("", "a"), POD("", "a}, {name: b, image: b"),
	  STR_INIT("spec.containers: Forbidden: pod updates may not add or remove "
		   "containers") },
	/* Jobs */
	{ JOB("completions: 2, "), JOB("completions: 3, "),
	  STR_INIT("spec.completions: Invalid value: 3: field is immutable") },
	{ JOB("completions: 2, "), JOB(""),
	  STR_INIT("spec.completions: Invalid value: null: field is immutable") },
	{ JOB("completions: 2, parallelism: 2, "), JOB("completions: 2, parallelism: 5, "),
	  STR_INIT("") },
	{ JOB("completionMode: Indexed, completions: 2, parallelism: 2, "),
	  JOB("completionMode: Indexed, completions: 3, parallelism: 3, "), STR_INIT("") },
	{ JOB("completionMode: Indexed, completions: 2, parallelism: 2, "),
	  JOB("completionMode: Indexed, completions: 3, parallelism: 2, "),
	  STR_INIT("spec.completions: Invalid value: 3: can only be modified in tandem "
		   "with spec.parallelism") },
	{ JOB("completionMode: Indexed, completions: 2, parallelism: 2, "),
	  JOB("completionMode: Indexed, parallelism: 0, "),
	  STR_INIT("spec.completions: Required value: when completion mode is Indexed") },
	{ JOB("completionMode: Indexed, completions: 2, parallelism: 2, "),
	  JOB("completionMode: Indexed, completions: 0, parallelism: 0, "), STR_INIT("") },
	/* Bindings */
	{ BINDING("a"), BINDING("b"),
	  STR_INIT("roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\","
		   "\"Kind\":\"Role\",\"Name\":\"b\"}: cannot change roleRef") },
	/* Balancers */
	{ BALANCER(", loadBalancerClass: a/b"), BALANCER(", loadBalancerClass: a/c"),
	  STR_INIT("spec.loadBalancerClass: Invalid value: \"a/c\": may not change once "
		   "set") },
	{ BALANCER(", healthCheckNodePort: 30000"), BALANCER(", healthCheckNodePort: 30001"),
	  STR_INIT("spec.healthCheckNodePort: Forbidden: field is immutable") },
	{ BALANCER(""), BALANCER(", healthCheckNodePort: 30001"), STR_INIT("") },
	/* Fields that stay as they are, and those beside them that may change. */
	{ "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: a}",
	  "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: b}",
	  STR_INIT("type: Invalid value: \"b\": field is immutable") },
	{ "{apiVersion: v1, kind: Secret, metadata: {name: x}, immutable: true, data: {a: YQ==}}",
	  "{apiVersion: v1, kind: Secret, metadata: {name: x}, immutable: true, data: {a: Yg==}}",
	  STR_INIT("data: Forbidden: field is immutable when `immutable` is set") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: b}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: b}}",
	  STR_INIT("immutable: Forbidden: field is immutable when `immutable` is set") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: b}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true}",
	  STR_INIT("data: Forbidden: field is immutable when `immutable` is set") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {}}",
	  STR_INIT("") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, binaryData: {a: "
	  "YQ==}}",
	  STR_INIT("binaryData: Forbidden: field is immutable when `immutable` is set") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: b}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: c}}",
	  STR_INIT("") },
	{ "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}, provisioner: "
	  "a, reclaimPolicy: Delete, volumeBindingMode: Immediate, parameters: {a: b}}",
	  "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}, provisioner: "
	  "b, reclaimPolicy: Retain, volumeBindingMode: WaitForFirstConsumer}",
	  STR_INIT("[provisioner: Invalid value: \"b\": field is immutable, parameters: Invalid "
		   "value: null: field is immutable, reclaimPolicy: Invalid value: \"Retain\": "
		   "field is immutable, volumeBindingMode: Invalid value: "
		   "\"WaitForFirstConsumer\": field is immutable]") },
	{ "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}, provisioner: "
	  "a}",
	  "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: x}, provisioner: "
	  "a, allowVolumeExpansion: true}",
	  STR_INIT("") },
	{ "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: x}, value: 1}",
	  "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: x}, value: 2}",
	  STR_INIT("value: Invalid value: 2: field is immutable") },
	{ "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: x}, spec: "
	  "{controller: a.b/c}}",
	  "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: x}, spec: "
	  "{controller: a.b/d}}",
	  STR_INIT("spec.controller: Invalid value: \"a.b/d\": field is immutable") },
	{ "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.0.0.1, "
	  "clusterIPs: [10.0.0.1], ports: [{port: 80}]}}",
	  "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.0.0.2, "
	  "clusterIPs: [10.0.0.2], ports: [{port: 80}]}}",
	  STR_INIT("spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set") },
	{ "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.0.0.1, "
	  "clusterIPs: [10.0.0.1], ports: [{port: 80}]}}",
	  "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.0.0.1, "
	  "clusterIPs: [10.0.0.1], ports: [{port: 81}]}}",
	  STR_INIT("") },
	{ "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.0.0.1, "
	  "clusterIPs: [10.0.0.1], ports: [{port: 80}]}}",
	  "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: ExternalName, "
	  "externalName: a.b}}",
	  STR_INIT("") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, deletionTimestamp: "
	  "\"2024-01-01T00:00:00Z\", finalizers: [a/b]}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, deletionTimestamp: "
	  "\"2024-01-01T00:00:00Z\", finalizers: [a/b, c/d]}}",
	  STR_INIT("metadata.finalizers: Forbidden: no new finalizers can be added if the object "
		   "is being deleted, found new finalizers []string{\"c/d\"}") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, deletionTimestamp: "
	  "\"2024-01-01T00:00:00Z\", finalizers: [a/b, c/d]}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, deletionTimestamp: "
	  "\"2024-01-01T00:00:00Z\", finalizers: [c/d]}}",
	  STR_INIT("") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [a/b]}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [a/b, c/d]}}",
	  STR_INIT("") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a b: c}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, labels: {a: b}}, data: {a b: c}}",
	  STR_INIT("") },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a b: c}}",
	  "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a b: d}}",
	  STR_INIT("data[a b]: Invalid value: \"a b\": a valid config key must consist of "
		   "alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
		   "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')") },
	{ "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {c: d}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is "
		   "immutable") },
	{ "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: j}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {c: d}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is "
		   "immutable") },
	{ "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: j}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, replicas: 2, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, ordinals: {start: 1}, template: {metadata: {labels: {a: b, c: "
	  "d}}, spec: {restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, updateStrategy: {type: OnDelete}, template: {metadata: {labels: "
	  "{a: b, c: d}}, spec: {restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, revisionHistoryLimit: 1, template: {metadata: {labels: {a: b, c: "
	  "d}}, spec: {restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}, "
	  "template: {metadata: {labels: {a: b, c: d}}, spec: {restartPolicy: Always, containers: "
	  "[{name: c, image: i}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, minReadySeconds: 1, template: {metadata: {labels: {a: b, c: d}}, "
	  "spec: {restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, serviceName: a, template: {metadata: {labels: {a: b, c: d}}, "
	  "spec: {restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT(STATEFUL_FIXED) },
	{ "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, template: {metadata: {labels: {a: b, c: d}}, spec: "
	  "{restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {selector: "
	  "{matchLabels: {a: b}}, podManagementPolicy: Parallel, template: {metadata: {labels: {a: "
	  "b, c: d}}, spec: {restartPolicy: Always, containers: [{name: c, image: i}]}}}}",
	  STR_INIT(STATEFUL_FIXED) },
	{ "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: "
	  "{restartPolicy: Never, containers: [{name: a, image: a}]}}}}",
	  "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: "
	  "{restartPolicy: Never, containers: [{name: a, image: b}]}}}}",
	  STR_INIT("spec.template: Invalid value: "
		   "{\"spec\":{\"containers\":[{\"image\":\"b\",\"name\":\"a\"}],\"restartPolicy\":"
		   "\"Never\"}}: field is immutable") },
	{ "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: "
	  "NonIndexed, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "
	  "a}]}}}}",
	  "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: Indexed, "
	  "completions: 1, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "
	  "a}]}}}}",
	  STR_INIT("[spec.completions: Invalid value: 1: can only be modified in tandem with "
		   "spec.parallelism, spec.completionMode: Invalid value: \"Indexed\": field is "
		   "immutable]") },
	{ "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: Indexed, "
	  "completions: 2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "
	  "a}]}}}}",
	  "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: Indexed, "
	  "completions: 1, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "
	  "a}]}}}}",
	  STR_INIT("spec.completions: Invalid value: 1: can only be modified in tandem with "
		   "spec.parallelism") },
	{ "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: Indexed, "
	  "completions: 2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "
	  "a}]}}}}",
	  "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: Indexed, "
	  "completions: 0, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "
	  "a}]}}}}",
	  STR_INIT("") },
	{ "{apiVersion: batch/v1, kind: CronJob, metadata: {name: " A50
	  "aaa}, spec: {schedule: \"@daily\", jobTemplate: {spec: {template: {spec: "
	  "{restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}",
	  "{apiVersion: batch/v1, kind: CronJob, metadata: {name: " A50
	  "aaa}, spec: {schedule: \"@hourly\", jobTemplate: {spec: {template: {spec: "
	  "{restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}",
	  STR_INIT("") },
	{ "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x, annotations: "
	  "{kubernetes.io/ingress.class: a}}, spec: {rules: [{host: a.b}], ingressClassName: b}}",
	  "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x, annotations: "
	  "{kubernetes.io/ingress.class: a}}, spec: {rules: [{host: a.c}], ingressClassName: b}}",
	  STR_INIT("") },
};

static void changes_are_refused_where_the_server_refuses_them(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].old); i++) {
		struct field_errors errors;

		field_errors_init(&errors, arena);
		validate_object(schemas, node_make(arena, cases[i].new),
				node_make(arena, cases[i].old), &errors);
		CHECK_STR(errors.count ? field_errors_text(&errors) : STR(""), cases[i].faults);
	}
}

TESTS({ "changes are refused where the server refuses them",
	changes_are_refused_where_the_server_refuses_them })

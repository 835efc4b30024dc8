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

/* validate_changes_test - what of an object may change once it is there */
#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "kube/validate.h"

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
#define FIXED                                                                                      \
	"spec: Forbidden: spec is immutable after creation except resources.requests and "         \
	"volumeAttributesClassName for bound claims"

static void changes_are_refused_where_the_server_refuses_them(void)
{
	static const struct {
		const char *old, *new;
		struct str faults;
	} cases[] = {
		/* Claims: a class and a volume come once, a bound one may grow. */
		{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("1Gi", "")), STR_INIT("") },
		{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("2Gi", "")), STR_INIT(FIXED) },
		{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("1Gi", ", storageClassName: a")),
		  STR_INIT("") },
		{ CLAIM(SIZED("1Gi", ", storageClassName: a")),
		  CLAIM(SIZED("1Gi", ", storageClassName: b")), STR_INIT(FIXED) },
		{ CLAIM(SIZED("1Gi", "")), CLAIM(SIZED("1Gi", ", volumeName: a")), STR_INIT("") },
		{ CLAIM(SIZED("1Gi", ", volumeName: a")), CLAIM(SIZED("1Gi", "")),
		  STR_INIT(FIXED) },
		{ CLAIM(SIZED("1Gi", "") BOUND("1Gi")), CLAIM(SIZED("2Gi", "")), STR_INIT("") },
		{ CLAIM(SIZED("1Gi", "") BOUND("1Gi")),
		  CLAIM(SIZED("1Gi", ", volumeAttributesClassName: a")), STR_INIT("") },
		{ CLAIM(SIZED("2Gi", "") BOUND("2Gi")), CLAIM(SIZED("1Gi", "")),
		  STR_INIT("spec.resources.requests.storage: Forbidden: field can not be less "
			   "than status.capacity") },
		/* One that never came to its size may be given up. */
		{ CLAIM(SIZED("9Gi", "") BOUND("1Gi")), CLAIM(SIZED("5Gi", "")), STR_INIT("") },
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
		{ BALANCER(", healthCheckNodePort: 30000"),
		  BALANCER(", healthCheckNodePort: 30001"),
		  STR_INIT("spec.healthCheckNodePort: Forbidden: field is immutable") },
		{ BALANCER(""), BALANCER(", healthCheckNodePort: 30001"), STR_INIT("") },
	};
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct field_errors errors;

		field_errors_init(&errors, arena);
		validate_object(schemas, node_make(arena, cases[i].new),
				node_make(arena, cases[i].old), &errors);
		CHECK_STR(errors.count ? field_errors_text(&errors) : STR(""), cases[i].faults);
	}
}

TESTS({ "changes are refused where the server refuses them",
	changes_are_refused_where_the_server_refuses_them })

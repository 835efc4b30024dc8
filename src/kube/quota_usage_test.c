/* quota_usage_test - what objects use of what quotas limit, and which quotas cover them */
#include "kube/quota_usage.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/yaml.h"

enum { NOW_S = 1000 };

static const struct node *read(struct arena *arena, const char *text)
{
	struct error err;
	const struct node *n = yaml_read_one(docset_new(arena), STR("test.yaml"),
					     str_from_cstr(text), DIALECT_GO_V3, &err);

	CHECK(n != NULL);
	return n;
}

static const struct kind kinds[] = {
#define X(number, group_text, kind_text, plural_text, singular_text, flag_bits)                    \
	{ .id = KIND_##number,                                                                     \
	  .flags = (flag_bits),                                                                    \
	  .group = STR_INIT(group_text),                                                           \
	  .name = STR_INIT(kind_text),                                                             \
	  .plural = STR_INIT(plural_text) },
#include "kube/kinds.inc"
#undef X
};

static const struct kind *kind_of(const struct node *object)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (str_equal(kinds[i].name, object_kind(object)) &&
		    str_equal(kinds[i].group, object_gvk(object).group))
			return &kinds[i];
	CHECK(!"a kind of the table");
	return &kinds[0];
}

/* "pods=1 requests.cpu=2", in the order in which they are found. */
static struct str usage_of(struct arena *arena, const char *text)
{
	const struct node *object = read(arena, text);
	struct quota_amounts amounts = { .arena = arena };
	struct buf out;

	quota_use(&amounts, kind_of(object), object, NOW_S);
	buf_init(&out, arena);
	for (uint32_t i = 0; i < amounts.items.count; i++)
		buf_printf(&out, "%s%.*s=%.*s", i ? " " : "", STR_FMT(amounts.items.items[i].name),
			   STR_FMT(quota_text(arena, &amounts.items.items[i])));
	return buf_str(&out);
}

#define POD(spec, status)                                                                          \
	"{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {" spec "}, status: {" status "}}"
#define SERVICE(spec) "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {" spec "}}"
#define CLAIM(spec)                                                                                \
	"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {" spec "}}"
#define ASKS(requests, limits)                                                                     \
	"containers: [{name: c, resources: {requests: {" requests "}, limits: {" limits "}}}]"

static const struct {
	const char *object, *want;
} usages[] = {
	{ POD(ASKS("cpu: 1, memory: 1Gi", "cpu: 2"), ""),
	  "count/pods=1 pods=1 cpu=1 requests.cpu=1 memory=1Gi requests.memory=1Gi limits.cpu=2" },
	{ POD(ASKS("hugepages-2Mi: 2Mi, a.b/c: 1, kubernetes.io/d: 1, ephemeral-storage: 1Gi",
		   "hugepages-2Mi: 2Mi, ephemeral-storage: 1Gi, a.b/c: 1"),
	      ""),
	  "count/pods=1 pods=1 hugepages-2Mi=2Mi requests.hugepages-2Mi=2Mi requests.a.b/c=1 "
	  "ephemeral-storage=1Gi requests.ephemeral-storage=1Gi limits.ephemeral-storage=1Gi" },
	{ POD(ASKS("cpu: 1", ""), "phase: Succeeded"), "count/pods=1" },
	{ POD(ASKS("cpu: 1", ""), "phase: Failed"), "count/pods=1" },
	{ POD(ASKS("cpu: 1", ""), "phase: Running"), "count/pods=1 pods=1 cpu=1 requests.cpu=1" },
	{ SERVICE("ports: [{port: 1}]"), "count/services=1 services=1" },
	{ SERVICE("type: NodePort, ports: [{port: 1}, {port: 2}]"),
	  "count/services=1 services=1 services.nodeports=2" },
	{ SERVICE("type: LoadBalancer, ports: [{port: 1}, {port: 2}]"),
	  "count/services=1 services=1 services.loadbalancers=1 services.nodeports=2" },
	{ SERVICE("type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 1}, "
		  "{port: 2, nodePort: 30000}]"),
	  "count/services=1 services=1 services.loadbalancers=1 services.nodeports=1" },
	{ CLAIM("resources: {requests: {storage: 1Gi}}"),
	  "count/persistentvolumeclaims=1 persistentvolumeclaims=1 requests.storage=1Gi" },
	{ CLAIM("storageClassName: fast, resources: {requests: {storage: 1500m}}"),
	  "count/persistentvolumeclaims=1 persistentvolumeclaims=1 "
	  "fast.storageclass.storage.k8s.io/persistentvolumeclaims=1 requests.storage=2 "
	  "fast.storageclass.storage.k8s.io/requests.storage=2" },
	{ CLAIM("storageClassName: fast"),
	  "count/persistentvolumeclaims=1 persistentvolumeclaims=1 "
	  "fast.storageclass.storage.k8s.io/persistentvolumeclaims=1" },
	{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}",
	  "count/configmaps=1 configmaps=1" },
	{ "{apiVersion: v1, kind: Secret, metadata: {name: x}}", "count/secrets=1 secrets=1" },
	{ "{apiVersion: v1, kind: ServiceAccount, metadata: {name: x}}",
	  "count/serviceaccounts=1" },
	{ "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}",
	  "count/deployments.apps=1" },
};

static void objects_use_what_they_ask_for(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(usages, i, usages[i].object); i++)
		CHECK_STR(usage_of(arena, usages[i].object), str_from_cstr(usages[i].want));
}

static void a_pod_is_over_when_it_has_ended_or_its_grace_has(void)
{
	static const struct {
		const char *pod;
		bool is_over;
	} rows[] = {
		{ "{status: {phase: Running}}", false },
		{ "{status: {phase: Succeeded}}", true },
		{ "{status: {phase: Failed}}", true },
		{ "{metadata: {deletionTimestamp: '1970-01-01T00:16:39Z'}}", true },
		{ "{metadata: {deletionTimestamp: '1970-01-01T00:16:40Z'}}", false },
		{ "{metadata: {deletionTimestamp: '1970-01-01T00:16:30Z', "
		  "deletionGracePeriodSeconds: 9}}",
		  true },
		{ "{metadata: {deletionTimestamp: '1970-01-01T00:16:30Z', "
		  "deletionGracePeriodSeconds: 10}}",
		  false },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].pod); i++)
		CHECK_INT(quota_pod_is_over(read(arena, rows[i].pod), NOW_S), rows[i].is_over);
}

#define OBJECT(version, kind) "{apiVersion: " version ", kind: " kind "}"

static void kinds_track_their_resources(void)
{
	static const struct {
		const char *object, *resource;
		bool tracked;
	} rows[] = {
		{ OBJECT("v1", "Pod"), "pods", true },
		{ OBJECT("v1", "Pod"), "limits.ephemeral-storage", true },
		{ OBJECT("v1", "Pod"), "requests.hugepages-2Mi", true },
		{ OBJECT("v1", "Pod"), "hugepages-2Mi", true },
		{ OBJECT("v1", "Pod"), "requests.a.b/c", true },
		{ OBJECT("v1", "Pod"), "requests.kubernetes.io/c", false },
		{ OBJECT("v1", "Pod"), "requests.storage", false },
		{ OBJECT("v1", "Pod"), "a.b/c", false },
		{ OBJECT("v1", "Pod"), "count/pods", true },
		{ OBJECT("v1", "Pod"), "count/podsx", false },
		{ OBJECT("v1", "Pod"), "count/pods.apps", false },
		{ OBJECT("v1", "Pod"), "services", false },
		{ OBJECT("apps/v1", "Deployment"), "count/deployments.apps", true },
		{ OBJECT("apps/v1", "Deployment"), "count/deployments", false },
		{ OBJECT("apps/v1", "Deployment"), "count/deployments.app", false },
		{ OBJECT("apps/v1", "Deployment"), "deployments", false },
		{ OBJECT("v1", "Service"), "services.nodeports", true },
		{ OBJECT("v1", "Service"), "pods", false },
		{ OBJECT("v1", "PersistentVolumeClaim"), "requests.storage", true },
		{ OBJECT("v1", "PersistentVolumeClaim"),
		  "fast.storageclass.storage.k8s.io/requests.storage", true },
		{ OBJECT("v1", "PersistentVolumeClaim"),
		  "fast.storageclass.storage.k8s.io/persistentvolumeclaims", true },
		{ OBJECT("v1", "PersistentVolumeClaim"), "fast.storageclass.storage.k8s.io/pods",
		  false },
		{ OBJECT("v1", "ConfigMap"), "configmaps", true },
		{ OBJECT("v1", "Secret"), "secrets", true },
		{ OBJECT("v1", "ResourceQuota"), "resourcequotas", true },
		{ OBJECT("v1", "ReplicationController"), "replicationcontrollers", true },
		{ OBJECT("v1", "ServiceAccount"), "serviceaccounts", false },
		{ OBJECT("v1", "ConfigMap"), "secrets", false },
		{ OBJECT("v1", "Node"), "count/nodes", false },
		{ OBJECT("v1", "Event"), "count/events", false },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].resource); i++)
		CHECK_INT(quota_tracks(kind_of(read(arena, rows[i].object)),
				       str_from_cstr(rows[i].resource)),
			  rows[i].tracked);
}

#define AFFINITY(kind, list, term) POD("affinity: {" kind ": {" list ": [{" term "}]}}", "")
#define REQUIRED		   "requiredDuringSchedulingIgnoredDuringExecution"
#define PREFERRED		   "preferredDuringSchedulingIgnoredDuringExecution"
#define CLASSES(operator, values)                                                                  \
	"{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: "                \
	operator", values: " values "}]}}"

static const struct {
	const char *quota, *object;
	bool covers;
} covered[] = {
	{ "{}", POD("", ""), true },
	{ "{}", SERVICE(""), true },
	{ "{scopes: [Terminating]}", POD("activeDeadlineSeconds: 0", ""), true },
	{ "{scopes: [Terminating]}", POD("", ""), false },
	{ "{scopes: [Terminating]}", SERVICE(""), false },
	{ "{scopes: [NotTerminating]}", POD("activeDeadlineSeconds: 0", ""), false },
	{ "{scopes: [NotTerminating]}", POD("", ""), true },
	{ "{scopes: [BestEffort]}", POD("", "qosClass: BestEffort"), true },
	{ "{scopes: [BestEffort]}", POD("", "qosClass: Burstable"), false },
	{ "{scopes: [NotBestEffort]}", POD("", "qosClass: BestEffort"), false },
	{ "{scopes: [NotBestEffort]}", POD("", "qosClass: Burstable"), true },
	{ "{scopes: [NotBestEffort, Terminating]}", POD("", "qosClass: Burstable"), false },
	{ "{scopes: [Other]}", POD("", ""), false },
	{ "{scopes: [PriorityClass]}", POD("priorityClassName: a", ""), true },
	{ "{scopes: [PriorityClass]}", POD("", ""), false },
	{ CLASSES("Exists", "[]"), POD("priorityClassName: a", ""), true },
	{ CLASSES("Exists", "[]"), POD("", ""), false },
	{ CLASSES("Exists", "[]"), SERVICE(""), false },
	{ CLASSES("In", "[a, b]"), POD("priorityClassName: a", ""), true },
	{ CLASSES("In", "[b]"), POD("priorityClassName: a", ""), false },
	{ CLASSES("In", "[b]"), POD("", ""), false },
	{ CLASSES("NotIn", "[b]"), POD("priorityClassName: a", ""), true },
	{ CLASSES("NotIn", "[a]"), POD("priorityClassName: a", ""), false },
	{ "{scopes: [CrossNamespacePodAffinity]}", POD("", ""), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", REQUIRED, "namespaces: [a]"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", REQUIRED, "namespaces: []"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", REQUIRED, "namespaceSelector: {}"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", REQUIRED, "topologyKey: a"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", PREFERRED, "podAffinityTerm: {namespaces: [a]}"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", PREFERRED, "podAffinityTerm: {namespaces: []}"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", PREFERRED, "podAffinityTerm: {namespaceSelector: {}}"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAffinity", PREFERRED, "podAffinityTerm: {topologyKey: a}"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", REQUIRED, "namespaces: [a]"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", REQUIRED, "namespaces: []"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", REQUIRED, "namespaceSelector: {}"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", REQUIRED, "topologyKey: a"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", PREFERRED, "podAffinityTerm: {namespaces: [a]}"), true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", PREFERRED, "podAffinityTerm: {namespaces: []}"), false },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", PREFERRED, "podAffinityTerm: {namespaceSelector: {}}"),
	  true },
	{ "{scopes: [CrossNamespacePodAffinity]}",
	  AFFINITY("podAntiAffinity", PREFERRED, "podAffinityTerm: {topologyKey: a}"), false },
};

static void quotas_cover_what_is_in_all_their_scopes(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(covered, i, covered[i].quota); i++) {
		const struct node *object = read(arena, covered[i].object);
		struct str quota = str_printf(arena, "{spec: %s}", covered[i].quota);
		CHECK_INT(quota_covers(arena, read(arena, str_cstr(arena, quota)), kind_of(object),
				       object),
			  covered[i].covers);
	}
}

static void sums_saturate_and_are_written_as_what_came_first(void)
{
	SCRATCH(arena);
	struct quota_amounts amounts = { .arena = arena };
	struct quota_amount mebi = { STR("a"), 1048576000, true }, one = { STR("a"), 1000, false };

	quota_add(&amounts, &mebi);
	quota_add(&amounts, &mebi);
	CHECK_TEXT(quota_text(arena, quota_get(&amounts, STR("a"))), "2Mi");
	CHECK(!quota_get(&amounts, STR("b")));
	struct quota_amount zero = { STR("b"), 0, false };
	quota_add(&amounts, &zero);
	mebi.name = STR("b");
	quota_add(&amounts, &mebi);
	CHECK_TEXT(quota_text(arena, quota_get(&amounts, STR("b"))), "1Mi");
	one.milli = INT64_MAX;
	quota_add(&amounts, &one);
	CHECK_INT(quota_get(&amounts, STR("a"))->milli, INT64_MAX);
}

TESTS({ "objects use what they ask for", objects_use_what_they_ask_for },
      { "a pod is over when it has ended, or its grace has",
	a_pod_is_over_when_it_has_ended_or_its_grace_has },
      { "kinds track their resources", kinds_track_their_resources },
      { "quotas cover what is in all their scopes", quotas_cover_what_is_in_all_their_scopes },
      { "sums saturate, and are written as what came first",
	sums_saturate_and_are_written_as_what_came_first })

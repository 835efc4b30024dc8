/* quota_test - what a ResourceQuota counts */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"

static struct str used(const struct fixture *f, const char *resource)
{
	return node_text(node_get(fixture_written(f, "q", "status.used"), str_from_cstr(resource)));
}

static void put_quota(struct fixture *f, const char *spec)
{
	fixture_put(
		f, node_make(f->arena,
			     "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: %n}",
			     node_make(f->arena, spec)));
}

static void put_pod(struct fixture *f, const char *name, const char *spec, const char *status)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: Pod, metadata: {name: %c}, spec: %n, "
				 "status: %n}",
				 name, node_make(f->arena, spec), node_make(f->arena, status)));
}

static void count(struct fixture *f)
{
	fixture_run(f, &quota_reconciler, "default", "q");
}

#define RUNNING	   "{phase: Running, qosClass: Burstable}"
#define ASKS(cpu)  "{containers: [{name: a, resources: {requests: {cpu: " cpu "}}}]}"
#define LIMITS(mb) "{containers: [{name: a, resources: {limits: {memory: " mb "}}}]}"

static void sums_up_pods(void)
{
	struct fixture f = fixture_begin();

	put_quota(&f, "{hard: {pods: 9, count/pods: 9, requests.cpu: 9, limits.memory: 9Gi}}");
	put_pod(&f, "a", ASKS("600m"), RUNNING);
	put_pod(&f, "b", ASKS("1400m"), RUNNING);
	put_pod(&f, "c", LIMITS("512Mi"), RUNNING);
	put_pod(&f, "over", ASKS("5"), "{phase: Succeeded}");
	count(&f);
	CHECK_TEXT(used(&f, "pods"), "3");
	CHECK_TEXT(used(&f, "count/pods"), "4");
	CHECK_TEXT(used(&f, "requests.cpu"), "2");
	CHECK_TEXT(used(&f, "limits.memory"), "512Mi");
	fixture_end(&f);
}

/* Two pods: one without requests and with a deadline, one of a class with requests. */
static const struct {
	const char *spec;
	const char *pods;
} scopes[] = {
	{ "{hard: {pods: 9}, scopes: [BestEffort]}", "1" },
	{ "{hard: {pods: 9}, scopes: [NotBestEffort]}", "1" },
	{ "{hard: {pods: 9}, scopes: [Terminating]}", "1" },
	{ "{hard: {pods: 9}, scopes: [NotTerminating]}", "1" },
	{ "{hard: {pods: 9}, scopes: [BestEffort, NotTerminating]}", "0" },
	{ "{hard: {pods: 9}, scopes: [PriorityClass]}", "1" },
	{ "{hard: {pods: 9}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, "
	  "operator: In, values: "
	  "[high]}]}}",
	  "1" },
	{ "{hard: {pods: 9}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, "
	  "operator: NotIn, values: "
	  "[other]}]}}",
	  "2" },
	{ "{hard: {pods: 9}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, "
	  "operator: DoesNotExist}]}}",
	  "1" },
};

static void looks_into_scopes(void)
{
	for (size_t i = 0; TEST_ROW(scopes, i, scopes[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_quota(&f, scopes[i].spec);
		put_pod(&f, "a", "{activeDeadlineSeconds: 9, containers: [{name: a}]}",
			"{phase: Running, qosClass: BestEffort}");
		put_pod(&f, "b",
			"{priorityClassName: high, containers: [{name: a, resources: {requests: "
			"{cpu: 1}}}]}",
			RUNNING);
		count(&f);
		CHECK_STR(used(&f, "pods"), str_from_cstr(scopes[i].pods));
		fixture_end(&f);
	}
}

static void counts_other_kinds(void)
{
	struct fixture f = fixture_begin();

	put_quota(&f, "{hard: {services: 9, services.nodeports: 9, configmaps: 9, "
		      "count/deployments.apps: 9, requests.storage: 9Gi, "
		      "fast.storageclass.storage.k8s.io/requests.storage: 9Gi}}");
	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: "
				       "{type: NodePort, ports: [{port: 80}, {port: 81}]}}"));
	fixture_put(&f,
		    node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}"));
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}"));
	for (int i = 1; i <= 2; i++)
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: "
					  "{name: %c}, spec: {storageClassName: %c, resources: "
					  "{requests: {storage: 1Gi}}}}",
					  i == 1 ? "v1" : "v2", i == 1 ? "fast" : "slow"));
	count(&f);
	CHECK_TEXT(used(&f, "services"), "1");
	CHECK_TEXT(used(&f, "services.nodeports"), "2");
	CHECK_TEXT(used(&f, "configmaps"), "1");
	CHECK_TEXT(used(&f, "count/deployments.apps"), "1");
	CHECK_TEXT(used(&f, "requests.storage"), "2Gi");
	CHECK_TEXT(used(&f, "fast.storageclass.storage.k8s.io/requests.storage"), "1Gi");
	fixture_end(&f);
}

/* More than any disk has: sums stay at the most that there is. */
static void huge_claims_saturate(void)
{
	struct fixture f = fixture_begin();

	put_quota(&f, "{hard: {requests.storage: 9Gi}}");
	for (int i = 0; i < 2; i++)
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: "
					  "{name: %c}, spec: {resources: {requests: {storage: "
					  "\"9223372036854775807\"}}}}",
					  i ? "a" : "b"));
	count(&f);
	CHECK_TEXT(used(&f, "requests.storage"), "9223372036854775807m");
	fixture_end(&f);
}

/* What frees something of a quota of that kind, and the quota's own limits. */
static const struct {
	const char *hard;
	const char *before, *after; /* NULL: not there */
	bool wakes;
} changes[] = {
	{ "{pods: 1}", "{kind: Pod, status: {phase: Running}}",
	  "{kind: Pod, status: {phase: Running, a: b}}", false },
	{ "{pods: 1}", "{kind: Pod, status: {phase: Running}}",
	  "{kind: Pod, status: {phase: Succeeded}}", true },
	{ "{pods: 1}", "{kind: Pod, status: {phase: Pending}}",
	  "{kind: Pod, status: {phase: Running}}", false },
	{ "{pods: 1}", "{kind: Pod, status: {phase: Succeeded}}",
	  "{kind: Pod, status: {phase: Failed}}", false },
	{ "{pods: 1}", "{kind: Pod, status: {phase: Running}}", NULL, true },
	{ "{pods: 1}", NULL, "{kind: Pod, status: {phase: Running}}", false },
	{ "{configmaps: 1}", "{kind: Pod, status: {phase: Running}}", NULL, false },
	{ "{pods: 1, configmaps: 1}", "{kind: ConfigMap}", NULL, true },
	{ "{configmaps: 1}", "{kind: ConfigMap, data: {a: b}}", "{kind: ConfigMap}", false },
	{ "{services: 1}", "{kind: Service, spec: {type: NodePort}}",
	  "{kind: Service, spec: {type: ClusterIP}}", true },
	{ "{services: 1}", "{kind: Service, spec: {type: NodePort}, status: {a: b}}",
	  "{kind: Service, spec: {type: NodePort}}", false },
	{ "{requests.storage: 1}", "{kind: PersistentVolumeClaim, spec: {a: b}}",
	  "{kind: PersistentVolumeClaim, spec: {a: c}}", true },
	{ "{count/events: 1}", "{kind: Event}", NULL, false },
	{ "{pods: 1}", NULL, "{kind: ResourceQuota, spec: {hard: {pods: 1}}}", true },
	{ "{pods: 1}", "{kind: ResourceQuota, spec: {hard: {pods: 1}}}",
	  "{kind: ResourceQuota, spec: {hard: {pods: 2}}}", true },
	{ "{pods: 1}", "{kind: ResourceQuota, spec: {hard: {pods: 1}}}",
	  "{kind: ResourceQuota, spec: {hard: {pods: 1}}, status: {a: b}}", false },
};

static void what_becomes_free_wakes_a_quota(void)
{
	for (size_t i = 0; TEST_ROW(changes, i, changes[i].before); i++) {
		struct fixture f = fixture_begin();
		const char *const texts[] = { changes[i].before, changes[i].after };
		struct object *objects[2] = {};
		const struct view view = { .cache = f.cache, .arena = f.arena, .now_ms = f.now_ms };
		struct keys keys = { .arena = f.arena };
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: ResourceQuota, metadata: {name: "
					  "q}, spec: {hard: %n}}",
					  node_make(f.arena, changes[i].hard)));
		for (int v = 0; v < 2; v++) {
			const struct node *root = texts[v] ? node_make(f.arena, texts[v]) : NULL;
			if (!root)
				continue;
			root = node_set(f.arena, root, "apiVersion", node_cstr(f.arena, "v1"));
			root = node_set(f.arena, root, "metadata",
					node_make(f.arena, "{name: q, namespace: default}"));
			objects[v] = object_new(schemas_kind(f.schemas, object_gvk(root), NULL),
						root, NULL, NULL, 0);
		}
		quota_reconciler.watches[0].map(&view, objects[0], objects[1], &keys);
		CHECK_INT(keys.items.count, changes[i].wakes);
		if (keys.items.count)
			CHECK_TEXT(keys.items.items[0].name, "q");
		object_unref(objects[0]);
		object_unref(objects[1]);
		fixture_end(&f);
	}
}

TESTS({ "usage that goes down enqueues the quota", what_becomes_free_wakes_a_quota },
      { "huge claims saturate", huge_claims_saturate },
      { "pods that have not ended are summed up", sums_up_pods },
      { "only pods in all scopes count", looks_into_scopes },
      { "objects, ports and storage count", counts_other_kinds })

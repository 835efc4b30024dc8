/* subresource_test - what /scale, /binding and /eviction show, do and refuse */
#include "cluster/server/server_test.h"
#include "doc/json.h"
#include "kube/health.h"

#define CONTAINERS "containers: [{name: c, image: x}]"
#define POD(metadata, rest)                                                                        \
	"{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a, uid: u, labels: {app: "     \
	"w}" metadata "}, " rest "}"

/* Stored as it is, past all admission. */
static const struct object *put(struct fixture *f, const char *object)
{
	const struct node *root = node_make(f->arena, object);
	const struct kind *kind = schemas_kind(f->server.schemas, object_gvk(root), NULL);

	return store_put(f->server.store, kind, NULL, root, NULL, STR("test"));
}

static struct api_answer call(struct fixture *f, const struct object *o, enum api_verb verb,
			      const char *subresource, const char *body)
{
	return fixture_call(f, &(struct api_request){ .verb = verb,
						      .patch_type = API_PATCH_MERGE,
						      .kind = o->kind,
						      .key = o->key,
						      .subresource = str_from_cstr(subresource),
						      .body = node_make(f->arena, body),
						      .grace_s = -1,
						      .arena = f->arena });
}

/* Scale */

static void a_scale_shows_replicas_and_selector(void)
{
	static const struct {
		const char *object;
		int spec, status;
		const char *selector;
	} rows[] = {
		{ "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: s, namespace: a}, "
		  "spec: {replicas: 3, selector: {matchLabels: {app: w}}}, status: {replicas: 2}}",
		  3, 2, "app=w" },
		{ "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: s, namespace: a}, "
		  "spec: {selector: {matchExpressions: [{key: app, operator: In, values: [w, "
		  "x]}]}}}",
		  1, 0, "app in (w,x)" },
		/* its selector is a map */
		{ "{apiVersion: v1, kind: ReplicationController, metadata: {name: s, namespace: "
		  "a}, spec: {replicas: 0, selector: {app: w}}}",
		  0, 0, "app=w" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer =
			call(&f, put(&f, rows[i].object), API_GET, "scale", "{}");
		const struct node *o = answer.object->root;
		CHECK_INT(answer.code, 200);
		CHECK_TEXT(node_str_at(o, "kind"), "Scale");
		CHECK_TEXT(node_str_at(o, "apiVersion"), "autoscaling/v1");
		CHECK_TEXT(node_str_at(o, "metadata.name"), "s");
		CHECK_INT(node_int_at(o, "spec.replicas", -1), rows[i].spec);
		CHECK_INT(node_int_at(o, "status.replicas", -1), rows[i].status);
		CHECK_STR(node_str_at(o, "status.selector"), str_from_cstr(rows[i].selector));
		fixture_end(&f);
	}
}

static void a_scale_changes_replicas_only(void)
{
	static const struct {
		const char *body;
		int code, replicas;
	} rows[] = {
		{ "{spec: {replicas: 5}}", 200, 5 },
		{ "{spec: {replicas: 0}}", 200, 0 },
		{ "{spec: {replicas: -1}}", 422, 1 },
		{ "{spec: {replicas: many}}", 422, 1 },
		{ "{spec: {replicas: 4, paused: true}, metadata: {labels: {a: b}}}", 200, 4 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].body); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = fixture_send(
			&f, API_CREATE,
			node_make(f.arena,
				  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, "
				  "namespace: a}, spec: {selector: {matchLabels: {app: w}}, "
				  "template: {metadata: {labels: {app: w}}, spec: {containers: "
				  "[{name: a, image: x}]}}}}"));
		const struct kind *kind = answer.object->kind;
		struct key key = answer.object->key;
		answer = call(&f, answer.object, API_PATCH, "scale", rows[i].body);
		CHECK_INT(answer.code, rows[i].code);
		if (rows[i].code == 422)
			CHECK(str_starts(answer.message,
					 STR("Deployment.apps \"web\" is invalid: spec.replicas: "
					     "Invalid value: ")));
		const struct object *o = cache_get(store_cache(f.server.store), kind->id, key);
		CHECK_INT(node_int_at(o->root, "spec.replicas", -1), rows[i].replicas);
		CHECK(!node_at(o->root, "spec.paused") && !node_at(o->root, "metadata.labels"));
		fixture_end(&f);
	}
}

/* Binding */

static void a_binding_gives_a_pod_its_node(void)
{
	struct fixture f = fixture_begin();

	put(&f, "{apiVersion: v1, kind: Node, metadata: {name: n, labels: {"
		"topology.kubernetes.io/zone: z, topology.kubernetes.io/region: r, other: x}}}");
	const struct object *pod = put(
		&f, POD("", "spec: {" CONTAINERS "}, status: {phase: Pending, nominatedNodeName: "
			    "n, conditions: [{type: PodScheduled, status: \"False\", reason: "
			    "Unschedulable, message: why}]}"));
	struct api_answer answer = call(&f, pod, API_CREATE, "binding",
					"{metadata: {name: p}, target: {kind: Node, name: n}}");
	CHECK_INT(answer.code, 201);
	CHECK_INT(answer.outcome, API_CONFIGURED);
	const struct node *o = answer.object->root;
	CHECK_TEXT(node_str_at(o, "spec.nodeName"), "n");
	CHECK_TEXT(object_label(o, STR("topology.kubernetes.io/zone")), "z");
	CHECK_TEXT(object_label(o, STR("topology.kubernetes.io/region")), "r");
	CHECK_TEXT(object_label(o, STR("app")), "w");
	CHECK(!object_label(o, STR("other")).len);
	CHECK(condition_is_true(o, "PodScheduled"));
	CHECK(!node_get_lit(condition_get(o, "PodScheduled"), "reason"));
	CHECK(!node_get_lit(condition_get(o, "PodScheduled"), "message"));
	CHECK(!node_at(o, "status.nominatedNodeName"));
	fixture_end(&f);
}

static void bindings_that_are_refused(void)
{
	static const struct {
		const char *pod;
		int code;
		const char *message;
	} rows[] = {
		{ POD("", "spec: {nodeName: m, " CONTAINERS "}"), 409,
		  "Operation cannot be fulfilled on pods \"p\": pod p is already assigned to node "
		  "\"m\"" },
		{ POD(", deletionTimestamp: \"2026-01-01T00:00:00Z\"", "spec: {" CONTAINERS "}"),
		  409,
		  "Operation cannot be fulfilled on pods \"p\": pod p is being deleted, cannot be "
		  "assigned to a host" },
		/* the node need not be there, nor have a zone */
		{ POD("", "spec: {" CONTAINERS "}"), 201, "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].pod); i++) {
		struct fixture f = fixture_begin();
		struct api_answer answer = call(&f, put(&f, rows[i].pod), API_CREATE, "binding",
						"{metadata: {name: p}, target: {name: n}}");
		CHECK_INT(answer.code, rows[i].code);
		CHECK_STR(answer.message, str_from_cstr(rows[i].message));
		fixture_end(&f);
	}
}

static void other_subresources_are_not_there(void)
{
	struct fixture f = fixture_begin();
	const struct object *pod = put(&f, POD("", "spec: {" CONTAINERS "}"));

	CHECK_INT(call(&f, pod, API_CREATE, "nope", "{metadata: {name: p}}").code, 404);
	struct api_answer answer =
		fixture_call(&f, &(struct api_request){ .verb = API_CREATE,
							.kind = pod->kind,
							.key = { STR("a"), STR("nobody") },
							.subresource = STR("binding"),
							.body = node_make(f.arena, "{}"),
							.arena = f.arena });
	CHECK_INT(answer.code, 404);
	CHECK_TEXT(answer.message, "pods \"nobody\" not found");
	fixture_end(&f);
}

/* Eviction */

#define BUDGET(name, selector, allowed)                                                            \
	"{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " name                \
	", namespace: a}, spec: {selector: {matchLabels: {app: " selector                          \
	"}}}, status: {disruptionsAllowed: " allowed ", desiredHealthy: 2, currentHealthy: 1}}"

static void evictions_keep_to_budgets(void)
{
	static const struct {
		const char *phase;
		const char *budgets[2]; /* NULL: none */
		int code;
		int64_t allowed; /* by the first budget, afterwards */
	} rows[] = {
		{ "Running", { NULL }, 201, 0 },
		{ "Running", { BUDGET("b", "w", "2") }, 201, 1 },
		{ "Running", { BUDGET("b", "w", "1") }, 201, 0 },
		{ "Running", { BUDGET("b", "w", "0") }, 429, 0 },
		{ "Running", { BUDGET("b", "w", "-1") }, 429, -1 },
		{ "Running", { BUDGET("b", "other", "0") }, 201, 0 },
		{ "Running", { BUDGET("b", "w", "2"), BUDGET("c", "w", "2") }, 500, 2 },
		{ "Running", { BUDGET("b", "w", "2"), BUDGET("c", "other", "2") }, 201, 1 },
		{ "Pending", { BUDGET("b", "w", "0") }, 201, 0 },
		{ "Succeeded", { BUDGET("b", "w", "0") }, 201, 0 },
		{ "Failed", { BUDGET("b", "w", "0") }, 201, 0 },
		{ "Pending", { BUDGET("b", "w", "2") }, 201, 2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].phase); i++) {
		struct fixture f = fixture_begin();
		const struct object *pod =
			put(&f, POD("", "spec: {nodeName: n, " CONTAINERS "}, status: {}"));
		pod = store_put(f.server.store, pod->kind, pod,
				node_set(f.arena, node_copy(f.arena, pod->root, /* bare= */ true),
					 "status.phase", node_cstr(f.arena, rows[i].phase)),
				NULL, STR("test"));
		for (int b = 0; b < 2 && rows[i].budgets[b]; b++)
			put(&f, rows[i].budgets[b]);
		struct api_answer answer =
			call(&f, pod, API_CREATE, "eviction", "{metadata: {name: p}}");
		CHECK_INT(answer.code, rows[i].code);
		const struct object *budget =
			cache_get(store_cache(f.server.store), KIND_PODDISRUPTIONBUDGET,
				  (struct key){ STR("a"), STR("b") });
		if (budget)
			CHECK_INT(node_int_at(budget->root, "status.disruptionsAllowed", -9),
				  rows[i].allowed);
		fixture_end(&f);
	}
}

static void an_eviction_is_a_delete_that_says_so(void)
{
	struct fixture f = fixture_begin();

	put(&f, BUDGET("b", "w", "1"));
	const struct object *pod =
		put(&f, POD("", "spec: {nodeName: n, " CONTAINERS "}, status: {phase: Running}"));
	struct api_answer answer = call(&f, pod, API_CREATE, "eviction", "{metadata: {name: p}}");
	CHECK_INT(answer.code, 201);
	const struct node *o = answer.object->root;
	CHECK_TEXT(node_str_at(o, "metadata.deletionTimestamp"), "2026-01-01T00:00:30Z");
	CHECK(condition_is_true(o, "DisruptionTarget"));
	CHECK_TEXT(node_str_at(condition_get(o, "DisruptionTarget"), "reason"),
		   "EvictionByEvictionAPI");
	const struct object *budget =
		cache_get(store_cache(f.server.store), KIND_PODDISRUPTIONBUDGET,
			  (struct key){ STR("a"), STR("b") });
	CHECK_TEXT(json_text(f.arena, node_at(budget->root, "status.disruptedPods"), 0),
		   "{\"p\":\"2026-01-01T00:00:00Z\"}");
	/* evicted again: it goes already, and costs nothing */
	answer = call(&f, answer.object, API_CREATE, "eviction", "{metadata: {name: p}}");
	CHECK_INT(answer.code, 201);
	fixture_end(&f);
}

static void a_refused_eviction_names_the_budget(void)
{
	struct fixture f = fixture_begin();

	put(&f, BUDGET("b", "w", "0"));
	const struct object *pod =
		put(&f, POD("", "spec: {nodeName: n, " CONTAINERS "}, status: {phase: Running}"));
	struct api_answer answer = call(&f, pod, API_CREATE, "eviction", "{metadata: {name: p}}");
	CHECK_TEXT(answer.reason, "TooManyRequests");
	CHECK_TEXT(answer.message,
		   "Cannot evict pod as it would violate the pod's disruption budget.");
	if (CHECK_INT(answer.cause_count, 1)) {
		CHECK_TEXT(answer.causes[0].reason, "DisruptionBudget");
		CHECK_TEXT(answer.causes[0].message,
			   "The disruption budget b needs 2 healthy pods and has 1 currently");
	}
	fixture_end(&f);
}

TESTS({ "a scale shows replicas and selector", a_scale_shows_replicas_and_selector },
      { "a scale changes replicas only", a_scale_changes_replicas_only },
      { "a binding gives a pod its node", a_binding_gives_a_pod_its_node },
      { "bindings that are refused", bindings_that_are_refused },
      { "other subresources are not there", other_subresources_are_not_there },
      { "evictions keep to budgets", evictions_keep_to_budgets },
      { "an eviction is a delete that says so", an_eviction_is_a_delete_that_says_so },
      { "a refused eviction names the budget", a_refused_eviction_names_the_budget })

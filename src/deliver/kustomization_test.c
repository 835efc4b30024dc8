/* kustomization_test - the Kustomization's reconciler, one run at a time */
#include "api/controller_test.h"
#include "build/render.h"
#include "deliver/deliver.h"
#include "doc/json.h"
#include "kube/health.h"

/* A Kustomization that is there already, with more of its spec and a status. */
static void put(struct fixture *f, const char *spec, const char *status, const char *metadata)
{
	const struct node *k = node_make(
		f->arena,
		"{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: "
		"{name: "
		"apps, generation: 1, finalizers: [finalizers.fluxcd.io]}, spec: {interval: 10m, "
		"prune: true, sourceRef: {kind: GitRepository, name: repository}}}");
	const struct node *more = node_make(f->arena, spec), *changed = NULL;

	for (uint32_t i = 0; i < node_count(more); i++)
		k = node_with(f->arena, k, STR("spec"),
			      node_with(f->arena, node_get(k, STR("spec")),
					node_text(more->entries[i].key), more->entries[i].value));
	changed = node_make(f->arena, metadata);
	for (uint32_t i = 0; i < node_count(changed); i++)
		k = node_with(f->arena, k, STR("metadata"),
			      node_with(f->arena, node_get(k, STR("metadata")),
					node_text(changed->entries[i].key),
					changed->entries[i].value));
	fixture_put(f, node_with(f->arena, k, STR("status"), node_make(f->arena, status)));
}

static void put_source(struct fixture *f)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, "
			      "metadata: {name: repository}, status: {artifact: {revision: %c}}}",
			      "main@sha1:1"));
}

static void put_config(struct fixture *f, const char *name, const char *metadata)
{
	const struct node *more = node_make(f->arena, metadata);
	const struct node *o = node_make(
		f->arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: %c}}", name);

	for (uint32_t i = 0; i < node_count(more); i++)
		o = node_with(f->arena, o, STR("metadata"),
			      node_with(f->arena, node_get(o, STR("metadata")),
					node_text(more->entries[i].key), more->entries[i].value));
	fixture_put(f, o);
}

static void run(struct fixture *f)
{
	fixture_run(f, &kustomization_reconciler, "default", "apps");
}

/* Of the condition Ready that the last run wrote. */
static struct str ready(const struct fixture *f, struct trusted_path field)
{
	const struct node *status = fixture_written(f, "apps", "status");
	const struct node *o = node_make(f->arena, "{status: %?n}", status);

	return node_find_str(condition_get(o, "Ready"), field);
}

/* What keeps it from beginning */

static void needs_a_source(void)
{
	struct fixture f = fixture_begin();

	put(&f, "{retryInterval: 2m}", "{}", "{}");
	run(&f);
	CHECK_TEXT(ready(&f, TRUSTED_PATH("reason")), "ArtifactFailed");
	CHECK_TEXT(ready(&f, TRUSTED_PATH("message")),
		   "GitRepository.source.toolkit.fluxcd.io \"repository\" not found");
	CHECK_INT(f.plan.events.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 120000);
	fixture_end(&f);
}

/* Another one, as it stands, and what is said of it. */
static const struct {
	const char *other; /* its status; NULL: there is none */
	const char *fault;
} dependencies[] = {
	{ NULL, "dependency 'default/base' not found: kustomizations.kustomize.toolkit.fluxcd.io "
		"\"base\" not found" },
	{ "{observedGeneration: 1}", "dependency 'default/base' is not ready" },
	{ "{observedGeneration: 0, conditions: [{type: Ready, status: \"True\"}]}",
	  "dependency 'default/base' is not ready" },
	{ "{observedGeneration: 1, lastAppliedRevision: other, conditions: [{type: Ready, status: "
	  "\"True\"}]}",
	  "dependency 'default/base' revision is not up to date" },
	{ "{observedGeneration: 1, lastAppliedRevision: \"main@sha1:1\", conditions: [{type: "
	  "Ready, status: \"True\"}]}",
	  NULL },
};

static void waits_for_dependencies(void)
{
	for (size_t i = 0; TEST_ROW(dependencies, i, dependencies[i].other); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		put(&f, "{dependsOn: [{name: base}]}", "{}", "{}");
		if (dependencies[i].other)
			fixture_put(&f, node_make(f.arena,
						  "{apiVersion: kustomize.toolkit.fluxcd.io/v1, "
						  "kind: Kustomization, metadata: {name: base, "
						  "generation: 1}, spec: {sourceRef: {kind: "
						  "GitRepository, name: repository}}, status: %n}",
						  node_make(f.arena, dependencies[i].other)));
		run(&f);
		if (dependencies[i].fault) {
			CHECK_TEXT(ready(&f, TRUSTED_PATH("reason")), "DependencyNotReady");
			CHECK_STR(ready(&f, TRUSTED_PATH("message")),
				  str_from_cstr(dependencies[i].fault));
			CHECK_INT(f.plan.requeue_after_ms, 30000);
		} else {
			CHECK_INT(f.plan.requests.count, 1);
			CHECK_TEXT(f.plan.requests.items[0].kind, "build");
		}
		fixture_end(&f);
	}
}

static void rests_while_suspended(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	put(&f, "{suspend: true}", "{}", "{}");
	run(&f);
	CHECK_INT(f.plan.requests.count + f.plan.writes.count, 0);
	fixture_end(&f);
}

/* Builds that fail */

static void tells_of_a_failed_build(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	put(&f, "{}", "{}", "{}");
	run(&f);
	fixture_answer(&f, (struct answer){ .name = STR("build"),
					    .code = 422,
					    .text = STR("no such file"),
					    .node = node_make(f.arena, "{reason: BuildFailed}") });
	run(&f);
	CHECK_TEXT(ready(&f, TRUSTED_PATH("reason")), "BuildFailed");
	CHECK_TEXT(ready(&f, TRUSTED_PATH("message")), "no such file");
	CHECK_TEXT(fixture_event(&f, 0), "no such file");
	CHECK_INT(f.plan.requeue_after_ms, 600000); /* retryInterval is the interval */
	fixture_end(&f);
}

/* Values that come from a Secret, by whatever name, are secret in all that is built with them. */
static void variables_of_secrets_are_secret(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: s}, "
					   "data: {a: aHVudGVyMg==, b: eA==}}"));
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, "
					   "data: {password: plain}}"));
	put(&f,
	    "{postBuild: {substitute: {b: own}, substituteFrom: [{kind: Secret, name: s}, {kind: "
	    "ConfigMap, name: c}]}}",
	    "{}", "{}");
	run(&f);
	if (CHECK_INT(f.plan.requests.count, 1)) {
		const struct node *variables =
			node_get_lit(f.plan.requests.items[0].arguments, "variables");
		CHECK_TEXT(json_text(f.arena, variables, 0),
			   "{\"a\":\"***\",\"b\":\"own\",\"password\":\"plain\"}");
		CHECK_TEXT(node_str_at(variables, "a"), "hunter2");
	}
	fixture_end(&f);
}

static void refuses_what_is_encrypted(void)
{
	struct fixture f = fixture_begin();
	const struct node *secret = node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: "
						       "{name: s, namespace: default}, data: {a: "
						       "x}, sops: {mac: x}}");
	const struct node *objects[] = { secret };
	const struct render render = { .objects = objects, .count = 1 };

	put_source(&f);
	put(&f, "{}", "{}", "{}");
	run(&f);
	fixture_answer(&f, (struct answer){ .name = STR("build"), .code = 200, .data = &render });
	run(&f);
	CHECK_TEXT(ready(&f, TRUSTED_PATH("reason")), "ReconciliationFailed");
	CHECK_TEXT(ready(&f, TRUSTED_PATH("message")),
		   "Secret/default/s is SOPS encrypted, configuring "
		   "decryption is required for this secret to be reconciled");
	fixture_end(&f);
}

/* Going */

#define INVENTORY "{inventory: {entries: [{id: default_a__ConfigMap, v: v1}]}}"
#define GONE	  "{deletionTimestamp: \"2027-01-15T08:00:00Z\"}"
#define OWNED                                                                                      \
	"{labels: {kustomize.toolkit.fluxcd.io/name: apps, "                                       \
	"kustomize.toolkit.fluxcd.io/namespace: default}}"

static const struct {
	const char *spec, *object;
	bool deletes;
} going[] = {
	{ "{}", OWNED, true },
	{ "{prune: false}", OWNED, false },
	{ "{prune: false, deletionPolicy: Delete}", OWNED, true },
	{ "{deletionPolicy: Orphan}", OWNED, false },
	{ "{suspend: true}", OWNED, false },
	{ "{}", "{labels: {kustomize.toolkit.fluxcd.io/name: other}}", false },
	{ "{}",
	  "{annotations: {kustomize.toolkit.fluxcd.io/prune: Disabled}, labels: "
	  "{kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: "
	  "default}}",
	  false },
};

static bool deletes(const struct fixture *f)
{
	return f->plan.requests.count && f->plan.requests.items[0].write &&
	       f->plan.requests.items[0].write->request.verb == API_DELETE;
}

static void takes_its_objects_along(void)
{
	for (size_t i = 0; TEST_ROW(going, i, going[i].spec); i++) {
		struct fixture f = fixture_begin();
		put(&f, going[i].spec, INVENTORY, GONE);
		put_config(&f, "a", going[i].object);
		run(&f);
		CHECK_INT(deletes(&f), going[i].deletes);
		fixture_end(&f);
	}
}

/* With WaitForTermination it stays until they are gone, or the time is up. */
static void waits_for_their_end(void)
{
	struct fixture f = fixture_begin();

	put(&f, "{deletionPolicy: WaitForTermination, timeout: 1m}", INVENTORY, GONE);
	put_config(&f, "a", "{deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: [x]}");
	run(&f);
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 2000);
	f.now_ms += 60000;
	run(&f);
	CHECK_TEXT(fixture_event(&f, 1), "failed to wait for resources termination");
	CHECK_INT(f.plan.writes.count, 1); /* its finalizer goes */
	fixture_end(&f);
}

/* As recorded: `replica: 2` never arrives; with a fault beside it, it does, and is told of. */
static void built_in_kinds_go_through_their_types(void)
{
	static const struct {
		const char *object, *sent; /* NULL: as it is */
	} rows[] = {
		{ "{apiVersion: apps/v1, kind: Deployment, spec: {replica: 2, replicas: 1}}",
		  "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1}}" },
		{ "{apiVersion: v1, kind: ConfigMap, data: {}}",
		  "{apiVersion: v1, kind: ConfigMap}" },
		{ "{apiVersion: apps/v1, kind: Deployment, spec: {replica: 2, replicas: [1]}}",
		  NULL },
		{ "{apiVersion: networking.istio.io/v1, kind: Gateway, spec: {what: 1}}", NULL },
		{ "{apiVersion: example.org/v1, kind: Unheard, spec: {}}", NULL },
	};
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		const struct node *object = node_make(arena, rows[i].object);
		const struct node *sent = deliver_typed(schemas, arena, object);
		const struct node *want = rows[i].sent ? node_make(arena, rows[i].sent) : object;
		CHECK(node_equal(sent, want));
		CHECK_INT(sent == object, rows[i].sent == NULL);
	}
}

/* Applying */

/* A build of these objects. */
static void answer_build(struct fixture *f, const char *list)
{
	const struct node *objects = node_make(f->arena, list);
	struct render *render = arena_alloc(f->arena, sizeof(*render));
	const struct node **all = arena_array(f->arena, const struct node *, objects->count);

	for (uint32_t i = 0; i < objects->count; i++)
		all[i] = objects->items[i];
	*render = (struct render){ .objects = all, .count = objects->count };
	fixture_answer(f, (struct answer){ .name = STR("build"), .code = 200, .data = render });
}

/* Answers what the last run asked: the writes give what was sent. */
static void answer_writes(struct fixture *f, enum api_outcome outcome)
{
	for (uint32_t i = 0; i < f->plan.requests.count; i++) {
		const struct plan_request *r = &f->plan.requests.items[i];
		fixture_answer(f, (struct answer){ .name = r->name,
						   .number = r->number,
						   .code = 200,
						   .node = r->write->request.body,
						   .outcome = outcome });
	}
}

/* The kinds that the last run wants to write, dry or not: "Namespace ConfigMap". */
static struct str requested_kinds(struct fixture *f)
{
	struct buf buf;

	buf_init(&buf, f->arena);
	for (uint32_t i = 0; i < f->plan.requests.count; i++) {
		struct str kind = object_kind(f->plan.requests.items[i].write->request.body);
		buf_printf(&buf, "%s%.*s", i ? " " : "", STR_FMT(kind));
	}
	return buf_str(&buf);
}

#define A(version, kind)                                                                           \
	"{apiVersion: " version ", kind: " kind ", metadata: {name: x, namespace: default}}"
#define CONFIG	  A("v1", "ConfigMap")
#define NAMESPACE A("v1", "Namespace")
#define STORAGE	  A("storage.k8s.io/v1", "StorageClass")
#define INGRESS	  A("networking.k8s.io/v1", "IngressClass")
#define PRIORITY  A("scheduling.k8s.io/v1", "PriorityClass")
#define RUNTIME	  A("node.k8s.io/v1", "RuntimeClass")
#define ROLE	  A("rbac.authorization.k8s.io/v1", "ClusterRole")
#define BINDING	  A("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")

/* A stage begins when the one before it was written. Source: fluxcd/pkg ssa, ApplyAllStaged. */
static void stages_come_one_after_the_other(void)
{
	static const struct {
		const char *objects, *first, *second;
	} rows[] = {
		{ "[" CONFIG ", " NAMESPACE "]", "Namespace", "ConfigMap" },
		{ "[" CONFIG ", " STORAGE "]", "StorageClass", "ConfigMap" },
		{ "[" CONFIG ", " INGRESS "]", "IngressClass", "ConfigMap" },
		{ "[" CONFIG ", " PRIORITY "]", "PriorityClass", "ConfigMap" },
		{ "[" CONFIG ", " RUNTIME "]", "RuntimeClass", "ConfigMap" },
		{ "[" STORAGE ", " NAMESPACE "]", "Namespace", "StorageClass" },
		{ "[" STORAGE ", " ROLE "]", "ClusterRole", "StorageClass" },
		{ "[" CONFIG ", " ROLE "]", "ClusterRole", "ConfigMap" },
		{ "[" BINDING ", " STORAGE "]", "StorageClass", "ClusterRoleBinding" },
		/* Alike: one stage, and nothing is left for another. */
		{ "[" CONFIG ", " BINDING "]", "ClusterRoleBinding ConfigMap", "" },
		{ "[" ROLE ", " NAMESPACE "]", "Namespace ClusterRole", "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].objects); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		put(&f, "{}", "{}", "{}");
		run(&f);
		answer_build(&f, rows[i].objects);
		run(&f);
		CHECK_STR(requested_kinds(&f), str_from_cstr(rows[i].first));
		answer_writes(&f, API_CREATED); /* dry */
		run(&f);
		CHECK_STR(requested_kinds(&f), str_from_cstr(rows[i].first));
		answer_writes(&f, API_CREATED);
		run(&f);
		CHECK_STR(requested_kinds(&f), str_from_cstr(rows[i].second));
		fixture_end(&f);
	}
}

/* A whole reconcile of ConfigMap a, that stands in the cluster as it is wanted or not. */
static void reconcile_config(struct fixture *f, const char *data)
{
	f->answers = (struct answers){};
	run(f);
	if (!f->plan.requests.count)
		return;
	answer_build(f, "[{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: "
			"default}, data: {k: wanted}}]");
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: "
				 "{kustomize.toolkit.fluxcd.io/name: apps, "
				 "kustomize.toolkit.fluxcd.io/namespace: default}}, data: {k: "
				 "%c}}",
				 data));
	run(f);
	for (int steps = 0; f->plan.requests.count && steps < 3; steps++) {
		answer_writes(f, API_CONFIGURED);
		run(f);
	}
}

/* The reasons of the last run's events: "Progressing ReconciliationSucceeded". */
static struct str told(struct fixture *f)
{
	struct buf buf;

	buf_init(&buf, f->arena);
	for (uint32_t i = 0; i < f->plan.events.count; i++)
		buf_printf(&buf, "%s%.*s", i ? " " : "", STR_FMT(f->plan.events.items[i].reason));
	return buf_str(&buf);
}

/* Each interval tells that it ended; changes, and the health after them, only when there are. */
static void an_interval_without_change_tells_no_change(void)
{
	static const struct {
		const char *spec, *first, *later, *changed;
	} rows[] = {
		{ "{}", "ReconciliationSucceeded", "ReconciliationSucceeded",
		  "Progressing ReconciliationSucceeded" },
		{ "{wait: true}", "Progressing ReconciliationSucceeded", "ReconciliationSucceeded",
		  "Progressing Progressing ReconciliationSucceeded" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		put(&f, rows[i].spec, "{}", "{}");
		reconcile_config(&f, "wanted");
		CHECK_STR(told(&f), str_from_cstr(rows[i].first));
		CHECK_INT(f.plan.requeue_after_ms, 600000);
		f.now_ms += 599999;
		reconcile_config(&f, "wanted");
		CHECK_TEXT(told(&f), ""); /* not due */
		f.now_ms += 1;
		reconcile_config(&f, "wanted");
		CHECK_STR(told(&f), str_from_cstr(rows[i].later));
		f.now_ms += 600000;
		reconcile_config(&f, "drifted");
		CHECK_STR(told(&f), str_from_cstr(rows[i].changed));
		fixture_end(&f);
	}
}

TESTS({ "built-in kinds go through their types", built_in_kinds_go_through_their_types },
      { "without its source it tries again", needs_a_source },
      { "dependencies come first", waits_for_dependencies },
      { "nothing happens while it is suspended", rests_while_suspended },
      { "a build that fails is told", tells_of_a_failed_build },
      { "variables of Secrets are secret", variables_of_secrets_are_secret },
      { "an encrypted Secret is not applied", refuses_what_is_encrypted },
      { "deletionPolicy and marks decide what goes with it", takes_its_objects_along },
      { "WaitForTermination waits", waits_for_their_end },
      { "stages come one after the other", stages_come_one_after_the_other },
      { "an interval without change tells of none", an_interval_without_change_tells_no_change })

/* kustomization_apply_test - stages, dry runs, drift, recreation and pruning, one run at a time */
#include "build/flux.h"
#include "deliver/kustomization_test.h"

#define OWNER                                                                                      \
	"kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: default"

/* Apps is there, its source too, and the build has made a render of one object. */
static struct fixture begin(const char *spec, const char *status, const char *object)
{
	struct fixture f = fixture_begin();
	const struct node **objects = arena_array(f.arena, const struct node *, 1);
	struct render *render = arena_one(f.arena, struct render);

	if (object)
		objects[0] = node_make(f.arena, object);
	*render = (struct render){ .objects = objects, .count = object ? 1 : 0 };
	kustomization_put_source(&f);
	kustomization_put(&f, spec, status, "{}");
	kustomization_answer_build(&f, render);
	return f;
}

/* Stages */

/* Each stage is dry and then applied; the next one begins when all of it is there. */
static void stages_follow_one_another(void)
{
	static const char *const made[] = {
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: "
		"default}}",
		"{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}}",
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}",
		"{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "
		"r}}",
		"{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}}",
		"{apiVersion: v1, kind: Namespace, metadata: {name: shop}}",
	};
	static const char *const asked[] = {
		"dry Namespace/shop, dry ClusterRole/r",
		"apply Namespace/shop, apply ClusterRole/r",
		"dry PriorityClass/high, dry StorageClass/fast",
		"apply PriorityClass/high, apply StorageClass/fast",
		"dry ConfigMap/default/a, dry Deployment/default/web",
		"apply ConfigMap/default/a, apply Deployment/default/web",
	};
	struct fixture f = fixture_begin();
	const struct node *objects[ARRAY_COUNT(made)];
	const struct render render = { .objects = objects, .count = ARRAY_COUNT(made) };

	for (size_t i = 0; i < ARRAY_COUNT(made); i++)
		objects[i] = node_make(f.arena, made[i]);
	kustomization_put_source(&f);
	kustomization_put(&f, "{}", "{}", "{}");
	kustomization_answer_build(&f, &render);
	for (size_t i = 0; TEST_ROW(asked, i, asked[i]); i++) {
		kustomization_run(&f);
		CHECK_STR(kustomization_asks(&f), str_from_cstr(asked[i]));
		kustomization_answer_all(&f, 201, API_CREATED, "");
	}
	kustomization_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Namespace/shop created\n"
					 "ClusterRole/r created\n"
					 "PriorityClass/high created\n"
					 "StorageClass/fast created\n"
					 "ConfigMap/default/a created\n"
					 "Deployment/default/web created");
	CHECK_TEXT(kustomization_ready_says(&f, "status"), "True");
	const struct node *status = fixture_written(&f, "apps", "status");
	CHECK_INT(node_item_count(node_at(status, "inventory.entries")), 6);
	CHECK_TEXT(node_str_at(status, "inventory.entries[0].id"), "_shop__Namespace");
	CHECK_TEXT(node_str_at(status, "inventory.entries[5].v"), "v1");
	fixture_end(&f);
}

static void requests_say_who_applies_and_how(void)
{
	struct fixture f = begin("{}", "{}",
				 "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: "
				 "default}, data: {}}");

	for (int i = 0; i < 2; i++) {
		kustomization_run(&f);
		if (!CHECK_INT(f.plan.requests.count, 1))
			return;
		const struct api_request *r = &f.plan.requests.items[0].write->request;
		CHECK_INT(r->verb, API_APPLY);
		CHECK_INT(r->dry_run, i == 0);
		CHECK(r->force);
		CHECK_INT(r->grace_s, -1);
		CHECK_INT(r->field_validation, API_VALIDATION_IGNORE);
		CHECK_TEXT(r->manager, "kustomize-controller");
		CHECK_TEXT(object_label(r->body, STR(FLUX_OWNER_NAME)), "apps");
		CHECK_TEXT(object_label(r->body, STR(FLUX_OWNER_NAMESPACE)), "default");
		CHECK(!node_at(r->body, "data"));
		kustomization_answer_all(&f, 201, API_CREATED, "");
	}
	fixture_end(&f);
}

/* Skipping */

#define MARK(key, value) "{annotations: {kustomize.toolkit.fluxcd.io/" key ": " value "}}"

/* A run over a build of ConfigMap a, whose metadata has `made` besides; live is that of the one in
 * the cluster (NULL: there is none). */
static void build_config(struct fixture *f, const char *made, const char *live)
{
	const struct node *object = node_make(
		f->arena,
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}");
	const struct node **objects = arena_array(f->arena, const struct node *, 1);
	struct render *render = arena_one(f->arena, struct render);

	objects[0] = kustomization_with(f->arena, object, STR("metadata"), made);
	*render = (struct render){ .objects = objects, .count = 1 };
	if (live)
		kustomization_put_config(f, "a", live);
	f->answers = (struct answers){};
	kustomization_answer_build(f, render);
	kustomization_run(f);
}

static void marks_keep_objects_from_being_applied(void)
{
	static const struct {
		const char *made;
		const char *live; /* NULL: it is not there */
		bool skipped;
	} rows[] = {
		{ "{}", NULL, false },
		{ "{}", "{}", false },
		{ MARK("ssa", "Ignore"), NULL, true },
		{ MARK("ssa", "ignore"), "{}", true }, /* in any case */
		{ MARK("ssa", "Merge"), "{}", false },
		{ "{}", MARK("ssa", "Ignore"), true },
		{ MARK("reconcile", "disabled"), NULL, true },
		{ "{}", MARK("reconcile", "disabled"), true },
		{ MARK("reconcile", "enabled"), "{}", false },
		{ "{labels: {kustomize.toolkit.fluxcd.io/reconcile: Disabled}}", "{}", true },
		{ MARK("ssa", "IfNotPresent"), NULL, false },
		{ MARK("ssa", "IfNotPresent"), "{}", true },
		{ "{}", MARK("ssa", "IfNotPresent"), true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].made); i++) {
		struct fixture f = begin("{}", "{}", NULL);
		build_config(&f, rows[i].made, rows[i].live);
		CHECK_INT(f.plan.requests.count, !rows[i].skipped);
		if (rows[i].skipped)
			CHECK_TEXT(kustomization_ready_says(&f, "status"), "True");
		fixture_end(&f);
	}
}

/* What this reconcile has made itself is there by now, and told of all the same. */
static void an_object_that_was_absent_is_made_once(void)
{
	struct fixture f = begin("{}", "{}",
				 "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: "
				 "default, annotations: {kustomize.toolkit.fluxcd.io/ssa: "
				 "IfNotPresent}}}");

	kustomization_run(&f);
	kustomization_answer_all(&f, 201, API_CREATED, "");
	kustomization_run(&f);
	CHECK_TEXT(kustomization_asks(&f), "apply ConfigMap/default/a");
	kustomization_answer_all(&f, 201, API_CREATED, "");
	kustomization_put_config(&f, "a", MARK("ssa", "IfNotPresent"));
	kustomization_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "ConfigMap/default/a created");
	fixture_end(&f);
}

/* Faults */

#define SERVICE "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: default}}"

static void a_dry_run_that_fails_says_why(void)
{
	static const struct {
		int code;
		const char *message;
	} rows[] = {
		{ 299, NULL },
		{ 300, "Service/default/web dry-run failed (BadRequest): why" },
		{ 400, "Service/default/web dry-run failed (BadRequest): why" },
		{ 403, "Service/default/web dry-run failed (Forbidden): why" },
		{ 404, "Service/default/web not found: why" },
		{ 409, "Service/default/web dry-run failed (Conflict): why" },
		{ 422, "Service/default/web dry-run failed (Invalid): why" },
		{ 500, "Service/default/web dry-run failed: why" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].message); i++) {
		struct fixture f = begin("{}", "{}", SERVICE);
		kustomization_run(&f);
		kustomization_answer_all(&f, rows[i].code, API_UNCHANGED, "why");
		kustomization_run(&f);
		if (rows[i].message) {
			CHECK_TEXT(kustomization_ready_says(&f, "reason"), "ReconciliationFailed");
			CHECK_STR(kustomization_ready_says(&f, "message"),
				  str_from_cstr(rows[i].message));
			CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].message));
			CHECK(f.plan.events.items[0].warning);
		} else
			CHECK_TEXT(kustomization_asks(&f), "apply Service/default/web");
		fixture_end(&f);
	}
}

static void what_the_server_cannot_know_is_not_asked(void)
{
	static const struct {
		const char *object, *message;
	} rows[] = {
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
		  "ConfigMap/a namespace not specified: the server could not find the requested "
		  "resource" },
		{ "{apiVersion: example.org/v1, kind: Thing, metadata: {name: a, namespace: b}}",
		  "Thing/b/a dry-run failed: no matches for kind \"Thing\" in version "
		  "\"example.org/v1\"" },
		{ "{apiVersion: v1, kind: Namespace, metadata: {name: a}}", NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		struct fixture f = begin("{}", "{}", rows[i].object);
		kustomization_run(&f);
		CHECK_INT(f.plan.requests.count, !rows[i].message);
		if (rows[i].message)
			CHECK_STR(kustomization_ready_says(&f, "message"),
				  str_from_cstr(rows[i].message));
		fixture_end(&f);
	}
}

/* The first stage is there when the last one fails: its changes are told with the fault. */
static void a_failed_stage_tells_of_those_before(void)
{
	static const struct {
		int code;
		const char *fault; /* NULL: it is applied */
	} rows[] = { { 299, NULL },
		     { 300, "Service/default/web dry-run failed (BadRequest): why" },
		     { 409, "Service/default/web dry-run failed (Conflict): why" } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].fault); i++) {
		struct fixture f = begin("{}", "{}", NULL);
		const struct node *objects[] = {
			node_make(f.arena,
				  "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"),
			node_make(f.arena, SERVICE)
		};
		const struct render render = { .objects = objects, .count = 2 };
		f.answers = (struct answers){};
		kustomization_answer_build(&f, &render);
		for (int step = 0; step < 3; step++) { /* dry, apply, dry */
			kustomization_run(&f);
			kustomization_answer_all(&f, 201, API_CREATED, "");
		}
		kustomization_run(&f);
		CHECK_TEXT(kustomization_asks(&f), "apply Service/default/web");
		kustomization_answer_all(&f, rows[i].code, API_CREATED, "why");
		kustomization_run(&f);
		CHECK_STR(kustomization_ready_says(&f, "status"),
			  rows[i].fault ? STR("False") : STR("True"));
		if (rows[i].fault)
			CHECK_STR(kustomization_ready_says(&f, "message"),
				  str_printf(f.arena, "%s\nNamespace/shop created", rows[i].fault));
		fixture_end(&f);
	}
}

/* Drift */

/* Labels, annotations, and all but metadata and status count. */
static void only_what_drifted_is_applied(void)
{
	static const struct {
		const char *wanted; /* as the dry run answers */
		const char *live;
		bool applied;
	} rows[] = {
		{ "{metadata: {name: a}, data: {x: y}}", "{metadata: {name: a}, data: {x: y}}",
		  false },
		{ "{metadata: {name: a}, data: {x: y}}", "{metadata: {name: a}, data: {x: z}}",
		  true },
		{ "{metadata: {name: a}, data: {x: y}}",
		  "{metadata: {name: a}, data: {x: y, z: "
		  "z}}",
		  true },
		{ "{metadata: {name: a}, data: {x: y}}", "{metadata: {name: a}}", true },
		{ "{metadata: {name: a}}", "{metadata: {name: a}, data: {x: y}}", true },
		{ "{metadata: {name: a}, data: {x: y}}", "{metadata: {name: a}, immutable: true}",
		  true },
		{ "{metadata: {name: a, labels: {x: y}}}", "{metadata: {name: a, labels: {x: z}}}",
		  true },
		{ "{metadata: {name: a, labels: {x: y}}}", "{metadata: {name: a}}", true },
		{ "{metadata: {name: a, annotations: {x: y}}}",
		  "{metadata: {name: a, annotations: {x: z}}}", true },
		{ "{metadata: {name: a}}", "{metadata: {name: a, annotations: {x: z}}}", true },
		{ "{metadata: {name: a, labels: {}}}", "{metadata: {name: a}}", false },
		{ "{metadata: {name: a, generation: 1}}", "{metadata: {name: a, generation: 2}}",
		  false },
		{ "{metadata: {name: a}, status: {a: 1}, data: {x: y}}",
		  "{metadata: {name: a}, status: {a: 2}, data: {x: y}}", false },
		{ "{metadata: {name: a}, status: {a: 1}, data: {x: y}}",
		  "{metadata: {name: a}, status: {a: 2}, data: {x: z}}", true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].wanted); i++) {
		struct fixture f = begin("{}", "{}",
					 "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, "
					 "namespace: default}}");
		const struct node *type = node_make(f.arena, "{apiVersion: v1, kind: ConfigMap}");
		const struct node *members = node_make(f.arena, rows[i].live), *live = type;
		for (uint32_t m = 0; m < node_entry_count(members); m++)
			live = node_with(f.arena, live, node_text(node_entry(members, m)->key),
					 node_entry(members, m)->value);
		fixture_put(&f, live);
		const struct node *wanted = type;
		members = node_make(f.arena, rows[i].wanted);
		for (uint32_t m = 0; m < node_entry_count(members); m++)
			wanted = node_with(f.arena, wanted, node_text(node_entry(members, m)->key),
					   node_entry(members, m)->value);
		kustomization_run(&f);
		fixture_answer(&f, (struct answer){ .name = STR("dry"),
						    .code = 200,
						    .outcome = API_CONFIGURED,
						    .node = wanted });
		kustomization_run(&f);
		CHECK_STR(kustomization_asks(&f),
			  rows[i].applied ? STR("apply ConfigMap/default/a") : STR(""));
		if (rows[i].applied) {
			kustomization_answer_all(&f, 200, API_CONFIGURED, "");
			kustomization_run(&f);
			CHECK_TEXT(fixture_event(&f, 0), "ConfigMap/default/a configured");
		}
		fixture_end(&f);
	}
}

/* Recreation */

#define FORCED "kustomize.toolkit.fluxcd.io/force: Enabled"

static void force_recreates_what_cannot_be_changed(void)
{
	static const struct {
		const char *spec, *made; /* metadata */
		const char *live;	 /* NULL: it is not there */
		int code;		 /* of the dry run */
		bool recreated;
	} rows[] = {
		{ "{force: true}", "{}", "{}", 422, true },
		{ "{force: true}", "{}", "{}", 409, true },
		{ "{force: true}", "{}", "{}", 400, false },
		{ "{force: true}", "{}", "{}", 403, false },
		{ "{force: true}", "{}", NULL, 422, false },
		{ "{}", "{}", "{}", 422, false },
		{ "{}", "{annotations: {" FORCED "}}", "{}", 422, true },
		{ "{}", "{}", "{annotations: {" FORCED "}}", 422, true },
		{ "{}", "{annotations: {kustomize.toolkit.fluxcd.io/force: disabled}}", "{}", 422,
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = begin(rows[i].spec, "{}", NULL);
		build_config(&f, rows[i].made, rows[i].live);
		kustomization_answer_all(&f, rows[i].code, API_UNCHANGED, "immutable");
		kustomization_run(&f);
		CHECK_STR(kustomization_asks(&f),
			  rows[i].recreated ? STR("delete ConfigMap/default/a") : STR(""));
		fixture_end(&f);
	}
}

/* It is gone after the delete, and there again after the apply. */
static void a_recreated_object_is_told_as_created(void)
{
	struct fixture f = begin("{force: true}", "{}",
				 "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: "
				 "default}}");

	kustomization_put_config(&f, "a", "{}");
	kustomization_run(&f);
	kustomization_answer_all(&f, 422, API_UNCHANGED, "immutable");
	kustomization_run(&f);
	const struct api_request *r = &f.plan.requests.items[0].write->request;
	CHECK_INT(r->verb, API_DELETE);
	CHECK_INT(r->dry_run, false);
	CHECK_INT(r->propagation, API_PROPAGATION_BACKGROUND);
	kustomization_answer_all(&f, 200, API_DELETED, "");
	cache_update(f.cache,
		     cache_get(f.cache, KIND_CONFIGMAP, (struct key){ STR("default"), STR("a") }),
		     NULL, ++f.version);
	kustomization_run(&f);
	CHECK_TEXT(kustomization_asks(&f), "apply ConfigMap/default/a");
	CHECK_INT(f.plan.requests.items[0].write->request.dry_run, false);
	kustomization_answer_all(&f, 201, API_CREATED, "");
	kustomization_put_config(&f, "a", "{}");
	kustomization_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "ConfigMap/default/a created");
	CHECK_TEXT(kustomization_ready_says(&f, "status"), "True");
	fixture_end(&f);
}

/* Pruning */

static void pruning_keeps_what_says_so(void)
{
	static const struct {
		const char *metadata; /* of ConfigMap a; NULL: it is gone */
		const char *told;
		bool deleted;
	} rows[] = {
		{ "{labels: {" OWNER "}}", "deleted", true },
		{ "{labels: {" OWNER "}, annotations: {kustomize.toolkit.fluxcd.io/prune: "
		  "disabled}}",
		  "skipped", false },
		{ "{labels: {" OWNER "}, annotations: {kustomize.toolkit.fluxcd.io/prune: "
		  "enabled}}",
		  "deleted", true },
		{ "{labels: {" OWNER "}, annotations: {kustomize.toolkit.fluxcd.io/reconcile: "
		  "disabled}}",
		  "skipped", false },
		{ "{labels: {" OWNER "}, annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}",
		  "skipped", false },
		{ "{labels: {kustomize.toolkit.fluxcd.io/name: other, "
		  "kustomize.toolkit.fluxcd.io/namespace: default}}",
		  "skipped", false },
		{ "{labels: {kustomize.toolkit.fluxcd.io/name: apps, "
		  "kustomize.toolkit.fluxcd.io/namespace: other}}",
		  "skipped", false },
		{ "{}", "skipped", false },
		{ "{labels: {" OWNER "}, finalizers: [x], deletionTimestamp: "
		  "\"2027-01-15T08:00:00Z\"}",
		  "deleted", false },
		{ NULL, "deleted", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = begin(
			"{}", "{inventory: {entries: [{id: default_a__ConfigMap, v: v1}]}}", NULL);
		if (rows[i].metadata)
			kustomization_put_config(&f, "a", rows[i].metadata);
		kustomization_run(&f);
		CHECK_STR(kustomization_asks(&f),
			  rows[i].deleted ? STR("prune ConfigMap/default/a") : STR(""));
		if (rows[i].deleted) {
			CHECK_TEXT(f.plan.requests.items[0].write->request.if_uid, "uid-a");
			kustomization_answer_all(&f, 200, API_DELETED, "");
			kustomization_run(&f);
		}
		CHECK_STR(fixture_event(&f, 0),
			  str_printf(f.arena, "ConfigMap/default/a %s", rows[i].told));
		fixture_end(&f);
	}
}

/* Last applied, first deleted; what stays in the render stays. */
static void pruning_goes_backwards(void)
{
	struct fixture f = begin("{}",
				 "{inventory: {entries: [{id: default_a__ConfigMap, v: v1}, {id: "
				 "default_b__ConfigMap, v: v1}, {id: default_c__ConfigMap, v: v1}, "
				 "{id: no id}, {id: default_web__Service, v: v1}]}}",
				 NULL);
	const struct node *stays = node_make(
		f.arena,
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: default, "
		"annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}}");
	const struct render render = { .objects = &stays, .count = 1 };

	kustomization_put_config(&f, "a", "{labels: {" OWNER "}}");
	kustomization_put_config(&f, "b", "{labels: {" OWNER "}}");
	kustomization_put_config(&f, "c", "{labels: {" OWNER "}}");
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Service, metadata: {name: web, "
					   "labels: {" OWNER "}}}"));
	f.answers = (struct answers){};
	kustomization_answer_build(&f, &render);
	kustomization_run(&f);
	CHECK_TEXT(kustomization_asks(&f), "prune Service/default/web, prune ConfigMap/default/c, "
					   "prune ConfigMap/default/a");
	kustomization_answer_all(&f, 200, API_DELETED, "");
	kustomization_run(&f);
	CHECK_TEXT(fixture_event(&f, 0), "Service/default/web deleted\n"
					 "ConfigMap/default/c deleted\n"
					 "ConfigMap/default/a deleted");
	fixture_end(&f);
}

static void nothing_is_pruned_unless_the_spec_says_so(void)
{
	struct fixture f =
		begin("{prune: false}",
		      "{inventory: {entries: [{id: default_a__ConfigMap, v: v1}]}}", NULL);

	kustomization_put_config(&f, "a", "{labels: {" OWNER "}}");
	kustomization_run(&f);
	CHECK_TEXT(kustomization_asks(&f), "");
	CHECK_TEXT(kustomization_ready_says(&f, "status"), "True");
	CHECK_INT(f.plan.events.count, 1); /* that it has finished */
	fixture_end(&f);
}

TESTS({ "stages follow one another", stages_follow_one_another },
      { "requests say who applies and how", requests_say_who_applies_and_how },
      { "marks keep objects from being applied", marks_keep_objects_from_being_applied },
      { "an object that was absent is made once", an_object_that_was_absent_is_made_once },
      { "a dry run that fails says why", a_dry_run_that_fails_says_why },
      { "objects that the server cannot know get no dry run",
	what_the_server_cannot_know_is_not_asked },
      { "a failed stage tells of those before", a_failed_stage_tells_of_those_before },
      { "only what drifted is applied", only_what_drifted_is_applied },
      { "force recreates what cannot be changed", force_recreates_what_cannot_be_changed },
      { "a recreated object is reported as created", a_recreated_object_is_told_as_created },
      { "pruning keeps objects with the prune mark disabled", pruning_keeps_what_says_so },
      { "pruning goes backwards", pruning_goes_backwards },
      { "nothing is pruned unless the spec says so", nothing_is_pruned_unless_the_spec_says_so })

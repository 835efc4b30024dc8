/* kustomization_health_test - what a Kustomization waits for, how long, and what it says then */
#include "deliver/kustomization_test.h"

#define DEPLOYMENT                                                                                 \
	"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default, "       \
	"generation: 1}, spec: {replicas: 1, progressDeadlineSeconds: 600}, status: %n}"
#define AT_WORK "{observedGeneration: 1, replicas: 1, updatedReplicas: 1}"
#define FINISHED                                                                                   \
	"{observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, "              \
	"availableReplicas: 1, conditions: [{type: Available, status: \"True\"}, {type: "          \
	"Progressing, status: \"True\", reason: NewReplicaSetAvailable}]}"
#define STALLED                                                                                    \
	"{observedGeneration: 1, replicas: 1, updatedReplicas: 1, conditions: [{type: "            \
	"Progressing, status: \"False\", reason: ProgressDeadlineExceeded, message: late}]}"

static void put_deployment(struct fixture *f, const char *status)
{
	fixture_put(f, node_make(f->arena, DEPLOYMENT, node_make(f->arena, status)));
}

/* The reconcile of a render that has only the Deployment web, up to its end. */
static void reconcile(struct fixture *f, const char *spec, const char *status)
{
	const struct node **objects = arena_array(f->arena, const struct node *, 1);
	struct render *render = arena_one(f->arena, struct render);

	objects[0] = node_make(f->arena, DEPLOYMENT, node_empty_map());
	*render = (struct render){ .objects = objects, .count = 1 };
	kustomization_put_source(f);
	kustomization_put(f, spec, "{}", "{}");
	put_deployment(f, status);
	for (int step = 0; step < 4; step++) { /* build, dry, apply; the last one asks no more */
		kustomization_run(f);
		if (step == 0)
			kustomization_answer_build(f, render);
		else
			kustomization_answer_all(f, 200, API_CONFIGURED, "");
	}
	CHECK_TEXT(kustomization_asks(f), "");
	f->answers = (struct answers){};
}

/* Its status stands as the last run wrote it. */
static void store_status(struct fixture *f)
{
	const struct object *o = cache_get(f->cache, KIND_KUSTOMIZATION,
					   (struct key){ STR("default"), STR("apps") });

	fixture_put(f, node_with(f->arena, o->root, STR("status"),
				 fixture_written(f, "apps", "status")));
}

static void waits_only_when_the_spec_says_so(void)
{
	static const struct {
		const char *spec, *ready, *healthy;
	} rows[] = {
		{ "{}", "True", "" },
		{ "{wait: false}", "True", "" },
		{ "{healthChecks: []}", "True", "" },
		{ "{wait: true}", "Unknown", "Unknown" },
		{ "{healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, namespace: "
		  "default}]}",
		  "Unknown", "Unknown" },
		{ "{healthChecks: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: Bucket, name: "
		  "no, namespace: default}]}",
		  "Unknown", "Unknown" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		reconcile(&f, rows[i].spec, AT_WORK);
		CHECK_STR(kustomization_ready_says(&f, "status"), str_from_cstr(rows[i].ready));
		CHECK_STR(kustomization_condition(&f, "Healthy", "status"),
			  str_from_cstr(rows[i].healthy));
		fixture_end(&f);
	}
}

static void says_that_it_waits(void)
{
	struct fixture f = fixture_begin();

	reconcile(&f, "{wait: true, timeout: 2m}", AT_WORK);
	CHECK_TEXT(kustomization_ready_says(&f, "reason"), "Progressing");
	CHECK_TEXT(kustomization_ready_says(&f, "message"), "Reconciliation in progress");
	CHECK_TEXT(kustomization_condition(&f, "Reconciling", "status"), "True");
	CHECK_TEXT(kustomization_condition(&f, "Healthy", "message"),
		   "Running health checks for revision main@sha1:1 with a timeout of 2m0s");
	const struct node *status = fixture_written(&f, "apps", "status");
	CHECK_TEXT(node_str_at(status, "inventory.entries[0].id"), "default_web_apps_Deployment");
	CHECK_TEXT(node_str_at(status, "lastAttemptedRevision"), "main@sha1:1");
	CHECK(!node_at(status, "lastAppliedRevision"));
	CHECK_INT(node_int_at(status, "observedGeneration", -1), 1);
	CHECK_INT(f.plan.requeue_after_ms, 0);
	CHECK_INT(f.plan.events.count, 1); /* what was configured */
	fixture_end(&f);
}

static void what_is_healthy_already_is_not_waited_for(void)
{
	struct fixture f = fixture_begin();

	reconcile(&f, "{wait: true}", FINISHED);
	CHECK_TEXT(kustomization_ready_says(&f, "message"), "Applied revision: main@sha1:1");
	CHECK_TEXT(kustomization_condition(&f, "Healthy", "reason"), "Succeeded");
	CHECK_TEXT(kustomization_condition(&f, "Healthy", "message"), "Health check passed in 1ms");
	CHECK_TEXT(fixture_event(&f, 1), "Health check passed in 1ms");
	CHECK_TEXT(fixture_event(&f, 2), "Reconciliation finished in 1ms, next run in 10m0s");
	CHECK_INT(f.plan.events.items[1].warning + f.plan.events.items[2].warning, 0);
	CHECK_INT(f.plan.requeue_after_ms, 600000);
	fixture_end(&f);
}

/* With a timeout of two minutes. */
static void ends_when_all_is_there_one_has_failed_or_it_is_late(void)
{
	static const struct {
		const char *status; /* of the Deployment; NULL: it is gone */
		int64_t after_ms;
		const char *ready; /* "": it waits on */
		const char *message;
		int64_t again_ms;
	} rows[] = {
		{ AT_WORK, 1000, "", "", 119000 },
		{ AT_WORK, 119999, "", "", 1 },
		{ AT_WORK, 120000, "False",
		  "health check failed after 2m0s: timeout waiting for: [Deployment/default/web "
		  "status: 'InProgress']",
		  600000 },
		{ NULL, 120000, "False",
		  "health check failed after 2m0s: timeout waiting for: [Deployment/default/web "
		  "status: 'NotFound']",
		  600000 },
		{ STALLED, 1000, "False",
		  "health check failed after 1s: failed early due to stalled resources: "
		  "[Deployment/default/web status: 'Failed']",
		  600000 },
		{ FINISHED, 1000, "True", "Applied revision: main@sha1:1", 600000 },
		{ FINISHED, 120000, "True", "Applied revision: main@sha1:1", 600000 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].status); i++) {
		struct fixture f = fixture_begin();
		struct key web = { STR("default"), STR("web") };
		reconcile(&f, "{wait: true, timeout: 2m}", AT_WORK);
		store_status(&f);
		f.now_ms += rows[i].after_ms;
		if (rows[i].status)
			put_deployment(&f, rows[i].status);
		else
			cache_update(f.cache, cache_get(f.cache, KIND_DEPLOYMENT, web), NULL,
				     ++f.version);
		kustomization_run(&f);
		CHECK_STR(kustomization_ready_says(&f, "status"), str_from_cstr(rows[i].ready));
		CHECK_STR(kustomization_ready_says(&f, "message"), str_from_cstr(rows[i].message));
		CHECK_INT(f.plan.requeue_after_ms, rows[i].again_ms);
		fixture_end(&f);
	}
}

static void a_failed_check_tells_and_is_tried_again(void)
{
	struct fixture f = fixture_begin();

	reconcile(&f, "{wait: true, timeout: 1m, retryInterval: 2m}", AT_WORK);
	store_status(&f);
	f.now_ms += 60000;
	kustomization_run(&f);
	CHECK_TEXT(kustomization_ready_says(&f, "reason"), "HealthCheckFailed");
	CHECK_TEXT(kustomization_condition(&f, "Healthy", "status"), "False");
	CHECK_TEXT(kustomization_condition(&f, "Healthy", "message"),
		   "timeout waiting for: [Deployment/default/web status: 'InProgress']");
	CHECK_TEXT(kustomization_condition(&f, "Reconciling", "reason"), "ProgressingWithRetry");
	CHECK(f.plan.events.items[0].warning);
	CHECK_INT(f.plan.requeue_after_ms, 120000);
	store_status(&f);
	f.now_ms += 119999;
	kustomization_run(&f); /* nothing is looked at in between */
	CHECK_INT(f.plan.writes.count + f.plan.requests.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 1);
	f.now_ms += 1;
	kustomization_run(&f);
	CHECK_INT(f.plan.requests.count, 1);
	fixture_end(&f);
}

/* Of two that are not there, both are named; of two that failed likewise. */
static void names_all_that_is_missing(void)
{
	struct fixture f = fixture_begin();

	reconcile(&f,
		  "{timeout: 1m, healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, "
		  "namespace: default}, {apiVersion: v1, kind: Namespace, name: no}]}",
		  AT_WORK);
	store_status(&f);
	f.now_ms += 54000;
	kustomization_run(&f);
	CHECK_INT(f.plan.requeue_after_ms, 5000); /* no change of them wakes it */
	f.now_ms += 3000;
	kustomization_run(&f);
	CHECK_INT(f.plan.requeue_after_ms, 3000);
	f.now_ms += 3000;
	kustomization_run(&f);
	CHECK_TEXT(kustomization_ready_says(&f, "message"),
		   "health check failed after 1m0s: timeout waiting for: [Deployment/default/web "
		   "status: 'InProgress', Namespace/no status: 'NotFound']");
	fixture_end(&f);
}

/* It is in its own inventory, where the root Kustomization is applied with what it applies. */
static void does_not_wait_for_itself(void)
{
	static const struct {
		const char *entries;
		bool waits;
	} rows[] = {
		{ "[{id: default_apps_kustomize.toolkit.fluxcd.io_Kustomization}]", false },
		{ "[{id: default_other_kustomize.toolkit.fluxcd.io_Kustomization}]", true },
		{ "[{id: other_apps_kustomize.toolkit.fluxcd.io_Kustomization}]", true },
		{ "[{id: default_apps_apps_Deployment}]", true },
		{ "[{id: no id}]", false },
		/* the last of several */
		{ "[{id: default_apps_kustomize.toolkit.fluxcd.io_Kustomization}, {id: no id}, "
		  "{id: default_c__ConfigMap}, {id: default_web_apps_Deployment}]",
		  true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].entries); i++) {
		struct fixture f = fixture_begin();
		reconcile(&f, "{wait: true}", AT_WORK);
		kustomization_put_config(&f, "c", "{}");
		kustomization_put(&f, "{wait: true}",
				  "{conditions: [{type: Ready, status: Unknown}]}", "{}");
		const struct object *o = cache_get(f.cache, KIND_KUSTOMIZATION,
						   (struct key){ STR("default"), STR("apps") });
		fixture_put(&f, node_set(f.arena, o->root, "status.inventory.entries",
					 node_make(f.arena, rows[i].entries)));
		kustomization_run(&f);
		CHECK_INT(f.plan.writes.count, !rows[i].waits);
		fixture_end(&f);
	}
}

/* A check that passed before is news only when something was changed. */
static void a_check_that_passes_again_is_told_only_of_changes(void)
{
	static const struct {
		enum api_outcome outcome;
		const char *told;
	} rows[] = {
		{ API_UNCHANGED, "Reconciliation finished in 1ms, next run in 10m0s" },
		{ API_CREATED, "Deployment/default/web created" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].told); i++) {
		struct fixture f = fixture_begin();
		const struct node *object;
		const struct render render = { .objects = &object, .count = 1 };
		reconcile(&f, "{wait: true}", FINISHED);
		store_status(&f);
		object = node_make(f.arena, DEPLOYMENT, node_empty_map());
		f.now_ms += 600000;
		kustomization_run(&f);
		kustomization_answer_build(&f, &render);
		kustomization_run(&f);
		const struct object *web = cache_get(f.cache, KIND_DEPLOYMENT,
						     (struct key){ STR("default"), STR("web") });
		fixture_answer(&f, (struct answer){ .name = STR("dry"),
						    .code = 200,
						    .outcome = rows[i].outcome,
						    .node = web->root });
		kustomization_run(&f);
		kustomization_answer_all(&f, 200, rows[i].outcome, "");
		if (f.plan.requests.count)
			kustomization_run(&f);
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(rows[i].told));
		CHECK_INT(f.plan.events.count, rows[i].outcome == API_CREATED ? 3 : 1);
		fixture_end(&f);
	}
}

/* Times */

static void times_have_defaults_and_a_least(void)
{
	static const struct {
		const char *spec, *timeout;
	} rows[] = {
		{ "{wait: true}", "9m30s" }, /* the interval less thirty seconds */
		{ "{wait: true, interval: 1m}", "30s" },
		{ "{wait: true, interval: 61s}", "31s" },
		{ "{wait: true, interval: 10s}", "30s" },
		{ "{wait: true, interval: wrong}", "9m30s" },
		{ "{wait: true, timeout: 29s}", "30s" },
		{ "{wait: true, timeout: 31s}", "31s" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		reconcile(&f, rows[i].spec, AT_WORK);
		CHECK_STR(kustomization_condition(&f, "Healthy", "message"),
			  str_printf(f.arena,
				     "Running health checks for revision main@sha1:1 with a "
				     "timeout of %s",
				     rows[i].timeout));
		fixture_end(&f);
	}
}

TESTS({ "it waits only when the spec says so", waits_only_when_the_spec_says_so },
      { "it says that it waits", says_that_it_waits },
      { "what is healthy already is not waited for", what_is_healthy_already_is_not_waited_for },
      { "the wait ends when all is there, one has failed, or it is late",
	ends_when_all_is_there_one_has_failed_or_it_is_late },
      { "a failed check emits an event and is retried", a_failed_check_tells_and_is_tried_again },
      { "all missing objects are named", names_all_that_is_missing },
      { "it does not wait for itself", does_not_wait_for_itself },
      { "a check that passes again is told only of changes",
	a_check_that_passes_again_is_told_only_of_changes },
      { "times have defaults and a least", times_have_defaults_and_a_least })

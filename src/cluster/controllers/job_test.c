/* job_test - pods that run to an end: how many, how often, and when it is enough */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"
#include "kube/health.h"

enum { PODS_MAX = 5 };

/* phase NULL ends the list. counted: it has been, and is tracked no more. */
struct pod {
	const char *phase;
	bool counted;
	const char *index;
};

#define RUNNING                                                                                    \
	{                                                                                          \
		"Running"                                                                          \
	}
#define SUCCEEDED                                                                                  \
	{                                                                                          \
		"Succeeded"                                                                        \
	}
#define FAILED                                                                                     \
	{                                                                                          \
		"Failed"                                                                           \
	}

static void put_pod(struct fixture *f, int number, const struct pod *pod)
{
	const struct node *index = pod->index ? node_cstr(f->arena, pod->index) : NULL;

	fixture_put(
		f,
		node_make(f->arena,
			  "{apiVersion: v1, kind: Pod, metadata: {name: %s, finalizers: %n, "
			  "annotations: {batch.kubernetes.io/job-completion-index: %?n}, "
			  "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: work, uid: "
			  "uid-work, controller: true}]}, status: {phase: %c, conditions: "
			  "[{type: Ready, status: %c}]}}",
			  str_printf(f->arena, "work-%d", number),
			  pod->counted ? node_empty_list()
				       : node_make(f->arena, "[batch.kubernetes.io/job-tracking]"),
			  index, pod->phase, "True"));
}

static void put_job(struct fixture *f, const char *spec, const char *status)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: batch/v1, kind: Job, metadata: {name: work}, spec: %n, "
			      "status: %n}",
			      node_set(f->arena, node_make(f->arena, spec), "template",
				       node_make(f->arena, "{spec: {restartPolicy: Never, "
							   "containers: [{name: c}]}}")),
			      node_make(f->arena, status)));
}

static void run(struct fixture *f)
{
	fixture_run(f, &job_reconciler, "default", "work");
}

static int count_verb(const struct fixture *f, enum api_verb verb)
{
	int count = 0;

	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		count += f->plan.writes.items[i].request.verb == verb;
	return count;
}

/* The last condition of the status, or nothing. */
static struct str end_of(const struct fixture *f)
{
	const struct node *list = fixture_written(f, "work", "status.conditions");
	uint32_t count = node_item_count(list);

	return count ? node_str_at(node_item(list, count - 1), "type") : STR("");
}

static const struct {
	const char *spec, *status;
	struct pod pods[PODS_MAX];
	int created, deleted;
	int64_t succeeded, failed; /* in the status */
	const char *end;
} rows[] = {
	{ "{completions: 3, parallelism: 2}", "{}", { {} }, 2, 0, 0, 0, "" },
	{ "{completions: 3, parallelism: 2}", "{}", { RUNNING, RUNNING }, 0, 0, 0, 0, "" },
	{ "{completions: 3, parallelism: 2}", "{}", { SUCCEEDED, RUNNING }, 1, 0, 1, 0, "" },
	{ "{completions: 3, parallelism: 2}",
	  "{}",
	  { SUCCEEDED, SUCCEEDED, RUNNING },
	  0,
	  0,
	  2,
	  0,
	  "" },
	{ "{completions: 3, parallelism: 2}",
	  "{}",
	  { SUCCEEDED, SUCCEEDED, SUCCEEDED },
	  0,
	  0,
	  3,
	  0,
	  "Complete" },
	/* What is tracked no more has been counted. */
	{ "{completions: 3, parallelism: 3}",
	  "{succeeded: 1}",
	  { { "Succeeded", .counted = true }, SUCCEEDED },
	  1,
	  0,
	  2,
	  0,
	  "" },
	{ "{completions: 3, parallelism: 1}", "{}", { RUNNING, RUNNING }, 0, 1, 0, 0, "" },
	/* What has ended is not deleted instead. */
	{ "{completions: 5, parallelism: 1}",
	  "{}",
	  { RUNNING, RUNNING, SUCCEEDED },
	  0,
	  1,
	  1,
	  0,
	  "" },
	{ "{completions: 0}", "{}", { {} }, 0, 0, 0, 0, "Complete" },
	{ "{completions: 3, parallelism: 0}", "{}", { {} }, 0, 0, 0, 0, "" },
	{ "{completions: 3, parallelism: -1}", "{}", { {} }, 0, 0, 0, 0, "" },
	{ "{completions: 3}", "{}", { {} }, 1, 0, 0, 0, "" },
	/* Any one will do. */
	{ "{parallelism: 2}", "{}", { SUCCEEDED, RUNNING }, 0, 0, 1, 0, "" },
	{ "{parallelism: 2}", "{}", { SUCCEEDED, SUCCEEDED }, 0, 0, 2, 0, "Complete" },
	/* After a failure the next one waits. */
	{ "{completions: 1, backoffLimit: 2}", "{}", { FAILED }, 0, 0, 0, 1, "" },
	{ "{completions: 1, backoffLimit: 0}", "{}", { FAILED }, 0, 0, 0, 1, "Failed" },
	{ "{completions: 1, backoffLimit: 1}", "{}", { FAILED }, 0, 0, 0, 1, "" },
	{ "{completions: 1}", "{failed: 5}", { FAILED }, 0, 0, 0, 6, "" },
	{ "{completions: 1}", "{failed: 6}", { FAILED }, 0, 0, 0, 7, "Failed" },
	/* Enough of them, but too many failed: the failure counts. */
	{ "{completions: 1, backoffLimit: 0}", "{}", { FAILED, SUCCEEDED }, 0, 0, 1, 1, "Failed" },
	{ "{completions: 2, parallelism: 2, backoffLimit: 0}",
	  "{}",
	  { FAILED, RUNNING },
	  0,
	  1,
	  0,
	  1,
	  "Failed" },
	{ "{completions: 2, parallelism: 2, suspend: true}",
	  "{}",
	  { RUNNING },
	  0,
	  1,
	  0,
	  0,
	  "Suspended" },
	{ "{completions: 1, activeDeadlineSeconds: 60}",
	  "{startTime: \"2027-01-15T07:59:00Z\"}",
	  { RUNNING },
	  0,
	  1,
	  0,
	  0,
	  "Failed" },
};

/* The pods of the last run's requests have come; the status is written by the run after it. */
static void create_requested(struct fixture *f, int first)
{
	int count = (int)f->plan.requests.count;

	for (int i = 0; i < count; i++)
		put_pod(f, first + i, &(struct pod){ "Running", .index = "2" });
	for (int i = 0; i < count; i++)
		fixture_answer(f, (struct answer){ .code = 201, .node = node_empty_map() });
	if (count)
		run(f);
}

static void counts_and_ends(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_job(&f, rows[i].spec, rows[i].status);
		for (int p = 0; p < PODS_MAX && rows[i].pods[p].phase; p++)
			put_pod(&f, p, &rows[i].pods[p]);
		run(&f);
		CHECK_INT(f.plan.requests.count, rows[i].created);
		create_requested(&f, PODS_MAX);
		const struct node *status = fixture_written(&f, "work", "status");
		CHECK_INT(count_verb(&f, API_DELETE), rows[i].deleted);
		CHECK_INT(node_int_at(status, "succeeded", 0), rows[i].succeeded);
		CHECK_INT(node_int_at(status, "failed", 0), rows[i].failed);
		CHECK_STR(end_of(&f), str_from_cstr(rows[i].end));
		fixture_end(&f);
	}
}

/* Those of the last run may not be there yet, and are told of. */
static void creates_are_asked_for_once(void)
{
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 4, parallelism: 4}", "{}");
	run(&f);
	CHECK_INT(f.plan.requests.count, 4);
	const struct api_request *write = &f.plan.requests.items[0].write->request;
	CHECK_INT(write->verb, API_CREATE);
	CHECK_TEXT(node_str_at(write->body, "metadata.generateName"), "work-");
	CHECK_TEXT(node_str_at(write->body, "metadata.finalizers[0]"),
		   "batch.kubernetes.io/job-tracking");
	CHECK_TEXT(node_str_at(write->body, "metadata.ownerReferences[0].uid"), "uid-work");
	fixture_answer(&f, (struct answer){ .code = 299,
					    .node = node_make(f.arena, "{metadata: {name: x}}") });
	fixture_answer(&f, (struct answer){ .code = 300, .text = STR("exceeded quota") });
	run(&f);
	CHECK_INT(f.plan.requests.count, 0);
	CHECK_TEXT(fixture_event(&f, 0), "Created pod: x");
	CHECK_TEXT(fixture_event(&f, 1), "Error creating: exceeded quota");
	CHECK(!f.plan.events.items[0].warning && f.plan.events.items[1].warning);
	CHECK_INT(f.plan.requeue_after_ms, 1000);
	fixture_end(&f);
}

static void no_more_than_500_in_one_run(void)
{
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 501, parallelism: 501}", "{}");
	run(&f);
	CHECK_INT(f.plan.requests.count, 500);
	fixture_end(&f);
}

/* Active ones that are ready count as such; those that go neither. */
static void the_status_counts_pods_by_what_they_do(void)
{
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 9, parallelism: 3}", "{}");
	put_pod(&f, 0, &(struct pod)RUNNING);
	put_pod(&f, 1, &(struct pod){ "Pending" });
	put_pod(&f, 2, &(struct pod)RUNNING);
	const struct object *going =
		cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("work-2") });
	fixture_put(&f, node_set(f.arena, going->root, "metadata.deletionTimestamp",
				 node_cstr(f.arena, "2027-01-15T08:00:00Z")));
	put_pod(&f, 3, &(struct pod)SUCCEEDED);
	put_pod(&f, 4, &(struct pod)RUNNING);
	run(&f);
	const struct node *status = fixture_written(&f, "work", "status");
	CHECK_INT(node_int_at(status, "active", -1), 3);
	CHECK_INT(node_int_at(status, "ready", -1), 3);
	CHECK_INT(node_int_at(status, "terminating", -1), 1);
	CHECK_INT(node_int_at(status, "succeeded", -1), 1);
	CHECK(!node_at(status, "failed"));
	CHECK_TEXT(node_str_at(status, "startTime"), "2027-01-15T08:00:00Z");
	/* what ended or goes is tracked no more */
	CHECK(node_is_null(fixture_written(&f, "work-2", "metadata.finalizers")));
	CHECK(fixture_written(&f, "work-2", "metadata"));
	CHECK(fixture_written(&f, "work-3", "metadata"));
	CHECK(!fixture_written(&f, "work-0", "metadata"));
	fixture_end(&f);
}

/* OnFailure: the restarts of all containers count against the limit. */
static void restarts_count_against_the_limit(void)
{
	static const struct {
		const char *policy;
		int first, second; /* restarts of two containers */
		const char *end;
	} limits[] = {
		{ "OnFailure", 1, 1, "" },
		{ "OnFailure", 1, 2, "Failed" },
		{ "Never", 9, 9, "" },
	};

	for (size_t i = 0; TEST_ROW(limits, i, limits[i].policy); i++) {
		struct fixture f = fixture_begin();
		put_job(&f, "{completions: 1, backoffLimit: 2}", "{}");
		const struct object *job =
			cache_get(f.cache, KIND_JOB, (struct key){ STR("default"), STR("work") });
		fixture_put(&f, node_set(f.arena, job->root, "spec.template.spec.restartPolicy",
					 node_cstr(f.arena, limits[i].policy)));
		put_pod(&f, 0, &(struct pod)RUNNING);
		const struct object *pod =
			cache_get(f.cache, KIND_POD, (struct key){ STR("default"), STR("work-0") });
		fixture_put(&f, node_set(f.arena, pod->root, "status.containerStatuses",
					 node_make(f.arena,
						   "[{name: a, restartCount: %d}, {name: b, "
						   "restartCount: %d}]",
						   limits[i].first, limits[i].second)));
		run(&f);
		CHECK_STR(end_of(&f), str_from_cstr(limits[i].end));
		fixture_end(&f);
	}
}

/* Told once, with the times of each. */
static void suspending_and_resuming_are_told_once(void)
{
	static const struct {
		const char *spec, *conditions;
		const char *event; /* "": none */
		const char *started;
	} cases[] = {
		{ "{completions: 1, suspend: true}", "[]", "Job suspended", "" },
		{ "{completions: 1, suspend: true}", "[{type: Suspended, status: \"False\"}]",
		  "Job suspended", "" },
		{ "{completions: 1, suspend: true}", "[{type: Suspended, status: \"True\"}]", "",
		  "" },
		{ "{completions: 1}", "[{type: Suspended, status: \"True\"}]", "Job resumed",
		  "2027-01-15T07:00:00Z" },
		{ "{completions: 1}", "[{type: Suspended, status: \"False\"}]", "",
		  "2027-01-15T07:00:00Z" },
		{ "{completions: 1}", "[]", "", "2027-01-15T07:00:00Z" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].conditions); i++) {
		struct fixture f = fixture_begin();
		put_job(&f, cases[i].spec, "{startTime: \"2027-01-15T07:00:00Z\", active: 9}");
		const struct object *job =
			cache_get(f.cache, KIND_JOB, (struct key){ STR("default"), STR("work") });
		fixture_put(&f, node_set(f.arena, job->root, "status.conditions",
					 node_make(f.arena, cases[i].conditions)));
		if (!node_bool_at(node_make(f.arena, cases[i].spec), "suspend", false))
			put_pod(&f, 0, &(struct pod)RUNNING);
		run(&f);
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(cases[i].event));
		CHECK_STR(node_text(fixture_written(&f, "work", "status.startTime")),
			  str_from_cstr(cases[i].started));
		fixture_end(&f);
	}
}

static void ends_are_told(void)
{
	static const struct {
		const char *spec;
		struct pod pod;
		const char *first, *second; /* the reasons of two conditions */
		const char *event;
		bool warning, completed;
	} ends[] = {
		{ "{completions: 1}", SUCCEEDED, "SuccessCriteriaMet", "Complete", "Job completed",
		  false, true },
		{ "{completions: 1, backoffLimit: 0}", FAILED, "FailureTarget", "Failed",
		  "Job has reached the specified backoff limit", true, false },
		{ "{completions: 2, activeDeadlineSeconds: 0}", SUCCEEDED, "FailureTarget",
		  "Failed", "Job was active longer than specified deadline", true, false },
	};

	for (size_t i = 0; TEST_ROW(ends, i, ends[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_job(&f, ends[i].spec, "{}");
		put_pod(&f, 0, &ends[i].pod);
		run(&f);
		const struct node *status = fixture_written(&f, "work", "status");
		CHECK_STR(node_str_at(status, "conditions[0].type"), str_from_cstr(ends[i].first));
		CHECK_STR(node_str_at(status, "conditions[1].type"), str_from_cstr(ends[i].second));
		CHECK_TEXT(node_str_at(status, "conditions[0].status"), "True");
		CHECK_TEXT(node_str_at(status, "conditions[1].status"), "True");
		CHECK_STR(node_str_at(status, "completionTime"),
			  ends[i].completed ? STR("2027-01-15T08:00:00Z") : STR_NONE);
		CHECK_INT(node_int_at(status, "ready", -1), 0);
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(ends[i].event));
		CHECK_INT(f.plan.events.items[0].warning, ends[i].warning);
		fixture_end(&f);
	}
}

/* A Job that is gone, or goes, lets its own pods go, and no others. */
static void pods_of_a_job_that_is_gone_are_released(void)
{
	static const struct {
		const char *kind, *owner, *finalizer;
		bool released;
	} cases[] = {
		{ "Job", "work", "batch.kubernetes.io/job-tracking", true },
		{ "Job", "other", "batch.kubernetes.io/job-tracking", false },
		{ "ReplicaSet", "work", "batch.kubernetes.io/job-tracking", false },
		{ "Job", "work", "x", false },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].owner); i++) {
		struct fixture f = fixture_begin();
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: v1, kind: Pod, metadata: {name: p, "
					  "finalizers: [%c], ownerReferences: [{apiVersion: "
					  "batch/v1, kind: %c, name: %c, uid: u, controller: "
					  "true}]}}",
					  cases[i].finalizer, cases[i].kind, cases[i].owner));
		run(&f);
		CHECK_INT(f.plan.writes.count, cases[i].released);
		fixture_end(&f);
	}
}

static void fills_indexes(void)
{
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 4, parallelism: 4, completionMode: Indexed}", "{}");
	put_pod(&f, 0, &(struct pod){ "Succeeded", .index = "0" });
	put_pod(&f, 1, &(struct pod){ "Succeeded", .index = "1" });
	put_pod(&f, 2, &(struct pod){ "Running", .index = "3" });
	run(&f);
	CHECK_INT(f.plan.requests.count, 1);
	const struct node *pod = f.plan.requests.items[0].write->request.body;
	CHECK_TEXT(node_str_at(pod, "metadata.generateName"), "work-2-");
	CHECK_TEXT(node_str_at(pod, "spec.hostname"), "work-2");
	CHECK_TEXT(node_str_at(pod, "spec.containers[0].env[0].name"), "JOB_COMPLETION_INDEX");
	create_requested(&f, PODS_MAX);
	CHECK_TEXT(node_str_at(fixture_written(&f, "work", "status"), "completedIndexes"), "0,1");
	fixture_end(&f);
}

static void indexes_are_given_out_in_order(void)
{
	static const char *const names[] = { "work-0-", "work-2-", "work-3-" };
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 4, parallelism: 4, completionMode: Indexed}", "{}");
	put_pod(&f, 0, &(struct pod){ "Running", .index = "1" });
	run(&f);
	if (CHECK_INT(f.plan.requests.count, ARRAY_COUNT(names)))
		for (size_t i = 0; TEST_ROW(names, i, names[i]); i++)
			CHECK_STR(node_str_at(f.plan.requests.items[i].write->request.body,
					      "metadata.generateName"),
				  str_from_cstr(names[i]));
	fixture_end(&f);
}

/* 10 s, then 20 s. */
static void backs_off(void)
{
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 1}", "{}");
	put_pod(&f, 0, &(struct pod){ "Failed" });
	run(&f);
	CHECK_INT(f.plan.requeue_after_ms, 10000);
	put_pod(&f, 0, &(struct pod){ "Failed", .counted = true });
	put_pod(&f, 1, &(struct pod){ "Failed" });
	f.now_ms += 10000;
	run(&f);
	CHECK_INT(f.plan.requeue_after_ms, 20000);
	put_pod(&f, 1, &(struct pod){ "Failed", .counted = true });
	f.now_ms += 19999;
	run(&f);
	CHECK_INT(f.plan.requeue_after_ms, 1);
	CHECK_INT(f.plan.requests.count, 0);
	f.now_ms += 1;
	run(&f);
	CHECK_INT(f.plan.requests.count, 1);
	fixture_end(&f);
}

/* Doubling up to ten minutes; a success begins anew. */
static void backing_off_has_a_limit(void)
{
	static const int64_t waits_ms[] = { 10000,  20000,  40000,  80000,
					    160000, 320000, 600000, 600000 };
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 2, backoffLimit: 99}", "{}");
	for (size_t i = 0; TEST_ROW(waits_ms, i); i++) {
		put_pod(&f, 0, &(struct pod)FAILED);
		run(&f);
		CHECK_INT(f.plan.requeue_after_ms, waits_ms[i]);
		CHECK_INT(f.plan.requests.count, 0);
	}
	put_pod(&f, 0, &(struct pod)SUCCEEDED);
	run(&f);
	CHECK_INT(f.plan.requests.count, 1);
	fixture_end(&f);
}

/* A limit of nothing is over at once, one of all time never, and what was done before is not all.
 * */
static void has_a_deadline(void)
{
	static const struct {
		const char *spec, *end;
	} limits[] = {
		{ "{completions: 2, activeDeadlineSeconds: 0}", "Failed" },
		{ "{completions: 2, activeDeadlineSeconds: 10}", "Failed" },
		{ "{completions: 2, activeDeadlineSeconds: 1000}", "" },
		{ "{completions: 2, activeDeadlineSeconds: 9223372036854775807}", "" },
		{ "{completions: 2}", "" },
	};

	for (size_t i = 0; TEST_ROW(limits, i, limits[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_job(&f, limits[i].spec, "{startTime: \"2027-01-15T07:59:30Z\"}");
		put_pod(&f, 0, &(struct pod)SUCCEEDED);
		run(&f);
		CHECK_STR(end_of(&f), str_from_cstr(limits[i].end));
		CHECK(!fixture_written(&f, "work", "status.completionTime"));
		/* None is waited for that never comes. */
		if (i >= 3)
			CHECK(f.plan.requeue_after_ms < 0);
		fixture_end(&f);
	}
}

static void goes_after_its_time(void)
{
	static const struct {
		const char *spec, *end; /* a type of condition, of 07:59:30 */
		int64_t after_ms;
		int64_t again_ms;
		int deleted;
	} times[] = {
		{ "{completions: 1, ttlSecondsAfterFinished: 60}", "Complete", 0, 30000, 0 },
		{ "{completions: 1, ttlSecondsAfterFinished: 60}", "Complete", 29999, 1, 0 },
		{ "{completions: 1, ttlSecondsAfterFinished: 60}", "Complete", 30000, -1, 1 },
		{ "{completions: 1, ttlSecondsAfterFinished: 60}", "Failed", 0, 30000, 0 },
		{ "{completions: 1, ttlSecondsAfterFinished: 60}", "Failed", 30000, -1, 1 },
		{ "{completions: 1, ttlSecondsAfterFinished: 0}", "Complete", 0, -1, 1 },
		{ "{completions: 1}", "Complete", 999999999, -1, 0 },
	};

	for (size_t i = 0; TEST_ROW(times, i, times[i].spec); i++) {
		struct fixture f = fixture_begin();
		put_job(&f, times[i].spec, "{}");
		const struct object *job =
			cache_get(f.cache, KIND_JOB, (struct key){ STR("default"), STR("work") });
		fixture_put(&f, node_set(f.arena, job->root, "status.conditions",
					 node_make(f.arena,
						   "[{type: %c, status: %c, lastTransitionTime: "
						   "%c}]",
						   times[i].end, "True", "2027-01-15T07:59:30Z")));
		f.now_ms += times[i].after_ms;
		run(&f);
		CHECK_INT(f.plan.requeue_after_ms, times[i].again_ms);
		CHECK_INT(count_verb(&f, API_DELETE), times[i].deleted);
		CHECK_INT(f.plan.writes.count, times[i].deleted);
		fixture_end(&f);
	}
}

TESTS({ "indexes are given out in order", indexes_are_given_out_in_order },
      { "creates are asked for once", creates_are_asked_for_once },
      { "no more than 500 are made in one run", no_more_than_500_in_one_run },
      { "the status counts pods by what they do", the_status_counts_pods_by_what_they_do },
      { "restarts count against the limit", restarts_count_against_the_limit },
      { "suspending and resuming emit one event each", suspending_and_resuming_are_told_once },
      { "completion and failure emit events", ends_are_told },
      { "pods of a Job that is gone are released", pods_of_a_job_that_is_gone_are_released },
      { "backing off has a limit", backing_off_has_a_limit },
      { "pods are made, counted and deleted until it ends", counts_and_ends },
      { "each index has one pod", fills_indexes }, { "failures back off", backs_off },
      { "activeDeadlineSeconds fails the Job", has_a_deadline },
      { "a finished one goes after ttlSecondsAfterFinished", goes_after_its_time })

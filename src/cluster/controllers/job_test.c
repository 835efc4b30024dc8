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
	uint32_t count = node_count(list);

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
	/* Any one will do. */
	{ "{parallelism: 2}", "{}", { SUCCEEDED, RUNNING }, 0, 0, 1, 0, "" },
	{ "{parallelism: 2}", "{}", { SUCCEEDED, SUCCEEDED }, 0, 0, 2, 0, "Complete" },
	/* After a failure the next one waits. */
	{ "{completions: 1, backoffLimit: 2}", "{}", { FAILED }, 0, 0, 0, 1, "" },
	{ "{completions: 1, backoffLimit: 0}", "{}", { FAILED }, 0, 0, 0, 1, "Failed" },
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
		fixture_end(&f);
	}
}

static void goes_after_its_time(void)
{
	struct fixture f = fixture_begin();

	put_job(&f, "{completions: 1, ttlSecondsAfterFinished: 60}",
		"{conditions: [{type: Complete, status: \"True\", lastTransitionTime: "
		"\"2027-01-15T07:59:30Z\"}]}");
	run(&f);
	CHECK_INT(f.plan.requeue_after_ms, 30000);
	f.now_ms += 30000;
	run(&f);
	CHECK_INT(count_verb(&f, API_DELETE), 1);
	fixture_end(&f);
}

TESTS({ "pods are made, counted and deleted until it ends", counts_and_ends },
      { "each index has one pod", fills_indexes }, { "failures back off", backs_off },
      { "it has so long and no longer", has_a_deadline },
      { "a finished one goes after ttlSecondsAfterFinished", goes_after_its_time })

/* job - the Job controller: creates pods until enough of them have succeeded */
#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/controllers/controllers.h"
#include "cluster/controllers/job_indexes.h"
#include "doc/make.h"
#include "kube/health.h"

enum {
	BACKOFF_FIRST_S = 10,
	BACKOFF_LAST_S = 600,
	CREATES_MAX = 500,	    /* in one run */
	DEADLINE_MAX_S = INT32_MAX, /* none is later than 68 years */
};

#define TRACKING "batch.kubernetes.io/job-tracking"

/* What the runner keeps for a Job. */
struct job_memory {
	int64_t failures;  /* in a row */
	int64_t failed_ms; /* the last of them */
};
static_assert(sizeof(struct job_memory) <= VIEW_MEMORY_BYTES, "fits the memory of a key");

struct job {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *object;
	const struct node *spec, *status;
	struct job_memory *memory;
	struct objects pods;
	const struct node *conditions; /* being made */
	int64_t active, terminating, ready, succeeded, failed;
	int64_t completions; /* -1: any one will do */
	struct str started;  /* startTime */
	bool indexed;
	bool finished;	/* now */
	bool completed; /* and well */
};

/* Pods */

static bool has_ended(const struct object *pod)
{
	return pod->facts.phase == PHASE_SUCCEEDED || pod->facts.phase == PHASE_FAILED;
}

static bool is_active(const struct object *pod)
{
	return !has_ended(pod) && !pod->facts.deletion_s;
}

static bool is_tracked(const struct object *pod)
{
	/* Of the many that ended long ago none has a finalizer. */
	return pod->facts.has_finalizer && object_has_finalizer(pod->root, STR(TRACKING));
}

static void untrack(const struct job *j, const struct object *pod)
{
	const struct node *root = object_without_finalizer(j->arena, pod->root, STR(TRACKING));
	const struct node *left = object_finalizers(root);

	plan_patch(j->plan, pod,
		   node_make(j->arena, "{metadata: {finalizers: %n}}",
			     node_item_count(left) ? left : node_null()));
}

/* A finished pod is counted once: while it has the tracking finalizer. */
static void count_pods(struct job *j)
{
	j->succeeded = node_int_at(j->status, "succeeded", 0);
	j->failed = node_int_at(j->status, "failed", 0);
	for (uint32_t i = 0; i < j->pods.count; i++) {
		const struct object *pod = j->pods.items[i];
		bool counts = has_ended(pod) && is_tracked(pod);
		bool fails = counts && pod->facts.phase == PHASE_FAILED;
		j->active += is_active(pod);
		j->ready += is_active(pod) && pod->facts.ready;
		j->terminating += pod->facts.deletion_s && !has_ended(pod);
		j->succeeded += counts && !fails;
		j->failed += fails;
		if (fails) {
			j->memory->failures++;
			j->memory->failed_ms = j->view->now_ms;
		} else if (counts) {
			j->memory->failures = 0;
		}
	}
}

static void untrack_ended(const struct job *j)
{
	for (uint32_t i = 0; i < j->pods.count; i++) {
		const struct object *pod = j->pods.items[i];
		bool leaves = has_ended(pod) || pod->facts.deletion_s;
		if (leaves && is_tracked(pod))
			untrack(j, pod);
	}
}

static void delete_pods(struct job *j, int64_t count)
{
	for (uint32_t i = j->pods.count; i-- > 0 && count > 0;) {
		const struct object *pod = j->pods.items[i];
		if (!is_active(pod))
			continue;
		plan_delete(j->plan, pod);
		plan_event(j->plan, j->object, /* warning= */ false, STR("SuccessfulDelete"),
			   "Deleted pod: %.*s", STR_FMT(pod->key.name));
		j->active--;
		count--;
	}
}

/* Making pods */

static const struct node *with_index(const struct job *j, const struct node *spec, int64_t index)
{
	const struct node *containers = node_get(spec, STR("containers")), *made = NULL;
	const struct node *variable = node_make(
		j->arena, "{name: JOB_COMPLETION_INDEX, valueFrom: {fieldRef: {fieldPath: %c}}}",
		"metadata.labels['" JOB_INDEX "']");

	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *c = node_item(containers, i);
		made = node_list_append(
			j->arena, made,
			node_with(j->arena, c, STR("env"),
				  node_list_append(j->arena, node_get(c, STR("env")), variable)));
	}
	spec = node_with(j->arena, spec, STR("containers"), made);
	return node_with(
		j->arena, spec, STR("hostname"),
		node_str(j->arena, str_printf(j->arena, "%.*s-%lld", STR_FMT(j->object->key.name),
					      (long long)index)));
}

/* index < 0: it has none. */
static const struct node *pod_for(const struct job *j, int64_t index)
{
	const struct node *template = node_get(j->spec, STR("template"));
	const struct node *metadata = node_get(template, STR("metadata"));
	const struct node *labels = node_get(metadata, STR("labels"));
	const struct node *annotations = node_get(metadata, STR("annotations"));
	const struct node *spec = node_get(template, STR("spec"));
	struct str base = str_printf(j->arena, "%.*s-", STR_FMT(j->object->key.name));

	if (index >= 0) {
		struct str text = str_printf(j->arena, "%lld", (long long)index);
		labels = node_with(j->arena, labels, STR(JOB_INDEX), node_str(j->arena, text));
		annotations =
			node_with(j->arena, annotations, STR(JOB_INDEX), node_str(j->arena, text));
		base = str_printf(j->arena, "%.*s%.*s-", STR_FMT(base), STR_FMT(text));
		spec = with_index(j, spec, index);
	}
	return node_make(j->arena,
			 "{apiVersion: v1, kind: Pod, metadata: {generateName: %s, namespace: %s, "
			 "labels: %?n, annotations: %?n, finalizers: [%c], ownerReferences: [%n]}, "
			 "spec: %n}",
			 base, j->object->key.namespace, labels, annotations, TRACKING,
			 object_owner_reference(j->arena, j->object->root, /* controller= */ true),
			 spec);
}

static void create_pods(struct job *j, int64_t count)
{
	struct job_indexes taken = {};
	int64_t index = 0;

	if (j->view->answers->count) /* what the last run made may not be seen yet */
		return;
	if (j->indexed)
		taken = job_indexes_of(j->arena, &j->pods, j->completions, JOB_INDEX_TAKEN);
	for (int64_t i = 0; i < MIN(count, (int64_t)CREATES_MAX); i++) {
		index = job_indexes_skip(&taken, index);
		if (j->indexed && index >= j->completions)
			return;
		struct api_request write = { .verb = API_CREATE,
					     .body = pod_for(j, j->indexed ? index : -1),
					     .grace_s = -1 };
		plan_request_write(j->plan, STR("create"), (uint32_t)i, &write);
		index++;
	}
}

static void report_creates(struct job *j)
{
	for (uint32_t i = 0; i < j->view->answers->count; i++) {
		const struct answer *a = &j->view->answers->items[i];
		if (a->code < 300)
			plan_event(j->plan, j->object, /* warning= */ false,
				   STR("SuccessfulCreate"), "Created pod: %.*s",
				   STR_FMT(object_name(a->node)));
		else
			plan_event(j->plan, j->object, /* warning= */ true, STR("FailedCreate"),
				   "Error creating: %.*s", STR_FMT(a->text));
	}
	if (j->view->answers->count)
		plan_requeue(j->plan, 1000);
}

/* After a failure the next pod waits: 10 s, doubling to 10 minutes. */
static bool backs_off(const struct job *j)
{
	int64_t doublings = MIN(MAX(j->memory->failures - 1, (int64_t)0), (int64_t)6);
	int64_t wait_ms =
		MIN((int64_t)BACKOFF_FIRST_S << doublings, (int64_t)BACKOFF_LAST_S) * 1000;
	int64_t left_ms = j->memory->failed_ms + wait_ms - j->view->now_ms;

	if (!j->memory->failures || left_ms <= 0)
		return false;
	plan_requeue(j->plan, left_ms);
	return true;
}

static int64_t pods_wanted(const struct job *j)
{
	int64_t parallelism = MAX(node_int_at(j->spec, "parallelism", 1), (int64_t)0);

	if (j->completions < 0)
		return j->succeeded ? j->active : parallelism;
	return MIN(parallelism, MAX(j->completions - j->succeeded, (int64_t)0));
}

static void scale(struct job *j)
{
	int64_t missing = pods_wanted(j) - j->active;

	if (missing < 0)
		delete_pods(j, -missing);
	else if (missing > 0 && !backs_off(j))
		create_pods(j, missing);
}

/* Ends */

static void set(struct job *j, const char *type, bool holds, const char *reason,
		const char *message)
{
	struct condition c = { .type = str_from_cstr(type),
			       .status = holds ? STR("True") : STR("False"),
			       .reason = str_from_cstr(reason),
			       .message = str_from_cstr(message),
			       .observed_generation = -1 };

	j->conditions = condition_set(j->arena, j->conditions, &c, view_now(j->view));
}

static void fail(struct job *j, const char *reason, const char *message)
{
	delete_pods(j, j->active);
	set(j, "FailureTarget", true, reason, message);
	set(j, "Failed", true, reason, message);
	plan_event(j->plan, j->object, /* warning= */ true, str_from_cstr(reason), "%s", message);
	j->finished = true;
}

static void complete(struct job *j)
{
	static const char message[] = "Reached expected number of succeeded pods";

	set(j, "SuccessCriteriaMet", true, "CompletionsReached", message);
	set(j, "Complete", true, "CompletionsReached", message);
	plan_event(j->plan, j->object, /* warning= */ false, STR("Completed"), "Job completed");
	j->finished = true;
	j->completed = true;
}

/* With OnFailure containers start again in their pod. */
static int64_t restarts(const struct job *j)
{
	int64_t sum = 0;

	if (!str_equal(node_str_at(j->spec, "template.spec.restartPolicy"), STR("OnFailure")))
		return 0;
	for (uint32_t i = 0; i < j->pods.count; i++) {
		const struct node *list =
			node_at(j->pods.items[i]->root, "status.containerStatuses");
		for (uint32_t c = 0; c < node_item_count(list); c++)
			sum += node_int_at(node_item(list, c), "restartCount", 0);
	}
	return sum;
}

static bool is_late(const struct job *j)
{
	int64_t limit_s = node_int_at(j->spec, "activeDeadlineSeconds", DEADLINE_MAX_S), start_s;

	if (limit_s >= DEADLINE_MAX_S || !timestamp_seconds(j->started, &start_s))
		return false;
	int64_t left_ms = (start_s + limit_s) * 1000 - j->view->now_ms;
	if (left_ms > 0)
		plan_requeue(j->plan, left_ms);
	return left_ms <= 0;
}

static bool has_enough(const struct job *j)
{
	if (j->completions < 0)
		return j->succeeded > 0 && j->active == 0;
	return j->succeeded >= j->completions;
}

static void suspend(struct job *j)
{
	const struct node *o = node_make(j->arena, "{status: {conditions: %?n}}", j->conditions);

	delete_pods(j, j->active);
	j->started = STR_NONE;
	if (condition_is_true(o, "Suspended"))
		return;
	set(j, "Suspended", true, "JobSuspended", "Job suspended");
	plan_event(j->plan, j->object, /* warning= */ false, STR("Suspended"), "Job suspended");
}

static void resume(struct job *j)
{
	const struct node *o = node_make(j->arena, "{status: {conditions: %?n}}", j->conditions);

	if (!j->started.len)
		j->started = view_now(j->view);
	if (!condition_is_true(o, "Suspended"))
		return;
	set(j, "Suspended", false, "JobResumed", "Job resumed");
	plan_event(j->plan, j->object, /* warning= */ false, STR("Resumed"), "Job resumed");
}

static void decide(struct job *j)
{
	if (node_bool_at(j->spec, "suspend", false)) {
		suspend(j);
		return;
	}
	resume(j);
	int64_t limit = node_int_at(j->spec, "backoffLimit", 6);
	if (j->failed > limit || restarts(j) > limit)
		fail(j, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
	else if (is_late(j))
		fail(j, "DeadlineExceeded", "Job was active longer than specified deadline");
	else if (has_enough(j))
		complete(j);
	else
		scale(j);
}

/* Status */

static const struct node *positive(struct arena *arena, int64_t count)
{
	return count > 0 ? node_int(arena, count) : NULL;
}

static void write_status(struct job *j)
{
	struct str completed = j->completed ? view_now(j->view) : STR_NONE;
	struct job_indexes done = {};

	if (j->indexed)
		done = job_indexes_of(j->arena, &j->pods, j->completions, JOB_INDEX_SUCCEEDED);
	struct str indexes = job_indexes_format(j->arena, &done);
	plan_status(j->plan, j->object,
		    node_make(j->arena,
			      "{conditions: %?n, startTime: %?s, completionTime: %?s, active: %?n, "
			      "succeeded: %?n, failed: %?n, terminating: %l, completedIndexes: "
			      "%?s, uncountedTerminatedPods: {}, ready: %l}",
			      j->conditions, j->started, completed, positive(j->arena, j->active),
			      positive(j->arena, j->succeeded), positive(j->arena, j->failed),
			      j->terminating, indexes.len ? indexes : STR_NONE,
			      j->finished ? 0 : j->ready));
}

/* ttlSecondsAfterFinished */
static void expire(const struct job *j)
{
	const struct node *end = condition_get(j->object->root, "Complete");
	const struct node *ttl = node_get(j->spec, STR("ttlSecondsAfterFinished"));
	int64_t end_s, ttl_s;

	if (!end)
		end = condition_get(j->object->root, "Failed");
	if (!node_int64(ttl, &ttl_s) ||
	    !timestamp_seconds(node_str_at(end, "lastTransitionTime"), &end_s))
		return;
	int64_t left_ms = (end_s + ttl_s) * 1000 - j->view->now_ms;
	if (left_ms > 0)
		plan_requeue(j->plan, left_ms);
	else
		plan_delete(j->plan, j->object);
}

/* Removes the tracking finalizer from the pods of a deleted Job. */
static void release_orphans(struct job *j, struct key key)
{
	struct objects all = view_list(j->view, KIND_POD, key.namespace);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *owner = object_controller(all.items[i]->root);
		if (str_equal(node_str_at(owner, "kind"), STR("Job")) &&
		    str_equal(node_str_at(owner, "name"), key.name) && is_tracked(all.items[i]))
			untrack(j, all.items[i]);
	}
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct job j = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	j.object = view_get(view, KIND_JOB, key);
	if (!j.object || j.object->facts.deletion_s) {
		release_orphans(&j, key);
		return 0;
	}
	j.memory = plan_memory(plan, view, j.object);
	j.spec = node_get(j.object->root, STR("spec"));
	j.status = node_get(j.object->root, STR("status"));
	j.conditions = node_get(j.status, STR("conditions"));
	j.started = node_str_at(j.status, "startTime");
	j.completions = MIN(node_int_at(j.spec, "completions", -1), (int64_t)INT32_MAX);
	j.indexed = str_equal(node_str_at(j.spec, "completionMode"), STR("Indexed"));
	j.pods = view_owned(view, KIND_POD, j.object);
	if (condition_is_true(j.object->root, "Complete") ||
	    condition_is_true(j.object->root, "Failed")) {
		untrack_ended(&j);
		expire(&j);
		return 0;
	}
	report_creates(&j);
	count_pods(&j);
	decide(&j);
	if (plan->requests.count)
		return 0;
	write_status(&j);
	untrack_ended(&j);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_JOB, map_self },
	{ KIND_POD, map_controller, "Job" },
	{},
};

const struct reconciler job_reconciler = {
	.name = "job-controller",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};

/* deployment_status_test - counts, conditions and the progress deadline of a Deployment */
#include "cluster/controllers/deployment_test.h"
#include "doc/json.h"

#define PROGRESSING(reason, updated)                                                               \
	"[{type: Progressing, status: \"True\", reason: " reason ", lastUpdateTime: \"" updated    \
	"\", lastTransitionTime: \"2027-01-15T07:00:00Z\"}]"
#define COUNTS "replicas: 13, updatedReplicas: 5, readyReplicas: 8, availableReplicas: 8"

/* Of ten replicas and 600 s, five minutes after the last progress unless it says so. */
static const struct {
	const char *what, *status; /* before */
	struct deployment_sizes old, new;
	const char *reason, *state, *updated;
} steps[] = {
	{ "a set is made",
	  "{replicas: 10, readyReplicas: 10, availableReplicas: 10}",
	  { 10, 10 },
	  { DEPLOYMENT_NONE },
	  "NewReplicaSetCreated",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "a set is found",
	  "{" COUNTS "}",
	  { 8, 8 },
	  { 5, 0 },
	  "FoundNewReplicaSet",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "nothing happens",
	  "{" COUNTS ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:55:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T07:55:00Z" },
	{ "a new pod came",
	  "{replicas: 12, updatedReplicas: 4, readyReplicas: 8, availableReplicas: 8, "
	  "conditions: " PROGRESSING("FoundNewReplicaSet", "2027-01-15T07:55:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "a new pod went",
	  "{replicas: 14, updatedReplicas: 6, readyReplicas: 8, availableReplicas: 8, "
	  "conditions: " PROGRESSING("FoundNewReplicaSet", "2027-01-15T07:55:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "FoundNewReplicaSet",
	  "True",
	  "2027-01-15T07:55:00Z" },
	{ "an old pod went",
	  "{replicas: 14, updatedReplicas: 5, readyReplicas: 8, availableReplicas: 8, "
	  "conditions: " PROGRESSING("FoundNewReplicaSet", "2027-01-15T07:55:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "one became ready",
	  "{replicas: 13, updatedReplicas: 5, readyReplicas: 7, availableReplicas: 8, "
	  "conditions: " PROGRESSING("FoundNewReplicaSet", "2027-01-15T07:55:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "one became available",
	  "{replicas: 13, updatedReplicas: 5, readyReplicas: 8, availableReplicas: 7, "
	  "conditions: " PROGRESSING("FoundNewReplicaSet", "2027-01-15T07:55:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "all is there",
	  "{" COUNTS ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:55:00Z") "}",
	  { 0, 0 },
	  { 10, 10 },
	  "NewReplicaSetAvailable",
	  "True",
	  "2027-01-15T08:00:00Z" },
	{ "a pod of a finished one is lost",
	  "{replicas: 10, updatedReplicas: 10, readyReplicas: 10, availableReplicas: 10, "
	  "conditions: " PROGRESSING("NewReplicaSetAvailable", "2027-01-15T07:00:00Z") "}",
	  { 0, 0 },
	  { 10, 9 },
	  "NewReplicaSetAvailable",
	  "True",
	  "2027-01-15T07:00:00Z" },
	{ "ten minutes are not too late",
	  "{" COUNTS ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:50:00Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T07:50:00Z" },
	{ "a second more is",
	  "{" COUNTS ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:49:59Z") "}",
	  { 8, 8 },
	  { 5, 0 },
	  "ProgressDeadlineExceeded",
	  "False",
	  "2027-01-15T08:00:00Z" },
	{ "late is late until there is progress",
	  "{" COUNTS ", conditions: [{type: Progressing, status: \"False\", reason: "
	  "ProgressDeadlineExceeded, lastUpdateTime: \"2027-01-15T07:59:00Z\"}]}",
	  { 8, 8 },
	  { 5, 0 },
	  "ProgressDeadlineExceeded",
	  "False",
	  "2027-01-15T07:59:00Z" },
	{ "and then no longer",
	  "{" COUNTS ", conditions: [{type: Progressing, status: \"False\", reason: "
	  "ProgressDeadlineExceeded, lastUpdateTime: \"2027-01-15T07:59:00Z\"}]}",
	  { 8, 8 },
	  { 5, 1 },
	  "ReplicaSetUpdated",
	  "True",
	  "2027-01-15T08:00:00Z" },
};

static void progress_is_what_came_or_went(void)
{
	for (size_t i = 0; TEST_ROW(steps, i, steps[i].what); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_put_set(&f, "old", "web:1", "1", steps[i].old);
		deployment_put_set(&f, "new", "web:2", "2", steps[i].new);
		deployment_set(&f, "status", node_make(f.arena, steps[i].status));
		deployment_run(&f);
		CHECK_STR(deployment_condition(&f, "Progressing", "reason"),
			  str_from_cstr(steps[i].reason));
		CHECK_STR(deployment_condition(&f, "Progressing", "status"),
			  str_from_cstr(steps[i].state));
		CHECK_STR(deployment_condition(&f, "Progressing", "lastUpdateTime"),
			  str_from_cstr(steps[i].updated));
		fixture_end(&f);
	}
}

/* When the deadline of what is under way passes; never for what is done, late or paused. */
static void it_looks_again_at_the_deadline(void)
{
	static const struct {
		const char *what, *status;
		struct deployment_sizes old, new;
		bool paused;
		int deadline_s; /* 0: none */
		int64_t again_ms;
	} rows[] = {
		{ "under way",
		  "{" COUNTS
		  ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:55:00Z") "}",
		  { 8, 8 },
		  { 5, 0 },
		  false,
		  600,
		  301000 },
		{ "at its last second",
		  "{" COUNTS
		  ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:50:00Z") "}",
		  { 8, 8 },
		  { 5, 0 },
		  false,
		  600,
		  1000 },
		{ "late",
		  "{" COUNTS
		  ", conditions: " PROGRESSING("ReplicaSetUpdated", "2027-01-15T07:49:59Z") "}",
		  { 8, 8 },
		  { 5, 0 },
		  false,
		  600,
		  -1 },
		{ "done", "{}", { 0, 0 }, { 10, 10 }, false, 600, -1 },
		{ "done before",
		  "{conditions: " PROGRESSING("NewReplicaSetAvailable", "2027-01-15T07:55:00Z") "}",
		  { 0, 0 },
		  { 10, 9 },
		  false,
		  600,
		  -1 },
		{ "paused", "{}", { 8, 8 }, { 5, 0 }, true, 600, -1 },
		{ "without a deadline", "{}", { 8, 8 }, { 5, 0 }, false, 0, -1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, rows[i].paused);
		deployment_put_set(&f, "old", "web:1", "1", rows[i].old);
		deployment_put_set(&f, "new", "web:2", "2", rows[i].new);
		deployment_set(&f, "status", node_make(f.arena, rows[i].status));
		deployment_set(&f, "spec.progressDeadlineSeconds",
			       rows[i].deadline_s ? node_int(f.arena, rows[i].deadline_s) : NULL);
		deployment_run(&f);
		CHECK_INT(f.plan.requeue_after_ms, rows[i].again_ms);
		if (!rows[i].deadline_s)
			CHECK_TEXT(deployment_condition(&f, "Progressing", "status"), "");
		fixture_end(&f);
	}
}

static void pausing_is_told_by_progressing(void)
{
	static const struct {
		const char *reason;
		bool paused;
		const char *told, *status;
	} rows[] = {
		{ "ReplicaSetUpdated", true, "DeploymentPaused", "Unknown" },
		{ "DeploymentPaused", true, "DeploymentPaused", "True" }, /* as it was */
		{ "DeploymentPaused", false, "DeploymentResumed", "Unknown" },
		{ "ProgressDeadlineExceeded", true, "ProgressDeadlineExceeded", "True" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reason); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, rows[i].paused);
		deployment_put_set(&f, "old", "web:1", "1", (struct deployment_sizes){ 8, 8 });
		deployment_put_set(&f, "new", "web:2", "2", (struct deployment_sizes){ 5, 0 });
		deployment_set(&f, "status",
			       node_make(f.arena,
					 "{" COUNTS
					 ", conditions: [{type: Progressing, status: %c, reason: "
					 "%c, lastUpdateTime: %c}]}",
					 "True", rows[i].reason, "2027-01-15T07:59:00Z"));
		deployment_run(&f);
		CHECK_STR(deployment_condition(&f, "Progressing", "reason"),
			  str_from_cstr(rows[i].told));
		CHECK_STR(deployment_condition(&f, "Progressing", "status"),
			  str_from_cstr(rows[i].status));
		fixture_end(&f);
	}
}

/* Ten are wanted, a quarter may be missing: two, rounded down. */
static void available_is_the_least_that_is_allowed(void)
{
	static const struct {
		int available;
		const char *status, *reason;
	} rows[] = {
		{ 8, "True", "MinimumReplicasAvailable" },
		{ 7, "False", "MinimumReplicasUnavailable" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reason); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_put_set(&f, "new", "web:2", "1",
				   (struct deployment_sizes){ 10, rows[i].available });
		deployment_run(&f);
		CHECK_STR(deployment_condition(&f, "Available", "status"),
			  str_from_cstr(rows[i].status));
		CHECK_STR(deployment_condition(&f, "Available", "reason"),
			  str_from_cstr(rows[i].reason));
		const struct node *status = fixture_written(&f, "web", "status");
		CHECK_INT(node_int_at(status, "unavailableReplicas", 0), 10 - rows[i].available);
		CHECK_INT(node_int_at(status, "availableReplicas", 0), rows[i].available);
		CHECK_INT(node_int_at(status, "updatedReplicas", 0), 10);
		CHECK_INT(node_int_at(status, "observedGeneration", 0), 2);
		fixture_end(&f);
	}
}

/* While status and reason stay, the condition stays as it is. */
static void conditions_change_only_with_status_or_reason(void)
{
	static const struct {
		const char *status, *reason;
		const char *transition, *update;
	} rows[] = {
		{ "True", "MinimumReplicasAvailable", "before", "before" },
		{ "True", "Other", "before", "2027-01-15T08:00:00Z" },
		{ "False", "MinimumReplicasAvailable", "2027-01-15T08:00:00Z",
		  "2027-01-15T08:00:00Z" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].reason); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_put_set(&f, "new", "web:2", "1", (struct deployment_sizes){ 10, 10 });
		deployment_set(&f, "status",
			       node_make(f.arena,
					 "{conditions: [{type: Available, status: %c, reason: %c, "
					 "lastUpdateTime: before, lastTransitionTime: before}]}",
					 rows[i].status, rows[i].reason));
		deployment_run(&f);
		CHECK_STR(deployment_condition(&f, "Available", "lastTransitionTime"),
			  str_from_cstr(rows[i].transition));
		CHECK_STR(deployment_condition(&f, "Available", "lastUpdateTime"),
			  str_from_cstr(rows[i].update));
		fixture_end(&f);
	}
}

/* The newest set's first; gone when no set has one. */
static void failures_of_sets_are_told(void)
{
	static const struct {
		bool old_fails, new_fails;
		const char *message;
	} rows[] = { { false, false, "" },
		     { true, false, "of old" },
		     { false, true, "of new" },
		     { true, true, "of new" } };

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		static const char *const names[] = { "new", "old" };
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_set(&f, "status",
			       node_make(f.arena, "{conditions: [{type: ReplicaFailure, status: "
						  "\"True\", reason: Before}]}"));
		deployment_put_set(&f, "old", "web:1", "1", (struct deployment_sizes){ 8, 8 });
		deployment_put_set(&f, "new", "web:2", "2", (struct deployment_sizes){ 5, 0 });
		for (int s = 0; s < 2; s++) {
			struct key key = { STR("default"), str_from_cstr(names[s]) };
			const struct node *root = node_copy(
				f.arena, cache_get(f.cache, KIND_REPLICASET, key)->root, true);
			root = node_set(f.arena, root, "metadata.creationTimestamp",
					node_cstr(f.arena, s ? "2027-01-15T07:00:00Z"
							     : "2027-01-15T07:30:00Z"));
			if (s ? rows[i].old_fails : rows[i].new_fails)
				root = node_set(f.arena, root, "status.conditions",
						node_make(f.arena,
							  "[{type: ReplicaFailure, status: %c, "
							  "reason: FailedCreate, message: %c}]",
							  "True", s ? "of old" : "of new"));
			fixture_put(&f, root);
		}
		deployment_run(&f);
		CHECK_STR(deployment_condition(&f, "ReplicaFailure", "message"),
			  str_from_cstr(rows[i].message));
		fixture_end(&f);
	}
}

TESTS({ "a changed pod count is progress", progress_is_what_came_or_went },
      { "the Deployment is requeued at its deadline", it_looks_again_at_the_deadline },
      { "condition Progressing reports a pause", pausing_is_told_by_progressing },
      { "available is the least that is allowed", available_is_the_least_that_is_allowed },
      { "conditions change only with status or reason",
	conditions_change_only_with_status_or_reason },
      { "condition ReplicaFailure reports failures of ReplicaSets", failures_of_sets_are_told })

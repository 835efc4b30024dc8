/* deployment_test - the steps of a Deployment, one run at a time */
#include "cluster/controllers/deployment_test.h"

static const struct {
	const char *what;
	const char *strategy;
	bool paused;
	struct deployment_sizes old, new;
	int old_size, new_size, created; /* what the run writes */
} steps[] = {
	{ "the surge is created, the slack taken away",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 10, 10 },
	  { DEPLOYMENT_NONE },
	  8,
	  DEPLOYMENT_NONE,
	  3 },
	{ "new pods up to the surge",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 8, 8 },
	  { 3, 0 },
	  DEPLOYMENT_NONE,
	  5,
	  DEPLOYMENT_NONE },
	{ "new ones first, though old ones could go",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 8, 8 },
	  { 3, 3 },
	  DEPLOYMENT_NONE,
	  5,
	  DEPLOYMENT_NONE },
	{ "nothing until one is available",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 8, 8 },
	  { 5, 0 },
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "old ones go as new ones are available",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 8, 8 },
	  { 5, 5 },
	  3,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "never more new ones than wanted",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 3, 3 },
	  { 5, 5 },
	  DEPLOYMENT_NONE,
	  10,
	  DEPLOYMENT_NONE },
	{ "unhealthy old ones go first",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 10, 7 },
	  { 3, 0 },
	  8,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "a single one that is not available goes, though none is to spare",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 1, 0 },
	  { 10, 8 },
	  0,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "a set that has not counted its losses yet",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 5, 7 },
	  { 8, 5 },
	  3,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "done",
	  DEPLOYMENT_ROLLING,
	  false,
	  { 0, 0 },
	  { 10, 10 },
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "Recreate stops the old ones",
	  "{type: Recreate}",
	  false,
	  { 10, 10 },
	  { DEPLOYMENT_NONE },
	  0,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
	{ "Recreate starts when they are gone",
	  "{type: Recreate}",
	  false,
	  { 0, 0 },
	  { DEPLOYMENT_NONE },
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE,
	  10 },
	{ "a paused one does not roll",
	  DEPLOYMENT_ROLLING,
	  true,
	  { 10, 10 },
	  { DEPLOYMENT_NONE },
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE,
	  DEPLOYMENT_NONE },
};

static void rolls(void)
{
	for (size_t i = 0; TEST_ROW(steps, i, steps[i].what); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, steps[i].strategy, steps[i].paused);
		deployment_put_set(&f, "old", "web:1", "1", steps[i].old);
		deployment_put_set(&f, "new", "web:2", "2", steps[i].new);
		deployment_run(&f);
		CHECK_INT(deployment_size(&f, "old"), steps[i].old_size);
		CHECK_INT(deployment_size(&f, "new"), steps[i].new_size);
		CHECK_INT(deployment_created_size(&f), steps[i].created);
		fixture_end(&f);
	}
}

/* The last pod of the old set; the new one is there, and may be older than it: a rollback. */
static void waits_for_old_pods(void)
{
	static const struct {
		const char *phase;
		int new_replicas; /* DEPLOYMENT_NONE: there is no such set */
		int created, new_size;
	} rows[] = {
		{ "Running", DEPLOYMENT_NONE, DEPLOYMENT_NONE, DEPLOYMENT_NONE },
		{ "Pending", DEPLOYMENT_NONE, DEPLOYMENT_NONE, DEPLOYMENT_NONE },
		{ "Succeeded", DEPLOYMENT_NONE, 10, DEPLOYMENT_NONE },
		{ "Failed", DEPLOYMENT_NONE, 10, DEPLOYMENT_NONE },
		{ "Running", 0, DEPLOYMENT_NONE, DEPLOYMENT_NONE },
		{ "Failed", 0, DEPLOYMENT_NONE, 10 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].phase); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, "{type: Recreate}", false);
		deployment_put_set(&f, "a-new", "web:2", "2",
				   (struct deployment_sizes){ rows[i].new_replicas, 0 });
		deployment_put_set(&f, "old", "web:1", "1", (struct deployment_sizes){ 0, 0 });
		fixture_put(&f,
			    node_make(f.arena,
				      "{apiVersion: v1, kind: Pod, metadata: {name: last, "
				      "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, "
				      "name: old, uid: uid-old, controller: true}]}, status: "
				      "{phase: %c}}",
				      rows[i].phase));
		deployment_run(&f);
		CHECK_INT(deployment_created_size(&f), rows[i].created);
		CHECK_INT(deployment_size(&f, "a-new"), rows[i].new_size);
		fixture_end(&f);
	}
}

/* The rollout made no progress since `since`; ten minutes are allowed. */
static void put_stuck(struct fixture *f, const char *since)
{
	deployment_put(f, DEPLOYMENT_ROLLING, false);
	deployment_put_set(f, "old", "web:1", "1", (struct deployment_sizes){ 8, 8 });
	deployment_put_set(f, "new", "web:2", "2", (struct deployment_sizes){ 5, 0 });
	const struct object *web =
		cache_get(f->cache, KIND_DEPLOYMENT, (struct key){ STR("default"), STR("web") });
	const struct node *status = node_make(
		f->arena,
		"{observedGeneration: 2, replicas: 13, updatedReplicas: 5, readyReplicas: 8, "
		"availableReplicas: 8, unavailableReplicas: 5, conditions: [{type: Progressing, "
		"status: \"True\", reason: ReplicaSetUpdated, lastUpdateTime: %c, "
		"lastTransitionTime: %c}]}",
		since, since);
	fixture_put(f, node_set(f->arena, web->root, "status", status));
}

static void deadline(void)
{
	struct fixture f = fixture_begin();

	put_stuck(&f, "2027-01-15T07:49:00Z"); /* eleven minutes ago */
	deployment_run(&f);
	CHECK_TEXT(deployment_condition(&f, "Progressing", "status"), "False");
	CHECK_TEXT(deployment_condition(&f, "Progressing", "reason"), "ProgressDeadlineExceeded");
	CHECK_TEXT(deployment_condition(&f, "Progressing", "message"),
		   "ReplicaSet \"new\" has timed out progressing.");
	fixture_end(&f);
}

static void before_deadline(void)
{
	struct fixture f = fixture_begin();

	put_stuck(&f, "2027-01-15T07:51:00Z"); /* nine minutes ago */
	deployment_run(&f);
	CHECK(!str_equal(deployment_condition(&f, "Progressing", "reason"),
			 STR("ProgressDeadlineExceeded")));
	CHECK(f.plan.requeue_after_ms >= 60000 && f.plan.requeue_after_ms <= 62000);
	fixture_end(&f);
}

/* Of several old sets all go; one that is empty already does not end it. */
static void recreate_stops_all_old_sets(void)
{
	struct fixture f = fixture_begin();

	deployment_put(&f, "{type: Recreate}", false);
	deployment_put_set(&f, "a", "web:0", "1", (struct deployment_sizes){ 0, 0 });
	deployment_put_set(&f, "b", "web:1", "2", (struct deployment_sizes){ 4, 4 });
	deployment_put_set(&f, "c", "web:3", "3", (struct deployment_sizes){ 6, 6 });
	deployment_run(&f);
	CHECK_INT(deployment_size(&f, "a"), DEPLOYMENT_NONE);
	CHECK_INT(deployment_size(&f, "b"), 0);
	CHECK_INT(deployment_size(&f, "c"), 0);
	CHECK_INT(deployment_created_size(&f), DEPLOYMENT_NONE);
	fixture_end(&f);
}

static void one_that_selects_all_pods_does_nothing(void)
{
	static const struct {
		const char *selector;
		bool all;
	} rows[] = {
		{ "{}", true },
		{ "{matchLabels: {}}", true },
		{ "{matchLabels: {app: web}}", false },
		{ "{matchExpressions: [{key: app, operator: Exists}]}", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].selector); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_set(&f, "spec.selector", node_make(f.arena, rows[i].selector));
		deployment_run(&f);
		CHECK_INT(deployment_created_size(&f), rows[i].all ? DEPLOYMENT_NONE : 10);
		if (rows[i].all) {
			CHECK_TEXT(fixture_event(&f, 0),
				   "This deployment is selecting all pods. A non-empty selector is "
				   "required.");
			CHECK(f.plan.events.items[0].warning);
		}
		fixture_end(&f);
	}
}

TESTS({ "a selector of all pods does nothing", one_that_selects_all_pods_does_nothing },
      { "Recreate stops all old sets", recreate_stops_all_old_sets },
      { "each step of a rollout keeps within surge and unavailability", rolls },
      { "Recreate waits for the last old pod", waits_for_old_pods },
      { "a rollout without progress times out", deadline },
      { "a rollout is requeued at its progress deadline", before_deadline })

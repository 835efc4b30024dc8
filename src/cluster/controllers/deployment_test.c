/* deployment_test - the steps of a Deployment, one run at a time */
#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"
#include "doc/at_test.h"

enum { NONE = -1 };

/* Sizes of a ReplicaSet; replicas NONE: there is no such set. */
struct sizes {
	int replicas, available;
};

static void put_set(struct fixture *f, const char *name, const char *image, const char *revision,
		    struct sizes sizes)
{
	if (sizes.replicas == NONE)
		return;
	fixture_put(
		f,
		node_make(f->arena,
			  "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: %c, "
			  "generation: 1, labels: {app: web, pod-template-hash: %c}, annotations: {"
			  "deployment.kubernetes.io/desired-replicas: \"10\", "
			  "deployment.kubernetes.io/max-replicas: \"13\"}, ownerReferences: "
			  "[{apiVersion: apps/v1, kind: Deployment, name: web, uid: uid-web, "
			  "controller: true}]}, spec: {replicas: %d, selector: {matchLabels: {app: "
			  "web, pod-template-hash: %c}}, template: {metadata: {labels: {app: web, "
			  "pod-template-hash: %c}}, spec: {containers: [{name: a, image: %c}]}}}, "
			  "status: {observedGeneration: 1, replicas: %d, readyReplicas: %d, "
			  "availableReplicas: %d}}",
			  name, name, sizes.replicas, name, name, image, sizes.replicas,
			  sizes.available, sizes.available));
	const struct object *set = cache_get(f->cache, KIND_REPLICASET,
					     (struct key){ STR("default"), str_from_cstr(name) });
	fixture_put(f, node_set(f->arena, set->root,
				"metadata.annotations[deployment.kubernetes.io/revision]",
				node_cstr(f->arena, revision)));
}

/* Ten replicas of image web:2. */
static void put_deployment(struct fixture *f, const char *strategy, bool paused)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, "
				 "generation: 2}, spec: {replicas: 10, paused: %b, "
				 "progressDeadlineSeconds: 600, revisionHistoryLimit: 10, "
				 "selector: {matchLabels: {app: web}}, strategy: %n, template: "
				 "{metadata: {labels: {app: web}}, spec: {containers: [{name: a, "
				 "image: \"web:2\"}]}}}}",
				 paused, node_make(f->arena, strategy)));
}

static void run(struct fixture *f)
{
	fixture_run(f, &deployment_reconciler, "default", "web");
}

/* The size that a set gets, or NONE: it is not touched. */
static int64_t size_of(const struct fixture *f, const char *name)
{
	int64_t size = NONE;

	node_int64(fixture_written(f, name, "spec.replicas"), &size);
	return size;
}

/* The size of the ReplicaSet that is created, or NONE. */
static int64_t created_size(const struct fixture *f)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (f->plan.writes.items[i].request.verb == API_CREATE)
			return node_int_at(f->plan.writes.items[i].request.body, "spec.replicas",
					   NONE);
	return NONE;
}

#define ROLLING "{type: RollingUpdate, rollingUpdate: {maxSurge: \"25%\", maxUnavailable: \"25%\"}}"

static const struct {
	const char *what;
	const char *strategy;
	bool paused;
	struct sizes old, new;
	int old_size, new_size, created; /* what the run writes */
} steps[] = {
	{ "the surge is created, the slack taken away",
	  ROLLING,
	  false,
	  { 10, 10 },
	  { NONE },
	  8,
	  NONE,
	  3 },
	{ "new pods up to the surge", ROLLING, false, { 8, 8 }, { 3, 0 }, NONE, 5, NONE },
	{ "nothing until one is available", ROLLING, false, { 8, 8 }, { 5, 0 }, NONE, NONE, NONE },
	{ "old ones go as new ones are available",
	  ROLLING,
	  false,
	  { 8, 8 },
	  { 5, 5 },
	  3,
	  NONE,
	  NONE },
	{ "never more new ones than wanted", ROLLING, false, { 3, 3 }, { 5, 5 }, NONE, 10, NONE },
	{ "unhealthy old ones go first", ROLLING, false, { 10, 7 }, { 3, 0 }, 8, NONE, NONE },
	{ "a set that has not counted its losses yet",
	  ROLLING,
	  false,
	  { 5, 7 },
	  { 8, 5 },
	  3,
	  NONE,
	  NONE },
	{ "done", ROLLING, false, { 0, 0 }, { 10, 10 }, NONE, NONE, NONE },
	{ "Recreate stops the old ones",
	  "{type: Recreate}",
	  false,
	  { 10, 10 },
	  { NONE },
	  0,
	  NONE,
	  NONE },
	{ "Recreate starts when they are gone",
	  "{type: Recreate}",
	  false,
	  { 0, 0 },
	  { NONE },
	  NONE,
	  NONE,
	  10 },
	{ "a paused one does not roll", ROLLING, true, { 10, 10 }, { NONE }, NONE, NONE, NONE },
};

static void rolls(void)
{
	for (size_t i = 0; TEST_ROW(steps, i, steps[i].what); i++) {
		struct fixture f = fixture_begin();
		put_deployment(&f, steps[i].strategy, steps[i].paused);
		put_set(&f, "old", "web:1", "1", steps[i].old);
		put_set(&f, "new", "web:2", "2", steps[i].new);
		run(&f);
		CHECK_INT(size_of(&f, "old"), steps[i].old_size);
		CHECK_INT(size_of(&f, "new"), steps[i].new_size);
		CHECK_INT(created_size(&f), steps[i].created);
		fixture_end(&f);
	}
}

static void waits_for_old_pods(void)
{
	struct fixture f = fixture_begin();

	put_deployment(&f, "{type: Recreate}", false);
	put_set(&f, "old", "web:1", "1", (struct sizes){ 0, 0 });
	fixture_put(&f, node_make(f.arena,
				  "{apiVersion: v1, kind: Pod, metadata: {name: last, "
				  "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: "
				  "old, uid: uid-old, controller: true}]}, status: {phase: "
				  "Running}}"));
	run(&f);
	CHECK_INT(created_size(&f), NONE);
	fixture_end(&f);
}

static struct str condition(const struct fixture *f, const char *type, const char *field)
{
	struct str path = str_printf(f->arena, "conditions[type=%s].%s", type, field);

	return node_text(test_at(f->arena, fixture_written(f, "web", "status"), path.ptr));
}

/* The rollout made no progress since `since`; ten minutes are allowed. */
static void put_stuck(struct fixture *f, const char *since)
{
	put_deployment(f, ROLLING, false);
	put_set(f, "old", "web:1", "1", (struct sizes){ 8, 8 });
	put_set(f, "new", "web:2", "2", (struct sizes){ 5, 0 });
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
	run(&f);
	CHECK_TEXT(condition(&f, "Progressing", "status"), "False");
	CHECK_TEXT(condition(&f, "Progressing", "reason"), "ProgressDeadlineExceeded");
	CHECK_TEXT(condition(&f, "Progressing", "message"),
		   "ReplicaSet \"new\" has timed out progressing.");
	fixture_end(&f);
}

static void before_deadline(void)
{
	struct fixture f = fixture_begin();

	put_stuck(&f, "2027-01-15T07:51:00Z"); /* nine minutes ago */
	run(&f);
	CHECK(!str_equal(condition(&f, "Progressing", "reason"), STR("ProgressDeadlineExceeded")));
	CHECK(f.plan.requeue_after_ms >= 60000 && f.plan.requeue_after_ms <= 62000);
	fixture_end(&f);
}

TESTS({ "each step of a rollout keeps within surge and unavailability", rolls },
      { "Recreate waits for the last old pod", waits_for_old_pods },
      { "a rollout without progress times out", deadline },
      { "before the deadline it looks again when that is over", before_deadline })

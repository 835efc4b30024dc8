/* deployment_sets_test - the ReplicaSets of a Deployment: found, scaled, numbered, cleaned up */
#include "cluster/controllers/deployment_test.h"

static const struct node *set_root(struct fixture *f, const char *name)
{
	const struct object *set = cache_get(f->cache, KIND_REPLICASET,
					     (struct key){ STR("default"), str_from_cstr(name) });

	return node_copy(f->arena, set->root, /* bare= */ true);
}

/* Of another size: both sets share it. They know of ten replicas, 13 at most. */
static void a_change_of_size_is_shared(void)
{
	static const struct {
		const char *what, *strategy;
		int replicas; /* now wanted */
		struct deployment_sizes old, new;
		int old_size, new_size;
	} rows[] = {
		{ "the one with pods takes all",
		  DEPLOYMENT_ROLLING,
		  15,
		  { 10, 10 },
		  { 0, 0 },
		  15,
		  0 },
		/* 19 are allowed: 8 * 19 / 13 = 11.7, and the rest */
		{ "both grow by their share", DEPLOYMENT_ROLLING, 15, { 8, 8 }, { 5, 0 }, 12, 7 },
		{ "both shrink by their share", DEPLOYMENT_ROLLING, 5, { 8, 8 }, { 5, 0 }, 4, 3 },
		{ "of equals the newer one gets the rest",
		  DEPLOYMENT_ROLLING,
		  11,
		  { 6, 6 },
		  { 6, 6 },
		  6,
		  8 },
		{ "of equals the older one loses it",
		  DEPLOYMENT_ROLLING,
		  7,
		  { 7, 7 },
		  { 7, 7 },
		  4,
		  5 },
		{ "to nothing", DEPLOYMENT_ROLLING, 0, { 8, 8 }, { 5, 0 }, 0, 0 },
		{ "Recreate shares nothing",
		  "{type: Recreate}",
		  15,
		  { 8, 8 },
		  { 5, 0 },
		  DEPLOYMENT_NONE,
		  5 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, rows[i].strategy, false);
		deployment_set(&f, "spec.replicas", node_int(f.arena, rows[i].replicas));
		deployment_put_set(&f, "old", "web:1", "1", rows[i].old);
		deployment_put_set(&f, "new", "web:2", "1", rows[i].new);
		fixture_put(&f, node_set(f.arena, set_root(&f, "old"), "metadata.creationTimestamp",
					 node_cstr(f.arena, "2027-01-15T07:00:00Z")));
		fixture_put(&f, node_set(f.arena, set_root(&f, "new"), "metadata.creationTimestamp",
					 node_cstr(f.arena, "2027-01-15T07:10:00Z")));
		deployment_run(&f);
		CHECK_INT(deployment_size(&f, "old"), rows[i].old_size);
		CHECK_INT(deployment_size(&f, "new"), rows[i].new_size);
		fixture_end(&f);
	}
}

/* What a set was part of is its annotation max-replicas, or what the Deployment has. 13 pods. */
static void a_share_is_one_of_what_was_there(void)
{
	static const struct {
		const char *what;
		int replicas, total;   /* wanted now; what the status says */
		const char *old, *new; /* max-replicas of both; NULL: none */
		int old_size, new_size;
	} rows[] = {
		/* The larger takes all; the other, whose share is less, loses nothing. */
		{ "nothing is left to give", 12, 13, "4", "20", 10, 5 },
		{ "without an annotation", 20, 13, NULL, NULL, 15, 10 },
		{ "an annotation that is no number", 20, 13, "x", "x", 15, 10 },
		{ "an annotation of nothing", 20, 13, "0", "-1", 15, 10 },
		{ "the status says nothing", 20, 0, NULL, NULL, 20, 5 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		static const char *const names[] = { "old", "new" };
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_set(&f, "spec.replicas", node_int(f.arena, rows[i].replicas));
		deployment_set(&f, "status.replicas", node_int(f.arena, rows[i].total));
		deployment_put_set(&f, "old", "web:1", "1", (struct deployment_sizes){ 8, 8 });
		deployment_put_set(&f, "new", "web:2", "2", (struct deployment_sizes){ 5, 0 });
		for (int s = 0; s < 2; s++) {
			const char *most = s ? rows[i].new : rows[i].old;
			fixture_put(&f, node_set(f.arena, set_root(&f, names[s]),
						 "metadata.annotations[deployment.kubernetes.io/"
						 "max-replicas]",
						 most ? node_cstr(f.arena, most) : NULL));
		}
		deployment_run(&f);
		CHECK_INT(deployment_size(&f, "old"), rows[i].old_size);
		CHECK_INT(deployment_size(&f, "new"), rows[i].new_size);
		CHECK_INT(f.plan.events.count, (rows[i].old_size != 8) + (rows[i].new_size != 5));
		fixture_end(&f);
	}
}

/* The new one is there in full: the others go at once. */
static void what_a_full_set_leaves_is_scaled_away(void)
{
	static const struct {
		int available;
		const char *desired; /* as the new set knows */
		int old;	     /* size afterwards */
	} rows[] = { { 10, "10", 0 }, { 9, "10", DEPLOYMENT_NONE }, { 10, "9", DEPLOYMENT_NONE } };

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].desired); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, true);
		deployment_put_set(&f, "old", "web:1", "1", (struct deployment_sizes){ 3, 3 });
		deployment_put_set(&f, "new", "web:2", "2",
				   (struct deployment_sizes){ 10, rows[i].available });
		fixture_put(&f, node_set(f.arena, set_root(&f, "new"),
					 "metadata.annotations[deployment.kubernetes.io/"
					 "desired-replicas]",
					 node_cstr(f.arena, rows[i].desired)));
		deployment_run(&f);
		CHECK_INT(deployment_size(&f, "old"), rows[i].old);
		fixture_end(&f);
	}
}

/* Revisions */

static void the_newest_set_has_the_highest_revision(void)
{
	static const struct {
		const char *old, *new, *history; /* revisions; history of the new one */
		const char *revision, *recorded; /* written to the new set; NULL: nothing */
	} rows[] = {
		{ "1", "2", NULL, NULL, NULL },
		{ "3", "2", NULL, "4", "2" },
		{ "3", "2", "1", "4", "1,2" },
		{ "2", "2", NULL, "3", "2" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].revision); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_put_set(&f, "old", "web:1", rows[i].old,
				   (struct deployment_sizes){ 0, 0 });
		deployment_put_set(&f, "new", "web:2", rows[i].new,
				   (struct deployment_sizes){ 10, 10 });
		if (rows[i].history)
			fixture_put(&f, node_set(f.arena, set_root(&f, "new"),
						 "metadata.annotations[deployment.kubernetes.io/"
						 "revision-history]",
						 node_cstr(f.arena, rows[i].history)));
		deployment_run(&f);
		const struct node *annotations = fixture_written(&f, "new", "metadata.annotations");
		CHECK_STR(node_text(node_get_lit(annotations, "deployment.kubernetes.io/revision")),
			  str_from_cstr(rows[i].revision));
		CHECK_STR(node_text(node_get_lit(annotations,
						 "deployment.kubernetes.io/revision-history")),
			  str_from_cstr(rows[i].recorded));
		CHECK_STR(node_text(fixture_written(
				  &f, "web",
				  "metadata.annotations[deployment.kubernetes.io/revision]")),
			  rows[i].revision ? str_from_cstr(rows[i].revision) : STR("2"));
		fixture_end(&f);
	}
}

/* The ReplicaSet that the last run creates. */
static const struct node *created(const struct fixture *f)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (f->plan.writes.items[i].request.verb == API_CREATE)
			return f->plan.writes.items[i].request.body;
	return NULL;
}

/* Annotations of the Deployment, but for those of tools and controllers. */
static void a_new_set_is_made_of_the_template(void)
{
	struct fixture f = fixture_begin();

	deployment_put(&f, DEPLOYMENT_ROLLING, false);
	deployment_set(&f, "metadata.annotations",
		       node_make(f.arena,
				 "{own: x, kubectl.kubernetes.io/last-applied-configuration: x, "
				 "deployment.kubernetes.io/revision: \"7\", "
				 "deployment.kubernetes.io/revision-history: x, "
				 "deployment.kubernetes.io/desired-replicas: x, "
				 "deployment.kubernetes.io/max-replicas: x, "
				 "deprecated.deployment.rollback.to: x}"));
	deployment_set(&f, "spec.minReadySeconds", node_int(f.arena, 9));
	deployment_run(&f);
	const struct node *set = created(&f);
	struct str hash = object_label(set, STR("pod-template-hash"));
	CHECK(hash.len > 0);
	CHECK_STR(object_name(set), STR_CAT(f.arena, STR("web-"), hash));
	CHECK_STR(node_str_at(set, "spec.selector.matchLabels.pod-template-hash"), hash);
	CHECK_STR(node_str_at(set, "spec.template.metadata.labels.pod-template-hash"), hash);
	CHECK_TEXT(node_str_at(set, "spec.selector.matchLabels.app"), "web");
	CHECK_TEXT(node_str_at(set, "metadata.ownerReferences[0].uid"), "uid-web");
	CHECK(node_bool_at(set, "metadata.ownerReferences[0].controller", false));
	CHECK(node_bool_at(set, "metadata.ownerReferences[0].blockOwnerDeletion", false));
	CHECK_INT(node_int_at(set, "spec.minReadySeconds", -1), 9);
	CHECK_INT(node_int_at(set, "spec.replicas", -1), 10);
	const struct node *annotations = object_annotations(set);
	CHECK_INT(node_entry_count(annotations), 4);
	CHECK_TEXT(node_text(node_get_lit(annotations, "own")), "x");
	CHECK_TEXT(node_text(node_get_lit(annotations, "deployment.kubernetes.io/revision")), "1");
	CHECK_TEXT(
		node_text(node_get_lit(annotations, "deployment.kubernetes.io/desired-replicas")),
		"10");
	CHECK_TEXT(node_text(node_get_lit(annotations, "deployment.kubernetes.io/max-replicas")),
		   "13");
	CHECK(str_starts(fixture_event(&f, 0), STR("Scaled up replica set web-")));
	CHECK(str_ends(fixture_event(&f, 0), STR(" from 0 to 10")));
	fixture_end(&f);
}

/* A collision gives the template another hash. */
static void a_collision_gives_another_name(void)
{
	struct fixture f = fixture_begin();

	deployment_put(&f, DEPLOYMENT_ROLLING, false);
	deployment_run(&f);
	struct str name = object_name(created(&f));
	deployment_set(&f, "status.collisionCount", node_int(f.arena, 1));
	deployment_run(&f);
	CHECK(name.len && !str_equal(object_name(created(&f)), name));
	CHECK_INT(node_int_at(fixture_written(&f, "web", "status"), "collisionCount", -1), 1);
	fixture_end(&f);
}

/* Cleaning up */

/* Beyond the limit the oldest revisions go, when nothing is left of them. */
static void old_sets_go_beyond_the_limit(void)
{
	static const struct {
		const char *what;
		int limit;
		struct deployment_sizes a, b; /* revisions 2 and 1 */
		const char *metadata;	      /* of b */
		const char *deleted;
	} rows[] = {
		{ "within the limit", 2, { 0, 0 }, { 0, 0 }, "{}", "" },
		{ "the lowest revision goes", 1, { 0, 0 }, { 0, 0 }, "{}", "b" },
		{ "none is kept", 0, { 0, 0 }, { 0, 0 }, "{}", "b a" },
		{ "one that goes already does not count",
		  1,
		  { 0, 0 },
		  { 0, 0 },
		  "{deletionTimestamp: \"2027-01-15T08:00:00Z\"}",
		  "" },
		{ "one whose spec is not seen yet stays",
		  0,
		  { 0, 0 },
		  { 0, 0 },
		  "{generation: 2}",
		  "a" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		struct fixture f = fixture_begin();
		struct str deleted = STR("");
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_set(&f, "spec.revisionHistoryLimit", node_int(f.arena, rows[i].limit));
		deployment_put_set(&f, "new", "web:2", "3", (struct deployment_sizes){ 10, 10 });
		deployment_put_set(&f, "a", "web:1", "2", rows[i].a);
		deployment_put_set(&f, "b", "web:0", "1", rows[i].b);
		const struct node *root = set_root(&f, "b"),
				  *metadata = node_get_lit(root, "metadata");
		const struct node *more = node_make(f.arena, rows[i].metadata);
		for (uint32_t m = 0; m < node_entry_count(more); m++)
			metadata = node_with(f.arena, metadata, node_text(node_entry(more, m)->key),
					     node_entry(more, m)->value);
		fixture_put(&f, node_with(f.arena, root, STR("metadata"), metadata));
		deployment_run(&f);
		for (uint32_t w = 0; w < f.plan.writes.count; w++)
			if (f.plan.writes.items[w].request.verb == API_DELETE)
				deleted =
					STR_CAT(f.arena, deleted, deleted.len ? STR(" ") : STR(""),
						f.plan.writes.items[w].request.key.name);
		CHECK_STR(deleted, str_from_cstr(rows[i].deleted));
		fixture_end(&f);
	}
}

/* What has pods still, or is wanted, stays whatever the limit says. */
static void sets_with_pods_stay(void)
{
	static const struct {
		int replicas, pods;
		bool deleted;
	} rows[] = { { 0, 0, true }, { 0, 1, false }, { 1, 0, false } };

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		bool deleted = false;
		deployment_put(&f, DEPLOYMENT_ROLLING, true); /* paused: nothing else happens */
		deployment_set(&f, "spec.revisionHistoryLimit", node_int(f.arena, 0));
		deployment_put_set(&f, "new", "web:2", "3", (struct deployment_sizes){ 9, 9 });
		deployment_put_set(&f, "old", "web:1", "2",
				   (struct deployment_sizes){ rows[i].replicas, 0 });
		fixture_put(&f, node_set(f.arena, set_root(&f, "old"), "status.replicas",
					 node_int(f.arena, rows[i].pods)));
		deployment_run(&f);
		for (uint32_t w = 0; w < f.plan.writes.count; w++)
			deleted |= f.plan.writes.items[w].request.verb == API_DELETE;
		CHECK_INT(deleted, rows[i].deleted);
		fixture_end(&f);
	}
}

/* Adopting */

static void sets_without_a_controller_are_adopted(void)
{
	static const struct {
		const char *metadata;
		bool adopted;
	} rows[] = {
		{ "{name: x, labels: {app: web}}", true },
		{ "{name: x, labels: {app: other}}", false },
		{ "{name: x, labels: {app: web}, deletionTimestamp: \"2027-01-15T08:00:00Z\"}",
		  false },
		{ "{name: x, labels: {app: web}, ownerReferences: [{apiVersion: v1, kind: Other, "
		  "name: o, uid: u, controller: true}]}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		deployment_put(&f, DEPLOYMENT_ROLLING, false);
		deployment_put_set(&f, "new", "web:2", "1", (struct deployment_sizes){ 10, 10 });
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: apps/v1, kind: ReplicaSet, metadata: %n}",
					  node_make(f.arena, rows[i].metadata)));
		deployment_run(&f);
		CHECK_STR(node_text(fixture_written(&f, "x", "metadata.ownerReferences[0].uid")),
			  rows[i].adopted ? STR("uid-web") : STR_NONE);
		CHECK_STR(node_text(fixture_written(&f, "x",
						    "metadata.ownerReferences[0].controller")),
			  rows[i].adopted ? STR("true") : STR_NONE);
		fixture_end(&f);
	}
}

TESTS({ "a change of size is shared", a_change_of_size_is_shared },
      { "a share is in proportion to the old size", a_share_is_one_of_what_was_there },
      { "a fully rolled out ReplicaSet scales the others to 0",
	what_a_full_set_leaves_is_scaled_away },
      { "the newest set has the highest revision", the_newest_set_has_the_highest_revision },
      { "a new set is made of the template", a_new_set_is_made_of_the_template },
      { "a hash collision gives another name", a_collision_gives_another_name },
      { "old sets go beyond the limit", old_sets_go_beyond_the_limit },
      { "sets with pods stay", sets_with_pods_stay },
      { "sets without a controller are adopted", sets_without_a_controller_are_adopted })

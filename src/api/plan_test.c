/* plan_test - what is written, guarded by what, and when it is looked at again */
#include "api/plan.h"

#include "api/controller_test.h"

static const struct object *put(struct fixture *f, const char *status)
{
	return fixture_put(f, node_make(f->arena,
					"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, "
					"data: {x: y}, status: %?n}",
					status ? node_make(f->arena, status) : NULL));
}

static void writes_what_changes(void)
{
	struct fixture f = fixture_begin();
	const struct object *o = put(&f, NULL);

	plan_init(&f.plan, f.arena);
	plan_update(&f.plan, o, o->root);
	CHECK_INT(f.plan.writes.count, 0);
	plan_update(&f.plan, o, node_set(f.arena, o->root, "data.x", node_cstr(f.arena, "z")));
	CHECK_INT(f.plan.writes.count, 1);
	CHECK_INT(f.plan.writes.items[0].request.verb, API_UPDATE);
	CHECK_INT(f.plan.writes.items[0].request.if_version, o->version);
	CHECK_STR(f.plan.writes.items[0].request.if_uid, o->uid);
	fixture_end(&f);
}

static const struct {
	const char *old, *now; /* statuses */
	bool writes;
} statuses[] = {
	{ NULL, "{}", false },	       { NULL, "{a: 1}", true },
	{ "{a: 1}", "{a: 1}", false }, { "{a: 1, b: 2}", "{b: 2, a: 1}", false },
	{ "{a: 1}", "{a: 2}", true },
};

static void writes_statuses_that_change(void)
{
	for (size_t i = 0; TEST_ROW(statuses, i, statuses[i].now); i++) {
		struct fixture f = fixture_begin();
		const struct object *o = put(&f, statuses[i].old);
		plan_init(&f.plan, f.arena);
		plan_status(&f.plan, o, node_make(f.arena, statuses[i].now));
		CHECK_INT(f.plan.writes.count, statuses[i].writes);
		fixture_end(&f);
	}
}

/* The first write of a plan changes the version that the second one comes from. */
static void guards_the_first_write_only(void)
{
	struct fixture f = fixture_begin();
	const struct object *o = put(&f, NULL);

	plan_init(&f.plan, f.arena);
	plan_update(&f.plan, o, node_set(f.arena, o->root, "data.x", node_cstr(f.arena, "z")));
	plan_status(&f.plan, o, node_make(f.arena, "{a: 1}"));
	CHECK_INT(f.plan.writes.items[0].request.if_version, o->version);
	CHECK_INT(f.plan.writes.items[1].request.if_version, 0);
	CHECK_TEXT(f.plan.writes.items[1].request.subresource, "status");
	fixture_end(&f);
}

static void patches_statuses_of_any_version(void)
{
	struct fixture f = fixture_begin();
	const struct object *o = put(&f, NULL);

	plan_init(&f.plan, f.arena);
	plan_status_always(&f.plan, o, node_make(f.arena, "{a: 1}"));
	CHECK_INT(f.plan.writes.items[0].request.if_version, 0);
	CHECK(!node_at(f.plan.writes.items[0].request.body, "metadata.resourceVersion"));
	fixture_end(&f);
}

static void looks_again_at_the_earliest(void)
{
	static const struct {
		int64_t first, second, want;
	} rows[] = { { 50, 20, 20 }, { 20, 50, 20 }, { 0, 20, 0 }, { -5, 20, 0 } };

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		plan_init(&f.plan, f.arena);
		CHECK_INT(f.plan.requeue_after_ms, -1);
		plan_requeue(&f.plan, rows[i].first);
		plan_requeue(&f.plan, rows[i].second);
		CHECK_INT(f.plan.requeue_after_ms, rows[i].want);
		fixture_end(&f);
	}
}

TESTS({ "an unchanged object is not written", writes_what_changes },
      { "statuses are written when they mean something else", writes_statuses_that_change },
      { "a plan is not in conflict with itself", guards_the_first_write_only },
      { "a patched status has no resourceVersion to conflict", patches_statuses_of_any_version },
      { "the earliest of several looks wins", looks_again_at_the_earliest })

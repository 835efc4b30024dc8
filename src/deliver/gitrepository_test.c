/* gitrepository_test - what a source and what is assumed tell of themselves */
#include "api/controller_test.h"
#include "deliver/deliver.h"
#include "kube/health.h"

static void put(struct fixture *f, const char *kind, const char *spec, const char *status)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: source.toolkit.fluxcd.io/v1, kind: %c, metadata: "
				 "{name: r, generation: 2}, spec: %n, status: %n}",
				 kind, node_make(f->arena, spec), node_make(f->arena, status)));
}

static void answer(struct fixture *f, int code, const char *text)
{
	fixture_answer(f, (struct answer){ .name = STR("fetch"),
					   .code = code,
					   .text = str_from_cstr(text),
					   .node = node_make(f->arena, "{digest: d, size: 3}") });
}

static void run(struct fixture *f)
{
	fixture_run(f, &gitrepository_reconciler, "default", "r");
}

static void stores_a_revision(void)
{
	struct fixture f = fixture_begin();

	put(&f, "GitRepository", "{interval: 5m}", "{}");
	run(&f);
	CHECK_TEXT(f.plan.requests.items[0].kind, "fetch");
	answer(&f, 200, "main@sha1:1");
	run(&f);
	const struct node *status = fixture_written(&f, "r", "status");
	CHECK_TEXT(node_str_at(status, "artifact.revision"), "main@sha1:1");
	CHECK_INT(node_int_at(status, "observedGeneration", -1), 2);
	CHECK_TEXT(fixture_event(&f, 0), "stored artifact for revision 'main@sha1:1'");
	CHECK_INT(f.plan.requeue_after_ms, 300000);
	fixture_end(&f);
}

static void is_silent_about_the_same_one(void)
{
	struct fixture f = fixture_begin();

	put(&f, "GitRepository", "{interval: 5m}",
	    "{artifact: {revision: \"main@sha1:1\"}, observedGeneration: 2}");
	answer(&f, 200, "main@sha1:1");
	run(&f);
	CHECK_INT(f.plan.events.count, 0);
	fixture_end(&f);
}

static void rests_while_suspended(void)
{
	struct fixture f = fixture_begin();

	put(&f, "GitRepository", "{suspend: true}", "{}");
	run(&f);
	CHECK_INT(f.plan.requests.count + f.plan.writes.count, 0);
	fixture_end(&f);
}

static void tells_of_a_failure(void)
{
	struct fixture f = fixture_begin();

	put(&f, "GitRepository", "{interval: 5m}", "{}");
	answer(&f, 404, "no such branch");
	run(&f);
	const struct node *o =
		node_make(f.arena, "{status: %?n}", fixture_written(&f, "r", "status"));
	CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "status"), "False");
	CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "message"), "no such branch");
	fixture_end(&f);
}

/* The other kinds */

static const struct reconciler *assumed(const char *name)
{
	for (const struct reconciler *const *r = assumed_reconcilers; *r; r++)
		if (str_equal(str_from_cstr((*r)->name), str_from_cstr(name)))
			return *r;
	return NULL;
}

static void is_ready_after_a_moment(void)
{
	struct fixture f = fixture_begin();
	const struct reconciler *bucket = assumed("source-controller-bucket");

	put(&f, "Bucket", "{}", "{}");
	fixture_run(&f, bucket, "default", "r");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 2000);
	f.now_ms += 2000;
	fixture_run(&f, bucket, "default", "r");
	const struct node *o =
		node_make(f.arena, "{status: %?n}", fixture_written(&f, "r", "status"));
	CHECK(condition_is_true(o, "Ready"));
	CHECK_TEXT(node_str_at(o, "status.artifact.revision"), "assumed");
	fixture_end(&f);
}

TESTS({ "a new revision is stored and told", stores_a_revision },
      { "the same one is not told again", is_silent_about_the_same_one },
      { "nothing happens while it is suspended", rests_while_suspended },
      { "a failure is the reason of Ready", tells_of_a_failure },
      { "what is assumed is ready after a moment", is_ready_after_a_moment })

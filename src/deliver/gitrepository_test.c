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
	CHECK(!f.plan.events.items[0].warning);
	CHECK_TEXT(node_str_at(status, "artifact.digest"), "d");
	CHECK_INT(node_int_at(status, "artifact.size", -1), 3);
	const struct node *o = node_make(f.arena, "{status: %n}", status);
	CHECK(condition_is_true(o, "Ready") && condition_is_true(o, "ArtifactInStorage"));
	CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "reason"), "Succeeded");
	CHECK_INT(node_int_at(condition_get(o, "Ready"), "observedGeneration", -1), 2);
	CHECK_INT(f.plan.requeue_after_ms, 300000);
	fixture_end(&f);
}

static void codes_below_300_are_revisions(void)
{
	static const struct {
		int code;
		const char *revision; /* stored */
	} rows[] = { { 200, "r" }, { 299, "r" }, { 300, "" }, { 404, "" } };

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		struct fixture f = fixture_begin();
		put(&f, "GitRepository", "{}", "{}");
		answer(&f, rows[i].code, "r");
		run(&f);
		CHECK_STR(node_text(fixture_written(&f, "r", "status.artifact.revision")),
			  str_from_cstr(rows[i].revision));
		CHECK_INT(f.plan.requeue_after_ms, 60000); /* an interval is a minute by default */
		fixture_end(&f);
	}
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
	CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "reason"), "GitOperationFailed");
	CHECK(!condition_get(o, "ArtifactInStorage"));
	CHECK_INT(node_int_at(o, "status.observedGeneration", -1), 2);
	CHECK_TEXT(fixture_event(&f, 0), "no such branch");
	CHECK(f.plan.events.items[0].warning);
	CHECK_INT(f.plan.requeue_after_ms, 300000);
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
	f.now_ms += 1999;
	fixture_run(&f, bucket, "default", "r");
	CHECK_INT(f.plan.writes.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 1);
	f.now_ms += 1;
	fixture_run(&f, bucket, "default", "r");
	const struct node *o =
		node_make(f.arena, "{status: %?n}", fixture_written(&f, "r", "status"));
	CHECK(condition_is_true(o, "Ready"));
	CHECK_TEXT(node_str_at(o, "status.artifact.revision"), "assumed");
	fixture_end(&f);
}

/* Of its own kind only, and not what goes. */
static void is_not_ready_when_it_goes_or_is_another_kind(void)
{
	static const struct {
		const char *kind, *metadata;
		int64_t again_ms;
	} rows[] = {
		{ "Bucket", "{name: r}", 2000 },
		{ "Bucket", "{name: r, deletionTimestamp: \"2027-01-15T08:00:00Z\"}", -1 },
		{ "OCIRepository", "{name: r}", -1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: source.toolkit.fluxcd.io/v1, kind: %c, "
					  "metadata: %n}",
					  rows[i].kind, node_make(f.arena, rows[i].metadata)));
		fixture_run(&f, assumed("source-controller-bucket"), "default", "r");
		CHECK_INT(f.plan.requeue_after_ms, rows[i].again_ms);
		fixture_end(&f);
	}
}

TESTS({ "codes below 300 are revisions", codes_below_300_are_revisions },
      { "what is assumed is so for its own kind only",
	is_not_ready_when_it_goes_or_is_another_kind },
      { "a new revision is stored and emits an event", stores_a_revision },
      { "the same revision emits no second event", is_silent_about_the_same_one },
      { "nothing happens while it is suspended", rests_while_suspended },
      { "a failure is the reason of Ready", tells_of_a_failure },
      { "assumed kinds are Ready after a delay", is_ready_after_a_moment })

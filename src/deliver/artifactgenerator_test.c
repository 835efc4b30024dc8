/* artifactgenerator_test - from sources to ExternalArtifacts, one run at a time */
#include "api/controller_test.h"
#include "deliver/deliver.h"
#include "kube/health.h"

static void put_generator(struct fixture *f, const char *artifacts)
{
	fixture_put(
		f, node_make(f->arena,
			     "{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: "
			     "ArtifactGenerator, metadata: {name: parts}, spec: {sources: [{alias: "
			     "repo, kind: GitRepository, name: r}], artifacts: %n}}",
			     node_make(f->arena, artifacts)));
}

static void put_source(struct fixture *f)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, "
				 "metadata: {name: r}, status: {artifact: {revision: %c}}}",
				 "main@sha1:1"));
}

static void put_external(struct fixture *f, const char *name)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: source.toolkit.fluxcd.io/v1, kind: ExternalArtifact, "
			      "metadata: {name: %c, ownerReferences: [{apiVersion: "
			      "source.extensions.fluxcd.io/v1beta1, kind: ArtifactGenerator, name: "
			      "parts, uid: uid-parts, controller: true}]}}",
			      name));
}

static void run(struct fixture *f)
{
	fixture_run(f, &artifactgenerator_reconciler, "default", "parts");
}

static void answer(struct fixture *f, const char *node)
{
	fixture_answer(f, (struct answer){ .name = STR("artifact"),
					   .code = 200,
					   .node = node_make(f->arena, node) });
}

static void waits_for_sources(void)
{
	struct fixture f = fixture_begin();

	put_generator(&f, "[{name: apps}]");
	run(&f);
	const struct node *o =
		node_make(f.arena, "{status: %?n}", fixture_written(&f, "parts", "status"));
	CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "reason"), "SourceFetchFailed");
	CHECK_INT(f.plan.requests.count, 0);
	CHECK_INT(f.plan.requeue_after_ms, 30000);
	fixture_end(&f);
}

static void makes_what_is_not_there(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	put_generator(&f, "[{name: apps}]");
	run(&f);
	CHECK_TEXT(f.plan.requests.items[0].kind, "generate");
	answer(&f, "{digest: \"sha256:d\", size: 3}");
	run(&f);
	CHECK_INT(f.plan.writes.items[0].request.verb, API_CREATE);
	CHECK_TEXT(node_str_at(f.plan.writes.items[0].request.body, "metadata.name"), "apps");
	fixture_end(&f);
}

static const struct {
	const char *artifacts, *answer, *revision;
} revisions[] = {
	{ "[{name: apps}]", "{digest: \"sha256:d\", size: 3}", "latest@sha256:d" },
	{ "[{name: apps, revision: \"@repo\"}]", "{digest: \"sha256:d\", size: 3}", "main@sha1:1" },
	{ "[{name: apps}]", "{digest: \"sha256:d\", size: 0, assumed: true}", "assumed" },
};

static void writes_revisions(void)
{
	for (size_t i = 0; TEST_ROW(revisions, i, revisions[i].artifacts); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		put_generator(&f, revisions[i].artifacts);
		put_external(&f, "apps");
		answer(&f, revisions[i].answer);
		run(&f);
		const struct node *status = fixture_written(&f, "apps", "status");
		CHECK_STR(node_str_at(status, "artifact.revision"),
			  str_from_cstr(revisions[i].revision));
		fixture_end(&f);
	}
}

/* Nothing is made, nothing removed. */
static void tells_what_cannot_be_made(void)
{
	static const struct {
		const char *artifacts, *text; /* text NULL: it can */
		const char *message;
	} faults[] = {
		{ "[{name: apps}]", "source 'x' does not exist",
		  "apps build failed: source 'x' does not exist" },
		{ "[{name: apps, revision: \"@nope\"}]", NULL,
		  "revision @nope not found in sources" },
	};

	for (size_t i = 0; TEST_ROW(faults, i, faults[i].artifacts); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		put_generator(&f, faults[i].artifacts);
		put_external(&f, "old");
		if (faults[i].text)
			fixture_answer(&f,
				       (struct answer){ .name = STR("artifact"),
							.code = 422,
							.text = str_from_cstr(faults[i].text) });
		else
			answer(&f, "{digest: \"sha256:d\"}");
		run(&f);
		const struct node *o =
			node_make(f.arena, "{status: %?n}", fixture_written(&f, "parts", "status"));
		CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "reason"), "BuildFailed");
		CHECK_STR(node_str_at(condition_get(o, "Ready"), "message"),
			  str_from_cstr(faults[i].message));
		CHECK_INT(f.plan.writes.count, 1);
		fixture_end(&f);
	}
}

static void removes_what_is_left(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	put_generator(&f, "[{name: apps}]");
	put_external(&f, "old");
	answer(&f, "{digest: \"sha256:d\"}");
	run(&f);
	CHECK_INT(f.plan.writes.count, 3); /* create, delete, status */
	CHECK_INT(f.plan.writes.items[1].request.verb, API_DELETE);
	CHECK_TEXT(f.plan.writes.items[1].request.key.name, "old");
	fixture_end(&f);
}

TESTS({ "sources come first", waits_for_sources },
      { "an artifact that is not there is made", makes_what_is_not_there },
      { "revisions: of a source, or of what is in it", writes_revisions },
      { "what an earlier spec made goes", removes_what_is_left },
      { "what cannot be made is told", tells_what_cannot_be_made })

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
		CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "status"), "False");
		CHECK_STR(fixture_event(&f, 0), str_from_cstr(faults[i].message));
		CHECK(f.plan.events.items[0].warning);
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

/* Each source that the spec names, of its kind and in its namespace. */
static void every_source_must_be_there(void)
{
	static const struct {
		const char *sources;
		const char *message; /* NULL: all are there */
	} rows[] = {
		{ "[{alias: repo, kind: GitRepository, name: r}]", NULL },
		{ "[{alias: repo, kind: GitRepository, name: r, namespace: default}]", NULL },
		{ "[{alias: repo, kind: GitRepository, name: r, namespace: other}]",
		  "source 'GitRepository/r' is not ready" },
		{ "[{alias: repo, kind: GitRepository, name: r}, {alias: b, kind: Bucket, name: "
		  "b}]",
		  "source 'Bucket/b' is not ready" },
		{ "[{alias: repo, kind: GitRepository, name: r}, {alias: c, kind: ConfigMap, name: "
		  "c}]",
		  "source 'ConfigMap/c' is not ready" },
		{ "[{alias: repo, kind: GitRepository, name: empty}]",
		  "source 'GitRepository/empty' is not ready" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].sources); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		fixture_put(&f,
			    node_make(f.arena, "{apiVersion: source.toolkit.fluxcd.io/v1, kind: "
					       "GitRepository, metadata: {name: empty}}"));
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: "
					  "ArtifactGenerator, metadata: {name: parts}, spec: "
					  "{sources: %n, artifacts: [{name: apps}]}}",
					  node_make(f.arena, rows[i].sources)));
		run(&f);
		CHECK_INT(f.plan.requests.count, !rows[i].message);
		const struct node *o =
			node_make(f.arena, "{status: %?n}", fixture_written(&f, "parts", "status"));
		CHECK_STR(node_str_at(condition_get(o, "Ready"), "message"),
			  rows[i].message ? str_from_cstr(rows[i].message) : STR_NONE);
		fixture_end(&f);
	}
}

/* Only what has no answer yet is asked for; all are written in one run. */
static void several_artifacts_are_made_together(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	put_generator(&f, "[{name: apps}, {name: infra}]");
	run(&f);
	CHECK_INT(f.plan.requests.count, 2);
	answer(&f, "{digest: \"sha256:d\", size: 3}");
	run(&f);
	if (CHECK_INT(f.plan.requests.count, 1)) {
		CHECK_INT(f.plan.requests.items[0].number, 1);
		CHECK_TEXT(node_str_at(f.plan.requests.items[0].arguments, "artifact.name"),
			   "infra");
	}
	fixture_answer(&f, (struct answer){ .name = STR("artifact"),
					    .number = 1,
					    .code = 299,
					    .node = node_make(f.arena, "{digest: e}") });
	run(&f);
	CHECK_INT(f.plan.writes.count, 3); /* two, and the status */
	CHECK_TEXT(node_str_at(f.plan.writes.items[1].request.body, "metadata.name"), "infra");
	CHECK_TEXT(node_str_at(f.plan.writes.items[1].request.body, "spec.sourceRef.name"),
		   "parts");
	const struct node *o =
		node_make(f.arena, "{status: %?n}", fixture_written(&f, "parts", "status"));
	CHECK_TEXT(node_str_at(condition_get(o, "Ready"), "message"),
		   "reconciliation succeeded, generated 2 artifact(s)");
	CHECK(condition_is_true(o, "Ready"));
	fixture_end(&f);
}

/* The artifact that is there keeps its time, unless revision or digest is another one. */
static void the_same_artifact_is_not_written_again(void)
{
	static const struct {
		const char *revision, *digest;
		bool same;
	} rows[] = {
		{ "latest@sha256:d", "sha256:d", true },
		{ "latest@sha256:e", "sha256:d", false },
		{ "latest@sha256:d", "sha256:e", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].revision); i++) {
		struct fixture f = fixture_begin();
		put_source(&f);
		put_generator(&f, "[{name: apps}]");
		fixture_put(
			&f,
			node_make(f.arena,
				  "{apiVersion: source.toolkit.fluxcd.io/v1, kind: "
				  "ExternalArtifact, metadata: {name: apps}, status: {artifact: "
				  "{revision: %c, digest: %c, lastUpdateTime: before}}}",
				  rows[i].revision, rows[i].digest));
		answer(&f, "{digest: \"sha256:d\", size: 3}");
		run(&f);
		CHECK_STR(node_text(fixture_written(&f, "apps", "status.artifact.lastUpdateTime")),
			  rows[i].same ? STR("before") : STR("2027-01-15T08:00:00Z"));
		CHECK_STR(node_text(fixture_written(&f, "apps", "status.artifact.revision")),
			  STR("latest@sha256:d"));
		fixture_end(&f);
	}
}

static void rests_while_it_is_switched_off_or_goes(void)
{
	static const struct {
		const char *metadata;
		bool works;
	} rows[] = {
		{ "{name: parts}", true },
		{ "{name: parts, annotations: {source.extensions.fluxcd.io/reconcile: Disabled}}",
		  false },
		{ "{name: parts, annotations: {source.extensions.fluxcd.io/reconcile: enabled}}",
		  true },
		{ "{name: parts, deletionTimestamp: \"2027-01-15T08:00:00Z\", finalizers: [x]}",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].metadata); i++) {
		struct fixture f = fixture_begin();
		fixture_put(&f, node_make(f.arena,
					  "{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: "
					  "ArtifactGenerator, metadata: %n, spec: {artifacts: "
					  "[{name: apps}]}}",
					  node_make(f.arena, rows[i].metadata)));
		run(&f);
		CHECK_INT(f.plan.requests.count, rows[i].works);
		fixture_end(&f);
	}
}

/* What goes already is not deleted again. */
static void what_goes_is_left_alone(void)
{
	struct fixture f = fixture_begin();

	put_source(&f);
	put_generator(&f, "[]");
	put_external(&f, "old");
	const struct object *old = cache_get(f.cache, KIND_EXTERNALARTIFACT,
					     (struct key){ STR("default"), STR("old") });
	fixture_put(&f, node_set(f.arena, old->root, "metadata.deletionTimestamp",
				 node_cstr(f.arena, "2027-01-15T08:00:00Z")));
	run(&f);
	CHECK_INT(f.plan.writes.count, 1); /* the status */
	fixture_end(&f);
}

static void any_source_wakes_all_of_them(void)
{
	struct fixture f = fixture_begin();
	const struct view view = { .cache = f.cache, .arena = f.arena };
	struct keys keys = { .arena = f.arena };

	put_generator(&f, "[]");
	fixture_put(&f, node_make(f.arena, "{apiVersion: source.extensions.fluxcd.io/v1beta1, "
					   "kind: ArtifactGenerator, metadata: {name: other}}"));
	artifactgenerator_reconciler.watches[1].map(&view, NULL, NULL, &keys);
	if (CHECK_INT(keys.items.count, 2)) {
		CHECK_TEXT(keys.items.items[0].name, "other");
		CHECK_TEXT(keys.items.items[1].name, "parts");
	}
	fixture_end(&f);
}

TESTS({ "any source enqueues all generators", any_source_wakes_all_of_them },
      { "every source must be there", every_source_must_be_there },
      { "several artifacts are made together", several_artifacts_are_made_together },
      { "the same artifact is not written again", the_same_artifact_is_not_written_again },
      { "it rests while it is switched off, or goes", rests_while_it_is_switched_off_or_goes },
      { "an artifact that is being deleted is left alone", what_goes_is_left_alone },
      { "sources come first", waits_for_sources },
      { "an artifact that is not there is made", makes_what_is_not_there },
      { "revisions: of a source, or of what is in it", writes_revisions },
      { "artifacts of an earlier spec are deleted", removes_what_is_left },
      { "a failed artifact is reported", tells_what_cannot_be_made })

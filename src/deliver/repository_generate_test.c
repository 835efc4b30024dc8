/* repository_generate_test - artifacts of parts of the repository: copies, faults, assumptions */
#include "deliver/repository_test.h"

/* ArtifactGenerator flux-system/parts: alias repo is this repository, far and away are others. */
static const struct node *generator(struct repository_fixture *f)
{
	return node_make(
		f->arena,
		"{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: "
		"ArtifactGenerator, metadata: {name: parts, namespace: flux-system}, spec: "
		"{sources: [{alias: far, kind: Bucket, name: flux-system}, {alias: repo, "
		"kind: GitRepository, name: flux-system}, {alias: away, kind: "
		"GitRepository, name: flux-system, namespace: other}]}}");
}

static void begin(struct repository_fixture *f)
{
	repository_test_begin(f, "");
	repository_test_put_root(f);
	repository_test_file(f, 0, "apps/web/a.yaml", "a: 1");
	repository_test_file(f, 0, "apps/web/b.yaml", "b: 1");
	repository_test_file(f, 0, "infra/c.yaml", "c: 1");
	repository_test_file(f, 0, "x.tgz", "");
}

/* The artifact "apps" of these copies. */
static struct str ask(struct repository_fixture *f, const char *copies)
{
	return repository_ask(f, "generate",
			      node_make(f->arena,
					"{generator: %n, artifact: {name: apps, copy: %n}}",
					generator(f), node_make(f->arena, copies)));
}

static void copies_make_an_artifact(void)
{
	static const struct {
		const char *copies;
		int size; /* files */
	} rows[] = {
		{ "[]", 0 },
		{ "[{from: \"@repo/apps/web/a.yaml\", to: \"@artifact/\"}]", 1 },
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\"}]", 2 },
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\", exclude: [\"**/b.yaml\"]}, "
		  "{from: "
		  "\"@repo/infra/**\", to: \"@artifact/x/\"}]",
		  2 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].copies); i++) {
		struct repository_fixture f;
		begin(&f);
		CHECK_TEXT(ask(&f, rows[i].copies), "200");
		CHECK_INT(node_int_at(f.node, "size", -1), rows[i].size);
		CHECK(str_starts(node_str_at(f.node, "digest"), STR("sha256:")));
		CHECK_INT(node_bool_at(f.node, "assumed", true), false);
		CHECK_TEXT(buf_str(&f.assumed), "");
		repository_test_end(&f);
	}
}

#define FAULT(from, to)                                                                            \
	"422 failed to apply copy operations: failed to apply copy operation from '" from          \
	"' to '" to "': "

static void a_copy_that_cannot_be_says_why(void)
{
	static const struct {
		const char *copies, *answer;
	} rows[] = {
		{ "[{from: repo/apps, to: \"@artifact/\"}]",
		  FAULT("repo/apps", "@artifact/") "source format must be '@alias/pattern'" },
		{ "[{from: \"@repo/apps\", to: artifact/x}]",
		  FAULT("@repo/apps", "artifact/x") "destination must start with '@artifact/'" },
		{ "[{from: \"@repo/apps\", to: \"@other/x\"}]",
		  FAULT("@repo/apps", "@other/x") "destination must start with '@artifact/'" },
		{ "[{from: \"@repo/apps\", to: \"@artifact/../x\"}]",
		  FAULT("@repo/apps",
			"@artifact/../x") "destination path must stay within the artifact root" },
		{ "[{from: \"@repo/apps\", to: \"@artifact/a/..\"}]",
		  FAULT("@repo/apps",
			"@artifact/a/..") "destination path must stay within the artifact root" },
		{ "[{from: \"@repo/apps\", to: \"@artifact//x\"}]",
		  FAULT("@repo/apps",
			"@artifact//x") "destination path must stay within the artifact root" },
		{ "[{from: \"@nope/apps\", to: \"@artifact/\"}]",
		  FAULT("@nope/apps", "@artifact/") "source alias 'nope' not found" },
		{ "[{from: \"@repo/nope\", to: \"@artifact/\"}]",
		  FAULT("@repo/nope", "@artifact/") "source 'nope' does not exist" },
		{ "[{from: \"@repo/nope/*\", to: \"@artifact/\"}]",
		  FAULT("@repo/nope/*",
			"@artifact/") "no files match pattern 'nope/*' in source 'repo'" },
		/* the first of two that cannot */
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\"}, {from: \"@repo/nope\", to: "
		  "\"@artifact/\"}, {from: \"@repo/no\", to: \"@artifact/\"}]",
		  FAULT("@repo/nope", "@artifact/") "source 'nope' does not exist" },
		{ "[{from: \"@repo/nope\", to: \"@artifact/\", optional: true}]", "200" },
		{ "[{from: \"@repo/apps\", to: \"@artifact/a..b\"}]", "200" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].copies); i++) {
		struct repository_fixture f;
		begin(&f);
		CHECK_STR(ask(&f, rows[i].copies), str_from_cstr(rows[i].answer));
		repository_test_end(&f);
	}
}

/* Of a kind, a name or a namespace that is not this repository. */
static void sources_that_are_not_here_are_assumed(void)
{
	static const struct {
		const char *copies;
		bool assumed;
	} rows[] = {
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\"}]", false },
		{ "[{from: \"@far/apps/**\", to: \"@artifact/\"}]", true },
		{ "[{from: \"@away/apps/**\", to: \"@artifact/\"}]", true },
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\"}, {from: \"@far/x\", to: "
		  "\"@artifact/\", strategy: Merge}]",
		  true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].copies); i++) {
		struct repository_fixture f;
		begin(&f);
		CHECK_TEXT(ask(&f, rows[i].copies), "200");
		CHECK_INT(node_bool_at(f.node, "assumed", false), rows[i].assumed);
		CHECK_STR(buf_str(&f.assumed),
			  rows[i].assumed ? STR("ExternalArtifact/flux-system/apps\n") : STR(""));
		repository_test_end(&f);
	}
}

static void strategies_are_told(void)
{
	static const struct {
		const char *copies, *assumed;
	} rows[] = {
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\", strategy: Overwrite}]", "" },
		{ "[{from: \"@repo/apps/**\", to: \"@artifact/\", strategy: Merge}]", "" },
		{ "[{from: \"@repo/x.tgz\", to: \"@artifact/\", strategy: Extract}]",
		  "what is in the archive x.tgz\nExternalArtifact/flux-system/apps\n" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].copies); i++) {
		struct repository_fixture f;
		begin(&f);
		CHECK_TEXT(ask(&f, rows[i].copies), "200");
		CHECK_STR(buf_str(&f.assumed), str_from_cstr(rows[i].assumed));
		repository_test_end(&f);
	}
}

/* Made again for another revision, or another spec. */
static void an_artifact_is_made_once(void)
{
	struct key key = { STR("flux-system"), STR("apps") };
	struct repository_fixture f;

	begin(&f);
	repository_test_file(&f, 1, "apps/web/a.yaml", "a: 2");
	CHECK(!repository_generated(&f.repository, key));
	ask(&f, "[{from: \"@repo/apps/**\", to: \"@artifact/\"}]");
	const struct generated_artifact *first = repository_generated(&f.repository, key);
	CHECK(first != NULL);
	ask(&f, "[{from: \"@repo/apps/**\", to: \"@artifact/\"}]");
	CHECK(repository_generated(&f.repository, key) == first);
	f.repository.current = &f.revisions[1];
	ask(&f, "[{from: \"@repo/apps/**\", to: \"@artifact/\"}]");
	const struct generated_artifact *second = repository_generated(&f.repository, key);
	CHECK(second != first);
	CHECK_INT(second->files.files.count, 1);
	CHECK_INT(node_int_at(f.node, "size", -1), 1);
	const struct node *changed =
		node_set(f.arena, generator(&f), "spec.interval", node_cstr(f.arena, "5m"));
	repository_ask(&f, "generate",
		       node_make(f.arena, "{generator: %n, artifact: {name: apps}}", changed));
	CHECK(repository_generated(&f.repository, key) != second);
	CHECK_INT(f.repository.generated.count, 3);
	repository_test_end(&f);
}

/* A Kustomization on an ExternalArtifact is built from its files, which keep their origin. */
static void a_kustomization_is_built_from_an_artifact(void)
{
	struct repository_fixture f;

	begin(&f);
	repository_test_file(&f, 0, "deploy/a.yaml",
			     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: "
			     "shop}\n");
	ask(&f, "[{from: \"@repo/deploy/**\", to: \"@artifact/x/\"}]");
	repository_ask(
		&f, "build",
		node_make(f.arena,
			  "{kustomization: {apiVersion: kustomize.toolkit.fluxcd.io/v1, "
			  "kind: Kustomization, metadata: {name: k, namespace: flux-system}, "
			  "spec: {path: x, sourceRef: {kind: ExternalArtifact, name: "
			  "apps}}}, revision: \"latest@sha256:1\", variables: {}}"));
	CHECK_TEXT(f.answer, "200");
	CHECK(repository_find(&f.repository, STR("ConfigMap"),
			      (struct key){ STR("shop"), STR("a") }));
	CHECK_TEXT(repository_path(&f.repository.moved,
				   STR("/ExternalArtifact/flux-system/apps/x/a.yaml")),
		   "deploy/a.yaml");
	repository_test_end(&f);
}

TESTS({ "copies make an artifact", copies_make_an_artifact },
      { "a copy that cannot be says why", a_copy_that_cannot_be_says_why },
      { "sources that are not here are assumed", sources_that_are_not_here_are_assumed },
      { "strategies are told", strategies_are_told },
      { "an artifact is made once", an_artifact_is_made_once },
      { "a Kustomization is built from an artifact", a_kustomization_is_built_from_an_artifact })

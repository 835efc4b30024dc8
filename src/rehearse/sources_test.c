/* sources_test - which sources are this repository, and what of it they hold */
#include "rehearse/sources.h"

#include "rehearse/rehearsal_test.h"

static void apply_root(struct rehearsal_fixture *f)
{
	rehearsal_apply(f, node_make(f->arena, "{apiVersion: v1, kind: Namespace, metadata: {name: "
					       "flux-system}}"));
	rehearsal_apply(f, node_make(f->arena,
				     "{apiVersion: source.toolkit.fluxcd.io/v1, kind: "
				     "GitRepository, metadata: {name: flux-system, namespace: "
				     "flux-system}, spec: {interval: 1m, url: %c, ref: {branch: "
				     "main}}}",
				     "https://example.com/shop"));
}

static void a_source_with_the_same_address_and_ref_is_this_repository(void)
{
	static const struct {
		const char *name, *url, *branch;
		bool ours;
	} cases[] = {
		{ "flux-system", "https://example.com/other", "x", true }, /* by its name */
		{ "copy", "https://example.com/shop", "main", true },
		{ "copy", "https://example.com/shop", "next", false },
		{ "copy", "https://example.com/other", "main", false },
	};
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	apply_root(&f);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		struct key key = { STR("flux-system"), str_from_cstr(cases[i].name) };
		const struct node *object =
			node_make(f.arena, "{spec: {url: %c, ref: {branch: %c}}}", cases[i].url,
				  cases[i].branch);
		CHECK_INT(sources_is_ours(&f.r.sources, key, object), cases[i].ours);
	}
	rehearsal_end(&f);
}

static void artifacts_leave_out_what_is_ignored_and_are_kept(void)
{
	static const char *const paths[] = { "app/a.yaml", "app/b.txt", "docs/c.yaml", "d.png" };
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		snapshot_put(&f.revisions[0].files,
			     (struct snapshot_file){ .path = str_from_cstr(paths[i]),
						     .bytes = STR("x") });
	f.r.sources.current = &f.revisions[0];
	const struct snapshot *all = sources_artifact(&f.r.sources, STR_NONE);
	CHECK(snapshot_find(all, STR("app/a.yaml")) && snapshot_find(all, STR("docs/c.yaml")));
	CHECK(!snapshot_find(all, STR("d.png"))); /* by default */
	const struct snapshot *some = sources_artifact(&f.r.sources, STR("/docs"));
	CHECK(snapshot_find(some, STR("app/a.yaml")) && !snapshot_find(some, STR("docs/c.yaml")));
	CHECK(sources_artifact(&f.r.sources, STR_NONE) == all);
	CHECK(sources_artifact(&f.r.sources, STR("/docs")) == some);
	f.r.sources.current = &f.revisions[1]; /* without files */
	CHECK_INT(sources_artifact(&f.r.sources, STR_NONE)->files.count, 0);
	rehearsal_end(&f);
}

static void what_is_assumed_is_listed_once(void)
{
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	sources_begin_at(&f.r.sources, STR(""));
	CHECK_INT(f.r.sources.assumed.count, 0);
	CHECK_TEXT(f.r.sources.root, "/");
	sources_begin_at(&f.r.sources, STR("shop"));
	sources_assume(&f.r.sources, STR("HelmRepository/flux-system/podinfo"));
	sources_assume(&f.r.sources, STR("HelmRepository/flux-system/podinfo"));
	CHECK_INT(f.r.sources.assumed.count, 2);
	CHECK_TEXT(f.r.sources.assumed.items[0], "the repository begins at shop: paths of its "
						 "Kustomizations are found there only");
	CHECK_TEXT(f.r.sources.root, "/shop");
	CHECK_TEXT(sources_revision_text(&f.r.sources, &f.revisions[1]), "main@sha1:2222");
	rehearsal_end(&f);
}

static void files_that_an_artifact_moved_are_told_where_they_lie(void)
{
	struct str old = STR("deploy/app/a.yaml");
	struct generated_artifact g = {};
	struct generated_artifact *kept = &g;
	struct rehearsal_fixture f;

	rehearsal_begin(&f);
	map_init(&g.moved, f.arena);
	map_put(&g.moved, STR("app/a.yaml"), &old);
	VEC_PUSH(f.arena, &f.r.sources.generated, kept);
	CHECK_TEXT(sources_path(&f.r.sources, STR("/app/a.yaml")), "deploy/app/a.yaml");
	CHECK_TEXT(sources_path(&f.r.sources, STR("/app/b.yaml")), "app/b.yaml");
	rehearsal_end(&f);
}

TESTS({ "a source with the same address and ref is this repository",
	a_source_with_the_same_address_and_ref_is_this_repository },
      { "artifacts leave out what is ignored, and are kept",
	artifacts_leave_out_what_is_ignored_and_are_kept },
      { "what is assumed is listed once", what_is_assumed_is_listed_once },
      { "files that an artifact moved are told where they lie",
	files_that_an_artifact_moved_are_told_where_they_lie })

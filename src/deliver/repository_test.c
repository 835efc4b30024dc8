/* repository_test - which sources are this repository, and what of it they hold */
#include "deliver/repository_test.h"

static void a_source_with_the_same_address_and_ref_is_this_repository(void)
{
	static const struct {
		const char *name, *url, *branch;
		bool ours;
	} cases[] = {
		{ "flux-system", "https://example.com/other", "x", true }, /* by its name */
		{ "flux-system-2", "https://example.com/other", "x", false },
		{ "copy", "https://example.com/shop", "main", true },
		{ "copy", "https://example.com/shop", "next", false },
		{ "copy", "https://example.com/other", "main", false },
	};
	struct repository_fixture f;

	repository_test_begin(&f, "");
	repository_test_put_root(&f);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		struct key key = { STR("flux-system"), str_from_cstr(cases[i].name) };
		const struct node *object =
			node_make(f.arena, "{spec: {url: %c, ref: {branch: %c}}}", cases[i].url,
				  cases[i].branch);
		CHECK_INT(repository_is_ours(&f.repository, key, object), cases[i].ours);
	}
	repository_test_end(&f);
}

/* What is not this repository cannot be reached, and is taken as healthy. */
static void fetching_gives_a_revision_or_assumes_one(void)
{
	static const struct {
		const char *url, *answer, *assumed;
		int size; /* of the artifact: its files */
	} rows[] = {
		{ "https://example.com/shop", "200 main@sha1:1111", "", 2 },
		{ "https://example.com/other", "200 assumed", "GitRepository/flux-system/copy\n",
		  0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].url); i++) {
		struct repository_fixture f;
		repository_test_begin(&f, "");
		repository_test_put_root(&f);
		repository_test_file(&f, 0, "app/a.yaml", "a: b");
		repository_test_file(&f, 0, "app/b.yaml", "a: b");
		repository_test_file(&f, 0, "docs/c.yaml", "a: b");
		CHECK_STR(repository_ask(&f, "fetch",
					 node_make(f.arena,
						   "{kind: GitRepository, metadata: {namespace: "
						   "flux-system, name: copy}, spec: {url: %c, ref: "
						   "{branch: main}, ignore: /docs}}",
						   rows[i].url)),
			  str_from_cstr(rows[i].answer));
		CHECK_INT(node_int_at(f.node, "size", -1), rows[i].size);
		CHECK_INT(node_str_at(f.node, "digest").len, strlen("sha256:") + 64);
		CHECK_STR(buf_str(&f.assumed), str_from_cstr(rows[i].assumed));
		repository_test_end(&f);
	}
}

static void artifacts_leave_out_what_is_ignored_and_are_kept(void)
{
	static const char *const paths[] = { "app/a.yaml", "app/b.txt", "docs/c.yaml", "d.png" };
	struct repository_fixture f;

	repository_test_begin(&f, "");
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		repository_test_file(&f, 0, paths[i], "x");
	const struct snapshot *all = repository_artifact(&f.repository, STR_NONE);
	CHECK(snapshot_find(all, STR("app/a.yaml")) && snapshot_find(all, STR("docs/c.yaml")));
	CHECK(!snapshot_find(all, STR("d.png"))); /* by default */
	const struct snapshot *some = repository_artifact(&f.repository, STR("/docs"));
	CHECK(snapshot_find(some, STR("app/a.yaml")) && !snapshot_find(some, STR("docs/c.yaml")));
	CHECK(repository_artifact(&f.repository, STR_NONE) == all);
	CHECK(repository_artifact(&f.repository, STR("/docs")) == some);
	f.repository.current = &f.revisions[1]; /* without files */
	CHECK_INT(repository_artifact(&f.repository, STR_NONE)->files.count, 0);
	repository_test_end(&f);
}

static void a_source_that_is_a_folder_is_assumed(void)
{
	struct repository_fixture f;

	repository_test_begin(&f, "");
	CHECK_TEXT(buf_str(&f.assumed), "");
	CHECK_TEXT(f.repository.root, "/");
	repository_test_end(&f);
	repository_test_begin(&f, "shop");
	CHECK_TEXT(buf_str(&f.assumed), "the repository begins at shop: paths of its "
					"Kustomizations are found there only\n");
	CHECK_TEXT(f.repository.root, "/shop");
	CHECK_TEXT(repository_revision_text(&f.repository, &f.revisions[1]), "main@sha1:2222");
	repository_test_end(&f);
}

static void files_that_an_artifact_moved_are_told_where_they_lie(void)
{
	struct str old = STR("deploy/app/a.yaml");
	struct repository_fixture f;

	repository_test_begin(&f, "");
	map_put(&f.repository.moved, STR("app/a.yaml"), &old);
	CHECK_TEXT(repository_path(&f.repository.moved, STR("/app/a.yaml")), "deploy/app/a.yaml");
	CHECK_TEXT(repository_path(&f.repository.moved, STR("/app/b.yaml")), "app/b.yaml");
	repository_test_end(&f);
}

/* Of the last render that has it. */
static void objects_are_found_as_they_were_rendered_last(void)
{
	struct repository_fixture f;

	repository_test_begin(&f, "");
	for (int i = 0; i < 2; i++) {
		struct kept_render *kept = arena_one(f.arena, struct kept_render);
		const struct node **objects = arena_array(f.arena, const struct node *, 2);
		objects[0] = node_make(f.arena, "{kind: ConfigMap, metadata: {namespace: a, name: "
						"other}}");
		objects[1] = node_make(f.arena,
				       "{kind: ConfigMap, metadata: {namespace: a, name: x}, "
				       "data: {number: %d}}",
				       i);
		kept->render = (struct render){ .objects = objects, .count = 2 };
		VEC_PUSH(f.arena, &f.repository.renders, kept);
	}
	const struct node *x = repository_find(&f.repository, STR("ConfigMap"),
					       (struct key){ STR("a"), STR("x") });
	CHECK_INT(node_int_at(x, "data.number", -1), 1);
	CHECK(!repository_find(&f.repository, STR("Secret"), (struct key){ STR("a"), STR("x") }));
	CHECK(!repository_find(&f.repository, STR("ConfigMap"),
			       (struct key){ STR("b"), STR("x") }));
	repository_test_end(&f);
}

TESTS({ "fetching gives a revision, or assumes one", fetching_gives_a_revision_or_assumes_one },
      { "objects are found as they were rendered last",
	objects_are_found_as_they_were_rendered_last },
      { "a source with the same address and ref is this repository",
	a_source_with_the_same_address_and_ref_is_this_repository },
      { "artifacts leave out what is ignored, and are kept",
	artifacts_leave_out_what_is_ignored_and_are_kept },
      { "a source that is a folder is assumed", a_source_that_is_a_folder_is_assumed },
      { "files that an artifact moved are told where they lie",
	files_that_an_artifact_moved_are_told_where_they_lie })

/* repository_test - which sources are this repository, and what of it they hold */
#include "deliver/repository_inside.h"

#include "api/controller_test.h"
#include "base/buf.h"

struct repository_fixture {
	struct fixture cluster;
	struct arena *arena;
	struct revision revisions[2];
	struct repository repository;
	struct buf assumed; /* each with a line feed */
};

static void note_assumed(void *context, struct str what)
{
	buf_printf(context, "%.*s\n", STR_FMT(what));
}

/* The source begins at that folder. */
static void begin(struct repository_fixture *f, const char *folder)
{
	*f = (struct repository_fixture){ .cluster = fixture_begin() };
	f->arena = f->cluster.arena;
	buf_init(&f->assumed, f->arena);
	for (size_t i = 0; i < ARRAY_COUNT(f->revisions); i++) {
		f->revisions[i].hash = i ? STR("2222") : STR("1111");
		snapshot_init(&f->revisions[i].files, f->arena);
	}
	repository_init(&f->repository,
			&(struct repository_options){ .arena = f->arena,
						      .branch = STR("main"),
						      .folder = str_from_cstr(folder),
						      .assume = note_assumed,
						      .context = &f->assumed });
	repository_begin(&f->repository, NULL, f->cluster.cache);
}

static void end(struct repository_fixture *f)
{
	fixture_end(&f->cluster);
}

static void put_root(struct repository_fixture *f)
{
	const struct kind *kind = schemas_kind_by_id(f->cluster.schemas, KIND_GITREPOSITORY);
	const struct node *root =
		node_make(f->arena,
			  "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, "
			  "metadata: {name: flux-system, namespace: flux-system, uid: u}, spec: "
			  "{interval: 1m, url: %c, ref: {branch: main}}}",
			  "https://example.com/shop");
	struct object *object = object_new(kind, root, NULL, NULL, 0);

	cache_update(f->cluster.cache, NULL, object, 1);
	object_unref(object);
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
	struct repository_fixture f;

	begin(&f, "");
	put_root(&f);
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		struct key key = { STR("flux-system"), str_from_cstr(cases[i].name) };
		const struct node *object =
			node_make(f.arena, "{spec: {url: %c, ref: {branch: %c}}}", cases[i].url,
				  cases[i].branch);
		CHECK_INT(repository_is_ours(&f.repository, key, object), cases[i].ours);
	}
	end(&f);
}

static void artifacts_leave_out_what_is_ignored_and_are_kept(void)
{
	static const char *const paths[] = { "app/a.yaml", "app/b.txt", "docs/c.yaml", "d.png" };
	struct repository_fixture f;

	begin(&f, "");
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		snapshot_put(&f.revisions[0].files,
			     (struct snapshot_file){ .path = str_from_cstr(paths[i]),
						     .bytes = STR("x") });
	f.repository.current = &f.revisions[0];
	const struct snapshot *all = repository_artifact(&f.repository, STR_NONE);
	CHECK(snapshot_find(all, STR("app/a.yaml")) && snapshot_find(all, STR("docs/c.yaml")));
	CHECK(!snapshot_find(all, STR("d.png"))); /* by default */
	const struct snapshot *some = repository_artifact(&f.repository, STR("/docs"));
	CHECK(snapshot_find(some, STR("app/a.yaml")) && !snapshot_find(some, STR("docs/c.yaml")));
	CHECK(repository_artifact(&f.repository, STR_NONE) == all);
	CHECK(repository_artifact(&f.repository, STR("/docs")) == some);
	f.repository.current = &f.revisions[1]; /* without files */
	CHECK_INT(repository_artifact(&f.repository, STR_NONE)->files.count, 0);
	end(&f);
}

static void a_source_that_is_a_folder_is_assumed(void)
{
	struct repository_fixture f;

	begin(&f, "");
	CHECK_TEXT(buf_str(&f.assumed), "");
	CHECK_TEXT(f.repository.root, "/");
	end(&f);
	begin(&f, "shop");
	CHECK_TEXT(buf_str(&f.assumed), "the repository begins at shop: paths of its "
					"Kustomizations are found there only\n");
	CHECK_TEXT(f.repository.root, "/shop");
	CHECK_TEXT(repository_revision_text(&f.repository, &f.revisions[1]), "main@sha1:2222");
	end(&f);
}

static void files_that_an_artifact_moved_are_told_where_they_lie(void)
{
	struct str old = STR("deploy/app/a.yaml");
	struct repository_fixture f;

	begin(&f, "");
	map_put(&f.repository.moved, STR("app/a.yaml"), &old);
	CHECK_TEXT(repository_path(&f.repository.moved, STR("/app/a.yaml")), "deploy/app/a.yaml");
	CHECK_TEXT(repository_path(&f.repository.moved, STR("/app/b.yaml")), "app/b.yaml");
	end(&f);
}

TESTS({ "a source with the same address and ref is this repository",
	a_source_with_the_same_address_and_ref_is_this_repository },
      { "artifacts leave out what is ignored, and are kept",
	artifacts_leave_out_what_is_ignored_and_are_kept },
      { "a source that is a folder is assumed", a_source_that_is_a_folder_is_assumed },
      { "files that an artifact moved are told where they lie",
	files_that_an_artifact_moved_are_told_where_they_lie })

/* cluster_root_test - the folder of the cluster, and where its source begins */
#include "rehearse/cluster_root.h"

#include "rehearse/rehearsal_test.h"

enum { FILES_MAX = 4 };

#define FLUX(path)                                                                                 \
	"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n"   \
	"spec: {path: " path "}\n"

struct file {
	const char *path, *text;
};

/* A rehearsal of these files, without a cluster. */
static struct rehearsal begin(struct arena *arena, struct rehearsal_options *options,
			      struct revision *revision, const struct file *files)
{
	snapshot_init(&revision->files, arena);
	for (int i = 0; i < FILES_MAX && files[i].path; i++)
		snapshot_put(&revision->files,
			     (struct snapshot_file){ .path = str_from_cstr(files[i].path),
						     .bytes = str_from_cstr(files[i].text) });
	return (struct rehearsal){ .arena = arena,
				   .set = docset_new(arena),
				   .options = options,
				   .revisions = revision,
				   .revision_count = 1 };
}

static void the_cluster_is_found(void)
{
	static const struct {
		struct file files[FILES_MAX];
		const char *prefix, *cluster; /* PATH in the repository; --cluster, or NULL */
		const char *root, *base;
		bool is_plain;
	} cases[] = {
		/* The only folder of clusters; a base is none. */
		{ { { "clusters/prod/a.yaml", FLUX("./apps") }, { "clusters/base/b.yaml", "" } },
		  "",
		  NULL,
		  "clusters/prod",
		  "",
		  false },
		/* One of two by name. */
		{ { { "clusters/prod/a.yaml", FLUX("./x") },
		    { "clusters/test/a.yaml", FLUX("x") } },
		  "",
		  "./clusters/test/",
		  "clusters/test",
		  "",
		  false },
		/* Below PATH, as the repository has it. */
		{ { { "shop/clusters/prod/a.yaml", FLUX("shop/apps") }, { "shop/apps/x", "" } },
		  "shop",
		  "clusters/prod",
		  "shop/clusters/prod",
		  "",
		  false },
		/* Paths that are there from the project's folder only: the source begins there. */
		{ { { "shop/clusters/prod/a.yaml", FLUX("./apps") }, { "shop/apps/x", "" } },
		  "shop",
		  NULL,
		  "shop/clusters/prod",
		  "shop",
		  false },
		/* In both: that of the repository. */
		{ { { "shop/clusters/prod/a.yaml", FLUX("./apps") },
		    { "shop/apps/x", "" },
		    { "apps/x", "" } },
		  "shop",
		  NULL,
		  "shop/clusters/prod",
		  "",
		  false },
		/* No object of Flux, and no clusters. */
		{ { { "app/kustomization.yaml", "resources: []\n" } },
		  "app",
		  NULL,
		  "app",
		  "",
		  true },
		{ { { "app/a.yaml", FLUX("./x") } }, "app", NULL, "app", "", false },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].prefix); i++) {
		SCRATCH(arena);
		struct revision revision = {};
		struct rehearsal_options options = {};
		struct rehearsal r = begin(arena, &options, &revision, cases[i].files);
		struct error err;

		r.git.prefix = str_from_cstr(cases[i].prefix);
		if (cases[i].cluster)
			options.cluster = str_from_cstr(cases[i].cluster);
		CHECK_INT(cluster_root_find(&r, &err), 0);
		CHECK_STR(r.root, str_from_cstr(cases[i].root));
		CHECK_STR(r.base, str_from_cstr(cases[i].base));
		CHECK_INT(r.is_plain, cases[i].is_plain);
	}
}

static void what_is_not_clear_is_an_error_with_a_hint(void)
{
	static const struct {
		struct file files[FILES_MAX];
		const char *cluster, *text, *hint;
	} cases[] = {
		{ { { "clusters/a/x.yaml", "" }, { "clusters/b/x.yaml", "" } },
		  NULL,
		  "the repository has 2 clusters: a, b",
		  "name one, like --cluster clusters/a" },
		{ { { "clusters/a/x.yaml", "" } },
		  "clusters/z",
		  "'clusters/z' is not in the repository",
		  "name the folder of a cluster as it stands in the commit" },
		{ { { "deploy/prod/kustomization.yaml", "" }, { "deploy/kustomization.yaml", "" } },
		  NULL,
		  "nothing says what of the repository is applied: it has no folder 'clusters', "
		  "and no kustomization at its top",
		  "name a folder in it, like --cluster deploy" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].cluster); i++) {
		SCRATCH(arena);
		struct revision revision = {};
		struct rehearsal_options options = {};
		struct rehearsal r = begin(arena, &options, &revision, cases[i].files);
		struct error err = {};

		if (cases[i].cluster)
			options.cluster = str_from_cstr(cases[i].cluster);
		CHECK_INT(cluster_root_find(&r, &err), -1);
		CHECK_STR(str_from_cstr(err.text), str_from_cstr(cases[i].text));
		CHECK_STR(str_from_cstr(err.hint), str_from_cstr(cases[i].hint));
	}
}

TESTS({ "the cluster is found", the_cluster_is_found },
      { "an ambiguous or missing cluster is an error with a hint",
	what_is_not_clear_is_an_error_with_a_hint })

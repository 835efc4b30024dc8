/* localize_test - which files are copied, where to, and what the kustomization says then */
#include "build/localize.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/set.h"
#include "world/files.h"
#include "world/snapshot.h"

#define MAP "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n"

static const struct tree {
	const char *what;
	struct {
		const char *path, *text;
	} files[5];
	const char *target, *scope;
	const char *want; /* "path:\ntext" of each file; or the error */
} trees[] = {
	{ "a file, by its path without steps",
	  { { "app/kustomization.yaml", "Resources: [./in/../a.yaml]\nnamePrefix: ''\n" },
	    { "app/a.yaml", MAP },
	    { "app/other.yaml", MAP } },
	  "/app",
	  NULL,
	  "a.yaml:\n" MAP "kustomization.yaml:\nresources:\n- a.yaml\n" },
	{ "a base within the scope; files twice are copied once",
	  { { "top/app/kustomization.yaml",
	      "resources: [../base]\npatches: [{path: p.yaml}, {path: p.yaml}]\n" },
	    { "top/app/p.yaml", MAP },
	    { "top/base/Kustomization", "resources: [a.yaml]\n" },
	    { "top/base/a.yaml", MAP } },
	  "/top/app",
	  "/top",
	  "app/p.yaml:\n" MAP "base/a.yaml:\n" MAP "base/Kustomization:\nresources:\n- a.yaml\n"
	  "app/kustomization.yaml:\npatches:\n- path: p.yaml\n- path: p.yaml\nresources:\n- "
	  "../base\n" },
	{ "a base that two name is copied once",
	  { { "top/app/kustomization.yaml", "resources: [../one, ../two]\n" },
	    { "top/one/kustomization.yaml", "resources: [../base]\n" },
	    { "top/two/kustomization.yaml", "resources: [../base]\n" },
	    { "top/base/kustomization.yaml", "namePrefix: x\n" } },
	  "/top/app",
	  "/top",
	  "base/kustomization.yaml:\nnamePrefix: x\n"
	  "one/kustomization.yaml:\nresources:\n- ../base\n"
	  "two/kustomization.yaml:\nresources:\n- ../base\n"
	  "app/kustomization.yaml:\nresources:\n- ../one\n- ../two\n" },
	{ "a base outside the scope",
	  { { "top/app/kustomization.yaml", "resources: [../base]\n" },
	    { "top/base/kustomization.yaml", "namePrefix: x\n" } },
	  "/top/app",
	  NULL,
	  "root '/top/base' outside localize scope '/top/app'" },
	{ "a file outside the kustomization",
	  { { "top/app/kustomization.yaml", "crds: [../a.yaml]\n" }, { "top/a.yaml", MAP } },
	  "/top/app",
	  "/top",
	  "not in or below" },
	{ "a file of generators",
	  { { "app/kustomization.yaml", "configMapGenerator: [{files: [a=b=c]}]\n" } },
	  "/app",
	  NULL,
	  "is no file of a generator" },
	{ "a circle",
	  { { "a/kustomization.yaml", "resources: [../b]\n" },
	    { "b/kustomization.yaml", "resources: [../a]\n" } },
	  "/a",
	  "/",
	  "cycle detected" },
	{ "a URL, where none can be opened",
	  { { "app/kustomization.yaml", "resources: ['https://example.com/a/b?ref=v1']\n" } },
	  "/app",
	  NULL,
	  "remote bases are not read here" },
	{ "fields of the wrong kind",
	  { { "app/kustomization.yaml", "resources: {a: b}\n" } },
	  "/app",
	  NULL,
	  "cannot unmarshal" },
	{ "no map", { { "app/kustomization.yaml", "[]\n" } }, "/app", NULL, "is empty" },
	{ "no kustomization", { { "app/x.yaml", "[]\n" } }, "/app", NULL, "unable to find one of" },
};

static struct str localized(struct arena *arena, const struct tree *tree)
{
	struct snapshot snapshot;
	struct files files = { .snapshot = &snapshot };
	struct localize_source source = { .files = &files, .target = str_from_cstr(tree->target) };
	struct localized made;
	struct error err;
	struct buf out;

	if (tree->scope)
		source.scope = str_from_cstr(tree->scope);
	snapshot_init(&snapshot, arena);
	for (size_t i = 0; i < ARRAY_COUNT(tree->files) && tree->files[i].path; i++)
		snapshot_put(&snapshot,
			     (struct snapshot_file){ .path = str_from_cstr(tree->files[i].path),
						     .bytes = str_from_cstr(tree->files[i].text) });
	if (localize(&source, docset_new(arena), &made, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	buf_init(&out, arena);
	for (uint32_t i = 0; i < made.files.count; i++)
		buf_printf(&out, "%.*s:\n%.*s", STR_FMT(made.files.items[i]->path),
			   STR_FMT(made.files.items[i]->bytes));
	return buf_str(&out);
}

static void copies_what_is_named(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(trees, i, trees[i].what); i++) {
		struct str got = localized(arena, &trees[i]), want = str_from_cstr(trees[i].want);
		if (str_contains(want, STR(":\n")))
			CHECK_STR(got, want);
		else if (!CHECK(str_contains(got, want)))
			CHECK_STR(got, want);
	}
}

TESTS({ "what a kustomization names is copied, within its scope", copies_what_is_named })

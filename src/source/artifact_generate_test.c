/* artifact_generate_test - copies of an ArtifactGenerator, merges, and faults */
#include "source/artifact_generate.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/make.h"

static const struct {
	const char *path, *bytes;
} tree[] = {
	{ "app/.sops.yaml", "x" },
	{ "app/logo.png", "x" },
	{ "app/web.yaml", "x" },
	{ "docs/page.md", "x" },
	{ "docs/old/page.md", "x" },
	{ "values/a.yaml", "a: {b: 1, c: [1, 2]}\nkeep: x\n" },
	{ "values/b.yaml", "a: {c: [3]}\n---\nmore: null\na: {d: {e: yes}}\n" },
	{ "values/bad.yaml", "a: [\n" },
	{ "values/list.yaml", "[1]\n" },
	{ "x.tgz", "x" },
};

struct fixture {
	struct arena *arena;
	struct snapshot files, made;
	struct map moved;
	struct artifact_making making;
	struct str fault;
};

static struct artifact_input input(void *context, const struct node *source, struct str folder)
{
	struct fixture *f = context;

	(void)folder;
	if (!str_equal(node_str_at(source, "name"), STR("here")))
		return (struct artifact_input){};
	return (struct artifact_input){ &f->files, STR("") };
}

static void begin(struct fixture *f)
{
	*f = (struct fixture){ .arena = arena_new("artifact_generate_test") };
	snapshot_init(&f->files, f->arena);
	snapshot_init(&f->made, f->arena);
	map_init(&f->moved, f->arena);
	for (size_t i = 0; i < ARRAY_COUNT(tree); i++)
		snapshot_put(&f->files,
			     (struct snapshot_file){ .path = str_from_cstr(tree[i].path),
						     .bytes = str_from_cstr(tree[i].bytes) });
}

/* Makes the artifact of these copies, and lists its files. */
static struct str make_of(struct fixture *f, const struct node *list)
{
	struct buf text;

	buf_init(&text, f->arena);
	f->making = (struct artifact_making){
		.generator = node_make(f->arena,
				       "{spec: {sources: [{alias: r, name: here}, {alias: far, "
				       "name: far}]}}"),
		.artifact = node_make(f->arena, "{copy: %n}", list),
		.input = input,
		.context = f,
		.arena = f->arena,
		.prefix = STR("a"),
		.files = &f->made,
		.moved = &f->moved,
	};
	f->fault = artifact_make(&f->making);
	for (uint32_t i = 0; i < f->made.files.count; i++)
		buf_printf(&text, "%s%.*s", i ? " " : "", STR_FMT(f->made.files.items[i]->path));
	return buf_str(&text);
}

static struct str make(struct fixture *f, const char *list)
{
	begin(f);
	return make_of(f, node_make(f->arena, list));
}

static const struct {
	const char *from, *to, *exclude;
	const char *made;
} copies[] = {
	{ "app/**", "", "[]", "a/.sops.yaml a/logo.png a/web.yaml" },
	{ "app/**", "base/", "[]", "a/base/.sops.yaml a/base/logo.png a/base/web.yaml" },
	{ "app/*.yaml", "base/", "[\".*\"]", "a/base/app/web.yaml" },
	{ "app/web.yaml", "", "[]", "a/web.yaml" },
	{ "app/web.yaml", "x/other.yaml", "[]", "a/x/other.yaml" },
	{ "./docs/", "", "[]", "a/docs/page.md a/docs/old/page.md" },
	{ "docs", "pages", "[old/*]", "a/pages/docs/page.md" },
	/* what a folder holds goes with it, and a name without a slash counts everywhere */
	{ "docs", "pages", "[docs/old]", "a/pages/docs/page.md" },
	{ "docs/**", "", "[old]", "a/page.md" },
	{ "docs/**", "", "[ol]", "a/page.md a/old/page.md" },
	{ "**", "", "[\"*.md\", app, values, \"*.tgz\"]", "" },
	{ "**/*.md", "", "[]", "a/docs/page.md" },
	{ "d*", "x", "[]", "a/x/docs/page.md a/x/docs/old/page.md" },
	{ "d*/**", "x", "[]", "a/x/docs/page.md a/x/docs/old/page.md" },
	{ "*.md", "", "[]", "" },
	{ "ap", "", "[]", "" },
	{ "{app,docs}", "", "[]", "" },
};

static void copies_files(void)
{
	for (size_t i = 0; TEST_ROW(copies, i, copies[i].from); i++) {
		struct fixture f;
		begin(&f);
		const struct node *list =
			node_make(f.arena, "[{from: %s, to: %s, exclude: %n, optional: true}]",
				  STR_CAT(f.arena, STR("@r/"), str_from_cstr(copies[i].from)),
				  STR_CAT(f.arena, STR("@artifact/"), str_from_cstr(copies[i].to)),
				  node_make(f.arena, copies[i].exclude));
		CHECK_STR(make_of(&f, list), str_from_cstr(copies[i].made));
		CHECK(!f.fault.ptr);
		arena_free(f.arena);
	}
}

static void a_file_goes_into_a_folder_that_is_there(void)
{
	struct fixture f;

	CHECK_TEXT(make(&f, "[{from: \"@r/docs/**\", to: \"@artifact/x\"}, {from: "
			    "\"@r/app/web.yaml\", to: \"@artifact/x\"}]"),
		   "a/x/page.md a/x/old/page.md a/x/web.yaml");
	const struct str *old = map_get(&f.moved, STR("a/x/web.yaml"));
	CHECK(old && str_equal(*old, STR("app/web.yaml")));
	arena_free(f.arena);
}

#define MERGED(from, strategy)                                                                     \
	"[{from: \"@r/values/a.yaml\", to: \"@artifact/v.yaml\"}, {from: \"@r/values/" from        \
	"\", to: \"@artifact/v.yaml\", strategy: " strategy "}]"

static void maps_are_merged(void)
{
	static const struct {
		const char *copies, *bytes;
	} rows[] = {
		{ MERGED("b.yaml", "Merge"),
		  "a:\n  b: 1\n  c:\n  - 3\n  d:\n    e: true\nkeep: x\nmore: null\n" },
		{ MERGED("b.yaml", "Overwrite"),
		  "a: {c: [3]}\n---\nmore: null\na: {d: {e: yes}}\n" },
		/* with nothing there it is a copy */
		{ "[{from: \"@r/values/bad.yaml\", to: \"@artifact/v.yaml\", strategy: Merge}]",
		  "a: [\n" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].copies); i++) {
		struct fixture f;
		CHECK_TEXT(make(&f, rows[i].copies), "a/v.yaml");
		CHECK_STR(f.made.files.items[0]->bytes, str_from_cstr(rows[i].bytes));
		CHECK(!f.fault.ptr);
		arena_free(f.arena);
	}
}

static void what_cannot_be_made_says_why(void)
{
	static const struct {
		const char *copies, *fault;
	} rows[] = {
		{ MERGED("bad.yaml", "Merge"),
		  "'@artifact/v.yaml': failed to copy file 'values/bad.yaml' to 'a/v.yaml': " },
		{ MERGED("list.yaml", "Merge"), "it must be a map" },
		{ "[{from: \"@r/docs/**\", to: \"@artifact/\", exclude: [\"**\"]}]",
		  "all files matching pattern 'docs/**' in source 'r' were excluded" },
		{ "[{from: \"@r/docs/page.md\", to: \"@artifact/\", strategy: Extract}]",
		  "extract strategy requires tarball file (.tar.gz or .tgz), got 'docs/page.md'" },
		{ "[{from: \"@r/docs/**\", to: \"@artifact/\", exclude: [\"**\"], optional: true}]",
		  NULL },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].copies); i++) {
		struct fixture f;
		make(&f, rows[i].copies);
		CHECK(!rows[i].fault == !f.fault.ptr);
		CHECK(!rows[i].fault || str_contains(f.fault, str_from_cstr(rows[i].fault)));
		CHECK(!rows[i].fault == !f.making.at);
		arena_free(f.arena);
	}
}

static void archives_and_absent_sources_are_named(void)
{
	struct fixture f;

	CHECK_TEXT(make(&f, "[{from: \"@r/*\", to: \"@artifact/\", strategy: Extract}, {from: "
			    "\"@far/x\", to: \"@artifact/\"}]"),
		   "");
	CHECK_TEXT(f.making.extracted, "x.tgz");
	CHECK_TEXT(f.making.absent, "far");
	CHECK(!f.fault.ptr);
	arena_free(f.arena);
}

TESTS({ "copies: files, folders, patterns", copies_files },
      { "a file goes into a folder that is there", a_file_goes_into_a_folder_that_is_there },
      { "maps are merged", maps_are_merged },
      { "what cannot be made says why", what_cannot_be_made_says_why },
      { "archives and absent sources are named", archives_and_absent_sources_are_named })

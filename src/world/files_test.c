/* files_test - nothing outside of the root is read, however a path leads there */
#include "world/files.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/real.h"
#include "world/snapshot.h"

static const char script[] =
	"mkdir -p tree/app out; printf in >tree/app/a.yaml; printf secret >out/s.yaml;"
	"ln -s app tree/link; ln -s a.yaml tree/app/b.yaml; ln -s ../../out/s.yaml tree/app/s.yaml;"
	"ln -s \"$PWD/out\" tree/out; ln -s / tree/all; mkfifo tree/pipe; ln -s /dev/zero "
	"tree/zero;"
	"ln -s nowhere tree/gone; mkdir treetop; printf secret >treetop/s.yaml;"
	"head -c 20000000 /dev/zero >tree/huge";

struct fixture {
	struct world *world;
	struct arena *arena;
	struct str top;
	struct files files;
	struct error err;
};

static void run(struct fixture *f, const char *text)
{
	const struct str argv[] = { STR("sh"), STR("-ec"), str_from_cstr(text) };
	struct process_request request = { .argv = argv, .argc = 3, .directory = f->top };
	struct process_result result;

	CHECK_INT(process_run(f->world, f->arena, &request, &result, &f->err), 0);
	CHECK_TEXT(result.err, "");
}

static struct fixture begin(void)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("files_test") };
	char directory[] = "/tmp/forge-files-XXXXXX";

	f.top = str_copy(f.arena, str_from_cstr(mkdtemp(directory)));
	f.files = (struct files){ .world = f.world,
				  .root = str_concat(f.arena, f.top, STR("/tree")) };
	run(&f, script);
	return f;
}

static void end(struct fixture *f)
{
	run(f, "rm -rf \"$PWD\"");
	world_free(f->world);
	arena_free(f->arena);
}

/* "in", or the error; path: below the top. */
static struct str read_at(struct fixture *f, const char *path)
{
	struct str full = str_printf(f->arena, "%.*s/%s", STR_FMT(f->top), path), text;

	if (files_read(&f->files, f->arena, full, &text, &f->err) == 0)
		return text;
	return str_copy(f->arena, str_from_cstr(f->err.text));
}

static const struct {
	const char *path, *said; /* part of it */
	enum file_kind kind;
} rows[] = {
	{ "tree/app/a.yaml", "in", FILE_REGULAR },
	{ "tree/link/a.yaml", "in", FILE_REGULAR },
	{ "tree/app/b.yaml", "in", FILE_REGULAR },
	{ "tree/app/../../tree/app/a.yaml", "in", FILE_REGULAR },
	{ "tree/app/s.yaml", "leads out of", FILE_ABSENT },
	{ "tree/out/s.yaml", "leads out of", FILE_ABSENT },
	{ "tree/out", "leads out of", FILE_ABSENT },
	{ "tree/../out/s.yaml", "leads out of", FILE_ABSENT },
	{ "out/s.yaml", "leads out of", FILE_ABSENT },
	{ "treetop/s.yaml", "leads out of", FILE_ABSENT },
	{ "tree/all/etc/passwd", "leads out of", FILE_ABSENT },
	{ "tree/all/proc/self/environ", "leads out of", FILE_ABSENT },
	{ "tree/zero", "leads out of", FILE_ABSENT },
	{ "tree/gone", "No such file", FILE_ABSENT },
	{ "tree/nothing", "No such file", FILE_ABSENT },
	{ "tree/pipe", "is a pipe", FILE_OTHER },
	{ "tree/app", "Is a directory", FILE_DIRECTORY },
	{ "tree/huge", "has 20000000 bytes; of one file at most 16777216 are read", FILE_REGULAR },
};

static void check_rows(struct fixture *f)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++) {
		struct str full = str_printf(f->arena, "%.*s/%s", STR_FMT(f->top), rows[i].path);
		CHECK(str_contains(read_at(f, rows[i].path), str_from_cstr(rows[i].said)));
		CHECK_INT(files_kind(&f->files, f->arena, full), rows[i].kind);
	}
}

static void paths_of_the_disk(void)
{
	struct fixture f = begin();

	check_rows(&f);
	files_remember(&f.files, f.arena);
	check_rows(&f);
	check_rows(&f);
	f.files.leaves_root = true;
	CHECK_TEXT(read_at(&f, "tree/app/s.yaml"), "secret");
	CHECK(str_contains(read_at(&f, "tree/zero"), STR("is a pipe, a socket or a device")));
	CHECK(str_contains(read_at(&f, "tree/all/proc/self/environ"), STR("is a pipe")));
	end(&f);
}

/* "app/ link": the names in a folder. */
static struct str names(struct fixture *f, struct str path)
{
	struct file_list list;
	struct str all = STR("");

	CHECK_INT(files_list(&f->files, f->arena, path, &list, &f->err), 0);
	for (uint32_t i = 0; i < list.count; i++)
		all = str_printf(f->arena, "%.*s%.*s ", STR_FMT(all), STR_FMT(list.items[i].name));
	return all;
}

/* As source-controller has it; the links that stay inside, too. */
static void an_artifact_has_no_links(void)
{
	struct fixture f = begin();
	struct file_list list;

	f.files.drops_links = true;
	CHECK_TEXT(read_at(&f, "tree/app/a.yaml"), "in");
	CHECK_TEXT(read_at(&f, "tree/app/../app/./a.yaml"), "in");
	CHECK(str_contains(read_at(&f, "tree/link/a.yaml"), STR("does not exist")));
	CHECK(str_contains(read_at(&f, "tree/app/b.yaml"), STR("does not exist")));
	CHECK_TEXT(names(&f, f.files.root), "app huge pipe ");
	CHECK_TEXT(names(&f, str_concat(f.arena, f.files.root, STR("/app"))), "a.yaml ");
	CHECK_INT(files_list(&f.files, f.arena, str_concat(f.arena, f.files.root, STR("/link")),
			     &list, &f.err),
		  -1);
	end(&f);
}

static void snapshots_have_a_root_as_well(void)
{
	SCRATCH(arena);
	struct snapshot s;
	struct files files = { .snapshot = &s, .root = STR("/apps") };
	struct str text;
	struct error err;

	snapshot_init(&s, arena);
	snapshot_put(&s, (struct snapshot_file){ .path = STR("apps/a"), .bytes = STR("in") });
	snapshot_put(&s, (struct snapshot_file){ .path = STR("b"), .bytes = STR("out") });
	CHECK_INT(files_read(&files, arena, STR("/apps/a"), &text, &err), 0);
	CHECK_TEXT(text, "in");
	CHECK_INT(files_read(&files, arena, STR("/apps/../b"), &text, &err), -1);
	CHECK(strstr(err.text, "leads out of '/apps'"));
	CHECK_INT(files_kind(&files, arena, STR("/b")), FILE_ABSENT);
}

/* Paths begin with the label, and nothing else is there. */
static void a_labelled_snapshot_is_a_world_of_its_own(void)
{
	SCRATCH(arena);
	struct snapshot s;
	struct files files = { .snapshot = &s, .label = STR("https://h/r@v/") };
	struct file_list list;
	struct str text;
	struct error err;
	static const char *const absent[] = { "/a/x",
					      "a/x",
					      "https://h/r@v//../x",
					      "https://h/r@v//a/../../x",
					      "https://h/r@v/a/x",
					      "https://h/r@v//out",
					      "https://h/r@v",
					      "https://h/r@v/x//a/x" };

	snapshot_init(&s, arena);
	snapshot_put(&s, (struct snapshot_file){ .path = STR("a/x"), .bytes = STR("in") });
	snapshot_put(&s, (struct snapshot_file){
				 .path = STR("out"), .bytes = STR("../../etc"), .is_link = true });
	snapshot_put(&s, (struct snapshot_file){
				 .path = STR("link"), .bytes = STR("a/x"), .is_link = true });
	CHECK_INT(files_realpath(&files, arena, STR("https://h/r@v//link"), &text, &err), 0);
	CHECK_TEXT(text, "https://h/r@v//a/x");
	CHECK_INT(files_realpath(&files, arena, STR("https://h/r@v//a/.."), &text, &err), 0);
	CHECK_TEXT(text, "https://h/r@v/");
	CHECK_INT(files_read(&files, arena, STR("https://h/r@v//a/x"), &text, &err), 0);
	CHECK_TEXT(text, "in");
	CHECK_INT(files_list(&files, arena, STR("https://h/r@v/"), &list, &err), 0);
	CHECK_INT(list.count, 3);
	for (size_t i = 0; TEST_ROW(absent, i, absent[i]); i++) {
		CHECK_INT(files_kind(&files, arena, str_from_cstr(absent[i])), FILE_ABSENT);
		CHECK_INT(files_read(&files, arena, str_from_cstr(absent[i]), &text, &err), -1);
	}
	CHECK(files_leads_out(&files, arena, STR("https://h/r@v//out"), &err));
	CHECK(!files_leads_out(&files, arena, STR("https://h/r@v//none"), &err));
}

TESTS({ "paths of the disk stay below the root", paths_of_the_disk },
      { "an artifact has no links", an_artifact_has_no_links },
      { "snapshots have a root as well", snapshots_have_a_root_as_well },
      { "a labelled snapshot is a world of its own", a_labelled_snapshot_is_a_world_of_its_own })

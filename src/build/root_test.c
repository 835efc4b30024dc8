/* root_test - where the border of what is read lies, for paths that users name */
#include "build/root.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/test.h"
#include "world/files.h"
#include "world/real.h"

/* top/repo is a repository with app, a nested one, and links; top/out and top/plain are not. */
static const char script[] =
	"mkdir -p repo/.git repo/app/sub repo/nested/.git repo/nested/x out/secret private/.git "
	"private/x plain/clusters/one plain/apps; : >repo/app/a.yaml; : >out/a.yaml;"
	"ln -s app repo/inside; ln -s ../out repo/outside; ln -s ../private repo/other;"
	"ln -s ../out/a.yaml repo/file; ln -s repo alias; ln -s \"$PWD\" repo/up";

static const struct {
	const char *path, *repository, *source; /* below the top; "-": absent */
} rows[] = {
	{ "repo", "/repo", "/repo" },
	{ "repo/", "/repo", "/repo" },
	{ "repo/app", "/repo", "/repo" },
	{ "repo/app/a.yaml", "/repo", "/repo" },
	{ "repo/app/../app/sub/.", "/repo", "/repo" },
	{ "repo/nested/x", "/repo/nested", "/repo/nested" },
	{ "repo/missing/x", "/repo", "/repo" },
	/* By way of a link it lies where the link does. */
	{ "repo/inside", "/repo", "/repo" },
	{ "repo/inside/sub", "/repo", "/repo" },
	{ "repo/outside", "/repo", "/repo" },
	{ "repo/outside/secret", "/repo", "/repo" },
	{ "repo/file", "/repo", "/repo" },
	{ "repo/other", "/repo", "/repo" },
	{ "repo/other/x", "/repo", "/repo" },
	{ "repo/up/private/x", "/repo", "/repo" },
	{ "alias/app", "/repo", "/repo" },
	{ "out", "-", "/out" },
	{ "out/a.yaml", "-", "/out" },
	{ "plain/clusters/one", "-", "/plain" },
	{ "plain/apps", "-", "/plain" },
};

struct fixture {
	struct world *world;
	struct arena *arena;
	struct str top;
};

static void run(struct fixture *f, const char *text)
{
	const struct str argv[] = { STR("sh"), STR("-ec"), str_from_cstr(text) };
	struct process_request request = { .argv = argv, .argc = 3, .directory = f->top };
	struct process_result result;
	struct error err;

	CHECK_INT(process_run(f->world, f->arena, &request, &result, &err), 0);
	CHECK_TEXT(result.err, "");
}

static struct fixture begin(void)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("root_test") };
	char directory[] = "/tmp/forge-root-XXXXXX";

	f.top = str_copy(f.arena, str_from_cstr(mkdtemp(directory)));
	run(&f, script);
	return f;
}

static void end(struct fixture *f)
{
	run(f, "rm -rf \"$PWD\"");
	world_free(f->world);
	arena_free(f->arena);
}

static void check_row(struct fixture *f, size_t i, struct str path)
{
	struct files files = { .world = f->world };
	struct str repository = root_repository(&files, f->arena, path);
	struct str source = root_source(&files, f->arena, path);

	CHECK_STR(repository.ptr ? str_strip_prefix(repository, f->top) : STR("-"),
		  str_from_cstr(rows[i].repository));
	CHECK_STR(str_strip_prefix(source, f->top), str_from_cstr(rows[i].source));
}

static void of_absolute_paths(void)
{
	struct fixture f = begin();

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++)
		check_row(&f, i, str_printf(f.arena, "%.*s/%s", STR_FMT(f.top), rows[i].path));
	end(&f);
}

/* From here over the root of the disk. */
static void of_relative_paths(void)
{
	struct fixture f = begin();
	struct str up = STR("../../../../../../../../../../../..");

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++)
		check_row(&f, i,
			  str_printf(f.arena, "%.*s%.*s/%s", STR_FMT(up), STR_FMT(f.top),
				     rows[i].path));
	end(&f);
}

TESTS({ "the root of absolute paths", of_absolute_paths },
      { "the root of relative paths", of_relative_paths })

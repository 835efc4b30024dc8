/* remotes_test - bases by URL: locked, kept, refused; and no fault leaves half of one */
#include "source/remotes.h"

#include <stdlib.h>

#include "source/git_fixture.h"
#include "source/remote_lock.h"
#include "world/real.h"
#include "world/snapshot.h"

struct fixture {
	struct world *world;
	struct arena *arena;
	struct str path, url;
	struct files files; /* of a folder without a lock file */
	struct error err;
};

static struct fixture fixture_new(void)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("test") };

	f.path = git_fixture_new(f.world, f.arena,
				 GIT_FIXTURE_INIT "mkdir app user; echo 'a: 1' >app/a.yaml;"
						  "git add -A; git commit -qm one");
	setenv("XDG_CACHE_HOME", str_cstr(f.arena, str_concat(f.arena, f.path, STR("/cache"))), 1);
	f.url = STR_CAT(f.arena, STR("file://"), f.path, STR("//app?ref=main"));
	f.files = (struct files){ .world = f.world,
				  .root = str_concat(f.arena, f.path, STR("/user")) };
	return f;
}

static void fixture_end(struct fixture *f)
{
	git_fixture_remove(f->world, f->path);
	arena_free(f->arena);
	world_free(f->world);
}

static int open_url(struct fixture *f, struct remotes *r, struct str url, const struct files *from,
		    struct remote_base *ret)
{
	struct remotes_request request = {
		.url = url, .from = from, .top = &f->files, .top_folder = f->files.root
	};

	return remotes_open(r, &request, ret, &f->err);
}

static void a_base_is_files_under_its_label(void)
{
	struct fixture f = fixture_new();
	struct remotes *r = remotes_new(f.world, f.arena, &(struct remotes_options){});
	struct str label = STR_CAT(f.arena, STR("file://"), f.path, STR("@main/"));
	struct str file = str_concat(f.arena, label, STR("/app/a.yaml")), text;
	struct remotes_place place;
	struct remote_base base;

	CHECK_INT(open_url(&f, r, f.url, &f.files, &base), 0);
	CHECK(!base.is_locked && !base.is_told && !base.text.ptr);
	CHECK_STR(base.files.label, label);
	CHECK_STR(base.directory, str_concat(f.arena, label, STR("/app")));
	CHECK_INT(files_read(&base.files, f.arena, file, &text, &f.err), 0);
	CHECK_TEXT(text, "a: 1\n");
	CHECK_INT(files_realpath(&base.files, f.arena,
				 str_concat(f.arena, label, STR("/app/../app/./a.yaml")), &text,
				 &f.err),
		  0);
	CHECK_STR(text, file);
	/* Neither above it nor in other files. */
	CHECK_INT(files_read(&base.files, f.arena, str_concat(f.arena, label, STR("/../user/x")),
			     &text, &f.err),
		  -1);
	CHECK_INT(files_kind(&base.files, f.arena, STR("/app/a.yaml")), FILE_ABSENT);
	CHECK(remotes_place(r, file, &place));
	CHECK_TEXT(place.path, "app/a.yaml");
	CHECK_TEXT(place.ref, "main");
	CHECK(!remotes_place(r, STR("/app/a.yaml"), &place));
	CHECK_INT(open_url(&f, r, f.url, &f.files, &base), 0);
	CHECK(base.is_told);
	remotes_close(r);
	fixture_end(&f);
}

static void the_lock_file_decides(void)
{
	struct fixture f = fixture_new();
	struct remotes *r =
		remotes_new(f.world, f.arena, &(struct remotes_options){ .update_lock = true });
	struct remote_base base;
	struct str lock = str_concat(f.arena, f.files.root, STR("/" REMOTE_LOCK_NAME)), text;

	CHECK_INT(open_url(&f, r, f.url, &f.files, &base), 0);
	CHECK(base.is_locked);
	CHECK(!file_exists(f.world, lock));
	CHECK_INT(remotes_write_lock(r, &f.err), 0);
	CHECK(file_exists(f.world, lock));
	remotes_close(r);
	git_fixture_sh(f.world, f.path,
		       "echo 'a: 2' >app/a.yaml; git -c user.name=x -c "
		       "user.email=x@y commit -qam two");
	r = remotes_new(f.world, f.arena, &(struct remotes_options){ .offline = "--offline" });
	CHECK_INT(open_url(&f, r, f.url, &f.files, &base), 0);
	CHECK(base.is_locked);
	CHECK_INT(files_read(&base.files, f.arena,
			     str_concat(f.arena, base.directory, STR("/a.yaml")), &text, &f.err),
		  0);
	CHECK_TEXT(text, "a: 1\n");
	/* Another spelling is another entry. */
	CHECK_INT(open_url(&f, r, STR_CAT(f.arena, STR("file://"), f.path, STR("//app")), &f.files,
			   &base),
		  -1);
	CHECK_INT(f.err.code, ERROR_OUTSIDE);
	remotes_close(r);
	fixture_end(&f);
}

static void a_lock_file_may_lie_in_a_snapshot(void)
{
	struct fixture f = fixture_new();
	struct snapshot held;
	struct remote_base base;

	snapshot_init(&held, f.arena);
	snapshot_put(&held, (struct snapshot_file){ .path = STR(REMOTE_LOCK_NAME),
						    .bytes = STR("remotes: {}\n") });
	struct remotes *r =
		remotes_new(f.world, f.arena, &(struct remotes_options){ .lock_in = &held });
	CHECK_INT(open_url(&f, r, f.url, &f.files, &base), -1);
	CHECK(str_contains(str_from_cstr(f.err.text), STR("it has one list")));
	CHECK_INT(remotes_write_lock(r, &f.err), 0); /* nothing: it is not of the disk */
	CHECK(!file_exists(f.world, str_concat(f.arena, f.files.root, STR("/forge.lock"))));
	remotes_close(r);
	fixture_end(&f);
}

static void a_fetched_base_reaches_no_more_than_its_server(void)
{
	struct fixture f = fixture_new();
	struct remotes *r = remotes_new(f.world, f.arena, &(struct remotes_options){});
	struct remote_base base, nested;

	CHECK_INT(open_url(&f, r, f.url, &f.files, &base), 0);
	CHECK_INT(open_url(&f, r, STR_CAT(f.arena, STR("file://"), f.path, STR("//user")),
			   &base.files, &nested),
		  0);
	remotes_close(r);
	fixture_end(&f);
}

/* Whether a base was opened while the n-th operation failed; afterwards it can be. */
static bool opens_despite(struct fixture *f, enum world_fault fault, uint64_t n)
{
	struct remotes *r = remotes_new(f->world, f->arena, &(struct remotes_options){});
	struct remote_base base;
	struct str text;

	git_fixture_sh(f->world, f->path, "rm -rf cache");
	world_fail_after(f->world, fault, n);
	bool opened = open_url(f, r, f->url, &f->files, &base) == 0;
	world_fail_after(f->world, fault, 0);
	remotes_close(r);
	r = remotes_new(f->world, f->arena, &(struct remotes_options){});
	CHECK_INT(open_url(f, r, f->url, &f->files, &base), 0);
	CHECK_INT(files_read(&base.files, f->arena,
			     str_concat(f->arena, base.directory, STR("/a.yaml")), &text, &f->err),
		  0);
	remotes_close(r);
	return opened;
}

/* Whatever fails, the next one works: nothing half made is taken for a base. */
static void no_fault_leaves_half_a_base(void)
{
	struct fixture f = fixture_new();
	int refused = 0;

	for (uint64_t n = 1; n <= 40; n++)
		refused += !opens_despite(&f, WORLD_FAULT_FILE, n);
	CHECK(refused > 10);
	CHECK(opens_despite(&f, WORLD_FAULT_FILE, 10000));
	CHECK(!opens_despite(&f, WORLD_FAULT_PROCESS, 1));
	CHECK(opens_despite(&f, WORLD_FAULT_PROCESS, 2)); /* by the ref instead of the commit */
	CHECK(!opens_despite(&f, WORLD_FAULT_PROCESS, 3));
	fixture_end(&f);
}

TESTS({ "a base is files under its label", a_base_is_files_under_its_label },
      { "the lock file decides", the_lock_file_decides },
      { "a lock file may lie in a snapshot", a_lock_file_may_lie_in_a_snapshot },
      { "a fetched base reaches no more than its server",
	a_fetched_base_reaches_no_more_than_its_server },
      { "no fault leaves half a base", no_fault_leaves_half_a_base })

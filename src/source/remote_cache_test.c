/* remote_cache_test - the cache of remote bases is whole, and the user's own */
#include "source/remote_cache.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "source/git_fixture.h"
#include "world/real.h"

#define URL STR("https://example.com/org/repo")

struct fixture {
	struct world *world;
	struct arena *arena;
	struct str path;
	struct error err;
};

/* $XDG_CACHE_HOME is a new folder, in which a script has run. */
static struct fixture fixture_new(const char *script)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("test") };

	f.path = git_fixture_new(f.world, f.arena, script);
	setenv("XDG_CACHE_HOME", str_cstr(f.arena, f.path), 1);
	return f;
}

static void fixture_end(struct fixture *f)
{
	git_fixture_remove(f->world, f->path);
	arena_free(f->arena);
	world_free(f->world);
}

static void a_commit_is_there_once_it_is_kept(void)
{
	struct fixture f = fixture_new("true");
	struct str folder, made, again;

	CHECK_INT(remote_cache_repository(f.world, f.arena, URL, &folder, &f.err), 0);
	CHECK(str_ends(folder, sha256_hex(f.arena, URL)));
	CHECK(!remote_cache_has(f.world, f.arena, folder, STR("abc")));
	CHECK_INT(remote_cache_begin(f.world, f.arena, folder, &made, &f.err), 0);
	CHECK(!remote_cache_has(f.world, f.arena, folder, STR("abc")));
	CHECK_INT(remote_cache_keep(f.world, f.arena, made, folder, STR("abc"), &f.err), 0);
	CHECK(remote_cache_has(f.world, f.arena, folder, STR("abc")));
	CHECK(!file_exists(f.world, made));
	/* Another process was faster. */
	CHECK_INT(remote_cache_begin(f.world, f.arena, folder, &again, &f.err), 0);
	CHECK_INT(remote_cache_keep(f.world, f.arena, again, folder, STR("abc"), &f.err), 0);
	CHECK(!file_exists(f.world, again));
	CHECK(remote_cache_size_bytes(f.world, folder) > 40);
	remote_cache_drop(f.world, folder);
	CHECK(!file_exists(f.world, folder));
	fixture_end(&f);
}

static void nothing_is_left_of_what_cannot_be_begun(void)
{
	struct fixture f = fixture_new("true");
	struct file_list list;
	struct str folder, made;

	CHECK_INT(remote_cache_repository(f.world, f.arena, URL, &folder, &f.err), 0);
	world_fail_after(f.world, WORLD_FAULT_FILE, 3);
	CHECK_INT(remote_cache_begin(f.world, f.arena, folder, &made, &f.err), -1);
	CHECK_INT(file_list(f.world, f.arena, folder, &list, &f.err), 0);
	CHECK_INT(list.count, 0);
	fixture_end(&f);
}

static void what_a_killed_process_left_goes_after_an_hour(void)
{
	struct fixture f = fixture_new("true");
	struct str folder, made;

	CHECK_INT(remote_cache_repository(f.world, f.arena, URL, &folder, &f.err), 0);
	git_fixture_sh(f.world, folder,
		       "mkdir -p new-old/objects new-young old; touch new-old/objects/pack;"
		       "touch -d '2 hours ago' new-old old");
	CHECK_INT(remote_cache_begin(f.world, f.arena, folder, &made, &f.err), 0);
	CHECK(!file_exists(f.world, str_concat(f.arena, folder, STR("/new-old"))));
	CHECK(file_exists(f.world, str_concat(f.arena, folder, STR("/new-young"))));
	CHECK(file_exists(f.world, str_concat(f.arena, folder, STR("/old"))));
	CHECK(file_exists(f.world, made));
	fixture_end(&f);
}

static void a_file_is_known_by_its_hash(void)
{
	struct fixture f = fixture_new("true");
	struct str hash = sha256_hex(f.arena, STR("a: 1\n")), text;

	CHECK_INT(remote_cache_get(f.world, f.arena, URL, hash, &text, &f.err), 0);
	CHECK(!text.ptr);
	CHECK_INT(remote_cache_put(f.world, f.arena, URL, STR("a: 1\n"), &f.err), 0);
	CHECK_INT(remote_cache_get(f.world, f.arena, URL, hash, &text, &f.err), 0);
	CHECK_TEXT(text, "a: 1\n");
	git_fixture_sh(f.world, f.path,
		       "for f in forge/remote/file/*/*; do echo damaged >$f; done");
	CHECK_INT(remote_cache_get(f.world, f.arena, URL, hash, &text, &f.err), 0);
	CHECK(!text.ptr);
	fixture_end(&f);
}

static void folders_of_others_and_links_are_refused(void)
{
	static const struct {
		const char *script, *why;
		bool needs_root;
	} rows[] = {
		{ "mkdir x; ln -s x forge", "is a link", false },
		{ "mkdir -p x forge; ln -s ../x forge/remote", "is a link", false },
		{ "mkdir -p x forge/remote; ln -s ../../x forge/remote/git", "is a link", false },
		{ "echo >forge", "is no folder", false },
		{ "mkdir forge; chown 12345 forge", "belongs to another user", true },
		{ "mkdir -p forge/remote/git; chown 12345 forge/remote/git",
		  "belongs to another user", true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].script); i++) {
		struct str folder = STR("untouched");
		if (rows[i].needs_root && geteuid() != 0)
			continue;
		struct fixture f = fixture_new(rows[i].script);
		CHECK_INT(remote_cache_repository(f.world, f.arena, URL, &folder, &f.err), -1);
		CHECK(str_contains(str_from_cstr(f.err.text), str_from_cstr(rows[i].why)));
		CHECK_INT(f.err.code, ERROR_REFUSED);
		CHECK_TEXT(folder, "untouched");
		fixture_end(&f);
	}
}

static void the_user_says_where_it_is(void)
{
	struct fixture f = fixture_new("true");
	struct str folder;

	setenv("HOME", str_cstr(f.arena, f.path), 1);
	setenv("XDG_CACHE_HOME", "relative", 1);
	CHECK_INT(remote_cache_repository(f.world, f.arena, URL, &folder, &f.err), 0);
	CHECK(str_starts(folder, str_concat(f.arena, f.path, STR("/.cache/forge/remote/git/"))));
	unsetenv("HOME");
	CHECK_INT(remote_cache_repository(f.world, f.arena, URL, &folder, &f.err), -1);
	CHECK_INT(f.err.code, ERROR_OUTSIDE);
	fixture_end(&f);
}

TESTS({ "a commit is there once it is kept", a_commit_is_there_once_it_is_kept },
      { "nothing is left of what cannot be begun", nothing_is_left_of_what_cannot_be_begun },
      { "what a killed process left goes after an hour",
	what_a_killed_process_left_goes_after_an_hour },
      { "a file is known by its hash", a_file_is_known_by_its_hash },
      { "folders of others and links are refused", folders_of_others_and_links_are_refused },
      { "the user says where the cache is", the_user_says_where_it_is })

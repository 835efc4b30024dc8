/* remote_fetch_test - what servers are asked for, and what they may not make of it */
#include "source/remote_fetch.h"

#include <stdlib.h>

#include "source/git_fixture.h"
#include "source/remote_cache.h"
#include "world/http.h"
#include "world/real.h"
#include "world/simulated.h"

struct fixture {
	struct world *world;
	struct arena *arena;
	struct str path, folder, url;
	struct error err;
};

#define BARE                                                                                       \
	GIT_FIXTURE_INIT "echo 1 >a; git add -A; git commit -qm one; git tag -m t v1;"             \
			 "git branch side; git branch v1; echo 2 >a; git commit -qam two;"

static struct fixture fixture_new(const char *script)
{
	struct fixture f = { .world = real_new(1), .arena = arena_new("test") };

	f.path = git_fixture_new(f.world, f.arena, script);
	setenv("XDG_CACHE_HOME", str_cstr(f.arena, str_concat(f.arena, f.path, STR("/cache"))), 1);
	f.url = str_concat(f.arena, STR("file://"), f.path);
	CHECK_INT(remote_cache_repository(f.world, f.arena, f.url, &f.folder, &f.err), 0);
	return f;
}

static void fixture_end(struct fixture *f)
{
	git_fixture_remove(f->world, f->path);
	arena_free(f->arena);
	world_free(f->world);
}

static struct str commit_of(struct fixture *f, const char *revision)
{
	const struct str argv[] = { STR("git"), STR("rev-parse"), str_from_cstr(revision) };
	struct process_request request = { .argv = argv, .argc = 3, .directory = f->path };
	struct process_result result;

	CHECK_INT(process_run(f->world, f->arena, &request, &result, &f->err), 0);
	return str_trim(result.out);
}

static int resolve(struct fixture *f, const char *query, struct str *ret)
{
	struct remote_url url;

	*ret = STR_NONE;
	CHECK_INT(remote_url_parse(f->arena, str_concat(f->arena, f->url, str_from_cstr(query)),
				   &url, &f->err),
		  0);
	return remote_fetch_resolve(
		&(struct remote_server){ f->world, f->arena, &url, f->folder, 0 }, ret, &f->err);
}

static int fetch_commit(struct fixture *f, const struct remote_url *url, uint64_t bytes_max,
			struct str commit)
{
	return remote_fetch_commit(
		&(struct remote_server){ f->world, f->arena, url, f->folder, bytes_max }, commit,
		&f->err);
}

static void a_name_is_looked_for_as_git_fetch_does(void)
{
	static const struct {
		const char *query, *revision;
	} rows[] = {
		{ "", "HEAD" },
		{ "?ref=main", "HEAD" },
		{ "?ref=side", "HEAD~1" },
		{ "?ref=v1", "refs/tags/v1^{commit}" },
		{ "?ref=heads/v1", "HEAD~1" },
		{ "?ref=refs/heads/main", "HEAD" },
	};
	struct fixture f = fixture_new(BARE);
	struct str got;

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].query); i++) {
		CHECK_INT(resolve(&f, rows[i].query, &got), 0);
		CHECK_STR(got, commit_of(&f, rows[i].revision));
	}
	CHECK_INT(resolve(&f, "?ref=0123456789abcdef0123456789abcdef01234567", &got), 0);
	CHECK_TEXT(got, "0123456789abcdef0123456789abcdef01234567");
	CHECK_INT(resolve(&f, "?ref=none", &got), -1);
	CHECK(str_contains(str_from_cstr(f.err.text), STR("is not there")));
	fixture_end(&f);
}

/* None of these reaches git. */
static void a_ref_is_no_option_and_no_refspec(void)
{
	static const char *const refs[] = { "-x",    "--upload-pack=evil",
					    "+main", "main:main",
					    "a..b",  "^main",
					    "a*",    "@{u}",
					    "/a",    "a/",
					    "a%20b", "a%0ab" };
	struct fixture f = fixture_new(BARE);
	struct remote_url url;
	struct str got;

	for (size_t i = 0; TEST_ROW(refs, i, refs[i]); i++) {
		struct str query = str_concat(f.arena, STR("?ref="), str_from_cstr(refs[i]));
		query = str_replace(f.arena, query, STR("+"), STR("%2B"));
		CHECK_INT(resolve(&f, str_cstr(f.arena, query), &got), -1);
		CHECK(str_contains(str_from_cstr(f.err.text), STR("no name that git allows")));
		CHECK_INT(remote_url_parse(f.arena, STR_CAT(f.arena, f.url, query), &url, &f.err),
			  0);
		CHECK_INT(fetch_commit(&f, &url, 0, commit_of(&f, "HEAD")), -1);
	}
	fixture_end(&f);
}

static void a_commit_is_fetched_once_and_whole(void)
{
	struct fixture f = fixture_new(BARE);
	struct str commit = commit_of(&f, "HEAD~1");
	struct remote_url url;
	struct snapshot files;
	struct file_list list;
	struct git git;

	CHECK_INT(remote_url_parse(f.arena, f.url, &url, &f.err), 0);
	CHECK_INT(fetch_commit(&f, &url, 0, commit), 0);
	git_open_own(&git, f.world, f.arena, STR_CAT(f.arena, f.folder, STR("/"), commit));
	CHECK_INT(git_snapshot(&git, f.arena, STR(REMOTE_REF), &files, &f.err), 0);
	CHECK_INT(files.files.count, 1);
	git_close(&git);
	/* Without the server: it is not asked again. */
	git_fixture_sh(f.world, f.path, "rm -rf .git");
	CHECK_INT(fetch_commit(&f, &url, 0, commit), 0);
	CHECK_INT(file_list(f.world, f.arena, f.folder, &list, &f.err), 0);
	CHECK_INT(list.count, 1);
	CHECK_INT(fetch_commit(&f, &url, 0, STR("0123456789abcdef0123456789abcdef01234567")), -1);
	CHECK_INT(f.err.code, ERROR_OUTSIDE);
	CHECK_INT(file_list(f.world, f.arena, f.folder, &list, &f.err), 0);
	CHECK_INT(list.count, 1); /* nothing is left of what failed */
	fixture_end(&f);
}

static void one_that_is_too_large_is_given_up(void)
{
	struct fixture f = fixture_new(
		BARE "head -c 300000 /dev/urandom >big; git add big; git commit -qm big");
	struct str commit = commit_of(&f, "HEAD");
	struct remote_url url;
	struct file_list list;

	CHECK_INT(remote_url_parse(f.arena, f.url, &url, &f.err), 0);
	CHECK_INT(fetch_commit(&f, &url, 200000, commit), -1);
	CHECK(str_contains(str_from_cstr(f.err.text), STR("more than 200000 bytes")));
	CHECK_INT(f.err.code, ERROR_INPUT);
	CHECK_INT(file_list(f.world, f.arena, f.folder, &list, &f.err), 0);
	CHECK_INT(list.count, 0);
	CHECK_INT(fetch_commit(&f, &url, 400000, commit), 0);
	fixture_end(&f);
}

/* A git that never ends: it writes until somebody ends it, or says nothing at all. */
static void a_git_that_does_not_end_is_ended(void)
{
	struct fixture f =
		fixture_new(BARE "mkdir bin; printf '#!/bin/sh\\nhead -c 300000 /dev/zero "
				 ">$GIT_DIR/objects/pack/tmp\\nexec tail -f /dev/null\\n' >bin/git;"
				 "chmod +x bin/git");
	struct str commit = commit_of(&f, "HEAD");
	struct remote_url url;
	struct file_list list;
	struct str path = world_env(f.world, "PATH");

	setenv("PATH", str_cstr(f.arena, STR_CAT(f.arena, f.path, STR("/bin:"), path)), 1);
	CHECK_INT(remote_url_parse(f.arena, f.url, &url, &f.err), 0);
	CHECK_INT(fetch_commit(&f, &url, 200000, commit), -1);
	CHECK(str_contains(str_from_cstr(f.err.text), STR("more than 200000 bytes")));
	url.timeout_ms = 1;
	CHECK_INT(fetch_commit(&f, &url, 0, commit), -1);
	CHECK_INT(f.err.code, ERROR_DEADLINE);
	setenv("PATH", str_cstr(f.arena, path), 1);
	CHECK_INT(file_list(f.world, f.arena, f.folder, &list, &f.err), 0);
	CHECK_INT(list.count, 0);
	fixture_end(&f);
}

/* Each program leaves a trace when it is run. */
static void nothing_of_the_repository_is_run(void)
{
	struct fixture f = fixture_new(
		BARE "printf '#!/bin/sh\\ntouch %s\\nexit 1\\n' \"$PWD/ran\" >.git/evil;"
		     "chmod +x .git/evil; e=$PWD/.git/evil;"
		     "for h in post-checkout post-merge reference-transaction pre-receive; do "
		     "mkdir -p .git/hooks; cp .git/evil .git/hooks/$h; done;"
		     "git config uploadpack.packObjectsHook $e; git config core.fsmonitor $e;"
		     "git config core.sshCommand $e; git config credential.helper $e;"
		     "git config core.alternateRefsCommand $e; rm -f ran");
	struct remote_url url;
	struct str commit;

	CHECK_INT(resolve(&f, "", &commit), 0);
	CHECK_INT(remote_url_parse(f.arena, f.url, &url, &f.err), 0);
	CHECK_INT(fetch_commit(&f, &url, 0, commit), 0);
	CHECK(!file_exists(f.world, str_concat(f.arena, f.path, STR("/ran"))));
	fixture_end(&f);
}

/* --- files ----------------------------------------------------------------------------------- */

static void serve(void *data, struct http_exchange *x, const struct http_inbound *request)
{
	struct http_header to_file = { STR("Location"), STR("file:///etc/passwd") };
	struct http_header to_other = { STR("Location"), STR("http://files.test/ok.yaml") };

	(void)data;
	if (str_equal(request->path, STR("/ok.yaml")))
		http_reply(x, &(struct http_answer){ .status = 200, .body = STR("a: 1\n") });
	else if (str_equal(request->path, STR("/moved.yaml")))
		http_reply(x, &(struct http_answer){ .status = 302, &to_other, 1 });
	else if (str_equal(request->path, STR("/file.yaml")))
		http_reply(x, &(struct http_answer){ .status = 302, &to_file, 1 });
	else if (str_equal(request->path, STR("/who.yaml")))
		http_reply(x,
			   &(struct http_answer){ .status = 200,
						  .body = http_header_get(request->headers,
									  request->header_count,
									  STR("Authorization")) });
	else
		http_reply(x, &(struct http_answer){ .status = 404 });
}

static void files_come_by_http_alone(void)
{
	static const struct {
		const char *url;
		int status;
		const char *body;
	} rows[] = {
		{ "http://files.test/ok.yaml", 200, "a: 1\n" },
		{ "http://files.test/moved.yaml", 200, "a: 1\n" },
		{ "http://files.test/none.yaml", 404, "" },
		{ "http://me:s3cret@files.test/who.yaml", 200, "Basic bWU6czNjcmV0" },
		{ "http://me:s3cret@files.test/moved.yaml", 302, "" },
	};
	SCRATCH(arena);
	struct world *world = simulated_new(&(struct simulated_options){ .seed = 1 });
	struct remote_url url;
	struct remote_file file;
	struct error err;
	struct http_server *server = http_serve(world, STR("files.test:80"), serve, NULL,
						&(struct http_server_options){}, &err);

	if (!CHECK(server))
		return;
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].url); i++) {
		CHECK_INT(remote_url_parse_file(arena, str_from_cstr(rows[i].url), &url, &err), 0);
		if (!CHECK_INT(remote_fetch_file(world, arena, &url, &file, &err), 0))
			continue;
		CHECK_INT(file.status, rows[i].status);
		CHECK_STR(file.bytes, str_from_cstr(rows[i].body));
	}
	CHECK_INT(remote_url_parse_file(arena, STR("http://files.test/file.yaml"), &url, &err), 0);
	CHECK_INT(remote_fetch_file(world, arena, &url, &file, &err), -1);
	CHECK_INT(remote_url_parse_file(arena, STR("http://me:s3cret@gone.test/x"), &url, &err), 0);
	CHECK_INT(remote_fetch_file(world, arena, &url, &file, &err), -1);
	CHECK(!str_contains(str_from_cstr(err.text), STR("s3cret")));
	http_server_free(server);
	world_free(world);
}

TESTS({ "a name is looked for as git fetch does", a_name_is_looked_for_as_git_fetch_does },
      { "a ref is no option and no refspec", a_ref_is_no_option_and_no_refspec },
      { "a commit is fetched once, and whole", a_commit_is_fetched_once_and_whole },
      { "one that is too large is given up", one_that_is_too_large_is_given_up },
      { "a git that does not end is ended", a_git_that_does_not_end_is_ended },
      { "nothing of the repository is run", nothing_of_the_repository_is_run },
      { "files come by HTTP alone", files_come_by_http_alone })

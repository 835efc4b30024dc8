/* remote_url_test - the spellings of remote bases, as kustomize's parser reads them */
#include "source/remote_url.h"

#include "base/arena.h"
#include "base/test.h"

static const struct row {
	const char *text, *repository, *path, *ref;
	enum remote_scheme scheme;
} rows[] = {
	/* two segments of the path */
	{ "https://github.com/org/repo", "https://github.com/org/repo", "", "", REMOTE_HTTPS },
	{ "https://github.com/org/repo/a/b?ref=v1", "https://github.com/org/repo", "a/b", "v1",
	  REMOTE_HTTPS },
	{ "https://example.com:8443/org/repo/a", "https://example.com:8443/org/repo", "a", "",
	  REMOTE_HTTPS },
	{ "http://example.com/org/repo", "http://example.com/org/repo", "", "", REMOTE_HTTP },
	/* github.com in its spellings */
	{ "github.com/org/repo", "https://github.com/org/repo", "", "", REMOTE_HTTPS },
	{ "GitHub.com/org/repo/a", "https://github.com/org/repo", "a", "", REMOTE_HTTPS },
	{ "github.com:org/repo", "https://github.com/org/repo", "", "", REMOTE_HTTPS },
	{ "HTTP://GITHUB.COM/org/repo", "https://github.com/org/repo", "", "", REMOTE_HTTPS },
	{ "git@github.com:org/repo.git", "git@github.com:org/repo.git", "", "", REMOTE_SSH },
	{ "git@github.com/org/repo", "git@github.com:org/repo", "", "", REMOTE_SSH },
	{ "ssh://git@github.com/org/repo", "git@github.com:org/repo", "", "", REMOTE_SSH },
	{ "ssh://github.com/org/repo", "github.com:org/repo", "", "", REMOTE_SSH },
	{ "https://git@github.com/org/repo", "https://github.com/org/repo", "", "", REMOTE_HTTPS },
	/* marks */
	{ "https://example.com/a/b/c//d/e", "https://example.com/a/b/c", "d/e", "", REMOTE_HTTPS },
	{ "https://example.com/a/b/c.git/d/e", "https://example.com/a/b/c.git", "d/e", "",
	  REMOTE_HTTPS },
	{ "https://dev.azure.com/org/p/_git/repo/d?version=GBmain",
	  "https://dev.azure.com/org/p/_git/repo", "d", "GBmain", REMOTE_HTTPS },
	{ "https://example.com/_git/repo", "https://example.com/_git/repo", "", "", REMOTE_HTTPS },
	{ "ssh://git@example.com:2222/a/b//c", "ssh://git@example.com:2222/a/b", "c", "",
	  REMOTE_SSH },
	{ "git@example.com:a/b/c", "git@example.com:a/b", "c", "", REMOTE_SSH },
	{ "git@example.com/a/b", "git@example.com/a/b", "", "", REMOTE_SSH },
	{ "git::https://example.com/a/b", "https://example.com/a/b", "", "", REMOTE_HTTPS },
	/* of the disk */
	{ "file:///srv/repo", "file:///srv/repo", "", "", REMOTE_FILE },
	{ "file:///srv/repo.git/a", "file:///srv/repo.git", "a", "", REMOTE_FILE },
	{ "file:///srv/repo//a/b?ref=x", "file:///srv/repo", "a/b", "x", REMOTE_FILE },
	{ "FILE:///srv/a@b/c", "file:///srv/a@b/c", "", "", REMOTE_FILE },
	{ "file://me@srv/c", "file://me@srv/c", "", "", REMOTE_FILE },
	/* paths */
	{ "https://example.com/a/b//c/../d", "https://example.com/a/b", "c/../d", "",
	  REMOTE_HTTPS },
	/* queries */
	{ "github.com/a/b?version=1&ref=2", "https://github.com/a/b", "", "2", REMOTE_HTTPS },
	{ "github.com/a/b?ref=", "https://github.com/a/b", "", "", REMOTE_HTTPS },
	{ "github.com/a/b?ref=x%2Fy+z", "https://github.com/a/b", "", "x/y z", REMOTE_HTTPS },
	{ "github.com/a/b?ref=x&ref=y", "https://github.com/a/b", "", "x", REMOTE_HTTPS },
	{ "github.com/a/b?ref=x&y=%zz", "https://github.com/a/b", "", "", REMOTE_HTTPS },
	{ "github.com/a/b?ref=x;y", "https://github.com/a/b", "", "", REMOTE_HTTPS },
};

static void reads_every_spelling(void)
{
	SCRATCH(arena);
	struct remote_url url;
	struct error err;

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		struct str text = str_from_cstr(rows[i].text);
		if (!CHECK_INT(remote_url_parse(arena, text, &url, &err), 0))
			continue;
		CHECK_STR(url.repository, str_from_cstr(rows[i].repository));
		CHECK_STR(url.path, str_from_cstr(rows[i].path));
		CHECK_STR(url.ref, str_from_cstr(rows[i].ref));
		CHECK_INT(url.scheme, rows[i].scheme);
	}
}

static const struct bad {
	const char *text, *why;
} bads[] = {
	{ "", "no scheme" },
	{ "../base", "no scheme" },
	{ "base/github.com/org", "no scheme" },
	{ "/srv/repo", "a path" },
	{ "ext::sh -c evil", "no scheme" },
	{ "ext::ssh://x/y/z", "no scheme" },
	{ "--upload-pack=evil", "no scheme" },
	{ "-u@example.com:a/b", "no scheme" },
	{ "git://example.com/a/b", "no scheme" },
	{ "s3://bucket/a/b", "no scheme" },
	{ "git@-oProxyCommand=evil:a/b", "does not begin with '-'" },
	{ "ssh://-oProxyCommand=evil/a/b", "does not begin with '-'" },
	{ "git@example.com:-a/b", "does not begin with '-'" },
	{ "https://example.com", "ORGANISATION" },
	{ "https://example.com/org", "ORGANISATION" },
	{ "https:///a/b//", "no host" },
	{ "https://example.com///a", "no path" },
	{ "file://", "no path" },
	{ "me@work", "ORGANISATION" },
	{ "https://example.com/a/b//../c", "exits repo" },
	{ "https://example.com/a/b//c/../../d", "exits repo" },
	{ "https://example.com/a/b\n/c", "control" },
	{ "https://u:%zz@example.com/a/b", "not encoded" },
};

static void refuses_what_is_none(void)
{
	SCRATCH(arena);
	struct remote_url url;
	struct error err;

	for (size_t i = 0; TEST_ROW(bads, i, bads[i].text); i++) {
		struct str text = str_from_cstr(bads[i].text);
		CHECK_INT(remote_url_parse(arena, text, &url, &err), -1);
		CHECK(str_contains(str_from_cstr(err.text), str_from_cstr(bads[i].why)));
	}
}

static const struct {
	const char *query;
	int64_t timeout_ms;
	bool submodules;
} queries[] = {
	{ "", REMOTE_TIMEOUT_MS, true },
	{ "?timeout=61", 61000, true },
	{ "?timeout=2m", 120000, true },
	{ "?timeout=0", REMOTE_TIMEOUT_MS, true },
	{ "?timeout=-5s", REMOTE_TIMEOUT_MS, true },
	{ "?timeout=soon", REMOTE_TIMEOUT_MS, true },
	{ "?submodules=false", REMOTE_TIMEOUT_MS, false },
	{ "?submodules=0", REMOTE_TIMEOUT_MS, false },
	{ "?submodules=no", REMOTE_TIMEOUT_MS, true },
};

static void reads_timeout_and_submodules(void)
{
	SCRATCH(arena);
	struct remote_url url;
	struct error err;

	for (size_t i = 0; TEST_ROW(queries, i, queries[i].query); i++) {
		struct str text =
			str_concat(arena, STR("github.com/a/b"), str_from_cstr(queries[i].query));
		CHECK_INT(remote_url_parse(arena, text, &url, &err), 0);
		CHECK_INT(url.timeout_ms, queries[i].timeout_ms);
		CHECK_INT(url.submodules, queries[i].submodules);
	}
}

static void credentials_are_in_no_other_text(void)
{
	static const struct {
		const char *text, *shown, *repository, *credentials;
	} secret[] = {
		{ "https://me:s3cr%65t@example.com/a/b//c?ref=v1",
		  "https://example.com/a/b//c?ref=v1", "https://example.com/a/b", "me:s3cret" },
		{ "https://s3cret@example.com/a/b", "https://example.com/a/b",
		  "https://example.com/a/b", "s3cret:" },
		{ "https://s3cret@github.com/a/b", "https://github.com/a/b",
		  "https://github.com/a/b", "s3cret:" },
		{ "http://me:p@ss@example.com/a/b", "http://example.com/a/b",
		  "http://example.com/a/b", "me:p@ss" },
	};
	SCRATCH(arena);
	struct remote_url url;
	struct error err;

	for (size_t i = 0; TEST_ROW(secret, i, secret[i].text); i++) {
		struct str text = str_from_cstr(secret[i].text);
		CHECK_INT(remote_url_parse(arena, text, &url, &err), 0);
		CHECK_STR(url.shown, str_from_cstr(secret[i].shown));
		CHECK_STR(url.repository, str_from_cstr(secret[i].repository));
		CHECK_STR(url.credentials, str_from_cstr(secret[i].credentials));
		CHECK_INT(remote_url_parse_file(arena, text, &url, &err), 0);
		CHECK_STR(url.shown, str_from_cstr(secret[i].shown));
	}
	CHECK_INT(remote_url_parse(arena, STR("git@example.com:a/b"), &url, &err), 0);
	CHECK(!url.credentials.ptr);
	CHECK_TEXT(url.shown, "git@example.com:a/b");
	CHECK_INT(remote_url_parse(arena, STR("https://me:s3cret@example.com/a"), &url, &err), -1);
	CHECK(!str_contains(str_from_cstr(err.text), STR("s3cret")));
}

static void a_fetched_base_names_nothing_less_protected(void)
{
	CHECK(remote_scheme_may_name(REMOTE_HTTPS, REMOTE_HTTPS));
	CHECK(!remote_scheme_may_name(REMOTE_HTTPS, REMOTE_HTTP));
	CHECK(!remote_scheme_may_name(REMOTE_HTTPS, REMOTE_SSH));
	CHECK(!remote_scheme_may_name(REMOTE_HTTPS, REMOTE_FILE));
	CHECK(!remote_scheme_may_name(REMOTE_HTTP, REMOTE_FILE));
	CHECK(!remote_scheme_may_name(REMOTE_SSH, REMOTE_FILE));
	CHECK(remote_scheme_may_name(REMOTE_SSH, REMOTE_SSH));
	CHECK(remote_scheme_may_name(REMOTE_FILE, REMOTE_FILE));
}

TESTS({ "every spelling of kustomize is read", reads_every_spelling },
      { "what is no URL of a repository is refused", refuses_what_is_none },
      { "timeout and submodules are read as kustomize does", reads_timeout_and_submodules },
      { "credentials are in no other text", credentials_are_in_no_other_text },
      { "a fetched base names nothing less protected",
	a_fetched_base_names_nothing_less_protected })

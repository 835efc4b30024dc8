/* remote_lock_test - forge.lock is read strictly, and written in one way */
#include "source/remote_lock.h"

#include "base/arena.h"
#include "base/test.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void what_is_written_is_read(void)
{
	SCRATCH(arena);
	struct remote_lock lock = {}, again = {};
	struct error err;

	remote_lock_put(arena, &lock,
			(struct remote_lock_entry){ .url = STR("https://b/x.yaml"),
						    .sha256 = STR(SHA256) });
	remote_lock_put(arena, &lock,
			(struct remote_lock_entry){ .url = STR("https://a/o/r?ref=v1"),
						    .commit = STR(SHA256) });
	remote_lock_put(arena, &lock,
			(struct remote_lock_entry){ .url = STR("https://a/o/r?ref=v1"),
						    .commit = STR(COMMIT) });
	remote_lock_put(arena, &lock,
			(struct remote_lock_entry){ .url = STR("file:///a b: \"#c"),
						    .commit = STR(COMMIT) });
	struct str text = remote_lock_write(arena, &lock);
	CHECK_TEXT(text, "# The remote bases of this repository: forge build --update-lock writes "
			 "this file.\n"
			 "remotes:\n"
			 "- url: \"file:///a b: \\\"#c\"\n"
			 "  commit: " COMMIT "\n"
			 "- url: https://a/o/r?ref=v1\n"
			 "  commit: " COMMIT "\n"
			 "- url: https://b/x.yaml\n"
			 "  sha256: " SHA256 "\n");
	CHECK_INT(remote_lock_read(arena, text, &again, &err), 0);
	CHECK_INT(again.entries.count, 3);
	CHECK_STR(remote_lock_write(arena, &again), text);
	const struct remote_lock_entry *e = remote_lock_find(&again, STR("https://b/x.yaml"));
	CHECK(e && !e->commit.ptr && str_equal(e->sha256, STR(SHA256)));
	CHECK(!remote_lock_find(&again, STR("https://b/x")));
}

static void an_empty_one_is_one(void)
{
	SCRATCH(arena);
	struct remote_lock lock = {};
	struct error err;

	CHECK_INT(remote_lock_read(arena, remote_lock_write(arena, &lock), &lock, &err), 0);
	CHECK_INT(lock.entries.count, 0);
}

static const struct {
	const char *text, *why;
} bads[] = {
	{ "", "" },
	{ "[]", "line 1: it has one list" },
	{ "remotes: {}", "it has one list" },
	{ "remotes: []\nmore: 1", "it has one list" },
	{ "remotes:\n- x", "line 2: an entry is a map" },
	{ "remotes:\n- {url: a, commit: [x]}", "line 2: an entry has a url" },
	{ "remotes:\n- {url: a, hash: x}", "an entry has a url" },
	{ "remotes:\n- {commit: " COMMIT "}", "without url" },
	{ "remotes:\n- {url: a}", "40 digits" },
	{ "remotes:\n- {url: a, commit: main}", "40 digits" },
	{ "remotes:\n- {url: a, commit: ../../../../../../../../../../x}", "40 digits" },
	{ "remotes:\n- {url: a, sha256: " COMMIT "}", "40 digits" },
	{ "remotes:\n- {url: a, sha256: " SHA256 ", commit: " COMMIT "}", "40 digits" },
	{ "remotes:\n- {url: a, commit: " COMMIT "}\n- {url: a, commit: " COMMIT "}",
	  "line 3: a url that has an entry already" },
	{ "remotes: [", "line 1" },
};

static void anything_else_is_refused_with_its_line(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(bads, i, bads[i].text); i++) {
		struct remote_lock lock = {};
		struct error err;
		CHECK_INT(remote_lock_read(arena, str_from_cstr(bads[i].text), &lock, &err), -1);
		CHECK(str_contains(str_from_cstr(err.text), str_from_cstr(bads[i].why)));
		CHECK_INT(err.position, ERROR_NO_POSITION);
		CHECK_INT(lock.entries.count, 0);
	}
}

TESTS({ "what is written is read, by URL in byte order", what_is_written_is_read },
      { "a lock without entries is one", an_empty_one_is_one },
      { "anything else is refused, with its line", anything_else_is_refused_with_its_line })

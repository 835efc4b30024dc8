/* redact_test - copies of secrets and passwords in URLs are masked, plain words are not */
#include "doc/redact.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

#define SECRET "hunter2hunter2"

static void copies_are_masked(void)
{
	static const struct {
		const char *secret, *text, *want;
	} rows[] = {
		{ SECRET, "a " SECRET " b", "a *** b" },
		{ SECRET, SECRET SECRET, "******" },
		{ SECRET, "image: x/" SECRET ":1", "image: x/***:1" },
		{ SECRET, "hunter2hunter", "hunter2hunter" },
		{ SECRET, "aHVudGVyMmh1bnRlcjI=", "***" },
		{ "aHVudGVyMmh1bnRlcjI=", SECRET, "***" },
		{ "pass\"w0rd", "pass\\\"w0rd", "***" },
		{ "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7\nMIIEpQIBAAKCAQEA8\n",
		  "line MIIEpQIBAAKCAQEA8", "line ***" },
		{ "{\"auths\":{\"r.io\":{\"password\":\"" SECRET "\"}}}", "p " SECRET, "p ***" },
		{ "postgres://app:" SECRET "@db/app", "the password is " SECRET,
		  "the password is ***" },
		/* What is no telling text stays. */
		{ "postgres", "image: postgres:16", "image: postgres:16" },
		{ "true", "true", "true" },
		{ "hunter2", "hunter2", "hunter2" },
		{ "web-production", "Deployment/web-production", "Deployment/web-production" },
		{ "db1.example.com", "db1.example.com", "db1.example.com" },
		{ "correcthorse", "correcthorse", "***" },
		{ "correcthors", "correcthors", "correcthors" },
		{ "12345678", "12345678", "12345678" },
		{ "p@ssword", "p@ssword", "***" },
		{ "", "", "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		struct redactor *r = redactor_new(arena);
		redactor_learn(r, str_from_cstr(rows[i].secret));
		CHECK_STR(redact(r, arena, str_from_cstr(rows[i].text)),
			  str_from_cstr(rows[i].want));
	}
}

static void passwords_of_urls_are_masked(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "https://u:p@h/x", "https://u:***@h/x" },
		{ "at https://u:p:q@h, and", "at https://u:***@h, and" },
		{ "https://ghp_0123456789@h/x", "https://***@h/x" },
		{ "ssh://git@h/x", "ssh://git@h/x" },
		{ "https://h/a@b:c", "https://h/a@b:c" },
		{ "https://h:443/x", "https://h:443/x" },
		{ "https://u:@h", "https://u:@h" },
		{ "a://b a:b@c", "a://b a:b@c" },
		{ "://", "://" },
		/* What is given to the name of a credential. */
		{ "run --token=hunter2 x", "run --token=*** x" },
		{ "'{\"password\": \"hunter2\"}'", "'{\"password\": \"***\"}'" },
		{ "x: Bearer hunter2hunter2", "x: Bearer ***" },
		{ "secretName=hunter2", "secretName=hunter2" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		CHECK_STR(redact(redactor_new(arena), arena, str_from_cstr(rows[i].text)),
			  str_from_cstr(rows[i].want));
	}
}

static void many_secrets_that_begin_alike_cost_no_more(void)
{
	SCRATCH(arena);
	struct redactor *r = redactor_new(arena);

	for (int i = 0; i < 3 * REDACT_ALIKE_MAX; i++)
		redactor_learn(r, str_printf(arena, "abcdefg1-%d", i));
	CHECK_TEXT(redact(r, arena, STR("x abcdefg1-47 y")), "x *** y");
	CHECK_TEXT(redact(r, arena, STR("x abcdefg1-0 y")), "x *** y");
	CHECK_TEXT(redact(r, arena, STR("x abcdefg2-0 y")), "x abcdefg2-0 y");
}

static void the_longest_secret_counts(void)
{
	SCRATCH(arena);
	struct redactor *r = redactor_new(arena);

	redactor_learn(r, STR("abcdefg1"));
	redactor_learn(r, STR("abcdefg1234"));
	CHECK_TEXT(redact(r, arena, STR("abcdefg1234 abcdefg12 abcdefg")), "*** ***2 abcdefg");
}

static void words_make_a_text_suspect(void)
{
	CHECK(redact_is_suspect(STR("kind: Secret\n")));
	CHECK(redact_is_suspect(STR("{\"kind\":\"SECRET\"")));
	CHECK(redact_is_suspect(STR("DB_PASSWORD=x")));
	CHECK(redact_is_suspect(STR("api-key")));
	CHECK(!redact_is_suspect(STR("kind: Deployment\n")));
	CHECK(!redact_is_suspect(STR("")));
}

/* A secret that looks like the syntax around it masks no syntax. */
static void trees_are_redacted_text_by_text(void)
{
	static const struct {
		const char *secret, *tree, *want;
	} rows[] = {
		{ "\":\"error\",\"message\":\"", "{severity: error, message: m}",
		  "{\"severity\":\"error\",\"message\":\"m\"}" },
		{ SECRET, "{a: [x, " SECRET "], " SECRET "1: y}",
		  "{\"a\":[\"x\",\"***\"],\"***1\":\"y\"}" },
		{ "", "{password: hunter, token: 12345, secret: abc}",
		  "{\"password\":\"***\",\"token\":12345,\"secret\":\"abc\"}" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].tree); i++) {
		SCRATCH(arena);
		struct redactor *r = redactor_new(arena);
		redactor_learn(r, str_from_cstr(rows[i].secret));
		const struct node *tree = node_make(arena, rows[i].tree);
		CHECK_STR(json_text(arena, redact_tree(r, arena, tree), 0),
			  str_from_cstr(rows[i].want));
	}
}

static void a_tree_without_secrets_stays_as_it_is(void)
{
	SCRATCH(arena);
	const struct node *tree = node_make(arena, "{a: [{b: c}], d: {}}");

	CHECK(redact_tree(redactor_new(arena), arena, tree) == tree);
}

TESTS({ "trees are redacted text by text", trees_are_redacted_text_by_text },
      { "a tree without secrets stays as it is", a_tree_without_secrets_stays_as_it_is },
      { "copies of secrets are masked", copies_are_masked },
      { "passwords of URLs are masked", passwords_of_urls_are_masked },
      { "many secrets that begin alike cost no more", many_secrets_that_begin_alike_cost_no_more },
      { "the longest secret counts", the_longest_secret_counts },
      { "words make a text suspect", words_make_a_text_suspect })

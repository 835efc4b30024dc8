/* sops_test - what is encrypted is taken as decrypted, the rest stays */
#include "build/sops.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

#define SECRET "apiVersion: v1, kind: Secret, metadata: {name: s}"
#define ENC    "\"ENC[AES256_GCM,data:abc,type:str]\""

static const struct {
	const char *before, *after;
	bool hides;
} rows[] = {
	{ "{" SECRET ", data: {a: " ENC ", b: eA==}, sops: {mac: " ENC "}}",
	  "{" SECRET ", data: {a: YXNzdW1lZA==, b: eA==}}", true },
	{ "{" SECRET ", stringData: {a: " ENC "}, sops: {mac: " ENC "}}",
	  "{" SECRET ", stringData: {a: assumed}}", true },
	{ "{apiVersion: v1, kind: ConfigMap, data: {a: x, b: " ENC "}, sops: {}}",
	  "{apiVersion: v1, kind: ConfigMap, data: {a: x, b: assumed}}", false },
	{ "{apiVersion: x/v1, kind: X, spec: {list: [{a: " ENC "}, b]}, sops: {}}",
	  "{apiVersion: x/v1, kind: X, spec: {list: [{a: assumed}, b]}}", false },
	/* Lines of an env file, and a whole file; the base64 is of the texts above. */
	{ "{" SECRET ", data: {KEY: RU5DW0FFUzI1Nl9HQ00sZGF0YTphLHR5cGU6c3RyXQ==, "
	  "sops_version: My44LjE=, plain: eA==}}",
	  "{" SECRET ", data: {KEY: YXNzdW1lZA==, plain: eA==}}", false },
	{ "{" SECRET ", data: {a: eA==}}", "{" SECRET ", data: {a: eA==}}", false },
};

static struct str json_of(struct arena *arena, const struct node *n)
{
	struct buf buf;

	buf_init(&buf, arena);
	json_write(&buf, n, JSON_SECRETS);
	return buf_str(&buf);
}

static void assumes_what_is_encrypted(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].before); i++) {
		struct arena *arena = arena_new("sops_test");
		const struct node *before = node_make(arena, rows[i].before);
		CHECK_STR(json_of(arena, sops_assume(arena, before)),
			  json_of(arena, node_make(arena, rows[i].after)));
		CHECK_INT(sops_hides(before), rows[i].hides);
		arena_free(arena);
	}
}

/* They stand for secrets, whatever holds them; what was not encrypted is none. */
static void what_is_assumed_is_marked(void)
{
	SCRATCH(arena);
	const struct node *before = node_make(
		arena, "{apiVersion: v1, kind: ConfigMap, data: {a: x, b: " ENC "}, sops: {}}");
	const struct node *after = sops_assume(arena, before);

	CHECK_TEXT(json_text(arena, node_get_lit(after, "data"), 0), "{\"a\":\"x\",\"b\":\"***\"}");
}

TESTS({ "encrypted values are assumed", assumes_what_is_encrypted },
      { "assumed values are marked as secret", what_is_assumed_is_marked })

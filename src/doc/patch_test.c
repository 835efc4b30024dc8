/* patch_test - JSON Patch and merge patch: the public cases, and the texts kubectl prints */
#include "doc/patch.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/origin.h"

/* The patched document, or the error, as text. */
static struct str patched(struct arena *arena, const char *document, const char *patch,
			  struct patch_options options)
{
	struct docset *set = docset_new(arena);
	struct error err = {};
	const struct node *root = json_read(set, STR("d"), str_from_cstr(document), &err);
	const struct node *operations = json_read(set, STR("p"), str_from_cstr(patch), &err);
	const struct node *result = patch_json(arena, root, operations, &options, &err);

	return result ? json_text(arena, result, 0) : str_copy(arena, str_from_cstr(err.text));
}

#define CHECK_PATCH(document, patch, want, ...)                                                    \
	do {                                                                                       \
		SCRATCH(arena_);                                                                   \
		CHECK_TEXT(patched(arena_, document, "[" patch "]",                                \
				   (struct patch_options){ __VA_ARGS__ }),                         \
			   want);                                                                  \
	} while (0)

/* One of the public cases: {doc, patch, expected | error, disabled}. */
static bool case_passes(struct arena *arena, const struct node *c)
{
	struct error err = {};
	const struct node *expected = node_get_lit(c, "expected");
	const struct node *result =
		patch_json(arena, node_get_lit(c, "doc"), node_get_lit(c, "patch"), NULL, &err);

	if (node_get_lit(c, "error"))
		return !result && err.text[0];
	return result && (!expected || node_equal(result, expected));
}

static void run_cases(const char *path)
{
	SCRATCH(arena);
	struct error err = {};
	struct str text = test_shared_text(arena, path);

	if (!text.ptr) {
		test_skip("the public cases are not beside the project");
		return;
	}
	const struct node *cases = json_read(docset_new(arena), STR("cases"), text, &err);
	CHECK(cases && cases->raw_count > 10);
	for (uint32_t i = 0; i < node_item_count(cases); i++) {
		const struct node *c = cases->raw_items[i];
		if (node_get_lit(c, "disabled"))
			continue;
		if (!CHECK(case_passes(arena, c)))
			printf("# case %u: %s\n", i, json_text(arena, c, 0).ptr);
	}
}

static void public_cases(void)
{
	run_cases("cases/json-patch/tests.json");
}

static void cases_of_the_standard(void)
{
	run_cases("cases/json-patch/spec_tests.json");
}

/* Measured with kubectl kustomize. */
static void error_texts(void)
{
	CHECK_PATCH("{}", "{\"op\":\"replace\",\"path\":\"/x/y\",\"value\":1}",
		    "replace operation does not apply: doc is missing path: /x/y: missing value");
	CHECK_PATCH("{\"l\":[1]}", "{\"op\":\"replace\",\"path\":\"/l/3\",\"value\":9}",
		    "replace operation does not apply: doc is missing key: /l/3: missing value");
	CHECK_PATCH("{}", "{\"op\":\"remove\",\"path\":\"/x\"}",
		    "error in remove for path: '/x': Unable to remove nonexistent key: x: "
		    "missing value");
	CHECK_PATCH("{}", "{\"op\":\"remove\",\"path\":\"/x/y\"}",
		    "remove operation does not apply: doc is missing path: \"/x/y\": "
		    "missing value");
	CHECK_PATCH("{\"l\":[1]}", "{\"op\":\"remove\",\"path\":\"/l/7\"}",
		    "error in remove for path: '/l/7': Unable to access invalid index: 7: "
		    "invalid index referenced");
	CHECK_PATCH("{\"l\":[1]}", "{\"op\":\"add\",\"path\":\"/l/a\",\"value\":9}",
		    "error in add for path: '/l/a': value was not a proper array index: 'a': "
		    "strconv.Atoi: parsing \"a\": invalid syntax");
	CHECK_PATCH("{\"a\":1}", "{\"op\":\"test\",\"path\":\"/a\",\"value\":2}",
		    "testing value /a failed: test failed");
	CHECK_PATCH("{}", "{\"op\":\"copy\",\"from\":\"/q/r\",\"path\":\"/z\"}",
		    "copy operation does not apply: doc is missing from path: /q/r: "
		    "missing value");
	CHECK_PATCH("{}", "{\"op\":\"move\",\"from\":\"/q\",\"path\":\"/z\"}",
		    "error in move for path: '/q': Unable to remove nonexistent key: q: "
		    "missing value");
	CHECK_PATCH("{}", "{\"op\":\"move\",\"path\":\"/z\"}",
		    "move operation failed to decode from: operation, missing from field: "
		    "missing value");
	CHECK_PATCH("{}", "{\"op\":\"add\",\"value\":1}",
		    "add operation failed to decode path: missing value");
	CHECK_PATCH("{}", "{\"op\":\"add\",\"path\":\"x\",\"value\":1}",
		    "add operation does not apply: doc is missing path: \"x\": missing value");
	CHECK_PATCH("{}", "{\"op\":\"spam\",\"path\":\"/z\"}", "Unexpected kind: spam");
}

/* An absent key passes for null, and for nothing else. */
static void a_test_takes_an_absent_key_for_null(void)
{
	static const struct {
		const char *document, *path, *value;
		bool passes;
	} rows[] = {
		{ "{}", "/x", "null", true },
		{ "{}", "/x", "1", false },
		{ "{}", "/x", "{}", false },
		{ "{\"x\":null}", "/x", "null", true },
		{ "{\"x\":null}", "/x", "0", false },
		{ "{\"x\":0}", "/x", "null", false },
		{ "{\"x\":{}}", "/x/y", "null", true },
		{ "{\"x\":{}}", "/x/y", "1", false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].document); i++) {
		SCRATCH(arena);
		struct str operation =
			str_printf(arena, "[{\"op\":\"test\",\"path\":\"%s\",\"value\":%s}]",
				   rows[i].path, rows[i].value);
		struct str fault =
			str_printf(arena, "testing value %s failed: test failed", rows[i].path);
		CHECK_STR(patched(arena, rows[i].document, str_cstr(arena, operation),
				  (struct patch_options){}),
			  rows[i].passes ? str_from_cstr(rows[i].document) : fault);
	}
}

static void lenient_as_kubectl(void)
{
	CHECK_PATCH("{}", "{\"op\":\"replace\",\"path\":\"/x\",\"value\":1}", "{\"x\":1}",
		    .lenient = true);
	CHECK_PATCH("[1,2,3]", "{\"op\":\"remove\",\"path\":\"/-1\"}", "[1,2]", .lenient = true);
	CHECK_PATCH("[1,2,3]", "{\"op\":\"add\",\"path\":\"/-1\",\"value\":9}", "[1,2,3,9]",
		    .lenient = true);
	CHECK_PATCH("[1,2,3]", "{\"op\":\"add\",\"path\":\"/01\",\"value\":9}", "[1,9,2,3]",
		    .lenient = true);
	CHECK_PATCH("{}", "{\"op\":\"add\",\"path\":\"/x\"}", "{\"x\":null}", .lenient = true);
	CHECK_PATCH("{}", "{\"op\":\"copy\",\"from\":\"/q\",\"path\":\"/z\"}", "{\"z\":null}",
		    .lenient = true);
	CHECK_PATCH("{}", "{\"op\":\"add\",\"path\":\"\",\"value\":{}}",
		    "add operation does not apply: doc is missing path: \"\": missing value",
		    .lenient = true);
}

/* Each place of a list and a map, strictly as the standard has it and as kubectl does. */
static const struct {
	const char *operation, *want, *lenient;
} places[] = {
	{ "{\"op\":\"add\",\"path\":\"/l/0\",\"value\":9}", "{\"l\":[9,1,2,3],\"m\":{\"a\":1}}",
	  "{\"l\":[9,1,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"replace\",\"path\":\"/l/0\",\"value\":9}", "{\"l\":[9,2,3],\"m\":{\"a\":1}}",
	  "{\"l\":[9,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"remove\",\"path\":\"/l/0\"}", "{\"l\":[2,3],\"m\":{\"a\":1}}",
	  "{\"l\":[2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/l/0\",\"value\":9}",
	  "testing value /l/0 failed: test failed", "testing value /l/0 failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/l/2\",\"value\":9}", "{\"l\":[1,2,9,3],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2,9,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"replace\",\"path\":\"/l/2\",\"value\":9}", "{\"l\":[1,2,9],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2,9],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"remove\",\"path\":\"/l/2\"}", "{\"l\":[1,2],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/l/2\",\"value\":9}",
	  "testing value /l/2 failed: test failed", "testing value /l/2 failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/l/3\",\"value\":9}", "{\"l\":[1,2,3,9],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2,3,9],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"replace\",\"path\":\"/l/3\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /l/3: missing value",
	  "replace operation does not apply: doc is missing key: /l/3: missing value" },
	{ "{\"op\":\"remove\",\"path\":\"/l/3\"}",
	  "error in remove for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced",
	  "error in remove for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced" },
	{ "{\"op\":\"test\",\"path\":\"/l/3\",\"value\":9}",
	  "error in test for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced",
	  "error in test for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced" },
	{ "{\"op\":\"add\",\"path\":\"/l/4\",\"value\":9}",
	  "error in add for path: '/l/4': Unable to access invalid index: 4: invalid index "
	  "referenced",
	  "error in add for path: '/l/4': Unable to access invalid index: 4: invalid index "
	  "referenced" },
	{ "{\"op\":\"replace\",\"path\":\"/l/4\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /l/4: missing value",
	  "replace operation does not apply: doc is missing key: /l/4: missing value" },
	{ "{\"op\":\"remove\",\"path\":\"/l/4\"}",
	  "error in remove for path: '/l/4': Unable to access invalid index: 4: invalid "
	  "index referenced",
	  "error in remove for path: '/l/4': Unable to access invalid index: 4: invalid "
	  "index referenced" },
	{ "{\"op\":\"test\",\"path\":\"/l/4\",\"value\":9}",
	  "error in test for path: '/l/4': Unable to access invalid index: 4: invalid "
	  "index referenced",
	  "error in test for path: '/l/4': Unable to access invalid index: 4: invalid "
	  "index referenced" },
	{ "{\"op\":\"add\",\"path\":\"/l/-\",\"value\":9}", "{\"l\":[1,2,3,9],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2,3,9],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"replace\",\"path\":\"/l/-\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /l/-: missing value",
	  "replace operation does not apply: doc is missing key: /l/-: missing value" },
	{ "{\"op\":\"remove\",\"path\":\"/l/-\"}",
	  "error in remove for path: '/l/-': strconv.Atoi: parsing \"-\": invalid syntax",
	  "error in remove for path: '/l/-': strconv.Atoi: parsing \"-\": invalid syntax" },
	{ "{\"op\":\"test\",\"path\":\"/l/-\",\"value\":9}",
	  "error in test for path: '/l/-': strconv.Atoi: parsing \"-\": invalid syntax",
	  "error in test for path: '/l/-': strconv.Atoi: parsing \"-\": invalid syntax" },
	{ "{\"op\":\"add\",\"path\":\"/l/-1\",\"value\":9}",
	  "error in add for path: '/l/-1': Unable to access invalid index: -1: invalid "
	  "index referenced",
	  "{\"l\":[1,2,3,9],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"replace\",\"path\":\"/l/-1\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /l/-1: missing value",
	  "{\"l\":[1,2,9],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"remove\",\"path\":\"/l/-1\"}",
	  "error in remove for path: '/l/-1': Unable to access invalid index: -1: invalid "
	  "index referenced",
	  "{\"l\":[1,2],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/l/-1\",\"value\":9}",
	  "error in test for path: '/l/-1': Unable to access invalid index: -1: invalid "
	  "index referenced",
	  "testing value /l/-1 failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/l/01\",\"value\":9}",
	  "error in add for path: '/l/01': Unable to access invalid index: 1: invalid "
	  "index referenced",
	  "{\"l\":[1,9,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"replace\",\"path\":\"/l/01\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /l/01: missing value",
	  "{\"l\":[1,9,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"remove\",\"path\":\"/l/01\"}",
	  "error in remove for path: '/l/01': Unable to access invalid index: 1: invalid "
	  "index referenced",
	  "{\"l\":[1,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/l/01\",\"value\":9}",
	  "error in test for path: '/l/01': Unable to access invalid index: 1: invalid "
	  "index referenced",
	  "testing value /l/01 failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/m/a\",\"value\":9}", "{\"l\":[1,2,3],\"m\":{\"a\":9}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":9}}" },
	{ "{\"op\":\"replace\",\"path\":\"/m/a\",\"value\":9}", "{\"l\":[1,2,3],\"m\":{\"a\":9}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":9}}" },
	{ "{\"op\":\"remove\",\"path\":\"/m/a\"}", "{\"l\":[1,2,3],\"m\":{}}",
	  "{\"l\":[1,2,3],\"m\":{}}" },
	{ "{\"op\":\"test\",\"path\":\"/m/a\",\"value\":9}",
	  "testing value /m/a failed: test failed", "testing value /m/a failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/m/b\",\"value\":9}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"b\":9}}", "{\"l\":[1,2,3],\"m\":{\"a\":1,\"b\":9}}" },
	{ "{\"op\":\"replace\",\"path\":\"/m/b\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /m/b: missing value",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"b\":9}}" },
	{ "{\"op\":\"remove\",\"path\":\"/m/b\"}",
	  "error in remove for path: '/m/b': Unable to remove nonexistent key: b: missing "
	  "value",
	  "error in remove for path: '/m/b': Unable to remove nonexistent key: b: missing "
	  "value" },
	{ "{\"op\":\"test\",\"path\":\"/m/b\",\"value\":9}",
	  "testing value /m/b failed: test failed", "testing value /m/b failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/m/b/c\",\"value\":9}",
	  "add operation does not apply: doc is missing path: \"/m/b/c\": missing value",
	  "add operation does not apply: doc is missing path: \"/m/b/c\": missing value" },
	{ "{\"op\":\"replace\",\"path\":\"/m/b/c\",\"value\":9}",
	  "replace operation does not apply: doc is missing path: /m/b/c: missing value",
	  "replace operation does not apply: doc is missing path: /m/b/c: missing value" },
	{ "{\"op\":\"remove\",\"path\":\"/m/b/c\"}",
	  "remove operation does not apply: doc is missing path: \"/m/b/c\": missing value",
	  "remove operation does not apply: doc is missing path: \"/m/b/c\": missing "
	  "value" },
	{ "{\"op\":\"test\",\"path\":\"/m/b/c\",\"value\":9}",
	  "test operation does not apply: is missing path: /m/b/c: missing value",
	  "test operation does not apply: is missing path: /m/b/c: missing value" },
	{ "{\"op\":\"add\",\"path\":\"/x\",\"value\":9}", "{\"l\":[1,2,3],\"m\":{\"a\":1},\"x\":9}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1},\"x\":9}" },
	{ "{\"op\":\"replace\",\"path\":\"/x\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /x: missing value",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1},\"x\":9}" },
	{ "{\"op\":\"remove\",\"path\":\"/x\"}",
	  "error in remove for path: '/x': Unable to remove nonexistent key: x: missing "
	  "value",
	  "error in remove for path: '/x': Unable to remove nonexistent key: x: missing "
	  "value" },
	{ "{\"op\":\"test\",\"path\":\"/x\",\"value\":9}", "testing value /x failed: test failed",
	  "testing value /x failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/x/y\",\"value\":9}",
	  "add operation does not apply: doc is missing path: \"/x/y\": missing value",
	  "add operation does not apply: doc is missing path: \"/x/y\": missing value" },
	{ "{\"op\":\"replace\",\"path\":\"/x/y\",\"value\":9}",
	  "replace operation does not apply: doc is missing path: /x/y: missing value",
	  "replace operation does not apply: doc is missing path: /x/y: missing value" },
	{ "{\"op\":\"remove\",\"path\":\"/x/y\"}",
	  "remove operation does not apply: doc is missing path: \"/x/y\": missing value",
	  "remove operation does not apply: doc is missing path: \"/x/y\": missing value" },
	{ "{\"op\":\"test\",\"path\":\"/x/y\",\"value\":9}",
	  "test operation does not apply: is missing path: /x/y: missing value",
	  "test operation does not apply: is missing path: /x/y: missing value" },
	{ "{\"op\":\"add\",\"path\":\"/l/0/x\",\"value\":9}",
	  "add operation does not apply: doc is missing path: \"/l/0/x\": missing value",
	  "add operation does not apply: doc is missing path: \"/l/0/x\": missing value" },
	{ "{\"op\":\"replace\",\"path\":\"/l/0/x\",\"value\":9}",
	  "replace operation does not apply: doc is missing path: /l/0/x: missing value",
	  "replace operation does not apply: doc is missing path: /l/0/x: missing value" },
	{ "{\"op\":\"remove\",\"path\":\"/l/0/x\"}",
	  "remove operation does not apply: doc is missing path: \"/l/0/x\": missing value",
	  "remove operation does not apply: doc is missing path: \"/l/0/x\": missing "
	  "value" },
	{ "{\"op\":\"test\",\"path\":\"/l/0/x\",\"value\":9}",
	  "test operation does not apply: is missing path: /l/0/x: missing value",
	  "test operation does not apply: is missing path: /l/0/x: missing value" },
	{ "{\"op\":\"add\",\"path\":\"\",\"value\":9}", "9",
	  "add operation does not apply: doc is missing path: \"\": missing value" },
	{ "{\"op\":\"replace\",\"path\":\"\",\"value\":9}", "9", "9" },
	{ "{\"op\":\"remove\",\"path\":\"\"}",
	  "remove operation does not apply: doc is missing path: \"\": missing value",
	  "remove operation does not apply: doc is missing path: \"\": missing value" },
	{ "{\"op\":\"test\",\"path\":\"\",\"value\":9}", "testing value  failed: test failed",
	  "testing value  failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/m/a~1b\",\"value\":9}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"a/b\":9}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"a/b\":9}}" },
	{ "{\"op\":\"replace\",\"path\":\"/m/a~1b\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /m/a~1b: missing value",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"a/b\":9}}" },
	{ "{\"op\":\"remove\",\"path\":\"/m/a~1b\"}",
	  "error in remove for path: '/m/a~1b': Unable to remove nonexistent key: a/b: "
	  "missing value",
	  "error in remove for path: '/m/a~1b': Unable to remove nonexistent key: a/b: "
	  "missing value" },
	{ "{\"op\":\"test\",\"path\":\"/m/a~1b\",\"value\":9}",
	  "testing value /m/a~1b failed: test failed",
	  "testing value /m/a~1b failed: test failed" },
	{ "{\"op\":\"add\",\"path\":\"/m/~0\",\"value\":9}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"~\":9}}", "{\"l\":[1,2,3],\"m\":{\"a\":1,\"~\":9}}" },
	{ "{\"op\":\"replace\",\"path\":\"/m/~0\",\"value\":9}",
	  "replace operation does not apply: doc is missing key: /m/~0: missing value",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"~\":9}}" },
	{ "{\"op\":\"remove\",\"path\":\"/m/~0\"}",
	  "error in remove for path: '/m/~0': Unable to remove nonexistent key: ~: missing "
	  "value",
	  "error in remove for path: '/m/~0': Unable to remove nonexistent key: ~: missing "
	  "value" },
	{ "{\"op\":\"test\",\"path\":\"/m/~0\",\"value\":9}",
	  "testing value /m/~0 failed: test failed", "testing value /m/~0 failed: test failed" },
	{ "{\"op\":\"test\",\"path\":\"/l/0\",\"value\":1}", "{\"l\":[1,2,3],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/m\",\"value\":{\"a\":1}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1}}", "{\"l\":[1,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/m/z\",\"value\":null}", "{\"l\":[1,2,3],\"m\":{\"a\":1}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"test\",\"path\":\"/m/z\"}",
	  "test operation: operation, missing value field: missing value",
	  "test operation: operation, missing value field: missing value" },
	{ "{\"op\":\"test\",\"path\":\"\",\"value\":{\"m\":{\"a\":1},\"l\":[1,2,3]}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1}}", "{\"l\":[1,2,3],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"move\",\"path\":\"/m/b\",\"from\":\"/l/0\"}",
	  "{\"l\":[2,3],\"m\":{\"a\":1,\"b\":1}}", "{\"l\":[2,3],\"m\":{\"a\":1,\"b\":1}}" },
	{ "{\"op\":\"move\",\"path\":\"/l/0\",\"from\":\"/l/2\"}",
	  "{\"l\":[3,1,2],\"m\":{\"a\":1}}", "{\"l\":[3,1,2],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"move\",\"path\":\"/l/2\",\"from\":\"/l/0\"}",
	  "{\"l\":[2,3,1],\"m\":{\"a\":1}}", "{\"l\":[2,3,1],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"move\",\"path\":\"/m\",\"from\":\"/m/a\"}", "{\"l\":[1,2,3],\"m\":1}",
	  "{\"l\":[1,2,3],\"m\":1}" },
	{ "{\"op\":\"move\",\"path\":\"/m/b\",\"from\":\"/m/z\"}",
	  "error in move for path: '/m/z': Unable to remove nonexistent key: z: missing "
	  "value",
	  "error in move for path: '/m/z': Unable to remove nonexistent key: z: missing "
	  "value" },
	{ "{\"op\":\"move\",\"path\":\"/m/b\",\"from\":\"/l/3\"}",
	  "error in move for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced",
	  "error in move for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced" },
	{ "{\"op\":\"copy\",\"path\":\"/m/b\",\"from\":\"/l\"}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"b\":[1,2,3]}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"b\":[1,2,3]}}" },
	{ "{\"op\":\"copy\",\"path\":\"/l/-\",\"from\":\"/m/a\"}",
	  "{\"l\":[1,2,3,1],\"m\":{\"a\":1}}", "{\"l\":[1,2,3,1],\"m\":{\"a\":1}}" },
	{ "{\"op\":\"copy\",\"path\":\"/m/b\",\"from\":\"/l/3\"}",
	  "error in copy for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced",
	  "error in copy for path: '/l/3': Unable to access invalid index: 3: invalid "
	  "index referenced" },
	{ "{\"op\":\"copy\",\"path\":\"/x\",\"from\":\"\"}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1},\"x\":{\"l\":[1,2,3],\"m\":{\"a\":1}}}",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1},\"x\":{\"l\":[1,2,3],\"m\":{\"a\":1}}}" },
	{ "{\"op\":\"copy\",\"path\":\"/x\",\"from\":\"y\"}",
	  "copy operation does not apply: doc is missing path: \"y\": missing value",
	  "copy operation does not apply: doc is missing path: \"y\": missing value" },
	{ "{\"op\":\"copy\",\"path\":\"/x\",\"from\":\"/x/y\"}",
	  "copy operation does not apply: doc is missing from path: /x/y: missing value",
	  "copy operation does not apply: doc is missing from path: /x/y: missing value" },
	{ "{\"op\":\"add\",\"path\":\"/m/b\"}",
	  "add operation: operation, missing value field: missing value",
	  "{\"l\":[1,2,3],\"m\":{\"a\":1,\"b\":null}}" },
	{ "{\"path\":\"/m\"}", "Unexpected kind: unknown", "Unexpected kind: unknown" },
	{ "{\"op\":\"add\",\"path\":null,\"value\":1}",
	  "add operation failed to decode path: missing value",
	  "add operation failed to decode path: missing value" },
	{ "{\"op\":\"add\",\"path\":\"m\",\"value\":1}",
	  "add operation does not apply: doc is missing path: \"m\": missing value",
	  "add operation does not apply: doc is missing path: \"m\": missing value" },
	{ "[]", "Unexpected kind: unknown", "Unexpected kind: unknown" },
	{ "1", "Unexpected kind: unknown", "Unexpected kind: unknown" },
};

static void operations_at_each_place(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(places, i, places[i].operation); i++) {
		static const char document[] = "{\"l\":[1,2,3],\"m\":{\"a\":1}}";
		struct str text = str_printf(arena, "[%s]", places[i].operation);
		struct patch_options strict = {}, lenient = { .lenient = true };
		CHECK_STR(patched(arena, document, str_cstr(arena, text), strict),
			  str_from_cstr(places[i].want));
		CHECK_STR(patched(arena, document, str_cstr(arena, text), lenient),
			  str_from_cstr(places[i].lenient));
	}
}

static void missing_parents_and_removals(void)
{
	CHECK_PATCH("{\"a\":{}}", "{\"op\":\"add\",\"path\":\"/a/b/c\",\"value\":1}",
		    "{\"a\":{\"b\":{\"c\":1}}}", .ensure_path = true);
	CHECK_PATCH("{\"a\":1}", "{\"op\":\"add\",\"path\":\"/a/b/c\",\"value\":1}",
		    "add operation does not apply: doc is missing path: \"/a/b/c\": missing value",
		    .ensure_path = true);
	CHECK_PATCH("{\"a\":1}", "{\"op\":\"remove\",\"path\":\"/b/c\"}", "{\"a\":1}",
		    .allow_missing_remove = true);
}

static void the_document_is_not_changed(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	const struct node *root = json_read(set, STR("d"), STR("{\"a\":{\"b\":1},\"c\":{}}"), &err);
	const struct node *operations = json_read(
		set, STR("p"), STR("[{\"op\":\"replace\",\"path\":\"/a/b\",\"value\":2}]"), &err);
	const struct node *result = patch_json(arena, root, operations, NULL, &err);

	CHECK_TEXT(json_text(arena, root, 0), "{\"a\":{\"b\":1},\"c\":{}}");
	CHECK_TEXT(json_text(arena, result, 0), "{\"a\":{\"b\":2},\"c\":{}}");
	CHECK(node_get_lit(result, "c") == node_get_lit(root, "c"));
}

static void what_it_brings_has_its_step(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	const struct node *root = json_read(set, STR("d"), STR("{\"a\":1}"), &err);
	const struct node *operations =
		json_read(set, STR("p"),
			  STR("[{\"op\":\"add\",\"path\":\"/b\",\"value\":{\"c\":[3]}}]"), &err);
	uint32_t step =
		origin_add(set, (struct origin_step){ .kind = ORIGIN_PATCH,
						      .instruction = operations->position });
	struct patch_options options = { .set = set, .step = step };
	const struct node *result = patch_json(arena, root, operations, &options, &err);

	CHECK_INT(node_at(result, "b.c[0]")->step, step);
	CHECK_INT(node_at(result, "a")->step, 0);
	CHECK_INT(docset_place(set, node_at(result, "b.c[0]")->position).column, 40);
}

static void errors_have_the_place_of_the_operation(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	const struct node *root = json_read(set, STR("d"), STR("{}"), &err);
	const struct node *operations =
		json_read(set, STR("p"), STR("[\n{\"op\":\"remove\",\"path\":\"/b\"}]"), &err);

	CHECK(!patch_json(arena, root, operations, NULL, &err));
	CHECK_TEXT(docset_place(set, err.position).path, "p");
	CHECK_INT(docset_place(set, err.position).line, 2);
}

static void a_patch_cannot_nest_without_end(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	const struct node *root = json_read(set, STR("d"), STR("{}"), &err);
	const struct node *once = json_read(
		set, STR("p"), STR("[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/x\"}]"), &err);

	for (int depth = 1; depth < NODE_DEPTH_MAX && CHECK(root); depth++)
		root = patch_json(arena, root, once, NULL, &err);
	CHECK_INT(node_depth(root), NODE_DEPTH_MAX);
	CHECK(!patch_json(arena, root, once, NULL, &err));
	CHECK_TEXT(str_from_cstr(err.text),
		   "the patched document is nested deeper than 1000 levels");
	CHECK_TEXT(docset_place(set, err.position).path, "p");
}

static struct str merged(struct arena *arena, const char *document, const char *patch)
{
	struct docset *set = docset_new(arena);
	struct error err;
	const struct node *root = json_read(set, STR("d"), str_from_cstr(document), &err);
	const struct node *with = json_read(set, STR("p"), str_from_cstr(patch), &err);

	return json_text(arena, patch_merge(arena, root, with), 0);
}

/* The table in appendix A of RFC 7386, in other words. */
static void merge_patches(void)
{
	static const char *const rows[][3] = {
		{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
		{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
		{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
		  "{\"a\":{\"b\":\"d\"}}" },
		{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
		{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
		{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
		{ "{\"a\":\"foo\"}", "null", "null" },
	};
	for (size_t i = 0; TEST_ROW(rows, i, rows[i][0]); i++) {
		SCRATCH(arena);
		CHECK_STR(merged(arena, rows[i][0], rows[i][1]), str_from_cstr(rows[i][2]));
	}
}

/* { k0: 0, k1: 1, … } without and with a change. */
static struct str large_map(struct arena *arena, int count, const char *last)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add_char(&out, '{');
	for (int i = 0; i < count; i++)
		buf_printf(&out, "\"k%d\":%d,", i, i);
	buf_printf(&out, "\"last\":%s}", last);
	return buf_str(&out);
}

static void merge_patches_of_large_maps(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	const struct node *before = json_read(set, STR("b"), large_map(arena, 100, "1"), &err);
	const struct node *after = json_read(set, STR("a"), large_map(arena, 99, "2"), &err);
	const struct node *patch = patch_merge_between(arena, before, after);

	CHECK_TEXT(json_text(arena, patch, 0), "{\"k99\":null,\"last\":2}");
	CHECK(node_equal(patch_merge(arena, before, patch), after));
	CHECK(patch_merge(arena, before, node_empty_map()) == before);
}

static void merge_patch_between_documents(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	const struct node *before =
		json_read(set, STR("b"), STR("{\"a\":1,\"b\":{\"c\":2,\"d\":3},\"e\":[1]}"), &err);
	const struct node *after = json_read(
		set, STR("a"), STR("{\"a\":1,\"b\":{\"c\":4},\"e\":[1,2],\"f\":0}"), &err);
	const struct node *patch = patch_merge_between(arena, before, after);

	CHECK_TEXT(json_text(arena, patch, 0), "{\"b\":{\"d\":null,\"c\":4},\"e\":[1,2],\"f\":0}");
	CHECK(node_equal(patch_merge(arena, before, patch), after));
}

static void copies_that_double_are_refused(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	struct buf text;

	buf_init(&text, arena);
	for (int i = 0; i < 30; i++)
		buf_printf(&text, "%s{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/x%d\"}",
			   i ? "," : "[", i);
	buf_add(&text, STR("]"));
	const struct node *root = json_read(set, STR("r"), STR("{\"a\":{\"b\":\"c\"}}"), &err);
	const struct node *operations = json_read(set, STR("p"), buf_str(&text), &err);

	CHECK(!patch_json(arena, root, operations, NULL, &err));
	CHECK_TEXT(str_from_cstr(err.text), "the copies of this patch take more than 64 MiB");
	CHECK(err.position > 0);
}

TESTS({ "the public cases pass", public_cases },
      { "operations at each place", operations_at_each_place },
      { "the cases of the standard pass", cases_of_the_standard },
      { "error texts are those of kubectl", error_texts },
      { "op test: an absent key equals null", a_test_takes_an_absent_key_for_null },
      { "lenient as kubectl when asked", lenient_as_kubectl },
      { "missing parents are made and missing removals allowed when asked",
	missing_parents_and_removals },
      { "the document is not changed, the rest is shared", the_document_is_not_changed },
      { "nodes that a patch adds have its step", what_it_brings_has_its_step },
      { "errors have the place of the operation", errors_have_the_place_of_the_operation },
      { "patches that exceed the depth limit are refused", a_patch_cannot_nest_without_end },
      { "copies that double are refused", copies_that_double_are_refused },
      { "merge patches", merge_patches },
      { "a merge patch between two documents", merge_patch_between_documents },
      { "merge patches of large maps", merge_patches_of_large_maps })

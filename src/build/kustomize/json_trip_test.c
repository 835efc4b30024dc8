/* json_trip_test - keys that become texts, numbers in the spelling of Go */
#include "base/arena.h"
#include "base/test.h"
#include "build/kustomize/json_trip.h"
#include "doc/json.h"
#include "doc/yaml.h"

static const struct node *parsed(struct arena *arena, const char *text, enum dialect dialect)
{
	struct error err;

	return yaml_read_one(docset_new(arena), STR("t.yaml"), str_from_cstr(text), dialect, &err);
}

/* Measured with kubectl kustomize. */
static void keys_become_texts(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "{8080: a, on: b, 1.5: c, 0x10: d, .inf: e, 1e3: f, n: g}",
		  "{\"8080\":\"a\",\"true\":\"b\",\"1.5\":\"c\",\"16\":\"d\",\".inf\":\"e\","
		  "\"1000\":\"f\",\"false\":\"g\"}" },
		{ "{3.14159265358979: a, -.inf: b}", "{\"3.1415927\":\"a\",\"-.inf\":\"b\"}" },
		{ "[{a: {1: b}}]", "[{\"a\":{\"1\":\"b\"}}]" },
		{ "{'1': a, 2020-01-01: b}", "{\"1\":\"a\",\"2020-01-01\":\"b\"}" },
		{ "{~: a}", "" },
		{ "{12345678901234567890: a}", "" },
		{ "[{a: {<<: b}}]", "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		const struct node *n =
			json_texts_of_keys(arena, parsed(arena, rows[i].text, DIALECT_SIGS));
		CHECK_STR(n ? json_text(arena, n, 0) : STR(""), str_from_cstr(rows[i].want));
	}
	CHECK(!json_texts_of_keys(NULL, NULL));
}

static void numbers_become_doubles(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "1.0", "1" },
		{ "1e3", "1000" },
		{ "0o17", "15" },
		{ "0x1F", "31" },
		{ "9007199254740993", "9.007199254740992e+15" },
		{ "12345678901234567890", "1.2345678901234567e+19" },
		{ "2020-01-01", "2020-01-01T00:00:00Z" },
		{ "'1.0'", "1.0" },
		{ ".inf", ".inf" },
		{ "true", "true" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		const struct node *n =
			json_reread(arena, parsed(arena, rows[i].text, DIALECT_GO_V3));
		CHECK_STR(node_text(n), str_from_cstr(rows[i].want));
	}
}

static void what_stays_is_shared(void)
{
	SCRATCH(arena);
	const struct node *block = parsed(arena, "a:\n- 1\n- x: y\n", DIALECT_GO_V3);
	const struct node *flow = parsed(arena, "a: [1, {x: 2.0}]\n", DIALECT_GO_V3);

	CHECK(json_reread(arena, block) == block);
	CHECK(json_texts_of_keys(arena, block) == block);
	const struct node *list = node_get(json_reread(arena, flow), STR("a"));
	CHECK_INT(list->style, STYLE_BLOCK);
	CHECK_INT(node_item(list, 1)->style, STYLE_BLOCK);
	CHECK(node_item(list, 0) == node_item(node_get(flow, STR("a")), 0));
}

TESTS({ "keys become texts", keys_become_texts },
      { "numbers become doubles in the spelling of Go", numbers_become_doubles },
      { "what stays is shared, and flow style becomes block style", what_stays_is_shared })

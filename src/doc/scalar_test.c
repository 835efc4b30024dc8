/* scalar_test - the type of a scalar by text, tag, style and dialect */
#include "doc/scalar.h"

#include "base/arena.h"
#include "base/test.h"

struct pair {
	const char *text;
	const char *json; /* strings in double quotes */
};

static struct str json_of(struct arena *arena, const char *text, enum dialect dialect,
			  enum node_tag tag)
{
	struct node n = { .kind = NODE_SCALAR,
			  .dialect = (uint8_t)dialect,
			  .tag = tag & NODE_TAG_MASK,
			  .raw_text = text,
			  .raw_count = (uint32_t)str_from_cstr(text).len };
	bool is_string;
	struct str json = scalar_json_text(arena, &n, &is_string);

	return is_string ? str_printf(arena, "\"%.*s\"", STR_FMT(json)) : json;
}

static void check_pairs(enum dialect dialect, enum node_tag tag, const struct pair *pairs,
			size_t count)
{
	for (size_t i = 0; TEST_ROW_OF(pairs, count, i, pairs[i].text); i++) {
		SCRATCH(arena);
		CHECK_STR(json_of(arena, pairs[i].text, dialect, tag),
			  str_from_cstr(pairs[i].json));
	}
}

/* Measured with kubectl kustomize. */
static void go_v3(void)
{
	static const struct pair pairs[] = {
		{ "0777", "511" },
		{ "0o17", "15" },
		{ "0x1F", "31" },
		{ "0b101", "5" },
		{ "1_000", "1000" },
		{ "+7", "7" },
		{ "-0x10", "-16" },
		{ "0888", "888" },
		{ "12345678901234567890", "12345678901234567890" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "123456789012345678901234567890", "1.2345678901234568e+29" },
		{ "1.0", "1" },
		{ "1.50", "1.5" },
		{ "1e3", "1000" },
		{ "1e21", "1e+21" },
		{ "0.00000012", "1.2e-7" },
		{ ".5", "0.5" },
		{ "True", "true" },
		{ "FALSE", "false" },
		{ "~", "null" },
		{ "", "null" },
		{ "yes", "\"yes\"" },
		{ "y", "\"y\"" },
		{ "1:30", "\"1:30\"" },
		{ "+", "\"+\"" },
		{ "0x", "\"0x\"" },
		{ "1e400", "\"1e400\"" },
		{ "2001-01-01", "\"2001-01-01T00:00:00Z\"" },
		{ "2001-12-14t21:59:43.10-05:00", "\"2001-12-14T21:59:43.1-05:00\"" },
		{ "2001-12-14 21:59:43", "\"2001-12-14T21:59:43Z\"" },
		{ "2001-02-29", "\"2001-02-29\"" },
		{ "12:30:45", "\"12:30:45\"" },
	};
	check_pairs(DIALECT_GO_V3, TAG_NONE, pairs, ARRAY_COUNT(pairs));
}

static void sigs(void)
{
	static const struct pair pairs[] = {
		{ "yes", "true" }, { "y", "true" },	   { "Off", "false" },
		{ "0777", "511" }, { "1:30", "\"1:30\"" }, { "yEs", "\"yEs\"" },
	};
	check_pairs(DIALECT_SIGS, TAG_NONE, pairs, ARRAY_COUNT(pairs));
}

static void json(void)
{
	static const struct pair pairs[] = {
		{ "true", "true" },
		{ "null", "null" },
		{ "-1.5e2", "-150" },
		{ "7", "7" },
	};
	check_pairs(DIALECT_JSON, TAG_NONE, pairs, ARRAY_COUNT(pairs));
}

static void tags_decide(void)
{
	static const struct pair as_text[] = { { "123", "\"123\"" }, { "true", "\"true\"" } };
	static const struct pair as_float[] = { { "1", "1" }, { "1.5", "1.5" } };
	static const struct pair as_binary[] = { { "aGVsbG8=", "\"hello\"" },
						 { "aGk=", "\"hi\"" } };

	check_pairs(DIALECT_GO_V3, TAG_STR, as_text, ARRAY_COUNT(as_text));
	check_pairs(DIALECT_GO_V3, TAG_OTHER, as_text, ARRAY_COUNT(as_text));
	check_pairs(DIALECT_GO_V3, TAG_FLOAT, as_float, ARRAY_COUNT(as_float));
	check_pairs(DIALECT_GO_V3, TAG_BINARY, as_binary, ARRAY_COUNT(as_binary));
}

static void quoted_scalars_are_strings(void)
{
	struct node n = {
		.kind = NODE_SCALAR, .style = STYLE_DOUBLE, .raw_text = "12", .raw_count = 2
	};

	CHECK_INT(scalar_of(&n).type, SCALAR_STR);
	n.tag = TAG_INT;
	CHECK_INT(scalar_of(&n).type, SCALAR_INT);
}

static void types(void)
{
	CHECK_INT(scalar_of_plain(STR("<<"), DIALECT_GO_V3).type, SCALAR_MERGE);
	CHECK_INT(scalar_of_plain(STR("18446744073709551615"), DIALECT_GO_V3).type, SCALAR_UINT);
	CHECK_INT(scalar_of_plain(STR(".inf"), DIALECT_GO_V3).type, SCALAR_FLOAT);
	CHECK_INT(scalar_of_plain(STR("2001-01-01"), DIALECT_JSON).type, SCALAR_STR);
	CHECK_INT(scalar_of_plain(STR("-7"), DIALECT_GO_V3).integer, -7);
}

TESTS({ "go-yaml v3 resolution", go_v3 }, { "YAML 1.1 resolution", sigs },
      { "JSON resolution", json }, { "tags decide the type", tags_decide },
      { "quotes make strings unless a tag asks for more", quoted_scalars_are_strings },
      { "types of plain scalars", types })

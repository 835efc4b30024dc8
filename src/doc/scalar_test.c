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
			  .dialect = dialect,
			  .tag = tag,
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

/* As kubectl kustomize has them: the last that is one, and the first that is none. */
static const struct pair borders[] = {
	{ "2001-1-2", "\"2001-01-02T00:00:00Z\"" },
	{ "2001-01-02", "\"2001-01-02T00:00:00Z\"" },
	{ "2001-12-14T21:59:43Z", "\"2001-12-14T21:59:43Z\"" },
	{ "2001-12-14t21:59:43Z", "\"2001-12-14T21:59:43Z\"" },
	{ "2001-12-14T21:59:43", "\"2001-12-14T21:59:43\"" },
	{ "2001-12-14 21:59:43Z", "\"2001-12-14 21:59:43Z\"" },
	{ "2001-12-14 1:2:3", "\"2001-12-14T01:02:03Z\"" },
	{ "2001-12-14 21:59:60", "\"2001-12-14 21:59:60\"" },
	{ "2001-12-14 21:60:00", "\"2001-12-14 21:60:00\"" },
	{ "2001-12-14 24:00:00", "\"2001-12-14 24:00:00\"" },
	{ "2001-12-14 21:59", "\"2001-12-14 21:59\"" },
	{ "2001-12-14 :59:00", "\"2001-12-14 :59:00\"" },
	{ "2001-12-14 21::00", "\"2001-12-14 21::00\"" },
	{ "2001-12-14 21", "\"2001-12-14 21\"" },
	{ "2001-12-14 21:59:43.", "\"2001-12-14 21:59:43.\"" },
	{ "2001-12-14 21:59:43.5", "\"2001-12-14T21:59:43.5Z\"" },
	{ "2001-12-14 21:59:43,5", "\"2001-12-14T21:59:43.5Z\"" },
	{ "2001-12-14 21:59:43.1234567891", "\"2001-12-14T21:59:43.123456789Z\"" },
	{ "2001-12-14 21:59:43.000", "\"2001-12-14T21:59:43Z\"" },
	{ "2001-12-14 21:59:43.050x", "\"2001-12-14 21:59:43.050x\"" },
	{ "2001-12-14 21-59-43", "\"2001-12-14 21-59-43\"" },
	{ "2001-12-14x", "\"2001-12-14x\"" },
	{ "2001-00-01", "\"2001-00-01\"" },
	{ "2001-13-01", "\"2001-13-01\"" },
	{ "2001-12-31", "\"2001-12-31T00:00:00Z\"" },
	{ "2001-01-00", "\"2001-01-00\"" },
	{ "2001-04-31", "\"2001-04-31\"" },
	{ "2001-04-30", "\"2001-04-30T00:00:00Z\"" },
	{ "2000-02-29", "\"2000-02-29T00:00:00Z\"" },
	{ "1900-02-29", "\"1900-02-29\"" },
	{ "2004-02-29", "\"2004-02-29T00:00:00Z\"" },
	{ "200-01-01", "\"200-01-01\"" },
	{ "20001-01-01", "\"20001-01-01\"" },
	{ "2001-1-1", "\"2001-01-01T00:00:00Z\"" },
	{ "2001-1-", "\"2001-1-\"" },
	{ "2001-1", "\"2001-1\"" },
	{ "2001-1-123", "\"2001-1-123\"" },
	{ "2001:01:01", "\"2001:01:01\"" },
	{ "2001-01:01", "\"2001-01:01\"" },
	{ "2001-01-01T00:00:00+25:00", "\"2001-01-01T00:00:00+25:00\"" },
	{ "2001-01-01T00:00:00+00:60", "\"2001-01-01T00:00:00+01:00\"" },
	{ "2001-01-01T00:00:00+00:61", "\"2001-01-01T00:00:00+00:61\"" },
	{ "2001-01-01T00:00:00+0100", "\"2001-01-01T00:00:00+0100\"" },
	{ "2001-01-01T00:00:00+1:00", "\"2001-01-01T00:00:00+1:00\"" },
	{ "2001-01-01T00:00:00-00:30", "\"2001-01-01T00:00:00-00:30\"" },
	{ "2001-01-01T00:00:00+00:30", "\"2001-01-01T00:00:00+00:30\"" },
	{ "2001-01-01T00:00:00+01", "\"2001-01-01T00:00:00+01\"" },
	{ "2001-01-01T00:00:00+00:00", "\"2001-01-01T00:00:00Z\"" },
	{ "2001-01-01T00:00:00z", "\"2001-01-01T00:00:00z\"" },
	{ "2001-01-01T00:00:00Zx", "\"2001-01-01T00:00:00Zx\"" },
	{ "2001-01-01T00:00Z", "\"2001-01-01T00:00Z\"" },
	{ "2001-01-01T", "\"2001-01-01T\"" },
	{ ".5_5", "0.55" },
	{ "._5", "\"._5\"" },
	{ ".5_", "\".5_\"" },
	{ ".5_a", "\".5_a\"" },
	{ ".5__5", "\".5__5\"" },
	{ "._", "\"._\"" },
	{ "1_", "1" },
	{ "_1", "\"_1\"" },
	{ "1_.5", "1.5" },
	{ "1__0", "10" },
	{ "-.5", "-0.5" },
	{ "-._5", "-0.5" },
	{ "0b2", "\"0b2\"" },
	{ "0o8", "\"0o8\"" },
	{ "0xg", "\"0xg\"" },
	{ "0b", "\"0b\"" },
	{ "-0b101", "-5" },
	{ "-0o17", "-15" },
	{ "0b_1", "1" },
	{ "0x_f", "15" },
	{ "+0x1f", "31" },
	{ "1e", "\"1e\"" },
	{ "1.e1", "10" },
	{ ".iNF", "\".iNF\"" },
	{ ".Nan", "\".Nan\"" },
	{ "nULL", "\"nULL\"" },
	{ "Null", "null" },
	{ "NULL", "null" },
	{ "tRUE", "\"tRUE\"" },
	{ "TRUE", "true" },
	{ "18446744073709551615", "18446744073709551615" },
	{ "9223372036854775807", "9223372036854775807" },
	{ "9223372036854775808", "9223372036854775808" },
	{ "0.0", "0" },
	{ "+1.5", "1.5" },
	{ "00", "0" },
	{ "09", "9" },
	{ "08.5", "8.5" },
	{ "07", "7" },
	{ "-07", "-7" },
	{ "+07", "7" },
	{ "0_7", "7" },
	{ "1:30:00", "\"1:30:00\"" },
};

static void times_and_numbers_have_borders(void)
{
	check_pairs(DIALECT_GO_V3, TAG_NONE, borders, ARRAY_COUNT(borders));
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

TESTS({ "go-yaml v3 resolution", go_v3 },
      { "times and numbers have borders", times_and_numbers_have_borders },
      { "YAML 1.1 resolution", sigs }, { "JSON resolution", json },
      { "tags decide the type", tags_decide },
      { "quotes make strings unless a tag asks for more", quoted_scalars_are_strings },
      { "types of plain scalars", types })

/* json_test - the JSON reader is strict, the writer gives scalars their meaning */
#include "doc/json.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/yaml.h"

/* What a JSON text is when written again, or the first fault as column: text. */
static struct str again(struct arena *arena, const char *text, unsigned flags)
{
	struct docset *set = docset_new(arena);
	struct error err;
	const struct node *root = json_read(set, STR("t.json"), str_from_cstr(text), &err);

	if (root)
		return json_text(arena, root, flags);
	return str_printf(arena, "%u: %s", docset_place(set, err.position).column, err.text);
}

#define CHECK_JSON(text, flags, want)                                                              \
	do {                                                                                       \
		SCRATCH(arena_);                                                                   \
		CHECK_TEXT(again(arena_, text, flags), want);                                      \
	} while (0)

static void reads_values(void)
{
	CHECK_JSON("{\"a\": [1, -2.5e3, true, null, {}], \"b\":\"x\"}", 0,
		   "{\"a\":[1,-2500,true,null,{}],\"b\":\"x\"}");
	CHECK_JSON(" \"\\u00e9\\ud83d\\ude00\\n\\/\" ", 0, "\"\xc3\xa9\xf0\x9f\x98\x80\\n/\"");
	CHECK_JSON("\"\\ud83d x\"", 0, "\"\xef\xbf\xbd x\"");
	CHECK_JSON("\"\\u0000\"", 0, "\"\\u0000\"");
	CHECK_JSON("9223372036854775807", 0, "9223372036854775807");
}

static void numbers_may_keep_their_spelling(void)
{
	CHECK_JSON("[1.500, 1e3, -0.0, 7]", 0, "[1.5,1000,-0,7]");
	CHECK_JSON("[1.500, 1e3, -0.0, 7, true, null, \"1.500\"]", JSON_SPELLED_NUMBERS,
		   "[1.500,1e3,-0.0,7,true,null,\"1.500\"]");
}

static void refuses(void)
{
	CHECK_JSON("", 0, "1: unexpected end of the text");
	CHECK_JSON("[1,]", 0, "4: not a JSON value");
	CHECK_JSON("{\"a\" 1}", 0, "6: expected ':' behind a key");
	CHECK_JSON("{a: 1}", 0, "2: expected a key in double quotes");
	CHECK_JSON("[1 2]", 0, "4: expected ',' or ']'");
	CHECK_JSON("01", 0, "1: not a number; leading zeros are not allowed");
	CHECK_JSON("1.", 0, "1: not a number; digits must follow the point");
	CHECK_JSON("1e", 0, "1: not a number; digits must follow the e");
	CHECK_JSON("-1e400", 0, "1: a number that no double can hold");
	CHECK_JSON("\"a\nb\"", 0, "3: a control character in a string");
	CHECK_JSON("\"\\x\"", 0, "2: an unknown escape in a string");
	CHECK_JSON("\"abc\\", 0, "1: a string without an end");
	CHECK_JSON("1 x", 0, "3: text behind the value");
	CHECK_JSON("nul", 0, "1: not a JSON value");
}

static void depth_is_limited(void)
{
	SCRATCH(arena);
	struct buf text;

	buf_init(&text, arena);
	buf_add_repeat(&text, '[', NODE_DEPTH_MAX + 1);
	CHECK_TEXT(again(arena, buf_str(&text).ptr, 0), "1001: nested deeper than 1000 levels");
}

static void indents(void)
{
	CHECK_JSON("{\"b\":[1,{}],\"a\":{\"c\":[]}}", JSON_INDENT,
		   "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": {\n    \"c\": []\n  }\n}");
}

static void sorts_keys(void)
{
	CHECK_JSON("{\"b\":1,\"a\":2,\"B\":3,\"b\":4}", JSON_SORT_KEYS,
		   "{\"B\":3,\"a\":2,\"b\":4}");
	CHECK_JSON("{\"b\":1,\"a\":2,\"b\":4}", 0, "{\"b\":1,\"a\":2,\"b\":4}");
}

static void escapes_html_when_asked(void)
{
	CHECK_JSON("\"<a&b>\\u2028\"", 0, "\"<a&b>\xe2\x80\xa8\"");
	CHECK_JSON("\"<a&b>\\u2028\"", JSON_ESCAPE_HTML, "\"\\u003ca\\u0026b\\u003e\\u2028\"");
}

static void writes_invalid_utf8_as_replacement(void)
{
	SCRATCH(arena);
	struct buf out;

	buf_init(&out, arena);
	json_write_string(&out, STR("a\xff\xc3z\x01"), 0);
	CHECK_TEXT(buf_str(&out), "\"a\\ufffd\\ufffdz\\u0001\"");
}

static void yaml_scalars_get_their_meaning(void)
{
	SCRATCH(arena);
	struct error err;
	const struct node *root =
		yaml_read_one(docset_new(arena), STR("f"),
			      STR("a: 0777\nb: yes\nc: .inf\nd: 2001-01-01\n1: ~\ne: 1e30\n"),
			      DIALECT_GO_V3, &err);

	CHECK_TEXT(json_text(arena, root, 0),
		   "{\"a\":511,\"b\":\"yes\",\"c\":null,\"d\":\"2001-01-01T00:00:00Z\",\"1\":null,"
		   "\"e\":1e+30}");
}

TESTS({ "values are read and written", reads_values },
      { "numbers may keep their spelling", numbers_may_keep_their_spelling },
      { "faults have a column", refuses }, { "depth is limited", depth_is_limited },
      { "indented output", indents },
      { "keys are sorted by bytes, the last of equal ones stays", sorts_keys },
      { "HTML is escaped when asked", escapes_html_when_asked },
      { "invalid UTF-8 becomes U+FFFD", writes_invalid_utf8_as_replacement },
      { "scalars of YAML get their meaning", yaml_scalars_get_their_meaning })

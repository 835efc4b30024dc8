/* write_test - output has the bytes of `kubectl kustomize` */
#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/yaml.h"

/* What a YAML text is when written again, or the fault. */
static struct str written(struct arena *arena, const char *text)
{
	struct error err;
	struct buf out;
	const struct node *root = yaml_read_one(docset_new(arena), STR("t"), str_from_cstr(text),
						DIALECT_GO_V3, &err);

	buf_init(&out, arena);
	if (!root || yaml_write(&out, root, 0, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return buf_str(&out);
}

#define CHECK_WRITTEN(text, want)                                                                  \
	do {                                                                                       \
		SCRATCH(arena_);                                                                   \
		CHECK_TEXT(written(arena_, text), want);                                           \
	} while (0)

static void block_style(void)
{
	CHECK_WRITTEN("{b: [1, {c: x, a: y}], a: {}, c: [], d: [[1, 2], [{e: f}]]}",
		      "a: {}\nb:\n- 1\n- a: \"y\"\n  c: x\nc: []\nd:\n- - 1\n  - 2\n- - e: f\n");
	CHECK_WRITTEN("[a, [b]]", "- a\n- - b\n");
	CHECK_WRITTEN("~", "null\n");
	CHECK_WRITTEN("a:\n", "a: null\n");
}

static void key_order(void)
{
	CHECK_WRITTEN("{k10: 1, k2: 2, a1: 3, K1: 4, B: 5, \"2\": 6, _u: 7, \"10\": 8}",
		      "_u: 7\n\"2\": 6\n\"10\": 8\nB: 5\nK1: 4\na1: 3\nk2: 2\nk10: 1\n");
	CHECK_INT(yaml_compare_keys(STR("a"), STR("a")), 0);
	CHECK_INT(yaml_compare_keys(STR("a"), STR("ab")), -1);
	CHECK_INT(yaml_compare_keys(STR("a01"), STR("a1")), 1);
	CHECK_INT(yaml_compare_keys(STR("a100"), STR("a20")), 1);
}

/* go-yaml's natural order. */
static void keys_compare_in_natural_order(void)
{
	static const struct {
		const char *first, *second;
	} rows[] = {
		{ "", "a" },
		{ "a", "ab" },
		{ "a", "b" },
		{ "Z", "a" },
		{ "z", "ä" },
		/* What is no letter comes before letters, among them by code point. */
		{ "_", "A" },
		{ "9", "A" },
		{ "@", "A" },
		{ "[", "A" },
		{ "`", "a" },
		{ "{", "a" },
		{ "a.b", "aab" },
		{ "-", "." },
		{ "\u00a9", "\u00aa" },
		{ "\u00ab", "\u00aa" },
		{ "\u00b4", "\u00b5" },
		{ "\u00b6", "\u00b5" },
		{ "\u00bb", "\u00ba" },
		{ "\u00b9", "\u00ba" },
		{ "\u00bf", "\u00c0" },
		{ "\u00d7", "\u00d6" },
		{ "\u00d7", "\u00d8" },
		{ "\u00f7", "\u00f6" },
		{ "\u2000", "\u1fff" },
		{ "\u206f", "\u2071" },
		{ "\u20a0", "\u209c" },
		{ "\u2190", "\u2188" },
		{ "\u2bff", "\u2c00" },
		{ "\u3004", "\u3005" },
		{ "\u3008", "\u3007" },
		{ "\u3020", "\u3021" },
		{ "\ue000", "\u4e00" },
		{ "\uf8ff", "\uf900" },
		{ "\uff01", "\u4e00" },
		{ "\uff20", "\uff21" },
		{ "\uffe0", "\uffdc" },
		{ "\U0001f000", "\U0001e000" },
		{ "\U0001faff", "\U00020000" },
		/* Runs of digits count as numbers. */
		{ "a2", "a10" },
		{ "a1", "a01" },
		{ "a1", "a2" },
		{ "a9", "b1" },
		{ "a20", "a100" },
		{ "a1b", "a1c" },
		{ "a10", "a10a" },
		{ "2", "10" },
		{ "a10", "a11" },
		{ "a1.", "a10" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].first); i++) {
		struct str first = str_from_cstr(rows[i].first);
		struct str second = str_from_cstr(rows[i].second);
		CHECK_INT(yaml_compare_keys(first, second), -1);
		CHECK_INT(yaml_compare_keys(second, first), 1);
		CHECK_INT(yaml_compare_keys(first, first), 0);
	}
}

/* As many as are sorted without, and with, memory of their own. */
static void many_keys_are_sorted(void)
{
	for (int count = 23; count <= 26; count++) {
		SCRATCH(arena);
		struct buf text, want;
		buf_init(&text, arena);
		buf_init(&want, arena);
		for (int i = count; i > 0; i--)
			buf_printf(&text, "k%d: %d\n", i, i);
		for (int i = 1; i <= count; i++)
			buf_printf(&want, "k%d: %d\n", i, i);
		CHECK_STR(written(arena, str_cstr(arena, buf_str(&text))), buf_str(&want));
	}
}

static void scalars(void)
{
	CHECK_WRITTEN("[0777, 0x1F, 1_000, 0888, 1e3, 1e21, 1234567.5, -0.0, 12345678901234567890]",
		      "- 511\n- 31\n- 1000\n- 888\n- 1000\n- 1e+21\n- 1.2345675e+06\n- 0\n"
		      "- 12345678901234567890\n");
	CHECK_WRITTEN("[True, ~, yes, 2001-01-01, !!str 123, !foo bar, !!binary aGVsbG8=]",
		      "- true\n- null\n- \"yes\"\n- \"2001-01-01T00:00:00Z\"\n- \"123\"\n- bar\n"
		      "- hello\n");
}

static void quoting(void)
{
	CHECK_WRITTEN("['1', 'true', 'null', '~', '0777', '1e3', '12:30', 'y', '']",
		      "- \"1\"\n- \"true\"\n- \"null\"\n- \"~\"\n- \"0777\"\n- \"1e3\"\n"
		      "- \"12:30\"\n- \"y\"\n- \"\"\n");
	CHECK_WRITTEN("['a: b', '#a', 'a #b', '- a', '-a', '@a', ' a', 'a ', \"it's\", 'a:']",
		      "- 'a: b'\n- '#a'\n- 'a #b'\n- '- a'\n- -a\n- '@a'\n- ' a'\n- 'a '\n"
		      "- it's\n- 'a:'\n");
	CHECK_WRITTEN("[\"a\\tb\", \"a\\rb\", \"\\u0001\", \"\\U0001F600\", \"\\uFEFFa\", 'é\"']",
		      "- \"a\\tb\"\n- \"a\\rb\"\n- \"\\x01\"\n- \"\\U0001F600\"\n"
		      "- \"\\uFEFF\\x61\"\n- é\"\n");
	CHECK_WRITTEN("['---', '...', 'a? b', '[a', '{}']",
		      "- '---'\n- '...'\n- a? b\n- '[a'\n- '{}'\n");
}

static void literal_blocks(void)
{
	CHECK_WRITTEN(
		"{a: \"x\\ny\\n\", b: \"x\\ny\", c: \"x\\n\\n\", d: \"\\nx\", e: \"  x\\ny\"}",
		"a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2-\n\n  x\n"
		"e: |2-\n    x\n  y\n");
	CHECK_WRITTEN("{a: \"x \\ny\", b: \"x\\n y\\n\", c: \"\\n\"}",
		      "a: \"x \\ny\"\nb: |\n  x\n   y\nc: |2+\n\n");
	CHECK_WRITTEN("- \"a\\nb\"\n", "- |-\n  a\n  b\n");
}

static void folding(void)
{
	static const char plain[] =
		"a: 34567890 2345678901 345678901 345678901 345678901 345678901 "
		"345678901 3456789012 x y\n";
	static const char single[] = "a: ': 567890 2345678901 345678901 345678901 345678901 "
				     "345678901 345678901 34567  0123 x''y z'\n";

	CHECK_WRITTEN(plain, "a: 34567890 2345678901 345678901 345678901 345678901 345678901 "
			     "345678901 3456789012\n  x y\n");
	CHECK_WRITTEN(single, "a: ': 567890 2345678901 345678901 345678901 345678901 345678901 "
			      "345678901 34567  0123\n  x''y z'\n");
}

static void long_keys_stand_behind_a_question_mark(void)
{
	SCRATCH(arena);
	struct buf text, want;

	buf_init(&text, arena);
	buf_init(&want, arena);
	buf_add(&text, STR("? "));
	buf_add_repeat(&text, 'k', 129);
	buf_add(&text, STR("\n: [a]\n"));
	buf_add(&want, STR("? "));
	buf_add_repeat(&want, 'k', 129);
	buf_add(&want, STR("\n: - a\n"));
	CHECK_STR(written(arena, buf_str(&text).ptr), buf_str(&want));
}

static void long_keys_have_a_border(void)
{
	SCRATCH(arena);
	struct buf text;

	buf_init(&text, arena);
	buf_add_repeat(&text, 'k', 128);
	buf_add(&text, STR(": v\n"));
	CHECK_STR(written(arena, buf_str(&text).ptr), buf_str(&text));
	CHECK_WRITTEN("? \"a\\nb\"\n: c\n", "? |-\n  a\n  b\n: c\n");
	CHECK_WRITTEN("l:\n- ? \"a\\nb\"\n  : [c]\n  d: e\n",
		      "l:\n- ? |-\n    a\n    b\n  : - c\n  d: e\n");
	CHECK_WRITTEN("m:\n  ? \"a\\nb\"\n  : {c: d}\n", "m:\n  ? |-\n    a\n    b\n  : c: d\n");
	CHECK_WRITTEN("\"a\\u2028b\": c\n", "? 'a\u2028  b'\n: c\n");
}

static void refuses_what_json_cannot_hold(void)
{
	CHECK_WRITTEN("a: .inf", "json: unsupported value: +Inf");
	CHECK_WRITTEN("a: .nan", "json: unsupported value: NaN");
	CHECK_WRITTEN("a: {1: b}", "json: unsupported type: map[interface {}]interface {}");
	CHECK_WRITTEN("a: \"\\x7f\"", "control characters are not allowed");
	CHECK_WRITTEN("a: \"\\x80\"", "control characters are not allowed");
	CHECK_WRITTEN("a: \"\\x9f\"", "control characters are not allowed");
	CHECK_WRITTEN("a: \"\\x85\"", "a: \"\\N\"\n");
	CHECK_WRITTEN("a: \"\\ufffe\"", "control characters are not allowed");
	CHECK_WRITTEN("a: \"\\uffff\"", "control characters are not allowed");
	CHECK_WRITTEN("a: \"\\ufffd\"", "a: \xef\xbf\xbd\n");
	CHECK_WRITTEN("a: -.inf", "json: unsupported value: -Inf");
	CHECK_WRITTEN("{~: a}", "json: unsupported type: map[interface {}]interface {}");
	CHECK_WRITTEN("{[a]: b}", "json: unsupported type: map[interface {}]interface {}");
	CHECK_WRITTEN("a: {true: b}", "json: unsupported type: map[interface {}]interface {}");
	CHECK_WRITTEN("1: a\ntrue: b\n", "\"1\": a\n\"true\": b\n");
}

/* Output of kubectl kustomize, read and written again, must come back byte for byte. */
static void folded_text_gains_a_line_before_an_indented_one(void)
{
	CHECK_WRITTEN("a: >-\n  x\n    y\n  z\n", "a: |-\n  x\n\n    y\n  z\n");
	CHECK_WRITTEN("a: >2-\n    x\n  y\n\n  z\n", "a: |2-\n    x\n  y z\n");
	CHECK_WRITTEN("a: |-\n  x\n    y\n", "a: |-\n  x\n    y\n");
	CHECK_WRITTEN("a: >-\n  x\n\n  y\n", "a: |-\n  x\n  y\n");
}

static void output_of_kubectl_comes_back(void)
{
	SCRATCH(arena);
	struct str *names;
	size_t count = test_shared_names(arena, "cases/kustomize", &names), compared = 0;

	if (!count) {
		test_skip("the cases are not beside the project");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct str path =
			str_printf(arena, "cases/kustomize/%.*s/expected.yaml", STR_FMT(names[i]));
		struct str text = test_shared_text(arena, path.ptr);
		struct documents documents;
		struct error err;
		struct buf out;
		if (!text.ptr)
			continue;
		buf_init(&out, arena);
		CHECK_INT(yaml_read(docset_new(arena), path, text, DIALECT_GO_V3, &documents, &err),
			  0);
		for (uint32_t k = 0; k < documents.count; k++) {
			if (k)
				buf_add(&out, STR("---\n"));
			CHECK_INT(yaml_write(&out, documents.items[k].root, 0, &err), 0);
		}
		CHECK_STR(buf_str(&out), text);
		compared++;
	}
	CHECK(compared > 100);
}

static void each_key_and_value_leads_back_to_its_node(void)
{
	static const struct {
		const char *part; /* of the output */
		uint32_t want;	  /* line in the input; 0: it has none */
	} cases[] = {
		{ "a:", 2 }, { "one", 2 }, { "b:", 1 },	  { "\"2\"", 1 }, { "- x", 3 },
		{ "y", 4 },  { "{}", 5 },  { "new:", 0 }, { "made", 0 },
	};
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct segments segments;
	struct error err;
	struct buf out;

	const struct node *n = yaml_read_one(
		set, STR("t"), STR("b: \"2\"\na: one\nl: [x,\n  y]\nz: {}\n"), DIALECT_GO_V3, &err);
	n = node_with(arena, n, STR("new"), node_cstr(arena, "made"));
	buf_init(&out, arena);
	segments_init(&segments, arena);
	CHECK_INT(yaml_write_segments(&out, n, &segments, &err), 0);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		ptrdiff_t at = str_find(buf_str(&out), str_from_cstr(cases[i].part));
		size_t last = str_from_cstr(cases[i].part).len - 1;
		uint32_t source = segments_source(&segments, (uint32_t)at + (uint32_t)last);
		CHECK(at >= 0);
		CHECK_INT(docset_place(set, source).line, cases[i].want);
	}
}

/* For people; programs get the bytes. */
static void commands_of_ci_are_escaped(void)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "a ##[error] b", "\"a \\x23#[error] b\"\n" },
		{ "##vso[x", "\"\\x23#vso[x\"\n" },
		{ "a\n::error::b\n", "\"a\\n\\x3A:error::b\\n\"\n" },
		{ "a\n  ::error::b\n", "\"a\\n  \\x3A:error::b\\n\"\n" },
		{ "a\n\xc2\xa0::error::b\n", "\"a\\n\xc2\xa0\\x3A:error::b\\n\"\n" },
		{ "::1", "::1\n" },
		{ "fe80::1", "fe80::1\n" },
		{ "# a", "'# a'\n" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		struct buf out;
		struct error err;
		buf_init(&out, arena);
		CHECK_INT(yaml_write(&out, node_cstr(arena, rows[i].text), 0, &err), 0);
		CHECK_STR(buf_str(&out), str_from_cstr(rows[i].shown));
		buf_clear(&out);
		CHECK_INT(yaml_write(&out, node_cstr(arena, rows[i].text), YAML_SECRETS, &err), 0);
		CHECK(!str_contains(buf_str(&out), STR("\\x")));
	}
}

TESTS({ "commands of CI systems are escaped", commands_of_ci_are_escaped },
      { "block style, empty collections, lists at the indentation of their key", block_style },
      { "keys in natural order", key_order },
      { "keys compare letters after others, digits as numbers", keys_compare_in_natural_order },
      { "many keys are sorted, too", many_keys_are_sorted }, { "scalars through JSON", scalars },
      { "quotes", quoting }, { "literal blocks", literal_blocks },
      { "long lines fold at blanks", folding },
      { "a folded text gains a line before an indented one",
	folded_text_gains_a_line_before_an_indented_one },
      { "keys of one short line stand before their colon", long_keys_have_a_border },
      { "long keys stand behind a question mark", long_keys_stand_behind_a_question_mark },
      { "each key and value leads back to its node", each_key_and_value_leads_back_to_its_node },
      { "what JSON cannot hold is refused", refuses_what_json_cannot_hold },
      { "output of kubectl kustomize comes back byte for byte", output_of_kubectl_comes_back })

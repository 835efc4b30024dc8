/* yaml_test - what the YAML reader accepts, and the trees it makes */
#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "doc/yaml.h"
#include "doc/yaml/events.h"

/* The events of a text, or its first fault as line:column: text. */
static struct str events(struct arena *arena, const char *text)
{
	struct docset *set = docset_new(arena);
	struct error err = {};
	struct buf out;

	buf_init(&out, arena);
	if (yaml_events(&out, set, STR("t.yaml"), str_from_cstr(text), &err) == 0)
		return str_sub(buf_str(&out), 5, out.len - 5);
	struct place place = docset_place(set, err.position);
	return str_printf(arena, "%u:%u: %s", place.line, place.column, err.text);
}

/* Each pair is a text and its events without +STR, -STR. */
static void check_events(const char *const pairs[][2], size_t count)
{
	for (size_t i = 0; TEST_ROW_OF(pairs, count, i, pairs[i][0]); i++) {
		SCRATCH(arena);
		CHECK_STR(events(arena, pairs[i][0]), str_from_cstr(pairs[i][1]));
	}
}
#define CHECK_EVENTS(...)                                                                          \
	do {                                                                                       \
		static const char *const pairs[][2] = { __VA_ARGS__ };                             \
		check_events(pairs, ARRAY_COUNT(pairs));                                           \
	} while (0)

static void block_collections(void)
{
	CHECK_EVENTS({ "a: 1\nb:\n  c: 2\n", "+DOC\n+MAP\n=VAL :a\n=VAL :1\n=VAL :b\n+MAP\n=VAL "
					     ":c\n=VAL :2\n-MAP\n-MAP\n-DOC\n" },
		     { "- a\n- - b\n  -\n",
		       "+DOC\n+SEQ\n=VAL :a\n+SEQ\n=VAL :b\n=VAL :\n-SEQ\n-SEQ\n-DOC\n" },
		     { "a:\n- b\n- c: 1\n  d: 2\ne:\n",
		       "+DOC\n+MAP\n=VAL :a\n+SEQ\n=VAL :b\n+MAP\n=VAL :c\n=VAL :1\n=VAL :d\n=VAL "
		       ":2\n-MAP\n-SEQ\n"
		       "=VAL :e\n=VAL :\n-MAP\n-DOC\n" },
		     { "? a\n: b\n? - c\n",
		       "+DOC\n+MAP\n=VAL :a\n=VAL :b\n+SEQ\n=VAL :c\n-SEQ\n=VAL :\n-MAP\n-DOC\n" },
		     { "? a : b\n: c\n",
		       "+DOC\n+MAP\n+MAP\n=VAL :a\n=VAL :b\n-MAP\n=VAL :c\n-MAP\n-DOC\n" },
		     { "[a, b]: c\n",
		       "+DOC\n+MAP\n+SEQ []\n=VAL :a\n=VAL :b\n-SEQ\n=VAL :c\n-MAP\n-DOC\n" }, );
}

static void flow_collections(void)
{
	CHECK_EVENTS(
		{ "{a: 1, b, \"c\":2, ? d : e}", "+DOC\n+MAP {}\n=VAL :a\n=VAL :1\n=VAL :b\n=VAL "
						 ":\n=VAL \"c\n=VAL :2\n=VAL :d\n=VAL :e\n"
						 "-MAP\n-DOC\n" },
		{ "[a, b: c, [],\n {}]", "+DOC\n+SEQ []\n=VAL :a\n+MAP {}\n=VAL :b\n=VAL "
					 ":c\n-MAP\n+SEQ []\n-SEQ\n+MAP {}\n-MAP\n"
					 "-SEQ\n-DOC\n" },
		{ "[http://x, a:b]", "+DOC\n+SEQ []\n=VAL :http://x\n=VAL :a:b\n-SEQ\n-DOC\n" },
		{ "[a", "1:3: did not find expected ',' or ']'" },
		{ "{a: b]", "1:6: did not find expected ',' or '}'" },
		{ "[a, , b]", "1:5: did not find expected node content" },
		{ "{a\n: b}", "2:1: did not find expected ',' or '}'" }, );
}

static void plain_scalars(void)
{
	CHECK_EVENTS({ "a b # c", "+DOC\n=VAL :a b\n-DOC\n" },
		     { "a#b: x # y", "+DOC\n+MAP\n=VAL :a#b\n=VAL :x\n-MAP\n-DOC\n" },
		     { "a: b\n  c\n\n  d\n", "+DOC\n+MAP\n=VAL :a\n=VAL :b c\\nd\n-MAP\n-DOC\n" },
		     { "- a\n b\n- ---\n", "+DOC\n+SEQ\n=VAL :a b\n=VAL :---\n-SEQ\n-DOC\n" },
		     { "a: -1\nb: ?x\nc: :y\n", "+DOC\n+MAP\n=VAL :a\n=VAL :-1\n=VAL :b\n=VAL "
						":?x\n=VAL :c\n=VAL ::y\n-MAP\n-DOC\n" },
		     { "a: b: c", "1:5: mapping values are not allowed in this context" },
		     { "a: @b", "1:4: found character that cannot start any token" }, );
}

static void quoted_scalars(void)
{
	CHECK_EVENTS({ "'it''s'", "+DOC\n=VAL 'it's\n-DOC\n" },
		     { "\"a\\tb\\x41\\u00e9\\U0001F600\"",
		       "+DOC\n=VAL \"a\\tbA\xc3\xa9\xf0\x9f\x98\x80\n-DOC\n" },
		     { "\"a  \n  b\n\n c\"", "+DOC\n=VAL \"a b\\nc\n-DOC\n" },
		     { "\"a\\\n  b \\\n c\"", "+DOC\n=VAL \"ab c\n-DOC\n" },
		     { "'a", "1:1: found unexpected end of stream" },
		     { "\"\\q\"", "1:2: found unknown escape character" },
		     { "\"\\ud800\"", "1:4: found invalid Unicode character escape code" },
		     { "'a\n---\nb'", "1:1: found unexpected document indicator" }, );
}

static void block_scalars(void)
{
	CHECK_EVENTS({ "a: |\n  x\n   y\n\n  z\n\n",
		       "+DOC\n+MAP\n=VAL :a\n=VAL |x\\n y\\n\\nz\\n\n-MAP\n-DOC\n" },
		     { "|-\n x\n\n", "+DOC\n=VAL |x\n-DOC\n" },
		     { "|+\n x\n\n", "+DOC\n=VAL |x\\n\\n\n-DOC\n" },
		     { "|2\n   x\n", "+DOC\n=VAL | x\\n\n-DOC\n" },
		     { "- |1+\n  x\n\n", "+DOC\n+SEQ\n=VAL | x\\n\\n\n-SEQ\n-DOC\n" },
		     { ">\n a\n b\n\n c\n  d\n e\n", "+DOC\n=VAL >a b\\nc\\n d\\ne\\n\n-DOC\n" },
		     { "|\n", "+DOC\n=VAL |\n-DOC\n" },
		     { "a: | # c\n b\nc: d\n",
		       "+DOC\n+MAP\n=VAL :a\n=VAL |b\\n\n=VAL :c\n=VAL :d\n-MAP\n-DOC\n" },
		     { "|0\n x", "1:1: found an indentation indicator equal to 0" },
		     { "| x\n", "1:1: did not find expected comment or line break" }, );
}

static void properties(void)
{
	CHECK_EVENTS(
		{ "&a x: *a\n", "+DOC\n+MAP\n=VAL &a :x\n=ALI *a\n-MAP\n-DOC\n" },
		{ "&a\nx: !!str 1\n",
		  "+DOC\n+MAP &a\n=VAL :x\n=VAL <tag:yaml.org,2002:str> :1\n-MAP\n-DOC\n" },
		{ "&m\n!foo k: v\n", "+DOC\n+MAP &m\n=VAL <!foo> :k\n=VAL :v\n-MAP\n-DOC\n" },
		{ "a: &x\nb: *x\n",
		  "+DOC\n+MAP\n=VAL :a\n=VAL &x :\n=VAL :b\n=ALI *x\n-MAP\n-DOC\n" },
		{ "%TAG !e! tag:e.org,\n---\n!e!x%41 y", "+DOC\n=VAL <tag:e.org,xA> :y\n-DOC\n" },
		{ "!x!y z", "1:1: found undefined tag handle" },
		{ "*a", "1:1: unknown anchor 'a' referenced" },
		{ "&a [*a]", "1:5: anchor 'a' value contains itself" },
		{ "!!int abc", "1:7: cannot decode !!str `abc` as a !!int" },
		{ "&a &b c", "1:4: did not find expected node content" },
		{ "- &a *a", "1:6: did not find expected node content" }, );
}

static void documents(void)
{
	CHECK_EVENTS({ "", "" }, { "# only a comment\n", "" },
		     { "---\na\n---\n...\n---\nb\n",
		       "+DOC\n=VAL :a\n-DOC\n+DOC\n=VAL :\n-DOC\n+DOC\n=VAL :b\n-DOC\n" },
		     { "--- |\n x\n", "+DOC\n=VAL |x\\n\n-DOC\n" },
		     { "\xef\xbb\xbf"
		       "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
		       "+DOC\n+MAP\n=VAL :a\n=VAL :1\n=VAL :b\n=VAL |x\\ny\\n\n-MAP\n-DOC\n" },
		     { "a\n...\nb", "3:1: did not find expected <document start>" },
		     { "%YAML 1.2\n---\na", "1:1: found incompatible YAML document" },
		     { "--- a: b", "1:6: mapping values are not allowed in this context" }, );
}

static void faults(void)
{
	CHECK_EVENTS({ "a: 1\n  b: 2\n", "2:4: mapping values are not allowed in this context" },
		     { "a: \"1\"\n  b: 2\n", "2:3: did not find expected key" },
		     { "a: 1\nb\n", "2:1: could not find expected ':'" },
		     { "- a\nb: c\n", "2:1: did not find expected '-' indicator" },
		     { "a: - b", "1:4: block sequence entries are not allowed in this context" },
		     { "a:\n\tb: c", "2:1: found character that cannot start any token" },
		     { "a: b\n\tc", "2:1: found a tab character that violates indentation" },
		     { "a: \x01", "1:4: control characters are not allowed: U+0001" },
		     { "a: \xff", "1:4: the text is not UTF-8: invalid leading octet" }, );
}

/* Flagger's own CRD has it; libfyaml and js-yaml refuse it, go-yaml does not. */
static void go_yaml_leniency(void)
{
	CHECK_EVENTS({ "a:\n  b: 'x\n  y'\n",
		       "+DOC\n+MAP\n=VAL :a\n+MAP\n=VAL :b\n=VAL 'x y\n-MAP\n-MAP\n-DOC\n" },
		     { "a:\n|\n x\n", "+DOC\n+MAP\n=VAL :a\n=VAL |x\\n\n-MAP\n-DOC\n" },
		     { "a: 'x\ny'\n", "+DOC\n+MAP\n=VAL :a\n=VAL 'x y\n-MAP\n-DOC\n" },
		     { "a:\t1\n", "+DOC\n+MAP\n=VAL :a\n=VAL :1\n-MAP\n-DOC\n" },
		     { "a: \"x\"#c\n", "+DOC\n+MAP\n=VAL :a\n=VAL \"x\n-MAP\n-DOC\n" },
		     { "a: [\n]\n", "+DOC\n+MAP\n=VAL :a\n+SEQ []\n-SEQ\n-MAP\n-DOC\n" }, );
}

static void positions_and_borrowing(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	struct str text = STR("---\na: &x 'v'\nb:\n  - |\n    t\n");
	const struct node *root = yaml_read_one(set, STR("f"), text, DIALECT_GO_V3, &err);
	const struct node *a = node_get_lit(root, "a");

	CHECK_INT(docset_place(set, root->position).line, 2);
	CHECK_INT(docset_place(set, a->position).column, 7);
	CHECK(node_text(a).ptr == text.ptr + 11);
	CHECK_INT(docset_place(set, node_at(root, "b[0]")->position).line, 4);
}

static void duplicate_keys_are_kept(void)
{
	SCRATCH(arena);
	struct error err;
	const struct node *root = yaml_read_one(docset_new(arena), STR("f"),
						STR("a: 1\nb: 2\na: 3\n"), DIALECT_GO_V3, &err);

	CHECK_INT(node_entry_count(root), 3);
	CHECK_TEXT(node_text(node_get_lit(root, "a")), "3");
}

static void one_document(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;

	CHECK(!yaml_read_one(set, STR("f"), STR("a\n---\nb\n"), DIALECT_GO_V3, &err));
	CHECK_TEXT(str_from_cstr(err.text), "a second document; one is expected");
	CHECK(!yaml_read_one(set, STR("f"), STR("---\n"), DIALECT_GO_V3, &err));
	CHECK_TEXT(str_from_cstr(err.text), "'f' has no document");
	CHECK(yaml_read_one(set, STR("f"), STR("---\n---\na\n"), DIALECT_GO_V3, &err) != NULL);
}

static void utf16_is_refused_with_a_hint(void)
{
	SCRATCH(arena);
	struct error err;
	struct documents documents_of;

	CHECK_INT(yaml_read(docset_new(arena), STR("f"),
			    STR("\xff\xfe"
				"a\0"),
			    DIALECT_GO_V3, &documents_of, &err),
		  -1);
	CHECK_TEXT(str_from_cstr(err.text), "the text is UTF-16");
	CHECK_TEXT(str_from_cstr(err.hint), "save it as UTF-8");
}

static void depth_is_limited(void)
{
	SCRATCH(arena);
	struct buf text;
	struct documents documents_of;
	struct error err;
	static const int depths[] = { NODE_DEPTH_MAX, NODE_DEPTH_MAX + 1 };

	for (int i = 0; i < 2; i++) {
		buf_init(&text, arena);
		buf_add_repeat(&text, '[', (size_t)depths[i]);
		buf_add_repeat(&text, ']', (size_t)depths[i]);
		CHECK_INT(yaml_read(docset_new(arena), STR("f"), buf_str(&text), DIALECT_GO_V3,
				    &documents_of, &err),
			  -i);
	}
	CHECK_TEXT(str_from_cstr(err.text), "nested deeper than 1000 levels");
}

/* Each anchor holds the one before it, so few nodes make a deep tree. */
static void aliases_count_the_levels_they_bring(void)
{
	static const int rows[] = { NODE_DEPTH_MAX / 2 - 1, NODE_DEPTH_MAX / 2 };
	SCRATCH(arena);
	struct documents documents_of;
	struct error err;

	for (size_t i = 0; TEST_ROW(rows, i, ""); i++) {
		struct buf text;
		buf_init(&text, arena);
		for (int half = 0; half < 2; half++) {
			buf_add(&text, half ? STR("b: ") : STR("a: &a "));
			buf_add_repeat(&text, '[', (size_t)rows[i] + half);
			buf_add(&text, half ? STR("*a") : STR(""));
			buf_add_repeat(&text, ']', (size_t)rows[i] + half);
			buf_add_char(&text, '\n');
		}
		CHECK_INT(yaml_read(docset_new(arena), STR("f"), buf_str(&text), DIALECT_GO_V3,
				    &documents_of, &err),
			  -(int)i);
	}
	CHECK_TEXT(str_from_cstr(err.text), "nested deeper than 1000 levels");
}

static void aliases_cannot_explode(void)
{
	SCRATCH(arena);
	struct buf text;
	struct documents documents_of;
	struct error err;

	buf_init(&text, arena);
	buf_add(&text, STR("a0: &a0 x\n"));
	for (int i = 1; i < 9; i++)
		buf_printf(&text, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i,
			   i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	CHECK_INT(yaml_read(docset_new(arena), STR("f"), buf_str(&text), DIALECT_GO_V3,
			    &documents_of, &err),
		  -1);
	CHECK_TEXT(str_from_cstr(err.text), "document contains excessive aliasing");
}

static void long_aliases_are_refused(void)
{
	SCRATCH(arena);
	struct buf text;
	struct documents documents_of;
	struct error err;

	buf_init(&text, arena);
	buf_add(&text, STR("a: &a "));
	buf_add_repeat(&text, 'x', 1 << 20);
	buf_add(&text, STR("\nb:\n"));
	for (int i = 0; i < 65; i++)
		buf_add(&text, STR("- *a\n"));
	CHECK_INT(yaml_read(docset_new(arena), STR("f"), buf_str(&text), DIALECT_GO_V3,
			    &documents_of, &err),
		  -1);
	CHECK_TEXT(str_from_cstr(err.text), "document contains excessive aliasing");
}

static void long_keys_are_refused(void)
{
	SCRATCH(arena);
	struct buf text;
	struct documents documents_of;
	struct error err;

	for (int i = 0; i < 2; i++) {
		buf_init(&text, arena);
		buf_add_repeat(&text, 'k', (size_t)YAML_KEY_BYTES_MAX + (size_t)i);
		buf_add(&text, STR(": v\n"));
		CHECK_INT(yaml_read(docset_new(arena), STR("f"), buf_str(&text), DIALECT_GO_V3,
				    &documents_of, &err),
			  -i);
	}
}

/* A text with its merge keys resolved, as JSON; or the error. */
static struct str merged(struct arena *arena, const char *text)
{
	struct error err = {};
	const struct node *root = yaml_read_one(docset_new(arena), STR("f"), str_from_cstr(text),
						DIALECT_GO_V3, &err);

	if (yaml_merge_keys(arena, root, &root, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return json_text(arena, root, 0);
}

#define CHECK_MERGED(text, want)                                                                   \
	do {                                                                                       \
		SCRATCH(arena_);                                                                   \
		CHECK_TEXT(merged(arena_, text), want);                                            \
	} while (0)

static void merge_keys(void)
{
	CHECK_MERGED("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n",
		     "{\"a\":{\"p\":1,\"q\":2},\"b\":{\"q\":3,\"p\":1}}");
	CHECK_MERGED("{<<: [{a: 1}, {a: 2, b: 3}]}", "{\"a\":1,\"b\":3}");
	CHECK_MERGED("{<<: {<<: {a: 1}, b: 2}, c: 3}", "{\"c\":3,\"b\":2,\"a\":1}");
	CHECK_MERGED("{a: [{? [b] : c}]}", "cannot unmarshal !!seq into string");
	CHECK_MERGED("{? {a: b} : c}", "cannot unmarshal !!map into string");
	CHECK_MERGED("[{\"<<\": 1}]", "[{\"<<\":1}]");
	CHECK_MERGED("{<<: 1}", "map merge requires map or sequence of maps as the value");
	CHECK_MERGED("{<<: [1]}", "map merge requires map or sequence of maps as the value");
}

static void duplicates_are_found(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	const struct node *root =
		yaml_read_one(set, STR("f"), STR("a: {b: 1, c: 2}\nd:\n- {x: 1, 1: 2, \"1\": 3}\n"),
			      DIALECT_GO_V3, &err);
	const struct entry *found = yaml_duplicate_key(root);

	CHECK(found != NULL);
	CHECK_INT(docset_place(set, found->key->position).column, 16);
	CHECK(!yaml_duplicate_key(node_get_lit(root, "a")));
}

static void decoded_keys_stand_once(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	const struct node *ret = NULL;
	const struct node *good =
		yaml_read_one(set, STR("f"), STR("{<<: {a: 1}, b: 2}"), DIALECT_GO_V3, &err);
	const struct node *bad = yaml_read_one(
		set, STR("g"), STR("a: [{b: 1}]\nc:\n  d: 1\n  d: 2\n"), DIALECT_GO_V3, &err);

	CHECK_INT(yaml_decode(arena, good, &ret, &err), 0);
	CHECK_INT(node_int_at(ret, "a", 0), 1);
	CHECK_INT(yaml_decode(arena, bad, &ret, &err), -1);
	CHECK_TEXT(str_from_cstr(err.text), "key 'd' already set in map");
	CHECK_INT(docset_place(set, err.position).line, 4);
}

static void duplicates_in_large_maps(void)
{
	SCRATCH(arena);
	struct buf text;
	struct error err;

	buf_init(&text, arena);
	for (int i = 0; i < 100; i++)
		buf_printf(&text, "k%d: 1\n", i);
	struct str unique = buf_str(&text);
	CHECK(!yaml_duplicate_key(
		yaml_read_one(docset_new(arena), STR("f"), unique, DIALECT_GO_V3, &err)));
	buf_add(&text, STR("k7: 2\n"));
	CHECK(yaml_duplicate_key(yaml_read_one(docset_new(arena), STR("f"), buf_str(&text),
					       DIALECT_GO_V3, &err)) != NULL);
}

static void comments(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	const struct node *root =
		yaml_read_one(set, STR("f"),
			      STR("# head\n\n# one\n#two\na: 1 # behind\nb: 'x # y' # z\nc: x#y\n"),
			      DIALECT_GO_V3, &err);

	CHECK_TEXT(yaml_comment_above(set, node_get_lit(root, "a")->position), "one\ntwo");
	CHECK_TEXT(yaml_comment_behind(set, node_get_lit(root, "a")->position), "behind");
	CHECK_TEXT(yaml_comment_behind(set, node_get_lit(root, "b")->position), "z");
	CHECK(!yaml_comment_behind(set, node_get_lit(root, "c")->position).ptr);
	CHECK(!yaml_comment_above(set, node_get_lit(root, "b")->position).ptr);
	CHECK(!yaml_comment_above(set, 0).ptr);
}

TESTS({ "block collections nest by indentation", block_collections },
      { "flow collections", flow_collections }, { "plain scalars", plain_scalars },
      { "quoted scalars", quoted_scalars }, { "block scalars", block_scalars },
      { "anchors, aliases and tags", properties }, { "documents of a stream", documents },
      { "faults have their place", faults },
      { "deviations of go-yaml from the standard are accepted", go_yaml_leniency },
      { "nodes know their position and borrow their text", positions_and_borrowing },
      { "duplicate keys are kept, the last one is found", duplicate_keys_are_kept },
      { "yaml_read_one refuses no document, and more than one", one_document },
      { "UTF-16 is refused with a hint", utf16_is_refused_with_a_hint },
      { "depth is limited", depth_is_limited },
      { "aliases count the levels that they bring", aliases_count_the_levels_they_bring },
      { "aliases cannot explode", aliases_cannot_explode },
      { "aliases of long texts are refused", long_aliases_are_refused },
      { "implicit keys are limited", long_keys_are_refused },
      { "merge keys: explicit keys win, then earlier merges", merge_keys },
      { "duplicate keys are found", duplicates_are_found },
      { "decoded documents have each key once", decoded_keys_stand_once },
      { "duplicate keys of large maps are found", duplicates_in_large_maps },
      { "comments above and behind a node", comments })

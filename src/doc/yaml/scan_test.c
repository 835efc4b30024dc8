/* scan_test - which texts are YAML: what each gives, or where it is refused */
#include "base/arena.h"
#include "base/test.h"
#include "doc/yaml.h"
#include "doc/yaml/events.h"

/* The events of a text on one line, without those of the stream, or its first fault. */
static struct str events(struct arena *arena, const char *text)
{
	struct docset *set = docset_new(arena);
	struct error err = {};
	struct buf out;

	buf_init(&out, arena);
	if (yaml_events(&out, set, STR("t.yaml"), str_from_cstr(text), &err) == 0)
		return str_trim(str_replace(arena, str_sub(buf_str(&out), 5, out.len - 5),
					    STR("\n"), STR(" ")));
	struct place place = docset_place(set, err.position);
	return str_printf(arena, "%u:%u: %s", place.line, place.column, err.text);
}

static const struct {
	const char *text, *want;
} rows[] = {
	{ "[a, b", "1:6: did not find expected ',' or ']'" },
	{ "[a b: c, d", "1:11: did not find expected ',' or ']'" },
	{ "[a, b}", "1:6: did not find expected ',' or ']'" },
	{ "{a: b", "1:6: did not find expected ',' or '}'" },
	{ "{a: b]", "1:6: did not find expected ',' or '}'" },
	{ "{a, b: c, ? d}",
	  "+DOC +MAP {} =VAL :a =VAL : =VAL :b =VAL :c =VAL :d =VAL : -MAP -DOC" },
	{ "[a: b]", "+DOC +SEQ [] +MAP {} =VAL :a =VAL :b -MAP -SEQ -DOC" },
	{ "[? a]", "+DOC +SEQ [] +MAP {} =VAL :a =VAL : -MAP -SEQ -DOC" },
	{ "[? a: b]", "+DOC +SEQ [] +MAP {} =VAL :a =VAL :b -MAP -SEQ -DOC" },
	{ "[,]", "1:2: did not find expected node content" },
	{ "[a,,b]", "1:4: did not find expected node content" },
	{ "[a]", "+DOC +SEQ [] =VAL :a -SEQ -DOC" },
	{ "[a,]", "+DOC +SEQ [] =VAL :a -SEQ -DOC" },
	{ "[]", "+DOC +SEQ [] -SEQ -DOC" },
	{ "{}", "+DOC +MAP {} -MAP -DOC" },
	{ "{,}", "1:2: did not find expected node content" },
	{ "{a:}", "+DOC +MAP {} =VAL :a: =VAL : -MAP -DOC" },
	{ "{a: }", "+DOC +MAP {} =VAL :a =VAL : -MAP -DOC" },
	{ "{? }", "+DOC +MAP {} =VAL : =VAL : -MAP -DOC" },
	{ "[- a]", "1:2: did not find expected node content" },
	{ "[a\n, b]", "+DOC +SEQ [] =VAL :a =VAL :b -SEQ -DOC" },
	{ "[a]b", "1:4: did not find expected <document start>" },
	{ "a: [b\nc: d", "2:2: did not find expected ',' or ']'" },
	{ "a\nb: c", "2:2: mapping values are not allowed in this context" },
	{ "a: b\n c: d", "2:3: mapping values are not allowed in this context" },
	{ "a: b: c", "1:5: mapping values are not allowed in this context" },
	{ "- a\nb: c", "2:1: did not find expected '-' indicator" },
	{ "a: b\n- c", "2:1: did not find expected key" },
	{ "a:\n  b\n c: d", "3:3: mapping values are not allowed in this context" },
	{ "? a\n? b\n", "+DOC +MAP =VAL :a =VAL : =VAL :b =VAL : -MAP -DOC" },
	{ "? a\n: b\nc", "3:1: could not find expected ':'" },
	{ "\"a\" b", "1:5: did not find expected <document start>" },
	{ "'a' b", "1:5: did not find expected <document start>" },
	{ "\"a\": b", "+DOC +MAP =VAL \"a =VAL :b -MAP -DOC" },
	{ "a: \"b", "1:4: found unexpected end of stream" },
	{ "a: 'b", "1:4: found unexpected end of stream" },
	{ "\"a\nb\": c", "2:3: mapping values are not allowed in this context" },
	{ "'it''s'", "+DOC =VAL 'it's -DOC" },
	{ "\"\\x41\\u0042\\U00000043\"", "+DOC =VAL \"ABC -DOC" },
	{ "\"\\x4\"", "1:4: did not find expected hexdecimal number" },
	{ "\"\\xgg\"", "1:4: did not find expected hexdecimal number" },
	{ "\"\\u00g0\"", "1:4: did not find expected hexdecimal number" },
	{ "\"\\ud800\"", "1:4: found invalid Unicode character escape code" },
	{ "\"\\U00110000\"", "1:4: found invalid Unicode character escape code" },
	{ "\"\\U0010ffff\"", "+DOC =VAL \"\364\217\277\277 -DOC" },
	{ "\"\\z\"", "1:2: found unknown escape character" },
	{ "\"\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\\\\\N\\_\\L\\P\"",
	  "+DOC =VAL \"\a\\b\\t\\n\v\f\\r\033 \"\\\\\302\205\302\240\342\200\250\342\200\251 "
	  "-DOC" },
	{ "\"a\\\n  b\"", "+DOC =VAL \"ab -DOC" },
	{ "\"a\n\n b\"", "+DOC =VAL \"a\\nb -DOC" },
	{ "a: &b c\nd: *b\n", "+DOC +MAP =VAL :a =VAL &b :c =VAL :d =ALI *b -MAP -DOC" },
	{ "a: *b", "1:4: unknown anchor 'b' referenced" },
	{ "&a b", "+DOC =VAL &a :b -DOC" },
	{ "&", "1:1: did not find expected alphabetic or numeric character" },
	{ "& a", "1:1: did not find expected alphabetic or numeric character" },
	{ "*", "1:1: did not find expected alphabetic or numeric character" },
	{ "&a-_9: b", "+DOC +MAP =VAL &a-_9 : =VAL :b -MAP -DOC" },
	{ "&a &b c", "1:4: did not find expected node content" },
	{ "a: &b !!str c", "+DOC +MAP =VAL :a =VAL &b <tag:yaml.org,2002:str> :c -MAP -DOC" },
	{ "!!str a", "+DOC =VAL <tag:yaml.org,2002:str> :a -DOC" },
	{ "!<tag:x> a", "+DOC =VAL <tag:x> :a -DOC" },
	{ "!<tag:x a", "1:1: did not find the expected '>'" },
	{ "!<> a", "1:1: did not find expected tag URI" },
	{ "!x!y a", "1:1: found undefined tag handle" },
	{ "!a!b!c d", "1:1: found undefined tag handle" },
	{ "%TAG !x! tag:x,\n---\n!x!y a", "+DOC =VAL <tag:x,y> :a -DOC" },
	{ "%TAG !x! tag:x,\n%TAG !x! tag:y,\n---\na", "2:1: found duplicate %TAG directive" },
	{ "%TAG x tag:x,\n---\na", "1:1: did not find expected '!'" },
	{ "%TAG !x tag:x\n---\na", "1:1: did not find expected whitespace" },
	{ "%TAG !x! tag:x, y\n---\na", "1:1: did not find expected comment or line break" },
	{ "%TAG !x!\n---\na", "1:1: did not find expected whitespace" },
	{ "!a%41 b", "+DOC =VAL <!aA> :b -DOC" },
	{ "!a%4 b", "1:1: did not find URI escaped octet" },
	{ "!a%zz b", "1:1: did not find URI escaped octet" },
	{ "!a%c3%a4 b", "+DOC =VAL <!aä> :b -DOC" },
	{ "!a%c3 b", "1:1: did not find URI escaped octet" },
	{ "!a%c3%41 b", "1:1: found an incorrect trailing UTF-8 octet" },
	{ "!a%80 b", "1:1: found an incorrect leading UTF-8 octet" },
	{ "!a%f0%9f%98%80 b", "+DOC =VAL <!a😀> :b -DOC" },
	{ "!a%ff b", "1:1: found an incorrect leading UTF-8 octet" },
	{ "%YAML 1.1\n---\na", "+DOC =VAL :a -DOC" },
	{ "%YAML 1.2\n---\na", "1:1: found incompatible YAML document" },
	{ "%YAML 2.0\n---\na", "1:1: found incompatible YAML document" },
	{ "%YAML 1.3\n---\na", "1:1: found incompatible YAML document" },
	{ "%YAML 1\n---\na", "1:1: did not find expected digit or '.' character" },
	{ "%YAML 1.x\n---\na", "1:1: did not find expected version number" },
	{ "%YAML x\n---\na", "1:1: did not find expected version number" },
	{ "%YAML 1234567890.1\n---\na", "1:1: found extremely long version number" },
	{ "%YAML 1.1\n%YAML 1.1\n---\na", "2:1: found duplicate %YAML directive" },
	{ "%YAML 1.1 b\n---\na", "1:1: did not find expected comment or line break" },
	{ "%YAML 1.1 # b\n---\na", "+DOC =VAL :a -DOC" },
	{ "%OTHER x\n---\na", "1:1: found unknown directive name" },
	{ "%\n---\na", "1:1: found unknown directive name" },
	{ "%A!\n---\na", "1:1: found unexpected non-alphabetical character" },
	{ "%YAML 1.1\na", "2:1: did not find expected <document start>" },
	{ "a: |\n  b\n", "+DOC +MAP =VAL :a =VAL |b\\n -MAP -DOC" },
	{ "a: |0\n  b\n", "1:4: found an indentation indicator equal to 0" },
	{ "a: |1\n  b\n", "+DOC +MAP =VAL :a =VAL | b\\n -MAP -DOC" },
	{ "a: |9\n  b\n", "2:3: did not find expected key" },
	{ "a: |2-\n  b\n", "+DOC +MAP =VAL :a =VAL |b -MAP -DOC" },
	{ "a: |-2\n  b\n", "+DOC +MAP =VAL :a =VAL |b -MAP -DOC" },
	{ "a: |+\n  b\n\n", "+DOC +MAP =VAL :a =VAL |b\\n\\n -MAP -DOC" },
	{ "a: |22\n  b\n", "1:4: did not find expected comment or line break" },
	{ "a: |--\n  b\n", "1:4: did not find expected comment or line break" },
	{ "a: | # c\n  b\n", "+DOC +MAP =VAL :a =VAL |b\\n -MAP -DOC" },
	{ "a: |x\n  b\n", "1:4: did not find expected comment or line break" },
	{ "a: |#c\n  b\n", "+DOC +MAP =VAL :a =VAL |b\\n -MAP -DOC" },
	{ "a: >\n  b\n  c\n", "+DOC +MAP =VAL :a =VAL >b c\\n -MAP -DOC" },
	{ "a: |\n   b\n  c\n", "3:3: did not find expected key" },
	{ "a: |\n  b\n c\n", "3:2: did not find expected key" },
	{ "a: |\n\n\n  b\n", "+DOC +MAP =VAL :a =VAL |\\n\\nb\\n -MAP -DOC" },
	{ "a: |\n    \n  b\n", "3:3: did not find expected key" },
	{ "a:\tb", "+DOC +MAP =VAL :a =VAL :b -MAP -DOC" },
	{ "a\t: b", "+DOC +MAP =VAL :a =VAL :b -MAP -DOC" },
	{ "@a", "1:1: found character that cannot start any token" },
	{ "`a", "1:1: found character that cannot start any token" },
	{ "%a", "1:1: found unknown directive name" },
	{ "a: @b", "1:4: found character that cannot start any token" },
	{ "a #b", "+DOC =VAL :a -DOC" },
	{ "a#b", "+DOC =VAL :a#b -DOC" },
	{ "#a", "" },
	{ "---", "+DOC =VAL : -DOC" },
	{ "--- a", "+DOC =VAL :a -DOC" },
	{ "---a", "+DOC =VAL :---a -DOC" },
	{ "---\na\n---\nb", "+DOC =VAL :a -DOC +DOC =VAL :b -DOC" },
	{ "a\n...\nb", "3:1: did not find expected <document start>" },
	{ "...", "1:1: did not find expected node content" },
	{ "a\n... b", "2:5: did not find expected <document start>" },
	{ "---\n---\n", "+DOC =VAL : -DOC +DOC =VAL : -DOC" },
	{ "- - a\n  - b\n - c", "3:2: did not find expected '-' indicator" },
	{ "a:\n- b\n-c", "3:1: could not find expected ':'" },
	{ "?a: b", "+DOC +MAP =VAL :?a =VAL :b -MAP -DOC" },
	{ "? a", "+DOC +MAP =VAL :a =VAL : -MAP -DOC" },
	{ "?\n", "+DOC +MAP =VAL : =VAL : -MAP -DOC" },
	{ "-", "+DOC +SEQ =VAL : -SEQ -DOC" },
	{ "-a", "+DOC =VAL :-a -DOC" },
	{ ":", "1:1: did not find expected key" },
	{ "::", "+DOC +MAP =VAL :: =VAL : -MAP -DOC" },
	{ ": a", "1:1: did not find expected key" },
	{ ":a", "+DOC =VAL ::a -DOC" },
	{ "", "" },
};

static void texts_are_read_or_refused_at_their_fault(void)
{
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		SCRATCH(arena);
		CHECK_STR(events(arena, rows[i].text), str_from_cstr(rows[i].want));
	}
}

TESTS({ "texts are read, or refused at their fault", texts_are_read_or_refused_at_their_fault })

/* segments_test - from a byte of a generated text to the place that a person edits */
#include "doc/segments.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/set.h"

static struct str shown(struct arena *arena, struct place place)
{
	return str_printf(arena, "%.*s:%u:%u", STR_FMT(place.path), place.line, place.column);
}

static uint32_t added(struct docset *set, const char *path, struct str text)
{
	struct error err;
	uint32_t base = 0;

	CHECK_INT(docset_add(set, str_from_cstr(path), text, &base, &err), 0);
	return base;
}

/* "a: 1\n" from line 2 of a file, "VALUE" from a place of another one, "own" from nowhere. */
static struct str mixed(struct arena *arena, struct docset *set, struct segments *segments)
{
	uint32_t template = added(set, "template", STR("# head\na: 1\nb: 2\n"));
	uint32_t values = added(set, "values", STR("one: 1\ntwo: v\n"));
	struct buf out;

	buf_init(&out, arena);
	segments_init(segments, arena);
	segments_copy(segments, &out, template + 7, STR("a: 1\n"));
	segments_computed(segments, &out, values + 12, STR("VALUE"));
	segments_copy(segments, &out, 0, STR("own"));
	segments_copy(segments, &out, template + 12, STR("b: 2\n"));
	return buf_str(&out);
}

static void each_byte_has_the_place_it_comes_from(void)
{
	static const struct {
		uint32_t offset;
		const char *want;
	} cases[] = {
		{ 0, "template:2:1" },	{ 3, "template:2:4" },	{ 4, "template:2:5" },
		{ 5, "values:2:6" },	{ 9, "values:2:6" },	{ 10, "made:2:6" },
		{ 12, "made:2:8" },	{ 13, "template:3:1" }, { 17, "template:3:5" },
		{ 18, "template:4:1" }, /* behind the last byte */
	};
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct segments segments;
	struct str text = mixed(arena, set, &segments);

	docset_generated(set, text, &segments);
	uint32_t base = added(set, "made", text);
	for (size_t i = 0; TEST_ROW(cases, i); i++)
		CHECK_STR(shown(arena, docset_place(set, base + cases[i].offset)),
			  str_from_cstr(cases[i].want));
	CHECK_TEXT(docset_place(set, base + 5).line_text, "two: v");
	CHECK_TEXT(docset_path(set, base + 5), "values");
	CHECK_TEXT(docset_path(set, base + 10), "made");
	CHECK(!docset_path(set, 0).ptr);
}

static void bytes_before_the_first_segment_have_their_own_place(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	uint32_t file = added(set, "file", STR("\nx\n"));
	struct str text = str_copy(arena, STR("abc"));
	struct segments segments;

	segments_init(&segments, arena);
	CHECK_INT(segments_source(&segments, 0), 0);
	segments_begin(&segments, (struct segment){ .offset = 1, .position = file + 1 });
	docset_generated(set, text, &segments);
	uint32_t base = added(set, "made", text);
	CHECK_TEXT(shown(arena, docset_place(set, base)), "made:1:1");
	CHECK_TEXT(shown(arena, docset_place(set, base + 1)), "file:2:1");
}

static void a_text_that_was_not_announced_has_its_own_places(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct segments segments;
	struct str text = mixed(arena, set, &segments);

	docset_generated(set, text, &segments);
	uint32_t shorter = added(set, "shorter", str_sub(text, 0, 4));
	uint32_t equal = added(set, "equal", str_copy(arena, text));
	CHECK_TEXT(shown(arena, docset_place(set, shorter)), "shorter:1:1");
	CHECK_TEXT(shown(arena, docset_place(set, equal)), "equal:1:1");
}

static void generated_from_generated_leads_to_the_first_source(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct segments first, second;
	struct str text = mixed(arena, set, &first);
	struct buf out;

	docset_generated(set, text, &first);
	uint32_t once = added(set, "once", text);
	buf_init(&out, arena);
	segments_init(&second, arena);
	segments_copy(&second, &out, once + 3, str_from(text, 3));
	docset_generated(set, buf_str(&out), &second);
	uint32_t twice = added(set, "twice", buf_str(&out));
	CHECK_TEXT(shown(arena, docset_place(set, twice)), "template:2:4");
	CHECK_TEXT(shown(arena, docset_place(set, twice + 3)), "values:2:6");
	CHECK_TEXT(shown(arena, docset_place(set, twice + 7)), "once:2:6");
}

static void segments_that_go_on_are_one(void)
{
	SCRATCH(arena);
	struct segments segments;
	struct buf out;

	buf_init(&out, arena);
	segments_init(&segments, arena);
	segments_copy(&segments, &out, 10, STR("ab"));
	segments_copy(&segments, &out, 12, STR("c"));
	CHECK_INT(segments.count, 1);
	segments_copy(&segments, &out, 13, STR(""));
	segments_copy(&segments, &out, 14, STR("d"));
	CHECK_INT(segments.count, 2);
	segments_computed(&segments, &out, 15, STR("e"));
	segments_computed(&segments, &out, 15, STR("f"));
	CHECK_INT(segments.count, 3);
	CHECK_TEXT(buf_str(&out), "abcdef");
	CHECK_INT(segments_source(&segments, 2), 12);
	CHECK_INT(segments_source(&segments, 3), 14);
	CHECK_INT(segments_source(&segments, 5), 15);
	segments_begin(&segments, (struct segment){ .offset = 6, .position = 20 });
	segments_begin(&segments, (struct segment){ .offset = 6, .position = 30 });
	CHECK_INT(segments_source(&segments, 6), 30);
}

/* A source with a scalar at `at`, the text that it means, and where one byte of that stands. */
static void texts_of_scalars_have_the_places_of_their_file(void)
{
	static const struct {
		const char *source;
		uint32_t at;
		const char *text;
		const char *part; /* its first occurrence in the text */
		const char *want;
	} cases[] = {
		{ "p: |\n    a: 1\n    b: 2\n", 3, "a: 1\nb: 2\n", "2", "k:3:8" },
		{ "p: |-2\n    a\n   b\n", 3, "  a\n b", "a", "k:2:5" },
		{ "p: |-2\n    a\n   b\n", 3, "  a\n b", "b", "k:3:4" },
		{ "p: |\n\n\n  a\n\n  b\n", 3, "\n\na\n\nb\n", "b", "k:6:3" },
		{ "p: |\r\n  a\r\n  b\r\n", 3, "a\nb\n", "b", "k:3:3" },
		{ "p: >\n  a\n  b\n\n  c\n", 3, "a b\nc\n", "b", "k:3:3" },
		{ "p: >\n  a\n  b\n\n  c\n", 3, "a b\nc\n", "c", "k:5:3" },
		{ "p: \"x\\ty: \\u00e9z\"\n", 3, "x\ty: \xc3\xa9z", "y", "k:1:8" },
		{ "p: \"x\\ty: \\u00e9z\"\n", 3, "x\ty: \xc3\xa9z", "\xc3", "k:1:11" },
		{ "p: \"x\\ty: \\u00e9z\"\n", 3, "x\ty: \xc3\xa9z", "z", "k:1:17" },
		{ "p: \"a\\\n   b\"\n", 3, "ab", "b", "k:2:4" },
		{ "p: \"a  \n   b\n\n   c\"\n", 3, "a b\nc", "b", "k:2:4" },
		{ "p: \"a  \n   b\n\n   c\"\n", 3, "a b\nc", "c", "k:4:4" },
		{ "p: 'it''s x'\n", 3, "it's x", "s", "k:1:9" },
		{ "p: a b\n   c\n", 3, "a b c", "c", "k:2:4" },
		/* Changed since it was read: from the first difference on. */
		{ "p: abcdef\n", 3, "abXdef", "b", "k:1:5" },
		{ "p: abcdef\n", 3, "abXdef", "f", "k:1:6" },
		{ "p: ab", 3, "abcd", "d", "k:1:6" },
		{ "p: \"\\", 3, "ab", "b", "k:1:6" },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		SCRATCH(arena);
		struct docset *set = docset_new(arena);
		uint32_t file = added(set, "k", str_from_cstr(cases[i].source));
		struct str text = str_from_cstr(cases[i].text);
		struct segments segments;
		segments_init(&segments, arena);
		segments_of_scalar(&segments, set, file + cases[i].at, text);
		docset_generated(set, text, &segments);
		uint32_t base = added(set, "inner", text);
		ptrdiff_t offset = str_find(text, str_from_cstr(cases[i].part));
		CHECK(offset >= 0);
		CHECK_STR(shown(arena, docset_place(set, base + (uint32_t)offset)),
			  str_from_cstr(cases[i].want));
	}
}

/* Without the comment and the line end behind it. */
static void scalars_end_where_their_text_does(void)
{
	static const struct {
		const char *source;
		const char *text;
		uint32_t want;
	} cases[] = {
		{ "ab # c\n", "ab", 2 },
		{ "\"a\\x62\" # c\n", "ab", 7 },
		{ "'a''b' # c\n", "a'b", 6 },
		{ "|\n  a\n  b\nc: d\n", "a\nb\n", 10 },
		{ "other # c\nnext\n", "text", 9 },
		{ "ab", "abc", 2 },
	};

	for (size_t i = 0; TEST_ROW(cases, i); i++) {
		SCRATCH(arena);
		struct docset *set = docset_new(arena);
		uint32_t base = added(set, "f", str_from_cstr(cases[i].source));
		CHECK_INT(segments_scalar_end(set, base, str_from_cstr(cases[i].text)) - base,
			  cases[i].want);
	}
}

static void a_scalar_without_a_text_gives_no_segments(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct segments segments;

	segments_init(&segments, arena);
	segments_of_scalar(&segments, set, 0, STR("a"));
	CHECK_INT(segments.count, 0);
}

static void a_text_without_its_first_bytes_keeps_its_places(void)
{
	SCRATCH(arena);
	struct segments segments;
	struct buf out;

	buf_init(&out, arena);
	segments_init(&segments, arena);
	segments_copy(&segments, &out, 10, STR("abc"));
	segments_computed(&segments, &out, 50, STR("de"));
	segments_copy(&segments, &out, 20, STR("fg"));
	segments_skip(&segments, 0);
	CHECK_INT(segments_source(&segments, 1), 11);
	segments_skip(&segments, 1);
	CHECK_INT(segments_source(&segments, 1), 12);
	CHECK_INT(segments_source(&segments, 3), 50);
	CHECK_INT(segments_source(&segments, 5), 21);
	segments_skip(&segments, 3);
	CHECK_INT(segments_source(&segments, 0), 50);
	CHECK_INT(segments_source(&segments, 1), 20);
}

TESTS({ "a text without its first bytes keeps its places",
	a_text_without_its_first_bytes_keeps_its_places },
      { "each byte has the place it comes from", each_byte_has_the_place_it_comes_from },
      { "bytes before the first segment have their own place",
	bytes_before_the_first_segment_have_their_own_place },
      { "a text that was not announced has its own places",
	a_text_that_was_not_announced_has_its_own_places },
      { "generated from generated leads to the first source",
	generated_from_generated_leads_to_the_first_source },
      { "adjacent segments of one source are merged", segments_that_go_on_are_one },
      { "texts of scalars have the places of their file",
	texts_of_scalars_have_the_places_of_their_file },
      { "scalars end where their text does", scalars_end_where_their_text_does },
      { "a scalar without a text gives no segments", a_scalar_without_a_text_gives_no_segments })

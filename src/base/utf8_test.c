/* utf8_test - what is UTF-8, and how wide it is */
#include "base/utf8.h"

#include "base/test.h"

static void reads(void)
{
	struct str s = STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	size_t at = 0;

	CHECK_INT(utf8_next(s, &at), 'a');
	CHECK_INT(utf8_next(s, &at), 0xe9);
	CHECK_INT(utf8_next(s, &at), 0x20ac);
	CHECK_INT(utf8_next(s, &at), 0x1f600);
	CHECK_INT(at, s.len);
	CHECK_INT(utf8_count(s), 4);
}

static void refuses(void)
{
	static const struct str bad[] = {
		STR_INIT("\x80"),	      /* continuation alone */
		STR_INIT("\xc0\x80"),	      /* overlong NUL */
		STR_INIT("\xe0\x80\xaf"),     /* overlong slash */
		STR_INIT("\xed\xa0\x80"),     /* surrogate */
		STR_INIT("\xf4\x90\x80\x80"), /* above U+10FFFF */
		STR_INIT("\xe2\x82"),	      /* cut short */
		STR_INIT("\xff"),
		STR_INIT("\xc1\xbf"),	      /* overlong DEL */
		STR_INIT("\xe0\x9f\xbf"),     /* overlong U+07FF */
		STR_INIT("\xf0\x8f\xbf\xbf"), /* overlong U+FFFF */
		STR_INIT("\xed\xbf\xbf"),     /* the last surrogate */
		STR_INIT("\xf5\x80\x80\x80"),
		STR_INIT("\xc3\xc3"), /* no continuation */
		STR_INIT("\xe2\x82\x41"),
		STR_INIT("\xf0\x9f\x98"),
	};

	for (size_t i = 0; TEST_ROW(bad, i, bad[i]); i++) {
		size_t at = 0;
		CHECK(!utf8_valid(bad[i], NULL));
		CHECK_INT(utf8_next(bad[i], &at), UTF8_REPLACEMENT);
		CHECK_INT(at, 1);
	}
	size_t offset = 0;
	CHECK(!utf8_valid(STR("ab\xc3\xa9\xff"), &offset));
	CHECK_INT(offset, 4);
	CHECK(utf8_valid(STR(""), NULL));
	CHECK(utf8_valid(STR("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"), NULL));
	CHECK(utf8_valid(STR("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), NULL));
}

static void round_trips(void)
{
	for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
		char bytes[UTF8_BYTES_MAX];
		struct str s = { bytes, utf8_encode(rune, bytes) };
		size_t at = 0;
		bool is_surrogate = rune >= 0xd800 && rune <= 0xdfff;
		uint32_t want = is_surrogate ? UTF8_REPLACEMENT : rune;
		uint32_t got = utf8_next(s, &at);
		if (got != want || at != s.len) {
			CHECK_INT(got, want);
			CHECK_INT(at, s.len);
			return;
		}
	}
	char bytes[UTF8_BYTES_MAX];
	CHECK_STR(((struct str){ bytes, utf8_encode(0x110000, bytes) }), STR("\xef\xbf\xbd"));
}

static void widths(void)
{
	CHECK_INT(utf8_width(STR("abc")), 3);
	CHECK_INT(utf8_width(STR("\xe6\x97\xa5\xe6\x9c\xac")), 4); /* two ideographs */
	CHECK_INT(utf8_width(STR("e\xcc\x81")), 1);		   /* combining acute */
	CHECK_INT(utf8_width(STR("\xf0\x9f\x98\x80")), 2);	   /* emoji */
	CHECK_TEXT(utf8_cut(STR("\xe6\x97\xa5\xe6\x9c\xac"), 3), "\xe6\x97\xa5");
	CHECK_TEXT(utf8_cut(STR("abc"), 2), "ab");
	CHECK_TEXT(utf8_cut(STR("abc"), 9), "abc");
	CHECK_TEXT(utf8_cut(STR("abc"), 3), "abc");
	CHECK_TEXT(utf8_cut(STR("abc"), 0), "");
	CHECK_TEXT(utf8_cut(STR("e\xcc\x81x"), 1), "e\xcc\x81");
}

static void widths_have_borders(void)
{
	static const struct {
		uint32_t rune;
		unsigned width;
	} rows[] = {
		{ 0, 0 },	{ 0x1f, 0 },	{ ' ', 1 },    { '~', 1 },     { 0x7f, 0 },
		{ 0x9f, 0 },	{ 0xa0, 1 },	{ 0x2ff, 1 },  { 0x300, 0 },   { 0x36f, 0 },
		{ 0x370, 1 },	{ 0x10ff, 1 },	{ 0x1100, 2 }, { 0x115f, 2 },  { 0x1160, 1 },
		{ 0x2705, 2 },	{ 0x2706, 1 },	{ 0x2704, 1 }, { 0x20000, 2 }, { 0x3fffd, 2 },
		{ 0x3fffe, 1 }, { 0x1fffd, 1 },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++)
		CHECK_INT(utf8_rune_width(rows[i].rune), rows[i].width);
}

/* "aé" three times: é begins at 1, 4 and 7. */
static void shows_the_column(void)
{
	struct str line = STR("a\xc3\xa9\x61\xc3\xa9\x61\xc3\xa9");

	CHECK_INT(utf8_shown_from(line, 0, 4), 0);
	CHECK_INT(utf8_shown_from(line, 2, 4), 0);
	CHECK_INT(utf8_shown_from(line, 6, 4), 4);
	CHECK_INT(utf8_shown_from(line, 7, 4), 6); /* not at 5, within a code point */
	CHECK_INT(utf8_shown_from(line, 9, 0), 9);
}

TESTS({ "code points are read", reads }, { "wrong bytes are refused, one at a time", refuses },
      { "every code point is written and read back", round_trips },
      { "widths are those of a terminal", widths }, { "widths have borders", widths_have_borders },
      { "long lines are shown around an offset", shows_the_column })

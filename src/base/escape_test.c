/* escape_test - escape sequences by their tables, and where a wrong one stands */
#include "base/escape.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"

static const struct escapes go = {
	.sign = '\\',
	.letters = "n\\",
	.meanings = "\n\\",
	.numbers = { { 'x', 2, 16, true }, { 'u', 4, 16, false }, { '\0', 3, 8, true } },
};
static const struct escapes pointer = { .sign = '~', .letters = "01", .meanings = "~/" };
static const struct escapes path = { .sign = '\\', .letters = "", .meanings = "", .others = true };

static void texts_are_decoded_by_their_table(void)
{
	static const struct {
		const struct escapes *escapes;
		struct str text, decoded;
	} rows[] = {
		{ &go, STR_INIT("plain"), STR_INIT("plain") },
		{ &go, STR_INIT("a\\nb\\\\"), STR_INIT("a\nb\\") },
		{ &go, STR_INIT("\\x41\\xff\\u00e9"), STR_INIT("A\xff\xc3\xa9") },
		{ &go, STR_INIT("\\1011"), STR_INIT("A1") },
		{ &pointer, STR_INIT("a~1b~0~01"), STR_INIT("a/b~~1") },
		{ &path, STR_INIT("a\\.b\\n"), STR_INIT("a.bn") },
		{ &path, STR_INIT("end\\"), STR_INIT("end\\") },
		{ &go, STR_INIT(""), STR_INIT("") },
		{ &go, STR_INIT("\\x00\\377\\000"), { "\0\xff\0", 3 } },
		{ &go, STR_INIT("\\ud7ff\\ue000"), STR_INIT("\xed\x9f\xbf\xee\x80\x80") },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text.ptr); i++) {
		struct str decoded;
		struct escape_fault fault;

		CHECK(escape_decode(arena, rows[i].text, rows[i].escapes, &decoded, &fault));
		CHECK_STR(decoded, rows[i].decoded);
		/* Nothing is copied without need. */
		CHECK((decoded.ptr == rows[i].text.ptr) ==
		      (str_find_char(rows[i].text, rows[i].escapes->sign) < 0));
	}
}

static void a_wrong_sequence_is_named_with_its_place(void)
{
	static const struct {
		const struct escapes *escapes;
		struct str text;
		size_t at;
		struct str named;
	} rows[] = {
		{ &go, STR_INIT("a\\qb"), 2, STR_INIT("\\q") },
		{ &go, STR_INIT("a\\"), 2, STR_INIT("\\") },
		{ &go, STR_INIT("\\\""), 1, STR_INIT("\\\"") }, /* no quote is open */
		{ &go, STR_INIT("\\x4"), 2, STR_INIT("4") },
		{ &go, STR_INIT("\\xg0"), 2, STR_INIT("g0") },
		{ &go, STR_INIT("\\ud800"), 2, STR_INIT("d800") },
		{ &go, STR_INIT("\\udfff"), 2, STR_INIT("dfff") },
		{ &go, STR_INIT("\\400"), 1, STR_INIT("400") },
		{ &go, STR_INIT("\\8"), 1, STR_INIT("\\8") },
		{ &go, STR_INIT("\\7"), 1, STR_INIT("7") },
		{ &go, STR_INIT("\\/"), 1, STR_INIT("\\/") },
		{ &go, STR_INIT("n\\N"), 2, STR_INIT("\\N") },
		{ &pointer, STR_INIT("a~2"), 2, STR_INIT("~2") },
		{ &pointer, STR_INIT("a~"), 2, STR_INIT("~") },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text.ptr); i++) {
		struct str decoded;
		struct escape_fault fault;

		CHECK(!escape_decode(arena, rows[i].text, rows[i].escapes, &decoded, &fault));
		CHECK_INT(fault.at, rows[i].at);
		CHECK_STR(fault.text, rows[i].named);
	}
}

static void the_quote_means_itself(void)
{
	SCRATCH(arena);
	struct cursor c = { STR("\\'\\n") };
	struct escape_fault fault;
	struct buf out;

	buf_init(&out, arena);
	CHECK(escape_take(&c, &go, '\'', &out, &fault));
	CHECK_INT(c.at, 2);
	CHECK(escape_take(&c, &go, '\'', &out, &fault));
	CHECK_TEXT(buf_str(&out), "'\n");
}

TESTS({ "texts are decoded by their table", texts_are_decoded_by_their_table },
      { "a wrong sequence is named with its place", a_wrong_sequence_is_named_with_its_place },
      { "the quote means itself", the_quote_means_itself })

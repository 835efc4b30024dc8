/* cursor_test - what is taken from a text, and where the cursor stands then */
#include "base/cursor.h"

#include "base/test.h"

static void bytes_ahead_end_with_zeros(void)
{
	struct cursor c = { STR("ab"), 1 };

	CHECK_INT(cursor_peek(&c), 'b');
	CHECK_INT(cursor_peek_at(&c, 1), '\0');
	CHECK_INT(cursor_peek_at(&c, SIZE_MAX), '\0');
	CHECK(!cursor_at_end(&c));
	CHECK_TEXT(cursor_rest(&c), "b");
	CHECK(!cursor_take_char(&c, 'a'));
	CHECK(cursor_take_char(&c, 'b'));
	CHECK(cursor_at_end(&c));
	CHECK(!cursor_take_char(&c, '\0')); /* the end is no byte */
}

static void decimals_have_two_parts(void)
{
	static const struct {
		struct str text, whole, fraction, rest;
	} rows[] = {
		{ STR_INIT("12.5Gi"), STR_INIT("12"), STR_INIT("5"), STR_INIT("Gi") },
		{ STR_INIT("12"), STR_INIT("12"), STR_INIT(""), STR_INIT("") },
		{ STR_INIT("12."), STR_INIT("12"), STR_INIT(""), STR_INIT("") },
		{ STR_INIT(".5"), STR_INIT(""), STR_INIT("5"), STR_INIT("") },
		{ STR_INIT("1.2.3"), STR_INIT("1"), STR_INIT("2"), STR_INIT(".3") },
		{ STR_INIT("-1"), STR_INIT(""), STR_INIT(""), STR_INIT("-1") },
		{ STR_INIT("x"), STR_INIT(""), STR_INIT(""), STR_INIT("x") },
		{ STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT("") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text.ptr); i++) {
		struct cursor c = { rows[i].text };
		struct cursor_decimal number = cursor_take_decimal(&c);

		CHECK_STR(number.whole, rows[i].whole);
		CHECK_STR(number.fraction, rows[i].fraction);
		CHECK_STR(cursor_rest(&c), rows[i].rest);
	}
}

static void sets_tell_what_is_taken(void)
{
	static const struct char_set set = { .has = { ['a' ... 'c'] = true, [0xff] = true } };
	static const struct {
		struct str text, taken_while, taken_until;
	} rows[] = {
		{ STR_INIT("abcd"), STR_INIT("abc"), STR_INIT("") },
		{ STR_INIT("xyza"), STR_INIT(""), STR_INIT("xyz") },
		{ STR_INIT("\xff-"), STR_INIT("\xff"), STR_INIT("") },
		{ STR_INIT("x\\ab"), STR_INIT(""), STR_INIT("x\\a") },
		{ STR_INIT("x\\\\ab"), STR_INIT(""), STR_INIT("x\\\\") },
		{ STR_INIT("x\\"), STR_INIT(""), STR_INIT("x\\") }, /* nothing stands behind it */
		{ STR_INIT(""), STR_INIT(""), STR_INIT("") },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text.ptr); i++) {
		struct cursor c = { rows[i].text };

		CHECK_STR(cursor_take_while(&c, &set), rows[i].taken_while);
		CHECK_INT(c.at, rows[i].taken_while.len);
		c.at = 0;
		CHECK_STR(cursor_take_until(&c, &set, '\\'), rows[i].taken_until);
		CHECK_INT(c.at, rows[i].taken_until.len);
	}
	struct cursor c = { STR("x\\ab") };
	CHECK_TEXT(cursor_take_until(&c, &set, '\0'), "x\\"); /* without a sign */
}

TESTS({ "bytes behind the end are 0", bytes_ahead_end_with_zeros },
      { "decimals have two parts", decimals_have_two_parts },
      { "cursor_take functions stop at bytes outside of their set", sets_tell_what_is_taken })

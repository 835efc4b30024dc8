/* timestamp_test - texts to seconds and back */
#include "base/timestamp.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	struct str text;
	int64_t s;
	uint32_t ns;
} good[] = {
	{ STR_INIT("1970-01-01T00:00:00Z"), 0, 0 },
	{ STR_INIT("2026-01-01T00:00:00Z"), 1767225600, 0 },
	{ STR_INIT("2026-01-01T01:30:00+01:30"), 1767225600, 0 },
	{ STR_INIT("2025-12-31t19:00:00-05:00"), 1767225600, 0 },
	{ STR_INIT("2024-02-29T23:59:59.5z"), 1709251199, 500000000 },
	{ STR_INIT("2024-02-29T23:59:59.1234567891Z"), 1709251199, 123456789 },
	{ STR_INIT("1969-12-31T23:59:59Z"), -1, 0 },
	{ STR_INIT("0001-01-01T00:00:00Z"), -62135596800, 0 },
	{ STR_INIT("9999-12-31T23:59:59Z"), 253402300799, 0 },
	{ STR_INIT("0000-01-01T00:00:00Z"), -62167219200, 0 },
	{ STR_INIT("2026-01-01T00:00:00.000000001Z"), 1767225600, 1 },
	{ STR_INIT("2026-01-01T00:00:00.25-00:30"), 1767225600 + 1800, 250000000 },
	{ STR_INIT("2026-01-01T00:00:00+24:00"), 1767225600 - 86400, 0 },
	{ STR_INIT("2026-01-01T00:00:00+00:60"), 1767225600 - 3600, 0 },
	{ STR_INIT("2000-02-29T00:00:00Z"), 951782400, 0 },
};

static void parses(void)
{
	for (size_t i = 0; TEST_ROW(good, i, good[i].text); i++) {
		struct timestamp t = { 1, 1 };
		CHECK(timestamp_parse(good[i].text, &t));
		CHECK_INT(t.s, good[i].s);
		CHECK_INT(t.ns, good[i].ns);
	}
}

static void refuses(void)
{
	static const struct str bad[] = {
		STR_INIT(""),
		STR_INIT("2026-01-01"),
		STR_INIT("2026-01-01T00:00:00"),
		STR_INIT("2026-13-01T00:00:00Z"),
		STR_INIT("2026-02-29T00:00:00Z"),
		STR_INIT("2026-01-01T24:00:00Z"),
		STR_INIT("2026-01-01T00:00:60Z"),
		STR_INIT("2026-01-01T00:00:00.Z"),
		STR_INIT("2026-01-01T00:00:00Z "),
		STR_INIT("2026-01-01 00:00:00Z"),
		STR_INIT("2026-01-01T00:00:00+0100"),
		STR_INIT("26-01-01T00:00:00Z"),
		STR_INIT("2026-00-01T00:00:00Z"),
		STR_INIT("2026-01-00T00:00:00Z"),
		STR_INIT("2026-04-31T00:00:00Z"),
		STR_INIT("1900-02-29T00:00:00Z"),
		STR_INIT("2026-01-01T00:60:00Z"),
		STR_INIT("2026:01-01T00:00:00Z"),
		STR_INIT("2026-01:01T00:00:00Z"),
		STR_INIT("2026-01-01T00-00:00Z"),
		STR_INIT("2026-01-01T00:00-00Z"),
		STR_INIT("2026-1-01T00:00:00Z"),
		STR_INIT("2026-01-01T00:00:0xZ"),
		STR_INIT("2026-01-01T00:00:0/Z"),
		STR_INIT("2026-01-01T00:00:00.,Z"),
		STR_INIT("2026-01-01T00:00:00.5"),
		STR_INIT("2026-01-01T00:00:00+"),
		STR_INIT("2026-01-01T00:00:00+01"),
		STR_INIT("2026-01-01T00:00:00+01:"),
		STR_INIT("2026-01-01T00:00:00+01:0"),
		STR_INIT("2026-01-01T00:00:00+25:00"),
		STR_INIT("2026-01-01T00:00:00+00:61"),
		STR_INIT("2026-01-01T00:00:00*01:00"),
	};

	for (size_t i = 0; TEST_ROW(bad, i, bad[i]); i++) {
		struct timestamp t = { 42, 42 };
		CHECK(!timestamp_parse(bad[i], &t));
		CHECK_INT(t.s, 42);
	}
}

static void formats(void)
{
	SCRATCH(arena);

	CHECK_TEXT(timestamp_format(arena, 1767225600), "2026-01-01T00:00:00Z");
	CHECK_TEXT(timestamp_format(arena, -1), "1969-12-31T23:59:59Z");
	CHECK_TEXT(timestamp_format_micro(arena, 1767225600000042), "2026-01-01T00:00:00.000042Z");
	CHECK_TEXT(timestamp_format_micro(arena, -1), "1969-12-31T23:59:59.999999Z");
	CHECK_TEXT(timestamp_format_nano(arena, (struct timestamp){ 0, 120000000 }),
		   "1970-01-01T00:00:00.12Z");
	CHECK_TEXT(timestamp_format_nano(arena, (struct timestamp){ 0, 0 }),
		   "1970-01-01T00:00:00Z");
	CHECK_TEXT(timestamp_format_nano(arena, (struct timestamp){ -1, 123456789 }),
		   "1969-12-31T23:59:59.123456789Z");
	CHECK_TEXT(timestamp_format_micro(arena, -1000000), "1969-12-31T23:59:59.000000Z");
	CHECK_TEXT(timestamp_format(arena, 253402300799), "9999-12-31T23:59:59Z");
	CHECK_TEXT(timestamp_format(arena, 253402300800), "10000-01-01T00:00:00Z");
	CHECK_TEXT(timestamp_format_micro(arena, 253402300800000001),
		   "10000-01-01T00:00:00.000001Z");
	CHECK_TEXT(timestamp_format(arena, -62167219200), "0000-01-01T00:00:00Z");
	CHECK_TEXT(timestamp_format(arena, 1234567890), "2009-02-13T23:31:30Z");
}

static void whole_seconds(void)
{
	int64_t s = 42;

	CHECK(!timestamp_seconds(STR("now"), &s));
	CHECK_INT(s, 42);
	CHECK(timestamp_seconds(STR("1970-01-01T00:01:00.9Z"), &s));
	CHECK_INT(s, 60);
}

static void every_day(void)
{
	unsigned weekday = civil_at(-62135596800).weekday, yearday = 0;

	CHECK_INT(weekday, 1); /* 0001-01-01 was a Monday, and so it was 800 years before */
	for (int64_t s = -62135596800 - 2 * 146097 * 86400ll; s < 4102444800; s += 86400) {
		struct civil c = civil_at(s);
		yearday = c.month == 1 && c.day == 1 ? 1 : yearday + 1;
		if (civil_seconds(&c) != s || c.weekday != weekday || c.yearday != yearday ||
		    c.day > civil_days_in_month(c.year, c.month)) {
			CHECK_INT(civil_seconds(&c), s);
			CHECK_INT(c.weekday, weekday);
			CHECK_INT(c.yearday, yearday);
			return;
		}
		weekday = (weekday + 1) % 7;
	}
	CHECK_INT(civil_at(1709164800).yearday, 60);  /* 2024-02-29 */
	CHECK_INT(civil_at(1735603200).yearday, 366); /* 2024-12-31 */
}

TESTS({ "RFC 3339 is read", parses }, { "everything else is refused", refuses },
      { "moments are written in UTC", formats },
      { "every day of 29 centuries goes both ways", every_day },
      { "a fraction is no whole second", whole_seconds })

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
}

static void every_day(void)
{
	unsigned weekday = civil_at(-62135596800).weekday;

	CHECK_INT(weekday, 1); /* 0001-01-01 was a Monday */
	for (int64_t s = -62135596800; s < 4102444800; s += 86400) {
		struct civil c = civil_at(s);
		if (civil_seconds(&c) != s || c.weekday != weekday ||
		    c.day > civil_days_in_month(c.year, c.month)) {
			CHECK_INT(civil_seconds(&c), s);
			CHECK_INT(c.weekday, weekday);
			return;
		}
		weekday = (weekday + 1) % 7;
	}
	CHECK_INT(civil_at(1709164800).yearday, 60);  /* 2024-02-29 */
	CHECK_INT(civil_at(1735603200).yearday, 366); /* 2024-12-31 */
}

TESTS({ "RFC 3339 is read", parses }, { "everything else is refused", refuses },
      { "moments are written in UTC", formats },
      { "every day of 21 centuries goes both ways", every_day })

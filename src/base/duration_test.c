/* duration_test - texts and values as Go's time package has them */
#include "base/duration.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	struct str text;
	int64_t ns;
} good[] = {
	{ STR_INIT("0"), 0 },
	{ STR_INIT("5s"), 5 * NS_PER_S },
	{ STR_INIT("-5s"), -5 * NS_PER_S },
	{ STR_INIT("+5s"), 5 * NS_PER_S },
	{ STR_INIT("1478s"), 1478 * NS_PER_S },
	{ STR_INIT("5.6s"), 5600 * NS_PER_MS },
	{ STR_INIT("5.s"), 5 * NS_PER_S },
	{ STR_INIT(".5s"), 500 * NS_PER_MS },
	{ STR_INIT("1.004s"), 1004 * NS_PER_MS },
	{ STR_INIT("10ns"), 10 },
	{ STR_INIT("12\xc2\xb5s"), 12 * NS_PER_US },
	{ STR_INIT("3h30m"), 210 * NS_PER_MINUTE },
	{ STR_INIT("10.5s4m"), 250500 * NS_PER_MS },
	{ STR_INIT("-2m3.4s"), -123400 * NS_PER_MS },
	{ STR_INIT("39h9m14.425s"), 140954425 * NS_PER_MS },
	{ STR_INIT("0.100000000000000000000h"), 6 * NS_PER_MINUTE },
	{ STR_INIT("9223372036854775807ns"), INT64_MAX },
	{ STR_INIT("-9223372036854775808ns"), INT64_MIN },
	{ STR_INIT("-9223372036854775807ns1ns"), INT64_MIN },
	{ STR_INIT("9223372036854775806ns1ns"), INT64_MAX },
	{ STR_INIT("+0"), 0 },
	{ STR_INIT("-0"), 0 },
};

static void parses(void)
{
	for (size_t i = 0; TEST_ROW(good, i, good[i].text); i++) {
		int64_t ns = 1;
		CHECK(duration_parse(good[i].text, &ns));
		CHECK_INT(ns, good[i].ns);
	}
}

static void refuses(void)
{
	static const struct str bad[] = {
		STR_INIT(""),
		STR_INIT("3"),
		STR_INIT("-"),
		STR_INIT("s"),
		STR_INIT("."),
		STR_INIT("-."),
		STR_INIT(".s"),
		STR_INIT("+.s"),
		STR_INIT("1d"),
		STR_INIT("1 s"),
		STR_INIT("9223372036854775808ns"),
		STR_INIT("3000000h"),
		STR_INIT("1h-2m"),
		STR_INIT("9223372036854775807ns1ns"),
		STR_INIT("-9223372036854775808ns1ns"),
		STR_INIT("5000000000000000000ns5000000000000000000ns"),
		STR_INIT("99999999999999999999s"),
		STR_INIT("00"),
		STR_INIT("+-1s"),
	};

	for (size_t i = 0; TEST_ROW(bad, i, bad[i]); i++) {
		int64_t ns = 42;
		CHECK(!duration_parse(bad[i], &ns));
		CHECK_INT(ns, 42);
	}
}

static void formats(void)
{
	SCRATCH(arena);

	CHECK_TEXT(duration_format(arena, 0), "0s");
	CHECK_TEXT(duration_format(arena, 1), "1ns");
	CHECK_TEXT(duration_format(arena, 1100), "1.1\xc2\xb5s");
	CHECK_TEXT(duration_format(arena, 2200 * NS_PER_US), "2.2ms");
	CHECK_TEXT(duration_format(arena, 3300 * NS_PER_MS), "3.3s");
	CHECK_TEXT(duration_format(arena, 4 * NS_PER_MINUTE + 5 * NS_PER_S), "4m5s");
	CHECK_TEXT(duration_format(arena, 4 * NS_PER_MINUTE + 5001 * NS_PER_MS), "4m5.001s");
	CHECK_TEXT(duration_format(arena, 5 * NS_PER_HOUR + 6 * NS_PER_MINUTE), "5h6m0s");
	CHECK_TEXT(duration_format(arena, -NS_PER_MINUTE), "-1m0s");
	CHECK_TEXT(duration_format(arena, INT64_MIN), "-2562047h47m16.854775808s");
}

TESTS({ "Go durations are read", parses }, { "everything else is refused", refuses },
      { "durations print as in Go", formats })

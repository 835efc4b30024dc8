/* semver_test - versions and ranges as Masterminds/semver has them */
#include "base/semver.h"

#include <string.h>

#include "base/arena.h"
#include "base/test.h"

static void parses(void)
{
	struct semver v;
	SCRATCH(arena);

	CHECK(semver_parse(STR("v1.2.3-rc.1+build.5"), &v));
	CHECK_TEXT(v.prerelease, "rc.1");
	CHECK_TEXT(v.metadata, "build.5");
	CHECK_TEXT(semver_format(arena, &v), "1.2.3-rc.1+build.5");
	CHECK(semver_parse(STR("v1.2"), &v));
	CHECK_TEXT(semver_format(arena, &v), "1.2.0");
	CHECK(semver_parse(STR("1.2.3+a-b"), &v)); /* the sign is part of the metadata */
	CHECK_TEXT(v.metadata, "a-b");
	CHECK_INT(v.prerelease.len, 0);
	CHECK_INT(v.major, 1);
	CHECK_INT(v.minor, 2);
	CHECK_INT(v.patch, 3);
}

static void what_is_a_version(void)
{
	static const struct {
		struct str text;
		bool loosely, strictly;
	} rows[] = {
		{ STR_INIT("1.2.3"), true, true },
		{ STR_INIT("0.0.0"), true, true },
		{ STR_INIT("1.10.203"), true, true },
		{ STR_INIT("1"), true, false },
		{ STR_INIT("1.2"), true, false },
		{ STR_INIT("v1.2.3"), true, false },
		{ STR_INIT("1.02.3"), true, false },
		{ STR_INIT("01.2.3"), true, false },
		{ STR_INIT("1.2.3-x-y.7"), true, true },
		{ STR_INIT("1.2.3-0"), true, true },
		{ STR_INIT("1.2.3-0a.00b"), true, true }, /* no numbers */
		{ STR_INIT("1.2.3-AZ.az.09z"), true, true },
		{ STR_INIT("1.2.3+01"), true, true }, /* a zero may lead there */
		{ STR_INIT("1.2.3-01"), false, false },
		{ STR_INIT("1.2.3-rc.00"), false, false },
		{ STR_INIT("1.2.3-"), false, false },
		{ STR_INIT("1.2.3+"), false, false },
		{ STR_INIT("1.2.3-a..b"), false, false },
		{ STR_INIT("1.2.3-a_b"), false, false },
		{ STR_INIT("1.2.3-a+b_c"), false, false },
		{ STR_INIT("1.2.3-a+b+c"), false, false },
		{ STR_INIT("1.2.3.4"), false, false },
		{ STR_INIT("1..3"), false, false },
		{ STR_INIT("1.2."), false, false },
		{ STR_INIT("1.2.x"), false, false },
		{ STR_INIT("18446744073709551616.0.0"), false, false },
		{ STR_INIT("vv1.2.3"), false, false },
		{ STR_INIT("v"), false, false },
		{ STR_INIT("latest"), false, false },
		{ STR_INIT(""), false, false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		struct semver v;
		CHECK_INT(semver_parse(rows[i].text, &v), rows[i].loosely);
		CHECK_INT(semver_parse_strict(rows[i].text, &v), rows[i].strictly);
	}
}

static void long_versions(void)
{
	char text[SEMVER_BYTES_MAX + 1] = "1.2.3-";
	struct semver v;

	memset(text + 6, 'a', sizeof(text) - 6);
	CHECK(semver_parse((struct str){ text, SEMVER_BYTES_MAX }, &v));
	CHECK(!semver_parse((struct str){ text, SEMVER_BYTES_MAX + 1 }, &v));
}

static void precedence(void)
{
	/* The order of semver.org, section 11. */
	static const struct str ascending[] = {
		STR_INIT("0.9.9"),	 STR_INIT("1.0.0-2"),	    STR_INIT("1.0.0-11"),
		STR_INIT("1.0.0-12"),	 STR_INIT("1.0.0-12.0"),    STR_INIT("1.0.0-Z"),
		STR_INIT("1.0.0-alpha"), STR_INIT("1.0.0-alpha.1"), STR_INIT("1.0.0-alpha.beta"),
		STR_INIT("1.0.0-beta"),	 STR_INIT("1.0.0-beta.2"),  STR_INIT("1.0.0-beta.11"),
		STR_INIT("1.0.0-rc.1"),	 STR_INIT("1.0.0"),	    STR_INIT("1.0.1"),
		STR_INIT("1.2.0"),	 STR_INIT("1.10.0"),	    STR_INIT("2.0.0"),
	};

	for (size_t i = 0; TEST_ROW(ascending, i, ascending[i]); i++)
		for (size_t k = 0; TEST_ROW(ascending, k, ascending[k]); k++) {
			struct semver a, b;
			CHECK(semver_parse(ascending[i], &a) && semver_parse(ascending[k], &b));
			CHECK_INT(semver_compare(&a, &b), (i > k) - (i < k));
		}
}

static const struct {
	struct str range, version;
	bool holds;
} cases[] = {
#define CASE(range, version, holds)                                                                \
	{                                                                                          \
		STR_INIT(range), STR_INIT(version), holds                                          \
	}
	CASE("*", "1.2.3", true),
	CASE("", "1.2.3", true),
	CASE("*", "1.2.3-rc.1", false),
	CASE("*-0", "1.2.3-rc.1", true),
	CASE("1.2.3", "1.2.3", true),
	CASE("=1.2.3", "1.2.4", false),
	CASE("1.2", "1.2.9", true),
	CASE("1.2", "1.3.0", false),
	CASE("1.x", "1.9.9", true),
	CASE("1.x.x", "2.0.0", false),
	CASE("!=1.2", "1.2.3", false),
	CASE("!=1.x", "2.0.0", true),
	CASE("!=1.2.3", "1.2.4", true),
	CASE(">11", "11.1.0", false),
	CASE(">11", "12.0.0", true),
	CASE(">11.1", "11.1.1", false),
	CASE(">11.1", "11.2.0", true),
	CASE(">1.2.3", "1.2.4", true),
	CASE("<1.2", "1.2.0", false),
	CASE("<=1.2", "1.2.9", true),
	CASE("<=1", "1.9.9", true),
	CASE("=<1.2.3", "1.2.3", true),
	CASE("=>1.2.3", "1.2.2", false),
	CASE(">=1.2, <2", "1.9.0", true),
	CASE(">=1.2 <2", "2.0.0", false),
	CASE(">= 1.2.3,< 1.3", "1.2.9", true),
	CASE("~1.2.3", "1.2.9", true),
	CASE("~1.2.3", "1.3.0", false),
	CASE("~1", "1.9.0", true),
	CASE("~>1.2", "1.2.7", true),
	CASE("~0.0.0", "5.0.0", true),
	CASE("^1.2.3", "1.9.0", true),
	CASE("^1.2.3", "1.2.2", false),
	CASE("^1.2.3", "2.0.0", false),
	CASE("^0.2.3", "0.2.9", true),
	CASE("^0.2.3", "0.3.0", false),
	CASE("^0.0.3", "0.0.4", false),
	CASE("^0.0", "0.0.9", true),
	CASE("^0", "0.9.0", true),
	CASE("1.2 - 1.4.5", "1.4.5", true),
	CASE("1.2 - 1.4.5", "1.4.6", false),
	CASE("1 - 2 || 4.x", "4.7.0", true),
	CASE("1 - 2 || 4.x", "3.0.0", false),
	CASE("<1 || ^2.1", "2.3.0", true),
	CASE("^1.2.3", "1.5.0-rc.1", false),
	CASE("^1.2.3-0", "1.5.0-rc.1", true),
	CASE(">=1.0.0-alpha <2", "1.5.0-rc.1", true),
	CASE("v1.2.3", "1.2.3", true),
	CASE("*", "0.0.0", true),
	CASE("x", "1.2.3", true),
	CASE("X.2", "1.9.0", true), /* what stands behind a wildcard is not looked at */
	CASE("1.x.3", "1.5.0", true),
	CASE("1.x.3", "2.0.3", false),
	CASE("1.2.*", "1.2.9", true),
	CASE("1.2.*", "1.3.0", false),
	CASE("v1.x", "1.2.3", true),
	CASE("1.2.3", "1.2.4", false),
	CASE("=1.2.3", "1.2.3", true),
	CASE("!=1.2.3", "1.2.3", false),
	CASE("!=1.2", "1.3.0", true),
	CASE("!=1.2", "2.2.0", true),
	CASE("!=1.x", "1.5.0", false),
	CASE("!=1.2-rc.1", "1.2.5-rc.1", false),
	CASE("!=1.2-rc.1", "1.2.5-rc.2", true),
	CASE(">1.2.3", "1.2.3", false),
	CASE(">1", "0.9.0", false),
	CASE(">1.2", "0.9.0", false),
	CASE(">1.2", "2.0.0", true),
	CASE("<1.2", "1.1.9", true),
	CASE("<1.2.3", "1.2.3", false),
	CASE("<=1.2.3", "1.2.3", true),
	CASE("<=1.2.3", "1.2.4", false),
	CASE("<=1.2", "1.3.0", false),
	CASE("<=1.2", "0.9.9", true),
	CASE("<=1.2", "2.0.0", false),
	CASE("<=1", "2.0.0", false),
	CASE("=<1.2.3", "1.2.4", false),
	CASE("=>1.2.3", "1.2.3", true),
	CASE(">=1.2", "1.2.0", true),
	CASE(">=1.2", "1.1.9", false),
	CASE("~1.2.3", "1.2.3", true),
	CASE("~1.2.3", "1.2.2", false),
	CASE("~1.2.3", "2.2.3", false),
	CASE("~1", "2.0.0", false),
	CASE("~1", "0.9.0", false),
	CASE("~> 1.2", "1.3.0", false),
	CASE("~0.0.1", "0.1.1", false),
	CASE("~0.1.0", "0.2.0", false),
	CASE("~1.0.0", "2.0.0", false),
	CASE("~0.0", "0.0.7", true),
	CASE("~0.0", "0.1.0", false),
	CASE("~0", "0.1.0", true),
	CASE("~0", "1.0.0", false),
	CASE("^1.2.3", "1.2.3", true),
	CASE("^1", "2.0.0", false),
	CASE("^1.2", "1.1.0", false),
	CASE("^0.2.3", "0.2.2", false),
	CASE("^0.2", "0.3.0", false),
	CASE("^0.0.3", "0.0.3", true),
	CASE("^0.0.3", "0.1.3", false),
	CASE("^0.0", "0.1.0", false),
	CASE("^0", "1.0.0", false),
	CASE("1.2 - 1.4.5", "1.2.0", true),
	CASE("1.2 - 1.4.5", "1.1.9", false),
	CASE("1.2\t-\t1.4", "1.4.9", true),
	CASE("1 - 2 3 - 4", "2.0.0", false),
	CASE("1.5, 1 - 2", "1.5.0", true),
	CASE(">=1.2 , <2", "1.9.0", true),
	CASE(">=1.2\t<2", "2.0.0", false),
	CASE("1.2, 1.3", "1.2.0", false),
	CASE("<1 || ^2.1", "0.5.0", true),
	CASE("<1 || ^2.1", "2.0.0", false),
	CASE("1||2", "2.3.0", true),
	CASE("3 || ", "1.0.0", true), /* an empty group holds always */
	CASE("<2 >=1.0.0-alpha", "1.5.0-rc.1", true),
	CASE(">=1.0.0-0 <2 || >=3", "3.5.0-rc.1", false), /* of the other group */
	CASE("1 || >=3.0.0-0", "3.5.0-rc.1", true),
#undef CASE
};

static void ranges(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].range); i++) {
		struct semver v;
		struct semver_range range;
		CHECK(semver_parse(cases[i].version, &v));
		CHECK(semver_range_parse(arena, cases[i].range, &range));
		if (semver_range_has(&range, &v) != cases[i].holds) {
			CHECK_STR(cases[i].version, cases[i].range);
			CHECK_INT(!cases[i].holds, cases[i].holds);
		}
	}
}

static void refuses(void)
{
	static const struct str bad[] = {
		STR_INIT("latest"),   STR_INIT(">"),	   STR_INIT("1.2.3.4"),
		STR_INIT(">=1.2,"),   STR_INIT("1..2"),	   STR_INIT("1.2 - "),
		STR_INIT("||x||y"),   STR_INIT(">>1"),	   STR_INIT("&1"),
		STR_INIT("xx"),	      STR_INIT(">1<2"),	   STR_INIT("1.2 -1.4"),
		STR_INIT("1.2- 1.4"), STR_INIT(">=1 - 2"), STR_INIT("1 1 - 2"),
		STR_INIT("1 - "),     STR_INIT("1 - b"),   STR_INIT("1.2.3-01"),
		STR_INIT("1.2.3.x"),  STR_INIT("1,,2"),	   STR_INIT("1.x.junk"),
		STR_INIT("x.x.x.x"),  STR_INIT(",1"),	   STR_INIT("99999999999999999999"),
		STR_INIT("1 |2"),
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(bad, i, bad[i]); i++) {
		struct semver_range range;
		if (semver_range_parse(arena, bad[i], &range))
			CHECK_STR(bad[i], STR("refused"));
	}
}

static void many_terms(void)
{
	char text[2 * (SEMVER_TERMS_MAX + 1)];
	struct semver_range range;
	SCRATCH(arena);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "1 "[i % 2];
	CHECK(semver_range_parse(arena, (struct str){ text, 2 * SEMVER_TERMS_MAX }, &range));
	CHECK_INT(range.count, SEMVER_TERMS_MAX);
	CHECK(!semver_range_parse(arena, (struct str){ text, sizeof(text) }, &range));
}

static void long_terms(void)
{
	char text[SEMVER_BYTES_MAX + 1] = "1.2.3-";
	struct semver_range range;
	SCRATCH(arena);

	memset(text + 6, 'a', sizeof(text) - 6);
	CHECK(semver_range_parse(arena, (struct str){ text, SEMVER_BYTES_MAX }, &range));
	CHECK(!semver_range_parse(arena, (struct str){ text, sizeof(text) }, &range));
}

TESTS({ "versions are read", parses },
      { "versions are accepted loosely or strictly", what_is_a_version },
      { "versions have a longest length", long_versions },
      { "ranges have a largest count of terms", many_terms },
      { "terms have a longest length", long_terms },
      { "precedence is that of semver.org", precedence },
      { "ranges hold as in Masterminds/semver", ranges },
      { "malformed ranges are refused", refuses })

/* semver_test - versions and ranges as Masterminds/semver has them */
#include "base/semver.h"

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
	CHECK(semver_parse(STR("1"), &v));
	CHECK(!semver_parse(STR("1.2.3.4"), &v));
	CHECK(!semver_parse(STR("1.2.3-01"), &v));
	CHECK(!semver_parse(STR("1.2.3-"), &v));
	CHECK(!semver_parse(STR("latest"), &v));
	CHECK(!semver_parse(STR(""), &v));
	CHECK(!semver_parse_strict(STR("v1.2.3"), &v));
	CHECK(!semver_parse_strict(STR("1.2"), &v));
	CHECK(!semver_parse_strict(STR("1.02.3"), &v));
	CHECK(semver_parse_strict(STR("1.2.3-x-y.7"), &v));
}

static void precedence(void)
{
	/* The order of semver.org, section 11. */
	static const struct str ascending[] = {
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
		STR_INIT("latest"), STR_INIT(">"),	STR_INIT("1.2.3.4"), STR_INIT(">=1.2,"),
		STR_INIT("1..2"),   STR_INIT("1.2 - "), STR_INIT("||x||y"),  STR_INIT(">>1"),
		STR_INIT("&1"),	    STR_INIT("xx"),	STR_INIT(">1<2"),
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(bad, i, bad[i]); i++) {
		struct semver_range range;
		if (semver_range_parse(arena, bad[i], &range))
			CHECK_STR(bad[i], STR("refused"));
	}
}

TESTS({ "versions are read, loosely and strictly", parses },
      { "precedence is that of semver.org", precedence },
      { "ranges hold as in Masterminds/semver", ranges },
      { "what is no range is refused", refuses })

/* rfc3339_test - points in time as the Kubernetes API writes them */
#include "base/rfc3339.h"

#include "base/arena.h"
#include "base/test.h"

static void reads_zones_and_fractions(void)
{
	int64_t s = 0;

	CHECK(rfc3339_parse(STR("1970-01-01T00:00:00Z"), &s) && s == 0);
	CHECK(rfc3339_parse(STR("2026-01-02T03:04:05.678Z"), &s) && s == 1767323045);
	CHECK(rfc3339_parse(STR("2026-01-02T05:04:05+02:00"), &s) && s == 1767323045);
	CHECK(!rfc3339_parse(STR("2026-01-02 03:04:05Z"), &s));
	CHECK(!rfc3339_parse(STR("2026-13-02T03:04:05Z"), &s));
	CHECK(!rfc3339_parse(STR("2026-01-02T03:04:05"), &s));
}

static void every_day_comes_back(void)
{
	SCRATCH(arena);

	for (int64_t s = -200LL * 365 * 86400; s < 400LL * 365 * 86400; s += 86400 * 13 + 3601) {
		struct arena_mark mark = arena_mark(arena);
		int64_t back = 0;
		if (!CHECK(rfc3339_parse(rfc3339_format(arena, s), &back)) || !CHECK_INT(back, s))
			return;
		arena_reset(arena, mark);
	}
}

TESTS({ "zones and fractions are read", reads_zones_and_fractions },
      { "what is written reads back", every_day_comes_back })

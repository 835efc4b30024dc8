/* quantity_test - quantities as apimachinery reads, rounds and prints them */
#include "kube/quantity.h"

#include "base/arena.h"
#include "base/test.h"

static void canonical_texts(void)
{
	SCRATCH(arena);
	static const struct {
		struct str written, canonical;
	} cases[] = {
		{ STR_INIT("1000m"), STR_INIT("1") },
		{ STR_INIT("1500m"), STR_INIT("1500m") },
		{ STR_INIT("0.1"), STR_INIT("100m") },
		{ STR_INIT("1.5"), STR_INIT("1500m") },
		{ STR_INIT("1000"), STR_INIT("1k") },
		{ STR_INIT("1e3"), STR_INIT("1e3") },
		{ STR_INIT("12e1"), STR_INIT("120") },
		{ STR_INIT("100E"), STR_INIT("100E") },
		{ STR_INIT("1024Mi"), STR_INIT("1Gi") },
		{ STR_INIT("1.5Gi"), STR_INIT("1536Mi") },
		{ STR_INIT("1536Ki"), STR_INIT("1536Ki") },
		{ STR_INIT("0.5Ki"), STR_INIT("512") },
		{ STR_INIT("1.1Ki"), STR_INIT("1126400m") },
		{ STR_INIT("0"), STR_INIT("0") },
		{ STR_INIT("0Gi"), STR_INIT("0") },
		{ STR_INIT(" 5 "), STR_INIT("5") },
		{ STR_INIT("-1500m"), STR_INIT("-1500m") },
		{ STR_INIT("0.1n"), STR_INIT("1n") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].written); i++)
		CHECK_STR(quantity_canonical(arena, cases[i].written), cases[i].canonical);
}

/* A text that needs no shorter form keeps its spelling: a quirk that shows in stored objects. */
static void nearly_canonical_texts_are_kept(void)
{
	SCRATCH(arena);

	CHECK_TEXT(quantity_canonical(arena, STR("1.234")), "1.234");
	CHECK_TEXT(quantity_canonical(arena, STR("+9k")), "+9k");
	CHECK_TEXT(quantity_canonical(arena, STR("0100Ki")), "0100Ki");
	CHECK_TEXT(quantity_canonical(arena, STR("1.2340")), "1234m");
	CHECK_TEXT(quantity_canonical(arena, STR("100.000")), "100");
}

static void wrong_texts_are_none(void)
{
	static const struct str wrong[] = {
		STR_INIT(""),	  STR_INIT("abc"),   STR_INIT("1KB"),	STR_INIT("1ki"),
		STR_INIT("1 Gi"), STR_INIT("1.2.3"), STR_INIT("--1"),	STR_INIT("1e"),
		STR_INIT("1e3k"), STR_INIT("0x10"),  STR_INIT("1,000"), STR_INIT("Pi"),
	};
	int64_t milli;

	for (size_t i = 0; TEST_ROW(wrong, i, wrong[i]); i++)
		CHECK(!quantity_parse(wrong[i], &milli));
	CHECK_TEXT(quantity_canonical(NULL, STR("abc")), "abc");
}

static int64_t milli_of(struct str text)
{
	int64_t milli = -1;

	CHECK(quantity_parse(text, &milli));
	return milli;
}

static void values_round_up(void)
{
	SCRATCH(arena);

	CHECK_INT(milli_of(STR("250m")), 250);
	CHECK_INT(milli_of(STR("2Gi")), 2147483648000);
	CHECK_INT(milli_of(STR("1.0001")), 1001);
	CHECK_INT(milli_of(STR("1n")), 1);
	CHECK_INT(milli_of(STR("-1.0001")), -1001);
	CHECK_INT(quantity_value(node_str(arena, STR("1500m")), 0), 2);
	CHECK_INT(quantity_value(node_int(arena, 3), 0), 3);
	CHECK_INT(quantity_value(node_str(arena, STR("x")), 7), 7);
	CHECK_INT(quantity_milli(NULL, 9), 9);
	CHECK_INT(quantity_milli(node_int(arena, 3), 0), 3000);
}

static void large_values_saturate(void)
{
	CHECK_INT(milli_of(STR("4011Pi")), INT64_MAX);
	CHECK_INT(milli_of(STR("1e1000")), INT64_MAX);
	CHECK_INT(milli_of(STR("99999999999999999999999999999999999999999999999")), INT64_MAX);
	CHECK_INT(milli_of(STR("0.00000000000000000000000000000000000000000000001")), 1);
	CHECK_INT(milli_of(STR("1e-99999")), 1);
}

static void formats(void)
{
	SCRATCH(arena);

	CHECK_TEXT(quantity_format(arena, 1500, false), "1500m");
	CHECK_TEXT(quantity_format(arena, 2048000, true), "2Ki");
	CHECK_TEXT(quantity_format(arena, 512000, true), "512");
	CHECK_TEXT(quantity_format(arena, 2000000, false), "2k");
	CHECK_TEXT(quantity_format(arena, 0, true), "0");
}

static void percentages(void)
{
	SCRATCH(arena);
	const struct node *quarter = node_str(arena, STR("25%"));

	CHECK_INT(quantity_percent(quarter, 10, /* round_up= */ true, 0), 3);
	CHECK_INT(quantity_percent(quarter, 10, /* round_up= */ false, 0), 2);
	CHECK_INT(quantity_percent(node_int(arena, 4), 10, true, 0), 4);
	CHECK_INT(quantity_percent(node_str(arena, STR("x%")), 10, true, 1), 1);
	CHECK_INT(quantity_percent(NULL, 10, true, 1), 1);
	const struct node *huge = node_str(arena, STR("9223372036854775807%"));
	CHECK_INT(quantity_percent(huge, 10, true, 1), INT32_MAX);
	CHECK_INT(quantity_percent(huge, INT64_MAX, true, 1), INT32_MAX);
	CHECK_INT(quantity_percent(node_int(arena, INT64_MIN), 10, true, 1), INT32_MIN);
}

TESTS({ "canonical texts", canonical_texts },
      { "nearly canonical texts are kept", nearly_canonical_texts_are_kept },
      { "wrong texts are none", wrong_texts_are_none }, { "values round up", values_round_up },
      { "large values saturate", large_values_saturate }, { "formats", formats },
      { "percentages", percentages })

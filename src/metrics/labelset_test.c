/* labelset_test - sets of labels: order, changes, texts, numbers */
#include "metrics/labelset.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/test.h"

static struct labelset make(struct arena *arena, const struct label *items, uint32_t count)
{
	struct labelset set;
	struct error err = {};
	if (labelset_make(arena, items, count, &set, &err) < 0)
		BUG("%s", err.text);
	return set;
}

static struct str text_of(struct arena *arena, struct labelset set)
{
	struct buf buf;
	buf_init(&buf, arena);
	labelset_format(set, &buf);
	return buf_str(&buf);
}

static void order_and_empty_values_do_not_matter(void)
{
	SCRATCH(arena);
	struct label one[] = { { STR("b"), STR("2") },
			       { STR("a"), STR("1") },
			       { STR("c"), STR("") } };
	struct label other[] = { { STR("a"), STR("1") }, { STR("b"), STR("2") } };
	struct labelset a = make(arena, one, 3);
	struct labelset b = make(arena, other, 2);
	CHECK(labelset_equal(a, b));
	CHECK_INT(labelset_compare(a, b), 0);
	CHECK_TEXT(labelset_get(a, STR("b")), "2");
	CHECK(labelset_get(a, STR("c")).ptr == NULL);
}

static void a_name_given_twice_is_an_error(void)
{
	SCRATCH(arena);
	struct label items[] = { { STR("a"), STR("1") }, { STR("a"), STR("2") } };
	struct labelset set;
	struct error err = {};
	CHECK_INT(labelset_make(arena, items, 2, &set, &err), -1);
	CHECK(strstr(err.text, "'a' is given twice"));
}

static void changes_make_new_sets(void)
{
	SCRATCH(arena);
	struct label items[] = { { LABEL_NAME, STR("up") },
				 { STR("a"), STR("1") },
				 { STR("c"), STR("3") } };
	struct labelset set = make(arena, items, 3);
	struct str names[] = { STR("a"), STR("x") };
	CHECK_TEXT(text_of(arena, labelset_with(arena, set, STR("b"), STR("2"))),
		   "up{a=\"1\", b=\"2\", c=\"3\"}");
	CHECK_TEXT(text_of(arena, labelset_with(arena, set, STR("c"), STR("4"))),
		   "up{a=\"1\", c=\"4\"}");
	CHECK_TEXT(text_of(arena, labelset_with(arena, set, STR("a"), STR(""))), "up{c=\"3\"}");
	CHECK_TEXT(text_of(arena, labelset_keep(arena, set, names, 2)), "{a=\"1\"}");
	CHECK_TEXT(text_of(arena, labelset_drop(arena, set, names, 2)), "up{c=\"3\"}");
	CHECK_TEXT(text_of(arena, labelset_drop_name(arena, set)), "{a=\"1\", c=\"3\"}");
	CHECK_TEXT(text_of(arena, set), "up{a=\"1\", c=\"3\"}");
	CHECK(labelset_equal(labelset_keep(arena, set, names, 0), LABELSET_NONE));
}

static void names_that_are_no_identifiers_are_quoted(void)
{
	SCRATCH(arena);
	struct label items[] = { { LABEL_NAME, STR("a metric") }, { STR("x.y"), STR("\"\\\n") } };
	CHECK_TEXT(text_of(arena, make(arena, items, 2)),
		   "{\"a metric\", \"x.y\"=\"\\\"\\\\\\n\"}");
	CHECK_TEXT(text_of(arena, LABELSET_NONE), "{}");
	CHECK(label_name_valid(STR("\xc3\xa4")));
	CHECK(!label_name_valid(STR("\xff")));
	CHECK(!label_name_valid(STR("")));
}

static void tables_number_sets_in_order(void)
{
	SCRATCH(arena);
	struct labelset_table table;
	labelset_table_init(&table, arena);
	CHECK_INT(labelset_table_find(&table, LABELSET_NONE), -1);
	for (uint32_t i = 0; i < 200; i++) {
		struct label item = { STR("n"), str_printf(arena, "%u", i % 100) };
		CHECK_INT(labelset_table_add(&table, make(arena, &item, 1)), i % 100);
	}
	CHECK_INT(table.count, 100);
	CHECK_INT(labelset_table_find(&table, table.items[42]), 42);
	CHECK_INT(labelset_table_find(&table, LABELSET_NONE), -1);
}

TESTS({ "order and empty values do not matter", order_and_empty_values_do_not_matter },
      { "a name given twice is an error", a_name_given_twice_is_an_error },
      { "changes make new sets", changes_make_new_sets },
      { "names that are no identifiers are quoted", names_that_are_no_identifiers_are_quoted },
      { "tables number sets in order", tables_number_sets_in_order })

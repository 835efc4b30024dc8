/* suggest_test - what counts as close */
#include "base/suggest.h"

#include "base/test.h"

static void distances(void)
{
	CHECK_INT(suggest_distance(STR(""), STR("")), 0);
	CHECK_INT(suggest_distance(STR("check"), STR("check")), 0);
	CHECK_INT(suggest_distance(STR("Check"), STR("check")), 0);
	CHECK_INT(suggest_distance(STR("chekc"), STR("check")), 1);
	CHECK_INT(suggest_distance(STR("chck"), STR("check")), 1);
	CHECK_INT(suggest_distance(STR("kitten"), STR("sitting")), 3);
	CHECK_INT(suggest_distance(STR(""), STR("abc")), 3);
}

static struct str closest(struct str typed)
{
	struct suggest s = suggest_start(typed);

	suggest_offer(&s, STR("build"));
	suggest_offer(&s, STR("check"));
	suggest_offer(&s, STR("rehearse"));
	return s.best;
}

static void offers(void)
{
	CHECK_TEXT(closest(STR("biuld")), "build");
	CHECK_TEXT(closest(STR("chekc")), "check");
	CHECK_TEXT(closest(STR("reherse")), "rehearse");
	CHECK(!closest(STR("zzz")).ptr);
	CHECK(!closest(STR("")).ptr);
}

static void long_names(void)
{
	struct str name =
		STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

	CHECK_INT(suggest_distance(name, name), SUGGEST_NAME_BYTES_MAX);
}

TESTS({ "distances count edits, case does not", distances },
      { "the closest known name is offered, nothing when all are far", offers },
      { "names beyond the limit are never close", long_names })
